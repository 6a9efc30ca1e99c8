"""What the tests share: case tables, short ways to write lots, and properties.

A property is written once, for a source of random choices. It runs on a fixed list of seeds everywhere, and
where Hypothesis is installed (a development dependency) on what that searches out as well.
"""

import json
import os
import random
import tempfile
from datetime import date, timedelta
from fractions import Fraction
from functools import wraps
from pathlib import Path

from ..posting import State
from ..values import Lot, exact

os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(tempfile.gettempdir(), "loyalty_club_hypothesis")))
try:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st
    from hypothesis.database import DirectoryBasedExampleDatabase
except ImportError:
    given = None

SEEDS = 200
EXAMPLES = 100
TODAY = date(2025, 3, 15)


def holds(check):
    """Run a property `check(self, rng)` on many random sources."""

    @wraps(check)
    def test(self):
        for seed in range(SEEDS):
            with self.subTest(seed=seed):
                check(self, random.Random(seed))
        if given:
            database = DirectoryBasedExampleDatabase(os.environ["HYPOTHESIS_STORAGE_DIRECTORY"])
            quiet = settings(
                deadline=None,
                max_examples=EXAMPLES,
                database=database,
                suppress_health_check=list(HealthCheck),
            )
            quiet(given(st.randoms(use_true_random=False))(lambda rng: check(self, rng)))()

    return test


def cases(name):
    return json.loads((Path(__file__).parent / "cases" / f"{name}.json").read_text(encoding="utf-8"))


def fractions(values):
    """A case's numbers, written as text where they are exact: {"ratio": "1/3"}."""
    return {key: exact(value) if isinstance(value, str) else value for key, value in values.items()}


def day(offset):
    """A case's day, counted from today; none stays none."""
    return None if offset is None else TODAY + timedelta(days=offset)


def make_lot(id, left, since=0, until=None, *, amount=None, pinned=0, earned=None):
    """A lot in days from today; earned on the day it became available unless told."""
    return Lot(
        id=id,
        amount=left if amount is None else amount,
        left=left,
        available_on=day(since),
        expires_on=day(until),
        earned_at=day(since if earned is None else earned),
        pinned=pinned,
    )


def random_lot(rng, id):
    """Any lot an account may hold: expired or not yet released, wholly or partly used, pinned or not."""
    amount = rng.randint(1, 60)
    left = rng.choice((amount, rng.randint(0, amount)))
    since = rng.randint(-20, 12)
    until = rng.choice((None, since + rng.randint(0, 25)))
    pinned = rng.choice((0, 0, rng.randint(0, left)))
    return make_lot(id, left, since, until, amount=amount, pinned=pinned, earned=since - rng.randint(0, 9))


def random_lots(rng, most=6):
    return tuple(random_lot(rng, id) for id in range(1, rng.randint(0, most) + 1))


def random_state(rng):
    return State(debt=rng.choice((0, 0, rng.randint(1, 40))), lots=random_lots(rng))


def random_fraction(rng, top=20):
    return Fraction(rng.randint(1, top), rng.randint(1, top))


def left_by_id(state):
    return {lot.id: lot.left for lot in state.lots}
