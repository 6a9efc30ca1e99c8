"""Paid twice, refunded, billed and paid again: an order that is paid in full has its points, and has used its own."""

from odoo.tests import tagged

from .common import ClubCommon
from .common_sale import Rebilled
from .common_shop import ShopCommon
from .test_pick_sale import PickSaleCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestPaidAgain(Rebilled, ShopCommon, ClubCommon):
    """100.00 of mugs, of which 400 Beans pay 20.00: 80.00 in money earn 80."""

    def paid(self, units=400):
        order = self.cart()
        if units:
            order._club_choose(units)
        self._pay_online(order)
        self.assertEqual(order.state, "sale")
        return order

    def pay_once_more(self, order):
        """A second payment of an order that is paid: started before the first had come."""
        return self._pay_online(order, amount=order.amount_total)

    def sums(self):
        """(units used, units earned) that are not given back."""
        self.env.invalidate_all()
        entries = self.env["club.entry"].search([("member_id", "=", self.member().id)])
        used = -sum(entries.filtered(lambda entry: entry.kind in ("spend", "spend_return")).mapped("amount"))
        earned = entries.filtered(lambda entry: entry.kind in ("award", "clawback", "correction"))
        return used, sum(earned.mapped("amount"))

    def assertSums(self, order, used, earned):
        self.assertEqual(self.sums(), (used, earned))
        count = self.env["club.entry"].search_count([])
        order._club_sync_if_member()
        order._club_sync_if_member()
        self.assertEqual(self.env["club.entry"].search_count([]), count)
        self.assertCoherent()

    def credit(self, invoice):
        note = invoice._reverse_moves()
        note.action_post()
        return note

    # ------------------------------------------------------------------ twice
    def test_paid_twice_and_refunded_once_gives_nothing_back(self):
        order = self.paid()
        second = self.pay_once_more(order)
        self.assertSums(order, 400, 80)
        self._refund_online(second, 80)
        self.assertSums(order, 400, 80)
        self._refund_online(order.transaction_ids.filtered(lambda tx: tx.operation != "refund")[0], 80)
        self.assertSums(order, 0, 0)

    def test_part_of_the_second_payment_and_then_more(self):
        order = self.paid()
        second = self.pay_once_more(order)
        self._refund_online(second, 40)
        self.assertSums(order, 400, 80)
        self._refund_online(second, 40)
        self.assertSums(order, 400, 80)
        self._refund_online(order.transaction_ids.filtered(lambda tx: tx.operation != "refund")[0], 20)
        self.assertSums(order, 300, 60)

    def test_paid_twice_made_smaller_and_refunded(self):
        order = self.paid(0)
        second = self.pay_once_more(order)
        self.set_quantity(order, 5)
        self._refund_online(second, 100)
        self.assertSums(order, 0, 100)
        self._refund_online(order.transaction_ids.filtered(lambda tx: tx.operation != "refund")[0], 50)
        self.assertSums(order, 0, 50)

    def test_refunded_and_paid_once_more_at_the_provider(self):
        order = self.paid()
        self._refund_online(order.transaction_ids, 80)
        self.assertSums(order, 0, 0)
        self.pay_once_more(order)
        self.assertSums(order, 400, 80)

    # ------------------------------------------------------------------ billed again
    def test_credited_refunded_billed_and_paid_again(self):
        for way in ("bank", "provider"):
            with self.subTest(way), self.env.cr.savepoint() as savepoint:
                order = self.paid()
                invoice = self.invoice(order)
                self.credit(invoice)
                self.assertSums(order, 0, 0)
                self._refund_online(order.transaction_ids, 80)
                self.assertSums(order, 0, 0)
                again = self.invoice(order)
                self.assertEqual(again.amount_total, 80)
                self.assertSums(order, 400, 0)
                if way == "bank":
                    self.pay(again)
                else:
                    self._pay_online(order)
                self.assertSums(order, 400, 80)
                self.credit(again)
                self.assertSums(order, 0, 0)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_new_bill_withdrawn_gives_them_back_again(self):
        order = self.paid()
        self.credit(self.invoice(order))
        self._refund_online(order.transaction_ids, 80)
        again = self.invoice(order)
        self.assertSums(order, 400, 0)
        again.button_draft()
        self.assertSums(order, 0, 0)
        again.action_post()
        self.pay(again)
        self.assertSums(order, 400, 80)

    def test_points_spent_meanwhile_become_a_debt(self):
        order = self.paid()
        self.credit(self.invoice(order))
        self._refund_online(order.transaction_ids, 80)
        self.spend_elsewhere(self.balance())
        again = self.invoice(order)
        self.assertEqual(self.debt(), 400)
        self.pay(again)
        self.assertEqual(self.debt(), 320)
        self.assertCoherent()

    def test_billed_again_first_and_refunded_afterwards_is_back(self):
        order = self.paid()
        self.bill_again(self.invoice(order))
        self.assertSums(order, 400, 80)
        self._refund_online(order.transaction_ids, 80)
        self.assertSums(order, 0, 0)

    def test_round_and_round(self):
        order = self.paid()
        invoice, payment = self.invoice(order), order.transaction_ids
        for _time in range(2):
            self.credit(invoice)
            self._refund_online(payment, 80)
            self.assertSums(order, 0, 0)
            invoice = self.invoice(order)
            payment = self._pay_online(order)
            self.assertSums(order, 400, 80)

    def test_half_refunded_before_the_first_bill_stays_half(self):
        order = self.paid()
        self._refund_online(order.transaction_ids, 40)
        self.assertSums(order, 200, 40)
        self.invoice(order)
        self.assertSums(order, 200, 40)


@tagged("post_install", "-at_install", "loyalty_club")
class TestPaidAgainRewards(Rebilled, PickSaleCommon):
    """80 Beans buy ten percent off 100.00."""

    def test_reward_is_used_again_with_the_new_bill(self):
        order = self.cart()
        pick = self.take(order)
        payment = self._pay_online(order)
        self.invoice(order)._reverse_moves().action_post()
        self._refund_online(payment, 90)
        self.assertTrue(pick.is_given_back)
        again = self.invoice(order)
        self.assertEqual(again.amount_total, 90)
        self.assertFalse(pick.is_given_back)
        self.pay(again)
        order._club_sync_if_member()
        self.assertFalse(pick.is_given_back)
        self.assertCoherent()
