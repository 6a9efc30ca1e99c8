"""What becomes of money and points when a cart is paid for in part with points: every row of the design's table."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ClubCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install")
class TestShopPointsMoney(ShopCommon, ClubCommon):
    def paid_later(self, state="draft"):
        """A cart of 100.00 with 20.00 in points and a payment of 80.00 on its way."""
        order = self.cart()
        order._club_choose(400)
        payment = self._pay_online(order, state=state)
        self.assertPays(order, 80.0, 20.0)
        self.assertEqual(payment.club_points_money, 20.0)
        return order, payment

    def assertConfirmed(self, order, total, points):
        self.assertEqual(order.state, "sale")
        self.assertPays(order, total, points)
        self.assertCoherent()

    def test_paid_at_once_uses_the_points(self):
        order, payment = self.paid_later()
        self.finish(payment)
        self.assertConfirmed(order, 80.0, 20.0)
        self.assertEqual(self.hold_of(order).state, "captured")
        self.assertBalance(80)  # 400 used, 80 earned on the money

    def test_promise_ran_out_and_points_went_elsewhere_confirms_at_what_was_paid(self):
        for is_recomputed in (False, True):
            with self.subTest(is_recomputed=is_recomputed):
                order, payment = self.paid_later()
                self.run_out(order)
                self.spend_elsewhere(self.balance() - 100)
                if is_recomputed:
                    order._update_programs_and_rewards()
                self.finish(payment)
                self.assertConfirmed(order, 80.0, 20.0)
                self.assertEqual(self.debt(), 220)  # 300 missing, 80 earned
                self.enrol(points=620)

    def test_lower_cap_after_the_payment_started_changes_nothing(self):
        order, payment = self.paid_later("pending")
        self.club.redeem_max_money = 5.0
        order._update_programs_and_rewards()
        self.finish(payment)
        self.assertConfirmed(order, 80.0, 20.0)
        self.assertEqual(self.debt(), 0)

    def test_cart_shrinks_while_the_payment_is_on_its_way(self):
        for quantity, total, points in ((9, 80.0, 10.0), (8, 80.0, 0.0), (7, 70.0, 0.0)):
            with self.subTest(quantity=quantity):
                before = self.balance()
                if before < 400:
                    self.enrol(points=400 - before)
                before = self.balance()
                order, payment = self.paid_later()
                self.set_quantity(order, quantity)
                self.finish(payment)
                self.assertConfirmed(order, total, points)
                used = self.hold_of(order).amount if self.hold_of(order).state == "captured" else 0
                self.assertEqual(used, int(points * 20))

    def test_cart_grows_waits_for_the_rest_and_keeps_its_promise(self):
        order, payment = self.paid_later("pending")
        self.set_quantity(order, 13)
        self.club.redeem_max_money = 5.0
        self.finish(payment)
        self.assertEqual(order.state, "sent")
        self.assertPays(order, 110.0, 20.0)
        order._update_programs_and_rewards()
        self.assertPays(order, 110.0, 20.0)
        self.finish(self._pay_online(order, 30.0, state="draft"))
        self.assertConfirmed(order, 110.0, 20.0)

    def test_points_taken_off_in_another_tab_come_back_with_the_payment(self):
        order, payment = self.paid_later()
        order._club_choose(0)
        self.assertPays(order, 100.0, 0.0)
        self.finish(payment)
        self.assertConfirmed(order, 80.0, 20.0)

    def test_declined_then_fewer_points_and_the_second_payment_comes(self):
        order, first = self.paid_later()
        first._set_error("declined")
        order._club_choose(200)
        self.assertPays(order, 90.0, 10.0)
        self.assertEqual(self.hold_of(order).amount, 400)  # the first may still come through
        second = self._pay_online(order, state="draft")
        self.finish(second)
        self.assertConfirmed(order, 90.0, 10.0)
        self.assertBalance(200 + 90)

    def test_forgotten_payment_whose_promise_was_given_back_still_confirms(self):
        order, payment = self.paid_later()
        self.hold_of(order)._release()
        self.spend_elsewhere(300)
        self.finish(payment)
        self.assertConfirmed(order, 80.0, 20.0)
        self.assertEqual(self.debt(), 220)

    def test_authorized_payment_confirms_and_earns_when_it_is_captured(self):
        provider = self.env.ref("payment.payment_provider_transfer")
        with patch.object(type(provider), "support_manual_capture", "full_only"):
            order, payment = self.paid_later("authorized")
        self.assertConfirmed(order, 80.0, 20.0)
        self.assertBalance(0)
        self.finish(payment)
        self.assertBalance(80)

    def test_prepayment_of_half_confirms_with_points_and_earns_at_the_rest(self):
        order = self.cart(prepayment_percent=0.5)
        order._club_choose(400)
        self._pay_online(order, 40.0)
        self.assertConfirmed(order, 80.0, 20.0)
        self.assertBalance(0)
        self._pay_online(order, 40.0)
        self.assertBalance(80)

    def test_switching_off_in_between_changes_nothing_for_a_payment_under_way(self):
        order, payment = self.paid_later()
        self.company._club_points_program().active = False
        self.club.action_switch_off()
        order._update_programs_and_rewards()
        self.finish(payment)
        self.assertConfirmed(order, 80.0, 20.0)

    def test_contact_changes_before_a_payment_takes_the_points_off(self):
        order = self.cart()
        order._club_choose(400)
        order.partner_id = self.bob
        order._update_programs_and_rewards()
        self.assertPays(order, 100.0, 0.0)

    def test_contact_changes_after_a_payment_takes_from_who_promised(self):
        order, payment = self.paid_later()
        order.partner_id = self.bob
        order._update_programs_and_rewards()
        self.finish(payment)
        self.assertConfirmed(order, 80.0, 20.0)
        self.assertEqual(self.balance(), 0)

    def test_abandoned_cart_frees_the_points_and_loses_its_line(self):
        order = self.cart()
        order._club_choose(400)
        self.run_out(order)
        order._update_programs_and_rewards()
        self.assertPays(order, 100.0, 0.0)
        other = self.cart()
        other._club_choose(400)
        self.assertPays(other, 80.0, 20.0)

    def test_cleaned_up_cart_keeps_its_points_while_a_failed_payment_may_still_come(self):
        order, payment = self.paid_later()
        payment._set_error("declined")
        order.applied_coupon_ids = False
        order._update_programs_and_rewards()
        self.assertPays(order, 80.0, 20.0)

    def test_fault_in_taking_points_never_stops_the_order_and_is_repaired(self):
        order, payment = self.paid_later()
        hold = self.hold_of(order)

        def fail(*_args, **_kwargs):
            raise ValueError("broken")

        with self.assertLogs("odoo.addons.loyalty_club.models.sale_hold", "ERROR"):
            patched = self.patch_capture(fail)
            with patched:
                self.finish(payment)
        self.assertConfirmed(order, 80.0, 20.0)
        self.assertIn("broken", hold.fault)
        self.assertEqual(hold.state, "held")
        order._update_programs_and_rewards()
        self.assertPays(order, 80.0, 20.0)
        self.env["club.hold"]._repair_settled()
        self.assertEqual((hold.state, hold.fault, hold.amount), ("captured", False, 400))
        self.assertBalance(80)

    def patch_capture(self, fail):
        return patch.object(type(self.env["club.hold"]), "_capture", fail)

    def test_staff_confirm_a_pending_wire_at_its_promise(self):
        order, _payment = self.paid_later("pending")
        self.club.redeem_max_money = 0.01
        self.hold_of(order)._release()
        order.action_confirm()
        self.assertConfirmed(order, 80.0, 20.0)

    def test_cap_falls_to_nothing_and_comes_back(self):
        order = self.cart()
        order._club_choose(400)
        self.env["club.condition"].create(
            {"club_id": self.club.id, "unit_id": self.unit.id, "minimum_total": 50, "maximum": 1000}
        )
        self.set_quantity(order, 3)
        self.assertPays(order, 30.0, 0.0)
        self.set_quantity(order, 10)
        self.assertPays(order, 80.0, 20.0)

    def test_wholly_covered_cart_confirms_without_a_payment_and_earns_nothing(self):
        order = self.cart(2)
        order._club_choose(400)
        self.assertPays(order, 0.0, 20.0)
        order._validate_order()
        self.assertConfirmed(order, 0.0, 20.0)
        self.assertBalance(0)

    def test_covered_cart_whose_promise_is_gone_is_not_given_away(self):
        order = self.cart(2)
        order._club_choose(400)
        self.run_out(order)
        self.spend_elsewhere(400)
        with self.assertRaises(UserError):
            order._validate_order()
        self.assertEqual(order.state, "draft")

    def test_covered_cart_whose_time_ran_out_is_promised_anew_where_points_are_left(self):
        order = self.cart(2)
        order._club_choose(400)
        self.run_out(order)
        order._validate_order()
        self.assertConfirmed(order, 0.0, 20.0)
        self.assertBalance(0)

    def test_payment_of_a_cart_whose_points_went_elsewhere_is_refused_before_it_starts(self):
        order = self.cart()
        order._club_choose(400)
        self.run_out(order)
        other = self.cart()
        other._club_choose(400)
        with self.assertRaises(UserError):
            self._pay_online(order, 80.0, state="draft")
        self.assertCoherent()

    def test_payment_reported_twice_takes_once(self):
        order, payment = self.paid_later()
        self.finish(payment)
        payment._post_process()
        self.assertConfirmed(order, 80.0, 20.0)
        self.assertBalance(80)
