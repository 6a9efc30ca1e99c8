from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_days import DaysMixin
from .common_ledger import LedgerCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestDashboard(DaysMixin, LedgerCommon):
    """Figures of a period, each with its trend, a word where it is off, and the records behind it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outlet.website_ids = False

    def look(self, **filters):
        self.env.flush_all()
        return self.env["club.club"].get_dashboard(club_id=self.club.id, **filters)

    def figure(self, key, **filters):
        return next(card for card in self.look(**filters)["cards"] if card["key"] == key)

    def table(self, name, **filters):
        tables = {table["name"]: table for table in self.look(**filters)["tables"]}
        return {row["name"]: row["cells"] for row in tables[name]["rows"]} if name in tables else {}

    def open(self, key, **filters):
        """The records that a figure opens, as its list does."""
        action = self.env["club.club"].open_dashboard(key, club_id=self.club.id, **filters)
        self.env.invalidate_all()
        return self.env[action["res_model"]].search(action["domain"])

    def test_a_new_club_is_told_where_to_begin(self):
        club = self.env["club.club"].create({"name": "New", "company_ids": [Command.set(self.company.ids)]})
        club._count()
        self.assertTrue(self.env["club.club"].get_dashboard(club_id=club.id)["is_new"])

    def test_redemption_is_used_by_earned_and_opens_both(self):
        order = self.sell([(self.coffee, 3)], self.ada)
        self.post("spend", 90)
        self.count()
        card = self.figure("points")
        self.assertEqual((card["value"], card["note"]), ("30 %", "300 earned, 90 used, 0 expired"))
        self.assertFalse(card["advice"])
        self.assertEqual(self.open("points").mapped("points"), [-90, 300])
        self.assertEqual(self.open("earned").source_name, order.name)
        self.assertCounted()

    def test_low_and_high_use_say_what_to_do(self):
        self.earn(100)
        self.count()
        self.assertIn("hardly use it", self.figure("points")["advice"])
        self.club.is_redeem_allowed = False
        self.assertIn("switched off", self.figure("points")["advice"])
        self.post("spend", 95)
        self.count()
        self.assertIn("nearly all", self.figure("points")["advice"])

    def test_trend_is_beside_the_days_before(self):
        self.earn(100, business_at=fields.Datetime.now() - timedelta(days=40))
        self.post("spend", 10, business_at=fields.Datetime.now() - timedelta(days=40))
        self.earn(100)
        self.post("spend", 20)
        self.count()
        card = self.figure("spent")
        self.assertEqual((card["trend"], card["way"]), ("100 %", "up"))
        self.assertEqual(self.figure("points", period="week")["trend"], "")

    def test_trend_in_words(self):
        trend = self.club._dashboard_trend
        self.assertEqual(trend(5, None), ("", ""))
        self.assertEqual(trend(0, 0), ("", ""))
        self.assertEqual(trend(3, 0), ("from 0", "up"))
        self.assertEqual(trend(4, 4), ("0 %", ""))
        self.assertEqual(trend(1, 4), ("75 %", "down"))
        self.assertEqual(trend(400, 4), ("more than tenfold", "up"))

    def test_members_and_others_by_how_often_and_how_much(self):
        self.sell([(self.coffee, 1)], self.ada)
        self.sell([(self.coffee, 1)], self.ada)
        self.sell([(self.coffee, 1)])
        self.sell([(self.cake, 10)])
        rows, money = self.table_after("sales"), self.club.currency_id.format
        self.assertEqual(rows["Members"], ["2", "2.0", money(121), money(242)])
        self.assertEqual(rows["No customer named"], ["2", "–", money(121), money(242)])
        self.assertEqual(self.figure("active")["note"], "of 2, with 50 % of the sales")
        self.assertEqual(len(self.open("orders:member")), 2)
        self.assertEqual(sum(self.open("orders:unknown").mapped("money")), 242)

    def table_after(self, name):
        self.count()
        return self.table(name)

    def test_how_often_is_of_whole_months(self):
        """Who bought on the 3rd is no customer less in the days around the 20th."""
        self.ada_member.sudo().joined_at = fields.Datetime.now() - timedelta(days=200)
        month = (self.today.replace(day=1) - timedelta(days=40)).replace(day=1)
        for day in (3, 20):
            order = self.ui_order([(self.cake, 1)], [(self.cash, 12.1)], self.ada)
            self.sync(self.late(order, (self.today - month.replace(day=day)).days))
        self.count()
        week = {"period": "own", "first": month.replace(day=18), "last": month.replace(day=24)}
        self.assertEqual(self.table("sales", **week)["Members"][:2], ["1", "2.0"])
        self.assertEqual(len(self.open("orders:member", **week)), 1)
        self.assertEqual(self.figure("active")["note"].split(":")[0], "members in all", "no sales, no share of them")

    def test_larger_orders_of_members_are_said(self):
        self.sell([(self.coffee, 2)], self.ada)
        self.sell([(self.coffee, 1)])
        self.count()
        [note] = [table["note"] for table in self.look()["tables"] if table["name"] == "sales"]
        self.assertEqual(note, "An order of a member is 100 % larger than one of others.")

    def test_what_is_owed_by_age_and_each_member(self):
        old = fields.Datetime.now() - timedelta(days=500)
        self.earn(300, business_at=old)
        self.earn(100)
        self.count()
        card = self.figure("owed")
        self.assertEqual((card["value"], card["note"]), (self.club.currency_id.format(4), "400 Beans, 200 a member"))
        self.assertIn("older than a year", card["advice"])
        rows = self.look()["owed"]["rows"]
        self.assertEqual([row["text"] for row in rows], ["100", "0", "0", "300"])
        self.assertEqual(self.open(rows[3]["key"]).mapped("left_amount"), [300])
        self.assertEqual(self.open(rows[0]["key"]).mapped("left_amount"), [100])
        self.assertEqual(sum(self.open("owed").mapped("balance")), 400)

    def test_who_is_about_to_leave_is_named_and_missed(self):
        self.sell([(self.cake, 1)], self.ada)
        self.ada_member.sudo().last_paid_at = fields.Datetime.now() - timedelta(days=100)
        self.count()
        card = self.figure("leaving")
        self.assertEqual(card["value"], "1")
        self.assertIn("Long not seen", card["advice"])
        self.assertEqual(self.open("leaving"), self.ada_member)
        by_word = [self.env["club.member"].search([("activity", "=", word), ("club_id", "=", self.club.id)])
                   for word in ("active", "leaving")]  # fmt: skip
        self.assertEqual(by_word, [self.env["club.member"], self.ada_member], "each by the word that it has")
        self.assertEqual(self.open("active"), self.ada_member)

    def test_tiers_with_their_moves(self):
        self.sell([(self.coffee, 5)], self.ada)
        rows = self.table_after("tiers")
        self.assertEqual((rows["Member"], rows["Silver"]), (["1", "0", "0", "0"], ["1", "1", "1", "0"]))
        self.assertEqual(self.open(f"tier:{self.silver.id}"), self.ada_member)
        self.assertEqual(self.open(f"moves:{self.silver.id}").member_id, self.ada_member)

    def test_bars_by_day_week_and_month_open_their_own(self):
        self.earn(100)
        self.earn(50, business_at=fields.Datetime.now() - timedelta(days=1))
        self.count()
        bars = self.look()["bars"]
        self.assertEqual((len(bars["days"]), bars["earned"][-2:]), (30, [50, 100]))
        self.assertEqual(self.open(f"bar:{bars['days'][-2]}:earned").points, 50)
        for step in ("week", "month"):
            bars = self.look(step=step)["bars"]
            self.assertEqual(sum(bars["earned"]), 150)
            found = [self.open(f"bar:{day}:earned", step=step) for day in bars["days"]]
            self.assertEqual([sum(each.mapped("points")) for each in found], bars["earned"])

    def test_other_outlet_and_unit_have_their_own_figures(self):
        self.sell([(self.coffee, 1)], self.ada)
        other = self.env["club.outlet"].create({"club_id": self.club.id, "name": "Market"})
        stamps = self.env["club.unit"].create({"club_id": self.club.id, "kind": "stamps", "name": "Stamp"})
        self.count()
        self.assertEqual(self.figure("points", outlet_id=self.outlet.id)["note"], "100 earned, 0 used, 0 expired")
        self.assertEqual(self.figure("points", outlet_id=other.id)["value"], "–")
        self.assertEqual(self.figure("owed", outlet_id=other.id)["scope"], "All outlets")
        self.assertEqual(self.figure("points", unit_id=stamps.id)["note"], "0 earned, 0 used, 0 expired")
        keys = [card["key"] for card in self.look(unit_id=stamps.id)["cards"]]
        self.assertEqual(keys, ["active", "points", "owed", "leaving"], "what stamps cost is not known by themselves")
        self.assertEqual(self.table("outlets")["High Street"][0], "100")
        self.assertEqual(self.open(f"outlet:{self.outlet.id}").points, 100)
        self.assertEqual(self.open("channel:pos").points, 100)
        self.assertFalse(self.open("channel:shop"))

    def test_points_and_stamps_have_no_sum(self):
        """Reporting shows one unit first; without that filter nothing is added up across units."""
        self.earn(100)
        report, own = self.env["club.report"], [("club_id", "=", self.club.id)]
        self.assertEqual(report._read_group(own, [], ["points:sum", "__count"]), [(100, 1)])
        stamps = self.env["club.unit"].create({"club_id": self.club.id, "kind": "stamps", "name": "Stamp"})
        account = self.account(unit=stamps)
        self.env["club.entry"]._post([self.intent("adjust_in", 3, account=account)])
        [(points, extra, worth)] = report._read_group(own, [], ["points:sum", "extra:sum", "value:sum"])
        self.assertEqual((points, extra, worth), (False, False, 1.0))
        by_unit = report._read_group(own, ["unit_id"], ["points:sum"])
        self.assertEqual(by_unit, [(self.unit, 100), (stamps, 3)])
        self.assertEqual(report._read_group(own, ["member_id"], ["points:sum"]), [(self.ada_member, False)])
        context = report.action_report()["context"]
        self.assertTrue(self.env["club.unit"].browse(context["search_default_unit_id"]).exists())
        cashier = new_test_user(self.env, "report_cashier", "loyalty_club.loyalty_club_group_user")
        with self.assertRaises(AccessError):
            report.with_user(cashier).action_report()

    def test_bonus_rules_and_gifts_have_their_cost(self):
        self.post("goal", 40)
        rows = self.table_after("given")
        self.assertEqual(rows["Goal reached"], ["40", self.club.currency_id.format(0.4)])
        self.assertEqual(self.open("kind:goal").points, 40)

    def test_own_dates_are_checked(self):
        for first, last in (
            ("2026-02-01", "2026-01-01"), (False, False), ("1900-01-01", "2026-01-01"), ("0001-01-01", "0001-01-02"),
            ("9999-12-01", "9999-12-31"), ("today", "tomorrow"), ([], {}), (20260101, 20260201),
        ):  # fmt: skip
            with self.subTest(first=first), self.assertRaises(UserError):
                self.look(period="own", first=first, last=last)
        with self.assertRaises(UserError):
            self.look(period=["month"])
        self.assertEqual(self.look(period="own", first="2026-01-01", last="2026-01-31")["step"], "day")

    def test_figures_that_nobody_gave_are_refused(self):
        for key in ("nothing", "_check", "age:9", "bar:x", "sorts:1", ""):
            with self.assertRaises(UserError):
                self.open(key)

    def test_queries_do_not_grow(self):
        """Constant, whatever the days, outlets, rewards and movements."""

        def ask():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["club.club"].get_dashboard(club_id=self.club.id, period="year")
            return self.env.cr.sql_log_count - before

        self.sell([(self.cake, 1)], self.ada)
        self.count()
        ask()
        few = ask()
        for number in range(5):
            self.env["club.outlet"].create({"club_id": self.club.id, "name": f"Outlet {number}"})
            self.env["club.tier"].create({"club_id": self.club.id, "name": f"T{number}", "threshold": 9000 + number})
            self.earn(10, business_at=fields.Datetime.now() - timedelta(days=30 * number))
            self.sell([(self.cake, 1)], self.env["res.partner"].create({"name": f"Customer {number}"}))
        self.count()
        ask()
        self.assertLessEqual(ask(), few)
        self.assertLessEqual(few, 25)

    def test_only_managers_look(self):
        cashier = new_test_user(self.env, "dash_cashier", "loyalty_club.loyalty_club_group_user")
        clubs = self.env["club.club"].with_user(cashier)
        with self.assertRaises(AccessError):
            clubs.get_dashboard()
        with self.assertRaises(AccessError):
            clubs.open_dashboard("active", club_id=self.club.id)
        other = self.env["res.company"].create({"name": "Across the street"})
        stranger = new_test_user(
            self.env, "dash_stranger", "loyalty_club.loyalty_club_group_manager",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )  # fmt: skip
        clubs = self.env["club.club"].with_user(stranger)
        self.assertEqual(clubs.get_dashboard(club_id=self.club.id), {"is_new": True, "clubs": []})
        with self.assertRaises(UserError):
            clubs.open_dashboard("active", club_id=self.club.id)
        with self.assertRaises(AccessError):
            self.club.with_user(stranger).action_count()

    def test_money_of_another_currency_is_shown_in_the_clubs(self):
        dear = self.env["res.currency"].with_context(active_test=False).search([("name", "=", "CHF")], limit=1)
        dear.active = True
        dear.rate_ids.unlink()
        self.env["res.currency.rate"].create({
            "currency_id": dear.id, "rate": 4.0, "name": "2020-01-01", "company_id": self.company.id,
        })  # fmt: skip
        abroad = self.env["res.company"].create({"name": "Abroad", "currency_id": dear.id})
        self.env["res.currency.rate"].create({
            "currency_id": self.club.currency_id.id, "rate": 0.25, "name": "2020-01-01", "company_id": abroad.id,
        })  # fmt: skip
        rates = {}
        self.assertEqual(self.club._dashboard_money(rates, abroad.id, 100), 25)
        self.assertEqual(self.club._dashboard_money(rates, self.company.id, 100), 100)

    def test_another_companys_sales_are_not_in_it(self):
        self.sell([(self.coffee, 1)], self.ada)
        self.count()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.club.company_ids |= other
        manager = new_test_user(
            self.env, "dash_manager", "loyalty_club.loyalty_club_group_manager",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )  # fmt: skip
        found = self.env["club.club"].with_user(manager).get_dashboard(club_id=self.club.id)
        self.assertNotIn("sales", [table["name"] for table in found["tables"]])
        self.assertEqual(found["cards"][1]["value"], "–")
