import unittest
from fractions import Fraction

from ..clawback import due, kept
from ..earning import Recorded, award
from .support import cases, fractions, holds
from .test_earning import random_order, random_rules


def random_recorded(rng):
    return Recorded.from_data(award(random_order(rng), random_rules(rng)).to_data())


def more_returned(rng, recorded, returned):
    """A later state of the same order: some lines have come back a little further."""
    later = {}
    for key in recorded.lines:
        share = returned.get(key, Fraction(0))
        later[key] = share + (1 - share) * rng.choice((0, 0, Fraction(1, rng.randint(1, 7))))
    return later


class TestClawback(unittest.TestCase):
    def test_cases(self):
        for case in cases("clawback"):
            recorded = Recorded(
                amount=case["amount"],
                decimals=case.get("decimals", 0),
                mode=case.get("mode", "down"),
                lines=fractions(case["lines"]),
                gifts={line: fractions(gifts) for line, gifts in case.get("gifts", {}).items()},
            )
            already = 0
            for step, (returned, expected) in enumerate(case["steps"]):
                with self.subTest(case["name"], step=step):
                    self.assertEqual(due(recorded, fractions(returned), already), expected)
                already += expected


class TestClawbackProperties(unittest.TestCase):
    @holds
    def test_the_parts_of_a_return_equal_the_whole(self, rng):
        recorded, returned, already = random_recorded(rng), {}, 0
        for _step in range(rng.randint(0, 4)):
            returned = more_returned(rng, recorded, returned)
            now = due(recorded, returned, already)
            self.assertGreaterEqual(now, 0)
            already += now
            self.assertEqual(recorded.amount - already, kept(recorded, returned), "no drift: one step gives the same")
            self.assertEqual(due(recorded, returned, already), 0, "a retry takes nothing")
        already += due(recorded, dict.fromkeys(recorded.lines, Fraction(1)), already)
        self.assertEqual(already, recorded.amount)

    @holds
    def test_never_more_than_was_earned(self, rng):
        recorded = random_recorded(rng)
        returned = {key: Fraction(rng.randint(-3, 9), rng.randint(1, 4)) for key in (*recorded.lines, "unknown")}
        already = rng.randint(0, recorded.amount)
        now = due(recorded, returned, already)
        self.assertGreaterEqual(now, 0)
        self.assertLessEqual(now, recorded.amount - already)

    @holds
    def test_nothing_returned_takes_nothing(self, rng):
        self.assertEqual(due(random_recorded(rng), {}, 0), 0)
