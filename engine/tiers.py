"""Which tier a figure means, and by which programme a tier earns."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .dates import add_months

MONTHS = 12  # that a tier is given for, where it is not for good


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A live programme of one unit. Of several for a tier, the lowest level wins."""

    id: Hashable
    tier_id: Hashable
    level: int = 0


def reached(thresholds: Iterable[tuple[Hashable, int]], figure):
    """The id of the highest tier whose threshold `figure` reaches (500 is enough for 500), or none."""
    best = None
    for tier_id, threshold in thresholds:
        if threshold <= figure and (best is None or threshold >= best[1]):
            best = (tier_id, threshold)
    return best and best[0]


def programme_for(tier_order: Sequence[Hashable], programmes: Iterable[Programme], tier):
    """The programme a member of `tier` earns by; `tier_order` runs from the lowest tier to the highest.

    A tier without a programme of its own uses the one of the nearest lower tier.
    """
    if tier not in tier_order:
        return None
    candidates = {}
    for programme in programmes:
        known = candidates.get(programme.tier_id)
        if known is None or (programme.level, programme.id) < (known.level, known.id):
            candidates[programme.tier_id] = programme
    for candidate in reversed(tier_order[: tier_order.index(tier) + 1]):
        if candidate in candidates:
            return candidates[candidate]
    return None


def review(thresholds: Sequence[tuple[Hashable, int]], held, figure, before, is_by_hand=False):
    """Where a change of the figure moves whoever holds a tier: (tier id, "up" or "down"), or none.

    It rises to whatever is reached now, and falls only where the change took back what had reached it: a tier
    held for another reason stays. One that was set by hand does not fall, and rises only to what is reached anew.
    """
    level = dict(thresholds)
    target = reached(thresholds, figure)
    if level[target] > level[held]:
        is_anew = before < level[target]
        return (target, "up") if is_anew or not is_by_hand else None
    if figure < level[held] <= before and not is_by_hand:
        return target, "down"
    return None


def after_hand(thresholds: Sequence[tuple[Hashable, int]], figure, held_before, figure_before):
    """The tier that follows one set by hand: what is reached by then, or what was held before for another reason."""
    level = dict(thresholds)
    target = reached(thresholds, figure)
    was_reached = level.get(held_before, 0) <= figure_before
    if held_before in level and not was_reached and level[held_before] > level[target]:
        return held_before
    return target


def window_start(day: date):
    """The first day that still counts on `day` where a tier is for what was collected within a year."""
    return add_months(day, -MONTHS) + timedelta(days=1)


def next_review(day: date):
    """When a tier that was reached or kept on `day` is looked at again."""
    return add_months(day, MONTHS)


def judge(threshold, figure, review_on: date, today: date, grace_days=0):
    """What a review of a tier comes to: "wait" for its day, "keep" it another year, "grace", or "fall".

    The days of grace follow the day of the review; the tier falls on the day after them.
    """
    if today < review_on:
        return "wait"
    if figure >= threshold:
        return "keep"
    return "grace" if today <= review_on + timedelta(days=grace_days) else "fall"
