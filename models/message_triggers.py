"""Of what members can be told, and what each of it needs."""

from dataclasses import dataclass

LATE_DAYS = 3  # what is older is no news any more
NAMES = ("name", "club", "points", "tier")  # of every message


@dataclass(frozen=True, slots=True)
class Trigger:
    """``needs`` are the fields that say more, ``names`` the placeholders beside those of every message.

    ``is_daily``: it follows from the day, so one look a day finds it.
    """

    needs: tuple = ()
    names: tuple = ()
    is_daily: bool = False


TRIGGERS = {
    "joined": Trigger(),
    "reached": Trigger(needs=("units", "unit_id"), names=("amount",)),
    "near": Trigger(needs=("units",), names=("missing", "next_tier")),
    "near_reward": Trigger(needs=("units", "reward_id"), names=("missing", "reward")),
    "tier": Trigger(names=("from_tier",)),
    "tier_ends": Trigger(needs=("days",), names=("missing", "date"), is_daily=True),
    "released": Trigger(names=("amount",), is_daily=True),
    "expiring": Trigger(needs=("days",), names=("amount", "days", "date"), is_daily=True),
    "voucher": Trigger(needs=("days",), names=("reward", "date"), is_daily=True),
    "goal": Trigger(names=("goal", "reward")),
    "play": Trigger(names=("game",)),
    "birthday": Trigger(is_daily=True),
    "idle": Trigger(needs=("days", "bonus"), names=("days", "bonus"), is_daily=True),
}
