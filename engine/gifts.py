"""Which goods a reward gave free or cheaper: what it takes off is off these goods, and off no others.

Example: a coffee for 3.00 and a cake for 20.00 with "a coffee for free": the coffee counts 0 and the cake 20.00.
Invariant: what goods lost and what is left of a gift is the gift.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A line that was sold. `given`: gift's key → the shares that it took (of the worth, of the items)."""

    key: str
    quantity: Fraction
    net: Fraction
    gross: Fraction
    given: Mapping[str, tuple[Fraction, Fraction]] = field(default_factory=dict)

    @property
    def is_sold(self):
        return self.quantity > 0 and self.gross > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """What a line of a reward takes off the goods of `lines`, which come by preference; above 0.

    `quantity`: how many items it gives. `is_spread`: it is all of theirs by worth, else the first ones'.
    `is_whole_only`: it counts where nothing is left to pay of an item, and is off nothing in particular elsewhere.
    """

    key: str
    net: Fraction
    gross: Fraction
    lines: tuple[str, ...]
    quantity: Fraction = ZERO
    is_spread: bool = False
    is_whole_only: bool = False


def allot(goods, gifts, slack=ZERO, by="net"):
    """(the goods with what is left to pay of them, {gift's key: (net, gross) that is off none of them}).

    :param slack: a rest up to this is the rounding of a tax, and nothing to pay
    :param by: net or gross, what the shares of the worth are shares of
    """
    full = {line.key: line for line in goods}
    now, left = dict(full), {}
    for gift in gifts:
        left[gift.key] = (gift.net, gift.gross)
        if gift.gross <= 0:
            continue
        for key, taken, items in _takings(gift, now, slack):
            net, gross = left[gift.key]
            less = _less(now[key], gift.net * taken / gift.gross, taken, items, slack)
            shares = [
                Fraction(was - rest, whole) if whole else ZERO
                for was, rest, whole in (
                    (getattr(now[key], by), getattr(less, by), getattr(full[key], by)),
                    (now[key].quantity, less.quantity, full[key].quantity),
                )
            ]
            left[gift.key] = (
                max(ZERO, net - now[key].net + less.net) if gross > taken else ZERO,
                max(ZERO, gross - taken),
            )
            now[key] = replace(less, given={**less.given, gift.key: tuple(shares)})
    return [now[line.key] for line in goods], left


def _takings(gift, now, slack):
    """[(key, gross, items)] that a gift takes off which goods."""
    own = [now[key] for key in gift.lines if key in now and now[key].is_sold]
    worth = sum((line.gross for line in own), ZERO)
    money, items, found = gift.gross, gift.quantity, []
    for line in own:
        if money <= 0 or (gift.quantity and items <= 0):
            break
        count = min(items, line.quantity)
        if gift.is_spread:
            taken = min(line.gross, gift.gross * line.gross / worth)
        else:
            taken = min(line.gross, money * count / items if items else money)
        if gift.is_whole_only and not _is_whole(line, taken, count, slack):
            continue
        found.append((line.key, taken, count))
        money, items = money - taken, items - count
    return found


def _is_whole(line, taken, count, slack):
    """Is all of the line given, or of so many of its items?"""
    part = count / line.quantity if count else ONE
    return taken + slack >= line.gross * part


def _less(line, net, gross, items, slack):
    """The line without that much; what is paid by nobody is no item either."""
    if line.gross - gross <= slack:
        return replace(line, quantity=ZERO, net=ZERO, gross=ZERO)
    return replace(
        line, quantity=line.quantity - items, net=max(ZERO, line.net - net), gross=line.gross - gross
    )
