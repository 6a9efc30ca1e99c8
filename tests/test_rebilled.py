"""Credited and billed again, or the credit note withdrawn: the order has its discount, so what it cost stays used."""

from odoo.tests import tagged

from .common_sale import Rebilled
from .test_pick_sale import PickSaleCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestRebilledPoints(Rebilled, PickSaleCommon):
    """Ada's 400 Beans: 200 of them pay 10.00, or 80 buy ten percent off; 100.00 of mugs."""

    def used(self):
        """Units of her promises that are not given back."""
        spent = self.env["club.entry"].search([("kind", "in", ("spend", "spend_return"))])
        return -sum(spent.filtered(lambda entry: entry.member_id == self.member()).mapped("amount"))

    def paid(self):
        """An order with points and its invoice."""
        order = self.cart()
        order._club_choose(200)
        self.finish(self._pay_online(order, state="pending"))
        return order, self.invoice(order)

    def assertUsed(self, points, order):
        self.env.invalidate_all()
        self.assertEqual(self.used(), points)
        entries = self.env["club.entry"].search_count([])
        order._club_sync_if_member()
        order._club_sync_if_member()
        self.assertEqual(self.env["club.entry"].search_count([]), entries)
        self.assertCoherent()

    def test_points_of_an_order_that_is_billed_again_stay_used(self):
        order, invoice = self.paid()
        self.assertUsed(200, order)
        for _time in range(3):  # each note gives the same amount back: none may be taken for the one before
            invoice = self.bill_again(invoice)
            self.assertEqual(invoice.amount_total, 90.0)
            self.assertUsed(200, order)
        invoice._reverse_moves().action_post()
        self.assertUsed(0, order)

    def test_points_come_back_between_the_credit_note_and_the_new_invoice(self):
        order, invoice = self.paid()
        invoice._reverse_moves().action_post()
        self.assertUsed(0, order)
        again = self.invoice(order)
        self.assertEqual(again.amount_total, 90.0)
        self.assertUsed(200, order)
        again.button_draft()
        self.assertUsed(0, order)
        again.action_post()
        self.assertUsed(200, order)

    def test_points_that_were_spent_meanwhile_become_a_debt(self):
        order, invoice = self.paid()
        invoice._reverse_moves().action_post()
        self.spend_elsewhere(self.balance())
        self.invoice(order)
        self.assertUsed(200, order)
        self.assertEqual(self.debt(), 200)

    def test_withdrawn_credit_note_takes_the_points_again(self):
        order, invoice = self.paid()
        for _time in range(2):
            note = invoice._reverse_moves()
            note.action_post()
            self.assertUsed(0, order)
            note.button_draft()
            self.assertUsed(200, order)
            note.button_cancel()
            self.assertUsed(200, order)

    def test_half_a_credit_note_withdrawn(self):
        order, invoice = self.paid()
        note = invoice._reverse_moves()
        for line in note.invoice_line_ids:
            line.quantity /= 2
        note.action_post()
        self.assertUsed(100, order)
        note.button_draft()
        self.assertUsed(200, order)

    def test_cancelled_after_it_was_billed_again(self):
        order, invoice = self.paid()
        again = self.bill_again(invoice)
        again._reverse_moves().action_post()
        order.with_context(disable_cancel_warning=True)._action_cancel()
        self.assertUsed(0, order)

    def test_first_invoice_without_points_takes_nothing_more(self):
        order = self.cart()
        order.action_confirm()
        again = self.bill_again(self.invoice(order))
        self.assertEqual(again.amount_total, 100.0)
        self.assertUsed(0, order)

    # ------------------------------------------------------------------ rewards
    def rewarded(self, program=None, **choice):
        order = self.cart()
        pick = self.take(order, program, **choice)
        self.finish(self._pay_online(order, state="pending"))
        return order, pick, self.invoice(order)

    def assertPick(self, pick, points, order):
        self.assertUsed(points, order)
        self.assertEqual((pick.state, pick.is_given_back), ("captured", not points))

    def test_reward_of_an_order_that_is_billed_again_stays_used(self):
        order, pick, invoice = self.rewarded()
        for _time in range(2):
            invoice = self.bill_again(invoice)
            self.assertEqual(invoice.amount_total, 90.0)
            self.assertPick(pick, 80, order)
        invoice._reverse_moves().action_post()
        self.assertPick(pick, 0, order)

    def test_withdrawn_credit_note_takes_the_reward_again(self):
        order, pick, invoice = self.rewarded()
        for _time in range(2):
            note = invoice._reverse_moves()
            note.action_post()
            self.assertPick(pick, 0, order)
            note.button_draft()
            note.button_cancel()
            self.assertPick(pick, 80, order)

    def test_free_product_that_is_billed_again(self):
        free = self.reward("A mug", reward={"reward_type": "product", "reward_product_id": self.mug.id})
        order, pick, invoice = self.rewarded(free)
        self.assertUsed(80, order)
        note = invoice._reverse_moves()
        note.action_post()
        self.assertPick(pick, 0, order)
        again = self.invoice(order)
        self.assertEqual(again.amount_total, invoice.amount_total)
        self.assertPick(pick, 80, order)
        self.assertIn(self.mug, again.invoice_line_ids.filtered(lambda line: not line.price_total).product_id)
        again.button_draft()
        self.assertPick(pick, 0, order)
