"""Orders that take unusual ways: made smaller after a refund, given to somebody else, cancelled after a fault."""

from odoo.tests import tagged

from .test_pick_sale import PickSaleCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestPointsStrays(PickSaleCommon):
    def goods(self, order):
        return order.order_line.filtered(lambda line: not line.is_reward_line)

    def moves(self):
        """[(kind, amount)] of the member's ledger beside what the test began with."""
        entries = self.env["club.entry"].search([("account_id.member_id", "=", self.member().id)], order="id")
        return [(entry.kind, entry.amount) for entry in entries][1:]

    # ------------------------------------------------------------------ refunded, then made smaller
    def test_refund_stays_its_share_of_what_was_paid_when_the_order_gets_smaller(self):
        order = self.cart()
        order._club_choose(200)
        payment = self._pay_online(order)
        self._refund_online(payment, 45.0)
        # 90.00 and 200 Beans paid 100.00 of mugs; half of the money is half of the Beans and half of the award
        moves = [("spend", -200), ("award", 90), ("spend_return", 100), ("clawback", -45)]
        self.assertCountEqual(self.moves(), moves)
        self.assertBalance(345)
        self.goods(order).product_uom_qty = 5
        order._club_sync_if_member()
        self.assertPays(order, 40.0, 10.0)
        self.assertCountEqual(self.moves(), moves)
        self.assertBalance(345)
        self._refund_online(payment, 45.0)  # the rest: nothing is left of either
        self.assertBalance(400)
        self.assertCoherent()

    def test_reward_of_an_order_that_gets_smaller_after_a_refund(self):
        order = self.cart()
        pick = self.take(order)
        payment = self._pay_online(order)
        self._refund_online(payment, 45.0)
        self.assertEqual(pick._returned(), 40)
        self.goods(order).product_uom_qty = 5
        order._club_sync_if_member()
        self.assertEqual(pick._returned(), 40)
        # 80 of 400 for ten percent off, 90 earned, half of both back
        self.assertBalance(400 - 80 + 90 + 40 - 45)
        self.assertCoherent()
