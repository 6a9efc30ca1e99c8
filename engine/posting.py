"""An intent on an account, turned into what the ledger writes.

For every posting: amount == Σ born − Σ takes − debt_delta. Hence, over the life of an account,
Σ amounts == Σ left in its lots − its debt.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace

from . import lots as _lots
from .values import Born, Lot, Take


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An account as it stands: what it owes, and its lots."""

    debt: int = 0
    lots: tuple[Lot, ...] = ()

    @property
    def balance(self):
        return sum(lot.left for lot in self.lots) - self.debt


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What an entry writes. `absorbed` had expired, `borne` the shop bears: neither moves the balance.

    `shortfall` above 0 is a refusal: nothing is to be written.
    """

    amount: int = 0
    debt_delta: int = 0
    born: tuple[Born, ...] = ()
    takes: tuple[Take, ...] = ()
    absorbed: int = 0
    borne: int = 0
    shortfall: int = 0

    def __post_init__(self):
        moved = sum(born.amount for born in self.born) - sum(take.amount for take in self.takes)
        if self.amount != moved - self.debt_delta:
            raise ValueError("a posting moves exactly its amount")


def spendable(state, today):
    """What a new hold may promise: a debt that stands beside lots is not to be spent around."""
    return max(0, _lots.usable(state.lots, today) - state.debt)


def credit(state, portions: Iterable[Born]):
    """An award, a gift, an import. The debt is paid first, out of what would be available earliest."""
    portions = sorted(portions, key=lambda born: (born.available_on, born.portion))
    amount = sum(born.amount for born in portions)
    paid = left = min(state.debt, amount)
    kept = []
    for born in portions:
        part = min(left, born.amount)
        left -= part
        if born.amount > part:
            kept.append(replace(born, amount=born.amount - part))
    return Posting(amount=amount, debt_delta=-paid, born=tuple(kept))


def debit(state, amount, today, pins: Mapping[Hashable, int] | None = None, allow_debt=False):
    """A spend. All or nothing, unless its money was taken already: then what is missing becomes a debt."""
    _positive(amount)
    pins = pins or {}
    takes, shortfall = _lots.spend(state.lots, amount, today, pins)
    if not allow_debt:
        promised = min(amount, sum(min(pins[lot.id], lot.pinned) for lot in state.lots if lot.id in pins))
        shortfall = max(shortfall, amount - promised - spendable(state, today))
        if shortfall > 0:
            return Posting(shortfall=shortfall)
    return Posting(amount=-amount, debt_delta=shortfall, takes=takes)


def claw(state, own, amount, today, own_expired=0, bear=False):
    """A return's claw-back, see `lots.take_back`. `bear`: the shop bears what no lot can give."""
    _positive(amount)
    back = _lots.take_back(state.lots, own, amount, today, own_expired)
    owed, borne = (0, back.shortfall) if bear else (back.shortfall, 0)
    moved = amount - back.absorbed - borne
    return Posting(amount=-moved, debt_delta=owed, takes=back.takes, absorbed=back.absorbed, borne=borne)


def restore(state, taken, amount, today, grace_days, validity_days=None):
    """A spend undone, wholly or in part. Debt first, then the lots it came from.

    What has no lot to return to (it had been spent as a debt that was paid since) becomes a lot of its own.
    """
    _positive(amount)
    paid = min(state.debt, amount)
    takes, born = _lots.give_back(taken, amount - paid, today, grace_days)
    back = sum(lot.amount for lot in born) - sum(take.amount for take in takes)
    born += _lots.portions(amount - paid - back, 1, 0, today, validity_days)
    return Posting(amount=amount, debt_delta=-paid, born=born, takes=takes)


def expire(state, today):
    takes = _lots.expire(state.lots, today)
    return Posting(amount=-sum(take.amount for take in takes), takes=takes)


def settle(state, today):
    """Pay a debt out of lots that have come free since (a released hold, a portion that became active)."""
    takes, missing = _lots.spend(state.lots, state.debt, today)
    return Posting(debt_delta=missing - state.debt, takes=takes)


def apply(state, posting, next_id, earned_at=None, unpin: Mapping[Hashable, int] | None = None):
    """The account after a posting. New lots count up from `next_id`; `unpin` frees a captured hold's pins."""
    takes = {}
    for take in posting.takes:
        takes[take.lot_id] = takes.get(take.lot_id, 0) + take.amount
    unpin, after = unpin or {}, []
    for lot in state.lots:
        if lot.id not in takes and lot.id not in unpin:
            after.append(lot)
            continue
        left, pinned = lot.left - takes.pop(lot.id, 0), lot.pinned - unpin.get(lot.id, 0)
        if not 0 <= pinned <= left <= lot.amount:
            raise ValueError(f"lot {lot.id} would hold {left} of {lot.amount}, {pinned} pinned")
        after.append(replace(lot, left=left, pinned=pinned))
    if takes:
        raise ValueError(f"no such lots: {sorted(takes)}")
    debt = state.debt + posting.debt_delta
    if debt < 0:
        raise ValueError("a debt cannot be paid twice")
    for index, born in enumerate(posting.born):
        after.append(
            Lot(
                id=next_id + index,
                amount=born.amount,
                left=born.amount,
                available_on=born.available_on,
                expires_on=born.expires_on,
                written_until=born.expires_on,
                earned_at=earned_at or born.available_on,
            )
        )
    return State(debt=debt, lots=tuple(after))


def rebuild(postings: Iterable[Posting], first_id=1):
    """The account that a history of postings means; lots are numbered in the order of their birth."""
    state, next_id = State(), first_id
    for posting in postings:
        state = apply(state, posting, next_id)
        next_id += len(posting.born)
    return state


def _positive(amount):
    if amount < 0:
        raise ValueError("an amount is given without a sign")
