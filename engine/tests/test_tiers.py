import unittest

from ..tiers import Programme, programme_for, reached
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
