"""Gift cards and top-ups that a sale order sold: what its refund pays back, the card loses."""

from odoo import models

from ..engine.values import exact

SOLD = ("gift_card", "ewallet")


class SaleOrder(models.Model):
    """Unused value comes off the cards in the ratio credited or refunded, and is back where the note is withdrawn.

    Example: two cards of 50.00, one of them credited: one is worth nothing. Had both been used up, the order says
    how much was refunded that is spent already. Orders of places that take part alone, as at the register.

    Invariant: what an order put on a card is in the customer's hand or on the card, never both while unused.
    """

    _inherit = "sale.order"

    def _club_sync_if_member(self):
        self._club_take_cards_back()
        return super()._club_sync_if_member()

    def _action_cancel(self):
        """The host takes off all it had put on its cards, so first it is there; cards that had paid are full again."""
        used = self.order_line.coupon_id.sudo().filtered(lambda card: card.program_type == "gift_card")
        self.filtered(lambda order: order.state == "sale")._club_take_cards_back(is_cancelled=True)
        result = super()._action_cancel()
        used.exists().order_id._club_take_cards_back()
        return result

    def _club_sold_cards(self):
        """eWallet or program of gift cards → the rows of what this order put on its cards"""
        rows = self.sudo().coupon_point_ids.filtered(
            lambda row: row.points > 0 and row.coupon_id.program_id.program_type in SOLD
        )
        return rows.grouped(lambda row: row.coupon_id.program_id)

    def _club_card_lines(self, program):
        """Lines that sold what is on the cards of a program."""
        products = program.rule_ids.product_ids | program.trigger_product_ids
        return self.order_line.filtered(lambda line: line.product_id in products and line.price_total > 0)

    def _club_take_cards_back(self, is_cancelled=False):
        """Bring what is taken off the cards to what the refunds by now ask for."""
        stored = self.env["product.product"]._club_stored_value_ids()
        sold = self.sudo().filtered(
            lambda order: (
                order.state == "sale"
                and not stored.isdisjoint(order.order_line.product_id.ids)
                and order._club_outlet()
            )
        )
        for order in sold:
            shares = {} if is_cancelled else order._club_returned_by(is_paid=False).get(order.id, {})
            for program, rows in order._club_sold_cards().items():
                order._club_take_program_back(program, rows, shares)

    def _club_take_program_back(self, program, rows, shares):
        lines = self._club_card_lines(program)
        price, issued = sum(lines.mapped("price_total")), sum(rows.mapped("points"))
        if not price:
            return
        back = sum(float(exact(shares.get(str(line.id), 0))) * line.price_total for line in lines)
        whole = {
            program.currency_id.round(issued * line.price_total / price / line.product_uom_qty)
            for line in lines
            if shares.get(str(line.id))
        }
        self._club_bring_cards_to(rows.coupon_id, issued * back / price, whole)
