from odoo.fields import Command
from odoo.tests import tagged

from .common_accounting import AccountingCase


@tagged("post_install", "-at_install")
class TestAccounting(AccountingCase):
    """What a sale paid partly in points leaves in the books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.taxes["tax7"]
        cls.coffee = cls.create_product("Coffee", cls.categ_basic, 100.0, tax_ids=cls.tax.ids)
        cls.sales_tax = cls.tax.invoice_repartition_line_ids.account_id or cls.tax_received_account

    def setUp(self):
        super().setUp()
        self.config = self.register
        self.open_new_session()
        self.before = self.trial_balance()

    def test_sale_partly_in_points_books_them_on_the_points_account(self):
        self.sell([(self.coffee, 1)], [(self.cash_pm1, 80.0), (self.tender, 27.0)])
        self.close()
        self.assert_booked(
            {
                self.sales_account: -100.0,
                self.tax_account(): -7.0,
                self.cash_pm1.journal_id.default_account_id: 80.0,
                self.points_account: 27.0,
            }
        )

    def test_every_way_to_pay_at_once_balances(self):
        self.sell([(self.coffee, 3)], [(self.cash_pm1, 21.0), (self.bank_pm1, 200.0), (self.tender, 100.0)])
        self.sell([(self.coffee, 1)], [(self.tender, 107.0)])
        self.close()
        self.assert_booked(
            {
                self.sales_account: -400.0,
                self.tax_account(): -28.0,
                self.cash_pm1.journal_id.default_account_id: 21.0,
                self.outstanding_bank: 200.0,
                self.points_account: 207.0,
            }
        )

    def test_closing_makes_one_payment_that_waits_for_no_bank_statement(self):
        self.sell([(self.coffee, 1)], [(self.tender, 107.0)])
        self.sell([(self.coffee, 1)], [(self.cash_pm1, 7.0), (self.tender, 100.0)])
        self.close()
        payment = self.env["account.payment"].search([("pos_session_id", "=", self.pos_session.id)])
        self.assertRecordValues(
            payment,
            [
                {
                    "amount": 207.0,
                    "journal_id": self.journal.id,
                    "is_matched": True,
                    "is_reconciled": True,
                    "state": "paid",
                }
            ],
        )

    def test_invoiced_sale_is_paid_and_reconciled(self):
        order = self.sell([(self.coffee, 1)], [(self.cash_pm1, 80.0), (self.tender, 27.0)], is_invoiced=True)
        self.assertEqual(order.account_move.payment_state, "paid")
        self.assertEqual(order.account_move.amount_residual, 0.0)
        self.close()
        self.assertEqual(order.account_move.payment_state, "paid")
        self.assert_booked(
            {
                self.sales_account: -100.0,
                self.tax_account(): -7.0,
                self.cash_pm1.journal_id.default_account_id: 80.0,
                self.points_account: 27.0,
            }
        )

    def test_refund_in_the_same_session_takes_its_points_back_off_the_account(self):
        order = self.sell([(self.coffee, 2)], [(self.cash_pm1, 114.0), (self.tender, 100.0)])
        self.refund(order, [(self.cash_pm1, -57.0), (self.tender, -50.0)], quantity=1)
        self.close()
        self.assert_booked(
            {
                self.sales_account: -100.0,
                self.tax_account(): -7.0,
                self.cash_pm1.journal_id.default_account_id: 57.0,
                self.points_account: 50.0,
            }
        )

    def test_refund_in_a_later_session_credits_the_points_account(self):
        order = self.sell([(self.coffee, 1)], [(self.cash_pm1, 7.0), (self.tender, 100.0)])
        self.close()
        self.open_new_session(7.0)
        self.refund(order, [(self.cash_pm1, -7.0), (self.tender, -100.0)], quantity=1)
        self.close()
        payments = self.env["account.payment"].search([("pos_session_id", "=", self.pos_session.id)])
        self.assertRecordValues(
            payments, [{"amount": 100.0, "payment_type": "outbound", "journal_id": self.journal.id}]
        )
        self.assert_booked({})

    def test_invoiced_refund_is_reconciled(self):
        order = self.sell([(self.coffee, 1)], [(self.cash_pm1, 7.0), (self.tender, 100.0)], is_invoiced=True)
        self.close()
        self.open_new_session(7.0)
        refund = self.refund(order, [(self.cash_pm1, -7.0), (self.tender, -100.0)], quantity=1, is_invoiced=True)
        self.close()
        self.assertEqual(refund.account_move.move_type, "out_refund")
        self.assertEqual(refund.account_move.payment_state, "reversed")
        self.assertEqual(refund.account_move.amount_residual, 0.0)
        self.assert_booked({})

    def test_points_in_and_out_of_one_session_may_cancel_out(self):
        order = self.sell([(self.coffee, 1)], [(self.tender, 107.0)])
        self.refund(order, [(self.tender, -107.0)], quantity=1)
        self.close()
        self.assert_booked({})

    def test_closing_asks_for_no_count_of_points(self):
        self.sell([(self.coffee, 1)], [(self.tender, 107.0)])
        shown = self.pos_session.get_closing_control_data()["non_cash_payment_methods"]
        types = {line["id"]: line["type"] for line in shown}
        self.assertEqual(types[self.tender.id], "loyalty_club")
        self.assertEqual(types[self.bank_pm1.id], "bank")
        amounts = {line["id"]: line["amount"] for line in shown}
        self.assertEqual(amounts[self.tender.id], 107.0)

    def test_a_counted_difference_in_points_is_never_booked(self):
        self.sell([(self.coffee, 1)], [(self.tender, 107.0)])
        self.pos_session.post_closing_cash_details(0.0)
        self.pos_session.close_session_from_ui([(self.tender.id, -107.0)])
        self.assertEqual(self.pos_session.state, "closed")
        self.assert_booked({self.sales_account: -100.0, self.tax_account(): -7.0, self.points_account: 107.0})

    def test_accruing_club_takes_points_off_its_liability(self):
        self.close()
        self.club.points_accounting = "accrue"
        self.open_new_session()
        self.assertEqual(self.tender.outstanding_account_id.account_type, "liability_current")
        self.sell([(self.coffee, 1)], [(self.tender, 107.0)])
        self.close()
        self.assert_booked(
            {
                self.sales_account: -100.0,
                self.tax_account(): -7.0,
                self.company.club_liability_account_id: 107.0,
            }
        )

    def test_branch_register_books_in_the_branch_on_the_root_account(self):
        self.close()
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.company_ids += branch
        self.env["account.chart.template"].try_loading(self.company.chart_template, branch, install_demo=False)
        self.env = self.env(context=dict(self.env.context, allowed_company_ids=[branch.id, self.company.id]))
        register = self.branch_register(branch)
        tender = register._club_tenders()
        self.assertRecordValues(tender, [{"company_id": branch.id, "journal_id": self.journal.id}])
        self.config = register
        self.open_new_session()
        product = self.coffee.with_env(self.env)
        product.company_id = False
        self.sell([(product, 1)], [(tender, 107.0)])
        self.close()
        booked = self.trial_balance(branch)
        self.assertEqual(booked[self.points_account.id], 107.0)
        self.assertFalse(self.company.currency_id.round(sum(booked.values())))

    def branch_register(self, branch):
        card = self.env["pos.payment.method"].create(
            {"name": "Card", "company_id": branch.id, "journal_id": self.bank_pm1.journal_id.id}
        )
        self.club.company_ids += branch
        outlet = self.env["club.outlet"].create(
            {
                "name": "Branch",
                "club_id": self.club.id,
                "company_id": branch.id,
                "pool_id": self.pool.id,
                "is_opted_in": True,
            }
        )
        return self.env["pos.config"].create(
            {
                "name": "Branch shop",
                "company_id": branch.id,
                "club_outlet_id": outlet.id,
                "payment_method_ids": [Command.set(card.ids)],
            }
        )
