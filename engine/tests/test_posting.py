import unittest
from dataclasses import replace

from ..lots import portions, usable
from ..posting import Posting, State, apply, claw, credit, debit, expire, rebuild, restore, settle, spendable
from ..values import Take
from .support import TODAY, day, holds, left_by_id, make_lot, random_state


class TestPosting(unittest.TestCase):
    def test_an_award_pays_the_debt_out_of_its_first_portions(self):
        state = State(debt=50)
        found = credit(state, portions(100, 3, 30, TODAY, None))
        self.assertEqual((found.amount, found.debt_delta), (100, -50))
        self.assertEqual([(born.amount, born.portion) for born in found.born], [(17, 1), (33, 2)])
        self.assertEqual(apply(state, found, 1).debt, 0)

    def test_a_spend_is_all_or_nothing(self):
        state = State(lots=(make_lot(1, 60),))
        self.assertEqual(debit(state, 100, TODAY), Posting(shortfall=40))

    def test_a_spend_whose_money_was_taken_leaves_a_debt(self):
        state = State(lots=(make_lot(1, 60),))
        found = debit(state, 100, TODAY, allow_debt=True)
        self.assertEqual((found.amount, found.debt_delta), (-100, 40))
        after = apply(state, found, 2)
        self.assertEqual((after.debt, left_by_id(after), after.balance), (40, {1: 0}, -40))

    def test_a_debt_beside_lots_is_not_spent_around(self):
        state = State(debt=30, lots=(make_lot(1, 100),))
        self.assertEqual(spendable(state, TODAY), 70)
        self.assertEqual(debit(state, 71, TODAY).shortfall, 1)
        self.assertEqual(debit(state, 70, TODAY).amount, -70)

    def test_a_hold_is_honoured_whatever_is_owed_and_whatever_the_day(self):
        state = State(debt=500, lots=(make_lot(1, 100, pinned=80, until=0),))
        found = debit(state, 80, day(9), pins={1: 80})
        self.assertEqual(found.takes, (Take(lot_id=1, amount=80),))
        self.assertEqual(left_by_id(apply(state, found, 2, unpin={1: 80})), {1: 20})

    def test_a_hold_promises_no_more_than_is_pinned(self):
        state = State(debt=100, lots=(make_lot(1, 100, pinned=10),))
        self.assertEqual(debit(state, 80, TODAY, pins={1: 80}).shortfall, 70)

    def test_a_return_of_a_spent_award_is_a_debt_that_the_next_award_pays(self):
        state = State(lots=(make_lot(1, 0, amount=100), make_lot(2, 30)))
        found = claw(state, frozenset({1}), 100, TODAY)
        self.assertEqual((found.amount, found.debt_delta, found.takes), (-100, 70, (Take(lot_id=2, amount=30),)))
        state = apply(state, found, 3)
        state = apply(state, credit(state, portions(90, 1, 0, TODAY, None)), 3)
        self.assertEqual((state.debt, left_by_id(state)), (0, {1: 0, 2: 0, 3: 20}))

    def test_or_the_shop_bears_it(self):
        state = State(lots=(make_lot(1, 0, amount=100), make_lot(2, 30)))
        found = claw(state, frozenset({1}), 100, TODAY, bear=True)
        self.assertEqual((found.amount, found.debt_delta, found.borne), (-30, 0, 70))

    def test_expired_points_of_a_returned_order_are_neither_taken_nor_owed(self):
        state = State(lots=(make_lot(1, 0, since=-90, until=-1, amount=100), make_lot(2, 40)))
        found = claw(state, frozenset({1}), 100, TODAY, own_expired=100)
        self.assertEqual(found, Posting(absorbed=100))

    def test_a_returned_spend_goes_back_where_it_came_from(self):
        before = State(lots=(make_lot(1, 10, until=5), make_lot(2, 40, until=50)))
        spent = debit(before, 30, TODAY)
        state = apply(before, spent, 3)
        self.assertEqual(left_by_id(state), {1: 0, 2: 20})
        back = restore(state, [(state.lots[0], 10), (state.lots[1], 20)], 30, TODAY, 30)
        self.assertEqual(apply(state, back, 3), before)

    def test_after_its_lot_expired_it_has_days_of_grace(self):
        state = State(lots=(make_lot(1, 0, since=-90, until=-1, amount=10),))
        found = restore(state, [(state.lots[0], 10)], 10, TODAY, 30)
        self.assertEqual([(b.amount, b.expires_on, b.successor_of) for b in found.born], [(10, day(30), 1)])
        self.assertEqual(left_by_id(apply(state, found, 2)), {1: 0, 2: 10})

    def test_a_returned_spend_pays_the_debt_first(self):
        state = State(debt=25, lots=(make_lot(1, 0, amount=30),))
        found = restore(state, [(state.lots[0], 30)], 30, TODAY, 30)
        self.assertEqual((found.amount, found.debt_delta, found.takes), (30, -25, (Take(lot_id=1, amount=-5),)))

    def test_a_spend_that_was_a_debt_and_is_paid_comes_back_as_a_lot(self):
        state = State(lots=(make_lot(1, 0, amount=80),))
        found = restore(state, [(state.lots[0], 80)], 100, TODAY, 30, validity_days=365)
        self.assertEqual(found.takes, (Take(lot_id=1, amount=-80),))
        self.assertEqual([(b.amount, b.expires_on, b.successor_of) for b in found.born], [(20, day(365), None)])

    def test_lots_that_came_free_pay_the_debt(self):
        state = State(debt=30, lots=(make_lot(1, 20, pinned=5), make_lot(2, 40, since=3)))
        found = settle(state, TODAY)
        self.assertEqual((found.amount, found.debt_delta, found.takes), (0, -15, (Take(lot_id=1, amount=15),)))
        self.assertEqual(settle(replace(state, debt=0), TODAY), Posting())

    def test_a_posting_that_moves_something_else_than_its_amount_is_refused(self):
        with self.assertRaises(ValueError):
            Posting(amount=-10, takes=(Take(lot_id=1, amount=9),))

    def test_what_a_lot_does_not_hold_is_never_taken(self):
        state = State(lots=(make_lot(1, 10, pinned=4),))
        for lot_id, amount in ((1, 11), (1, 7), (1, -1), (2, 1)):
            with self.subTest(lot=lot_id, amount=amount), self.assertRaises(ValueError):
                apply(state, Posting(amount=-amount, takes=(Take(lot_id=lot_id, amount=amount),)), 2)
        with self.assertRaises(ValueError):
            apply(state, Posting(amount=5, debt_delta=-5), 2)

    def test_amounts_carry_no_sign(self):
        for does in (debit, lambda *given: claw(given[0], frozenset(), *given[1:])):
            with self.assertRaises(ValueError):
                does(State(), -1, TODAY)
        with self.assertRaises(ValueError):
            restore(State(), [], -1, TODAY, 30)


def random_posting(rng, state, today):
    """Any posting that may come next on an account."""
    amount = rng.randint(0, 90)
    own = frozenset(lot.id for lot in state.lots if rng.random() < 0.4)
    taken = [(lot, lot.amount - lot.left) for lot in state.lots if rng.random() < 0.7]
    born = portions(amount, rng.randint(1, 4), rng.randint(0, 20), today, rng.choice((None, rng.randint(1, 40))))
    return rng.choice(
        (
            lambda: credit(state, born),
            lambda: debit(state, amount, today),
            lambda: debit(state, amount, today, allow_debt=True),
            lambda: claw(state, own, amount, today, rng.randint(-9, 30), bear=rng.choice((True, False))),
            lambda: restore(state, taken, amount, today, 30),
            lambda: expire(state, today),
            lambda: settle(state, today),
        )
    )()


class TestPostingProperties(unittest.TestCase):
    @holds
    def test_an_account_is_coherent_through_any_life(self, rng):
        state, today, total, postings, next_id = State(), TODAY, 0, [], 1
        for step in range(rng.randint(1, 25)):
            today = day(step * 3)
            posting = random_posting(rng, state, today)
            state = apply(state, posting, next_id)
            next_id += len(posting.born)
            total += posting.amount
            postings.append(posting)
            self.assertEqual(state.balance, total)
            self.assertGreaterEqual(state.debt, 0)
            self.assertTrue(all(0 <= lot.left <= lot.amount for lot in state.lots))
        self.assertEqual(rebuild(postings), state)

    @holds
    def test_no_posting_touches_what_is_pinned(self, rng):
        state = random_state(rng)
        after = apply(state, random_posting(rng, state, TODAY), 100)
        for lot, then in zip(state.lots, after.lots, strict=False):
            self.assertGreaterEqual(then.left, then.pinned)
            self.assertEqual(replace(then, left=lot.left), lot, "a lot's origin never changes")

    @holds
    def test_a_refused_spend_moves_nothing_and_a_granted_one_all(self, rng):
        state, amount = random_state(rng), rng.randint(0, 150)
        found = debit(state, amount, TODAY)
        self.assertEqual(found.shortfall, max(0, amount - spendable(state, TODAY)))
        self.assertEqual(found.amount, 0 if found.shortfall else -amount)

    @holds
    def test_of_twenty_spends_as_many_succeed_as_there_is(self, rng):
        state = random_state(rng)
        amount, before = rng.randint(1, 40), spendable(state, TODAY)
        granted = 0
        for _attempt in range(20):
            found = debit(state, amount, TODAY)
            granted += not found.shortfall
            state = apply(state, found, 100)
        self.assertEqual(granted, min(20, before // amount))

    @holds
    def test_a_claw_back_owes_or_bears_but_never_both(self, rng):
        state, amount = random_state(rng), rng.randint(0, 150)
        own = frozenset(lot.id for lot in state.lots if rng.random() < 0.5)
        owes, bears = (claw(state, own, amount, TODAY, bear=bear) for bear in (False, True))
        self.assertEqual((owes.takes, owes.absorbed), (bears.takes, bears.absorbed))
        self.assertEqual((owes.debt_delta, owes.borne), (bears.borne, bears.debt_delta))
        self.assertEqual(-owes.amount + owes.absorbed, amount)
        self.assertEqual(-bears.amount + bears.absorbed + bears.borne, amount)

    @holds
    def test_a_spend_returned_in_parts_is_a_spend_returned_at_once(self, rng):
        state = replace(random_state(rng), debt=0)
        amount = rng.randint(0, usable(state.lots, TODAY))
        spent = debit(state, amount, TODAY)
        out = {take.lot_id: take.amount for take in spent.takes}
        now, left = apply(state, spent, 100), amount
        while left:
            part = rng.randint(1, left)
            taken = [(lot, out.get(lot.id, 0)) for lot in now.lots]
            back = restore(now, taken, part, TODAY, 30)
            for take in back.takes:
                out[take.lot_id] += take.amount
            now, left = apply(now, back, 100), left - part
        self.assertEqual(now, state)
