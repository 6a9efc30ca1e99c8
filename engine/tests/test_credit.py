import random
import unittest
from fractions import Fraction

from ..credit import buys, converted_part, points_back, share

RATE = Fraction(8, 1000)
DIGITS = {"unit_decimals": 0, "money_decimals": 2}


class TestBuys(unittest.TestCase):
    def test_points_that_buy_nothing_stay(self):
        self.assertEqual(buys(500, RATE, **DIGITS), (500, 400))
        self.assertEqual(buys(249, RATE, **DIGITS), (249, 199))
        self.assertEqual(buys(3, RATE, **DIGITS), (3, 2))
        self.assertEqual(buys(4, RATE, **DIGITS), (4, 3))
        self.assertEqual(buys(1, RATE, **DIGITS), (0, 0))
        self.assertEqual(buys(999, Fraction(1, 200), **DIGITS), (998, 499))

    def test_money_keeps_the_currencys_own_steps(self):
        self.assertEqual(buys(507, Fraction(1, 100), **DIGITS, step=5), (505, 505))
        self.assertEqual(buys(57, Fraction(1), unit_decimals=0, money_decimals=0, step=10), (50, 50))
        self.assertEqual(buys(1234, Fraction(1), unit_decimals=2, money_decimals=3), (1234, 12340))

    def test_nothing_buys_nothing(self):
        self.assertEqual(buys(0, RATE, **DIGITS), (0, 0))
        self.assertEqual(buys(-5, RATE, **DIGITS), (0, 0))
        self.assertEqual(buys(5, Fraction(0), **DIGITS), (0, 0))

    def test_never_more_than_asked_never_cheaper_and_the_same_again(self):
        draw = random.Random(7)
        for _ in range(500):
            amount, rate = draw.randint(1, 10**6), Fraction(draw.randint(1, 10**6), 10**6)
            digits = {"unit_decimals": draw.randint(0, 3), "money_decimals": draw.randint(0, 3)}
            step = draw.choice((1, 5, 10))
            units, money = buys(amount, rate, **digits, step=step)
            self.assertLessEqual(units, amount)
            self.assertEqual(money % step, 0)
            worth = units * rate * 10 ** digits["money_decimals"] / Fraction(10 ** digits["unit_decimals"])
            self.assertLessEqual(money, worth)
            self.assertEqual(buys(units, rate, **digits, step=step), (units, money))
            if units:
                self.assertLess(buys(units - 1, rate, **digits, step=step)[1], money)


class TestParts(unittest.TestCase):
    def test_converted_credit_is_used_first(self):
        self.assertEqual(converted_part(400, 300), 300)
        self.assertEqual(converted_part(400, 900), 400)
        self.assertEqual(converted_part(0, 900), 0)
        self.assertEqual(converted_part(-5, 900), 0)

    def test_share_follows_the_part_and_ends_at_the_whole(self):
        self.assertEqual(share(300, 50, 100), 150)
        self.assertEqual(share(1, 1, 2), 1)
        self.assertEqual(share(7, 100, 100), 7)
        self.assertEqual(share(7, 200, 100), 7)
        self.assertEqual((share(7, 0, 100), share(7, 1, 0)), (0, 0))

    def test_points_come_back_in_parts_that_add_up(self):
        self.assertEqual(points_back(500, 400, 100), 125)
        self.assertEqual(points_back(499, 400, 399), 497)
        self.assertEqual(points_back(499, 400, 400), 499)
        self.assertEqual((points_back(499, 400, 0), points_back(499, 0, 4)), (0, 0))
