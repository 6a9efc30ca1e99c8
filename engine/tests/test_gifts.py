import unittest
from fractions import Fraction

from ..gifts import Gift, Goods, allot
from .support import holds


def goods(key, quantity, net, gross=None):
    return Goods(key=key, quantity=Fraction(quantity), net=Fraction(net), gross=Fraction(gross or net))


def gift(gross, *lines, net=None, **values):
    return Gift(key="gift", net=Fraction(net or gross), gross=Fraction(gross), lines=lines, **values)


def rests(found):
    return [(line.quantity, line.net, line.gross) for line in found]


class TestGifts(unittest.TestCase):
    def test_free_line_is_nothing_and_the_others_stay_whole(self):
        found, left = allot([goods("coffee", 1, 3), goods("cake", 1, 20)], [gift(3, "coffee", quantity=1)])
        self.assertEqual(rests(found), [(0, 0, 0), (1, 20, 20)])
        self.assertEqual(left, {"gift": (0, 0)})
        self.assertEqual(found[0].given, {"gift": (1, 1)})
        self.assertEqual(found[1].given, {})

    def test_one_of_three_is_a_third_of_the_line(self):
        [line], _left = allot([goods("coffee", 3, 30, "36.30")], [gift("12.10", "coffee", net=10, quantity=1)])
        self.assertEqual(rests([line]), [(2, 20, Fraction("24.20"))])
        self.assertEqual(line.given, {"gift": (Fraction(1, 3), Fraction(1, 3))})

    def test_more_items_than_a_line_has_go_on_to_the_next(self):
        found, left = allot(
            [goods("a", 1, 10), goods("b", 2, 20), goods("c", 5, 50)], [gift(20, "a", "b", quantity=2)]
        )
        self.assertEqual(rests(found), [(0, 0, 0), (1, 10, 10), (5, 50, 50)])
        self.assertEqual(left["gift"], (0, 0))

    def test_what_was_cheaper_than_the_gift_leaves_the_rest_to_the_order(self):
        found, left = allot([goods("coffee", 1, 9), goods("cake", 1, 20)], [gift(10, "coffee", quantity=1)])
        self.assertEqual(rests(found), [(0, 0, 0), (1, 20, 20)])
        self.assertEqual(left["gift"], (1, 1))

    def test_what_cost_more_than_the_gift_is_no_item_and_keeps_what_was_paid(self):
        [line], _left = allot([goods("coffee with oat milk", 1, "3.50")], [gift(3, "coffee with oat milk", quantity=1)])
        self.assertEqual(rests([line]), [(0, Fraction(1, 2), Fraction(1, 2))])
        self.assertEqual(line.given, {"gift": (Fraction(6, 7), 1)})

    def test_cent_that_rounding_left_is_nothing(self):
        [line], left = allot([goods("a", 1, "0.34")], [gift("0.33", "a", quantity=1)], slack=Fraction("0.01"))
        self.assertEqual(rests([line]), [(0, 0, 0)])
        self.assertEqual(left["gift"], (0, 0))

    def test_discount_on_some_goods_is_theirs_by_worth(self):
        found, left = allot(
            [goods("a", 1, 10), goods("b", 1, 30), goods("c", 1, 50)], [gift(4, "a", "b", is_spread=True)]
        )
        self.assertEqual(rests(found), [(1, 9, 9), (1, 27, 27), (1, 50, 50)])
        self.assertEqual(left["gift"], (0, 0))

    def test_gift_that_is_whole_only_takes_all_of_an_item_or_nothing(self):
        half = gift(5, "a", is_whole_only=True)
        self.assertEqual(allot([goods("a", 1, 10)], [half])[1]["gift"], (5, 5))
        one_of_two = gift(10, "a", is_whole_only=True, quantity=1)
        self.assertEqual(rests(allot([goods("a", 2, 20)], [one_of_two])[0]), [(1, 10, 10)])
        both = gift(40, "a", "b", is_whole_only=True, is_spread=True)
        self.assertEqual(rests(allot([goods("a", 1, 10), goods("b", 2, 30)], [both])[0]), [(0, 0, 0), (0, 0, 0)])

    def test_two_gifts_for_the_same_line_are_shares_of_all_of_it(self):
        first, second = gift(10, "a", quantity=1), Gift(
            key="second", net=Fraction(10), gross=Fraction(10), lines=("a",), quantity=Fraction(1)
        )  # fmt: skip
        [line], _left = allot([goods("a", 4, 40)], [first, second])
        self.assertEqual(line.given, {"gift": (Fraction(1, 4),) * 2, "second": (Fraction(1, 4),) * 2})

    def test_goods_taken_back_and_goods_for_nothing_are_not_given(self):
        sold = [goods("a", -1, -10), goods("b", 1, 0)]
        found, left = allot(sold, [gift(10, "a", "b", "gone", quantity=1)])
        self.assertEqual((found, left["gift"]), (sold, (10, 10)))

    @holds
    def test_what_goods_lost_and_what_is_left_is_the_gift(self, rng):
        sold = [
            goods(str(i), rng.randint(-1, 4), worth := rng.randint(-5, 60), worth + rng.randint(0, 9))
            for i in range(rng.randint(1, 4))
        ]
        gifts = [
            Gift(
                key=f"gift {i}",
                net=Fraction(worth := rng.randint(0, 70)),
                gross=Fraction(worth),
                lines=tuple(str(n) for n in range(rng.randint(0, 4))),
                quantity=Fraction(rng.randint(0, 3)),
                is_spread=rng.random() < 0.3,
                is_whole_only=rng.random() < 0.3,
            )
            for i in range(rng.randint(0, 3))
        ]
        found, left = allot(sold, gifts)
        lost = sum(line.gross for line in sold) - sum(line.gross for line in found)
        self.assertEqual(lost + sum(gross for _net, gross in left.values()), sum(one.gross for one in gifts))
        for line, was in zip(found, sold, strict=True):
            self.assertTrue(was == line or 0 <= line.gross <= was.gross)
            self.assertTrue(was == line or 0 <= line.quantity <= was.quantity)
