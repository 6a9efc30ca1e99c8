"""May a member have a reward for points now, and until when is its voucher good? Codes instead of sentences."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A reward's price and conditions; 0 and None mean none, no outlets mean all."""

    price: int
    tier_threshold: int = 0
    first_day: date | None = None
    last_day: date | None = None
    limit_member: int = 0
    limit_total: int = 0
    outlets: frozenset = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the member has and had: ``free`` points, the own tier, how often this reward, and how often all.

    For a reward in an order also where: ``outlet``, and whether its channel offers it.
    """

    today: date
    free: int
    tier_threshold: int = 0
    own: int = 0
    total: int = 0
    outlet: int = 0
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``code`` is empty where the reward is in reach; ``missing`` is what the balance lacks."""

    code: str = ""
    missing: int = 0


def judge(offer, situation):
    """The first reason against it, those that points cannot mend before those that they can.

    >>> judge(Offer(price=100), Situation(today=date(2026, 3, 1), free=20))
    Verdict(code='points', missing=80)
    """
    if offer.last_day and situation.today > offer.last_day:
        return Verdict(code="over")
    if offer.first_day and situation.today < offer.first_day:
        return Verdict(code="not_yet")
    if not situation.is_open:
        return Verdict(code="channel")
    if situation.outlet and offer.outlets and situation.outlet not in offer.outlets:
        return Verdict(code="outlet")
    if offer.limit_total and situation.total >= offer.limit_total:
        return Verdict(code="sold_out")
    if offer.limit_member and situation.own >= offer.limit_member:
        return Verdict(code="had_it")
    if situation.tier_threshold < offer.tier_threshold:
        return Verdict(code="tier")
    if situation.free < offer.price:
        return Verdict(code="points", missing=offer.price - situation.free)
    return Verdict()


def good_until(today, validity_days, last_day):
    """The last day of a voucher that is bought today; the reward's own end comes first. None: for ever."""
    own = today + timedelta(days=validity_days) if validity_days else None
    return min((day for day in (own, last_day) if day), default=None)
