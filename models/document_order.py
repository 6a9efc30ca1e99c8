"""From a document's lines to the engine's order: in the outlet's money, with what excludes a line."""

from dataclasses import dataclass
from fractions import Fraction

from odoo import fields, models

from ..engine import earning
from ..engine.values import exact, to_minor

# What points bought takes off: a reward chosen in this order, a voucher bought before. No money either.
BOUGHT = frozenset({"reward", "voucher"})


@dataclass(slots=True, kw_only=True)
class Facts:
    """A document's money, once for all units: engine lines without ratios, with what each was sold as."""

    lines: list  # (engine Line, Sold)
    order: earning.Order  # without lines
    is_redemption: bool
    items: dict  # product id → engine Item, as far as asked for

    def item(self, product):
        if product.id not in self.items:
            self.items[product.id] = product._club_item()
        return self.items[product.id]

    def is_meant(self, items, sold):
        """Is what was sold among these products?"""
        return bool(sold.product) and items.matches(self.item(sold.product))


class ClubDocumentMixin(models.AbstractModel):
    """What a document was paid for, as values."""

    _inherit = "club.document.mixin"

    club_no_points = fields.Boolean(
        string="No Points", copy=False, help="This order earns nothing; what it had earned is taken back."
    )

    def write(self, vals):
        result = super().write(vals)
        if "club_no_points" in vals:
            self._club_sync_safely()
        return result

    def _club_facts(self, rules, outlet_id):
        """Everything about this document that does not depend on the unit."""
        currency = self.env["res.currency"].browse(self._club_currency_id(rules, outlet_id))
        rate, decimals = self._club_rate(currency), currency.decimal_places

        def minor(amount):
            return to_minor(exact(amount) * rate, decimals)

        parts = self._club_parts()
        sold = [line for line in self._club_lines() if line.kind != "payment"]
        own, rewards = [], []
        for line in sold:
            (rewards if line.kind == "promotion" or line.kind in BOUGHT else own).append(line)
        goods, less = self._club_allot(rules, own, rewards, parts)
        promotions = [less[line.key] for line in rewards if line.kind == "promotion"]
        bought = [less[line.key] for line in rewards if line.kind in BOUGHT]
        promotion_net, promotion_gross = (sum(amounts) for amounts in zip((0, 0), *promotions, strict=True))
        total = sum(max(line.gross, 0) for line in goods) + promotion_gross
        negative = -sum(min(line.gross, 0) for line in own) - sum(min(gross, 0) for _net, gross in bought)
        not_real, is_redemption = self._club_not_real(float(total), float(negative))
        is_redemption = is_redemption or any(line.kind == "reward" for line in rewards)
        items, lines = {}, []
        for line, left in zip(own, goods, strict=True):
            lines.append((
                earning.Line(
                    key=line.key,
                    name=line.name,
                    quantity=left.quantity,
                    net=minor(left.net),
                    gross=minor(left.gross),
                    excluded=self._club_excluded(rules, line, items),
                    gifts=left.given,
                ),
                line,
            ))  # fmt: skip
        order = earning.Order(
            lines=(),
            total=minor(total),
            promotion_net=minor(promotion_net),
            promotion_gross=minor(promotion_gross),
            not_real=minor(not_real),
            money_decimals=decimals,
        )
        return Facts(lines=lines, order=order, is_redemption=is_redemption, items=items)

    def _club_excluded(self, rules, line, items):
        """Why a line is not spend, by what it is or by the club's own exclusions."""
        if line.kind == "delivery" and rules.earn_on_delivery:
            return ""
        if line.kind or rules.excluded.is_everything or not line.product:
            return line.kind
        if line.product.id not in items:
            items[line.product.id] = line.product._club_item()
        return rules.excluded.named_by(items[line.product.id])

    def _club_redeemed_unit_ids(self):
        """Units that this document was paid with in part."""
        spent = self.env["club.entry"].search([
            ("source_model", "=", self._name), ("source_id", "=", self.id), ("kind", "=", "spend"),
        ])  # fmt: skip
        return set(spent.unit_id.ids)

    def _club_currency_id(self, rules, outlet_id):
        """The outlet's own currency: a ratio is a figure in it."""
        outlet = rules.outlets.get(outlet_id)
        return outlet.currency_id if outlet else rules.currency_id

    def _club_rate(self, currency):
        """What one of the document's currency is in ``currency``: at the document's own rate."""
        company = self.company_id
        if self.currency_id == currency:
            return Fraction(1)
        rate = exact(self._club_currency_rate() or 1.0)
        rate = 1 / rate if rate and self.currency_id != company.currency_id else Fraction(1)
        if company.currency_id != currency:
            rate *= exact(company.currency_id._convert(1.0, currency, company, self._club_paid_at(), round=False))
        return rate
