"""Store credit: what points buy of it, and how much of a wallet's money came from points.

Credit converted from points is used before money that the customer paid in. So the customer's own money stays
longest, no fraction of it ever earns twice, and what is left of converted credit is one figure.
"""

from fractions import Fraction
from math import ceil, floor

from .values import round_to, scale


def buys(amount, rate, *, unit_decimals, money_decimals, step=1):
    """(units used, money) that `amount` of a unit buys at `rate` money for one unit.

    Money is in its minor unit, rounded down to `step` of it; points that buy nothing stay with the member:
    1 at 0.008 buys nothing, and 507 at 0.01 in a currency counted in 0.05 buy 5.05 for 505.
    """
    if rate <= 0 or amount <= 0:
        return 0, 0
    each = rate * scale(money_decimals) / scale(unit_decimals)
    money = floor(amount * each / step) * step
    return ceil(money / each), money


def converted_part(left, used):
    """How much of `used` is converted credit, of which `left` is on the wallet."""
    return max(0, min(left, used))


def share(converted, part, whole):
    """Of `converted` in `whole`, what goes with `part` of it; all of it goes with all."""
    if whole <= 0 or part <= 0:
        return 0
    return round_to(Fraction(converted) * min(part, whole) / whole, "nearest")


def points_back(points, money, returned):
    """Units that go back when `returned` of the `money` they bought goes back: cumulative, down, all with all."""
    if money <= 0 or returned <= 0:
        return 0
    return floor(Fraction(points) * min(returned, money) / money)
