from collections import Counter
from copy import deepcopy
from functools import partial

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service.model import MAX_TRIES_ON_CONCURRENCY_FAILURE, call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errorcodes import DEADLOCK_DETECTED
from psycopg2.errors import SerializationFailure

from ..models.batches import in_batches
from ..models.ledger import Intent, Source
from .common_races import RacesCase


@tagged("post_install", "-at_install")
class TestRaces(RacesCase):
    """Whatever comes at once is done once, completely, or refused in words."""

    def adjust(self, amount, member_id, env):
        """What a manager's browser, or any other system, sends."""
        args = [[member_id], self.unit.id, amount, "Race"]
        return call_kw(env["club.member"], "adjust", args, {}) and "done"

    def promise(self, member_id, order, env):
        hold = call_kw(env["club.member"], "authorise", [[member_id], self.unit.id, 100, order], {})
        return hold and "done"

    def sync_ui(self, order, env):
        result = env["pos.order"].sync_from_ui([deepcopy(order)])
        return [row["id"] for row in result["pos.order"]]

    def opened(self, name, points=0):
        member = self.enrol(self.partner(name), points)
        self.fresh()
        return member

    def assertOneOf(self, results, refusal):
        """One succeeded; each of the others got a sentence."""
        done = [result for result in results if not isinstance(result, Exception)]
        refused = [error for error in results if isinstance(error, Exception)]
        self.assertEqual(Counter(type(error) for error in refused), {UserError: len(results) - 1}, refused)
        self.assertEqual(len(done), 1)
        for error in refused:
            self.assertRegex(str(error), refusal)

    # ------------------------------------------------------------------ spending
    def test_twenty_spend_the_last_hundred_and_one_succeeds(self):
        member = self.opened("Twenty spends", 100)
        results = self.race([partial(self.adjust, -100, member.id)] * 20)
        self.assertOneOf(results, "too few|in use right now")
        self.assertEqual(member.account_ids.balance, 0)
        self.assertEqual(len(member.account_ids.entry_ids), 2)
        self.assertCoherent()

    def test_twenty_orders_ask_for_the_last_hundred_and_one_gets_them(self):
        member = self.opened("Twenty promises", 100)
        results = self.race([partial(self.promise, member.id, f"order-{index}") for index in range(20)])
        self.assertOneOf(results, "[Aa]t most 0|in use right now")
        self.assertEqual(member.hold_ids.mapped("amount"), [100])
        self.assertCoherent()

    def test_one_promise_captured_five_times_at_once_spends_once(self):
        member = self.opened("Captures", 100)
        hold = self.env["club.hold"]._authorise(
            member.account_ids, 60, 0.6, self.company.currency_id, "sale", ("pos.order", "captures")
        )
        self.fresh()

        def capture(env):
            return env["club.hold"].browse(hold.id)._capture(Source(name="Race")).id

        results = self.race([capture] * 5)
        self.assertEqual(set(results), {hold.entry_id.id})
        self.assertEqual(member.account_ids.balance, 40)
        self.assertCoherent()

    # ------------------------------------------------------------------ earning
    def test_eight_earn_at_once_and_nothing_is_lost(self):
        member = self.opened("Eight earns")
        results = self.race([partial(self.adjust, 5, member.id)] * 8)
        self.assertEqual(results, ["done"] * 8)
        self.assertEqual(member.account_ids.balance, 40)
        self.assertCoherent()

    def test_eight_posts_of_one_key_make_one_entry(self):
        member = self.opened("One key", 1)
        account = member.account_ids

        def earn(env):
            intent = Intent(account_id=account.id, kind="award", key="race:one-key", amount=5)
            return env["club.entry"]._post([intent]).id

        self.assertEqual(len(set(self.race([earn] * 8))), 1)
        self.assertEqual(account.balance, 6)
        self.assertCoherent()

    def test_two_first_orders_make_one_member_and_one_balance(self):
        partner = self.partner("First orders")
        orders = [self.cash_order([(self.cake, 1)], partner, register) for register in (self.register, self.second)]
        results = self.race([partial(self.sync_ui, order) for order in orders])
        self.assertEqual([len(ids) for ids in results], [1, 1])
        member = self.env["club.member"].search([("partner_id", "=", partner.id)])
        self.assertEqual((len(member), len(member.account_ids), member.account_ids.balance), (1, 1, 20))
        self.assertCoherent()

    def test_order_synced_three_times_at_once_earns_once(self):
        member = self.opened("Three syncs")
        order = self.cash_order([(self.cake, 3)], member.partner_id, self.register)
        results = self.race([partial(self.sync_ui, order)] * 3)
        self.assertEqual(len({tuple(ids) for ids in results}), 1)
        self.assertEqual(member.account_ids.balance, 30)
        self.assertEqual(member.account_ids.entry_ids.mapped("kind"), ["award"])
        self.assertCoherent()

    def cash_order(self, lines, partner, register):
        order = self.ui_order(lines, [(self.cash, 0.0)], partner, register)
        method = register.payment_method_ids.filtered("is_cash_count")
        order["payment_ids"][0][2].update(amount=order["amount_total"], payment_method_id=method.id)
        self.fresh()
        return order

    # ------------------------------------------------------------------ locks
    def test_two_members_in_opposite_order_never_deadlock(self):
        one, two = self.opened("Left", 100), self.opened("Right", 100)
        accounts = [one.account_ids.id, two.account_ids.id]

        def move(turn, way, env):
            intents = [
                Intent(account_id=account, kind="award", key=f"race:{turn}:{account}", amount=1)
                for account in (accounts if way else accounts[::-1])
            ]
            return env["club.entry"]._post(intents).ids

        results = self.race_on([partial(move, turn, turn % 2) for turn in range(8)])
        self.assertFalse([error for error in results if isinstance(error, Exception)])
        self.assertNotIn(DEADLOCK_DETECTED, self.collisions)
        self.assertEqual([one.account_ids.balance, two.account_ids.balance], [108, 108])
        self.assertCoherent()

    def test_stale_reader_cannot_lock(self):
        """What was read before the lock is what there is, or the lock fails and the request starts anew."""
        member = self.opened("Stale", 100)
        account, tries = member.account_ids, []

        def spend_what_was_read(env):
            seen = env["club.account"].browse(account.id).balance
            tries.append(seen)
            if len(tries) == 1:
                self.elsewhere(partial(self.adjust, -60, member.id))
            return env["club.member"].browse(member.id)._adjust(self.unit, -seen, "All of it").id

        with self.without_waiting():
            [result] = self.race([spend_what_was_read])
        self.assertIsInstance(result, int)
        self.assertEqual((tries, account.balance), ([100, 40], 0))
        self.assertCoherent()

    def elsewhere(self, work):
        """Another request, from start to commit, while the first one is under way."""
        with self.registry.cursor() as cursor:
            work(api.Environment(cursor, SUPERUSER_ID, {}))
            cursor.commit()

    def test_last_try_says_that_the_balance_is_in_use(self):
        member = self.opened("Busy", 100)
        tries = []

        def collide(env):
            tries.append(env["club.member"].browse(member.id).lifetime)
            self.elsewhere(partial(self.adjust, 1, member.id))
            return self.adjust(-10, member.id, env)

        with self.without_waiting():
            [result] = self.race([collide])
        self.assertEqual(len(tries), MAX_TRIES_ON_CONCURRENCY_FAILURE)
        self.assertIsInstance(result, UserError)
        self.assertIn("in use right now", str(result))
        self.assertEqual(member.account_ids.balance, 100 + MAX_TRIES_ON_CONCURRENCY_FAILURE)
        self.assertCoherent()

    @mute_logger("odoo.sql_db")
    def test_scheduled_job_repeats_its_batch_by_itself(self):
        members = [self.opened("Batch one", 10), self.opened("Batch two", 10)]
        tries = []

        def work(env, ids):
            tries.append(ids)
            env["club.member"].browse(ids).mapped("lifetime")
            if len(tries) == 1:
                self.elsewhere(partial(self.adjust, 1, ids[0]))
            for member_id in ids:
                self.adjust(5, member_id, env)

        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            done = in_batches(env, [member.id for member in members], partial(work, env), size=1)
        self.fresh()
        self.assertEqual(done, 2)
        self.assertEqual([len(ids) for ids in tries], [1, 1, 1])
        self.assertEqual([member.account_ids.balance for member in members], [16, 15])
        self.assertCoherent()

    # ------------------------------------------------------------------ counting
    def test_who_did_not_see_what_another_counted_does_not_count_it_twice(self):
        """Two managers open a new club's dashboard: without days to delete, the second would add all of them again."""
        self.opened("Counted once", 100)
        self.env["club.count"].search([("club_id", "=", self.club.id)]).unlink()
        self.fresh()
        with self.registry.cursor() as cursor:
            club = self.club.with_env(api.Environment(cursor, SUPERUSER_ID, {}))
            self.assertFalse(club._counted_at(), "what this one sees from now on")
            self.club._count()
            self.fresh()
            with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
                club._count()
        self.race([lambda env: env["club.club"].browse(self.club.id).action_count()] * 4)
        self.fresh()
        members = self.env["club.member"].search_count([("club_id", "=", self.club.id)])
        self.cr.execute(
            "SELECT SUM(number) FROM club_day WHERE club_id = %s AND day = %s AND kind = 'total'",
            [self.club.id, self.club._today()],
        )
        self.assertEqual(self.cr.fetchall(), [(members,)])
