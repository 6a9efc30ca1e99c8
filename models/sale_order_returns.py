from collections import defaultdict
from fractions import Fraction

from odoo import models

from ..engine.values import exact

ZERO, ONE = Fraction(0), Fraction(1)


class SaleOrder(models.Model):
    """How much of an order came back, by whichever paper: credit notes or refunds of the provider.

    Example: 10 cakes billed, credited and billed again are still 10; a goodwill note of a quarter takes a quarter.
    Invariant: an order that is not confirmed (any more) keeps no points.
    """

    _inherit = "sale.order"

    def _club_returned(self):
        return self._club_returned_by(is_paid=True)

    def _club_returned_by(self, is_paid):
        """Share of each line that came back: credit notes or provider refunds, whichever shows more.

        :param is_paid: a new bill after a credit note counts when it is paid, as for what is earned; else as soon
            as it is posted, as for what the customer used: the bill has the discount again
        """
        returned = {}
        for order in self:
            if order.state == "sale":
                shares = order._club_spread(is_paid, *order._club_credited(is_paid))
            else:
                shares = dict.fromkeys(order._club_line_keys(), ONE)
            if shares:
                returned[order.id] = shares
        return returned

    def _club_credit_notes(self):
        notes = self.invoice_ids | self.invoice_ids.reversal_move_ids
        return notes.filtered(lambda move: move.move_type == "out_refund" and move.state == "posted")

    def _club_credited_money(self, lines, paid):
        """Money of these discounts that credit notes took back and no invoice has granted once more.

        :param lines: the order's lines that granted it, with amounts below 0
        :param paid: what they grant once
        """
        credited = self._club_granted_money(self._club_credit_notes(), lines)
        if not credited:
            return 0.0
        again = self._club_granted_money(self._club_invoices(), lines) - paid
        return self.currency_id.round(max(0.0, credited - max(0.0, again)))

    def _club_granted_money(self, moves, lines):
        own = moves.invoice_line_ids.filtered(lambda line: line.sale_line_ids & lines)
        return -sum(min(line.price_total, 0.0) for line in own)

    def _club_credited(self, is_paid=True):
        """({line key: share}, money that names lines, all money) of posted credit notes, with tax.

        A note may name no product of the order (goodwill, its deposit): its money counts all the same.
        """
        shares, loose = defaultdict(Fraction), 0.0
        for line in self._club_credit_notes().invoice_line_ids:
            own = line.sale_line_ids & self.order_line
            goods = own.filtered(lambda sold: not sold.is_downpayment)
            for sold in goods.filtered("price_subtotal"):
                shares[sold] += abs(exact(line.price_subtotal) / exact(sold.price_subtotal))
            if own and not goods:
                loose += line.price_total
            elif not line.sale_line_ids:
                loose += self._club_invoice_share(line.move_id.reversed_entry_id, line.price_total)
        rebilled = self._club_rebilled(is_paid) if shares else {}
        shares = {sold: min(ONE, max(ZERO, share - rebilled.get(sold, 0))) for sold, share in shares.items()}
        named = sum(float(share) * sold.price_total for sold, share in shares.items())
        return {str(sold.id): share for sold, share in shares.items()}, named, named + max(0.0, loose)

    def _club_rebilled(self, is_paid=True):
        """{line: share} that invoices billed once more.

        :param is_paid: only as far as they are paid or credited themselves
        """
        billed, is_paid = defaultdict(Fraction), is_paid and not self._club_is_covered()
        for invoice in self._club_invoices():
            settled = ONE
            if is_paid:
                notes = invoice.reversal_move_ids.filtered(lambda move: move.state == "posted")
                settled = max(invoice._club_settled(), sum(notes.mapped("amount_total")))
                settled = min(ONE, exact(settled) / exact(invoice.amount_total)) if invoice.amount_total else 0
            for line in invoice.invoice_line_ids:
                for sold in line.sale_line_ids & self.order_line:
                    quantity = line.product_uom_id._compute_quantity(line.quantity, sold.product_uom_id)
                    billed[sold] += exact(quantity) * settled
        return {
            sold: max(ZERO, quantity / exact(sold.product_uom_qty) - 1)
            for sold, quantity in billed.items()
            if sold.product_uom_qty > 0
        }

    def _club_is_covered(self):
        """The provider's money that was not paid back covers all that is billed, whether or not the books say so."""
        done = self._club_done_transactions()
        held = sum(self._club_own_part(payment, payment.amount) for payment in done)  # refunds are below 0
        moves = self._club_invoices() | self._club_credit_notes()
        billed = sum(-move.direction_sign * self._club_invoice_share(move, move.amount_total) for move in moves)
        return bool(done) and self.currency_id.compare_amounts(held, billed) >= 0

    def _club_spread(self, is_paid, credited, named, credits):
        """What went back beyond the lines that notes name takes the same share of whatever is left."""
        refunded, paid = self._club_refunded(is_paid)
        extra = exact(max(refunded, credits) - named)
        if extra <= 0 or not paid:
            return credited
        left = exact(max(paid - named, 0.0))
        extra = min(ONE, extra / left) if left else ONE
        return {key: credited.get(key, ZERO) + (1 - credited.get(key, ZERO)) * extra for key in self._club_line_keys()}

    def _club_refunded(self, is_paid):
        """(money that the provider paid back and the order lacks, the money it is a part of).

        An order that was made smaller since is measured by what it was when it was paid: else half of the money
        would look like all of it. Paid twice and refunded once, or paid anew for a new bill, it lacks nothing.
        """
        done = self._club_done_transactions()
        refunds = done.filtered(lambda tx: tx.operation == "refund")
        refunded = -sum(self._club_own_part(refund, refund.amount) for refund in refunds)
        if refunded <= 0:
            return 0.0, self.amount_total
        payments = done - refunds
        paid = sum(self._club_own_part(payment, payment.amount) for payment in payments)
        whole = max(self._club_own_part(payment, payment.club_order_total or payment.amount) for payment in payments)
        whole = max(whole, self.amount_total)
        anew = self._club_billed_anew(is_paid)
        spare = max(0.0, paid - anew - whole)
        return self.currency_id.round(max(0.0, refunded - anew - spare)), whole

    def _club_billed_anew(self, is_paid):
        """Money of refunds that invoices posted after them billed once more.

        :param is_paid: only as far as those are paid
        """
        invoices = self._club_invoices()
        later = invoices.filtered("club_refund_ids")
        if not later:
            return 0.0
        is_paid = is_paid and not self._club_is_covered()
        refunded = -sum(self._club_own_part(refund, refund.amount) for refund in later.club_refund_ids)
        anew = sum(
            self._club_invoice_share(move, move._club_settled() if is_paid else move.amount_total) for move in later
        )
        billed = sum(self._club_invoice_share(move, move.amount_total) for move in invoices)
        return max(0.0, min(refunded, anew, billed - self.amount_total))

    def _club_refunded_share(self):
        """How much of the money the provider paid back for good, 0 to 1."""
        refunded, paid = self._club_refunded(is_paid=False)
        return min(1.0, refunded / paid) if refunded > 0 and paid > 0 else 0.0
