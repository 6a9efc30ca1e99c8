"""What must hold of awards whatever the order and the rules."""

import json
import unittest
from dataclasses import replace
from fractions import Fraction

from ..clawback import due
from ..earning import Order, Recorded, Rules, award
from ..tiers import Programme, programme_for
from .support import holds, random_fraction
from .test_earning import random_order, random_rules

COUNTS = ("money", "money", "items", "visit")


def random_kind_of_rules(rng):
    """Rules of points, stamps by item, stamps by visit, cashback; some bonuses have a budget."""
    rules = random_rules(rng)
    bonuses = tuple(
        replace(bonus, left=rng.choice((None, Fraction(0), random_fraction(rng, 60)))) for bonus in rules.bonuses
    )
    return replace(rules, counts=rng.choice(COUNTS), bonuses=bonuses)


def paid_in_money(order):
    """The same lines with nothing off and nothing paid in points."""
    lines = tuple(line for line in order.lines if line.gross)
    return Order(lines=lines, total=sum(line.gross for line in lines))


def recorded(found):
    """An award as it comes back from the database."""
    return Recorded.from_data(json.loads(json.dumps(found.to_data())))


class TestSplitting(unittest.TestCase):
    """Two small orders instead of one big one: never more, flats and visits excepted."""

    @holds
    def test_splitting_an_order_by_its_lines_never_earns_more(self, rng):
        order, rules = paid_in_money(random_order(rng)), self._rules(rng)
        part = tuple(line for line in order.lines if rng.random() < 0.5)
        rest = tuple(line for line in order.lines if line not in part)
        self._assert_never_more(order, (part, rest), rules)

    @holds
    def test_splitting_lines_by_their_quantity_never_earns_more(self, rng):
        order, rules = paid_in_money(random_order(rng)), self._rules(rng)
        first, second = [], []
        for line in order.lines:
            share = Fraction(rng.randint(0, 6), 6)
            net, gross = int(line.net * share), int(line.gross * share)
            first.append(replace(line, net=net, gross=gross, quantity=line.quantity * share))
            second.append(
                replace(line, net=line.net - net, gross=line.gross - gross, quantity=line.quantity * (1 - share))
            )
        self._assert_never_more(order, (tuple(first), tuple(second)), rules)

    def _rules(self, rng):
        rules = random_rules(rng)
        bonuses = tuple(bonus for bonus in rules.bonuses if bonus.kind != "flat")
        return replace(rules, rounding="down", counts=rng.choice(("money", "money", "items")), bonuses=bonuses)

    def _assert_never_more(self, order, parts, rules):
        apart = sum(award(Order(lines=lines, total=sum(line.gross for line in lines)), rules).amount for lines in parts)
        self.assertLessEqual(apart, award(order, rules).amount)


class TestBasis(unittest.TestCase):
    @holds
    def test_a_dearer_line_never_earns_less(self, rng):
        order, rules = random_order(rng), replace(random_kind_of_rules(rng), counts="money")
        if not order.lines:
            return
        number, more = rng.randrange(len(order.lines)), rng.randint(0, 900)
        line = order.lines[number]
        dearer = replace(line, net=line.net + more, gross=line.gross + more)
        lines = (*order.lines[:number], dearer, *order.lines[number + 1 :])
        self.assertGreaterEqual(
            award(replace(order, lines=lines, total=order.total + more), rules).amount, award(order, rules).amount
        )

    @holds
    def test_net_earns_no_more_than_gross(self, rng):
        order, rules = paid_in_money(random_order(rng)), replace(random_kind_of_rules(rng), counts="money")
        by = {basis: award(order, replace(rules, basis=basis)).amount for basis in ("net", "gross", "paid")}
        self.assertLessEqual(by["net"], by["gross"])
        self.assertEqual(by["paid"], by["gross"])

    @holds
    def test_what_was_paid_earns_no_more_than_gross_and_discounted_orders_no_more_than_in_full(self, rng):
        order, rules = random_order(rng), random_kind_of_rules(rng)
        in_full = replace(rules, basis="gross", earn_on_discounted=True)
        whole = award(order, in_full).amount
        self.assertLessEqual(award(order, replace(in_full, basis="paid")).amount, whole)
        self.assertLessEqual(award(order, replace(in_full, earn_on_discounted=False)).amount, whole)


class TestBudget(unittest.TestCase):
    @holds
    def test_it_gives_all_it_has_and_never_more(self, rng):
        """Over many orders, each in turn: the sum is the budget as soon as one of them crosses it."""
        rules = replace(random_rules(rng), counts=rng.choice(COUNTS))
        if not rules.bonuses:
            return
        bonus = replace(rules.bonuses[0], left=random_fraction(rng, 200))
        rules, budget, wanted = replace(rules, bonuses=rules.bonuses[1:]), bonus.left, Fraction(0)
        for _order in range(8):
            order = random_order(rng)
            found = award(order, replace(rules, bonuses=(bonus, *rules.bonuses)))
            alone = award(order, replace(rules, bonuses=(replace(bonus, left=None), *rules.bonuses)))
            without = award(order, rules)
            gave = found.gave.get(bonus.key, Fraction(0))
            wanted += alone.gave.get(bonus.key, Fraction(0))
            self.assertEqual(found.exact, without.exact + gave)
            self.assertEqual(gave, min(bonus.left, alone.gave.get(bonus.key, Fraction(0))))
            bonus = replace(bonus, left=bonus.left - gave)
            self.assertEqual(budget - bonus.left, min(wanted, budget))


class TestTakingBack(unittest.TestCase):
    @holds
    def test_all_of_it_back_takes_all_of_the_award(self, rng):
        found = award(random_order(rng), random_kind_of_rules(rng))
        record = recorded(found)
        self.assertEqual(due(record, dict.fromkeys(record.lines, 1), 0), found.amount)
        self.assertEqual(due(record, {}, 0), 0)

    @holds
    def test_piece_by_piece_takes_as_much_as_at_once(self, rng):
        found = award(random_order(rng), random_kind_of_rules(rng))
        record = recorded(found)
        returned, taken = dict.fromkeys(record.lines, Fraction(0)), 0
        for _step in range(5):
            for key in returned:
                returned[key] += (1 - returned[key]) * Fraction(rng.randint(0, 4), 4)
            step = due(record, returned, taken)
            self.assertGreaterEqual(step, 0)
            taken += step
            self.assertLessEqual(taken, found.amount)
        self.assertEqual(taken + due(record, dict.fromkeys(returned, 1), taken), found.amount)

    @holds
    def test_a_visit_stays_one_until_all_of_it_came_back(self, rng):
        order = paid_in_money(random_order(rng))
        order = replace(order, lines=tuple(replace(line, ratio=None) for line in order.lines))
        found = award(order, Rules(ratio=Fraction(1), counts="visit", basis=rng.choice(("net", "gross"))))
        earning = [key for key, part in recorded(found).lines.items() if part]
        if len(earning) < 2:
            return
        self.assertEqual(found.amount, 1)
        kept = rng.choice(earning)
        self.assertEqual(due(recorded(found), {key: 1 for key in earning if key != kept}, 0), 0)
        self.assertEqual(due(recorded(found), dict.fromkeys(earning, 1), 0), 1)


class TestOrderOfRules(unittest.TestCase):
    @holds
    def test_neither_bonuses_nor_lines_have_an_order_budgets_included(self, rng):
        order, rules = random_order(rng), random_kind_of_rules(rng)
        mixed = replace(order, lines=tuple(rng.sample(order.lines, len(order.lines))))
        other = replace(rules, bonuses=tuple(rng.sample(rules.bonuses, len(rules.bonuses))))
        one, two = award(order, rules), award(mixed, other)
        self.assertEqual((one.amount, one.exact, one.gave), (two.amount, two.exact, two.gave))
        known = {line.key: line for line in one.lines}
        self.assertEqual({line.key: self._as_in(line, one) for line in two.lines}, known)

    def _as_in(self, line, other):
        """The bonuses of a line are told in the order of the rules."""
        known = next(own for own in other.lines if own.key == line.key)
        self.assertEqual(set(line.bonuses), set(known.bonuses))
        return replace(line, bonuses=known.bonuses)

    @holds
    def test_programmes_have_no_order_but_their_level(self, rng):
        tiers = list(range(rng.randint(1, 4)))
        programmes = [
            Programme(id=n, tier_id=rng.choice(tiers), level=rng.randint(1, 3)) for n in range(rng.randint(0, 6))
        ]
        for tier in tiers:
            mixed = rng.sample(programmes, len(programmes))
            found = programme_for(tiers, programmes, tier)
            self.assertEqual(programme_for(tiers, mixed, tier), found)
            below = [programme for programme in programmes if programme.tier_id <= tier]
            nearest = max((programme.tier_id for programme in below), default=None)
            own = [programme.level for programme in below if programme.tier_id == nearest]
            self.assertEqual(found and (found.tier_id, found.level), (nearest, min(own)) if own else None)
