"""The rules of one club as plain values: what a document needs to be judged, without a query."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

from ..engine.dates import Idle, Pause, pauses
from ..engine.games import Trigger
from ..engine.goals import Goal
from ..engine.matching import Items, When
from ..engine.tiers import programme_for
from ..engine.values import exact

NOTICE_DAYS = 30  # between a rule that points lapse without orders, and the first that do
PAUSE_DAYS = 30  # that points which were due while the club was off live on after it is on again


def _local(moment, tz):
    """The day in a zone at a moment (naive UTC)."""
    return moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(tz)).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRule:
    id: int
    kind: str
    decimals: int
    value: Fraction
    redeem_min: int
    validity_days: int
    validity_months: int
    stamp_reward_id: int = 0  # the reward that a full card becomes at once


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRule:
    id: int
    name: str
    threshold: int
    multiplier: Fraction
    multiplies: str = "points"

    def factor(self, kind):
        """What it multiplies the base of a kind of unit by."""
        return self.multiplier if kind == "points" or self.multiplies == "all" else Fraction(1)


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
    counts: str = "money"
    items: Items | None = None
    is_daily: bool = False
    currency_id: int = 0

    def covers(self, outlet, moment):
        """Was it live at that outlet at that moment (naive UTC)? Money in another currency is never taken as is."""
        in_time = self.live_from <= moment and (self.ended_at is None or moment < self.ended_at)
        if not in_time or (self.outlet_ids and outlet.id not in self.outlet_ids):
            return False
        return self.counts != "money" or self.currency_id == outlet.currency_id


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletRule:
    id: int
    currency_id: int
    tz: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BonusRule:
    """A bonus as it was live from ``live_from`` to ``live_until`` (naive UTC); ``id`` is of its newest version."""

    id: int
    name: str
    unit_id: int
    kind: str
    factor: Fraction
    items: Items | None
    when: When
    is_first_order: bool
    tier_ids: frozenset
    outlet_ids: frozenset
    channels: frozenset
    budget: Fraction
    live_from: datetime
    live_until: datetime | None

    def was_live(self, moment):
        return self.live_from <= moment and (self.live_until is None or moment < self.live_until)

    def is_dated_for(self, day: date):
        """Do its own dates cover the day? What history is credited by."""
        first, last = self.when.first_day, self.when.last_day
        return bool(first or last) and (not first or first <= day) and (not last or day <= last)


@dataclass(frozen=True, slots=True, kw_only=True)
class GameRule:
    """A game that paid orders bring a play of."""

    id: int
    trigger: Trigger
    is_for_history: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalRule:
    """A goal that paid orders count for. ``metric``: orders (streaks too), spend, units."""

    id: int
    goal: Goal
    metric: str
    decimals: int
    items: Items | None
    trigger: Trigger
    is_for_history: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """What a club's rules are; made anew by ``club.club._rulebook`` after any change."""

    club_id: int
    company_ids: frozenset
    state: str
    on_since: datetime | None
    past: dict  # outlet id (0 = the club) or channel → ((began, ended), …) while it was on
    channels: dict  # channel → on since (None: always), False while off
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
    tier_metric: str
    tier_decimals: int
    is_tier_yearly: bool
    tier_grace_days: int
    units: dict
    tiers: tuple
    programs: tuple
    bonuses: tuple
    games: tuple
    goals: tuple
    outlets: dict
    excluded: Items
    earn_on_delivery: bool
    pauses: tuple[Pause, ...]  # when it was off
    idle: Idle  # lapses for want of orders
    has_lapses: bool  # is there such a rule, or was there one?
    ratios: dict  # unit id -> {("product", id) | ("template", id) | ("category", id): Fraction}

    @classmethod
    def read(cls, club):
        past, ratios = {}, {}
        for time in club.env["club.switch"].search([("club_id", "=", club.id)]):
            past.setdefault(time.channel or time.outlet_id.id or 0, []).append((time.started_at, time.ended_at))
        for ratio in club.env["club.ratio"].search([("unit_id", "in", club.unit_ids.ids)]):
            ratios.setdefault(ratio.unit_id.id, {})[ratio._target()] = exact(ratio.ratio)
        since = club.inactivity_since
        return cls(
            club_id=club.id,
            company_ids=frozenset(club.company_ids.ids),
            state=club.state if club.active else "off",
            on_since=club.on_since or None,
            past=past,
            channels=club._channel_since(club),
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
            tier_metric=club.tier_metric,
            tier_decimals=club._tier_decimals(),
            is_tier_yearly=club.tier_period == "year",
            tier_grace_days=club.tier_grace_days,
            units={unit.id: unit._rule() for unit in club.unit_ids},
            tiers=tuple(
                TierRule(
                    id=t.id,
                    name=t.name,
                    threshold=t.threshold,
                    multiplier=exact(t.multiplier),
                    multiplies=t.multiplies,
                )
                for t in club.tier_ids.sorted(lambda tier: (tier.threshold, tier.id))
            ),
            programs=tuple(
                program._rule()
                for program in club.with_context(active_test=False)
                .program_ids.filtered("live_from")
                .sorted(lambda p: (p.level, p.id))
            ),
            bonuses=tuple(
                bonus._rule()
                for bonus in club.env["club.bonus"]
                .with_context(active_test=False)
                .search([("club_id", "=", club.id), ("live_from", "!=", False)])
            ),
            games=club.env["club.game"]._rules(club),
            goals=club.env["club.goal"]._rules(club),
            outlets={
                outlet.id: OutletRule(
                    id=outlet.id, currency_id=outlet.company_id.currency_id.id, tz=outlet.tz or club.tz
                )
                for outlet in club.with_context(active_test=False).outlet_ids
            },
            excluded=club._excluded_items(),
            earn_on_delivery=club.earn_on_delivery,
            pauses=cls._pauses(club, past.get(0, ())),
            idle=Idle(
                months=club.inactivity_months or 0, earliest=since and since + timedelta(days=NOTICE_DAYS) or None
            ),
            has_lapses=bool(since),
            ratios=ratios,
        )

    @staticmethod
    def _pauses(club, past):
        """The pauses of a club, in its own days."""
        now = (club.on_since or datetime(1970, 1, 1), None)
        times = [*past, now] if club.active and club.state == "on" else past
        return pauses([tuple(moment and _local(moment, club.tz) for moment in time) for time in times], PAUSE_DAYS)

    @property
    def is_tier_counted(self):
        """Do tiers go by anything else than the lifetime total that each member has?"""
        return self.is_tier_yearly or self.tier_metric != "points"

    def was_on(self, what, moment):
        """Was the outlet (0: the club) or the channel on at that moment, in a time that has ended since?"""
        return any(began <= moment < ended for began, ended in self.past.get(what, ()))

    def stamp_reward(self, unit_id):
        """The reward that enough of this unit become at once; 0 for none."""
        unit = self.units.get(unit_id)
        return unit.stamp_reward_id if unit else 0

    def today(self, moment):
        """The club's calendar day at a moment (naive UTC)."""
        return _local(moment, self.tz)

    def tier(self, tier_id):
        """The tier of that id, else the lowest one: everybody has a tier."""
        return next((tier for tier in self.tiers if tier.id == tier_id), self.tiers[0])

    def thresholds(self):
        """(tier id, threshold), the lowest tier first."""
        return [(tier.id, tier.threshold) for tier in self.tiers]

    def local(self, outlet_id, moment):
        """The outlet's wall clock at a moment (naive UTC), as a naive datetime."""
        zone = ZoneInfo(self.outlets[outlet_id].tz)
        return moment.replace(tzinfo=timezone.utc).astimezone(zone).replace(tzinfo=None)

    def program_for(self, unit_id, tier_id, outlet_id, moment):
        """The program that counts: the tier's own with the lowest level, else the nearest lower tier's."""
        outlet = self.outlets.get(outlet_id) or OutletRule(id=0, currency_id=self.currency_id, tz=self.tz)
        live = [p for p in self.programs if p.unit_id == unit_id and p.covers(outlet, moment)]
        return programme_for([tier.id for tier in self.tiers], live, self.tier(tier_id).id)

    def bonuses_for(self, unit_id, outlet_id, channel, moment, tier_id, birthday, live_at=None):
        """The bonuses of a unit that an order may get: all but their products and first orders.

        :param birthday: callable without arguments that gives the customer's birthday, asked only when it matters
        :param live_at: when they were live, if not at the order's own moment
        """
        local, outlet = self.local(outlet_id, moment), self.outlets[outlet_id]
        return [
            bonus
            for bonus in self.bonuses
            if bonus.unit_id == unit_id
            and bonus.was_live(live_at or moment)
            and channel in bonus.channels
            and (not bonus.tier_ids or self.tier(tier_id).id in bonus.tier_ids)
            # A share of the spend is a share of the club's money: elsewhere only where the outlet is named.
            and (
                outlet_id in bonus.outlet_ids
                if bonus.outlet_ids
                else bonus.kind != "percent" or outlet.currency_id == self.currency_id
            )
            and replace(bonus.when, birthday="").covers(local)
            and (not bonus.when.birthday or bonus.when.covers(local, birthday()))
        ]
