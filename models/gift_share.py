"""Gift cards that points bought, wholly or in part: what they pay later is no real money either."""

from odoo import models


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
        return min(money, sold._club_points_in(money)) if sold else 0.0


class PosOrder(models.Model):
    """Invariant: points become no real money by way of a gift card, however many cards are between."""

    _inherit = "pos.order"

    def _club_wallets(self):
        return max(0.0, super()._club_wallets() - self._club_gifted())

    def _club_gifted(self):
        """What gift cards paid here that points had bought."""
        return sum(card._club_points_part(money) for card, money in self._club_wallets_by_card().items())

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
        return sum(
            card._club_points_part(-sum(own.mapped("price_total"))) for card, own in lines.grouped("coupon_id").items()
        )

    def _club_points_in(self, money):
        """How much of ``money`` that this order sold was paid with points, or with what points had bought."""
        rewards = self.order_line.filtered(
            lambda line: line.is_reward_line and line._club_kind() in ("reward", "voucher")
        )
        paid = self._club_points_money() - sum(rewards.mapped("price_total")) + self._club_gifted()
        paid += self.env["club.credit"]._used_by(self._club_source())
        sold = sum(line.price_total for line in self.order_line if not line.is_downpayment and line.price_total > 0)
        return self.currency_id.round(money * min(1.0, paid / sold)) if sold > 0 and paid > 0 else 0.0
