"""What rewards gave free or cheaper is off these goods: a reward line belongs to the goods it is for.

Where the host does not say so (a discount on the whole order), it is off all of them in proportion.
"""

from fractions import Fraction

from odoo import models

from ..engine.gifts import Gift, Goods, allot
from ..engine.values import exact


class ClubDocumentMixin(models.AbstractModel):
    _inherit = "club.document.mixin"

    def _club_allot(self, rules, own, rewards, parts):
        """(engine goods of the lines that were sold, {reward line's key: (net, gross) that is off none of them}).

        :param parts: {line key: share of the line that counts}, where that is not all of it
        """
        goods = []
        for line in own:
            part = float(parts.get(line.key, 1))
            goods.append(
                Goods(
                    key=line.key,
                    quantity=exact(line.quantity) * parts.get(line.key, 1),
                    net=exact(line.net * part),
                    gross=exact(line.gross * part),
                )
            )
        less = {line.key: (exact(line.net), exact(line.gross)) for line in rewards}
        slack = exact(self.currency_id.rounding)
        gifts = [gift for line in rewards if (gift := self._club_gift(rules, line, own, slack))]
        if not gifts:
            return goods, less
        goods, left = allot(goods, gifts, slack, "net" if rules.basis == "net" else "gross")
        return goods, less | {key: (-net, -gross) for key, (net, gross) in left.items()}

    def _club_gift(self, rules, line, own, slack):
        """The engine's gift of a reward line, none where it is not for certain goods."""
        reward = line.record.reward_id
        if line.gross >= 0 or not reward:
            return None
        lines, is_spread = reward._club_goods(line, own)
        if not lines:
            return None
        is_free = reward.reward_type != "discount"
        # By default orders earn in full on what promotions made cheaper, not on what they gave.
        is_full = line.kind == "promotion" and rules.earn_on_discounted and rules.basis != "paid"
        return Gift(
            key=line.key,
            net=-exact(line.net),
            gross=-exact(line.gross),
            lines=tuple(own.key for own in lines),
            quantity=reward._club_free_count(line, lines, slack),
            is_spread=is_spread,
            is_whole_only=is_full and not is_free,
        )


class LoyaltyReward(models.Model):
    _inherit = "loyalty.reward"

    def _club_goods(self, line, own):
        """(the lines that a line of this reward is for, likeliest first; whether it is for all of them)."""
        kind = self.reward_type if self.reward_type != "discount" else self.discount_applicability
        own = [sold for sold in own if sold.quantity > 0 and sold.gross > 0]
        if kind == "shipping":
            return [sold for sold in own if sold.kind == "delivery"], False
        if kind == "product":
            # A customer may choose one of several: the price and the tax are those of the one that was chosen.
            price, taxes = -line.record.price_unit, line.record.tax_ids
            meant = [sold for sold in own if sold.product in self.reward_product_ids]
            meant.sort(key=lambda sold: (sold.record.price_unit != price, sold.record.tax_ids != taxes))
            return meant, False
        if kind not in ("specific", "cheapest"):
            return [], False
        domain = self._get_discount_product_domain()
        meant = [sold for sold in own if sold.product.filtered_domain(domain)]
        # The host makes a line a tax, of the goods that have this tax.
        meant = [sold for sold in meant if sold.record.tax_ids == line.record.tax_ids] or meant
        if kind == "specific":
            return meant, True
        return sorted(meant, key=lambda sold: sold.gross / sold.quantity)[:1], False

    def _club_free_count(self, line, lines, slack):
        """How many items a line of this reward gives wholly."""
        if self.reward_type == "product":
            return exact(line.quantity)
        is_all = self.discount_mode == "percent" and self.discount >= 100
        if self.reward_type != "discount" or self.discount_applicability != "cheapest" or not is_all:
            return Fraction(0)
        return Fraction((slack - exact(line.gross)) // (exact(lines[0].gross) / exact(lines[0].quantity)))
