"""Which tier a figure means, and by which programme a tier earns."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass


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
