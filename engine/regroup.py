"""Which pool of balances becomes which, when outlets are grouped anew.

A pool's balances stay together: every pool of today goes to one group of tomorrow. A group goes on with one of
the pools it gets, preferably its own, and the others are merged into that one; a group that gets none begins empty.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`receivers`: pool → group that gets it. `kept`: group → pool it goes on with. `moves`: pool → group, for
    pools that are merged into the kept one. `begins`: groups that have outlets and no balance yet.
    """

    receivers: dict
    kept: dict
    moves: dict
    begins: tuple
    is_change: bool


def plan(outlets: Mapping[Hashable, tuple], own: Mapping, chosen: Mapping, sizes: Mapping):
    """What a grouping means.

    `outlets`: outlet → (its pool today, its group tomorrow). `own`: pool → the group that stands for it.
    `chosen`: pool → group that shall get its balances, where somebody said so. `sizes`: pool → how many members
    have a balance there.
    """
    groups = {group for _pool, group in outlets.values()}
    receivers = {}
    for pool, group in own.items():
        wanted = chosen.get(pool)
        usable = wanted is not None and (wanted in groups or wanted in own.values())
        receivers[pool] = wanted if usable else _follow(pool, group, outlets)
    received = defaultdict(list)
    for pool, group in receivers.items():
        received[group].append(pool)
    kept = {}
    for group, pools in received.items():
        # Its own pool where it gets that; else the largest, so that least has to move.
        kept[group] = max(pools, key=lambda pool, group=group: (own[pool] == group, sizes.get(pool, 0)))
    moves = {pool: group for pool, group in receivers.items() if kept[group] != pool}
    return Plan(
        receivers=receivers,
        kept=kept,
        moves=moves,
        begins=tuple(dict.fromkeys(group for _pool, group in outlets.values() if group not in kept)),
        is_change=bool(moves) or any(kept.get(group) != pool for pool, group in outlets.values()),
    )


def _follow(pool, group, outlets):
    """Balances stay with their own group while it has an outlet, else they follow most of the pool's outlets."""
    if any(target == group for _pool, target in outlets.values()):
        return group
    followers = Counter(target for source, target in outlets.values() if source == pool)
    return followers.most_common(1)[0][0] if followers else group
