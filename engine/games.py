"""Games of chance: which prize a roll hits, what the odds are, and what a thousand plays cost.

The roll is an argument: who draws it, and how, is not a rule. Weights are whole numbers; 0 is switched off.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

MOST_GRANTED = 20  # plays that staff give at once
MOST_PICTURED = 20  # "7 in 20" can be pictured, "71 in 203" cannot


@dataclass(frozen=True, slots=True, kw_only=True)
class Prize:
    """`left` and `left_today` are what there is of it, in all and today; None is without end."""

    id: Hashable
    weight: int
    left: int | None = None
    left_today: int | None = None

    @property
    def is_open(self):
        return self.weight > 0 and self.left != 0 and self.left_today != 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """For which paid orders a game gives a play; empty sets and None mean all.

    `times` are when it was on: ((from, until or None), …), in the same clock as the moment of payment.
    """

    minimum: int = 0
    outlets: frozenset = frozenset()
    channels: frozenset = frozenset()
    tiers: frozenset = frozenset()
    first_day: date | None = None
    last_day: date | None = None
    times: tuple = ()

    def was_on(self, moment):
        return any(begin <= moment and (end is None or moment < end) for begin, end in self.times)

    def covers(self, day):
        return not (self.first_day and day < self.first_day) and not (self.last_day and day > self.last_day)

    def meets(self, *, moment, day, outlet, channel, tier):
        """Does an order meet all but the minimum?"""
        return (
            self.was_on(moment)
            and self.covers(day)
            and (not self.outlets or outlet in self.outlets)
            and channel in self.channels
            and (not self.tiers or tier in self.tiers)
        )

    def gives(self, *, paid, **order):
        """Does an order bring a play? `paid` is what real money paid of it, in the minor unit of `minimum`."""
        return is_earned(paid, self.minimum) and self.meets(**order)


def is_earned(paid, minimum):
    """Does what was paid, or what is left of it after refunds, earn the play? Nothing paid earns none.

    >>> is_earned(1000, 1000), is_earned(999, 1000), is_earned(0, 0)
    (True, False, False)
    """
    return paid > 0 and paid >= minimum


def paid_after(paid, lines: Mapping[Hashable, int], returned: Mapping[Hashable, Fraction]):
    """What is left of the money paid once these shares of the lines came back.

    >>> paid_after(1000, {"a": 600, "b": 600}, {"a": Fraction(1, 2)})
    Fraction(750, 1)
    """
    whole = sum(lines.values())
    if whole <= 0:
        return Fraction(0 if returned else paid)
    back = sum(amount * min(Fraction(1), returned.get(key, Fraction(0))) for key, amount in lines.items())
    return paid * (1 - Fraction(back) / whole)


def open_prizes(prizes: Iterable[Prize]):
    """Those that can be won now: switched on, and in stock."""
    return tuple(prize for prize in prizes if prize.is_open)


def total_weight(prizes: Iterable[Prize]):
    """How many rolls there are; 0 when nothing can be won."""
    return sum(prize.weight for prize in open_prizes(prizes))


def draw(prizes: Iterable[Prize], roll):
    """The prize that a roll from 0 up to the total weight hits: exactly one.

    >>> draw([Prize(id="a", weight=1), Prize(id="off", weight=0), Prize(id="b", weight=2)], 1).id
    'b'
    """
    if roll < 0:
        raise ValueError("a roll is not negative")
    for prize in open_prizes(prizes):
        if roll < prize.weight:
            return prize
        roll -= prize.weight
    raise ValueError("a roll is below the total weight of what can be won")


def odds(prizes: Iterable[Prize]):
    """Prize id → its chance in the next play, for those that can be won. They add up to 1."""
    prizes = open_prizes(prizes)
    total = total_weight(prizes)
    return {prize.id: Fraction(prize.weight, total) for prize in prizes}


def expected_cost(prizes: Iterable[Prize], costs: Mapping[Hashable, Fraction], plays=1000):
    """What so many plays cost on average, where a prize costs what `costs` says; without it, nothing."""
    return plays * sum((chance * costs.get(id, 0) for id, chance in odds(prizes).items()), Fraction(0))


def some_in(chance):
    """A chance as "2 in 5", in numbers that one can picture; below 1 in 20 as the nearest "1 in N".

    >>> some_in(Fraction(2, 5)), some_in(Fraction(3, 1000))
    ((2, 5), (1, 333))
    """
    if chance * MOST_PICTURED < 1:
        return 1, int(1 / chance + Fraction(1, 2))
    near = chance.limit_denominator(MOST_PICTURED)
    return near.numerator, near.denominator


def problem(weights):
    """What is wrong with the prizes of a game, as a code; empty when it can be played."""
    if len(weights) < 2:
        return "few"
    if min(weights) < 0:
        return "negative"
    return "" if any(weights) else "off"


def wheel(count, least=6):
    """How often each of so many prizes is drawn on a wheel, so that it has a few slices.

    >>> wheel(2), wheel(4), wheel(7)
    (3, 2, 1)
    """
    return -(-least // count) if 0 < count < least else 1
