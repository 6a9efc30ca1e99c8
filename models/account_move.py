from fractions import Fraction

from odoo import fields, models

from ..engine.values import exact
from .document_mixin import Sold

ONE = Fraction(1)


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "club.document.mixin"]

    club_refund_ids = fields.Many2many(
        "payment.transaction",
        "club_move_refund_rel",
        "move_id",
        "transaction_id",
        string="Refunds Before",
        readonly=True,
        copy=False,
        help="What the provider had paid back of its orders when this invoice was posted: billed once more, that is "
        "asked for anew.",
    )

    # ------------------------------------------------------------------ events
    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self._club_sync_documents()
        return result

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted.filtered(lambda move: move.move_type == "out_refund")._club_sync_documents()
        posted.filtered(lambda move: move.move_type == "out_invoice")._club_sync_rebilled()
        return posted

    def _club_sync_rebilled(self):
        """Billed again after a credit note or a refund: what the order had given back it uses once more."""
        orders, again = self.invoice_line_ids.sale_line_ids.order_id, self.env["sale.order"]
        for order in orders.sudo():
            refunds = order._club_done_transactions().filtered(lambda payment: payment.operation == "refund")
            for move in refunds and self & order.invoice_ids:
                move.sudo().club_refund_ids = refunds
            if refunds or order._club_credit_notes():
                again |= order
        again.with_env(self.env)._club_sync_if_member()

    def button_draft(self):
        result = super().button_draft()
        self._club_sync_documents()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._club_sync_documents()
        return result

    def _club_sync_documents(self):
        """The sale orders behind these moves, else the invoices themselves; register orders have their own path."""
        moves = self.filtered(lambda move: move.is_sale_document(include_receipts=True))
        (moves | moves.reversed_entry_id).line_ids.sale_line_ids.order_id._club_sync_if_member()
        moves = moves.filtered(lambda move: not move._club_is_from_register())
        if sold := moves.reversed_entry_id.pos_order_ids:
            sold._club_sync_safely()
            sold._club_void_credited_cards()
        alone = moves.filtered(lambda move: not move.line_ids.sale_line_ids)
        invoices = alone.filtered(lambda move: move.move_type == "out_invoice") | alone.reversed_entry_id
        invoices = invoices.filtered(lambda move: move.partner_id and move._club_outlet())
        if invoices:
            invoices._club_sync_safely()

    def _club_settled(self):
        """How much of the total is paid, in the move's currency; a payment on its way to the bank counts.

        A payment that books nothing of its own makes an invoice look paid however little it pays.
        """
        settled = self.amount_total - self.amount_residual
        loose = self.matched_payment_ids.filtered(lambda payment: not payment.move_id)
        waiting, arrived = (
            sum(
                payment.currency_id._convert(payment.amount, self.currency_id, payment.company_id, payment.date)
                for payment in loose.filtered(lambda payment, state=state: payment.state == state)
            )
            for state in ("in_process", "paid")
        )
        return min(self.amount_total, max(settled, arrived) + waiting)

    def _club_is_settled(self):
        """Nothing is left to pay, or all of it was credited."""
        missing = self.amount_total - self._club_settled()
        is_settled = self.payment_state in ("paid", "in_payment", "reversed")
        return self.state == "posted" and is_settled and self.currency_id.compare_amounts(missing, 0) <= 0

    def _club_is_from_register(self):
        return bool(self.pos_order_ids)

    # ------------------------------------------------------------------ document hooks
    def _club_outlet(self):
        return self.team_id.club_outlet_id

    def _club_not_due(self):
        if self.line_ids.sale_line_ids or self._club_is_from_register():
            return "settled_elsewhere"
        paid = self._club_is_settled() and self.payment_state != "reversed"
        return "" if paid and self.move_type == "out_invoice" else "not_paid"

    def _club_paid_at(self):
        moments = self.line_ids.matched_credit_ids.mapped("create_date")
        return min(max(moments), fields.Datetime.now()) if moments else fields.Datetime.now()

    def _club_currency_rate(self):
        return self.invoice_currency_rate

    def _club_may_grow(self):
        return self.state == "posted"

    def _club_line_keys(self):
        return {str(line_id) for line_id in self.invoice_line_ids.ids}

    def _club_lines(self):
        return [line._club_sold() for line in self.invoice_line_ids if line.display_type == "product"]

    def _club_reason(self):
        """The order behind an invoice says why it has no points, so the invoice stays quiet.

        So does one that has nothing to do with the club.
        """
        is_own = self.move_type == "out_invoice" and self._club_not_due() != "settled_elsewhere"
        return super()._club_reason() if is_own and self._club_outlet() else ""

    def _club_returned(self):
        """Share of each line that credit notes took back; all of an invoice that is open again or cancelled."""
        returned = {}
        for move in self:
            if not move._club_is_settled():
                returned[move.id] = dict.fromkeys(move._club_line_keys(), ONE)
                continue
            credits = move.reversal_move_ids.filtered(lambda credit: credit.state == "posted")
            credited = exact(sum(credits.mapped("amount_total")))
            if credited and move.amount_total:
                share = min(ONE, credited / exact(move.amount_total))
                returned[move.id] = {str(line.id): share for line in move.invoice_line_ids}
        return returned


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _club_sold(self):
        return Sold(
            key=str(self.id),
            name=self.product_id.display_name or self.name or "",
            product=self.product_id,
            quantity=self.quantity,
            net=self.price_subtotal,
            gross=self.price_total,
            kind=self.product_id._club_exclusion(),
            uom=self.product_uom_id,
        )
