import unittest
from fractions import Fraction

from ..caps import Band, band_for, cap, to_money, to_units
from ..values import exact
from .support import cases, holds

THREE = tuple(Band(minimum=minimum, maximum=maximum) for minimum, maximum in ((2000, 50), (5000, 100), (10000, 250)))
DEFAULTS = {"bands": (), "value": "1/100", "unit_decimals": 0, "money_decimals": 2}


def run_case(case):
    values = {key: value for key, value in case.items() if key not in ("name", "amount", "money", "code", "args")}
    values = DEFAULTS | values | ({"bands": THREE} if "bands" in values else {})
    return cap(values.pop("balance"), **(values | {"value": exact(values["value"])}))


def random_values(rng):
    bands = [Band(minimum=rng.randint(1, 9000), maximum=rng.randint(1, 300)) for _band in range(rng.randint(0, 3))]
    return {
        "balance_usable": rng.randint(0, 400),
        "total": rng.randint(0, 12000),
        "bands": bands,
        "value": Fraction(rng.randint(1, 40), rng.choice((7, 10, 100, 1000))),
        "unit_decimals": rng.choice((0, 0, 1, 2)),
        "money_decimals": rng.choice((2, 2, 0, 3)),
        "minimum": rng.choice((0, rng.randint(1, 50))),
        "maximum_money": rng.choice((None, rng.randint(1, 9000))),
        "below_bands": rng.choice(("block", "allow")),
        "already": rng.choice((0, rng.randint(1, 100))),
        "money_step": rng.choice((1, 1, 5, 10)),
    }


class TestCaps(unittest.TestCase):
    def test_cases(self):
        for case in cases("caps"):
            with self.subTest(case["name"]):
                found = run_case(case)
                self.assertEqual((found.amount, found.code), (case["amount"], case["code"]))
                if "money" in case:
                    self.assertEqual(found.money, case["money"])
                if "args" in case:
                    self.assertEqual(found.args, case["args"])

    def test_the_order_of_bands_does_not_matter(self):
        self.assertEqual(band_for(reversed(THREE), 6000).maximum, 100)
        self.assertIsNone(band_for(THREE, 1999))

    def test_a_unit_without_a_value_pays_nothing(self):
        for value in (Fraction(0), Fraction(-1, 100)):
            with self.subTest(value=value), self.assertRaises(ValueError):
                to_units(100, value, unit_decimals=0, money_decimals=2, covers=True)


class TestCapsProperties(unittest.TestCase):
    @holds
    def test_never_above_any_limit(self, rng):
        values = random_values(rng)
        found = cap(**values)
        digits = {name: values[name] for name in ("unit_decimals", "money_decimals", "money_step")}
        spent = to_money(values["already"], values["value"], **digits)
        self.assertGreaterEqual(found.amount, 0)
        self.assertLessEqual(found.amount, values["balance_usable"])
        self.assertLessEqual(found.money, max(0, values["total"] - spent))
        if values["maximum_money"]:
            self.assertLessEqual(found.money, max(0, values["maximum_money"] - spent))
        band = band_for(values["bands"], values["total"])
        if band and found.amount:
            self.assertLessEqual(found.amount + values["already"], band.maximum)
        self.assertTrue(found.amount == 0 or found.amount >= values["minimum"])
        self.assertEqual(found.amount > 0, found.money > 0, "points and money go together")
        self.assertLessEqual(found.money, to_money(found.amount, values["value"], **digits))

    @holds
    def test_more_balance_never_lowers_a_cap(self, rng):
        values = random_values(rng)
        more = values | {"balance_usable": values["balance_usable"] + rng.randint(0, 99)}
        self.assertLessEqual(cap(**values).amount, cap(**more).amount)
        self.assertLessEqual(cap(**values).money, cap(**more).money)

    @holds
    def test_a_higher_limit_never_lowers_a_cap(self, rng):
        values = random_values(rng)
        looser = {"minimum": max(0, values["minimum"] - rng.randint(0, 20)), "below_bands": "allow"}
        if values["maximum_money"]:
            looser["maximum_money"] = values["maximum_money"] + rng.randint(0, 900)
        looser["bands"] = [Band(minimum=b.minimum, maximum=b.maximum + rng.randint(0, 9)) for b in values["bands"]]
        self.assertLessEqual(cap(**values).amount, cap(**(values | looser)).amount)

    @holds
    def test_a_larger_order_never_lowers_a_cap(self, rng):
        # Without a club maximum: units that cover a small order to the last cent may be worth more than it.
        values = random_values(rng) | {"below_bands": "block", "maximum_money": None}
        rising = sorted(band.maximum for band in values["bands"])
        starts = sorted(band.minimum for band in values["bands"])
        values["bands"] = [Band(minimum=a, maximum=b) for a, b in zip(starts, rising, strict=True)]
        larger = values | {"total": values["total"] + rng.randint(0, 5000)}
        self.assertLessEqual(cap(**values).amount, cap(**larger).amount)

    @holds
    def test_a_larger_order_under_a_club_maximum_is_paid_at_most_one_unit_or_coin_less(self, rng):
        """The smaller one may be covered to the last cent, by units rounded up; the larger one is not."""
        values = random_values(rng) | {"bands": [], "below_bands": "allow", "minimum": 0, "already": 0}
        values["maximum_money"] = rng.randint(1, 9000) // values["money_step"] * values["money_step"] or None
        values["total"] -= values["total"] % values["money_step"]
        larger = values | {"total": values["total"] + values["money_step"] * rng.randint(0, 500)}
        rate = to_money(1, values["value"], **{name: values[name] for name in ("unit_decimals", "money_decimals")}) + 1
        found, more = cap(**values), cap(**larger)
        self.assertLessEqual(found.money - more.money, max(rate, values["money_step"]) + values["money_step"])
        if more.money < found.money:
            self.assertEqual((found.code, more.args.get("limit", more.code)), ("total", "maximum"))

    @holds
    def test_part_payments_are_what_the_currency_can_pay(self, rng):
        values = random_values(rng)
        values["total"] -= values["total"] % values["money_step"]
        values["already"] = 0
        self.assertEqual(cap(**values).money % values["money_step"], 0)

    @holds
    def test_the_whole_is_covered_by_units_that_are_worth_it(self, rng):
        values = random_values(rng)
        rate = {name: values[name] for name in ("value", "unit_decimals", "money_decimals")}
        money = values["total"]
        covering = to_units(money, covers=True, **rate)
        self.assertGreaterEqual(to_money(covering, **rate), money)
        self.assertTrue(covering == 0 or to_money(covering - 1, **rate) < money)
        self.assertLessEqual(to_money(to_units(money, covers=False, **rate), **rate), money)
