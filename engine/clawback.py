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
    rest = sum(part * (1 - _share(returned.get(key, 0))) for key, part in recorded.lines.items())
    if not full:
        return recorded.amount
    minor = scale(recorded.decimals)
    if round_to(full * minor, recorded.mode) != recorded.amount:
        # The award was cut (a budget ran out): what is left shrinks in the same proportion.
        minor = Fraction(recorded.amount) / full
    return min(recorded.amount, round_to(rest * minor, recorded.mode))


def _share(returned):
    return min(Fraction(1), max(Fraction(0), Fraction(returned)))
