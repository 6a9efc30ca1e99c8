"""An order that several payments pay: authorised, captured in parts, cancelled, one after the other."""

from unittest.mock import patch

from odoo.tests import tagged

from .common import ClubCommon
from .common_shop import ShopCommon
from .test_paid_confirms import LatePayments


@tagged("post_install", "-at_install", "loyalty_club")
class TestPaidInParts(LatePayments, ShopCommon, ClubCommon):
    """100.00 of mugs, of which 400 Beans pay 20.00."""

    def setUp(self):
        super().setUp()
        provider = self.env["payment.provider"]
        self.startPatcher(patch.object(type(provider), "support_manual_capture", "partial"))

    def started(self, state="authorized"):
        order = self.cart()
        order._club_choose(400)
        return order, self._pay_online(order, state=state)

    def capture(self, payment, amount):
        """The provider reports that so much of an authorised payment was taken."""
        child = payment._create_child_transaction(amount)
        child._set_done()
        child._post_process()
        self.env.invalidate_all()
        return child

    def void(self, payment, amount):
        child = payment._create_child_transaction(amount)
        child._set_canceled()
        child._post_process()
        self.env.invalidate_all()

    def assertOrder(self, order, points, balance):
        self.env.invalidate_all()
        self.assertEqual((order.state, order.amount_total), ("sale", 80))
        self.assertAlmostEqual(order._club_points_money(), points)
        self.assertBalance(balance)
        self.assertCoherent()

    def test_captured_in_two_parts(self):
        order, payment = self.started()
        self.assertOrder(order, 20, 0)
        self.capture(payment, 30)
        self.assertOrder(order, 20, 0)
        self.capture(payment, 50)
        self.assertOrder(order, 20, 80)

    def test_captured_in_part_and_the_rest_voided_earns_nothing(self):
        order, payment = self.started()
        self.capture(payment, 60)
        self.void(payment, 20)
        self.assertEqual(payment.state, "done")
        self.assertOrder(order, 20, 0)
        self._pay_online(order, amount=20)
        self.assertOrder(order, 20, 80)

    def test_captured_part_is_refunded(self):
        order, payment = self.started()
        self.capture(payment, 30)
        rest = self.capture(payment, 50)
        self._refund_online(rest, 20)
        self.assertOrder(order, 20, 60 + 100)  # a quarter of each

    def test_cancelled_authorisation_of_a_cancelled_order_gives_the_points_back(self):
        order, payment = self.started()
        payment._set_canceled()
        order.with_context(disable_cancel_warning=True)._action_cancel()
        self.env.invalidate_all()
        self.assertBalance(400)
        self.assertEqual(self.hold_of(order)._returned(), 400)
        self.assertCoherent()

    def test_cancelled_authorisation_of_a_cart_frees_the_points(self):
        self.company.portal_confirmation_pay = True
        order = self.cart()
        order._club_choose(400)
        payment = self._pay_online(order, amount=40, state="authorized")
        self.assertEqual(order.state, "draft")
        payment._set_canceled()
        order._club_choose(0)
        self.assertPays(order, 100, 0)
        self.member().adjust(self.unit.id, -400, "Spent elsewhere")
        self._pay_online(order)
        self.assertEqual(order.state, "sale")
        self.assertBalance(100)
        self.assertCoherent()

    def test_one_authorised_one_cancelled_one_done(self):
        order = self.cart()
        order._club_choose(400)
        cancelled = self._pay_online(order, state="pending")
        cancelled._set_canceled()
        first = self._pay_online(order, amount=50, state="authorized")
        self.assertEqual(order.state, "sent")
        self._pay_online(order, amount=30)
        self.assertOrder(order, 20, 0)
        self.capture(first, 50)
        self.assertOrder(order, 20, 80)
