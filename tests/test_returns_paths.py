"""Spent points come back in the ratio refunded, to where they came from, by whichever paper or till it is refunded.

The table of all ways: register (``test_pos_tender_refund``), credit notes and providers
(``test_shop_points_refund``); here the ways that are met rarely, and what has expired meanwhile.
"""

from datetime import timedelta

from odoo.tests import tagged

from .common import ClubCommon
from .common_pos import TenderCommon
from .common_shop import ShopCommon


class Expired:
    def expire_all(self):
        """All that Ada has, and all that she has spent, had its last day yesterday."""
        self.env.flush_all()
        lots = self.member().account_ids.lot_ids
        yesterday = self.club._today() - timedelta(days=1)
        self.env.cr.execute("SET LOCAL loyalty_club.migration = 'on'")
        self.env.cr.execute("UPDATE club_lot SET expires_on = %s WHERE id = ANY(%s)", (yesterday, lots.ids))
        self.env.invalidate_all()
        self.member()._lock()
        self.member().account_ids._expire_overdue()
        self.assertBalance(0)
        return lots

    def assertGrace(self, lots, amount):
        """So much lives on for the days of grace, as successors of the portions that were used."""
        self.assertBalance(amount)
        grace = self.member().account_ids.lot_ids - lots
        self.assertEqual(sum(grace.mapped("left_amount")), amount)
        self.assertEqual(set(grace.mapped("expires_on")), {self.club._today() + timedelta(days=30)})
        self.assertLessEqual(grace.successor_of_id, lots)
        self.assertTrue(all(lot.successor_of_id for lot in grace))


@tagged("post_install", "-at_install", "loyalty_club")
class TestReturnsAtTheTill(Expired, TenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club.earn_on_redemption = False

    def bring_back(self, order, quantity, points, **values):
        line = {"refunded_orderline_id": order.lines.id, "price_unit": order.lines.price_unit}
        refund = self.ring_up([(self.cake, -quantity, line)], order.partner_id, is_refund=True, **values)
        self.add_payment(refund, self.tender, -points)
        self.add_rest(refund)
        return self.sync(refund)

    def test_points_that_expired_meanwhile_live_on_for_the_days_of_grace(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        lots = self.expire_all()
        self.bring_back(order, 2, 0.4)
        self.assertGrace(lots, 40)
        self.bring_back(order, 3, 0.6)
        self.assertGrace(lots, 100)

    def test_credit_note_of_the_registers_invoice_does_not_pay_points_out(self):
        """The invoice of a register's order is credited: what points paid was settled by the tender, not by money."""
        order = self.ring_up([(self.cake, 5)], to_invoice=True)
        self.add_points(order, 100)
        self.add_rest(order)
        order = self.sync(order)
        self.assertBalance(387)
        note = order.account_move._reverse_moves()
        note.action_post()
        self.assertFalse(note.line_ids.filtered(lambda line: line.account_id.account_type == "asset_cash"))
        self.assertCoherent()


@tagged("post_install", "-at_install", "loyalty_club")
class TestReturnsOfSales(Expired, ShopCommon, ClubCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["club.program"].search([("club_id", "=", cls.club.id)]).action_end()

    def paid(self, **values):
        """100.00 of mugs, 20.00 of them in points, 80.00 in money."""
        order = self.cart(**values)
        order._club_choose(400)
        self._pay_online(order)
        self.assertEqual((order.state, order.amount_total), ("sale", 80.0))
        return order

    def credit(self, invoice, ratio):
        note = invoice._reverse_moves()
        for line in note.invoice_line_ids:
            line.quantity *= ratio
        note.action_post()
        return note

    def test_credit_note_after_the_points_expired_gives_grace(self):
        invoice = self.invoice(self.paid())
        lots = self.member().account_ids.lot_ids
        self.env["club.lot"].flush_model()
        self.expire_all()
        self.credit(invoice, 0.25)
        self.assertGrace(lots, 100)
        self.credit(invoice, 0.75)
        self.assertGrace(lots, 400)

    def test_cancelled_after_the_points_expired_gives_grace(self):
        order = self.paid()
        lots = self.expire_all()
        order._action_cancel()
        self.assertGrace(lots, 400)

    def test_goods_sent_back_are_credited_with_their_share_of_the_points(self):
        self.mug.invoice_policy = "delivery"
        order = self.paid()
        goods = order.order_line.filtered(lambda line: line.product_id == self.mug)
        goods.qty_delivered = 10
        invoice = self.invoice(order)
        self.assertEqual(invoice.amount_total, 80.0)
        self.assertBalance(0)
        for delivered, refunded, balance in ((6, 32.0, 160), (5, 8.0, 200), (0, 40.0, 400)):
            goods.qty_delivered = delivered
            note = order._create_invoices(final=True)
            self.assertEqual((note.move_type, note.amount_total), ("out_refund", refunded))
            note.action_post()
            self.assertBalance(balance)

    def test_exchange_by_credit_note_and_a_new_order_nets_out(self):
        first = self.invoice(self.paid())
        self.assertBalance(0)
        self.credit(first, 1)
        self.assertBalance(400)
        self.paid()
        self.assertBalance(0)
