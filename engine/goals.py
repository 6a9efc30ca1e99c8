"""What a goal's orders amount to: a sum within a period, or a run of days (or weeks) without a gap.

Days are those of the outlet's own calendar, found before anything gets here: no clock and no zone is read. Every
figure is that of a set of orders, so it does not matter in which order they become known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .dates import add_months

PERIODS = ("week", "month", "quarter", "always")
STEPS = {"day": timedelta(days=1), "week": timedelta(days=7)}
ALWAYS = date(1970, 1, 1)  # the one period of a goal that is reached once for good
WEEKS_IN = {"week": 1, "month": 5, "quarter": 14}  # Mondays at most
DAYS_IN = {"week": 7, "month": 31, "quarter": 92}


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """`target` in what is counted: money minor, orders, thousandths of an item, or steps of a run.

    `step` is empty for a challenge, `day` or `week` for a streak.
    """

    target: int
    period: str
    step: str = ""

    @property
    def is_streak(self):
        return bool(self.step)

    def is_possible(self):
        """Can so many steps in a row be made within one period?"""
        most = (WEEKS_IN if self.step == "week" else DAYS_IN).get(self.period) if self.step else None
        return self.target > 0 and (not self.step or self.target >= 2) and (most is None or self.target <= most)

    def period_of(self, day: date):
        """The first day of the period that a day counts for; a week counts for that of its Monday."""
        return period_start(step_day(day, self.step), self.period)

    def value(self, days: Iterable[tuple[date, int]]):
        """What the (day, amount) of one period come to; a day of which everything was returned is none."""
        if not self.step:
            return sum(amount for _day, amount in days)
        return longest_run((step_day(day, self.step) for day, amount in days if amount > 0), self.step)

    def shown(self, days: Iterable[tuple[date, int]], today: date):
        """What a customer is told to have by now: the run that still stands, or the goal when it was reached."""
        days = list(days)
        value = self.value(days)
        if not self.step or value >= self.target:
            return value
        return standing_run({step_day(day, self.step) for day, amount in days if amount > 0}, today, self.step)


def period_start(day: date, period: str):
    """The first day of the calendar period: weeks begin on Monday."""
    if period == "week":
        return step_day(day, "week")
    if period == "month":
        return day.replace(day=1)
    if period == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return ALWAYS


def period_end(start: date, period: str):
    """The last day of the period that begins on a day; none where it never ends."""
    if period == "week":
        return start + timedelta(days=6)
    if period in ("month", "quarter"):
        return add_months(start, 1 if period == "month" else 3) - timedelta(days=1)
    return None


def step_day(day: date, step: str):
    """The day that stands for a step of a run: itself, or the Monday of its week."""
    return day - timedelta(days=day.weekday()) if step == "week" else day


def longest_run(days: Iterable[date], step: str):
    """The longest run of steps without a gap."""
    known, longest = set(days), 0
    for day in known:
        if day - STEPS[step] not in known:  # a run begins here
            length = 1
            while day + length * STEPS[step] in known:
                length += 1
            longest = max(longest, length)
    return longest


def standing_run(days: set, today: date, step: str):
    """The run that today can still go on: it has today, or ended with the step before."""
    last = step_day(today, step)
    if last not in days:
        last -= STEPS[step]
    length = 0
    while last - length * STEPS[step] in days:
        length += 1
    return length
