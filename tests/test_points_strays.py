"""Orders that take unusual ways: made smaller after a refund, given to somebody else, cancelled after a fault."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

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

    # ------------------------------------------------------------------ given to somebody else
    def test_quotation_given_to_another_customer_takes_nobodys_points(self):
        self.enrol(self.bob, points=400)
        order = self.cart()
        order._club_choose(200)
        hold = self.hold_of(order)
        order.partner_id = self.bob
        self.assertPays(order, 100.0, 0.0)
        self.assertEqual((hold.state, self.free()), ("released", 400))
        order.action_confirm()
        self.assertPays(order, 100.0, 0.0)
        self.assertBalance(400)
        self.assertBalance(400, partner=self.bob)
        self.assertCoherent()

    def test_promise_of_the_customer_before_is_not_made_anew_from_anybody_elses_points(self):
        self.enrol(self.bob, points=400)
        order = self.cart()
        order._club_choose(200)
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET partner_id = %s WHERE id = %s", [self.bob.id, order.id])
        self.env.invalidate_all()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.action_confirm()
        self.assertBalance(400)
        self.assertBalance(400, partner=self.bob)

    def test_payment_on_its_way_keeps_its_points_when_the_customer_changes(self):
        self.enrol(self.bob, points=400)
        order = self.cart()
        order._club_choose(200)
        payment = self._pay_online(order, state="pending")
        order.partner_id = self.bob
        self.assertPays(order, 90.0, 10.0)
        self.finish(payment)
        self.assertEqual((order.state, self.hold_of(order).state), ("sale", "captured"))
        self.assertPays(order, 90.0, 10.0)
        self.assertBalance(200)
        self.assertCoherent()

    def test_points_stay_where_the_customers_two_memberships_became_one(self):
        self.enrol(self.bob, points=300)
        order = self.cart(partner=self.bob)
        order._club_choose(200)
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()
        wizard._merge((self.ada | self.bob).ids, self.ada, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(order.partner_id, self.ada)
        order.partner_id = self.ada
        self.assertPays(order, 90.0, 10.0)
        order.action_confirm()
        self.assertPays(order, 90.0, 10.0)
        self.assertBalance(400 + 300 - 200)
        self.assertCoherent()

    # ------------------------------------------------------------------ a fault, then cancelled
    def confirm_with_fault(self, payment):
        with (
            mute_logger("odoo.addons.loyalty_club.models.sale_hold"),
            patch.object(type(self.env["club.hold"]), "_capture", side_effect=ValueError("fault")),
        ):
            self.finish(payment)

    def test_order_cancelled_after_a_fault_pays_when_it_is_taken_up_again(self):
        order = self.cart()
        order._club_choose(200)
        self.confirm_with_fault(self._pay_online(order, state="pending"))
        hold = self.hold_of(order)
        self.assertEqual((order.state, hold.state, hold.is_settled, bool(hold.fault)), ("sale", "held", True, True))
        order._action_cancel()
        found = (hold.state, hold.is_settled, hold.settled_money, hold.fault)
        self.assertEqual(found, ("released", False, 0.0, False))
        self.assertEqual(self.free(), 400)
        order.action_draft()
        order.action_confirm()
        self.assertPays(order, 90.0, 10.0)
        self.assertEqual(self.hold_of(order).state, "captured")
        self.assertEqual(sum(amount for kind, amount in self.moves() if kind == "spend"), -200)
        self.assertCoherent()

    def test_reward_of_an_order_cancelled_after_a_fault_is_paid_when_it_is_taken_up_again(self):
        order = self.cart()
        pick = self.take(order)
        self.confirm_with_fault(self._pay_online(order, state="pending"))
        self.assertEqual((order.state, pick.state, pick.is_settled, bool(pick.fault)), ("sale", "held", True, True))
        order._action_cancel()
        self.assertEqual((pick.state, pick.is_settled, pick.fault), ("released", False, False))
        order.action_draft()
        order.action_confirm()
        order.invalidate_recordset()
        self.assertEqual((order.amount_total, pick.state), (90.0, "captured"))
        self.assertEqual(sum(amount for kind, amount in self.moves() if kind == "spend"), -80)
        self.assertCoherent()

    def test_lasting_faults_leave_their_turn_to_others(self):
        orders = self.env["sale.order"]
        for points in (100, 200):
            order = self.cart()
            order._club_choose(points)
            self.confirm_with_fault(self._pay_online(order, state="pending"))
            orders |= order
        first, second = (self.hold_of(order) for order in orders)
        self.env.cr.execute("UPDATE club_hold SET write_date = '2020-01-01' WHERE id = %s", [first.id])
        self.env.cr.execute("UPDATE club_hold SET write_date = '2020-01-02' WHERE id = %s", [second.id])
        self.env.invalidate_all()
        with (
            mute_logger("odoo.addons.loyalty_club.models.sale_hold"),
            patch.object(type(first), "_capture", side_effect=ValueError("lasting")),
        ):
            first._repair_settled(limit=1)
        self.assertEqual((first.fault, second.fault), ("ValueError: lasting", "ValueError: fault"))
        first._repair_settled(limit=1)
        self.assertEqual((first.state, second.state), ("held", "captured"))
        first._repair_settled(limit=1)
        self.assertEqual(first.state, "captured")
        self.assertCoherent()

    # ------------------------------------------------------------------ calls from outside
    def test_points_line_of_a_confirmed_order_goes_nowhere_else(self):
        order = self.cart()
        order._club_choose(200)
        line = order._club_points_lines()
        order.action_confirm()
        for vals in ({"order_id": self.cart().id}, {"is_downpayment": True}):
            with self.subTest(vals=vals), self.assertRaises(UserError), self.env.cr.savepoint():
                line.write(vals)
        self.assertEqual((line.order_id, line.is_downpayment), (order, False))
        self.assertPays(order, 90.0, 10.0)
