from odoo import models
from odoo.fields import Domain


class PosOrder(models.Model):
    """Gift cards that this register sold and takes back lose what is left on them.

    The host keeps their value, so that a card could be refunded and spent. Orders of places that take part alone:
    elsewhere the host's way is left as it is.
    """

    _inherit = "pos.order"

    def action_pos_order_paid(self):
        result = super().action_pos_order_paid()
        for refund in self:
            refund.sudo()._club_void_gift_cards()
        return result

    def _club_void_gift_cards(self):
        """Take what this refund gave back off the cards that its lines had sold, once."""
        stored = self.env["product.product"]._club_stored_value_ids()
        lines = self.lines.filtered(lambda line: line.refunded_orderline_id and line.product_id.id in stored)
        for origin, own in lines.grouped(lambda line: line.refunded_orderline_id.order_id).items():
            if not origin._club_outlet():
                continue
            cards = origin._club_sold_gift_cards().filtered(lambda card: card.points > 0)
            if cards.history_ids.filtered(lambda past: (past.order_model, past.order_id) == (self._name, self.id)):
                continue
            for line in own:
                self._club_void_cards_of(line, cards)

    def validate_coupon_programs(self, point_changes, new_codes):
        """Asked before the register takes money: what an order that is being paid online counts on is not free."""
        result = super().validate_coupon_programs(point_changes, new_codes)
        taken = [int(key) for key, change in point_changes.items() if change < 0 < int(key)]
        cards = self.env["loyalty.card"].browse(taken)
        for card in cards.exists().filtered("program_id.is_payment_program") if result["successful"] else ():
            promised = sum(self.env["sale.order"]._club_wallet_elsewhere(card).values())
            left, used = card.points - promised, -point_changes.get(str(card.id), point_changes.get(card.id, 0))
            if promised and card.currency_id.compare_amounts(left, used) < 0:
                message = self.env._(
                    "%(promised)s of the %(left)s on %(code)s are promised to an order that is being paid online. Use "
                    "less of it, or take it off.",
                    promised=card.currency_id.format(promised),
                    left=card.currency_id.format(card.points),
                    code=card.code,
                )
                return {
                    "successful": False,
                    "payload": {"message": message, "updated_points": {card.id: max(0.0, left)}},
                }
        return result

    def _club_sold_gift_cards(self):
        """Not one that pays here: the host calls the first order that a card made by hand pays its source."""
        cards = self.env["loyalty.card"].search(
            Domain("source_pos_order_id", "=", self.id) & Domain("program_id.program_type", "=", "gift_card")
        )
        return cards - self.lines.coupon_id

    def _club_void_credited_cards(self):
        """The register's invoice was credited in the books, or that was withdrawn: its cards lose that share."""
        stored = self.env["product.product"]._club_stored_value_ids()
        for order in self.sudo().filtered(lambda order: not stored.isdisjoint(order.lines.product_id.ids)):
            cards = order._club_sold_gift_cards()
            if not cards or not order._club_outlet():
                continue
            lines = order.lines.filtered(lambda line, own=cards: line.product_id in own.program_id.trigger_product_ids)
            refunds = lines.refund_orderline_ids.order_id.ids
            by_registers = cards.history_ids.filtered(
                lambda past, ids=refunds: past.order_model == self._name and past.order_id in ids
            )
            credited = sum(lines.mapped("price_subtotal_incl")) * float(order._club_credited())
            whole = {order.currency_id.round(line.price_subtotal_incl / line.qty) for line in lines if line.qty}
            order._club_bring_cards_to(cards, max(0.0, credited - sum(by_registers.mapped("used"))), whole)

    def _club_void_cards_of(self, line, cards):
        """Which card lay on the counter is not known: whole cards of that price first, then the fullest."""
        cards = cards.filtered(lambda card: line.product_id in card.program_id.trigger_product_ids)
        price, left = line.refunded_orderline_id.price_subtotal_incl, -line.price_subtotal_incl
        price = self.currency_id.round(price / (line.refunded_orderline_id.qty or 1))
        for card in cards.sorted(lambda card: (card.points != price, -card.points)):
            taken = card.currency_id.round(min(card.points, left))
            if taken <= 0:
                continue
            left -= taken
            card.points -= taken
            self.env["loyalty.history"].create({
                "card_id": card.id,
                "order_model": self._name,
                "order_id": self.id,
                "description": self.env._("Refunded with %s", self.display_name),
                "used": taken,
                "issued": 0.0,
            })  # fmt: skip
