"""What a company owes its members, and what has to be booked so that its books say so."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction

from .values import round_to

# Why the debt to the members moved, by the kind of the movement. What is not listed was set right by hand.
CAUSES = {
    "award": "earned",
    "bonus": "earned",
    "goal": "earned",
    "game": "earned",
    "backfill": "earned",
    "winback": "earned",
    "import": "imported",
    "move_in": "imported",
    "clawback": "refunded",
    "settle": "owed",
    "spend": "used",
    "voucher": "reward",
    "play": "reward",
    "expire": "expired",
    "convert_out": "converted",
    "convert_in": "converted",
    "merge_in": "moved",
    "merge_out": "moved",
    "pool_in": "moved",
    "pool_out": "moved",
}
ADJUSTED = "adjusted"
# What sales documents book themselves, on the same account, when they are invoiced or their register is closed.
IN_DOCUMENTS = "used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Points that came (> 0) or went (< 0): the company that owes them, and the one whose document moved them.

    `corrected` is the kind of the entry that was given back or mended; `company` is None where no document
    of a company stands behind the movement: an expiry, a bonus, a gift by hand.
    """

    kind: str
    corrected: str | None = None
    unit: Hashable
    owner: Hashable
    company: Hashable = None
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Points and money of one cause; `is_booked` when the entry must book it, else documents do."""

    cause: str
    unit: Hashable = None
    points: int = 0
    money: int = 0
    is_booked: bool = True


def cause_of(piece):
    kind = piece.corrected if piece.kind == "spend_return" and piece.corrected else piece.kind
    cause = CAUSES.get(kind, "used" if kind == "spend_return" else ADJUSTED)
    return "elsewhere" if cause == IN_DOCUMENTS and piece.company is None else cause


def worth(points, value):
    """Money in its minor unit for points in theirs; a half goes up.

    >>> worth(1050, Fraction(1, 10))
    105
    """
    return round_to(points * value, "nearest")


def moved(pieces, company):
    """(cause, unit) → points by which a company's debt rose (> 0) or fell.

    Points of another company that were used here: this company gave for what the other one owes. It books the
    movement as if they were its own and claims as much from the other ("lent"), which owes it there ("borrowed").
    """
    points = defaultdict(int)
    for piece in pieces:
        is_owner, is_place = piece.owner == company, piece.company in (company, None)
        if is_owner and is_place:
            points[cause_of(piece), piece.unit] += piece.points
        elif is_owner:
            points["borrowed", piece.unit] += piece.points
        elif piece.company == company:
            points[cause_of(piece), piece.unit] += piece.points
            points["lent", piece.unit] -= piece.points
    return {key: amount for key, amount in points.items() if amount}


def rows(pieces, company, *, values, before, owed, due):
    """What one entry of a company is made of; the booked rows add up to `due - owed`.

    :param values: unit → money in its minor unit that one minor unit of points is booked with
    :param before: unit → (points, money) as last booked, None when nothing ever was
    :param owed: what the account says
    :param due: what it should say
    """
    if before is None:
        return [Row(cause="opening", money=due - owed)] if due != owed else []
    found = []
    for unit, (points, money) in before.items():
        if change := worth(points, values.get(unit, Fraction(0))) - money:
            found.append(Row(cause="revalued", unit=unit, points=0, money=change))
    for (cause, unit), points in moved(pieces, company).items():
        found.append(
            Row(
                cause=cause,
                unit=unit,
                points=points,
                money=worth(points, values.get(unit, Fraction(0))),
                is_booked=cause != IN_DOCUMENTS,
            )
        )
    rest = due - owed - sum(row.money for row in found if row.is_booked)
    if rest:
        found.append(Row(cause="difference", money=rest))
    return [row for row in found if row.points or row.money]
