"""What a return takes back of an award: its record shrinks by line, and nothing is looked up again."""

from collections.abc import Mapping
from fractions import Fraction

from .values import round_to, scale


def due(recorded, returned: Mapping[str, Fraction], already):
    """What to claw back now, in unit minor.

    `returned` is the share of each line returned so far, 0 to 1; `already` is what was clawed back before,
    whatever became of it. The figure is cumulative and rounded once: 20 % twice of 100 leaves 60,
    all of it leaves 0.
    """
    return max(0, recorded.amount - kept(recorded, returned) - already)


def kept(recorded, returned: Mapping[str, Fraction]):
    """What is left of the award once `returned` has come back, in unit minor."""
    full = sum(recorded.lines.values())
    rest = sum(part * _left(key, recorded, returned) for key, part in recorded.lines.items())
    if not full:
        return recorded.amount
    minor = scale(recorded.decimals)
    if round_to(full * minor, recorded.mode) != recorded.amount:
        # The award was cut (a budget ran out): what is left shrinks in the same proportion.
        minor = Fraction(recorded.amount) / full
    return min(recorded.amount, round_to(rest * minor, recorded.mode))


def _left(key, recorded, returned):
    """The share of what a line earned that is left.

    A line that was free in part earned on the rest, so what was free comes back for nothing: of three coffees of
    which one was given, that one with its reward takes nothing, and all three with it take all. Above 1 where the
    reward came back with the same product of another line.
    """
    share, gifts = _share(returned.get(key, 0)), recorded.gifts.get(key, {})
    given = sum(gifts.values(), Fraction(0))
    if given <= 0 or given >= 1:
        return 1 - share
    back = sum(part * _share(returned.get(gift, 0)) for gift, part in gifts.items())
    return max(Fraction(0), 1 - (share - back) / (1 - given))


def _share(returned):
    return min(Fraction(1), max(Fraction(0), Fraction(returned)))
