"""How much of a unit an order lets its customer redeem.

A part payment is rounded down to whole units, and to what the currency can pay; one that covers everything costs
the units rounded up. So where the club's most an order is just what an order comes to, an order that is a cent
larger may be paid with one unit less: the former is covered, the latter is not. That is meant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil, floor

from .values import scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """From an order total of `minimum` (money minor) on, at most `maximum` (unit minor) an order."""

    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """`code` names the limit that decides; `args` the figures of a sentence about it."""

    amount: int
    money: int
    code: str
    args: Mapping[str, object] = field(default_factory=dict)


def _rate(value, unit_decimals, money_decimals):
    """Money minor per one unit minor."""
    return value * scale(money_decimals) / scale(unit_decimals)


def to_money(amount, value, *, unit_decimals, money_decimals, money_step=1):
    """What `amount` of the unit is worth, rounded down to a multiple of `money_step`, the smallest coin."""
    return floor(amount * _rate(value, unit_decimals, money_decimals) / money_step) * money_step


def to_units(money, value, *, unit_decimals, money_decimals, covers, money_step=1):
    """The units that pay `money`: rounded up where that covers everything, else down."""
    if value <= 0:
        raise ValueError("a unit without a money value pays nothing")
    units = money / _rate(value, unit_decimals, money_decimals)
    return ceil(units) if covers else floor(units)


def band_for(bands: Iterable[Band], total):
    """The highest band that `total` reaches, or none."""
    reached = [band for band in bands if band.minimum <= total]
    return max(reached, key=lambda band: band.minimum, default=None)


def cap(
    balance_usable,
    total,
    bands,
    value,
    unit_decimals,
    money_decimals,
    minimum=0,
    maximum_money=None,
    below_bands="block",
    already=0,
    remaining=None,
    money_step=1,
):
    """How much may be redeemed now.

    `total` chooses the band: with tax and delivery, after promotions and coupons, without tips. `remaining`
    is what is still to be paid (else `total` less what is redeemed already). `balance_usable` leaves out all
    that holds have pinned, this order's too; `already` is what this order redeems of the unit so far. The
    minimum counts for each use.
    """
    if value <= 0:
        return Cap(amount=0, money=0, code="nothing", args={"limit": "value"})
    digits = {"unit_decimals": unit_decimals, "money_decimals": money_decimals, "money_step": money_step}
    spent = to_money(already, value, **digits)
    remaining = max(0, total - spent if remaining is None else remaining)
    limits = {"total": (to_units(remaining, value, covers=True, **digits), {"total": remaining})}
    limits["balance"] = (max(0, balance_usable), {"balance": max(0, balance_usable)})
    bands = tuple(bands)
    band = band_for(bands, total)
    if band:
        args = {"minimum": band.minimum, "maximum": band.maximum}
        limits["band"] = (max(0, band.maximum - already), args)
    elif bands and below_bands == "block":
        return Cap(amount=0, money=0, code="below_band", args={"minimum": min(b.minimum for b in bands)})
    if maximum_money and maximum_money - spent < remaining:
        room = max(0, maximum_money - spent)
        limits["maximum"] = (to_units(room, value, covers=False, **digits), {"money": maximum_money})
    code = min(limits, key=lambda name: limits[name][0])
    money = min(remaining, to_money(limits[code][0], value, **digits))
    # Units finer than the currency: what would buy nothing stays with the member.
    amount = to_units(money, value, covers=True, **digits)
    if amount <= 0:
        return Cap(amount=0, money=0, code="nothing", args={"limit": code} | limits[code][1])
    if amount < minimum:
        return Cap(amount=0, money=0, code="below_minimum", args={"minimum": minimum, "cap": amount, "limit": code})
    return Cap(amount=amount, money=money, code=code, args=limits[code][1])
