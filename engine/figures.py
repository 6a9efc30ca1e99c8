"""What the figures of a period mean: rates, trends, and when one of them is worth a word."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from .kinds import KINDS

# What kinds of movements add up to. What moves between balances of a member is neither earned nor spent.
MOVED = frozenset({"settle", "merge_in", "merge_out", "pool_in", "pool_out"})
OTHER = {
    "clawback": "taken",
    "spend_return": "returned",
    "convert_in": "returned",
    "expire": "expired",
    "import": "opening",
    "move_in": "opening",
    "adjust_in": "staff",
    "adjust_out": "staff",
}
SORTS = ("earned", "taken", "spent", "returned", "expired", "staff", "opening", "moved")

# Of what is given, the share that members use: below the first they do not come back for it, above the second
# the programme has become a discount for everybody.
LOW, HIGH = Fraction(1, 5), Fraction(9, 10)
OLD_SHARE = Fraction(1, 3)  # of what is owed, older than a year
LEAVING_SHARE = Fraction(1, 4)  # of the active members
COST_SHARE = Fraction(1, 10)  # of what members paid
STRONG, WEAK = Fraction(1, 2), Fraction(1, 10)  # share of sales that members bring


def sort_of(kind, mended=None):
    """What a movement counts as; a correction counts as what it mends."""
    if kind == "correction":
        return sort_of(mended) if mended and mended != "correction" else "moved"
    if kind in MOVED:
        return "moved"
    if kind in OTHER:
        return OTHER[kind]
    return "earned" if KINDS[kind].is_award else "spent"


def sorts():
    """Kind → sort, of every kind but corrections."""
    return {kind: sort_of(kind) for kind in KINDS if kind != "correction"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Points of a period by sort, as the ledger signs them: what leaves a balance is below 0."""

    earned: int = 0
    taken: int = 0
    spent: int = 0
    returned: int = 0
    expired: int = 0

    @property
    def awarded(self):
        """What was given, less what refunds took back."""
        return self.earned + self.taken

    @property
    def used(self):
        """What was used, less what came back."""
        return -self.spent - self.returned

    @property
    def redemption(self):
        """Spent ÷ awarded in the period; none where nothing was awarded."""
        return ratio(max(self.used, 0), self.awarded)


def ratio(part, whole):
    """An exact share, none of nothing."""
    return Fraction(part) / Fraction(whole) if whole > 0 else None


def change(now, before):
    """By which share a figure rose or fell; none where there is nothing to compare with."""
    return (Fraction(now) - Fraction(before)) / abs(Fraction(before)) if before else None


def judge_redemption(rate, is_open=True):
    """``low``, ``high``, ``closed`` (nobody may use points), or nothing to say."""
    if rate is None:
        return ""
    if rate < LOW:
        return "low" if is_open else "closed"
    return "high" if rate > HIGH else ""


def judge_share(share):
    if share is None:
        return ""
    return "weak" if share < WEAK else "strong" if share >= STRONG else ""


def judge_cost(cost, sales):
    rate = ratio(cost, sales)
    return "high" if rate is not None and rate > COST_SHARE else ""


def judge_owed(old, owed):
    share = ratio(old, owed)
    return "old" if share is not None and share > OLD_SHARE else ""


def judge_leaving(leaving, active, has_message):
    """``tell`` (nobody misses them yet), ``many`` (a message is not enough), or nothing to say."""
    share = ratio(leaving, active)
    if not share:
        return ""
    if not has_message:
        return "tell"
    return "many" if share > LEAVING_SHARE else ""


# ------------------------------------------------------------------ periods
def before(first: date, last: date):
    """The days of the same number just before."""
    days = (last - first).days + 1
    return first - timedelta(days=days), first - timedelta(days=1)


def grain(first: date, last: date):
    """By what a period is drawn: so many bars that each can be told from the next."""
    days = (last - first).days + 1
    return "day" if days <= 31 else "week" if days <= 140 else "month"


def start(day: date, step):
    """The first day of the week (from Monday) or month that a day is in."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def starts(first: date, last: date, step):
    """The first day of every bar of a period, also of those where nothing happened."""
    found, day = [], start(first, step)
    while day <= last:
        found.append(day)
        if step == "month":
            day = (day + timedelta(days=32)).replace(day=1)
        else:
            day += timedelta(days=7 if step == "week" else 1)
    return found
