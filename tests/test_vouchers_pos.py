from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_voucher import VoucherAtTheTill


@tagged("post_install", "-at_install", "loyalty_club")
class TestVouchersPos(VoucherAtTheTill):
    """A voucher at the register: used by the server when the order is paid, whatever the register says."""

    def test_register_accepts_the_code_from_its_owner_alone(self):
        self.assertIn("Choose the customer first", self.refusal_of())
        self.assertIn("another customer", self.refusal_of(self.bob))
        answer = self.scan(self.ada)
        self.assertTrue(answer["successful"])
        self.assertEqual(answer["payload"]["coupon_id"], self.card.id)

    def test_paid_order_uses_it_once_however_often_it_is_sent(self):
        data = self.order_with()
        order = self.sync(data)
        self.sync(data)
        self.assertEqual((self.card.points, self.state()), (0, "used"))
        self.assertEqual(sum(self.card.history_ids.mapped("used")), 1)
        self.assertEqual(order.amount_total, 108.9)
        self.assertIn("used already", self.refusal_of(self.ada))

    def test_second_order_with_the_same_voucher_is_refused(self):
        first, second = self.order_with(), self.order_with()
        self.sync(first)
        with self.assertRaisesRegex(UserError, "used already"), self.env.cr.savepoint():
            self.sync(second)

    def test_order_of_another_customer_is_refused(self):
        with self.assertRaisesRegex(UserError, "another customer"), self.env.cr.savepoint():
            self.sync(self.order_with(partner=self.bob))
        self.assertEqual(self.state(), "owned")

    def test_what_the_register_reports_afterwards_makes_no_voucher_worth_more(self):
        order = self.sync(self.order_with())
        told = {"points": 5, "program_id": self.ten.id, "partner_id": self.ada.id, "coupon_id": self.card.id}
        order.with_user(self.cashier).confirm_coupon_programs({str(self.card.id): {**told, "line_codes": []}})
        self.assertEqual(self.card.points, 0)
        empty = self.sell([(self.cake, 1)], self.ada)
        empty.with_user(self.cashier).confirm_coupon_programs({str(self.card.id): {**told, "line_codes": []}})
        self.assertEqual((self.card.points, self.state()), (0, "used"))

    def test_refunded_order_gives_it_back_while_it_is_good(self):
        order = self.sync(self.order_with())
        self.refund(order)
        self.assertEqual((self.card.points, self.state()), (1, "owned"))
        self.assertCoherent()

    def test_what_a_voucher_paid_is_not_refunded_in_money(self):
        order = self.sync(self.order_with())
        with self.assertRaisesRegex(UserError, "Refund the line of the reward as well"), self.env.cr.savepoint():
            self.refund(order, {self.coffee: 1})
        self.assertEqual(self.state(), "used")

    def test_refund_without_the_vouchers_line_gives_nothing_back(self):
        order = self.sync(self.order_with(cakes=2))
        self.refund(order, {self.cake: 2})
        self.assertEqual(self.state(), "used")
        with self.assertRaisesRegex(UserError, "24.20 were refunded before"), self.env.cr.savepoint():
            self.refund(order, {self.coffee: 1})

    def test_voucher_that_may_be_given_away_needs_no_customer(self):
        gift = self.buy(self.reward("Gift", 1, club_is_giftable=True), key="gift")
        self.assertTrue(self.scan(None, gift.card_id)["successful"])
        self.sync(self.order_with(gift.card_id, self.bob))
        self.assertEqual(gift.card_id.points, 0)
