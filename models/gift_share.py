"""Gift cards that points bought, wholly or in part: what they pay later is no real money either."""

from odoo import models

from .document_order import BOUGHT


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    def _club_points_part(self, money):
        """How much of so much on a gift card points paid for when it was sold.

        Example: a card of 50.00 was bought with 20.00 in points; 25.00 of it pay as 15.00 of money do.
        """
        card = self.sudo()
        if card.program_type != "gift_card" or card.program_id.is_club_technical:
            return 0.0
        sold = card.source_pos_order_id or card.order_id
        # The host calls the first order that a card made by hand pays its source; what it pays, it did not sell.
        lines = sold.lines if card.source_pos_order_id else sold.order_line
        if not sold or card in lines.coupon_id:
            return 0.0
        return min(money, sold.with_context(club_gift_before=card.id)._club_points_in(money))

    def _club_are_before(self):
        """Those that may have paid for the card that is looked into: a card was there before what it bought."""
        limit = self.env.context.get("club_gift_before")
        return self.filtered(lambda card: card.id < limit) if limit else self


class PosOrder(models.Model):
    """Invariant: points become no real money by way of a gift card, however many cards are between."""

    _inherit = "pos.order"

    def _club_wallets(self):
        return max(0.0, super()._club_wallets() - self._club_gifted())

    def _club_gifted(self):
        """What gift cards paid here that points had bought."""
        paid = self._club_wallets_by_card()
        cards = self.env["loyalty.card"].union(*paid)._club_are_before()
        return sum(card._club_points_part(paid[card]) for card in cards)

    def _club_points_money(self):
        return super()._club_points_money() + self._club_gifted()


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _club_not_real(self, total, negative):
        not_real, is_redemption = super()._club_not_real(total, negative)
        return not_real + self._club_gifted(), is_redemption

    def _club_gifted(self):
        """What gift cards paid here that points had bought."""
        lines = self.order_line.filtered(lambda line: line.coupon_id.program_type == "gift_card")
        cards = lines.coupon_id._club_are_before()
        paid = {card: -sum(own.mapped("price_total")) for card, own in lines.grouped("coupon_id").items()}
        return sum(card._club_points_part(paid[card]) for card in cards)

    def _club_points_in(self, money):
        """How much of ``money`` that this order sold was paid with points, or with what points had bought."""
        paid, sold = self._club_points_of_sold()
        return self.currency_id.round(money * min(1.0, paid / sold)) if sold > 0 and paid > 0 else 0.0

    def _club_points_of_sold(self):
        """(what points paid, or what points had bought; what the order sold, as much as promotions left of it)."""
        kinds = {line: line._club_kind() for line in self.order_line if line.is_reward_line}
        rewards = self.order_line.filtered(lambda line: kinds.get(line) in BOUGHT)
        paid = self._club_points_money() - sum(rewards.mapped("price_total")) + self._club_gifted()
        paid += self.env["club.credit"]._used_by(self._club_source())
        sold = self.order_line.filtered(
            lambda line: not line.is_downpayment and kinds.get(line) not in ("payment", *BOUGHT)
        )
        return paid, sum(sold.mapped("price_total"))
