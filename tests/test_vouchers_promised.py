"""One voucher in two carts: it is one order's alone from the first payment on, and a paid order has it."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_pos import TenderCommon
from .common_voucher import VoucherInCarts


@tagged("post_install", "-at_install", "loyalty_club")
class TestVouchersPromised(VoucherInCarts, TenderCommon):
    def refused_payment(self, order, words="another order"):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self._pay_online(order)

    def leave_open(self, payment):
        """The customer closed the tab a day ago."""
        self.env.flush_all()
        late = fields.Datetime.subtract(fields.Datetime.now(), hours=25)
        self.env.cr.execute("UPDATE payment_transaction SET create_date = %s WHERE id = %s", (late, payment.id))
        self.env.invalidate_all()

    def settle(self, payment):
        """The money comes, in a request of its own."""
        self.env.invalidate_all()
        payment._set_done()
        payment._post_process()

    def test_second_cart_is_told_before_it_pays(self):
        first, second = self.cart(self.voucher), self.cart(self.voucher)
        self.assertEqual((first._club_voucher_obstacle(), second._club_voucher_obstacle()), ("", ""))
        self._pay_online(first, state="pending")
        self.assertEqual(first._club_voucher_obstacle(), "")
        self.assertIn("whose payment was started", second._club_voucher_obstacle())
        self.refused_payment(second)
        self.assertIn("whose payment was started", self.apply(self.cart()))
        with self.assertRaisesRegex(UserError, "another order"):
            second.action_confirm()
        self.assertEqual(self.state(), "owned")

    def test_paid_order_confirms_with_it_and_the_other_never_pays(self):
        first, second = self.cart(self.voucher), self.cart(self.voucher)
        payment = self._pay_online(first, state="pending")
        self.settle(payment)
        self.assertEqual((first.state, self.state()), ("sale", "used"))
        self.assertAlmostEqual(first.amount_total, 108.9)
        self.refused_payment(second, "used already")

    def test_failed_or_cancelled_payment_frees_it(self):
        first, second = self.cart(self.voucher), self.cart(self.voucher)
        payment = self._pay_online(first, state="pending")
        payment._set_canceled()
        self.assertEqual(second._club_voucher_obstacle(), "")
        self._pay_online(second)
        self.assertEqual((second.state, self.state()), ("sale", "used"))
        self.refused_payment(first, "used already")

    def test_payment_left_open_frees_it_after_a_day(self):
        first, second = self.cart(self.voucher), self.cart(self.voucher)
        payment = self._pay_online(first, state="draft")
        self.refused_payment(second)
        self.leave_open(payment)
        self.assertEqual(second._club_voucher_obstacle(), "")

    def test_cart_without_the_voucher_or_cancelled_frees_it(self):
        for leave in (lambda order: order.order_line.filtered("is_reward_line").unlink(), lambda o: o._action_cancel()):
            first, second = self.cart(self.voucher), self.cart(self.voucher)
            self._pay_online(first, state="pending")
            self.assertTrue(second._club_voucher_obstacle())
            leave(first)
            self.assertEqual(second._club_voucher_obstacle(), "")

    def test_same_order_may_try_another_payment(self):
        order = self.cart(self.voucher)
        self._pay_online(order, state="draft")
        self._pay_online(order)
        self.assertEqual((order.state, self.state()), ("sale", "used"))

    def test_money_that_comes_after_the_voucher_was_used_elsewhere_confirms_the_order_all_the_same(self):
        first = self.cart(self.voucher)
        late = self._pay_online(first, state="draft")
        self.leave_open(late)
        second = self.cart(self.voucher)
        self._pay_online(second)
        self.assertEqual(second.state, "sale")
        self.settle(late)
        self.assertEqual(first.state, "sale")
        self.assertAlmostEqual(first.amount_total, 108.9)
        self.assertEqual((self.voucher.card_id.points, self.voucher.used_id), (0, second.id))
        self.assertTrue([note for note in first.message_ids if "What was paid stands" in note.body])
        first._action_cancel()
        self.assertEqual(self.state(), "used", "it was not this order that used it")

    def test_register_is_told_of_a_payment_that_is_on_its_way(self):
        card = self.voucher.card_id
        self._pay_online(self.cart(self.voucher), state="pending")
        answer = self.till().use_coupon_code(card.code, "2026-01-01 12:00:00", self.ada.id, False)
        self.assertFalse(answer["successful"])
        self.assertIn("whose payment was started", answer["payload"]["error_message"])
        reward = self.ten.reward_ids
        line = {"price_unit": -10, "is_reward_line": True, "reward_id": reward.id, "coupon_id": card.id}
        order = self.ring_up([(self.coffee, 1), (reward.discount_line_product_id, 1, line)])
        self.add_rest(order)
        self.assertRefused(order, "whose payment was started.* Take it off the order")

    def test_manager_does_not_give_it_back_meanwhile(self):
        self._pay_online(self.cart(self.voucher), state="pending")
        with self.assertRaisesRegex(UserError, "being paid"):
            self.voucher.action_refund()

    def test_quotation_is_not_confirmed_over_a_payment(self):
        quotation = self.quotation([(self.coffee, 1)])
        self.assertEqual(self.apply(quotation), "")
        self._pay_online(self.cart(self.voucher), state="pending")
        with self.assertRaisesRegex(UserError, "another order"):
            quotation.action_confirm()

    def test_voucher_of_somebody_else_in_a_cart_names_no_order(self):
        gift = self.buy(self.reward("Gift", 1, club_is_giftable=True), key="gift")
        first = self.cart(gift)
        self._pay_online(first, state="pending")
        self.assertNotIn(first.name, self.apply(self.cart(partner=self.bob), gift))

    # ------------------------------------------------------------------ kept
    def kept(self):
        return self.env["club.refusal"].search([("club_id", "=", self.club.id), ("code", "like", "voucher")])

    def test_refusals_of_the_shop_are_kept_with_their_order(self):
        order = self.cart(partner=self.bob)
        self.apply(order)
        self.apply(order)
        [refusal] = self.kept()
        self.assertEqual((refusal.code, refusal.times, refusal.source_name), ("voucher_foreign", 2, order.name))
        self.assertEqual(refusal.partner_id, self.bob)
        self.assertIn("another customer", refusal.message)
        self.assertEqual(refusal.place, self.website.display_name)
        self.assertEqual(self.env["club.refusal"].search([("source_name", "ilike", order.name)]), refusal)

    def test_refusals_of_the_register_are_kept(self):
        self.till().use_coupon_code(self.voucher.card_id.code, "2026-01-01 12:00:00", self.bob.id, False)
        self.till().use_coupon_code(self.voucher.card_id.code, "2026-01-01 12:00:00", False, False)
        self.assertEqual(set(self.kept().mapped("code")), {"voucher_foreign", "voucher_nobody"})
        self.assertEqual(self.kept().partner_id, self.bob)
