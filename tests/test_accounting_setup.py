from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_accounting import AccountingCase


@tagged("post_install", "-at_install")
class TestAccountingSetup(AccountingCase):
    """Journal, account and payment method of the tender: made once, out of sight, never a default."""

    def books(self, company):
        return {
            model: self.env[model].with_context(active_test=False).search_count(domain)
            for model, domain in (
                ("account.journal", [("company_id", "=", company.id)]),
                ("account.account", [("company_ids", "in", company.ids)]),
                ("pos.payment.method", [("company_id", "=", company.id)]),
            )
        }

    def new_company(self, chart=None):
        company = self.env["res.company"].create({"name": "Second", "country_id": self.env.ref("base.us").id})
        self.env.user.company_ids += company
        if chart:
            self.env["account.chart.template"].try_loading(chart, company, install_demo=False)
        return company

    def new_shop(self, company, **values):
        return (
            self.env["pos.config"]
            .with_company(company)
            .create({"name": "New shop", "company_id": company.id, **values})
        )

    def outlet_of(self, company):
        self.club.company_ids += company
        return self.env["club.outlet"].create(
            {
                "name": "Second",
                "club_id": self.club.id,
                "company_id": company.id,
                "pool_id": self.pool.id,
                "is_opted_in": True,
            }
        )

    def test_opting_in_makes_everything(self):
        self.assertRecordValues(
            self.tender,
            [
                {
                    "type": "bank",
                    "payment_method_type": "terminal",
                    "use_payment_terminal": "loyalty_club",
                    "split_transactions": False,
                    "outstanding_account_id": self.company.club_discount_account_id.id,
                }
            ],
        )
        self.assertRecordValues(
            self.journal,
            [
                {
                    "type": "bank",
                    "code": "LOYAL",
                    "show_on_dashboard": False,
                    "default_account_id": self.points_account.id,
                    "company_id": self.company.id,
                }
            ],
        )
        lines = self.journal.inbound_payment_method_line_ids | self.journal.outbound_payment_method_line_ids
        self.assertEqual(lines.payment_account_id, self.points_account)
        self.assertEqual(self.points_account.account_type, "expense")
        others = self.env["account.journal"].search([("company_id", "=", self.company.id)]) - self.journal
        self.assertGreater(self.journal.sequence, max(others.mapped("sequence")))

    def test_again_changes_nothing(self):
        before = self.books(self.company)
        self.assertEqual(self.company._club_ensure_accounting(), self.tender)
        self.register._club_add_tender()
        self.assertEqual(self.books(self.company), before)
        self.assertEqual(self.register._club_tenders(), self.tender)

    def test_new_shop_starts_with_a_card_and_without_the_tender(self):
        shop = self.new_shop(self.company)
        self.assertIn(self.bank_pm1, shop.payment_method_ids)
        self.assertNotIn(self.tender, shop.payment_method_ids)

    def test_first_shop_gets_its_card_although_the_tender_was_there_first(self):
        company = self.new_company("generic_coa")
        tender = company._club_ensure_accounting()
        self.assertTrue(tender)
        shop = self.new_shop(company)
        self.assertEqual(set(shop.payment_method_ids.mapped("type")), {"cash", "bank", "pay_later"})
        card = shop.payment_method_ids.filtered(lambda method: method.type == "bank")
        self.assertNotEqual(card, tender)
        self.assertFalse(card.journal_id.is_club_journal)

    def test_shop_of_an_outlet_starts_with_card_and_tender(self):
        company = self.new_company("generic_coa")
        shop = self.new_shop(company, club_outlet_id=self.outlet_of(company).id)
        self.assertEqual(len(shop._club_tenders()), 1)
        self.assertEqual(len(shop.payment_method_ids.filtered(lambda method: method.type == "bank")), 2)

    def test_without_a_chart_nothing_is_made_and_loading_one_makes_it(self):
        company = self.new_company()
        outlet = self.outlet_of(company)
        self.assertFalse(company._club_ensure_accounting())
        shop = self.new_shop(company, club_outlet_id=outlet.id, payment_method_ids=[], journal_id=False)
        self.assertFalse(shop.payment_method_ids)
        self.env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
        journal = self.env["account.journal"].search([("company_id", "=", company.id), ("is_club_journal", "=", True)])
        self.assertEqual(len(journal.pos_payment_method_ids), 1)
        self.assertFalse(shop.payment_method_ids, "points are never a register's only method")
        second = self.new_shop(company, club_outlet_id=outlet.id)
        self.assertEqual(second._club_tenders(), journal.pos_payment_method_ids)

    def test_another_chart_takes_the_tender_away_and_makes_it_again(self):
        company = self.new_company("generic_coa")
        old = company._club_ensure_accounting()
        shop = self.new_shop(company, club_outlet_id=self.outlet_of(company).id)
        self.env["account.chart.template"].try_loading("us", company, install_demo=False)
        self.assertFalse(old.exists())
        self.assertFalse(shop.exists(), "a register goes with its sales journal")
        new = company._club_ensure_accounting()
        self.assertTrue(new.active)
        self.assertEqual(new.journal_id.default_account_id, company.club_discount_account_id)
        tenders = self.env["pos.payment.method"].search(
            [("company_id", "=", company.id), ("use_payment_terminal", "=", "loyalty_club")]
        )
        self.assertEqual(tenders, new)

    def test_same_chart_again_keeps_everything(self):
        before = self.books(self.company)
        self.env["account.chart.template"].try_loading(self.company.chart_template, self.company, install_demo=False)
        self.assertEqual(self.books(self.company), before)
        self.assertEqual(self.register._club_tenders(), self.tender)

    def test_branch_alone_gets_no_journal_of_its_own(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        tender = branch._club_ensure_accounting()
        self.assertEqual(tender.company_id, branch)
        self.assertEqual(tender.journal_id, self.journal)
        self.assertFalse(self.books(branch)["account.journal"])

    def test_registering_a_payment_never_offers_the_points_journal(self):
        invoice = self.init_invoice("out_invoice", partner=self.customer, amounts=[100.0], post=True)
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        with Form(self.env["account.payment.register"].with_context(**context)) as form:
            self.assertNotIn(self.journal, form.available_journal_ids[:])
            self.assertNotEqual(form.journal_id, self.journal)
        payment = self.env["account.payment"].new({"payment_type": "inbound"})
        self.assertNotIn(self.journal, payment.available_journal_ids._origin)

    def test_nothing_takes_the_points_journal_for_a_bank(self):
        banks = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "in", ("bank", "cash", "credit"))]
        )
        (banks - self.journal).with_context(active_test=False).pos_payment_method_ids.unlink()
        (banks - self.journal).write({"active": False})
        provider = self.env["payment.provider"].create(
            {"name": "Wire", "code": "none", "company_id": self.company.id, "state": "disabled"}
        )
        provider.state = "test"
        self.assertFalse(provider.journal_id)
        setup = self.env["account.setup.bank.manual.config"]
        self.assertFalse(setup.default_linked_journal_id("bank"))
        self.assertFalse(setup._number_unlinked_journal("bank"))
        self.assertFalse(self.env["account.payment"].new({"payment_type": "inbound"}).journal_id)

    def test_a_register_in_another_currency_takes_no_points(self):
        self.other_currency_config.club_outlet_id = self.outlet
        self.assertFalse(self.other_currency_config._club_tenders())

    def test_an_open_register_gets_the_tender_at_once(self):
        self.register.club_outlet_id = False
        self.assertFalse(self.register._club_tenders())
        self.config = self.register
        self.open_new_session()
        self.register.club_outlet_id = self.outlet
        self.assertEqual(self.pos_session.payment_method_ids & self.tender, self.tender)

    def test_a_method_made_for_an_open_register_passes(self):
        self.config = self.register
        self.open_new_session()
        method = self.env["pos.payment.method"].create(
            {
                "name": "Card 2",
                "journal_id": self.bank_pm1.journal_id.id,
                "config_ids": [Command.link(self.register.id)],
            }
        )
        self.assertIn(method, self.pos_session.payment_method_ids)
        with self.assertRaises(UserError):
            self.register.payment_method_ids -= method

    def test_opting_out_waits_for_the_open_register(self):
        self.config = self.register
        self.open_new_session()
        self.outlet.is_opted_in = False
        self.register._club_sync_tender()
        self.assertEqual(self.register._club_tenders(), self.tender)
        self.close()
        self.open_new_session()
        self.assertFalse(self.register._club_tenders())

    def test_a_changed_policy_waits_for_the_open_register(self):
        self.config = self.register
        self.open_new_session()
        self.club.points_accounting = "accrue"
        self.company._club_ensure_accounting()
        self.assertEqual(self.tender.outstanding_account_id, self.points_account)
        self.close()
        self.open_new_session()
        self.assertEqual(self.tender.outstanding_account_id, self.company.club_liability_account_id)
        self.assertEqual(self.journal.default_account_id, self.company.club_liability_account_id)

    def test_people_without_accounting_rights_open_and_opt_in(self):
        cashier = self.env["res.users"].create(
            {
                "name": "Cashier",
                "login": "club_cashier",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [
                    Command.set(
                        [
                            self.env.ref("point_of_sale.group_pos_user").id,
                            self.env.ref("loyalty_club.loyalty_club_group_manager").id,
                        ]
                    )
                ],
            }
        )
        self.register.club_outlet_id = False
        self.outlet.is_opted_in = False
        self.register.club_outlet_id = self.outlet
        self.outlet.with_user(cashier).is_opted_in = True
        self.assertEqual(self.register._club_tenders(), self.tender)
        self.register.with_user(cashier).open_ui()
        session = self.register.current_session_id
        session.with_user(cashier).set_opening_control(0.0, "")
        session.with_user(cashier).post_closing_cash_details(0.0)
        self.assertEqual(session.with_user(cashier).close_session_from_ui(), {"successful": True})

    def test_the_accountant_chooses_the_account(self):
        chosen = self.copy_account(self.points_account, {"name": "Marketing"})
        self.company.club_discount_account_id = chosen
        self.company._club_ensure_accounting()
        self.assertEqual(self.tender.outstanding_account_id, chosen)
        self.assertEqual(self.journal.default_account_id, chosen)

    def test_tender_and_journal_belong_together(self):
        with self.assertRaises(ValidationError):
            self.env["pos.payment.method"].create({"name": "Free money", "journal_id": self.journal.id})
        with self.assertRaises(ValidationError):
            self.tender.copy({"journal_id": self.bank_pm1.journal_id.id})
        with self.assertRaises(ValidationError):
            self.tender.split_transactions = True

    def test_retired_and_taken_up_again(self):
        self.config = self.register
        self.open_new_session()
        self.tender._club_retire()
        self.assertFalse(self.tender.active)
        self.journal.is_club_journal = False
        self.assertEqual(self.company._club_ensure_accounting(), self.tender)
        self.assertTrue(self.tender.active)
        self.assertEqual(self.tender.use_payment_terminal, "loyalty_club")
        self.assertTrue(self.journal.is_club_journal)

    def test_a_taken_code_is_no_obstacle(self):
        company = self.new_company("generic_coa")
        tender = company._club_ensure_accounting()
        tender.unlink()
        journal = self.env["account.journal"].search([("company_id", "=", company.id), ("is_club_journal", "=", True)])
        journal.write({"is_club_journal": False, "bank_acc_number": "BE02001234567890"})
        self.assertEqual(company._club_ensure_accounting().journal_id.code, "LOYA1")
