"""When a message goes out, and what its text may say. Clocks and zones are arguments."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone

HOURS = 24
MARK = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """`hour` is the hour of the day it waits for, none for at once; from `quiet_from` to `quiet_to` nothing goes out.

    Example: hour=None, quiet_from=21, quiet_to=8: what happens at 22:30 is sent at 8:00 the next morning.
    """

    hour: int | None = None
    quiet_from: int = 0
    quiet_to: int = 0

    def problem(self):
        """Why this cannot be, as a code; none where it can."""
        hours = (self.quiet_from, self.quiet_to, *(() if self.hour is None else (self.hour,)))
        if any(not 0 <= hour < HOURS for hour in hours):
            return "hour"
        return "quiet" if self.hour is not None and self.is_quiet(self.hour) else None

    def is_quiet(self, hour):
        """Is the hour that begins then a quiet one? The same hour twice is no quiet time at all."""
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= hour < self.quiet_to
        return hour >= self.quiet_from or hour < self.quiet_to

    def is_quiet_at(self, moment, zone):
        return self.is_quiet(_local(moment, zone).hour)

    def send_at(self, moment, zone):
        """The first moment (naive UTC) from `moment` on at which it may go out.

        An hour that the clock skips is the moment after; of an hour that comes twice it is the first.
        """
        if self.hour is not None:
            return _next(moment, self.hour, zone)
        if self.is_quiet_at(moment, zone):
            return _next(moment, self.quiet_to, zone)
        return moment


def _local(moment, zone):
    return moment.replace(tzinfo=timezone.utc).astimezone(zone)


def _next(moment, hour, zone):
    """The next time (naive UTC) that the clock of the zone shows a full hour, `moment` itself included."""
    day = _local(moment, zone).date()
    while True:
        wanted = datetime.combine(day, time(hour), zone).astimezone(timezone.utc).replace(tzinfo=None)
        if wanted >= moment:
            return wanted
        day += timedelta(days=1)


def is_over(sent, at, most, days):
    """Were `most` or more sent within the `days` before `at`? 0: there is no limit."""
    if not most or not days:
        return False
    return sum(at - timedelta(days=days) < moment <= at for moment in sent) >= most


def problem(text, known):
    """(code, part) of what is wrong with the placeholders of a text, none where all is well.

    Codes: "brace" for one that is not closed or not opened, "unknown" for a name that is none of `known`.
    """
    for name in MARK.findall(text):
        if name not in known:
            return "unknown", name
    rest = MARK.sub("", text)
    for brace in "{}":
        if brace in rest:
            return "brace", brace
    return None


def fill(text, values):
    """The text with its placeholders filled in, each once: what a value brings is text and no placeholder."""
    return MARK.sub(lambda found: str(values.get(found[1], "")), text)
