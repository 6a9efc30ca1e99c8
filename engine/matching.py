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
        if day is None or (self.weekdays and day.weekday() not in self.weekdays):
            return False
        if (self.first_day and day < self.first_day) or (self.last_day and day > self.last_day):
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
        """Is there a day from today on, on which it may apply? A birthday is on some day of every year."""
        first = max(self.first_day or today, today - timedelta(days=1))
        if self.last_day is None:
            return True
        days = min((self.last_day - first).days + 1, WEEK)
        if days <= 0:
            return False
        return not self.weekdays or any(
            (first + timedelta(days=offset)).weekday() in self.weekdays for offset in range(days)
        )

    def meets(self, other):
        """May both apply at the same moment? Weekdays, dates and hours are compared."""
        if self.weekdays and other.weekdays and not self.weekdays & other.weekdays:
            return False
        if self.last_day and other.first_day and self.last_day < other.first_day:
            return False
        if other.last_day and self.first_day and other.last_day < self.first_day:
            return False
        return any(a < d and c < b for a, b in self._spans() for c, d in other._spans())

    def _spans(self):
        if self.begins == self.ends:
            return [(0, MINUTES)]
        if self.begins < self.ends:
            return [(self.begins, self.ends)]
        return [(self.begins, MINUTES), (0, self.ends)]


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
