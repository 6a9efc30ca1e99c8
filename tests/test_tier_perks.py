from datetime import date

from freezegun import freeze_time
from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import ClubCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestTierPerks(RewardCommon, ClubCommon):
    """Vouchers that a tier brings: a welcome once, and one for each birthday."""

    def setUp(self):
        super().setUp()
        self.ada_member = self.enrol()
        self.gift = self.reward("Free coffee", price=500)

    def collect(self, amount, member=None):
        (member or self.ada_member).adjust(self.unit.id, amount, "Collected")

    def hour(self, moment=None):
        """The job, with commits of its own."""
        self.env.flush_all()
        clock = freeze_time(moment or fields.Datetime.now())
        with clock, self.enter_registry_test_mode(), self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["club.tier"]._cron_give_perks()
        self.env.invalidate_all()

    def vouchers(self, member=None):
        return self.env["club.voucher"].search([("member_id", "=", (member or self.ada_member).id)])

    # ------------------------------------------------------------------ welcome
    def test_coming_to_a_tier_brings_its_voucher_once_even_after_losing_it(self):
        self.silver.welcome_reward_id = self.gift
        self.collect(499)
        self.hour()
        self.assertFalse(self.vouchers())
        order = self.sell([(self.coffee, 1)], self.ada)
        self.hour()
        self.assertEqual((self.vouchers().program_id, self.vouchers().state), (self.gift, "owned"))
        self.assertIn("Free coffee", self.vouchers().entry_id._club_sentences()[0])
        self.refund(order)
        self.assertEqual(self.ada_member.tier_id, self.tier)
        self.sell([(self.coffee, 1)], self.ada)
        self.hour()
        self.hour()
        self.assertEqual(self.ada_member.tier_id, self.silver)
        self.assertEqual(len(self.vouchers()), 1)
        self.assertBalance(599)

    def test_who_had_the_tier_before_gets_none(self):
        self.collect(500)
        self.env.flush_all()
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), hours=1)):
            self.silver.welcome_reward_id = self.gift
        self.hour()
        self.assertFalse(self.vouchers())

    def test_joining_is_coming_to_the_lowest_tier(self):
        self.tier.welcome_reward_id = self.gift
        bob = self.enrol(self.bob)
        self.collect(500, bob)
        self.hour()
        self.assertEqual(len(self.vouchers(bob)), 1)
        self.assertCoherent()

    def test_a_merge_brings_no_second_one(self):
        self.silver.welcome_reward_id = self.gift
        bob = self.enrol(self.bob)
        self.collect(500, bob)
        self.hour()
        self.env["club.member"]._merge_partners(self.bob, self.ada)
        self.env.invalidate_all()
        self.assertEqual(self.ada_member.tier_id, self.silver)
        self.hour()
        self.assertEqual(len(self.vouchers()), 1)
        self.assertCoherent()

    def test_a_club_that_is_off_and_an_archived_reward_give_nothing(self):
        self.silver.welcome_reward_id = self.gift
        self.collect(500)
        self.club.action_switch_off()
        self.hour()
        self.assertFalse(self.vouchers())
        self.club.action_switch_on()
        self.gift.active = False
        self.hour()
        self.assertFalse(self.vouchers())
        self.gift.active = True
        self.hour()
        self.assertEqual(len(self.vouchers()), 1)

    # ------------------------------------------------------------------ birthday
    def test_a_birthday_brings_one_voucher_a_calendar_year(self):
        self.tier.birthday_reward_id = self.gift
        self.ada.club_birthday = date(1990, 5, 3)
        for moment, count in (
            ("2027-05-02 12:00:00", 0),
            ("2027-05-03 00:30:00", 1),
            ("2027-05-03 12:00:00", 1),
            ("2027-05-04 12:00:00", 1),
            ("2028-05-05 12:00:00", 2),  # made up for: nobody was there on the day
            ("2029-05-20 12:00:00", 2),  # too late
        ):
            self.hour(moment)
            with self.subTest(moment=moment):
                self.assertEqual(len(self.vouchers()), count)
        self.assertBalance(0)

    def test_moving_the_date_brings_no_second_one(self):
        self.tier.birthday_reward_id = self.gift
        self.ada.club_birthday = date(1990, 5, 3)
        self.hour("2027-05-03 12:00:00")
        with freeze_time("2027-06-01 12:00:00"):
            self.ada.club_birthday = date(1990, 6, 2)
        self.hour("2027-06-02 12:00:00")
        self.assertEqual(len(self.vouchers()), 1)
        self.hour("2028-06-02 12:00:00")
        self.assertEqual(len(self.vouchers()), 2)

    def test_29_february_is_the_28th_in_common_years(self):
        self.tier.birthday_reward_id = self.gift
        self.ada.club_birthday = date(1992, 2, 29)
        self.hour("2027-02-27 12:00:00")
        self.assertFalse(self.vouchers())
        self.hour("2027-02-28 12:00:00")
        self.assertEqual(len(self.vouchers()), 1)
        self.hour("2028-02-28 12:00:00")
        self.assertEqual(len(self.vouchers()), 1)
        self.hour("2028-02-29 12:00:00")
        self.assertEqual(len(self.vouchers()), 2)

    def test_only_members_of_the_tier_have_it(self):
        self.gold.birthday_reward_id = self.gift
        self.ada.club_birthday = date(1990, 5, 3)
        self.hour("2027-05-03 12:00:00")
        self.assertFalse(self.vouchers())

    # ------------------------------------------------------------------ bad input
    def test_only_own_living_vouchers_can_be_chosen(self):
        other = self.env["club.club"].create({"name": "Other", "company_ids": [(6, 0, self.company.ids)]})
        with self.assertRaisesRegex(ValidationError, "no reward of this club"):
            other.tier_ids.welcome_reward_id = self.gift
        self.gift.club_offer = "order"
        with self.assertRaisesRegex(ValidationError, "no voucher"):
            self.silver.birthday_reward_id = self.gift
        self.gift.write({"club_offer": "both", "active": False})
        with self.assertRaisesRegex(ValidationError, "archived"):
            self.silver.welcome_reward_id = self.gift

    def test_rewards_that_never_said_what_credit_they_bring_can_be_chosen(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE loyalty_program SET club_credit = NULL WHERE id = %s", (self.gift.id,))
        other = self.reward("Cake", price=100, club_credit=0)
        for model, name in (("club.tier", "welcome_reward_id"), ("club.game.prize", "reward_id")):
            domain = safe_eval(self.env[model]._fields[name].domain, {"club_id": self.club.id})
            with self.subTest(model=model):
                self.assertEqual(self.env["loyalty.program"].search(domain), self.gift | other)

    def test_nobody_types_in_since_when(self):
        manager = new_test_user(self.env, "perks_manager", "loyalty_club.loyalty_club_group_manager")
        with self.assertRaises(UserError):
            self.silver.with_user(manager).welcome_since = "2020-01-01 00:00:00"
