import unittest
from dataclasses import replace
from datetime import date

from .. import lots as rules
from ..values import Born
from .support import TODAY, cases, day, holds, make_lot, random_lots


def run_case(case):
    """(takes, absorbed, shortfall, born) of a case, whatever it does."""
    lots = [make_lot(**lot) for lot in case["lots"]]
    if case["do"] == "spend":
        pins = {int(id): amount for id, amount in case.get("pins", {}).items()}
        takes, shortfall = rules.spend(lots, case["amount"], TODAY, pins)
        return takes, 0, shortfall, ()
    if case["do"] == "take_back":
        own = frozenset(case["own"])
        back = rules.take_back(lots, own, case["amount"], TODAY, case.get("own_expired", 0))
        return back.takes, back.absorbed, back.shortfall, ()
    if case["do"] == "give_back":
        taken = [(lot, case["restorable"].get(str(lot.id), 0)) for lot in lots]
        takes, born = rules.give_back(taken, case["amount"], TODAY, case.get("grace", 30))
        return takes, 0, 0, born
    return rules.expire(lots, TODAY), 0, 0, ()


def make_born(amount, since, until, successor_of):
    return Born(amount=amount, available_on=day(since), expires_on=day(until), successor_of=successor_of)


class TestLots(unittest.TestCase):
    def test_cases(self):
        for case in cases("lots"):
            with self.subTest(case["name"]):
                takes, absorbed, shortfall, born = run_case(case)
                found = [(str(take.lot_id), take.amount) for take in takes]
                self.assertEqual(found, list(case["takes"].items()))
                self.assertEqual((absorbed, shortfall), (case.get("absorbed", 0), case.get("shortfall", 0)))
                self.assertEqual(list(born), [make_born(**lot) for lot in case.get("born", ())])

    def test_portions_of_100_in_three_thirty_days_apart(self):
        found = rules.portions(100, 3, 30, TODAY, 90)
        self.assertEqual([born.amount for born in found], [34, 33, 33])
        self.assertEqual([born.available_on for born in found], [day(0), day(30), day(60)])
        self.assertEqual([born.expires_on for born in found], [day(90), day(120), day(150)])
        self.assertEqual([born.portion for born in found], [0, 1, 2])

    def test_portions_of_nothing_are_left_out(self):
        self.assertEqual([born.amount for born in rules.portions(2, 5, 7, TODAY, None)], [1, 1])
        self.assertEqual(rules.portions(0, 3, 7, TODAY, None), ())

    def test_no_validity_never_expires(self):
        for validity in (0, None):
            self.assertEqual([born.expires_on for born in rules.portions(5, 1, 0, TODAY, validity)], [None])

    def test_absurd_portions_are_refused(self):
        absurd = (
            (-1, 1, 0, 0, 0),
            (1, 0, 0, 0, 0),
            (1, 1, -1, 0, 0),
            (1, 1, 0, -1, 0),
            (1, 1, 0, 0, -1),
            (1, 1, 0, 9, 9),
        )
        for amount, count, interval, days, months in absurd:
            with self.subTest(count=count, interval=interval), self.assertRaises(ValueError):
                rules.portions(amount, count, interval, TODAY, days, months)

    def test_months_are_calendar_months(self):
        for start, months, end in (
            ("2025-01-31", 1, "2025-02-28"),
            ("2024-01-31", 1, "2024-02-29"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2024-02-29", 48, "2028-02-29"),
            ("2025-03-15", 6, "2025-09-15"),
            ("2025-08-31", 6, "2026-02-28"),
            ("2025-12-31", 1, "2026-01-31"),
            ("2025-11-30", 3, "2026-02-28"),
        ):
            with self.subTest(start=start, months=months):
                found = rules.portions(5, 1, 0, date.fromisoformat(start), 0, months)
                self.assertEqual([born.expires_on for born in found], [date.fromisoformat(end)])

    def test_months_count_from_each_portions_release(self):
        found = rules.portions(100, 2, 20, date(2025, 1, 15), 0, 1)
        self.assertEqual([born.expires_on for born in found], [date(2025, 2, 15), date(2025, 3, 4)])


class TestLotsProperties(unittest.TestCase):
    def check_takes(self, lots, takes, allowed):
        """Each lot gives at most what it may; answers the sum."""
        taken = {take.lot_id: take.amount for take in takes}
        self.assertEqual(len(taken), len(takes), "one take a lot")
        for lot in lots:
            self.assertLessEqual(taken.get(lot.id, 0), allowed(lot))
            self.assertGreaterEqual(lot.left - taken.get(lot.id, 0), 0)
        self.assertTrue(all(amount > 0 for amount in taken.values()))
        return sum(taken.values())

    @holds
    def test_portions_sum_to_the_award_and_are_released_in_order(self, rng):
        amount, count = rng.randint(0, 500), rng.randint(1, 12)
        validity = rng.choice((None, 0, rng.randint(1, 400)))
        found = rules.portions(amount, count, rng.randint(0, 60), TODAY, validity)
        self.assertEqual(sum(born.amount for born in found), amount)
        self.assertEqual(list(found), sorted(found, key=lambda born: born.available_on))
        amounts = [born.amount for born in found]
        self.assertEqual(amounts, sorted(amounts, reverse=True))
        self.assertLessEqual(max(amounts, default=0) - min(amounts, default=0), 1)
        for born in found:
            self.assertEqual(born.expires_on and (born.expires_on - born.available_on).days, validity or None)

    @holds
    def test_takes_and_shortfall_are_the_amount(self, rng):
        lots, amount = random_lots(rng), rng.randint(0, 150)
        takes, shortfall = rules.spend(lots, amount, TODAY)
        taken = self.check_takes(lots, takes, lambda lot: lot.free if lot.available_on <= TODAY else 0)
        self.assertEqual(taken + shortfall, amount)
        self.assertEqual(shortfall, max(0, amount - rules.usable(lots, TODAY)))

    @holds
    def test_a_hold_finds_what_it_pinned_whatever_the_day(self, rng):
        lots, amount = random_lots(rng), rng.randint(1, 150)
        pins, shortfall = rules.pin(lots, amount, TODAY)
        pins = dict(pins)
        self.assertEqual(sum(pins.values()) + shortfall, amount)
        pinned = [replace(lot, pinned=lot.pinned + pins.get(lot.id, 0)) for lot in lots]
        self.assertTrue(all(lot.pinned <= lot.left for lot in pinned))
        self.assertEqual(rules.usable(pinned, TODAY), rules.usable(lots, TODAY) - sum(pins.values()))
        takes, missing = rules.spend(pinned, sum(pins.values()), day(rng.randint(0, 60)), pins)
        self.assertEqual(({take.lot_id: take.amount for take in takes}, missing), (pins, 0))

    @holds
    def test_a_return_takes_absorbs_or_misses_exactly_its_amount(self, rng):
        lots, amount = random_lots(rng), rng.randint(0, 150)
        own = frozenset(lot.id for lot in lots if rng.random() < 0.5)
        back = rules.take_back(lots, own, amount, TODAY, rng.randint(-20, 40))
        taken = self.check_takes(lots, back.takes, lambda lot: lot.free)
        self.assertEqual(taken + back.absorbed + back.shortfall, amount)
        self.assertGreaterEqual(min(back.absorbed, back.shortfall), 0)

    @holds
    def test_what_is_given_back_was_taken(self, rng):
        lots = random_lots(rng)
        takes, _shortfall = rules.spend(lots, rng.randint(0, 150), TODAY)
        out = {take.lot_id: take.amount for take in takes}
        spent = [replace(lot, left=lot.left - out.get(lot.id, 0)) for lot in lots]
        amount, later = rng.randint(0, sum(out.values())), day(rng.randint(0, 40))
        given, born = rules.give_back([(lot, out.get(lot.id, 0)) for lot in spent], amount, later, 30)
        self.assertEqual(sum(lot.amount for lot in born) - sum(take.amount for take in given), amount)
        for part in born:
            lot = next(lot for lot in lots if lot.id == part.successor_of)
            self.assertLess(lot.expires_on, later)
            self.assertLessEqual(part.amount, out[lot.id])
        for take in given:
            self.assertTrue(0 < -take.amount <= out[take.lot_id])

    @holds
    def test_expiring_leaves_nothing_overdue_but_pins(self, rng):
        lots = random_lots(rng)
        takes = rules.expire(lots, TODAY)
        self.check_takes(lots, takes, lambda lot: lot.free)
        taken = {take.lot_id: take.amount for take in takes}
        after = [replace(lot, left=lot.left - taken.get(lot.id, 0)) for lot in lots]
        self.assertEqual(rules.usable(after, TODAY), rules.usable(lots, TODAY))
        self.assertEqual(rules.expire(after, TODAY), ())
