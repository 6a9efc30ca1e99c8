"""The rules of one club as plain values: what a document needs to be judged, without a query."""

from dataclasses import dataclass
from datetime import datetime, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

from ..engine.tiers import programme_for
from ..engine.values import exact


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRule:
    id: int
    kind: str
    decimals: int
    value: Fraction
    redeem_min: int
    validity_days: int
    validity_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRule:
    id: int
    name: str
    threshold: int
    multiplier: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRule:
    id: int
    name: str
    tier_id: int
    unit_id: int
    ratio: Fraction
    level: int
    validity_days: int
    validity_months: int
    outlet_ids: frozenset
    portion_count: int
    portion_interval_days: int
    live_from: datetime
    ended_at: datetime | None

    def covers(self, outlet_id, moment):
        """Was it live at that outlet at that moment (naive UTC)?"""
        in_time = self.live_from <= moment and (self.ended_at is None or moment < self.ended_at)
        return in_time and (not self.outlet_ids or outlet_id in self.outlet_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """What a club's rules are; made anew by ``club.club._rulebook`` after any change."""

    club_id: int
    state: str
    on_since: datetime | None
    past: dict  # outlet id (0 = the club) → ((began, ended), …) while it was on
    currency_id: int
    tz: str
    basis: str
    rounding: str
    enrolment: str
    earn_on_discounted: bool
    earn_on_redemption: bool
    validity_days: int
    validity_months: int
    is_shop_bearing: bool
    grace_days: int
    tier_unit_id: int
    units: dict
    tiers: tuple
    programs: tuple
    ratios: dict  # unit id -> {("product", id) | ("template", id) | ("category", id): Fraction}

    @classmethod
    def read(cls, club):
        past, ratios = {}, {}
        for time in club.env["club.switch"].search([("club_id", "=", club.id)]):
            past.setdefault(time.outlet_id.id or 0, []).append((time.started_at, time.ended_at))
        for ratio in club.env["club.ratio"].search([("unit_id", "in", club.unit_ids.ids)]):
            ratios.setdefault(ratio.unit_id.id, {})[ratio._target()] = exact(ratio.ratio)
        return cls(
            club_id=club.id,
            state=club.state if club.active else "off",
            on_since=club.on_since or None,
            past=past,
            currency_id=club.currency_id.id,
            tz=club.tz,
            basis=club.basis,
            rounding=club.earn_rounding,
            enrolment=club.enrolment,
            earn_on_discounted=club.earn_on_discounted,
            earn_on_redemption=club.earn_on_redemption,
            validity_days=club.validity_days,
            validity_months=club.validity_months,
            is_shop_bearing=club.clawback_policy == "shop",
            grace_days=club.return_grace_days,
            tier_unit_id=club.tier_unit_id.id,
            units={unit.id: unit._rule() for unit in club.unit_ids},
            tiers=tuple(
                TierRule(id=t.id, name=t.name, threshold=t.threshold, multiplier=exact(t.multiplier))
                for t in club.tier_ids.sorted(lambda tier: (tier.threshold, tier.id))
            ),
            programs=tuple(
                program._rule()
                for program in club.with_context(active_test=False)
                .program_ids.filtered("live_from")
                .sorted(lambda p: (p.level, p.id))
            ),
            ratios=ratios,
        )

    def was_on(self, outlet_id, moment):
        """Was the outlet (0: the club) on at that moment, in a time that has ended since?"""
        return any(began <= moment < ended for began, ended in self.past.get(outlet_id, ()))

    def today(self, moment):
        """The club's calendar day at a moment (naive UTC)."""
        return moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(self.tz)).date()

    def tier(self, tier_id):
        """The tier of that id, else the lowest one: everybody has a tier."""
        return next((tier for tier in self.tiers if tier.id == tier_id), self.tiers[0])

    def program_for(self, unit_id, tier_id, outlet_id, moment):
        """The programme that counts: the tier's own with the lowest level, else the nearest lower tier's."""
        live = [p for p in self.programs if p.unit_id == unit_id and p.covers(outlet_id, moment)]
        return programme_for([tier.id for tier in self.tiers], live, self.tier(tier_id).id)
