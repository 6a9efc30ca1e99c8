from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from ..engine.values import Born
from ..models.ledger import Intent
from .common_accounting import PLENTY, AccountingCase


class LiabilityCase(AccountingCase):
    """A club that books points when they are awarded; what was there before is booked already.

    The member has 100,000 points, worth 1,000.00.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.taxes["tax7"]
        cls.coffee = cls.create_product("Coffee", cls.categ_basic, 100.0, tax_ids=cls.tax.ids)
        cls.club.points_accounting = "accrue"
        cls.club._ensure_program()
        cls.register._club_sync_tender()
        cls.accruals = cls.env["club.accrual"].sudo()
        cls.opening = cls.accruals._book(cls.company)
        cls.liability = cls.company.club_liability_account_id
        cls.granted = cls.company.club_expense_account_id

    def setUp(self):
        super().setUp()
        self.config = self.register
        self.before = self.trial_balance()

    def book(self):
        return self.accruals._book(self.company)

    def causes(self, accrual):
        return {line.cause: line.money for line in accrual.line_ids}

    def post(self, kind, amount, **values):
        account = self.member.account_ids
        intent = Intent(
            account_id=account.id, kind=kind, key=f"test:{kind}:{len(account.entry_ids)}", amount=amount, **values
        )
        entry = self.env["club.entry"]._post([intent])
        account.invalidate_recordset()
        return entry

    def points(self):
        """What the members have, counted from the portions themselves."""
        self.env["club.lot"].invalidate_model()
        return sum(self.env["club.lot"].search([("account_id.club_id", "=", self.club.id)]).mapped("left_amount"))

    def assertOwes(self, money):
        owed = -self.trial_balance().get(self.liability.id, 0.0)
        self.assertFalse(self.company.currency_id.compare_amounts(owed, money), f"{owed} is owed, not {money}")
        self.assertEqual(self.club.prove_liability(), [])


@tagged("post_install", "-at_install")
class TestLiability(LiabilityCase):
    """What a company owes its members is in its books, by cause, and once."""

    def test_first_booking_says_what_members_had_before(self):
        self.assertEqual(self.causes(self.opening), {"opening": PLENTY / 100})
        self.assertEqual(self.liability.account_type, "liability_current")
        self.assertOwes(1000.0)

    def test_award_is_booked_once_however_often_it_is_asked_for(self):
        self.post("award", 10_700)
        self.post("award", 300)
        booked = self.book()
        self.assertEqual(len(booked.move_id.line_ids), 2)
        self.assertFalse(self.book() | self.book())
        self.assert_booked({self.granted: 110.0, self.liability: -110.0})
        self.assertOwes(1110.0)
        self.env.flush_all()
        self.club._count()
        cards = self.env["club.club"].get_dashboard(club_id=self.club.id)["cards"]
        [owed] = [card["value"] for card in cards if card["key"] == "owed"]
        self.assertEqual(owed, self.club.currency_id.format(1110.0), "the dashboard says what the books say")

    def test_entry_carries_no_tax_and_says_what_it_is_made_of(self):
        entry = self.post("award", 500)
        booked = self.book()
        self.assertFalse(booked.move_id.line_ids.tax_ids | booked.move_id.line_ids.tax_line_id)
        self.assertEqual((booked.entry_from, booked.entry_to), (self.opening.entry_to, entry.id))
        self.assertIn(str(entry.id), booked.move_id.ref)
        self.assertEqual(booked.line_ids.action_view_entries()["domain"], [("id", "in", entry.ids)])

    def test_refund_expiry_gift_and_removal_each_have_their_line(self):
        award = self.post("award", 1000)
        today = self.club._today()
        self.post("award", 400, born=(Born(amount=400, available_on=today, expires_on=today),))
        self.book()
        self.before = self.trial_balance()
        self.post("clawback", 300, own_entry_ids=tuple(award.ids), corrects_id=award.id)
        self.member.adjust(self.club.tier_unit_id.id, 50, "Sorry")
        self.member.adjust(self.club.tier_unit_id.id, -20, "Typing error")
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.env["club.account"]._expire_members(self.member.ids)
            booked = self.book()
        self.assertEqual(self.causes(booked), {"refunded": -3.0, "adjusted": 0.3, "expired": -3.8})
        self.assert_booked({self.granted: -6.5, self.liability: 6.5})

    def test_expired_points_go_to_the_account_that_was_chosen_for_them(self):
        breakage = self.env["account.account"].create(
            {"name": "Breakage", "code": "799111", "account_type": "income_other"}
        )
        self.company.club_breakage_account_id = breakage
        today = self.club._today()
        self.post("award", 400, born=(Born(amount=400, available_on=today, expires_on=today),))
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.env["club.account"]._expire_members(self.member.ids)
            self.book()
        self.assert_booked({self.granted: 4.0, breakage: -4.0})

    def test_points_used_at_a_register_are_booked_by_its_closing(self):
        self.open_new_session()
        self.sell([(self.coffee, 1)], [(self.cash_pm1, 80.0), (self.tender, 27.0)])
        earned = self.points() - PLENTY + 2700
        self.assertEqual(earned, 74)  # 100.00 before tax, of which 80.00 of 107.00 came in money
        booked = self.book()
        self.assertEqual(booked.waiting, 27.0)
        self.assertEqual(self.causes(booked), {"used": -27.0, "earned": earned / 100})
        self.close()
        self.assertFalse(self.book())
        self.assert_booked(
            {
                self.sales_account: -100.0,
                self.tax_account(): -7.0,
                self.cash_pm1.journal_id.default_account_id: 80.0,
                self.granted: earned / 100,
                self.liability: 27.0 - earned / 100,
            }
        )
        self.assertOwes(self.points() / 100)

    def test_invoiced_order_and_its_refund_leave_what_members_have(self):
        self.open_new_session()
        order = self.sell([(self.coffee, 1)], [(self.cash_pm1, 7.0), (self.tender, 100.0)], is_invoiced=True)
        self.assertEqual(order.account_move.payment_state, "paid")
        self.book()
        self.close()
        self.book()
        self.assertOwes(self.points() / 100)
        self.open_new_session(7.0)
        self.refund(order, [(self.cash_pm1, -7.0), (self.tender, -100.0)], quantity=1, is_invoiced=True)
        self.book()
        self.close()
        self.assertFalse(self.book())
        self.assertEqual(self.points(), PLENTY)
        self.assert_booked({})
        self.assertOwes(1000.0)

    def test_reward_bought_with_points_releases_its_price(self):
        self.post("voucher", 5000)
        booked = self.book()
        self.assertEqual(self.causes(booked), {"reward": -50.0})
        self.assert_booked({self.granted: -50.0, self.liability: 50.0})

    def test_points_that_are_owed_are_no_claim_and_awards_pay_them_first(self):
        award = self.post("award", 1000)
        self.post("spend", PLENTY + 1000)
        self.post("clawback", 1000, own_entry_ids=tuple(award.ids), corrects_id=award.id)
        self.book()
        self.assertOwes(0.0)
        self.post("award", 1500)
        self.post("settle", 0)
        self.book()
        self.assertEqual(self.points(), 500)
        self.assertOwes(5.0)

    def test_expected_use_books_that_share_and_sales_take_the_rest(self):
        self.club.accrual_rate = 80
        self.assertEqual(self.causes(self.book()), {"revalued": -200.0})
        self.open_new_session()
        self.sell([(self.coffee, 1)], [(self.tender, 107.0)])
        booked = self.book()
        self.assertEqual(self.causes(booked), {"used": -85.6, "difference": 21.4})
        self.close()
        self.assertOwes(1000.0 * 0.8 - 85.6)
        self.assertEqual(self.points(), PLENTY - 10_700)

    def test_another_value_of_a_point_revalues_what_members_have(self):
        self.club.tier_unit_id.money_value = 0.02
        self.assertEqual(self.causes(self.book()), {"revalued": 1000.0})
        self.assertOwes(2000.0)

    def test_locked_period_is_left_alone(self):
        today = fields.Date.context_today(self.accruals)
        self.company.fiscalyear_lock_date = today
        self.post("award", 1000)
        booked = self.book()
        self.assertGreater(booked.move_id.date, today)
        self.assertIn("locked", booked.note)
        self.assertOwes(1010.0)

    def test_club_that_stops_accruing_owes_nothing_in_its_books(self):
        self.club.points_accounting = "discount"
        self.book()
        self.assertOwes(0.0)
        self.post("award", 1000)
        self.assertFalse(self.book())
        self.club.points_accounting = "accrue"
        self.assertEqual(self.causes(self.book()), {"opening": 1010.0})

    def test_movement_that_was_still_being_written_is_booked_by_its_cause_later(self):
        self.post("award", 1000)
        hidden = self.post("award", 500)
        self.book()
        last = self.accruals.search([("company_id", "=", self.company.id)], limit=1)
        last.late_entries = hidden.ids  # as if its transaction had ended after the booking
        last.standing = {unit: (points - 500, money - 500) for unit, (points, money) in last.standing.items()}
        last.move_id.button_draft()
        last.move_id.line_ids = [
            fields.Command.update(line.id, {"debit": line.debit and 10.0, "credit": line.credit and 10.0})
            for line in last.move_id.line_ids
        ]
        last.move_id.action_post()
        self.assertEqual(self.causes(self.book()), {"earned": 5.0})

    def test_booking_that_was_taken_back_is_named_and_made_up_for(self):
        self.post("award", 1000)
        booked = self.book()
        booked.move_id.button_draft()
        [found] = self.club.prove_liability()
        self.assertEqual((found["code"], found["expected"], found["found"]), ("booking", 10.0, 0.0))
        self.assertEqual(self.causes(self.book()), {"difference": 10.0})
        self.assertOwes(1010.0)

    def test_entry_by_hand_is_named(self):
        self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    fields.Command.create({"account_id": self.liability.id, "debit": 7.0}),
                    fields.Command.create({"account_id": self.granted.id, "credit": 7.0}),
                ],
            }
        ).action_post()
        [found] = self.club.prove_liability()
        self.assertEqual((found["code"], found["expected"], found["found"]), ("account", 1000.0, 993.0))

    def test_only_managers_book(self):
        self.post("award", 1000)
        cashier = new_test_user(self.env, "cashier_books", "point_of_sale.group_pos_user")
        with self.assertRaises(AccessError):
            self.accruals.with_user(cashier).action_book_now()
        with self.assertRaises(AccessError):
            self.club.with_user(cashier).prove_liability()
        self.accruals.action_book_now()
        self.assertOwes(1010.0)

    def test_nightly_job_books(self):
        self.post("award", 1000)
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_club.ir_cron_book_liability").method_direct_trigger()
        self.assertOwes(1010.0)


@tagged("post_install", "-at_install")
class TestLiabilityCredit(LiabilityCase):
    """Points that become store credit: 1,000 of them, worth 10.00, bring 8.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([("program_type", "=", "ewallet")]).active = False
        cls.unit = cls.club.tier_unit_id
        cls.unit.write({"is_credit_allowed": True, "credit_rate": 0.008})
        cls.wallet = cls.club.credit_program_id
        cls.wallet_debt = cls.env["account.account"].create(
            {"name": "Store credit", "code": "219777", "account_type": "liability_current"}
        )
        cls.wallet.reward_ids.discount_line_product_id.property_account_income_id = cls.wallet_debt
        cls.accruals._book(cls.company)

    def test_one_debt_becomes_the_other(self):
        self.member.convert(self.unit.id, 1000, "today")
        booked = self.book()
        self.assertEqual(self.causes(booked), {"converted": -10.0, "granted": 8.0})
        self.assert_booked({self.liability: 10.0, self.wallet_debt: -8.0, self.granted: -2.0})
        self.assertOwes(990.0)
        self.assertFalse(self.book())

    def test_turned_back_it_is_points_again(self):
        told = self.member.convert(self.unit.id, 1000, "today")
        self.book()
        self.env["club.credit"].browse(told["credit_id"]).reverse("Mistake")
        self.book()
        self.assert_booked({})
        self.assertOwes(1000.0)

    def test_without_a_liability_account_income_falls_when_the_credit_is_used(self):
        self.wallet.reward_ids.discount_line_product_id.property_account_income_id = False
        self.book()
        self.member.convert(self.unit.id, 1000, "today")
        self.assertEqual(self.causes(self.book()), {"converted": -10.0})
        self.assert_booked({self.liability: 10.0, self.granted: -10.0})

    def test_club_that_books_discounts_owes_the_credit_all_the_same(self):
        self.club.points_accounting = "discount"
        self.book()
        self.before = self.trial_balance()
        self.member.convert(self.unit.id, 1000, "today")
        self.assertEqual(self.causes(self.book()), {"granted": 8.0})
        self.assert_booked({self.company.club_discount_account_id: 8.0, self.wallet_debt: -8.0})
