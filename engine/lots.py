"""Which lots a movement touches.

Every function looks at the lots as they are and answers with what to take or to give back; nothing is
changed. What other holds have pinned is never touched, and what is pinned does not expire.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, timedelta

from .dates import last_day
from .values import Born, Take, is_active, is_expired, is_inactive


def order_of_use(lot):
    """What expires first is used first; of equal days, what has the earlier day written on it, then what was
    earned first."""
    return (
        lot.expires_on is None,
        lot.expires_on or date.max,
        lot.written_until or date.max,
        lot.earned_at,
        lot.id,
    )


def portions(amount, count, interval_days, start, validity_days=0, validity_months=0):
    """An award in `count` lots, `interval_days` apart; what does not divide goes to the first ones.

    Each is good for so many days or so many calendar months from its own release.
    """
    validity_days, validity_months = validity_days or 0, validity_months or 0
    if amount < 0 or count < 1 or interval_days < 0 or min(validity_days, validity_months) < 0:
        raise ValueError("an award is split into at least one portion, forward in time")
    if validity_days and validity_months:
        raise ValueError("points are good for days or for months, not for both")
    share, rest = divmod(amount, count)
    born = []
    for index in range(count if share else rest):
        available_on = start + timedelta(days=index * interval_days)
        expires_on = last_day(available_on, validity_days, validity_months)
        part = share + (index < rest)
        born.append(Born(amount=part, available_on=available_on, expires_on=expires_on, portion=index))
    return tuple(born)


def usable(lots, today):
    """What may be promised or spent today: active and not pinned."""
    return sum(lot.free for lot in lots if is_active(lot, today))


def _fill(offers, amount):
    """Take `amount` from (lot id, at most) offers in their order; answers (takes by lot, what is missing)."""
    taken = {}
    for lot_id, most in offers:
        part = min(most, amount)
        if part > 0:
            taken[lot_id] = taken.get(lot_id, 0) + part
            amount -= part
    return taken, amount


def _takes(taken):
    return tuple(Take(lot_id=lot_id, amount=amount) for lot_id, amount in taken.items())


def _active_offers(lots, today):
    active = [lot for lot in lots if is_active(lot, today)]
    return [(lot.id, lot.free) for lot in sorted(active, key=order_of_use)]


def pin(lots, amount, today):
    """((lot id, amount), …) that a hold of `amount` pins, and what is missing."""
    pinned, shortfall = _fill(_active_offers(lots, today), amount)
    return tuple(pinned.items()), shortfall


def spend(lots, amount, today, pins=None):
    """(takes, shortfall) of a spend. `pins` are this hold's own: taken first, overdue or not."""
    pins = pins or {}
    ordered = sorted((lot for lot in lots if lot.id in pins), key=order_of_use)
    own = [(lot.id, min(pins[lot.id], lot.pinned)) for lot in ordered]
    taken, shortfall = _fill(own + _active_offers(lots, today), amount)
    return _takes(taken), shortfall


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """`absorbed` had expired: neither taken nor owed. `shortfall` is what no lot could give."""

    takes: tuple[Take, ...]
    absorbed: int
    shortfall: int


def take_back(lots, own: frozenset[Hashable], amount, today, own_expired=0):
    """What a return takes from an account, beginning with the award's `own` lots.

    `own_expired` is what expiry entries took of the own lots, less what earlier claw-backs absorbed. It may
    be below 0: own lots that are overdue but not yet booked count as expired here as well.
    """
    mine = [lot for lot in lots if lot.id in own]
    others = sorted((lot for lot in lots if lot.id not in own), key=order_of_use)
    unreleased = [lot for lot in mine if is_inactive(lot, today)]
    unreleased.sort(key=lambda lot: (lot.available_on, lot.id), reverse=True)
    offers = [(lot.id, lot.free) for lot in unreleased] + _active_offers(mine, today)
    taken, rest = _fill(offers, amount)
    overdue = sum(lot.free for lot in mine if is_expired(lot, today))
    absorbed = min(rest, max(0, own_expired + overdue))
    offers = [(lot.id, lot.free) for lot in others if is_active(lot, today)]
    offers += [(lot.id, lot.free) for lot in others if is_inactive(lot, today)]
    more, shortfall = _fill(offers, rest - absorbed)
    return TakeBack(takes=_takes(taken | more), absorbed=absorbed, shortfall=shortfall)


def give_back(taken, amount, today, grace_days):
    """(takes below 0, successors) of a spend undone: what was used last comes back first.

    `taken` holds (lot, how much of the spend may still go back to it). A lot that has expired meanwhile keeps
    its dates; a successor that points to it is good until `grace_days` from today.
    """
    takes, successors = [], []
    for lot, restorable in sorted(taken, key=lambda pair: order_of_use(pair[0]), reverse=True):
        part = min(restorable, lot.amount - lot.left, amount)
        if part <= 0:
            continue
        amount -= part
        if is_expired(lot, today):
            until = today + timedelta(days=grace_days)
            successors.append(Born(amount=part, available_on=today, expires_on=until, successor_of=lot.id))
        else:
            takes.append(Take(lot_id=lot.id, amount=-part))
    return tuple(takes), tuple(successors)


def expire(lots, today):
    """Takes that book what has expired; pinned parts wait for their hold."""
    overdue = sorted((lot for lot in lots if is_expired(lot, today)), key=order_of_use)
    return tuple(Take(lot_id=lot.id, amount=lot.free) for lot in overdue if lot.free > 0)
