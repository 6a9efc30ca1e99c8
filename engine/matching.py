"""When a bonus applies, and to which products. Times are the outlet's own wall clock."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

MINUTES = 24 * 60
WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What a product is known by; categories and tags with all that are above them."""

    product: Hashable
    template: Hashable = None
    categories: frozenset = frozenset()
    pos_categories: frozenset = frozenset()
    public_categories: frozenset = frozenset()
    tags: frozenset = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Products meant: those that any of the lists names; no list at all means every product."""

    products: frozenset = frozenset()
    templates: frozenset = frozenset()
    categories: frozenset = frozenset()
    pos_categories: frozenset = frozenset()
    public_categories: frozenset = frozenset()
    tags: frozenset = frozenset()

    @property
    def is_everything(self):
        return self == EVERYTHING

    def named_by(self, item):
        """The first list that names the item: product, category, tag; empty when none does."""
        if item.product in self.products or item.template in self.templates:
            return "product"
        if (
            self.categories & item.categories
            or self.pos_categories & item.pos_categories
            or self.public_categories & item.public_categories
        ):
            return "category"
        return "tag" if self.tags & item.tags else ""

    def matches(self, item):
        return self.is_everything or bool(self.named_by(item))


EVERYTHING = Items()


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """`weekdays`: 0 is Monday, none means every day. `begins`, `ends`: minutes of the day; equal means all day.

    A window across midnight belongs to the day on which it begins: Tuesday 22:00 to 02:00 covers Wednesday 01:00.
    `birthday`: day, month, or empty.
    """

    weekdays: frozenset[int] = frozenset()
    begins: int = 0
    ends: int = 0
    first_day: date | None = None
    last_day: date | None = None
    birthday: str = ""

    def covers(self, moment: datetime, birthday: date | None = None):
        """Does it apply at this local moment, to somebody with this birthday?"""
        day = self._day_of(moment)
        if day is None or not self._has_window_on(day):
            return False
        return not self.birthday or is_birthday(birthday, moment.date(), self.birthday)

    def _day_of(self, moment):
        """The day whose window this moment is in, or none."""
        minute = moment.hour * 60 + moment.minute
        if self.begins == self.ends:
            return moment.date()
        if self.begins < self.ends:
            return moment.date() if self.begins <= minute < self.ends else None
        if minute >= self.begins:
            return moment.date()
        return moment.date() - timedelta(days=1) if minute < self.ends else None

    def has_days(self, today):
        """Is there a moment from this day on, at which it may apply? A birthday is on some day of every year."""
        is_night = self.begins > self.ends > 0  # last night's window still runs
        earliest = today - timedelta(days=1) if is_night else today
        return next(self._days(max(self.first_day or earliest, earliest)), None) is not None

    def meets(self, other):
        """May both apply at the same moment? Birthdays may."""
        first = max(when.first_day or date(2000, 1, 1) for when in (self, other))
        return any(
            begins < other_ends and other_begins < ends
            for day in self._days(first - timedelta(days=1), WEEK + 2)
            for begins, ends in [self._window(0)]
            for offset in (-1, 0, 1)
            if other._has_window_on(day + timedelta(days=offset))
            for other_begins, other_ends in [other._window(offset)]
        )

    def _has_window_on(self, day):
        """Does a window begin on this day?"""
        if (self.first_day and day < self.first_day) or (self.last_day and day > self.last_day):
            return False
        return not self.weekdays or day.weekday() in self.weekdays

    def _days(self, first, count=WEEK):
        """Days on which a window begins, of so many from `first` on: a week has every kind of day."""
        days = (first + timedelta(days=offset) for offset in range(count))
        return (day for day in days if self._has_window_on(day))

    def _window(self, day):
        """Minutes from and to, of the window that begins on a day; day 0 begins at minute 0."""
        begins, ends = (0, MINUTES) if self.begins == self.ends else (self.begins, self.ends)
        if begins > ends:
            ends += MINUTES
        return begins + day * MINUTES, ends + day * MINUTES


def is_birthday(birthday, day, what="day"):
    """Is `day` the birthday, or in its month? Who was born on 29 February has it on the 28th of common years."""
    if birthday is None or birthday.month != day.month:
        return False
    return what == "month" or birthday_in(birthday, day.year) == day


def birthday_in(birthday, year):
    """The birthday of a year: 29 February is 28 February in common years."""
    try:
        return birthday.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
