import math
import unittest
from decimal import Decimal
from fractions import Fraction

from ..values import as_text, exact, is_active, is_expired, is_inactive, round_to, scale, to_major, to_minor
from .support import TODAY, holds, make_lot, random_fraction


class TestNumbers(unittest.TestCase):
    def test_numbers_are_read_as_people_wrote_them(self):
        for given, expected in (
            (0.1, "1/10"),
            (0.1 + 0.2, "3/10"),
            (1e-06, "1/1000000"),
            ("1/3", "1/3"),
            ("2.50", "5/2"),
            (Decimal("0.125"), "1/8"),
            (7, "7"),
            (Fraction(2, 3), "2/3"),
        ):
            with self.subTest(given=given):
                self.assertEqual(exact(given), Fraction(expected))

    def test_what_is_no_number_is_refused(self):
        for given in (math.nan, math.inf, "much"):
            with self.subTest(given=given), self.assertRaises(ValueError):
                exact(given)
        with self.assertRaises(TypeError):
            exact(None)

    def test_money_becomes_minor_units_without_a_tail(self):
        for amount, decimals, expected in (
            (82.64, 2, 8264),
            (1.005, 2, 101),
            (2.675, 2, 268),
            (1.1 * 3, 2, 330),
            (-1.005, 2, -101),
            (0.0, 2, 0),
            (1234.0, 0, 1234),
            (12.5, 0, 13),
            (Decimal("0.0005"), 3, 1),
            (99999999.99, 2, 9999999999),
        ):
            with self.subTest(amount=amount, decimals=decimals):
                self.assertEqual(to_minor(amount, decimals), expected)

    def test_rounding_modes(self):
        for x, down, nearest, up in (
            ("5/2", 2, 3, 3),
            ("7/3", 2, 2, 3),
            ("3", 3, 3, 3),
            ("999/1000", 0, 1, 1),
        ):
            with self.subTest(x=x):
                self.assertEqual([round_to(exact(x), mode) for mode in ("down", "nearest", "up")], [down, nearest, up])

    @holds
    def test_text_and_major_units_lose_nothing(self, rng):
        x, minor, decimals = random_fraction(rng), rng.randint(-(10**9), 10**9), rng.randint(-1, 4)
        self.assertEqual(exact(as_text(x)), x)
        self.assertEqual(to_minor(to_major(minor, decimals), decimals), minor)
        self.assertEqual(scale(decimals) * scale(-decimals), 1)


class TestDays(unittest.TestCase):
    def test_a_lot_is_good_from_its_first_to_its_last_day(self):
        for since, until, state in (
            (0, 0, "active"),
            (-5, 0, "active"),
            (0, None, "active"),
            (-5, -1, "expired"),
            (1, None, "inactive"),
            (1, 5, "inactive"),
            (5, -1, "expired"),
        ):
            with self.subTest(since=since, until=until):
                lot = make_lot(1, 10, since, until)
                found = {"active": is_active, "inactive": is_inactive, "expired": is_expired}
                self.assertEqual([name for name, asks in found.items() if asks(lot, TODAY)], [state])
