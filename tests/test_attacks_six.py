from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from .common_goals import GoalCommon
from .common_messages import MessagesCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestAttacksSix(RewardCommon, GoalCommon):
    """Keys that a browser makes up, in the way of what the club itself gives and takes back."""

    def alike(self):
        """Bob's membership and Ada's voucher of one and the same number, and the reward that it is of."""
        ada, program = self.enrol(points=900), self.reward(price=80)
        [[number]] = self.env.execute_query(
            SQL("SELECT GREATEST(nextval('club_member_id_seq'), nextval('club_voucher_id_seq'))")
        )
        for table in ("club_member", "club_voucher"):
            self.env.cr.execute(SQL("SELECT setval(%s, %s)", f"{table}_id_seq", number))
        bob = self.enrol(self.bob, points=900)
        voucher = self.buy(program)
        self.assertEqual((bob.id, voucher.id), (number + 1, number + 1))
        self.assertBalance(820)
        return ada, bob, voucher, program

    def test_purchase_is_paid_though_a_voucher_of_that_number_was_given_back(self):
        _ada, bob, voucher, program = self.alike()
        voucher.action_refund()
        self.assertBalance(900)
        got = self.buy(program, self.bob, "return")
        self.assertEqual(got.entry_id.account_id.member_id, bob)
        self.assertBalance(820, self.bob)

    def test_purchase_does_not_stand_in_the_way_of_a_return(self):
        _ada, _bob, voucher, program = self.alike()
        self.buy(program, self.bob, "return")
        voucher.action_refund()
        self.assertBalance(900)
        self.assertBalance(820, self.bob)

    def test_key_of_a_gift_cannot_be_taken_before_it_is_given(self):
        """It would stop the goal, and with it the nightly repair of everybody else's."""
        ada, program = self.enrol(points=900), self.reward(price=80)
        goal = self.goal(reward_kind="reward", reward_id=program.id, target=1, period="always")
        period = goal._engine().period_of(self.club._today())
        own = f"goal:{goal.id}:{ada.id}:{period}"
        for key in (own, "play:1", "stamps:1:1", f"welcome:{self.tier.id}", "birthday:2030"):
            with self.subTest(key=key), self.assertRaises(UserError):
                self.buy(program, key=key)
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual(self.progress(goal).state, "done")
        self.assertEqual(ada.voucher_ids.mapped("request_key"), [own])
        self.assertBalance(910)

    def test_link_with_a_strange_proof_is_of_nobody(self):
        ada = self.enrol()
        for proof in ("é", "\N{SNOWMAN}" * 64, "", None):
            with self.subTest(proof=proof):
                self.assertFalse(self.env["club.member"]._club_unsubscribing(ada.id, proof))
        self.assertEqual(self.env["club.member"]._club_unsubscribing(ada.id, ada._unsubscribe_token()), ada)

    def test_reward_that_has_ended_is_given_to_nobody(self):
        """Its voucher would be over as it comes, and the tier's or the goal's one turn be gone."""
        ada, gift = self.enrol(), self.reward(price=80)
        self.silver.welcome_reward_id = gift
        goal = self.goal(reward_kind="reward", reward_id=gift.id, target=1, period="always")
        gift.date_to = fields.Date.subtract(self.club._today(), days=1)
        ada.adjust(self.unit.id, 500, "Collected")
        self.sell([(self.cake, 1)], self.ada)
        self.give_perks()
        self.assertFalse(ada.voucher_ids)
        gift.date_to = self.club._today()
        self.give_perks()
        self.env["club.goal.progress"]._repair_members(ada.ids)
        self.assertEqual(ada.voucher_ids.mapped("state"), ["owned"] * 2)
        self.assertEqual(self.progress(goal).state, "done")
        self.assertBalance(510)

    def test_tier_by_hand_is_refused_in_a_sentence(self):
        ada = self.enrol()
        day = self.club._today()
        for tier, until in (("x", day), ([1], day), ({}, day), (self.gold.id, 5), (self.gold.id, True), (10**30, day)):
            with self.subTest(tier=tier, until=until), self.assertRaises(UserError):
                ada.set_tier(tier, until, "Friend")
        with self.assertRaises(UserError):
            ada.browse().set_tier(self.gold.id, day, "Friend")
        self.assertEqual(ada.tier_id, self.tier)

    def test_gift_is_taken_away_with_a_reason(self):
        """It cost nothing, so no point moves."""
        ada = self.enrol()
        self.silver.welcome_reward_id = self.reward(price=80)
        ada.adjust(self.unit.id, 500, "Collected")
        self.give_perks()
        ada.voucher_ids.action_refund("Given by mistake")
        self.assertEqual(ada.voucher_ids.state, "refunded")
        self.give_perks()
        self.assertEqual(len(ada.voucher_ids), 1)
        self.assertBalance(500)

    def give_perks(self):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["club.tier"]._cron_give_perks()
        self.env.invalidate_all()


@tagged("post_install", "-at_install", "loyalty_club")
class TestAttacksSixMessages(MessagesCommon):
    """Nothing of what somebody was told stays behind when they are forgotten."""

    def test_figure_that_tiers_go_by_is_near_with_its_own_decimals(self):
        """12.50 of spend, though Beans are whole; and none of it stops the list of messages once tiers go by Beans."""
        self.club.tier_metric = "spend"
        rule = self.rule("near", units=12.5)
        self.assertIn("12.50", rule.sentence)
        with self.assertRaises(ValidationError):
            rule.units = 0.001
        rule.units = 12.5
        self.club.tier_metric = "points"
        rule.invalidate_recordset()
        self.assertIn("12 Beans", rule.sentence)
        self.run_job()
        with self.assertRaises(ValidationError):
            self.rule("reached", units=12.5)

    def test_letters_that_failed_go_with_the_person(self):
        ada = self.enrol()
        rule = self.rule("reached", units=10)
        self.collect(10)
        self.run_job()
        mail = self.messages(rule).sudo().mail_id
        self.assertIn("Ada", mail.email_to)
        mail.write({"state": "exception"})
        text = self.env["sms.sms"].sudo().create(self.messages(rule).sudo()._sms_values() | {"number": "+32470123456"})
        other = text.copy({"body": "Your table is ready"})
        self.messages(rule).sudo().is_texted = True
        ada.action_erase()
        self.assertFalse(mail.exists())
        self.assertFalse(text.exists())
        self.assertTrue(other.exists())
        self.assertEqual(self.messages(rule).state, "sent")
