from datetime import timedelta

from freezegun import freeze_time
from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestTierHand(ClubCommon):
    """Moves between tiers with their reasons, and tiers that a manager sets for a time."""

    def setUp(self):
        super().setUp()
        self.ada_member = self.enrol()
        self.today = self.club._today()
        self.until = self.today + timedelta(days=30)

    def collect(self, amount):
        self.ada_member.adjust(self.unit.id, amount, "Collected")
        self.env.invalidate_all()

    def moves(self):
        return [(move.from_tier_id, move.tier_id, move.reason) for move in self.ada_member.move_ids.sorted("id")]

    def night(self, days):
        self.env.flush_all()
        clock = freeze_time(fields.Datetime.now() + timedelta(days=days))
        with clock, self.enter_registry_test_mode(), self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["club.member"]._cron_review_tiers()
        self.env.invalidate_all()

    # ------------------------------------------------------------------ history
    def test_a_move_names_the_order_that_brought_it_and_the_refund_that_took_it(self):
        order = self.sell([(self.coffee, 5)], self.ada)
        refund = self.refund(order, {self.coffee: 1})
        up, down = self.ada_member.move_ids.sorted("id")
        self.assertEqual((up.tier_id, up.source_model, up.source_id), (self.silver, "pos.order", order.id))
        self.assertEqual(up.text, "500 Beans were collected.")
        self.assertEqual((down.tier_id, down.reason), (self.tier, "refund"))
        self.assertEqual(down.text, "What had reached Silver was given back: 400 Beans are left.")
        self.assertIn(down.source_id, (order | refund).ids)
        self.assertEqual(up.action_open_source()["res_id"], order.id)
        self.assertCoherent()

    def test_nobody_writes_the_history(self):
        self.collect(500)
        manager = new_test_user(self.env, "moves_manager", "loyalty_club.loyalty_club_group_manager")
        move = self.ada_member.move_ids.with_user(manager)
        for change in (lambda: move.write({"reason": "hand"}), move.unlink, lambda: move.copy()):
            with self.assertRaises(AccessError):
                change()

    # ------------------------------------------------------------------ by hand
    def test_a_manager_sets_a_tier_until_a_day_and_the_night_after_ends_it(self):
        wizard = Form(self.env["club.set.tier"].with_context(default_member_id=self.ada_member.id))
        wizard.tier_id, wizard.until, wizard.reason = self.gold, self.until, "Lost parcel"
        wizard.save().action_set()
        self.assertEqual((self.ada_member.tier_id, self.ada_member.tier_until), (self.gold, self.until))
        self.assertIn("Lost parcel", self.ada_member.move_ids.text)
        self.assertNotIn("Lost parcel", self.ada_member._club_page_moves()[0]["text"])
        self.night(30)
        self.assertEqual(self.ada_member.tier_id, self.gold, "the last day is the member's")
        self.night(31)
        self.assertEqual((self.ada_member.tier_id, self.ada_member.tier_until), (self.tier, False))
        self.night(31)
        self.assertEqual(self.moves(), [(self.tier, self.gold, "hand"), (self.gold, self.tier, "hand_end")])
        self.assertCoherent()

    def test_it_earns_by_the_tier_it_was_given(self):
        self.ada_member.set_tier(self.gold.id, self.until, "Welcome back")
        self.sell([(self.coffee, 1)], self.ada)
        self.assertBalance(200)

    def test_what_is_reached_meanwhile_is_had_afterwards(self):
        self.ada_member.set_tier(self.silver.id, self.until, "Try it")
        self.collect(500)
        self.assertEqual((self.ada_member.tier_id, self.ada_member.tier_until), (self.silver, self.until))
        self.night(31)
        self.assertEqual(self.ada_member.tier_id, self.silver)

    def test_a_higher_tier_reached_meanwhile_ends_it(self):
        self.ada_member.set_tier(self.silver.id, self.until, "Try it")
        self.collect(1500)
        self.assertEqual((self.ada_member.tier_id, self.ada_member.tier_until), (self.gold, False))
        self.night(31)
        self.assertEqual(self.ada_member.tier_id, self.gold)

    def test_a_refund_does_not_end_it_and_counts_afterwards(self):
        order = self.sell([(self.coffee, 5)], self.ada)
        self.ada_member.set_tier(self.gold.id, self.until, "Thanks")
        self.refund(order)
        self.assertEqual(self.ada_member.tier_id, self.gold)
        self.night(31)
        self.assertEqual(self.ada_member.tier_id, self.tier)
        self.assertCoherent()

    def test_a_lower_tier_stays_while_it_is_set_and_the_own_one_comes_back(self):
        self.collect(1500)
        self.ada_member.set_tier(self.silver.id, self.until, "Abuse of returns")
        self.collect(10)
        self.assertEqual(self.ada_member.tier_id, self.silver)
        self.night(31)
        self.assertEqual(self.ada_member.tier_id, self.gold)

    def test_set_twice_what_was_held_before_the_first_time_comes_back(self):
        self.collect(500)
        self.silver.threshold = 800
        self.assertEqual(self.ada_member.tier_id, self.silver, "nobody falls by a new threshold")
        self.collect(10)
        self.ada_member.set_tier(self.gold.id, self.until, "First")
        self.ada_member.set_tier(self.gold.id, self.until + timedelta(days=10), "Longer")
        self.night(31)
        self.assertEqual(self.ada_member.tier_id, self.gold)
        self.ada_member.action_end_tier()
        self.assertEqual((self.ada_member.tier_id, self.ada_member.tier_until), (self.silver, False))

    def test_a_merge_keeps_it_with_its_end(self):
        bob = self.enrol(self.bob)
        bob.set_tier(self.gold.id, self.until, "Friend")
        self.env["club.member"]._merge_partners(self.bob, self.ada)
        self.env.invalidate_all()
        self.assertEqual((self.ada_member.tier_id, self.ada_member.tier_until), (self.gold, self.until))
        self.night(31)
        self.assertEqual(self.ada_member.tier_id, self.tier)

    def test_an_erased_member_keeps_no_words(self):
        self.ada_member.set_tier(self.gold.id, self.until, "Ada's wedding")
        self.ada_member.action_erase()
        self.assertNotIn("Ada's wedding", self.ada_member.move_ids.mapped("note"))

    def test_the_day_ends_in_the_zone_of_the_club(self):
        self.club.tz = "Pacific/Auckland"
        with freeze_time("2027-04-03 11:30:00"):  # 4 April, 00:30 of the night that summer time ends
            with self.assertRaisesRegex(UserError, "over already"):
                self.ada_member.set_tier(self.gold.id, "2027-04-03", "Late")
            self.ada_member.set_tier(self.gold.id, "2027-04-04", "Today")
            self.night(0)
            self.assertEqual(self.ada_member.tier_id, self.gold)
        with freeze_time("2027-04-04 11:59:00"):  # 23:59 by standard time
            self.night(0)
            self.assertEqual(self.ada_member.tier_id, self.gold)
        with freeze_time("2027-04-04 12:01:00"):
            self.night(0)
            self.assertEqual(self.ada_member.tier_id, self.tier)

    def test_bad_input_is_answered_in_sentences(self):
        other = self.env["club.club"].create({"name": "Other", "company_ids": [(6, 0, self.company.ids)]})
        yesterday = self.today - timedelta(days=1)
        for tier_id, until, reason, said in (
            (other.tier_ids.id, self.until, "x", "own club"),
            (0, self.until, "x", "own club"),
            (self.gold.id, yesterday, "x", "over already"),
            (self.gold.id, "soon", "x", "Say until which day"),
            (self.gold.id, False, "x", "Say until which day"),
            (self.gold.id, self.until, "  ", "Give a reason"),
            (self.gold.id, self.until, None, "Give a reason"),
        ):
            with self.subTest(said=said, until=until), self.assertRaisesRegex(UserError, said):
                self.ada_member.set_tier(tier_id, until, reason)
        self.ada_member.active = False
        with self.assertRaisesRegex(UserError, "archived"):
            self.ada_member.set_tier(self.gold.id, self.until, "x")
        self.assertEqual((self.ada_member.tier_id, self.moves()), (self.tier, []))

    def test_only_managers_set_and_end_it(self):
        self.ada_member.set_tier(self.gold.id, self.until, "Thanks")
        user = new_test_user(self.env, "tier_user", "loyalty_club.loyalty_club_group_user")
        member = self.ada_member.with_user(user)
        with self.assertRaises(AccessError):
            member.set_tier(self.silver.id, self.until, "x")
        with self.assertRaises(AccessError):
            member.action_end_tier()
        with self.assertRaises(AccessError):
            self.env["club.set.tier"].with_user(user).create(
                {"member_id": member.id, "tier_id": self.gold.id, "until": self.until, "reason": "x"}
            )
