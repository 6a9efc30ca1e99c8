import json
import unittest
from dataclasses import replace
from fractions import Fraction

from ..earning import Bonus, Line, Order, Recorded, Rules, award
from ..values import exact, to_major
from .support import cases, fractions, holds, random_fraction


def make_order(data):
    """A case's order; its lines are called a, b, c, …"""
    lines = [
        Line(**({"key": chr(97 + i), "name": f"Line {i + 1}", "quantity": Fraction(1)} | _line(line)))
        for i, line in enumerate(data["lines"])
    ]
    return Order(**(data | {"lines": tuple(lines)}))


def _line(line):
    return line | {key: exact(line[key]) for key in ("quantity", "ratio") if key in line}


def make_rules(data):
    bonuses = []
    for i, bonus in enumerate(data.get("bonuses", ())):
        lines = frozenset(bonus["lines"]) if "lines" in bonus else None
        values = {
            "key": str(i),
            "name": f"Bonus {i}",
            "kind": bonus["kind"],
            "factor": exact(bonus["factor"]),
        }
        bonuses.append(Bonus(**values, lines=lines))
    numbers = fractions({key: data[key] for key in ("ratio", "tier_multiplier") if key in data})
    return Rules(**({"ratio": Fraction(1)} | data | numbers | {"bonuses": tuple(bonuses)}))


def random_line(rng, key):
    net = rng.randint(0, 5000)
    return Line(
        key=str(key),
        name=f"Line {key}",
        quantity=Fraction(rng.randint(1, 9)),
        net=net,
        gross=net + rng.randint(0, 1000),
        ratio=rng.choice((None, random_fraction(rng))),
        excluded=rng.choice(("", "", "", "product", "tip")),
    )


def random_order(rng):
    lines = tuple(random_line(rng, key) for key in range(rng.randint(0, 5)))
    net, gross = sum(line.net for line in lines), sum(line.gross for line in lines)
    off = rng.choice((0, rng.randint(0, net)))
    total = gross - off
    not_real = rng.choice((0, 0, rng.randint(0, max(0, total))))
    return Order(lines=lines, total=total, promotion_net=-off, promotion_gross=-off, not_real=not_real)


def random_bonus(rng, key):
    kind = rng.choice(("multiply", "percent", "flat"))
    factor = random_fraction(rng, 5) + (1 if kind == "multiply" else 0)
    lines = rng.choice((None, frozenset(str(i) for i in range(rng.randint(0, 5)))))
    return Bonus(key=str(key), name="Bonus", kind=kind, factor=factor, lines=lines)


def random_rules(rng):
    return Rules(
        ratio=random_fraction(rng),
        decimals=rng.randint(0, 2),
        rounding=rng.choice(("down", "nearest", "up")),
        basis=rng.choice(("net", "gross", "paid")),
        earn_on_discounted=rng.choice((True, False)),
        tier_multiplier=random_fraction(rng, 4),
        bonuses=tuple(random_bonus(rng, key) for key in range(rng.randint(0, 3))),
    )


class TestEarning(unittest.TestCase):
    def test_cases(self):
        for case in cases("earning"):
            with self.subTest(case["name"]):
                found = award(make_order(case["order"]), make_rules(case["rules"]))
                self.assertEqual(found.amount, case["amount"])
                self.assertEqual(found.code, case.get("code", "awarded"))
                if "why" in case:
                    self.assertEqual([line.why for line in found.lines], case["why"])
                if "lines" in case:
                    self.assertEqual([line.exact for line in found.lines], [exact(x) for x in case["lines"]])
                for name in {"exact", "rounding"} & set(case):
                    self.assertEqual(getattr(found, name), exact(case[name]))

    def test_a_ratio_of_nothing_is_refused(self):
        order = make_order({"total": 100, "lines": [{"net": 100, "gross": 100}]})
        for ratio in (0, -1):
            with self.subTest(ratio=ratio), self.assertRaises(ValueError):
                award(order, Rules(ratio=Fraction(ratio)))
        order = make_order({"total": 100, "lines": [{"net": 100, "gross": 100, "ratio": "0"}]})
        with self.assertRaises(ValueError):
            award(order, Rules(ratio=Fraction(1)))

    def test_a_flat_lies_on_the_lines_it_matched_by_their_base(self):
        lines = [{"net": 3000, "gross": 3000}, {"net": 1000, "gross": 1000}, {"net": 9000, "gross": 9000}]
        rules = make_rules({"ratio": "1", "bonuses": [{"kind": "flat", "factor": "8", "lines": ["a", "b"]}]})
        found = award(make_order({"total": 13000, "lines": lines}), rules)
        self.assertEqual([line.flat for line in found.lines], [6, 2, 0])
        self.assertEqual(Recorded.from_data(found.to_data()).lines, {"a": 36, "b": 12, "c": 90})


class TestEarningProperties(unittest.TestCase):
    @holds
    def test_the_explanation_adds_up_to_the_entry(self, rng):
        rules = random_rules(rng)
        found = award(random_order(rng), rules)
        by_line = sum(line.base / line.ratio * line.multiplier + line.percent * line.base for line in found.lines)
        flats = sum(flat.exact for flat in found.flats)
        self.assertEqual(by_line + flats + found.rounding, to_major(found.amount, rules.decimals))
        self.assertEqual(sum(line.flat for line in found.lines), flats)
        self.assertGreaterEqual(found.amount, 0)
        self.assertLess(abs(found.rounding), to_major(1, rules.decimals))
        self.assertEqual(found.code == "awarded", found.amount > 0)

    @holds
    def test_the_record_survives_the_database(self, rng):
        found = award(random_order(rng), random_rules(rng))
        recorded = Recorded.from_data(json.loads(json.dumps(found.to_data())))
        self.assertEqual(sum(recorded.lines.values()), found.exact)
        self.assertEqual((recorded.amount, recorded.mode), (found.amount, found.rules.rounding))

    @holds
    def test_paying_more_with_points_never_earns_more(self, rng):
        order, rules = random_order(rng), random_rules(rng)
        more = replace(order, not_real=order.not_real + rng.randint(0, 500))
        self.assertLessEqual(award(more, rules).exact, award(order, rules).exact)

    @holds
    def test_the_order_of_bonuses_and_lines_does_not_matter(self, rng):
        order, rules = random_order(rng), random_rules(rng)
        mixed = replace(order, lines=tuple(rng.sample(order.lines, len(order.lines))))
        other = replace(rules, bonuses=tuple(rng.sample(rules.bonuses, len(rules.bonuses))))
        self.assertEqual(award(mixed, other).amount, award(order, rules).amount)
