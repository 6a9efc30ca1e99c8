import random
from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import freeze_time, new_test_user, tagged

from .common_goals import GoalCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestGoalsTime(GoalCommon):
    """A year of orders: calendar periods, leap days, summer time, refunds that come later."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club.on_since = cls.outlet.opted_in_at = "2023-01-01 00:00:00"
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE club_program SET live_from = '2023-01-01' WHERE id = %s", [cls.program.id])
        cls.env.invalidate_all()
        cls.env.registry.clear_cache()

    def buy(self, moment, quantity=1):
        """A cake that was paid at that moment (UTC)."""
        paid = fields.Datetime.to_datetime(moment)
        with patch.object(self.env.registry["pos.order"], "_club_paid_at", lambda order: paid):
            return self.sell([(self.cake, quantity)], self.ada)

    def periods(self, goal, state="done"):
        return [str(row.period) for row in self.progress(goal) if row.state == state]

    def test_visit_every_ten_days_of_a_year_is_rewarded_in_each_month_that_has_three(self):
        month, quarter = self.goal(target=3), self.goal(target=9, period="quarter", units=7)
        day, expected = date(2024, 1, 1), {}
        while day.year == 2024:
            self.buy(f"{day} 12:00:00")
            expected[day.month] = expected.get(day.month, 0) + 1
            day += timedelta(days=10)
        full = [number for number, count in expected.items() if count >= 3]
        self.assertEqual(self.periods(month), [f"2024-{number:02d}-01" for number in full])
        by_quarter = [sum(expected[3 * quarter + number] for number in (1, 2, 3)) for quarter in range(4)]
        self.assertEqual([row.value for row in self.progress(quarter)], by_quarter)
        self.assertEqual(self.bought(month), 50 * len(full))
        self.assertEqual(self.bought(quarter), 7 * sum(count >= 9 for count in by_quarter))
        self.assertCoherent()

    def test_leap_day_is_a_day_of_the_run_and_in_common_years_none_is_missing(self):
        goal = self.goal(kind="streak", target=3, period="always")
        for day in ("2024-02-28", "2024-03-01"):
            self.buy(f"{day} 12:00:00")
        self.assertEqual(self.progress(goal).value, 1)
        self.buy("2024-02-29 12:00:00")
        self.assertEqual(self.progress(goal).state, "done")
        common = self.goal(kind="streak", target=2, period="always")
        for day in ("2025-02-28", "2025-03-01"):
            self.buy(f"{day} 12:00:00")
        self.assertEqual(self.progress(common).state, "done")

    def test_days_around_both_changes_of_the_clock(self):
        goal = self.goal(kind="streak", target=3, period="always")
        self.outlet.tz = "Europe/Brussels"
        # 30 March 2025 has 23 hours, 26 October 25; each order is just after or before a local midnight.
        for moment in ("2025-03-28 23:05:00", "2025-03-29 23:05:00", "2025-03-30 22:05:00"):
            self.buy(moment)
        days = self.env["club.goal.event"].search([("goal_id", "=", goal.id)]).mapped("day")
        self.assertEqual(sorted(map(str, days)), ["2025-03-29", "2025-03-30", "2025-03-31"])
        self.assertEqual(self.progress(goal).state, "done")
        self.buy("2025-10-25 22:05:00")
        self.buy("2025-10-26 23:05:00")
        days = self.env["club.goal.event"].search([("goal_id", "=", goal.id), ("day", ">", "2025-06-01")]).mapped("day")
        self.assertEqual(sorted(map(str, days)), ["2025-10-26", "2025-10-27"])

    def test_outlets_of_two_zones_count_by_their_own_day(self):
        goal = self.goal(kind="streak", target=2, period="always")
        other = self.env["club.outlet"].create({
            "club_id": self.club.id, "company_id": self.company.id, "name": "Far East", "tz": "Asia/Tokyo",
            "pos_config_ids": [Command.set(self._register("Tokyo").ids)],
        })  # fmt: skip
        other.opted_in_at = "2023-01-01 00:00:00"
        self.buy("2024-05-01 20:00:00")
        with patch.object(self.env.registry["pos.order"], "_club_outlet", lambda order: other):
            self.buy("2024-05-01 20:00:00")  # the 2nd in Tokyo
        self.assertEqual(self.progress(goal).state, "done")

    def test_refund_in_the_next_month_takes_the_reward_of_the_month_of_the_order(self):
        goal = self.goal(target=2)
        first = self.buy("2024-01-30 12:00:00")
        self.buy("2024-01-31 12:00:00")
        self.buy("2024-02-01 12:00:00")
        self.assertEqual(self.periods(goal), ["2024-01-01"])
        self.refund(first)
        self.assertEqual((self.periods(goal), self.periods(goal, "taken")), ([], ["2024-01-01"]))
        self.assertEqual(self.progress(goal)[1].value, 1)
        self.assertBalance(20)

    def test_goal_that_was_switched_off_counts_late_orders_of_when_it_was_on(self):
        goal = self.goal(target=2)
        goal.sudo().on_times = [["2024-01-01 00:00:00", "2024-02-01 00:00:00"]]
        goal.is_on = False
        for moment in ("2024-01-31 23:59:59", "2024-02-01 00:00:00", "2023-12-31 23:59:59"):
            self.buy(moment)
        self.assertEqual([row.value for row in self.progress(goal)], [1])

    def test_what_is_shown_of_a_streak_follows_the_clock(self):
        self.goal(kind="streak", target=5, period="always")
        self.buy("2024-05-01 12:00:00")
        self.buy("2024-05-02 12:00:00")
        shown = []
        for moment in ("2024-05-02 20:00:00", "2024-05-03 23:59:00", "2024-05-04 00:01:00"):
            with freeze_time(moment):
                shown.append(self.member().goals()[0]["progress"])
        self.assertEqual(shown, ["2", "2", "0"])


@tagged("post_install", "-at_install", "loyalty_club")
class TestGoalsAttacks(GoalCommon):
    """What somebody tries who wants more than they bought."""

    def test_calls_over_rpc_write_nothing(self):
        goal = self.goal(target=1)
        self.sell([(self.cake, 1)], self.ada)
        progress = self.progress(goal)
        event = self.env["club.goal.event"].search([("goal_id", "=", goal.id)])
        manager = new_test_user(self.env, "boss", "loyalty_club.loyalty_club_group_manager")
        portal = new_test_user(self.env, "eve", "base.group_portal")
        calls = (
            ("club.goal.progress", "write", [progress.ids, {"value": 99}]),
            ("club.goal.progress", "create", [[{"goal_id": goal.id, "member_id": 1, "period": "2024-01-01"}]]),
            ("club.goal.progress", "unlink", [progress.ids]),
            ("club.goal.event", "write", [event.ids, {"remaining": 99}]),
            ("club.goal.event", "unlink", [event.ids]),
            ("club.goal.progress", "_settle", [[[goal.id, self.member().id, "2024-01-01"]]]),
            ("club.goal.progress", "_reward", [progress.ids]),
            ("club.goal.event", "_record", [[]]),
        )
        for user in (manager, portal):
            for model, method, args in calls:
                own = self.env(user=user, su=False)[model]
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError), self.cr.savepoint():
                    call_kw(own, method, list(args), {"context": {"club_door": True}})
        self.assertEqual((progress.value, self.bought(goal)), (1, 50))

    def test_another_companys_staff_sees_nothing_of_it(self):
        goal = self.goal(target=1)
        self.sell([(self.cake, 1)], self.ada)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "stranger", "loyalty_club.loyalty_club_group_manager",
            company_id=company.id, company_ids=[Command.set(company.ids)],
        )  # fmt: skip
        for model in ("club.goal", "club.goal.event", "club.goal.progress"):
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)
        with self.assertRaises(AccessError):
            goal.with_user(stranger).name = "Mine"

    def test_buying_and_returning_again_and_again_leaves_nothing(self):
        goal = self.goal(target=1)
        for _round in range(4):
            self.refund(self.sell([(self.cake, 1)], self.ada))
        self.assertEqual((self.progress(goal).value, self.bought(goal)), (0, 0))
        self.assertBalance(0)

    def test_order_paid_with_points_alone_is_no_visit(self):
        goal = self.goal(target=1)
        member = self.enrol(points=100000)
        self.assertFalse(self.progress(goal))
        order = self.sell([(self.cake, 1, {"discount": 100})], self.ada)
        self.assertEqual(order.amount_total, 0)
        self.assertFalse(self.progress(goal))
        self.assertTrue(member)
        self.assertCoherent()

    def test_forged_dates_of_a_register_count_within_its_session(self):
        goal = self.goal(target=1)
        self.sell([(self.cake, 1)], self.ada, date_order="2020-01-01 12:00:00")
        self.assertEqual(self.progress(goal).period, self.club._today().replace(day=1))

    def test_any_life_of_orders_leaves_what_they_come_to(self):
        for seed in range(3):
            with self.subTest(seed=seed):
                self._live(random.Random(seed), self.env["res.partner"].create({"name": f"Customer {seed}"}))

    def _live(self, rng, customer):
        """Orders, part refunds, orders marked and unmarked: then each goal is what is left of them."""
        goals = self.goal(target=3, units=7), self.goal(metric="units", target=5, units=11)
        orders = []
        for _step in range(14):
            order = rng.choice(orders) if orders else None
            left = order and sum(line.qty - line.refunded_qty for line in order.lines)
            action = rng.choice(("sell", "sell", "refund", "mark"))
            if action == "refund" and left:
                self.refund(order, {self.cake: rng.randint(1, int(left))})
            elif action == "mark" and order:
                order.club_no_points = not order.club_no_points
            elif action == "sell":
                orders.append(self.sell([(self.cake, rng.randint(1, 3))], customer))
        kept = [
            sum(line.qty - line.refunded_qty for line in order.lines) for order in orders if not order.club_no_points
        ]
        for goal, value in zip(goals, (sum(left > 0 for left in kept), 1000 * sum(kept)), strict=True):
            row = self.progress(goal, customer)
            self.assertEqual(row.value, value)
            is_reached = value >= goal._engine().target
            self.assertEqual(row.state == "done", is_reached)
            self.assertEqual(self.bought(goal, customer), goal.units if is_reached else 0)
        self.assertFalse(self.env["club.goal.progress"]._stale(self.member(customer).ids))
        self.assertCoherent()

    def test_duplicate_of_a_goal_starts_from_nothing_and_off(self):
        goal = self.goal(target=1)
        self.sell([(self.cake, 1)], self.ada)
        copy = goal.copy()
        self.assertEqual((copy.is_on, copy.on_times, copy.reached_count, goal.reached_count), (False, False, 0, 1))
        with self.assertRaises(UserError):
            goal.club_id = self.env["club.club"].create({"name": "Other"})
