import hashlib
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.addons.loyalty_club.models import club_pass
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ClubCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install")
class TestPass(RewardCommon, ClubCommon):
    """The code on a phone: good once, for a minute, at the own club's registers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.passes = cls.env["club.pass"]
        cls.member_ada = cls.env["club.member"].enrol(cls.ada.id, cls.club.id)
        cls.member_ada.adjust(cls.unit.id, 100, "Opening", counts_lifetime=False)

    def issue(self, redemption=None, member=None):
        return self.passes._issue(member or self.member_ada, redemption)

    def scan(self, token, config=None):
        return self.passes._consume(token, config or self.register)

    def points(self, amount):
        return {"kind": "points", "unit_id": self.unit.id, "amount": amount}

    def assertUnusable(self, token, words, config=None):
        with self.assertRaisesRegex(UserError, words):
            self.scan(token, config)

    # ------------------------------------------------------------------ who it is
    def test_code_says_who_it_is(self):
        answer = self.scan(self.issue())
        self.assertEqual(answer["member"], self.member_ada)
        self.assertIsNone(answer["redemption"])
        self.assertFalse(answer["refused"])

    def test_code_is_capitals_and_digits_with_80_random_bits_and_is_not_kept(self):
        tokens = {self.issue() for _turn in range(20)}
        self.assertEqual(len(tokens), 20)
        for token in tokens:
            self.assertRegex(token, "^CLUB[A-Z2-7]{16}$")
        self.env.cr.execute("SELECT * FROM club_pass")
        stored = str(self.env.cr.fetchall())
        self.assertFalse([token for token in tokens if token in stored or token[4:] in stored])
        self.assertIn(hashlib.sha256(tokens.pop().encode()).hexdigest(), stored)

    def test_code_is_good_once(self):
        token = self.issue()
        self.scan(token)
        self.assertUnusable(token, "was used already")

    def test_code_runs_out(self):
        shown_at = fields.Datetime.now()
        for seconds, is_good in ((59, True), (60, False), (3600, False)):
            with self.subTest(seconds=seconds):
                with freeze_time(shown_at):
                    token = self.issue()
                with freeze_time(shown_at + timedelta(seconds=seconds)):
                    if is_good:
                        self.assertTrue(self.scan(token))
                    else:
                        self.assertUnusable(token, "has run out")

    def test_next_code_is_good_before_the_last_one_has_run_out_and_one_scan_ends_both(self):
        first, second = self.issue(), self.issue()
        self.scan(first)
        self.assertUnusable(second, "was used already")
        self.assertTrue(self.scan(self.issue()))

    def test_guesses_and_other_codes_are_unknown(self):
        for wrong in ("", None, 7, "CLUB", "CLUB" + "A" * 16, self.member_ada.secret, self.member_ada.card_number,
                      self.issue().lower(), self.issue() + "A", "CLUB" + "A" * 5000, "%", ["CLUB"]):  # fmt: skip
            with self.subTest(wrong=str(wrong)[:30]):
                self.assertUnusable(wrong, "not known here")

    def test_register_of_another_club_refuses_and_the_code_stays_good(self):
        other = self.env["club.club"].create({"name": "Nuts", "company_ids": self.company.ids, "tz": "UTC"})
        other.action_switch_on()
        register = self._register("Other counter")
        self.env["club.outlet"].create(
            {"club_id": other.id, "company_id": self.company.id, "name": "Nut bar", "pos_config_ids": register.ids}
        )
        token = self.issue()
        self.assertUnusable(token, "not known here", register)
        self.assertTrue(self.scan(token))

    def test_register_outside_the_club_refuses(self):
        token, lonely = self.issue(), self._register("Lonely counter")
        self.assertUnusable(token, "does not take part", lonely)
        self.outlet.is_opted_in = False
        self.assertUnusable(token, "does not take part")

    def test_code_of_before_the_switch_is_refused(self):
        token = self.issue()
        self.club.state = "suspended"
        self.assertUnusable(token, "is paused")
        self.club.state = "off"
        self.assertUnusable(token, "does not take part")
        with self.assertRaisesRegex(UserError, "closed"):
            self.issue()

    # ------------------------------------------------------------------ people who are gone
    def test_code_of_an_archived_member_is_refused(self):
        token = self.issue()
        self.member_ada.active = False
        self.assertUnusable(token, "has ended")
        with self.assertRaisesRegex(UserError, "has ended"):
            self.issue()

    def test_code_of_an_erased_member_is_gone(self):
        token = self.issue()
        self.member_ada.action_erase()
        self.assertUnusable(token, "not known here")
        self.assertFalse(self.passes.search([("member_id", "=", self.member_ada.id)]))
        self.assertCoherent()

    def test_code_of_a_merged_member_is_the_kept_ones(self):
        token, kept = self.issue(), self.env["club.member"].enrol(self.bob.id, self.club.id)
        self.env["club.member"]._merge_partners(self.ada, self.bob)
        self.assertEqual(self.scan(token)["member"], kept)
        self.assertCoherent()

    # ------------------------------------------------------------------ what for
    def test_points_that_were_chosen_come_along_and_nothing_is_held(self):
        token = self.issue(self.points(50))
        self.assertFalse(self.member_ada.hold_ids)
        self.assertEqual(
            self.scan(token)["redemption"],
            {"kind": "points", "unit_id": self.unit.id, "amount": 50, "name": "50 Beans"},
        )
        self.assertBalance(100)

    def test_reward_that_was_chosen_comes_along(self):
        reward = self.reward(price=80)
        answer = self.scan(self.issue({"kind": "reward", "program_id": reward.id}))
        self.assertEqual(answer["redemption"], {"kind": "reward", "program_id": reward.id, "name": "Ten percent"})

    def test_voucher_that_was_chosen_comes_along_with_its_code(self):
        voucher = self.buy(self.reward(price=80))
        answer = self.scan(self.issue({"kind": "voucher", "voucher_id": voucher.id}))
        self.assertEqual(
            answer["redemption"],
            {"kind": "voucher", "voucher_id": voucher.id, "code": voucher.card_id.code, "name": "Ten percent"},
        )

    def test_what_cannot_be_had_is_not_put_into_a_code(self):
        bob = self.env["club.member"].enrol(self.bob.id, self.club.id)
        reward, dear = self.reward(price=10), self.reward(price=500)
        voucher = self.buy(reward)
        wrong = {
            "At most": self.points(101),
            "500|400|more": {"kind": "reward", "program_id": dear.id},
            "not offered": {"kind": "reward", "program_id": 2**31 - 1},
            "another customer": {"kind": "voucher", "voucher_id": voucher.id},
        }
        for words, redemption in wrong.items():
            member = bob if redemption["kind"] == "voucher" else self.member_ada
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self.issue(redemption, member)
        for absurd in ("points", {"kind": "all"}, self.points(-5), self.points(0), self.points("50"), self.points(1.5),
                       self.points(2**70), self.points(True), {"kind": "reward"}, {"kind": "unlink"}):  # fmt: skip
            with self.subTest(absurd=absurd), self.assertRaisesRegex(UserError, "from the list"):
                self.issue(absurd)

    def test_least_at_a_time_counts(self):
        self.unit.redeem_min = 20
        with self.assertRaisesRegex(UserError, "at least 20 Beans"):
            self.issue(self.points(10))

    def test_what_was_spent_meanwhile_is_refused_and_the_customer_is_known(self):
        token = self.issue(self.points(80))
        self.member_ada.adjust(self.unit.id, -50, "Spent elsewhere")
        answer = self.scan(token)
        self.assertEqual((answer["member"], answer["redemption"]), (self.member_ada, None))
        self.assertIn("At most 50 Beans", answer["refused"])

    def test_voucher_that_was_used_meanwhile_is_refused(self):
        voucher = self.buy(self.reward(price=80))
        token = self.issue({"kind": "voucher", "voucher_id": voucher.id})
        voucher._refund()
        answer = self.scan(token)
        self.assertIsNone(answer["redemption"])
        self.assertIn("given back", answer["refused"])

    def test_choosing_is_a_setting_of_the_club(self):
        self.club.is_redeem_page = False
        self.assertTrue(self.issue())
        with self.assertRaisesRegex(UserError, "switched off"):
            self.issue(self.points(50))

    def test_choosing_ends_with_redeeming(self):
        token = self.issue(self.points(50))
        self.club.is_redeem_pos = False
        self.assertIn("switched off", self.scan(token)["refused"])
        with self.assertRaisesRegex(UserError, "switched off"):
            self.issue(self.points(50))

    # ------------------------------------------------------------------ limits and leftovers
    def test_too_many_codes_within_an_hour_are_refused(self):
        with patch.object(club_pass, "MOST_BY_MEMBER", 3):
            for _turn in range(3):
                self.issue()
            with self.assertRaisesRegex(UserError, "Too many codes"):
                self.issue()

    def test_old_codes_are_cleaned_away(self):
        self.issue()
        self.passes._gc_passes()
        self.assertEqual(self.passes.search_count([("member_id", "=", self.member_ada.id)]), 1)
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.passes._gc_passes()
        self.assertFalse(self.passes.search([("member_id", "=", self.member_ada.id)]))

    def test_another_system_finds_the_member_by_the_code_once(self):
        token = self.issue()
        self.assertEqual(self.club.find_member(token=token), self.member_ada)
        with self.assertRaisesRegex(UserError, "used already"):
            self.club.find_member(token=token)
