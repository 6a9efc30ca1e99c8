from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_days import DaysMixin
from .common_pools import PoolsCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestDays(DaysMixin, PoolsCommon):
    """What happened by day is counted bit by bit, and always what the ledger and the orders say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outlet.website_ids = False  # others' orders of the webshop are none of this test's

    def shop_day(self):
        order = self.sell([(self.coffee, 2)], self.ada)
        self.sell([(self.coffee, 1)], self.ada)
        self.sell([(self.cake, 1)])
        return order

    def merge(self, source, target):
        self.env["base.partner.merge.automatic.wizard"].create({
            "dst_partner_id": target.id,
            "partner_ids": [Command.set([target.id, source.id])],
            "state": "selection",
        }).action_merge()  # fmt: skip
        self.env.invalidate_all()

    def test_points_and_orders_of_members_and_of_nobody(self):
        self.shop_day()
        self.count()
        self.assertEqual(self.figures("points", "award", self.today)[:2], (2, 300))
        self.assertEqual(self.figures("orders", "member"), (2, 0, 363.0))
        self.assertEqual(self.figures("orders", "unknown"), (1, 0, 12.1))
        members = self.env["club.day"].search([("topic", "=", "orders"), ("kind", "=", "member")])
        self.assertEqual((sum(members.mapped("customers")), members.outlet_id), (1, self.outlet))
        self.assertEqual(set(members.mapped("channel")), {"pos"})
        self.assertCounted()

    def test_first_order_of_a_customer_is_a_members(self):
        """Whoever becomes a member by an order was one when it was sold."""
        self.sell([(self.coffee, 1)], self.env["res.partner"].create({"name": "New"}))
        self.count()
        self.assertEqual(self.figures("orders", "member")[0], 1)
        self.assertEqual(self.figures("orders", "known")[0], 0)

    def test_refund_lowers_the_sum_and_is_no_order(self):
        self.refund(self.shop_day(), {self.coffee: 1})
        self.count()
        self.assertEqual(self.figures("orders", "member"), (2, 0, 242.0))
        self.assertEqual(self.figures("points", "clawback"), (1, -100, 0))
        self.assertCounted()

    def test_customer_counts_once_a_month_and_once_an_outlet(self):
        for config in (self.register, self.airport_register, self.register):
            self.sell([(self.cake, 1)], self.ada, config=config)
        self.count()
        found = self.env["club.day"].search([("topic", "=", "orders"), ("kind", "=", "member")])
        self.assertEqual(sum(found.mapped("customers")), 1)
        self.assertEqual(sum(found.mapped("outlet_customers")), 2)
        self.assertEqual(sum(found.filtered(lambda row: row.outlet_id == self.airport).mapped("outlet_customers")), 1)

    def test_counting_again_changes_nothing(self):
        self.shop_day()
        self.count()
        once = self.rows()
        self.count()
        self.assertEqual(self.rows(), once)

    def test_order_that_comes_weeks_late_is_on_its_own_day(self):
        self.shop_day()
        self.count()
        order = self.ui_order([(self.coffee, 1)], [(self.cash, 121)], self.ada)
        self.env.cr.execute("UPDATE club_day SET counted_at = counted_at - interval '1 day'")
        self.sync(self.late(order, 20))
        self.count()
        self.assertEqual(self.figures("points", "award", self.today - timedelta(days=20))[:2], (1, 100))
        self.assertEqual(self.figures("orders", "member", self.today - timedelta(days=20))[0], 1)
        self.assertCounted()

    def test_merged_customers_are_one_in_the_months_before(self):
        stranger = self.env["res.partner"].create({"name": "Ada again"})
        self.club.enrolment = "off"
        order = self.ui_order([(self.coffee, 1)], [(self.cash, 121)], stranger)
        self.sync(self.late(order, 40))
        self.club.enrolment = "automatic"
        self.shop_day()
        self.count()
        self.assertEqual(self.figures("orders", "known")[0], 1)
        self.merge(stranger, self.ada)
        self.assertCounted()
        self.merge(self.ada, self.bob)
        self.assertCounted()
        self.assertEqual(self.figures("points", "merge_in")[1], -self.figures("points", "merge_out")[1])

    def test_regrouped_balances_leave_every_day_as_it_was(self):
        self.sell([(self.cake, 3)], self.ada, config=self.airport_register)
        self.count()
        before = self.figures("points", "award")
        self.join()
        self.move_tonight()
        self.assertCounted()
        self.assertEqual(self.figures("points", "award"), before)
        found = self.env["club.day"].search([("topic", "=", "points"), ("kind", "=", "award")])
        self.assertEqual(found.outlet_id, self.airport)

    def test_register_that_moves_takes_its_days_along(self):
        self.shop_day()
        self.count()
        self.register.club_outlet_id = self.airport
        self.assertCounted()
        self.assertEqual(self.env["club.day"].search([("topic", "=", "orders")]).outlet_id, self.airport)

    def test_another_zone_counts_every_day_again(self):
        self.shop_day()
        self.count()
        self.club.tz = "Pacific/Kiritimati"
        self.assertCounted()

    def test_tier_is_the_one_of_then(self):
        self.sell([(self.coffee, 5)], self.ada)
        self.sell([(self.coffee, 1)], self.ada)
        first, second = self.env["club.report"].search([("member_id", "=", self.ada_member.id)], order="id")
        self.env.cr.execute("UPDATE club_move SET moved_at = moved_at + interval '1 second'")
        self.env["club.report"].invalidate_model()
        self.assertEqual((first.points, first.tier_id, self.ada_member.tier_id), (500, self.tier, self.silver))
        self.assertTrue(second)
        self.count()
        self.assertEqual(self.figures("members", "up")[0], 1)

    def test_what_bonus_rules_added_is_known(self):
        self.env["club.bonus"].create({"club_id": self.club.id, "name": "Double"})
        self.env.flush_all()
        self.env.cr.execute("UPDATE club_bonus SET live_from = live_from - interval '1 day'")
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.sell([(self.coffee, 1)], self.ada)
        self.count()
        found = self.env["club.day"].search([("kind", "=", "award")])
        self.assertEqual((sum(found.mapped("points")), sum(found.mapped("extra"))), (200, 100))

    def test_members_by_how_long_ago_they_bought(self):
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual((self.ada_member.activity, self.bob_member.activity), ("active", "none"))
        now = fields.Datetime.now()
        for days, activity in ((89, "active"), (91, "leaving"), (370, "gone")):
            self.ada_member.sudo().last_paid_at = now - timedelta(days=days)
            self.assertEqual(self.ada_member.activity, activity)
            self.assertIn(self.ada_member, self.env["club.member"].search([("activity", "in", [activity])]))
        self.ada_member.sudo().last_paid_at = now - timedelta(days=91)
        self.count()
        self.assertEqual(self.figures("members", "active")[0], 1)
        self.assertEqual(self.figures("members", "leaving")[0], 1)

    def test_how_members_stood_before_anybody_counted(self):
        self.ada_member.sudo().joined_at = fields.Datetime.now() - timedelta(days=200)
        order = self.ui_order([(self.coffee, 1)], [(self.cash, 121)], self.ada)
        self.sync(self.late(order, 170))
        self.count()
        domain = [("kind", "in", ("active", "leaving")), ("day", "<", self.today)]
        ends = self.env["club.day"].search(domain).grouped("day")
        last = self.today.replace(day=1) - timedelta(days=1)
        stood = {row.kind: row.number for row in ends[last]}
        self.assertEqual((stood["active"], stood["leaving"]), (1, 1))
        stood = {row.kind: row.number for row in ends[min(ends)]}
        self.assertEqual((stood["active"], stood["leaving"]), (1, 0))
        self.assertEqual(min(ends).month, (self.today - timedelta(days=170)).month)
        self.count()
        self.env["club.count"]._add(self.club)
        self.count()
        self.assertEqual(len(self.env["club.day"].search([("kind", "=", "active"), ("day", "=", last)])), 1)

    def test_what_members_have_by_the_month_it_was_earned(self):
        self.earn(100)
        self.earn(40, valid=10)
        self.count()
        self.assertEqual(self.figures("owed", "left")[:2], (1, 100))
        self.assertEqual(self.figures("owed", "soon")[:2], (1, 40))

    def test_only_managers_count_and_read_it(self):
        cashier = new_test_user(self.env, "days_cashier", "loyalty_club.loyalty_club_group_user")
        for method in (self.club.action_count, self.club.action_count_all):
            with self.assertRaises(AccessError):
                method.__func__(self.club.with_user(cashier))
        for model in ("club.day", "club.report", "club.report.order"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(cashier).search([])

    def test_sales_of_another_company_are_not_shown(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.club.company_ids |= other
        self.shop_day()
        self.count()
        manager = new_test_user(
            self.env, "days_manager", "loyalty_club.loyalty_club_group_manager",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )  # fmt: skip
        mine = self.env["club.day"].with_user(manager)
        self.assertFalse(mine.search([("topic", "in", ("points", "orders"))]))
        self.assertFalse(self.env["club.report.order"].with_user(manager).search([]))

    def test_the_job_counts_and_is_done(self):
        self.shop_day()
        self.env["club.count"]._add(self.club)
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_club.ir_cron_count_days").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.env["club.count"].search([("club_id", "=", self.club.id)]))
        self.assertEqual(self.figures("orders", "member")[0], 2)
        self.assertCounted()

    # ------------------------------------------------------------------ what changes months long over
    def old_order(self, days=40):
        order = self.quotation([(self.coffee, 1)], self.ada)
        order.team_id = self.team
        order.action_confirm()
        order.date_order = fields.Datetime.now() - timedelta(days=days)
        self.count()
        self.assertEqual(self.figures("orders")[0], 1)
        self.long_ago()
        return order

    def test_order_that_is_cancelled_is_in_no_month(self):
        order = self.old_order()
        order._action_cancel()
        self.assertCounted()
        self.assertEqual(self.figures("orders")[0], 0)

    def test_order_of_another_day_or_team_leaves_its_month(self):
        order = self.old_order()
        order.date_order = fields.Datetime.now() - timedelta(days=80)
        self.assertCounted()
        self.long_ago()
        order.team_id = self.env["crm.team"].create({"name": "Of no outlet"})
        self.assertCounted()
        self.assertEqual(self.figures("orders")[0], 0)

    def test_order_that_a_register_takes_over_is_sold_there(self):
        order = self.old_order()
        self.sell([(self.coffee, 1)], self.ada).lines.sale_order_origin_id = order
        self.assertCounted()
        self.assertEqual(self.figures("orders", "member")[::2], (1, 121.0))

    def test_invoice_of_another_day_leaves_its_month(self):
        line = Command.create({"product_id": self.coffee.id, "quantity": 1})
        invoice = self.env["account.move"].create({
            "move_type": "out_invoice",
            "partner_id": self.ada.id,
            "team_id": self.team.id,
            "invoice_date": self.today - timedelta(days=40),
            "invoice_line_ids": [line],
        })  # fmt: skip
        invoice.action_post()
        self.count()
        self.assertEqual(self.figures("orders")[0], 1)
        self.long_ago()
        invoice.button_draft()
        invoice.invoice_date = self.today - timedelta(days=80)
        invoice.action_post()
        self.assertCounted()
        self.assertEqual(self.figures("orders")[0], 1)

    # ------------------------------------------------------------------ no time for all of it
    def test_count_without_time_goes_on_where_it_stopped(self):
        """The host gives a job ten seconds: months that were counted are not counted again and again."""
        for days in (40, 75, 105):
            self.earn(10, business_at=fields.Datetime.now() - timedelta(days=days))
        days, counted = type(self.env["club.day"]), []
        count_month = days._count_month

        def noted(model, club, month, now):
            counted.append(month)
            return count_month(model, club, month, now)

        for is_all in (True, False):
            counted.clear()
            if is_all:
                self.env["club.count"]._add(self.club)
            with patch.object(days, "_count_month", noted):
                for _run in range(4):
                    self.assertTrue(self.env["club.count"].search([("club_id", "=", self.club.id)]) or not counted)
                    self.club._count(commit=lambda left: False)
            self.assertEqual(len(counted), 4)
            self.assertEqual(counted, sorted(set(counted)), "each once, in their order")
            self.assertFalse(self.env["club.count"].search([("club_id", "=", self.club.id)]))
            self.count()
        self.assertCounted()

    def test_what_came_between_is_counted_though_the_count_goes_on_days_later(self):
        for days in (40, 75):
            self.earn(10, business_at=fields.Datetime.now() - timedelta(days=days))
        self.env["club.count"]._add(self.club)
        self.club._count(commit=lambda left: left > 2)
        self.earn(5, business_at=fields.Datetime.now() - timedelta(days=75))  # of a month that was counted already
        self.env.cr.execute("UPDATE club_day SET counted_at = counted_at - INTERVAL '3 days'")
        self.long_ago()
        self.count()
        self.assertCounted()
