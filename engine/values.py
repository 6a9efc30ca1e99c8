"""Numbers and records that every rule shares."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, isfinite

# People type ratios and money values with at most this many decimals; more can only be a float's tail.
FLOAT_DECIMALS = 6


def exact(x):
    """The number as people wrote it: `exact(0.1) == Fraction(1, 10)`. Floats are read to six decimals."""
    if isinstance(x, float):
        if not isfinite(x):
            raise ValueError("not a finite number")
        return Fraction(repr(round(x, FLOAT_DECIMALS)))
    if isinstance(x, (int, str, Decimal, Fraction)):
        return Fraction(x)
    raise TypeError(f"not a number: {type(x).__name__}")


def scale(decimals):
    """Minor units in one major unit; `decimals` may be below 0 (a currency counted in tens)."""
    return Fraction(10) ** decimals


def round_to(x, mode):
    """The whole number for `mode`: down (towards minus infinity), nearest (a half goes up), up."""
    return ROUNDINGS[mode](x)


def _half_up(x):
    return floor(x + Fraction(1, 2))


ROUNDINGS = {"down": floor, "nearest": _half_up, "up": ceil}


def to_minor(x, decimals):
    """An amount in major units as an integer in minor units; a half goes away from zero."""
    minor = exact(x) * scale(decimals)
    return _half_up(minor) if minor >= 0 else -_half_up(-minor)


def to_major(minor, decimals):
    return minor / scale(decimals)


def as_text(x):
    """A fraction for JSON, read back by `exact`."""
    return f"{x.numerator}/{x.denominator}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Units that became available on one day and expire on one day; `left` of `amount` are still there.

    `pinned` is how much of what is left open holds have promised to their orders. `expires_on` is the last day
    as things stand; `written_until` the one it was born with, which a pause of the club may extend and a member
    who buys nothing may not reach.
    """

    id: Hashable
    amount: int
    left: int
    available_on: date
    expires_on: date | None = None
    written_until: date | None = None
    earned_at: datetime | date
    pinned: int = 0
    entry_id: Hashable = None

    @property
    def free(self):
        return self.left - self.pinned


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """What an entry took from a lot (> 0) or gave back to it (< 0)."""

    lot_id: Hashable
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Born:
    """A lot that an entry brings into the world. `expires_on` is the last day on which it is good."""

    amount: int
    available_on: date
    expires_on: date | None = None
    portion: int = 0
    successor_of: Hashable = None


def is_expired(lot, today):
    return lot.expires_on is not None and lot.expires_on < today


def is_inactive(lot, today):
    return lot.available_on > today and not is_expired(lot, today)


def is_active(lot, today):
    return lot.available_on <= today and not is_expired(lot, today)
