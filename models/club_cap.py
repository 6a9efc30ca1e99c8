from odoo import models

from ..engine import caps
from ..engine.values import to_minor

# Units that are worth money; stamps buy rewards instead.
PAYING_KINDS = ("points", "cashback")


class ClubUnit(models.Model):
    _inherit = "club.unit"

    def _cap(self, currency, free, total, remaining=None, already=0, other_money=0.0):
        """How much of this unit one order may use, by the club's conditions: the engine's ``Cap``.

        :param free: int, minor unit, what of the balance may be used
        :param total: what chooses the band, in the currency's minor unit
        :param remaining: what is left to pay, likewise; by default all that is not used already
        :param already: int, minor unit, what the order's other payments use of this unit
        :param other_money: what other units pay of the order
        """
        club, rule, decimals = self.club_id, self._rule(), currency.decimal_places
        most = club.redeem_max_money
        if most and most - other_money <= 0:
            return caps.Cap(amount=0, money=0, code="nothing", args={"limit": "maximum"})
        return caps.cap(
            free,
            total,
            club.condition_ids.filtered(lambda band: band.unit_id == self)._bands(),
            rule.value,
            rule.decimals,
            decimals,
            minimum=rule.redeem_min,
            maximum_money=to_minor(most - other_money, decimals) if most else None,
            below_bands=club.redeem_below_bands,
            already=already,
            remaining=remaining,
        )
