import unittest
from datetime import date, timedelta

from ..tiers import Programme, after_hand, judge, next_review, programme_for, reached, review, window_start
from .support import holds

THRESHOLDS = [("member", 0), ("silver", 500), ("gold", 1500)]
ORDER = ["member", "silver", "gold"]


class TestReached(unittest.TestCase):
    def test_a_threshold_is_exact_at_its_edge(self):
        for figure, tier in (
            (0, "member"),
            (499, "member"),
            (500, "silver"),
            (1499, "silver"),
            (1500, "gold"),
        ):
            with self.subTest(figure=figure):
                self.assertEqual(reached(THRESHOLDS, figure), tier)

    def test_of_two_tiers_at_one_threshold_the_later_wins(self):
        self.assertEqual(reached([("silver", 500), ("gold", 500)], 500), "gold")

    def test_a_club_that_begins_above_zero_has_members_without_tier(self):
        self.assertIsNone(reached(THRESHOLDS[1:], 499))
        self.assertIsNone(reached([], 10))

    @holds
    def test_more_never_means_a_lower_tier(self, rng):
        thresholds = [(i, rng.randint(0, 50)) for i in range(rng.randint(1, 5))]
        rng.shuffle(thresholds)
        lower, higher = sorted((rng.randint(0, 60), rng.randint(0, 60)))
        known = dict(thresholds) | {None: -1}
        self.assertLessEqual(known[reached(thresholds, lower)], known[reached(thresholds, higher)])


class TestProgrammeFor(unittest.TestCase):
    def test_the_lowest_level_wins(self):
        live = [Programme(id=1, tier_id="gold", level=2), Programme(id=2, tier_id="gold", level=1)]
        self.assertEqual(programme_for(ORDER, live, "gold").id, 2)

    def test_of_equal_levels_the_older_wins(self):
        live = [Programme(id=7, tier_id="gold"), Programme(id=3, tier_id="gold")]
        self.assertEqual(programme_for(ORDER, live, "gold").id, 3)

    def test_a_tier_without_a_programme_uses_the_nearest_lower_one(self):
        live = [Programme(id=1, tier_id="member"), Programme(id=2, tier_id="silver", level=9)]
        self.assertEqual(programme_for(ORDER, live, "gold").id, 2)
        self.assertEqual(programme_for(ORDER, live[:1], "gold").id, 1)

    def test_never_a_higher_tiers_programme(self):
        live = [Programme(id=2, tier_id="silver")]
        self.assertIsNone(programme_for(ORDER, live, "member"))
        self.assertIsNone(programme_for(ORDER, live, None))


class TestReview(unittest.TestCase):
    def test_it_rises_at_the_edge_and_falls_below_it(self):
        for held, before, figure, result in (
            ("member", 499, 500, ("silver", "up")),
            ("member", 0, 1500, ("gold", "up")),
            ("member", 0, 499, None),
            ("silver", 500, 499, ("member", "down")),
            ("gold", 1600, 0, ("member", "down")),
            ("silver", 510, 500, None),
            ("silver", 100, 50, None),  # held for another reason
        ):
            with self.subTest(held=held, before=before, figure=figure):
                self.assertEqual(review(THRESHOLDS, held, figure, before), result)

    def test_by_hand_nothing_falls_and_only_what_is_reached_anew_rises(self):
        self.assertIsNone(review(THRESHOLDS, "silver", 0, 600, is_by_hand=True))
        self.assertIsNone(review(THRESHOLDS, "silver", 1600, 1500, is_by_hand=True))
        self.assertEqual(review(THRESHOLDS, "silver", 1500, 1499, is_by_hand=True), ("gold", "up"))

    @holds
    def test_a_gain_never_lowers_and_a_loss_never_raises(self, rng):
        held, before = rng.choice(ORDER), rng.randint(0, 2000)
        figure, by_hand = max(0, before + rng.randint(-2000, 2000)), rng.random() < 0.5
        move = review(THRESHOLDS, held, figure, before, by_hand)
        if move and held == reached(THRESHOLDS, before):
            self.assertEqual(move[1], "up" if figure > before else "down")
        if move:
            self.assertEqual(move[0], reached(THRESHOLDS, figure))

    def test_after_it_was_set_by_hand(self):
        for figure, before, figure_before, result in (
            (600, "member", 0, "silver"),
            (0, "silver", 600, "member"),  # what had reached it was given back meanwhile
            (100, "silver", 100, "silver"),  # it was held for another reason, and stays
            (1500, "silver", 100, "gold"),
            (10, None, 0, "member"),
        ):
            with self.subTest(figure=figure, before=before):
                self.assertEqual(after_hand(THRESHOLDS, figure, before, figure_before), result)


class TestYear(unittest.TestCase):
    def test_a_year_is_of_calendar_days(self):
        for day, start in (
            (date(2027, 5, 3), date(2026, 5, 4)),
            (date(2028, 2, 29), date(2027, 3, 1)),
            (date(2029, 2, 28), date(2028, 2, 29)),
            (date(2029, 3, 1), date(2028, 3, 2)),
        ):
            with self.subTest(day=day):
                self.assertEqual(window_start(day), start)

    @holds
    def test_what_was_reached_still_counts_until_the_day_before_the_review(self, rng):
        day = date(2024, 1, 1) + timedelta(days=rng.randint(0, 3000))
        review_on = next_review(day)
        self.assertLessEqual(window_start(review_on - timedelta(days=1)), day)
        self.assertLessEqual(window_start(day), window_start(day + timedelta(days=1)))
        self.assertLess(day - timedelta(days=1), window_start(review_on))

    def test_the_days_of_a_review(self):
        on = date(2028, 3, 1)
        for figure, days, result in (
            (0, -1, "wait"),
            (500, 0, "keep"),
            (499, 0, "grace"),
            (499, 30, "grace"),
            (500, 30, "keep"),
            (499, 31, "fall"),
            (500, 99, "keep"),
        ):
            with self.subTest(figure=figure, days=days):
                self.assertEqual(judge(500, figure, on, on + timedelta(days=days), 30), result)

    @holds
    def test_more_is_never_judged_worse(self, rng):
        on, order = date(2028, 3, 1), ["fall", "grace", "wait", "keep"]
        today, grace = on + timedelta(days=rng.randint(-5, 40)), rng.randint(0, 30)
        lower, higher = sorted((rng.randint(0, 600), rng.randint(0, 600)))
        worse, better = (order.index(judge(500, figure, on, today, grace)) for figure in (lower, higher))
        self.assertLessEqual(worse, better)
