from odoo import api, fields, models
from odoo.exceptions import UserError


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    club_points_money = fields.Monetary(
        string="Points Promised",
        readonly=True,
        copy=False,
        help="What points paid of the order when this payment was started: should it come through, they still do.",
    )

    club_points_parts = fields.Json(readonly=True, copy=False, help="The same by unit.")

    club_order_total = fields.Monetary(
        string="Total When It Was Paid",
        readonly=True,
        copy=False,
        help="What its orders came to when the money was there: what a refund is a part of.",
    )

    def _club_orders(self):
        """The orders behind these: a part that was captured belongs to the payment, its refund to the part."""
        payments = self
        while sources := payments.source_transaction_id - payments:
            payments |= sources
        return payments.sale_order_ids

    def _club_brings_money(self):
        """Is this a customer's own payment: no refund, no check of a card, no part of a payment that was promised all?

        Only such a payment is promised what its order holds.
        """
        return self.operation not in ("refund", "validation") and not self.source_transaction_id

    def _club_promised(self, unit):
        """What this payment was promised in one unit."""
        return (self.sudo().club_points_parts or {}).get(str(unit.id), 0.0)

    @api.model_create_multi
    def create(self, vals_list):
        """A payment is promised what points pay of its order at this moment, and keeps it."""
        payments = super().create(vals_list)
        for payment in payments:
            order = payment.sale_order_ids
            if len(order) != 1 or not payment._club_brings_money():
                continue
            if not order.sudo().club_hold_id:
                continue
            payment._club_promise(order)
            order._club_keep_promise()
        return payments

    def _club_promise(self, order):
        """
        :raise UserError: what the order shows is not promised to it any more
        """
        parts = {hold: order._club_points_money(hold) for hold in order._club_points_holds()}
        parts = {hold: money for hold, money in parts.items() if money > 0}
        if parts and order.state in ("draft", "sent"):
            order._club_points_holds().member_id._lock()
            usables = order._club_usables()
            if any(order.currency_id.compare_amounts(usables[hold], money) < 0 for hold, money in parts.items()):
                raise UserError(
                    self.env._("The points of this order were promised to it for a while only. Reload the page.")
                )
        self.club_points_money = order._club_points_money()
        self.club_points_parts = {str(hold.unit_id.id): money for hold, money in parts.items()}

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.sale_order_ids._club_with_promises()._club_keep_promise()
        return result

    def _check_amount_and_confirm_order(self):
        orders = self.sale_order_ids._club_with_promises()
        if orders:
            # It depends on the list of payments, not on their states, so it is old by now.
            orders.invalidate_recordset(["amount_paid"])
            orders._club_settle()
        return super()._check_amount_and_confirm_order()

    def _post_process(self):
        """Money arrived or went back: the orders behind it earn or give back."""
        result = super()._post_process()
        done = self.filtered(lambda tx: tx.state == "done")
        for payment in done.filtered(lambda tx: tx.operation not in ("refund", "validation")):
            if not payment.club_order_total:
                payment.club_order_total = sum(payment._club_orders().mapped("amount_total"))
        done._club_orders()._club_sync_if_member()
        return result
