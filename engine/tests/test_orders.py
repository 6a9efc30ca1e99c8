import unittest

from .shop import TABLE, Shop, expected_of

LEAST = 60
PATHS = {"register", "shop", "sale", "invoice"}
# Who may earn is decided before the engine is asked.
NOT_THE_ENGINES = {"kiosk_unknown", "no_points", "channel_off", "no_customer"}


class TestOrders(unittest.TestCase):
    """The table of orders, in plain values."""

    def test_orders_earn_what_was_worked_out_by_hand(self):
        ran = 0
        for case in TABLE["cases"]:
            shop = Shop(case)
            for number, order in enumerate(case["orders"], 1):
                why = order["earns"].get("why")
                if why in NOT_THE_ENGINES:
                    continue
                with self.subTest(case["name"], order=number):
                    self.assertEqual(shop.sell(order), expected_of(order["earns"]) or {"why": why})
                    ran += 1
        self.assertGreater(ran, LEAST)

    def test_the_table_says_where_a_case_cannot_happen_and_why(self):
        names = [case["name"] for case in TABLE["cases"]]
        self.assertGreaterEqual(len(names), LEAST)
        self.assertEqual(len(names), len(set(names)))
        for case in TABLE["cases"]:
            with self.subTest(case["name"]):
                self.assertEqual("only" in case, "because" in case)
                self.assertLessEqual(set(case.get("only", ())), PATHS)

    def test_the_parts_of_an_expectation_add_up(self):
        """Lines, flats and rounding make the amount: a table that contradicts itself proves nothing."""
        for case in TABLE["cases"]:
            for number, order in enumerate(case["orders"], 1):
                for unit, told in expected_of(order["earns"]).items():
                    with self.subTest(case["name"], order=number, unit=unit):
                        self.assertEqual(sum(told["lines"]) + sum(told["flats"]) + told["rounding"], told["amount"])
