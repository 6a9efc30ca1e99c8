from datetime import date, timedelta

from freezegun import freeze_time
from odoo import SUPERUSER_ID, api, fields
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestTierYear(ClubCommon):
    """Tiers for what was collected in the last 12 months: up at once, looked at again a year later."""

    def setUp(self):
        super().setUp()
        self.club.tz = "Europe/Brussels"
        self.club.tier_period = "year"
        self.ada_member = self.enrol()

    def collect(self, moment, amount, member=None):
        with freeze_time(moment):
            (member or self.ada_member).adjust(self.unit.id, amount, "Collected")
        self.env.invalidate_all()

    def night(self, moment):
        self.env.flush_all()
        with freeze_time(moment), self.enter_registry_test_mode(), self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["club.member"]._cron_review_tiers()
        self.env.invalidate_all()

    def page(self, moment):
        with freeze_time(moment):
            return self.ada_member._club_page()

    # ------------------------------------------------------------------ what counts
    def test_the_last_twelve_months_count_to_the_day_of_the_club(self):
        for first, second, tier in (
            # Midnight in Brussels is 23:00 UTC in winter and 22:00 in summer.
            ("2027-01-09 23:00:00", "2028-01-09 12:00:00", self.silver),
            ("2027-01-09 22:59:00", "2028-01-09 12:00:00", self.tier),
            ("2027-07-09 22:00:00", "2028-07-09 12:00:00", self.silver),
            ("2027-07-09 21:59:00", "2028-07-09 12:00:00", self.tier),
            ("2027-03-01 00:00:00", "2028-02-29 12:00:00", self.silver),
            ("2027-02-28 12:00:00", "2028-02-29 12:00:00", self.tier),
        ):
            with self.subTest(first=first, second=second):
                member = self.enrol(self.env["res.partner"].create({"name": "Eve"}))
                self.collect(first, 300, member)
                self.collect(second, 200, member)
                self.assertEqual(member.tier_id, tier)
        self.assertCoherent()

    def test_a_threshold_is_exact(self):
        self.collect("2027-05-01 12:00:00", 499)
        self.assertEqual(self.ada_member.tier_id, self.tier)
        self.collect("2027-05-02 12:00:00", 1)
        self.assertEqual(self.ada_member.tier_id, self.silver)
        self.assertEqual(self.ada_member.move_ids.lifetime, 500)

    def test_spending_lowers_nothing_and_a_refund_does_at_once(self):
        order = self.sell([(self.coffee, 5)], self.ada)
        self.ada_member.adjust(self.unit.id, 100, "Gift", counts_lifetime=False)
        self.ada_member.adjust(self.unit.id, -300, "Used")
        self.assertEqual(self.ada_member.tier_id, self.silver)
        self.refund(order, {self.coffee: 1})
        self.assertEqual(self.ada_member.tier_id, self.tier)
        self.assertCoherent()

    def test_a_late_refund_counts_on_the_day_of_its_order(self):
        order = self.sell([(self.coffee, 5)], self.ada)
        later = fields.Datetime.now() + timedelta(days=380)
        self.collect(later, 500)
        with freeze_time(later + timedelta(hours=1)):
            self.refund(order)
            self.env.invalidate_all()
            self.assertEqual(self.ada_member._tier_figures(), {self.ada_member.id: 500})
        self.assertEqual((self.ada_member.tier_id, self.ada_member.lifetime), (self.silver, 500))
        self.assertCoherent()

    def test_a_merge_brings_points_with_their_own_days(self):
        bob = self.enrol(self.bob)
        self.collect("2027-01-01 12:00:00", 300, bob)
        self.collect("2027-06-01 12:00:00", 100, bob)
        with freeze_time("2027-07-01 12:00:00"):
            self.env["club.member"]._merge_partners(self.bob, self.ada)
            self.assertEqual(self.ada_member._tier_figures(), {self.ada_member.id: 400})
        with freeze_time("2028-02-01 12:00:00"):
            self.assertEqual(self.ada_member._tier_figures(), {self.ada_member.id: 100})
        self.assertCoherent()

    # ------------------------------------------------------------------ the review
    def test_a_year_later_whoever_did_not_reach_it_again_loses_it_after_the_grace(self):
        self.collect("2027-03-01 12:00:00", 500)
        self.night("2027-03-02 02:00:00")
        self.assertEqual(self.ada_member.tier_review_on, date(2028, 3, 1))
        self.assertIsNone(self.page("2028-01-15 12:00:00")["review"], "not yet near")
        self.assertEqual(self.page("2028-02-20 12:00:00")["review"], "500 Beans by March 31, 2028 keep Silver.")
        for moment in ("2028-02-29 02:00:00", "2028-03-01 02:00:00", "2028-03-31 02:00:00"):
            self.night(moment)
            self.assertEqual(self.ada_member.tier_id, self.silver, moment)
        self.night("2028-03-31 22:30:00")  # 1 April, 00:30 in summer time
        self.assertEqual((self.ada_member.tier_id, self.ada_member.tier_review_on), (self.tier, False))
        self.assertEqual(self.ada_member.move_ids[0].reason, "review")
        self.night("2028-04-02 02:00:00")
        self.assertEqual(len(self.ada_member.move_ids), 2, "once")
        self.assertCoherent()

    def test_whoever_reaches_it_again_keeps_it_for_another_year(self):
        self.collect("2027-03-01 12:00:00", 500)
        self.night("2027-03-02 02:00:00")
        self.collect("2028-01-10 12:00:00", 499)
        page = self.page("2028-02-20 12:00:00")
        self.assertEqual(page["review"], "1 Bean by March 31, 2028 keep Silver.")
        self.assertEqual(page["next"]["percent"], 49, "999 on the way from 500 to 1500")
        late = self.page("2028-03-05 12:00:00")["next"]
        self.assertEqual(late["percent"], 33, "499 of 1500, whatever tier is still held")
        self.night("2028-03-10 02:00:00")
        self.collect("2028-03-20 12:00:00", 1)
        self.assertIsNone(self.page("2028-03-20 13:00:00")["review"])
        self.night("2028-03-21 02:00:00")
        self.assertEqual((self.ada_member.tier_id, self.ada_member.tier_review_on), (self.silver, date(2029, 3, 21)))
        self.assertEqual(len(self.ada_member.move_ids), 1)

    def test_reached_on_29_february_it_is_looked_at_on_the_28th(self):
        self.collect("2028-02-29 12:00:00", 500)
        self.night("2028-03-01 02:00:00")
        self.assertEqual(self.ada_member.tier_review_on, date(2029, 2, 28))

    def test_it_falls_to_what_the_year_reaches(self):
        self.collect("2027-03-01 12:00:00", 1500)
        self.night("2027-03-02 02:00:00")
        self.collect("2027-12-01 12:00:00", 500)
        self.night("2028-04-01 02:00:00")
        self.assertEqual(self.ada_member.tier_id, self.silver)
        self.night("2028-04-02 02:00:00")
        self.assertEqual(self.ada_member.tier_review_on, date(2029, 4, 1))

    def test_a_tier_by_hand_is_not_reviewed_until_it_ends(self):
        self.collect("2027-03-01 12:00:00", 500)
        with freeze_time("2027-04-01 12:00:00"):
            self.ada_member.set_tier(self.gold.id, "2028-06-30", "Partner")
        self.night("2028-05-15 02:00:00")
        self.assertEqual(self.ada_member.tier_id, self.gold)
        self.night("2028-07-01 02:00:00")
        self.assertEqual(self.ada_member.tier_id, self.tier)

    def test_switching_takes_a_tier_from_nobody_without_notice(self):
        self.club.tier_period = "good"
        self.club.tier_grace_days = 0
        self.collect("2027-03-01 12:00:00", 500)
        self.night("2027-03-02 02:00:00")
        self.assertFalse(self.ada_member.tier_review_on)
        self.club.tier_period = "year"
        self.night("2029-01-01 02:00:00")
        self.assertEqual(self.ada_member.tier_review_on, date(2029, 1, 31))
        self.night("2029-01-31 02:00:00")
        self.assertEqual(self.ada_member.tier_id, self.silver)
        self.night("2029-02-01 02:00:00")
        self.assertEqual(self.ada_member.tier_id, self.tier)

    def test_switching_back_keeps_what_everybody_has(self):
        self.collect("2027-03-01 12:00:00", 500)
        self.night("2027-03-02 02:00:00")
        self.club.tier_period = "good"
        self.night("2029-01-01 02:00:00")
        self.assertEqual((self.ada_member.tier_id, self.ada_member.tier_review_on), (self.silver, False))

    def test_a_night_asks_no_more_for_many_than_for_few(self):
        def ask(count):
            people = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(count)])
            self.env["club.member"]._enrol_partners([(self.club.id, person.id) for person in people])
            members = self.env["club.member"].search([("partner_id", "in", people.ids)])
            members.write({"tier_id": self.silver.id, "tier_review_on": date(2027, 1, 1)})
            self.env.flush_all()
            self.env.invalidate_all()
            with freeze_time("2027-06-01 02:00:00"):
                self.club._rulebook()
                before = self.env.cr.sql_log_count
                members._review_due(members.ids)
                self.env.flush_all()
            asked = self.env.cr.sql_log_count - before
            self.assertEqual(members.tier_id, self.tier)
            return asked

        ask(1)
        self.assertEqual(ask(2), ask(40))

    # ------------------------------------------------------------------ in words
    def test_words_and_bar_say_what_the_last_year_counts(self):
        self.collect("2027-03-01 12:00:00", 300)
        self.collect("2028-03-15 12:00:00", 125)
        shown = self.page("2028-03-16 12:00:00")["next"]
        self.assertEqual((shown["title"], shown["percent"]), ("375 Beans to Silver", 25))
        self.assertIn("125 of 500 Beans in the last 12 months", shown["text"])
        with freeze_time("2028-03-16 12:00:00"):
            self.ada_member.invalidate_recordset()
            self.assertEqual(self.ada_member.tier_gap, "375 Beans to Silver")

    def test_days_are_sane(self):
        for field in ("tier_grace_days", "tier_warn_days"):
            for days in (-1, 366):
                refused = self.assertRaises(IntegrityError)
                with self.subTest(field=field, days=days), mute_logger("odoo.sql_db"), refused, self.env.cr.savepoint():
                    self.club.write({field: days})
                    self.env.flush_all()


@tagged("post_install", "-at_install", "loyalty_club")
class TestTierMetrics(ClubCommon):
    """Tiers count a unit: points, or one that counts orders or spend."""

    def test_tiers_by_the_number_of_orders(self):
        orders = self.env["club.unit"].create(
            {"club_id": self.club.id, "name": "Order", "name_plural": "Orders", "kind": "stamps"}
        )
        self.env["club.program"].create(
            {"name": "Orders", "tier_id": self.tier.id, "unit_id": orders.id, "stamp_by": "visit"}
        ).action_go_live()
        self.club.tier_unit_id = orders
        self.silver.threshold, self.gold.threshold = 2, 3
        first = self.sell([(self.cake, 1)], self.ada)
        member = self.member()
        self.assertEqual(member._club_page()["next"]["title"], "1 Order to Silver")
        self.sell([(self.cake, 7)], self.ada)
        self.env.invalidate_all()
        self.assertEqual((member.tier_id, member.lifetime), (self.silver, 2))
        self.refund(first)
        self.env.invalidate_all()
        self.assertEqual((member.tier_id, member.lifetime), (self.tier, 1))
        self.assertCoherent()
