"""Points come back in the ratio of what came back: cancelled, credited, refunded, delivered in parts."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ClubCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install")
class TestShopPointsRefund(ShopCommon, ClubCommon):
    def paid(self, **values):
        """100.00 of mugs, 20.00 of them in points, 80.00 in money."""
        order = self.cart(**values)
        order._club_choose(400)
        self._pay_online(order)
        self.assertEqual((order.state, order.amount_total), ("sale", 80.0))
        return order

    def credit(self, invoice, quantity):
        """A posted credit note of so many mugs, its points line as copied."""
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        reversal = wizard.create({"journal_id": invoice.journal_id.id, "reason": "returned"})
        note = self.env["account.move"].browse(reversal.refund_moves()["res_id"])
        goods = note.invoice_line_ids.filtered(lambda line: not line._is_club_points())
        goods.quantity = quantity
        note.action_post()
        return note

    def used(self):
        """Units of the hold that are not given back."""
        spent = self.env["club.entry"].search([("kind", "in", ("spend", "spend_return"))])
        return -sum(spent.filtered(lambda entry: entry.account_id.member_id == self.member()).mapped("amount"))

    def test_cancelled_order_gives_all_points_back(self):
        order = self.paid()
        order._action_cancel()
        self.assertEqual(self.used(), 0)
        self.assertFalse(order._club_points_lines())
        self.assertEqual(self.hold_of(order).card_id.points, 0)
        self.assertBalance(400)
        order._club_sync()
        self.assertBalance(400)

    def test_cancelled_quotation_frees_its_points(self):
        order = self.cart()
        order._club_choose(400)
        order._action_cancel()
        self.assertEqual(self.hold_of(order).state, "released")
        self.assertBalance(400)

    def test_cancelled_order_that_is_taken_up_again_can_use_points_again(self):
        order = self.cart()
        order._club_choose(400)
        order.action_confirm()
        order._action_cancel()
        order.action_draft()
        order._update_programs_and_rewards()
        self.assertPays(order, 100.0, 0.0)
        order._club_choose(100)
        order.action_confirm()
        self.assertPays(order, 95.0, 5.0)
        self.assertBalance(300)

    def test_credit_notes_give_points_back_in_ratio(self):
        order = self.paid()
        invoice = self.invoice(order)
        self.assertEqual(invoice.amount_total, 80.0)
        note = self.credit(invoice, 2)
        self.assertEqual(note.amount_total, 16.0)
        self.assertEqual(self.used(), 320)
        rest = self.credit(invoice, 8)
        self.assertEqual(rest.amount_total, 64.0)
        self.assertEqual(self.used(), 0)
        self.assertCoherent()

    def test_provider_refund_and_its_credit_note_count_once(self):
        order = self.paid()
        payment = order.transaction_ids
        invoice = self.invoice(order)
        self._refund_online(payment, 40.0)
        self.assertEqual(self.used(), 200)
        self.credit(invoice, 5)
        self.assertEqual(self.used(), 200)
        order._action_cancel()
        self.assertEqual(self.used(), 0)
        self.assertCoherent()

    def test_parts_delivered_are_invoiced_with_their_share_to_the_cent(self):
        self.mug.invoice_policy = "delivery"
        order = self.paid()
        goods = order.order_line - order._club_points_lines()
        self.assertEqual(order._club_points_lines().qty_to_invoice, 0)
        totals = []
        for delivered in (1, 4, 10):
            goods.qty_delivered = delivered
            totals.append(self.invoice(order).amount_total)
        self.assertEqual(totals, [8.0, 24.0, 48.0])
        self.assertCoherent()

    def test_thirds_add_up_to_the_cent(self):
        self.mug.write({"invoice_policy": "delivery", "lst_price": 10.05})
        order = self.cart(3)
        order._club_choose(201)
        self.assertPays(order, 20.10, 10.05)
        self._pay_online(order)
        goods = order.order_line - order._club_points_lines()
        totals = []
        for delivered in (1, 2, 3):
            goods.qty_delivered = delivered
            totals.append(self.invoice(order).amount_total)
        self.assertAlmostEqual(sum(totals), 20.10, 2)
        self.assertTrue(all(abs(total - 6.70) < 0.006 for total in totals), totals)

    def test_confirmed_order_that_shrinks_gives_back_what_no_longer_fits(self):
        order = self.paid()
        goods = order.order_line - order._club_points_lines()
        goods.product_uom_qty = 1
        self.assertPays(order, 0.0, 10.0)
        self.assertEqual(self.used(), 200)
        goods.product_uom_qty = 10
        self.assertPays(order, 90.0, 10.0)
        self.assertCoherent()

    def test_points_line_of_a_confirmed_order_is_not_changed_by_hand(self):
        order = self.paid()
        line = order._club_points_lines()
        for vals in ({"price_unit": -50.0}, {"product_uom_qty": 3}, {"tax_ids": [(6, 0, self.tax.ids)]}):
            with self.assertRaises(UserError):
                line.with_context(club_recompute=True).write(vals)
        with self.assertRaises(UserError):
            line.unlink()
        self.assertPays(order, 80.0, 20.0)

    def test_earns_on_the_money_alone(self):
        self.club.basis = "paid"
        self.paid()
        self.assertBalance(80)

    def test_deleting_a_quotation_frees_its_points(self):
        order = self.cart()
        order._club_choose(400)
        hold = self.hold_of(order)
        order.unlink()
        self.assertEqual(hold.state, "released")
        self.assertCoherent()
