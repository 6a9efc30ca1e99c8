"""Days: how long points are good, and what a pause of the club does to the days that fall into it.

A last day is good to its end in the club's zone. What would have ended while the club was off ends some days
after it is on again instead.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


def add_months(start, months):
    """The same day so many calendar months on; where that month is shorter, its last day."""
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def last_day(start, validity_days=0, validity_months=0):
    """The last day that points of `start` are good for; none where neither is said."""
    if validity_days:
        return start + timedelta(days=validity_days)
    return add_months(start, validity_months) if validity_months else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Days whose end came while the club was off: what was good until one of them is good until `good_until`.

    `first` is none for a club that had not been on before, `last` and `good_until` while the pause lasts.
    """

    first: date | None
    last: date | None
    good_until: date | None


def pauses(on, grace_days):
    """The pauses between the times a club was on: `on` holds (first day, last day or none) in any order.

    A pause that begins before another one's grace is over gives its own grace instead: nobody loses days by it.
    """
    gaps, end = [], None
    for began, ended in sorted(on, key=lambda time: (time[0], time[1] or date.max)):
        if not gaps and end is None:
            gaps.append((None, began - timedelta(days=1)))
        elif end < began:
            gaps.append((end, began - timedelta(days=1)))
        end = max(end or date.min, ended or date.max)
    if end is None or end < date.max:
        gaps.append((end, None))
    found = []
    for first, last in reversed(gaps):
        good_until = last and last + timedelta(days=1 + grace_days)
        if found and good_until and found[-1].first <= good_until:
            good_until = found[-1].good_until
        found.append(Pause(first=first, last=last, good_until=good_until))
    return tuple(reversed(found))


def shifted(day, pauses):
    """The last day as the pauses leave it; none while the club is off over it."""
    for pause in pauses:
        if (pause.first or day) <= day <= (pause.last or day):
            return pause.good_until
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """Who buys nothing for `months` calendar months loses all points; 0 = never.

    Nobody lapses before `earliest`: whoever was a member when the rule came has some days' notice.
    """

    months: int = 0
    earliest: date | None = None

    def lapse(self, active_on, pauses=()):
        """The last day for whoever was active last on `active_on`, none while it does not end."""
        if not self.months:
            return None
        return shifted(max(add_months(active_on, self.months), self.earliest or date.min), pauses)


def counts_until(written_until, born_on, idle, active_on, lapsed_on=None, pauses=()):
    """(last day as things stand, is it for want of activity) of points born on a day; (none, False): no last day.

    `lapsed_on` is the last day of an earlier lapse: what was there by then is gone for good, whatever was bought
    since. Points that come after a lapse (a gift to win somebody back) live on for the same months.
    """
    written = written_until and shifted(written_until, pauses)
    own = idle.lapse(active_on, pauses)
    if lapsed_on and born_on <= lapsed_on:
        own = lapsed_on
    elif own and born_on > own:
        own = shifted(add_months(born_on, idle.months), pauses)
    if own and (written is None or own < written):
        return own, True
    return written, False
