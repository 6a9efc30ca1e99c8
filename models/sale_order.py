from collections import defaultdict
from fractions import Fraction

from odoo import fields, models
from odoo.tools import float_compare

from ..engine.values import exact
from .document_mixin import Sold

ONE = Fraction(1)


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "club.document.mixin"]

    # ------------------------------------------------------------------ events
    def action_confirm(self):
        """An order that is covered already (nothing to pay, or paid before it was confirmed) earns now."""
        self._club_settle()
        result = super().action_confirm()
        self._club_capture()
        self._club_sync_if_member()
        return result

    def _action_cancel(self):
        result = super()._action_cancel()
        self._club_drop_promise()
        for order in self.filtered("club_hold_id"):
            for hold in order._club_points_holds():
                order._club_empty_card(hold)
        self._club_sync_if_member()
        return result

    def _club_sync_if_member(self):
        self.filtered("club_hold_id")._club_return_points()
        known = self.filtered("partner_id").filtered(lambda order: order._club_outlet())
        if known:
            known._club_sync_safely()

    # ------------------------------------------------------------------ document hooks
    def _club_outlet(self):
        """The website's outlet for webshop orders, else the sales team's."""
        return self.website_id.club_outlet_id or self.team_id.club_outlet_id

    def _club_channel(self):
        return "shop" if self.website_id else "sale"

    def _club_not_due(self):
        if self.state == "cancel":
            return "not_paid"
        if self._club_is_settled_at_register():
            return "settled_elsewhere"
        total = self._club_invoiced() if self._club_is_closed_short() else self._club_open_total()
        wanted = total - self._club_given_back()
        received = self._club_received()
        if self.state != "sale" or float_compare(received, wanted, precision_rounding=self.currency_id.rounding) < 0:
            return "not_paid"
        return "" if received > 0 or self.currency_id.is_zero(self.amount_total) else "not_paid"

    def _club_is_closed_short(self):
        """Delivered and invoiced for less than was ordered, with nothing more to come."""
        return (
            self.state == "sale"
            and bool(self.picking_ids)
            and all(picking.state in ("done", "cancel") for picking in self.picking_ids)
            and bool(self._club_invoices())
            and any(part < 1 for part in self._club_invoiced_parts().values())
            and not any(line.qty_to_invoice > 0 for line in self.order_line)
        )

    def _club_parts(self):
        return self._club_invoiced_parts() if self._club_is_closed_short() else self._club_open_parts()

    def _club_is_final(self, code):
        """What had no price when it was confirmed may be filled and paid later."""
        return super()._club_is_final(code) and not (code == "no_real_money" and self.amount_total > 0)

    def _club_invoices(self):
        return self.invoice_ids.filtered(lambda move: move.state == "posted" and move.move_type == "out_invoice")

    def _club_invoiced(self):
        return sum(self._club_invoice_share(move, move.amount_total) for move in self._club_invoices())

    def _club_invoiced_parts(self):
        """Line key → share of the ordered quantity that invoices bill, 0 to 1."""
        billed = defaultdict(Fraction)
        for line in self._club_invoices().invoice_line_ids:
            for sold in line.sale_line_ids & self.order_line:
                quantity = line.product_uom_id._compute_quantity(line.quantity, sold.product_uom_id)
                billed[sold] += exact(quantity)
        goods = self.order_line.filtered(lambda line: not line.display_type and line.product_uom_qty > 0)
        return {
            str(line.id): min(ONE, billed[line] / exact(line.product_uom_qty))
            for line in goods
            if not line.is_downpayment and not line.is_reward_line
        }

    def _club_received(self):
        """Real money that has arrived, in the order's currency; nothing counts twice.

        What invoices have settled, plus what done transactions paid and no invoice has taken up yet. A
        transaction without an entry in the books cannot be told from a settled invoice, so of those the larger
        figure stands: at worst an award waits for the bank statement. Deposits at a register are added.
        """
        invoices = self.invoice_ids.filtered(lambda move: move.state == "posted" and not move._club_is_from_register())
        settled = sum(-move.direction_sign * self._club_invoice_share(move, move._club_settled()) for move in invoices)
        loose = 0.0
        for transaction in self._club_done_transactions():
            entry = transaction.payment_id.move_id
            if entry:
                open_lines = entry.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
                settled -= self._club_own_part(transaction, sum(open_lines.mapped("amount_residual_currency")))
            else:
                loose += self._club_own_part(transaction, transaction.amount)
        deposits = self.order_line.filtered("is_downpayment").pos_order_line_ids.filtered(
            lambda line: line.order_id.state in ("paid", "done")
        )
        return max(settled, loose) + sum(deposits.mapped("price_subtotal_incl"))

    def _club_done_transactions(self):
        """Done transactions with the refunds that belong to them; a captured one's parts count, not the whole."""
        payments = self.transaction_ids
        while parts := payments.child_transaction_ids - payments:
            payments |= parts
        done = payments.filtered(lambda tx: tx.state == "done" and tx.operation != "validation")
        return done.filtered(
            lambda tx: not tx.child_transaction_ids.filtered(lambda child: child.operation != "refund")
        )

    def _club_given_back(self):
        """Money that went back: credit notes or provider refunds, whichever shows more."""
        credits = self.invoice_ids.filtered(lambda move: move.move_type == "out_refund" and move.state == "posted")
        credited = sum(self._club_invoice_share(move, move.amount_total) for move in credits)
        refunds = self._club_done_transactions().filtered(lambda tx: tx.operation == "refund")
        return max(credited, -sum(self._club_own_part(refund, refund.amount) for refund in refunds))

    def _club_own_part(self, transaction, amount):
        """The part of a transaction's money that is this order's: one may pay several."""
        total = sum(transaction._club_orders().mapped("amount_total"))
        return amount * min(1.0, self.amount_total / total) if total else amount

    def _club_invoice_share(self, invoice, amount):
        """The part of an amount on an invoice that is this order's: an invoice may gather several."""
        total = invoice.amount_total
        if not total:
            return 0.0
        own = abs(invoice._get_sale_order_invoiced_amount(self))
        return min(1.0, own / total) * invoice.currency_id._convert(
            amount, self.currency_id, invoice.company_id, invoice.invoice_date or fields.Date.today()
        )

    def _club_paid_at(self):
        """When the last money arrived that completed it."""
        moments = self.transaction_ids.filtered(lambda tx: tx.state == "done").mapped("last_state_change")
        lines = self.invoice_ids.filtered(lambda move: move.state == "posted").line_ids
        moments += lines.matched_credit_ids.mapped("create_date")
        return min(max(moments), fields.Datetime.now()) if moments else fields.Datetime.now()

    def _club_may_grow(self):
        return self.state == "sale"

    def _club_line_keys(self):
        return {str(line_id) for line_id in self.order_line.ids}

    def _club_is_bought(self):
        return any(line.price_total > 0 for line in self.order_line)  # points may have paid all of it

    def _club_lines(self):
        return [line._club_sold() for line in self.order_line if not line.display_type and not line.is_downpayment]


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _club_sold(self):
        return Sold(
            key=str(self.id),
            name=self.product_id.display_name or self.name,
            product=self.product_id,
            quantity=self.product_uom_qty,
            net=self.price_subtotal,
            gross=self.price_total,
            kind=self._club_kind(),
            record=self,
            uom=self.product_uom_id,
        )

    def _club_kind(self):
        """Why a line is not spend, see ``Sold``: "" for one that is, what the host made of it, or an exclusion code."""
        if self.is_reward_line:
            return self.reward_id._club_line_kind(self.coupon_id)
        if self.is_delivery:
            return "delivery"
        return self.product_id._club_exclusion()
