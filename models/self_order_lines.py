"""What rewards, vouchers and points take off a self-order, as lines: made and priced by the server alone.

A register's browser prices the lines of rewards; a kiosk has no such code, and would not be believed.
"""

from dataclasses import dataclass

from odoo import models
from odoo.fields import Command

from ..engine.values import exact


@dataclass(slots=True, kw_only=True)
class Wanted:
    """A coupon that is to count on an order."""

    card: object  # loyalty.card
    reward: object  # loyalty.reward
    product: object  # the free product that was chosen, if any
    money: float | None = None  # points: what they take off
    hold: object = None  # the promise behind it
    voucher: object = None

    def rank(self):
        """Free products, then percentages and amounts, and points last: as everywhere."""
        return (self.money is not None, self.reward._club_rank(), self.card.id)


@dataclass(slots=True, kw_only=True)
class Part:
    """One line of a coupon: one group of taxes."""

    wanted: Wanted
    price: float
    taxes: object
    quantity: float = 1.0
    off: float = 0.0  # with tax

    def values(self, is_first):
        reward = self.wanted.reward
        cost = 0.0
        if is_first:
            is_money = self.wanted.money is not None
            cost = round(self.wanted.money / reward.discount) if is_money else reward.required_points
        return {
            "product_id": reward.discount_line_product_id.id,
            "full_product_name": reward.description or reward.discount_line_product_id.name,
            "qty": self.quantity,
            "price_unit": self.price,
            "tax_ids": [Command.set(self.taxes.ids)],
            "is_reward_line": True,
            "reward_id": reward.id,
            "coupon_id": self.wanted.card.id,
            "reward_identifier_code": f"club{self.wanted.card.id}",
            "points_cost": cost,
            "price_type": "manual",
        }


class PosOrder(models.Model):
    """Rewards priced by the goods they are for.

    Example: a coffee of 121.00 and a voucher of 10 %: one line of −12.10, of which 2.10 is tax, as the coffee's.
    Invariant: no reward takes off more than there is left of its goods, so a total never falls below nothing.
    """

    _inherit = "pos.order"

    def _club_self_parts(self, wanted):
        """What coupons take off this order, one after the other.

        :param wanted: list of ``Wanted``
        :return: list of ``Part``
        """
        left, parts = {}, []
        for line in self.lines:
            if line.qty > 0 and not line.reward_id and not line.refunded_orderline_id:
                gross = line._club_sold().gross
                if gross > 0:
                    left[line] = gross
        for want in sorted(wanted, key=Wanted.rank):
            parts += self._club_parts_of(want, left)
        return parts

    def _club_parts_of(self, want, left):
        reward, currency = want.reward, self.currency_id
        if reward.reward_type == "product":
            return self._club_free_parts(want, left)
        goods = {line: left[line] for line in self._club_rewarded(reward) if left.get(line, 0) > 0}
        whole = sum(goods.values())
        if reward.discount_applicability == "cheapest" and goods:
            cheapest = min(goods, key=lambda line: goods[line] / line.qty)
            goods = {cheapest: goods[cheapest]}
            whole = goods[cheapest] / cheapest.qty
        if want.money is not None:
            off = want.money
        elif reward.discount_mode == "percent":
            off = whole * reward.discount / 100
        else:
            off = reward.discount * (want.card.points if reward.discount_mode == "per_point" else 1)
        if reward.discount_max_amount:
            off = min(off, reward.discount_max_amount)
        off = currency.round(min(off, whole))
        if off <= 0:
            return []
        if want.card.program_id.is_club_paying:
            parts = [self._club_untaxed(want, off)]
        else:
            parts = self._club_taxed_parts(want, goods, off)
        taken, whole = sum(part.off for part in parts), sum(goods.values())
        for line, gross in goods.items():
            left[line] = max(0.0, gross - taken * gross / whole)
        return parts

    def _club_untaxed(self, want, off):
        return Part(wanted=want, price=-off, taxes=self.env["account.tax"], off=off)

    def _club_free_parts(self, want, left):
        """So many pieces of a free product as there are, at the price they have on this order."""
        parts, missing = [], want.reward.reward_product_qty
        goods = self._club_rewarded(want.reward).filtered(
            lambda line: left.get(line, 0) > 0 and (not want.product or line.product_id == want.product)
        )
        for line in goods.sorted("price_unit", reverse=True):
            pieces = min(missing, line.qty)
            if pieces <= 0:
                break
            missing -= pieces
            price = -line.price_unit * (1 - (line.discount or 0.0) / 100)
            off = min(left[line], self._club_gross_of(-price, line.tax_ids, pieces))
            parts.append(Part(wanted=want, price=price, taxes=line.tax_ids, quantity=pieces, off=off))
            left[line] -= off
        return parts

    def _club_taxed_parts(self, want, goods, off):
        """One line for each group of taxes, together exactly ``off`` where roundings allow it."""
        currency, groups = self.currency_id, {}
        for line, gross in goods.items():
            taxes = line.tax_ids.filtered(lambda tax: tax.amount_type != "fixed")
            groups[taxes] = groups.get(taxes, 0.0) + gross
        whole, rest, parts = sum(groups.values()), off, []
        for number, (taxes, gross) in enumerate(groups.items(), 1):
            share = rest if number == len(groups) else currency.round(off * gross / whole)
            rest = currency.round(rest - share)
            if share > 0:
                price, own = self._club_price_for(taxes, share)
                parts.append(Part(wanted=want, price=-price, taxes=taxes, off=own))
        spare = currency.round(off - sum(part.off for part in parts))
        if spare > 0 and want.money is not None:  # no price with this tax comes to exactly that
            parts.append(self._club_untaxed(want, spare))
        return parts

    def _club_price_for(self, taxes, target):
        """(price of a line, what it comes to with tax): ``target`` if some price does, never more."""
        step = self.currency_id.rounding
        one = float(exact(self._club_gross_of(1000.0, taxes, 1, is_exact=True)) / 1000)
        price, own = 0.0, 0.0
        for nudge in (0, 0.4, -0.4, 0.8, -0.8, -1.6):
            price = (target + nudge * step) / one
            own = self._club_gross_of(price, taxes, 1)
            if self.currency_id.compare_amounts(own, target) == 0:
                return price, own
        return price, own

    def _club_amounts_of(self, part):
        mapped = self.fiscal_position_id.map_tax(part.taxes)
        amounts = mapped.compute_all(part.price, self.currency_id, part.quantity)
        return {"price_subtotal": amounts["total_excluded"], "price_subtotal_incl": amounts["total_included"]}

    def _club_gross_of(self, price, taxes, quantity, is_exact=False):
        """What a line comes to with tax."""
        mapped = self.fiscal_position_id.map_tax(taxes)
        if not is_exact:
            return mapped.compute_all(price, self.currency_id, quantity)["total_included"]
        return mapped._get_tax_details(price, quantity, rounding_method="round_globally")["total_included"]
