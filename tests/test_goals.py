from datetime import date, datetime
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common_goals import GoalCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestGoals(GoalCommon):
    """What orders count for goals, when these are reached, and what they bring."""

    def test_second_visit_reaches_the_goal_once(self):
        goal = self.goal()
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual((self.progress(goal).value, self.progress(goal).state), (1, "open"))
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual((self.progress(goal).value, self.progress(goal).state), (2, "done"))
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual(self.bought(goal), 50)
        self.assertBalance(30 + 50)

    def test_same_order_sent_thrice_counts_once(self):
        goal = self.goal()
        order = self.sell([(self.cake, 1)], self.ada)
        order._club_sync()
        order._club_sync()
        self.assertEqual(self.progress(goal).value, 1)

    def test_spend_is_what_points_are_earned_on(self):
        goal = self.goal(metric="spend", target=30)
        self.sell([(self.cake, 2)], self.ada)  # 20.00 net, 24.20 with tax
        self.assertEqual(self.progress(goal).value, 2000)
        self.club.basis = "gross"
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual(self.progress(goal).value, 3210)
        self.assertEqual(self.bought(goal), 50)
        self.assertCoherent()

    def test_only_chosen_products_count(self):
        goal = self.goal(metric="units", target=3, product_ids=[Command.set(self.cake.ids)])
        self.sell([(self.cake, 2), (self.coffee, 4)], self.ada)
        self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual(self.progress(goal).value, 2000)
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual(self.bought(goal), 50)

    def test_order_of_what_earns_nothing_is_no_visit(self):
        goal = self.goal()
        self.club.write({"excluded_product_ids": [Command.set(self.cake.product_tmpl_id.ids)]})
        self.sell([(self.cake, 1)], self.ada)
        self.enrol(self.ada)
        self.sell([(self.cake, 1)], self.ada)
        self.assertFalse(self.progress(goal))

    def test_goal_that_is_off_or_elsewhere_counts_nothing(self):
        off = self.goal(is_on=False)
        off.sudo().on_times = [["2020-01-01 00:00:00", "2020-02-01 00:00:00"]]
        gold = self.goal(tier_ids=[Command.set(self.gold.ids)])
        shop = self.goal(is_pos=False)
        over = self.goal(date_to="2020-01-01")
        self.sell([(self.cake, 1)], self.ada)
        self.assertFalse(self.env["club.goal.progress"].search([("goal_id", "in", (off | gold | shop | over).ids)]))

    def test_another_month_is_another_goal(self):
        goal = self.goal()
        member = self.enrol(self.ada)
        for day in ("2024-01-31", "2024-02-01", "2024-02-29", "2024-03-01", "2024-03-02"):
            self._count(goal, member, day)
        self.assertEqual([row.state for row in self.progress(goal)], ["open", "done", "done"])
        self.assertEqual(self.bought(goal), 100)
        self.assertCoherent()

    def _count(self, goal, member, day, number=None):
        """An order of that day, as a document records it."""
        number = number or self.env["club.goal.event"].search_count([]) + 1
        day = date.fromisoformat(day)
        award = {"amount": 1, "decimals": 0, "mode": "down", "lines": []}
        keys = self.env["club.goal.event"]._record([{
            "goal_id": goal.id, "member_id": member.id, "metric": "orders", "source_model": "pos.order",
            "source_id": -number, "source_name": "Order", "part": "",
            "paid_at": datetime.combine(day, datetime.min.time()),
            "day": day, "period": goal._engine().period_of(day), "amount": 1, "data": {"award": award, "parts": {}},
        }])  # fmt: skip
        member._lock()
        self.env["club.goal.progress"]._settle(keys)

    def test_days_in_a_row_and_a_day_that_comes_late(self):
        goal = self.goal(kind="streak", target=3, period="always")
        member = self.enrol(self.ada)
        for day in ("2024-02-28", "2024-03-01", "2024-03-01", "2024-03-03"):
            self._count(goal, member, day)
        self.assertEqual(self.progress(goal).value, 1)
        self._count(goal, member, "2024-02-29")  # a register that was offline
        self.assertEqual(self.progress(goal).value, 3)
        self.assertEqual(self.bought(goal), 50)
        self.assertCoherent()

    def test_day_is_that_of_the_outlet_in_summer_time_too(self):
        goal = self.goal(kind="streak", target=2, period="always")
        self.outlet.tz = "Europe/Brussels"
        days = {}
        for moment in ("2025-10-25 21:59:00", "2025-10-25 22:00:00", "2025-10-26 22:59:00", "2025-10-26 23:00:00"):
            paid = fields.Datetime.to_datetime(moment)
            days[moment] = self.club._rulebook().local(self.outlet.id, paid).date().day
        self.assertEqual(list(days.values()), [25, 26, 26, 27])
        with self._paid_at("2025-10-25 21:30:00"):
            self.sell([(self.cake, 1)], self.ada)
        with self._paid_at("2025-10-26 22:30:00"):  # still the 26th: the clock went back that night
            self.sell([(self.cake, 1)], self.ada)
        self.assertEqual(self.progress(goal).value, 2)
        self.assertEqual(self.bought(goal), 50)

    def _paid_at(self, moment):
        self.club.on_since = self.outlet.opted_in_at = "2025-01-01 00:00:00"
        self.env.flush_all()
        self.env.cr.execute("UPDATE club_program SET live_from = '2025-01-01'")
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        paid = fields.Datetime.to_datetime(moment)
        return patch.object(self.env.registry["pos.order"], "_club_paid_at", lambda order: paid)

    def test_refund_takes_progress_and_reward_and_the_next_order_brings_both_again(self):
        goal = self.goal(metric="units", target=4)
        first = self.sell([(self.cake, 3)], self.ada)
        self.sell([(self.cake, 1)], self.ada)
        self.assertBalance(40 + 50)
        self.refund(first, {self.cake: 1})
        self.assertEqual((self.progress(goal).value, self.progress(goal).state), (3000, "taken"))
        self.assertBalance(30)
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual((self.progress(goal).value, self.progress(goal).state), (4000, "done"))
        self.assertBalance(40 + 50)
        self.refund(first)
        self.assertEqual(self.progress(goal).state, "taken")
        self.assertBalance(20)

    def test_visit_stays_until_all_of_it_came_back(self):
        goal = self.goal(target=1)
        order = self.sell([(self.cake, 2)], self.ada)
        self.refund(order, {self.cake: 1})
        self.assertEqual(self.progress(goal).state, "done")
        self.refund(order, {self.cake: 1})
        self.assertEqual((self.progress(goal).value, self.progress(goal).state), (0, "taken"))
        self.assertBalance(0)

    def test_order_marked_as_earning_nothing_gives_its_progress_back(self):
        goal = self.goal(target=1)
        order = self.sell([(self.cake, 2)], self.ada)
        order.club_no_points = True
        self.assertEqual(self.progress(goal).state, "taken")
        self.assertBalance(0)

    def test_points_that_were_used_are_a_debt_after_the_refund(self):
        self.goal(target=1)
        order = self.sell([(self.cake, 1)], self.ada)
        self.member().adjust(self.unit.id, -60, "Used")
        self.refund(order)
        self.assertBalance(-60)

    def test_merged_members_reach_it_together_and_have_it_once(self):
        goal, alone = self.goal(target=2), self.goal(target=1, units=7)
        self.sell([(self.cake, 1)], self.ada)
        self.sell([(self.cake, 1)], self.bob)
        self.assertEqual((self.bought(goal), self.bought(alone)), (0, 7))
        self.env["base.partner.merge.automatic.wizard"]._merge((self.ada | self.bob).ids, self.ada)
        self.assertEqual((self.progress(goal).value, self.progress(goal).state), (2, "done"))
        self.assertEqual(self.progress(alone).state, "done")
        self.assertBalance(20 + 50 + 14)

    def test_fault_is_repaired_at_night_and_nothing_comes_twice(self):
        goal = self.goal()
        self.sell([(self.cake, 1)], self.ada)
        progress = self.env.registry["club.goal.progress"]
        with patch.object(progress, "_reward", lambda own: None):
            self.sell([(self.cake, 1)], self.ada)
        self.assertEqual(self.bought(goal), 0)
        for _night in range(2):
            with self.enter_registry_test_mode():
                self.env.ref("loyalty_club.ir_cron_reconcile_documents").method_direct_trigger()
        self.assertEqual(self.bought(goal), 50)
        self.assertCoherent()

    def test_lines_added_to_a_paid_order_count_as_items_and_not_as_a_visit(self):
        visits, items = self.goal(target=2), self.goal(metric="units", target=3)
        order = self.quotation([(self.cake, 2)])
        order.action_confirm()
        self.pay(self.invoice(order))
        self.assertEqual(self.progress(items).value, 2000)
        order.order_line = [Command.create({"product_id": self.cake.id, "product_uom_qty": 1, "tax_ids": self.tax.ids})]
        self.pay(self.invoice(order))
        self.assertEqual(self.progress(items).value, 3000)
        self.assertEqual(self.progress(visits).value, 1)
        self.assertEqual(self.bought(items), 50)
        self.assertCoherent()


@tagged("post_install", "-at_install", "loyalty_club")
class TestGoalVoucher(GoalCommon):
    """A reward for a goal is a voucher that cost no points."""

    def setUp(self):
        super().setUp()
        self.reward = self.env["loyalty.program"].create({
            "name": "Free coffee", "club_id": self.club.id, "club_unit_id": self.unit.id, "club_price": 100,
            "program_type": "coupons", "club_offer": "both", "applies_on": "current", "trigger": "with_code",
            "reward_ids": [Command.create({"reward_type": "discount", "discount": 10, "discount_mode": "per_order"})],
        })  # fmt: skip

    def test_voucher_comes_and_goes_with_the_goal(self):
        goal = self.goal(target=1, reward_kind="reward", reward_id=self.reward.id)
        order = self.sell([(self.cake, 1)], self.ada)
        voucher = self.member().voucher_ids
        self.assertEqual((voucher.program_id, voucher.state, voucher.price), (self.reward, "owned", 0))
        self.assertBalance(10)
        self.refund(order)
        self.assertEqual((voucher.state, self.progress(goal).state), ("refunded", "taken"))
        self.assertBalance(0)
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual((voucher.state, self.member().voucher_ids), ("owned", voucher))
        self.assertBalance(10)

    def test_used_voucher_stays_and_no_other_comes(self):
        self.goal(target=1, reward_kind="reward", reward_id=self.reward.id)
        order = self.sell([(self.cake, 1)], self.ada)
        voucher = self.member().voucher_ids
        voucher.card_id.sudo().points = 0
        self.refund(order)
        self.assertEqual(voucher.state, "used")
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual(self.member().voucher_ids, voucher)

    def test_reward_of_a_goal_is_not_archived_under_it(self):
        goal = self.goal(reward_kind="reward", reward_id=self.reward.id)
        with self.assertRaisesRegex(UserError, "Switch the goal off"):
            self.reward.active = False
        goal.is_on = False
        self.reward.active = False
        with self.assertRaisesRegex(ValidationError, "archived"):
            goal.is_on = True


@tagged("post_install", "-at_install", "loyalty_club")
class TestGoalInput(GoalCommon):
    """What may be typed in, and by whom."""

    def assertRefused(self, words, **values):
        with self.assertRaisesRegex(ValidationError, words), self.cr.savepoint():
            self.goal(**values)

    def test_senseless_goals_are_refused_with_a_sentence(self):
        other = self.env["club.club"].create({"name": "Other", "company_ids": False})
        foreign = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertRefused("above 0", target=0)
        self.assertRefused("above 0", target=-1)
        self.assertRefused("whole number", target=2.5)
        self.assertRefused("at most 2 decimals", metric="spend", target=2.555)
        self.assertRefused("at least 2", kind="streak", target=1)
        self.assertRefused("do not fit", kind="streak", target=32, period="month")
        self.assertRefused("Swap them", date_from="2026-02-01", date_to="2026-01-01")
        self.assertRefused("own club", unit_id=other.unit_ids[:1].id)
        self.assertRefused("how many points", units=0)
        self.assertRefused("Choose the reward", reward_kind="reward")
        product = self._product("Foreign", 5, company_id=foreign.id, taxes_id=False)
        self.assertRefused("outside the club", product_ids=[Command.set(product.ids)])

    def test_outlet_of_another_club_is_refused(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        other = self.env["club.club"].create({"name": "Other", "company_ids": [Command.set(company.ids)]})
        outlet = self.env["club.outlet"].create({"name": "There", "club_id": other.id, "company_id": company.id})
        self.assertRefused("own club", outlet_ids=[Command.set(outlet.ids)])

    def test_rule_is_fixed_once_orders_count_and_a_form_may_send_it_unchanged(self):
        goal = self.goal()
        goal.target = 3
        self.sell([(self.cake, 1)], self.ada)
        with self.assertRaisesRegex(UserError, "duplicate"), self.cr.savepoint():
            goal.target = 2
        goal.write({"target": 3, "name": "Three", "units": 60, "is_on": False})
        with self.assertRaisesRegex(UserError, "Archive"), self.cr.savepoint():
            goal.unlink()

    def test_when_it_was_on_is_noted_and_not_typed_in(self):
        typed = [["2000-01-01 00:00:00", None]]
        goal = self.env["club.goal"].create({"name": "Goal", "club_id": self.club.id, "on_times": typed})
        self.assertFalse(goal.on_times)
        goal.is_on = True
        goal.active = False
        self.assertEqual([bool(end) for _begin, end in goal.on_times], [True])
        manager = new_test_user(self.env, "boss", "loyalty_club.loyalty_club_group_manager")
        with self.assertRaisesRegex(UserError, "typed in"):
            goal.with_user(manager).on_times = []

    def test_progress_is_written_by_nobody_in_sudo_neither(self):
        goal = self.goal()
        self.sell([(self.cake, 1)], self.ada)
        event = self.env["club.goal.event"].search([("goal_id", "=", goal.id)])
        for record in (self.progress(goal), event):
            with self.assertRaises(AccessError):
                record.sudo().write({"member_id": self.member().id})
            with self.assertRaises(AccessError):
                record.sudo().unlink()
            with self.assertRaises(AccessError):
                record.sudo().create({})

    def test_customer_reads_no_progress_and_asks_for_no_goals_of_others(self):
        goal = self.goal()
        self.sell([(self.cake, 1)], self.ada)
        eve = new_test_user(self.env, "eve", "base.group_portal")
        with self.assertRaises(AccessError):
            self.member().with_user(eve).goals()
        with self.assertRaises(AccessError):
            self.progress(goal).with_user(eve).read(["value"])
        staff = new_test_user(self.env, "staff", "loyalty_club.loyalty_club_group_user")
        self.assertEqual(self.member().with_user(staff).goals()[0]["text"], "1 of 2 visits this month")
        with self.assertRaises(AccessError):
            goal.with_user(staff).target = 1


@tagged("post_install", "-at_install", "loyalty_club")
class TestGoalWords(GoalCommon):
    """What merchants and members read."""

    def test_rule_is_a_sentence(self):
        said = self.goal(target=5).sentence
        self.assertEqual(said, "5 visits in a calendar month: 50 Beans")
        said = self.goal(metric="spend", target=30, period="quarter", product_ids=[Command.set(self.cake.ids)]).sentence
        self.assertEqual(said, f"{self.club.currency_id.format(30)} spent in a calendar quarter: 50 Beans, with Cake")
        streak = self.goal(kind="streak", target=3, step="week", period="always")
        self.assertEqual(streak.sentence, "3 weeks in a row once for good: 50 Beans")
        self.assertEqual(streak.preview, "1 of 3 weeks in a row")

    def test_figures_of_the_reader_are_decimal_strings(self):
        goal = self.goal(metric="spend", target=30)
        self.sell([(self.cake, 1)], self.ada)
        [row] = self.member().goals()
        self.assertEqual((row["goal_id"], row["progress"], row["target"]), (goal.id, "10.00", "30.00"))
        self.assertEqual((row["percent"], row["is_reached"], row["reward"]), (33, False, "50 Beans"))


@tagged("post_install", "-at_install", "loyalty_club")
class TestGoalQueries(GoalCommon):
    """What goals cost an order and a night, in queries."""

    def _count_order(self):
        order = self.ui_order([(self.cake, 1)], [(self.cash, 12.1)], self.ada)  # no tier is reached
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.sync(order)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _count_warm(self):
        """Without what the first orders after a change read once for all."""
        return min(self._count_order() for _round in range(4))

    def test_twelve_goals_cost_an_order_what_three_do(self):
        def add(count):
            for number in range(count):
                self.goal(target=1000 + number, period="always", metric=("orders", "spend", "units")[number % 3])
            return self._count_warm()

        self.assertEqual(add(3), add(9))

    def test_goals_of_another_club_cost_an_order_nothing(self):
        plain = self._count_warm()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        other = self.env["club.club"].create({"name": "Other", "company_ids": [Command.set(company.ids)]})
        self.goal(club_id=other.id, unit_id=other.unit_ids[:1].id)
        self.assertEqual(self._count_warm(), plain)

    def test_night_asks_two_questions_for_all_members(self):
        goal = self.goal()
        partners = self.env["res.partner"].create([{"name": f"Member {number}"} for number in range(12)])
        for partner in partners:
            self.sell([(self.cake, 1)], partner)
        members = self.env["club.member"].search([("partner_id", "in", partners.ids)])
        self.assertEqual(len(self.env["club.goal.progress"].search([("goal_id", "=", goal.id)])), 12)
        self.env.flush_all()
        goal.mapped("target")
        before = self.env.cr.sql_log_count
        self.assertFalse(self.env["club.goal.progress"]._stale(members.ids))
        self.assertEqual(self.env.cr.sql_log_count - before, 2)
