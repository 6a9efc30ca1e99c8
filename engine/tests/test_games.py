import random
import unittest
from datetime import date, datetime
from fractions import Fraction

from ..games import (
    Prize,
    Trigger,
    draw,
    expected_cost,
    is_earned,
    odds,
    open_prizes,
    paid_after,
    problem,
    some_in,
    total_weight,
    wheel,
)
from .support import holds

# Chi-square: what a fair draw stays below in all but one of a thousand runs, by degrees of freedom.
CHI_SQUARE = {1: 10.828, 2: 13.816, 3: 16.266, 4: 18.467, 5: 20.515}
DRAWS = 100_000


def random_prizes(rng):
    stock = (None, None, 0, 1, 5)
    return tuple(
        Prize(
            id=number,
            weight=rng.choice((0, 1, rng.randint(1, 50))),
            left=rng.choice(stock),
            left_today=rng.choice(stock),
        )
        for number in range(rng.randint(1, 8))
    )


class TestDraw(unittest.TestCase):
    @holds
    def test_every_roll_hits_exactly_one_prize_and_each_as_often_as_its_weight(self, rng):
        prizes = random_prizes(rng)
        hits = {}
        for roll in range(total_weight(prizes)):
            prize = draw(prizes, roll)
            hits[prize.id] = hits.get(prize.id, 0) + 1
        self.assertEqual(hits, {prize.id: prize.weight for prize in open_prizes(prizes)})

    @holds
    def test_what_is_switched_off_or_gone_is_never_hit(self, rng):
        prizes = random_prizes(rng)
        for roll in range(total_weight(prizes)):
            hit = draw(prizes, roll)
            self.assertGreater(hit.weight, 0)
            self.assertNotIn(0, (hit.left, hit.left_today))

    @holds
    def test_a_roll_beyond_hits_nothing(self, rng):
        prizes = random_prizes(rng)
        for roll in (-1, total_weight(prizes), total_weight(prizes) + rng.randint(0, 9)):
            with self.assertRaises(ValueError):
                draw(prizes, roll)

    @holds
    def test_the_odds_add_up_to_one(self, rng):
        prizes = random_prizes(rng)
        chances = odds(prizes)
        self.assertEqual(sum(chances.values()), 1 if open_prizes(prizes) else 0)
        self.assertTrue(all(0 < chance <= 1 for chance in chances.values()))

    def test_the_order_of_prizes_changes_which_roll_hits_but_not_how_many(self):
        prizes = [Prize(id="a", weight=3), Prize(id="b", weight=1)]
        forth = [draw(prizes, roll).id for roll in range(4)]
        back = [draw(prizes[::-1], roll).id for roll in range(4)]
        self.assertEqual(forth, ["a", "a", "a", "b"])
        self.assertEqual(sorted(forth), sorted(back))

    def test_hundred_thousand_draws_are_within_chi_square_of_the_weights(self):
        for seed, weights in enumerate(((1, 1), (1, 9), (50, 30, 19, 1), (3, 0, 5, 7, 11), (1, 2, 3, 4, 5, 6))):
            with self.subTest(weights=weights):
                rng = random.Random(seed)
                prizes = [Prize(id=number, weight=weight) for number, weight in enumerate(weights)]
                total, seen = total_weight(prizes), dict.fromkeys(range(len(weights)), 0)
                for _draw in range(DRAWS):
                    seen[draw(prizes, rng.randrange(total)).id] += 1
                expected = {id: float(chance * DRAWS) for id, chance in odds(prizes).items()}
                distance = sum((seen[id] - mean) ** 2 / mean for id, mean in expected.items())
                self.assertLess(distance, CHI_SQUARE[len(expected) - 1])
                self.assertEqual(sum(seen[id] for id in expected), DRAWS)


class TestCost(unittest.TestCase):
    def test_a_thousand_plays_by_hand(self):
        prizes = [Prize(id="coffee", weight=1), Prize(id="points", weight=4), Prize(id="nothing", weight=5)]
        costs = {"coffee": Fraction(3), "points": Fraction(1, 10)}
        self.assertEqual(expected_cost(prizes, costs), 300 + 40)

    def test_what_is_gone_costs_nothing_and_the_others_come_more_often(self):
        prizes = [Prize(id="coffee", weight=1, left=0), Prize(id="points", weight=1), Prize(id="nothing", weight=1)]
        self.assertEqual(expected_cost(prizes, {"coffee": 100, "points": Fraction(1)}), 500)

    @holds
    def test_the_cost_lies_between_the_cheapest_and_the_dearest(self, rng):
        prizes = random_prizes(rng)
        costs = {prize.id: Fraction(rng.randint(0, 500), 100) for prize in prizes}
        found = [costs[prize.id] for prize in open_prizes(prizes)]
        cost = expected_cost(prizes, costs, plays=1)
        self.assertTrue(min(found, default=0) <= cost <= max(found, default=0))

    def test_odds_as_numbers_that_one_can_picture(self):
        for chance, words in (
            (Fraction(1), (1, 1)),
            (Fraction(1, 3), (1, 3)),
            (Fraction(2, 5), (2, 5)),
            (Fraction(71, 203), (7, 20)),
            (Fraction(1, 20), (1, 20)),
            (Fraction(1, 21), (1, 21)),
            (Fraction(3, 1000), (1, 333)),
        ):
            self.assertEqual(some_in(chance), words)


class TestTrigger(unittest.TestCase):
    RULE = Trigger(
        minimum=1000,
        outlets=frozenset({7}),
        channels=frozenset({"pos", "shop"}),
        tiers=frozenset({2}),
        first_day=date(2026, 3, 1),
        last_day=date(2026, 3, 31),
        times=((datetime(2026, 3, 1), datetime(2026, 3, 10)), (datetime(2026, 3, 20), None)),
    )
    ORDER = {
        "moment": datetime(2026, 3, 5, 12),
        "day": date(2026, 3, 5),
        "outlet": 7,
        "channel": "pos",
        "tier": 2,
        "paid": 1000,
    }

    def test_an_order_that_meets_all_brings_a_play(self):
        self.assertTrue(self.RULE.gives(**self.ORDER))

    def test_each_condition_alone_refuses(self):
        for changed in (
            {"paid": 999},
            {"outlet": 8},
            {"channel": "kiosk"},
            {"tier": 1},
            {"day": date(2026, 2, 28)},
            {"day": date(2026, 4, 1)},
            {"moment": datetime(2026, 3, 10)},
            {"moment": datetime(2026, 2, 28, 23, 59)},
        ):
            with self.subTest(changed=changed):
                self.assertFalse(self.RULE.gives(**self.ORDER | changed))

    def test_it_was_on_again_later(self):
        self.assertTrue(self.RULE.gives(**self.ORDER | {"moment": datetime(2026, 3, 20)}))

    def test_an_order_of_nothing_brings_none_without_a_minimum_either(self):
        self.assertFalse(is_earned(0, 0))
        self.assertTrue(is_earned(1, 0))


class TestRefunds(unittest.TestCase):
    LINES = {"a": 700, "b": 300}

    def test_what_is_left_after_a_part_came_back(self):
        self.assertEqual(paid_after(1000, self.LINES, {"b": Fraction(1)}), 700)
        self.assertEqual(paid_after(500, self.LINES, {"a": Fraction(1, 2)}), 325)
        self.assertEqual(paid_after(1000, self.LINES, {}), 1000)

    @holds
    def test_all_back_leaves_nothing_and_parts_leave_between(self, rng):
        lines = {number: rng.randint(1, 900) for number in range(rng.randint(1, 5))}
        paid = rng.randint(1, sum(lines.values()))
        shares = {number: Fraction(rng.randint(0, 12), 12) for number in lines}
        self.assertEqual(paid_after(paid, lines, dict.fromkeys(lines, Fraction(1))), 0)
        self.assertTrue(0 <= paid_after(paid, lines, shares) <= paid)

    def test_more_than_all_is_all(self):
        self.assertEqual(paid_after(1000, self.LINES, dict.fromkeys(self.LINES, Fraction(3))), 0)

    def test_an_order_without_lines_of_value(self):
        self.assertEqual(paid_after(100, {}, {}), 100)
        self.assertEqual(paid_after(100, {}, {"a": Fraction(1)}), 0)


class TestPrizes(unittest.TestCase):
    def test_what_makes_no_game(self):
        self.assertEqual(
            [problem(weights) for weights in ([], [5], [0, 0], [1, -1], [1, 0], [1, 1])],
            ["few", "few", "off", "negative", "", ""],
        )

    def test_a_wheel_has_at_least_six_slices(self):
        self.assertEqual([count * wheel(count) for count in (1, 2, 3, 4, 5, 6, 7, 20)], [6, 6, 6, 8, 10, 6, 7, 20])
