from dataclasses import dataclass
from fractions import Fraction

from odoo import models, tools

from ..engine import caps
from ..engine.values import exact, to_minor

# Units that are worth money; stamps buy rewards instead.
PAYING_KINDS = ("points", "cashback")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a unit pays in one currency: the club's own, or what an outlet in another currency states."""

    value: Fraction  # money of one unit
    bands: tuple
    maximum: float  # money, 0 = none


class ClubOutlet(models.Model):
    _inherit = "club.outlet"

    def _takes(self, currency):
        """May points pay here in this currency at all?"""
        return currency == self.club_id.currency_id or (currency == self.currency_id and bool(self.worth_ids))


class ClubUnit(models.Model):
    _inherit = "club.unit"

    def _terms(self, currency, outlet=None):
        """What this unit is worth there; None where nobody said so."""
        club = self.club_id
        if currency == club.currency_id:
            return Terms(value=exact(self.money_value), bands=self._own_bands(), maximum=club.redeem_max_money)
        if not outlet or currency != outlet.currency_id:
            return None
        worth = outlet.worth_ids.filtered(lambda worth: worth.unit_id == self)[:1]
        if not worth:
            return None
        bands = outlet.condition_ids.filtered(lambda band: band.unit_id == self)
        return Terms(value=exact(worth.money_value), bands=bands._bands(), maximum=outlet.redeem_max_money)

    @tools.ormcache("self.id")
    def _own_bands(self):
        """Its conditions in the club's own currency; every cart asks for them."""
        return self.sudo().club_id.condition_ids.filtered(lambda band: band.unit_id == self)._bands()

    def _digits(self, currency):
        """The decimals of the unit and of the money, and the currency's smallest coin, as the engine takes them."""
        decimals = currency.decimal_places
        step = max(1, round(currency.rounding * 10**decimals))
        return {"unit_decimals": self.decimals, "money_decimals": decimals, "money_step": step}

    def _cap(self, currency, free, total, remaining=None, already=0, other_money=0.0, outlet=None):
        """How much of this unit one order may use, by the club's conditions: the engine's ``Cap``.

        :param free: int, minor unit, what of the balance may be used
        :param total: what chooses the band, in the currency's minor unit
        :param remaining: what is left to pay, likewise; by default all that is not used already
        :param already: int, minor unit, what the order's other payments use of this unit
        :param other_money: what other units pay of the order
        :param outlet: where the order is; one in another currency than the club's has terms of its own
        """
        terms, decimals = self._terms(currency, outlet), currency.decimal_places
        if not terms:
            return caps.Cap(amount=0, money=0, code="nothing", args={"limit": "value"})
        if terms.maximum and terms.maximum - other_money <= 0:
            return caps.Cap(amount=0, money=0, code="nothing", args={"limit": "maximum"})
        rule = self._rule()
        return caps.cap(
            free,
            total,
            terms.bands,
            terms.value,
            rule.decimals,
            decimals,
            minimum=rule.redeem_min,
            maximum_money=to_minor(terms.maximum - other_money, decimals) if terms.maximum else None,
            below_bands=self.club_id.redeem_below_bands,
            already=already,
            remaining=remaining,
            money_step=self._digits(currency)["money_step"],
        )
