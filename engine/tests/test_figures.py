import unittest
from datetime import date
from fractions import Fraction

from .. import figures
from ..figures import Points
from ..kinds import KINDS


class TestFigures(unittest.TestCase):
    def test_every_kind_has_a_sort(self):
        found = {kind: figures.sort_of(kind, "award") for kind in KINDS}
        self.assertEqual(set(found.values()), set(figures.SORTS))
        self.assertEqual({kind for kind, sort in found.items() if sort == "spent"},
                         {"spend", "voucher", "play", "convert_out"})  # fmt: skip

    def test_correction_counts_as_what_it_mends(self):
        self.assertEqual(figures.sort_of("correction", "clawback"), "taken")
        self.assertEqual(figures.sort_of("correction", "expire"), "expired")
        self.assertEqual(figures.sort_of("correction"), "moved")

    def test_redemption_is_spent_by_awarded_after_refunds_and_returns(self):
        points = Points(earned=1100, taken=-100, spent=-300, returned=50, expired=-500)
        self.assertEqual((points.awarded, points.used), (1000, 250))
        self.assertEqual(points.redemption, Fraction(1, 4))
        self.assertIsNone(Points(spent=-10).redemption)

    def test_redemption_is_worth_a_word_at_its_edges_only(self):
        said = [figures.judge_redemption(Fraction(n, 100)) for n in (0, 19, 20, 90, 91)]
        self.assertEqual(said, ["low", "low", "", "", "high"])
        self.assertEqual(figures.judge_redemption(Fraction(0), is_open=False), "closed")
        self.assertEqual(figures.judge_redemption(None), "")

    def test_who_leaves_is_a_matter_of_a_message_first(self):
        self.assertEqual(figures.judge_leaving(0, 100, False), "")
        self.assertEqual(figures.judge_leaving(1, 100, False), "tell")
        self.assertEqual(figures.judge_leaving(25, 100, True), "")
        self.assertEqual(figures.judge_leaving(26, 100, True), "many")

    def test_other_words_at_their_edges(self):
        self.assertEqual([figures.judge_share(Fraction(n, 100)) for n in (9, 10, 49, 50)], ["weak", "", "", "strong"])
        self.assertEqual([figures.judge_cost(n, 100) for n in (10, 11)], ["", "high"])
        self.assertEqual([figures.judge_owed(n, 99) for n in (33, 34)], ["", "old"])
        self.assertEqual([figures.judge_cost(5, 0), figures.judge_owed(0, 0), figures.judge_share(None)], ["", "", ""])

    def test_period_before_is_as_long(self):
        self.assertEqual(figures.before(date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 1, 29), date(2026, 2, 28)))

    def test_every_bar_is_there_once(self):
        self.assertEqual(figures.grain(date(2026, 1, 1), date(2026, 1, 31)), "day")
        self.assertEqual(figures.grain(date(2026, 1, 1), date(2026, 4, 30)), "week")
        self.assertEqual(figures.grain(date(2025, 1, 1), date(2025, 12, 31)), "month")
        self.assertEqual(
            figures.starts(date(2025, 12, 31), date(2026, 1, 12), "week"),
            [date(2025, 12, 29), date(2026, 1, 5), date(2026, 1, 12)],
        )
        self.assertEqual(
            figures.starts(date(2025, 12, 31), date(2026, 2, 1), "month"),
            [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)],
        )
        self.assertEqual(len(figures.starts(date(2026, 2, 1), date(2026, 2, 28), "day")), 28)

    def test_change_of_nothing_is_unknown(self):
        self.assertIsNone(figures.change(5, 0))
        self.assertEqual(figures.change(5, 10), Fraction(-1, 2))
