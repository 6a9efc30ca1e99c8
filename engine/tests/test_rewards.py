import unittest
from dataclasses import replace
from datetime import date

from ..rewards import Offer, Situation, good_until, judge

TODAY = date(2026, 3, 1)
OFFER = Offer(
    price=100,
    tier_threshold=500,
    first_day=date(2026, 2, 1),
    last_day=date(2026, 3, 31),
    limit_member=2,
    limit_total=10,
    outlets=frozenset({7}),
)
RICH = Situation(today=TODAY, free=100, tier_threshold=500, own=1, total=9, outlet=7)


class TestJudge(unittest.TestCase):
    def test_who_has_exactly_enough_of_everything_gets_it(self):
        self.assertEqual(judge(OFFER, RICH).code, "")

    def test_each_condition_alone_refuses(self):
        for code, changed in (
            ("over", {"today": date(2026, 4, 1)}),
            ("not_yet", {"today": date(2026, 1, 31)}),
            ("sold_out", {"total": 10}),
            ("had_it", {"own": 2}),
            ("tier", {"tier_threshold": 499}),
            ("points", {"free": 99}),
            ("outlet", {"outlet": 8}),
            ("channel", {"is_open": False}),
        ):
            with self.subTest(code=code):
                self.assertEqual(judge(OFFER, replace(RICH, **changed)).code, code)

    def test_what_is_missing_is_counted(self):
        self.assertEqual(judge(Offer(price=100), Situation(today=TODAY, free=20)).missing, 80)

    def test_what_points_cannot_mend_is_said_first(self):
        self.assertEqual(judge(OFFER, replace(RICH, free=0, total=10)).code, "sold_out")

    def test_no_limits_limit_nothing(self):
        situation = Situation(today=TODAY, free=1, own=10**6, total=10**6)
        self.assertEqual(judge(Offer(price=1), situation).code, "")


class TestGoodUntil(unittest.TestCase):
    def test_the_earlier_end_counts(self):
        self.assertEqual(good_until(TODAY, 30, None), date(2026, 3, 31))
        self.assertEqual(good_until(TODAY, 30, date(2026, 3, 10)), date(2026, 3, 10))
        self.assertEqual(good_until(TODAY, 30, date(2027, 1, 1)), date(2026, 3, 31))
        self.assertEqual(good_until(TODAY, 0, date(2026, 3, 10)), date(2026, 3, 10))
        self.assertIsNone(good_until(TODAY, 0, None))
