"""What a movement of an account may be. A new way to earn or to spend is a row here, not a branch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`sign` is the only sign its amount may have (0: either).

    `counts_lifetime`: a positive amount raises the lifetime figure that tiers are reached by.
    `lowers_lifetime`: a negative amount lowers it.
    `states_lifetime`: whoever posts it may say what it does to the figure.
    """

    code: str
    sign: int
    counts_lifetime: bool = False
    lowers_lifetime: bool = False
    states_lifetime: bool = False
    is_award: bool = False
    is_spend: bool = False


def _award(code):
    return Kind(code=code, sign=1, counts_lifetime=True, is_award=True)


KINDS = {
    kind.code: kind
    for kind in (
        _award("award"),
        _award("bonus"),
        _award("goal"),
        _award("game"),
        _award("backfill"),
        # For who has not been seen for long.
        _award("winback"),
        Kind(code="clawback", sign=-1, lowers_lifetime=True),
        # A debt paid out of lots that came free since: the balance stays as it was.
        Kind(code="settle", sign=0),
        Kind(code="spend", sign=-1, is_spend=True),
        # A reward bought as a voucher, or a full stamp card.
        Kind(code="voucher", sign=-1, is_spend=True),
        # A play of a game that costs points.
        Kind(code="play", sign=-1, is_spend=True),
        Kind(code="spend_return", sign=1),
        Kind(code="expire", sign=-1),
        Kind(code="adjust_in", sign=1, counts_lifetime=True, states_lifetime=True),
        Kind(code="adjust_out", sign=-1),
        Kind(code="import", sign=1, states_lifetime=True),
        # What a member had in another installation, with its portions and its debt.
        Kind(code="move_in", sign=0, states_lifetime=True),
        # A merge carries debts too, so either side may have either sign.
        Kind(code="merge_in", sign=0, states_lifetime=True),
        Kind(code="merge_out", sign=0, states_lifetime=True),
        # Likewise from one pool to another: what counted for the tier goes along and counts once.
        Kind(code="pool_in", sign=0, states_lifetime=True),
        Kind(code="pool_out", sign=0, states_lifetime=True),
        Kind(code="convert_in", sign=1),
        Kind(code="convert_out", sign=-1, is_spend=True),
        Kind(code="correction", sign=0, lowers_lifetime=True),
    )
}


def lifetime_delta(code, amount, *, forgone=0, stated=None, corrects=None):
    """What an entry of `amount` does to the lifetime figure.

    `forgone` is what a claw-back neither took nor made a debt (expired, or borne by the shop): the award is
    gone all the same; a correction gives it back as a negative figure. `stated` is the figure given with an
    entry whose kind may state it. `corrects` is the kind of the entry that a correction mends: what never
    counted is not uncounted.
    """
    kind = KINDS[code]
    if stated is not None and kind.states_lifetime:
        return stated
    if code == "correction" and corrects:
        mended = KINDS[corrects]
        return amount - forgone if mended.counts_lifetime or mended.lowers_lifetime else 0
    if amount > 0:
        return amount if kind.counts_lifetime else 0
    return amount - forgone if kind.lowers_lifetime else 0


def is_sign_allowed(code, amount):
    sign = KINDS[code].sign
    return sign == 0 or amount == 0 or (amount > 0) == (sign > 0)
