"""The rewards of orders as every cart shows them: the same for all customers, so they are read once and kept."""

from dataclasses import dataclass

from odoo import api, models, tools
from odoo.tools import SQL

from ..engine.rewards import Offer, Situation, judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One reward in one language; ``reasons`` says why not, by the engine's code."""

    id: int
    name: str
    text: str
    price: str
    icon: str
    unit_id: int
    offer: Offer
    reasons: dict
    options: tuple  # (reward id, product id, benefit)


class LoyaltyReward(models.Model):
    _name = "loyalty.reward"
    _inherit = ["loyalty.reward", "club.rule.mixin"]


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    @api.model
    @tools.ormcache("club_id", "self.env.lang")
    def _club_catalogue(self, club_id):
        """The rewards of a club that can be chosen in an order, cheapest first; any change of one forgets them."""
        rewards = self._club_for_orders(self.env["club.club"].browse(club_id))
        return tuple(program._club_as_shown() for program in rewards)

    def _club_as_shown(self):
        offer = self._club_offer()
        refusals = ("over", "not_yet", "sold_out", "had_it", "tier", "channel", "outlet")
        options = self._club_options()
        return Shown(
            id=self.id,
            name=self.name,
            text=self._club_benefit(),
            price=self.club_price_text,
            icon=self._club_icon(),
            unit_id=self.club_unit_id.id,
            offer=offer,
            reasons={code: self._club_sentence_for(code) for code in refusals},
            options=tuple((reward.id, product.id, reward._club_words()) for reward, product in options)
            if len(options) > 1
            else (),
        )

    @api.model
    @tools.ormcache("club_id", "key")
    def _club_ids_where(self, club_id, key, domain):
        """Those of them that an order's own conditions let in.

        :param key: the domain as text, as the conditions of the host say it for this website, price list and day
        """
        ids = [shown.id for shown in self._club_catalogue(club_id)]
        return frozenset(self.sudo().browse(ids).filtered_domain(domain).ids)

    @api.model
    def _club_shown_for(self, member, outlet, open_ids, free):
        """(shown, reason or "") of the rewards for an order, those in reach first.

        :param open_ids: those that the order's conditions let in
        :param free: dict unit id → what this order may use of it
        """
        club, units = outlet.club_id, self.env["club.unit"].sudo()
        catalogue = [shown for shown in self._club_catalogue(club.id) if shown.id in open_ids]
        limited = [shown.id for shown in catalogue if shown.offer.limit_member or shown.offer.limit_total]
        counts = self.browse(limited)._club_counts(member) if limited else {}
        today, tier = club._today(), club._rulebook().tier(member.tier_id.id)
        found = []
        for shown in catalogue:
            situation = Situation(
                today=today,
                free=free.get(shown.unit_id, 0),
                tier_threshold=tier.threshold,
                own=counts.get((shown.id, member.id), 0),
                total=counts.get((shown.id, None), 0),
                outlet=outlet.id,
            )
            verdict = judge(shown.offer, situation)
            if verdict.code in ("over", "outlet"):
                continue
            missing = units.browse(shown.unit_id)._format(verdict.missing) if verdict.missing else ""
            reason = self.env._("%s more", missing) if missing else shown.reasons.get(verdict.code, "")
            found.append((shown, reason))
        return sorted(found, key=lambda pair: bool(pair[1]))

    def _club_counts(self, member=None):
        """(program id, member id or None for all) → how often it was had, as a voucher or in an order.

        Promised counts like used; what was given back does not. One question for both.
        """
        counts = {}
        for model in ("club.voucher", "club.hold"):
            self.env[model].flush_model()
        rows = self.env.execute_query(SQL(
            """SELECT program_id, member_id, COUNT(*) FROM (
                 SELECT program_id, member_id FROM club_voucher
                  WHERE program_id = ANY(%(ids)s) AND refunded_at IS NULL
                  UNION ALL
                 SELECT program_id, member_id FROM club_hold
                  WHERE program_id = ANY(%(ids)s)
                    AND (state = 'captured' AND is_given_back IS NOT TRUE
                         OR state = 'held' AND (expires_at IS NULL OR expires_at > now() AT TIME ZONE 'utc'))
               ) had GROUP BY 1, 2
               UNION ALL
               SELECT id, NULL, club_had_before FROM loyalty_program WHERE id = ANY(%(ids)s) AND club_had_before > 0""",
            ids=list(self.ids),
        ))  # fmt: skip
        for program_id, member_id, count in rows:
            counts[program_id, None] = counts.get((program_id, None), 0) + count
            if member and member_id == member.id:
                counts[program_id, member_id] = count
        for program_id in self.ids if member and member.had_before else ():
            counts[program_id, member.id] = counts.get((program_id, member.id), 0) + member._had_before(
                f"reward:{program_id}"
            )
        return counts
