"""Credited and billed again, or the credit note withdrawn: the order has its discount, so what it cost stays used."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import ClubCommon
from .common_credit import CreditCommon
from .common_sale import OnlinePayments, Rebilled
from .common_voucher import VoucherInCarts
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
        self.assertEqual(self.debt(), 110)  # the money is still here, so the order earns its 90 again

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

    def test_reward_that_covers_all_of_an_order_that_is_billed_again(self):
        order = self.cart()
        pick = self.take(order, self.reward("All of it", reward={"discount": 100}))
        self.assertEqual(order.amount_total, 0.0)
        order.action_confirm()
        invoice = self.bill_again(self.invoice(order))
        self.assertEqual(invoice.amount_total, 0.0)
        self.assertPick(pick, 80, order)
        invoice._reverse_moves().action_post()
        self.assertPick(pick, 0, order)

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


@tagged("post_install", "-at_install", "loyalty_club")
class TestRebilledVouchers(Rebilled, VoucherInCarts, ClubCommon):
    """Ada paid 80 of 480 Beans for a voucher of 10 %; a coffee is 121.00, 108.90 with it."""

    def paid(self, voucher=None):
        order = self.cart(voucher or self.voucher)
        self._pay_online(order)
        return order, self.invoice(order)

    def gone(self):
        """What of the voucher's price is not given back, and what is owed beside it."""
        entries = self.env["club.entry"].search([("corrects_id", "=", self.voucher.entry_id.id)])
        return 80 - sum(entries.mapped("amount"))

    def assertVoucher(self, state, gone, order):
        self.env.invalidate_all()
        self.assertEqual((self.state(), self.gone()), (state, gone))
        entries = self.env["club.entry"].search_count([])
        order._club_sync_if_member()
        order._club_sync_if_member()
        self.assertEqual((self.state(), self.env["club.entry"].search_count([])), (state, entries))
        self.assertCoherent()

    def credit(self, invoice):
        note = invoice._reverse_moves()
        note.action_post()
        return note

    def test_voucher_of_an_order_that_is_billed_again_stays_used(self):
        order, invoice = self.paid()
        for _time in range(2):
            invoice = self.bill_again(invoice)
            self.assertEqual(invoice.amount_total, 108.9)
            self.assertVoucher("used", 80, order)
        self.assertIn("used", self.apply(self.cart()))
        self.credit(invoice)
        self.assertVoucher("owned", 80, order)

    def test_withdrawn_credit_note_uses_the_voucher_again(self):
        order, invoice = self.paid()
        for _time in range(2):
            note = self.credit(invoice)
            self.assertVoucher("owned", 80, order)
            note.button_draft()
            self.assertVoucher("used", 80, order)
            self.assertEqual(self.voucher.used_id, order.id)
            note.button_cancel()
            self.assertVoucher("used", 80, order)

    def test_voucher_used_for_another_order_meanwhile_is_owed(self):
        order, invoice = self.paid()
        self.credit(invoice)
        other, _invoice = self.paid()
        self.assertEqual(other.amount_total, 108.9)
        again = self.invoice(order)
        self.assertVoucher("used", 160, order)
        self.assertEqual(self.voucher.used_id, other.id)
        self.credit(again)
        self.assertVoucher("used", 80, order)
        self.invoice(order)
        self.assertVoucher("used", 160, order)
        order.with_context(disable_cancel_warning=True)._action_cancel()
        self.assertVoucher("used", 80, order)

    def test_voucher_given_back_meanwhile_is_owed(self):
        order, invoice = self.paid()
        self.credit(invoice)
        self.voucher.action_refund("Not wanted")
        self.assertVoucher("refunded", 0, order)
        self.invoice(order)
        self.assertVoucher("refunded", 80, order)

    def test_price_that_came_back_is_taken_again(self):
        self.club.voucher_return = "points"
        order, invoice = self.paid()
        for _time in range(2):
            invoice = self.bill_again(invoice)
            self.assertVoucher("used", 80, order)
        for _time in range(2):
            note = self.credit(invoice)
            self.assertVoucher("refunded", 0, order)
            note.button_draft()
            self.assertVoucher("used", 80, order)

    def test_nothing_comes_back_and_nothing_is_taken_where_the_club_says_so(self):
        self.club.voucher_return = "none"
        order, invoice = self.paid()
        self.bill_again(invoice)
        self.assertVoucher("used", 80, order)


@tagged("post_install", "-at_install", "loyalty_club")
class TestRebilledCredit(Rebilled, CreditCommon, OnlinePayments, ClubCommon):
    """Ten mugs are 100.00; Ada's wallet holds 50.00, of which 20.00 come from 200 Beans."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit.credit_rate = 0.1
        cls.mug = cls._product("Mug", 10.0, taxes_id=[Command.clear()], type="service")
        cls.env["loyalty.program"].search([("program_type", "!=", "ewallet")]).active = False
        cls.enrol(cls, cls.ada, 487)

    def paid(self):
        self.convert(200)
        self.top_up(30)
        order = self.env["sale.order"].create({
            "partner_id": self.ada.id,
            "team_id": self.team.id,
            "pricelist_id": self.pricelist.id,
            "order_line": [Command.create({"product_id": self.mug.id, "product_uom_qty": 10})],
        })  # fmt: skip
        order._update_programs_and_rewards()
        order._apply_program_reward(self.wallet.reward_ids, self.card_of())
        order._update_programs_and_rewards()
        self.assertEqual(order.amount_total, 50.0)
        self._pay_online(order)
        return order, self.invoice(order)

    def assertPaid(self, money, converted, order):
        self.assertWallet(money, converted)
        rows = self.env["club.credit"].search_count([])
        order._club_sync_if_member()
        order._club_sync_if_member()
        self.assertEqual(self.env["club.credit"].search_count([]), rows)
        self.assertWallet(money, converted)

    def test_wallet_of_an_order_that_is_billed_again_stays_charged(self):
        order, invoice = self.paid()
        for _time in range(2):
            invoice = self.bill_again(invoice)
            self.assertEqual(invoice.amount_total, 50.0)
            self.assertPaid(0, 0, order)
        invoice._reverse_moves().action_post()
        self.assertPaid(50, 20, order)

    def test_withdrawn_credit_note_charges_the_wallet_again(self):
        order, invoice = self.paid()
        for _time in range(2):
            note = invoice._reverse_moves()
            note.action_post()
            self.assertPaid(50, 20, order)
            note.button_draft()
            note.button_cancel()
            self.assertPaid(0, 0, order)

    def test_wallet_is_charged_when_the_new_invoice_is_posted(self):
        order, invoice = self.paid()
        invoice._reverse_moves().action_post()
        self.assertPaid(50, 20, order)
        again = self.invoice(order)
        self.assertPaid(0, 0, order)
        again.button_draft()
        self.assertPaid(50, 20, order)
