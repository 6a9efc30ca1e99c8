from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .common_games import GamesCommon
from .common_goals import GoalCommon
from .common_messages import MessagesCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestMessages(GamesCommon, GoalCommon, MessagesCommon):
    """Members are told of what happened: each once, of what is so, and by the ways they want."""

    def setUp(self):
        super().setUp()
        self.ada.lang = "en_US"
        self.ada_member = self.enrol()

    # ------------------------------------------------------------------ of what
    def test_points_reached_once_however_often_the_job_looks(self):
        rule = self.rule("reached", units=100)
        self.sell([(self.cake, 9)], self.ada)
        self.run_job()
        self.assertFalse(self.messages(rule))
        order = self.sell([(self.coffee, 1)], self.ada)
        self.run_job()
        self.run_job(hours=1)
        [told] = self.assertTold(rule, 1, "You have collected 100 Beans")
        self.assertIn("You can use 190 Beans now.", told.body)
        self.refund(order)
        self.sell([(self.coffee, 1)], self.ada)
        self.run_job()
        self.assertTold(rule, 1)
        self.assertBalance(190)

    def test_what_was_before_it_was_switched_on_is_told_nobody(self):
        self.collect(200)
        with self.later(hours=2):
            rule = self.rule("reached", units=100)
            self.run_job()
            self.collect(50)
            self.run_job()
        self.assertFalse(self.messages(rule))

    def test_next_tier_is_near_and_near_again_only_after_another_one(self):
        rule = self.rule("near", units=20)
        self.collect(479)
        self.run_job()
        self.assertFalse(self.messages(rule))
        self.collect(5)
        self.run_job()
        self.collect(5)
        self.run_job()
        self.assertTold(rule, 1, "Only 16 Beans to Silver")
        self.collect(1000)
        self.run_job()
        self.assertTold(rule, 2, "Only 11 Beans to Gold")

    def test_nobody_is_told_that_a_tier_is_near_who_has_it_by_the_evening(self):
        rule = self.rule("near", units=20, is_at_hour=True, hour=18)
        self.collect(490)
        self.run_job()
        self.assertEqual(self.messages(rule).state, "waiting")
        self.collect(20)
        self.run_job(days=1)
        self.assertEqual((self.messages(rule).state, self.messages(rule).reason), ("skipped", "over"))

    def test_reward_is_near_and_near_again_only_after_something_was_used(self):
        reward = self.reward("Free coffee", price=100)
        rule = self.rule("near_reward", units=10, reward_id=reward.id)
        self.collect(95)
        self.run_job()
        self.collect(1)
        self.run_job()
        self.assertTold(rule, 1, "Only 5 Beans to Free coffee")
        self.collect(4)
        self.env["club.voucher"]._buy(self.ada_member.sudo(), reward, "first")
        self.collect(92)
        self.run_job()
        self.assertTold(rule, 2, "Only 8 Beans to Free coffee")

    def test_tier_reached_names_both(self):
        rule = self.rule("tier")
        self.collect(500)
        self.run_job()
        [told] = self.assertTold(rule, 1, "You are Silver now")
        self.assertIn(f"from {self.tier.name} to Silver", told.body)

    def test_tier_that_may_be_lost_says_by_when_and_how_much(self):
        self.collect(600)
        rule = self.rule("tier_ends", days=30)
        self.club.write({"tier_period": "year"})
        self.ada_member.sudo().tier_review_on = self.club._today() + timedelta(days=20)
        self.env.cr.execute("SELECT set_config('loyalty_club.migration', 'on', true)")
        self.env.cr.execute("UPDATE club_entry SET business_at = business_at - interval '360 days'")
        self.run_job()
        [told] = self.assertTold(rule, 1)
        self.assertTrue(told.subject.startswith("500 Beans by "), told.subject)
        self.assertTrue(told.subject.endswith(" keep Silver"))
        self.run_job(days=1)
        self.assertTold(rule, 1)

    def test_points_that_become_available_are_told_on_their_day(self):
        self.program.action_end()
        program = self.env["club.program"].create(
            {"name": "Later", "tier_id": self.tier.id, "ratio": 1, "portion_count": 2, "portion_interval_days": 10}
        )
        program.action_go_live()
        rule = self.rule("released")
        self.sell([(self.coffee, 1)], self.ada)
        self.run_job()
        self.assertFalse(self.messages(rule))
        self.run_job(days=10)
        self.run_job(days=11)
        self.assertTold(rule, 1, "50 Beans can be used now")

    def test_expiry_is_told_ahead_with_what_is_left_of_it(self):
        self.club.validity_days = 30
        rule = self.rule("expiring", days=14, is_at_hour=True, hour=18)
        self.sell([(self.cake, 8)], self.ada)
        last = self.club._today() + timedelta(days=30)
        start = fields.Datetime.now().replace(hour=6)
        self.run_job(at=start + timedelta(days=15))
        self.assertFalse(self.messages(rule))
        self.run_job(at=start + timedelta(days=16))
        self.assertEqual(self.messages(rule).state, "waiting")
        self.ada_member.adjust(self.unit.id, -30, "Used")
        self.run_job(at=start + timedelta(days=16, hours=13))
        [told] = self.assertTold(rule, 1)
        self.assertEqual(told.subject, "50 Beans expire within 14 days")
        self.assertEqual(told.event_on, last)
        self.run_job(at=start + timedelta(days=18))
        self.assertTold(rule, 1)

    def test_points_of_every_day_are_not_a_message_a_day(self):
        self.club.validity_days = 20
        rule = self.rule("expiring", days=5)
        start = fields.Datetime.now()
        for day in range(3):
            with self.later(days=day):
                self.sell([(self.cake, 1)], self.ada)
        for day in range(15, 21):
            self.run_job(at=start + timedelta(days=day))
        self.assertTold(rule, 1)

    def test_lapse_for_want_of_orders_is_told_ahead_and_an_order_moves_it(self):
        self.club.inactivity_months = 2
        rule = self.rule("expiring", days=14)
        self.collect(80)
        lapse = self.ada_member.account_ids.lot_ids.good_until
        start = fields.Datetime.now()
        self.run_job(at=start + (lapse - timedelta(days=14) - self.club._today()))
        self.assertTold(rule, 1)

    def test_voucher_that_runs_out_is_told_once_and_not_by_its_own_reminder_too(self):
        reward = self.reward("Free coffee", price=10, club_validity_days=30)
        self.collect(10)
        voucher = self.env["club.voucher"]._buy(self.ada_member.sudo(), reward, "one")
        rule = self.rule("voucher", days=7)
        with self.later(days=24):
            self.assertFalse(self.env["club.voucher"]._soon_over())
            rule.is_mail = False
            self.assertEqual(self.env["club.voucher"]._soon_over(), voucher)
            rule.is_mail = True
        self.run_job(days=24)
        self.run_job(days=25)
        [told] = self.assertTold(rule, 1)
        self.assertIn("Free coffee", told.subject)
        rule.is_on = False
        with self.later(days=26):
            self.assertFalse(self.env["club.voucher"]._soon_over())

    def test_goal_reached_names_what_it_brings(self):
        self.goal(target=1, name="First visit")
        rule = self.rule("goal")
        self.sell([(self.cake, 1)], self.ada)
        self.run_job()
        [told] = self.assertTold(rule, 1, "You did it: First visit")
        self.assertIn("It brings you 50 Beans.", told.body)

    def test_play_that_was_used_by_the_evening_is_told_nobody(self):
        game = self.plain_game(is_on_order=False)
        rule = self.rule("play", is_at_hour=True, hour=18)
        self.give(game, 3)
        self.run_job()
        self.assertEqual(len(self.messages(rule)), 1)
        self.play(game)
        self.run_job(days=1)
        self.assertEqual(self.messages(rule).reason, "over")
        with self.later(days=1):
            self.give(game, 1)
        self.run_job(days=1)
        self.run_job(days=2)
        self.assertEqual(self.messages(rule)[-1].subject, "A play of Lucky card is waiting for you")

    def test_birthday_comes_once_a_year_also_on_29_february(self):
        rule = self.rule("birthday")
        rule.sudo().on_since = "2024-01-01 00:00:00"
        self.ada.club_birthday = "2000-02-29"
        self.ada.write({"club_birthday_before": False})
        for moment, count in (
            ("2027-02-27 10:00:00", 0), ("2027-02-28 10:00:00", 1), ("2027-03-01 10:00:00", 1),
            ("2028-02-28 10:00:00", 1), ("2028-02-29 10:00:00", 2),
        ):  # fmt: skip
            self.run_job(at=moment)
            self.assertTold(rule, count)
        self.assertEqual(self.messages(rule)[0].subject, "Happy birthday, Ada")

    def test_welcome_to_who_joins_from_now_on(self):
        with self.later(hours=1):
            rule = self.rule("joined")
            self.enrol(self.bob)
            self.run_job()
            self.assertTold(rule, 1, "Welcome to Beans", self.bob)
            self.assertFalse(self.messages(rule, self.ada))

    # ------------------------------------------------------------------ long not seen
    def test_who_stays_away_gets_the_bonus_once_an_absence(self):
        rule = self.rule("idle", days=30, bonus=25)
        self.sell([(self.coffee, 1)], self.ada)
        self.run_job(days=29)
        self.assertBalance(100)
        self.run_job(days=30)
        self.run_job(days=31)
        self.run_job(days=60)
        self.assertTold(rule, 1, "We would like to see you again")
        self.assertBalance(125)
        entry = self.ada_member.account_ids.entry_ids[0]
        self.assertEqual((entry.kind, entry.amount), ("winback", 25))
        self.assertIn("30 days", entry._club_sentences()[0])
        with self.later(days=60):
            self.sell([(self.coffee, 1)], self.ada)
        self.run_job(days=91)
        self.assertTold(rule, 2)
        self.assertBalance(250)

    def test_who_is_back_by_the_evening_is_not_missed(self):
        rule = self.rule("idle", days=30, is_at_hour=True, hour=18)
        start = fields.Datetime.now().replace(hour=9)
        self.ada_member.sudo().last_paid_at = start
        self.run_job(at=start + timedelta(days=30))
        self.ada_member.sudo().last_paid_at = start + timedelta(days=30, hours=1)
        self.run_job(at=start + timedelta(days=30, hours=12))
        self.assertEqual(self.messages(rule).reason, "over")

    # ------------------------------------------------------------------ by which way
    def test_who_has_not_agreed_gets_no_mail_and_finds_it_on_the_page(self):
        rule = self.rule("reached", units=10, is_agreed=True)
        self.collect(10)
        self.run_job()
        [told] = self.assertTold(rule, 1)
        self.assertEqual((told.is_mailed, told.is_shown, told.reason), (False, True, "consent"))
        self.assertFalse(self.mails())

    def test_who_agreed_is_mailed_with_a_way_out_of_one_click(self):
        self.ada_member.sudo()._note_consent("page")
        rule = self.rule("reached", units=10, is_agreed=True, is_inbox=False)
        self.collect(10)
        self.run_job()
        self.assertTold(rule, 1)
        [mail] = self.mails()
        self.assertEqual(mail.email_to, '"Ada" <ada@example.com>')
        self.assertIn("'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click'", mail.headers)
        self.assertIn(self.ada_member._unsubscribe_url(), mail.headers)
        self.assertIn("No more e-mails", mail.body_html)

    def test_unsubscribed_blocked_and_without_address(self):
        rule = self.rule("reached", units=10, is_inbox=False)
        carol = self.env["res.partner"].create({"name": "Carol"})
        self.enrol(self.bob)
        self.enrol(carol)
        self.ada_member._club_choose(mail=False)
        self.env["mail.blacklist"].create({"email": "bob@example.com"})
        for partner in (self.ada, self.bob, carol):
            self.collect(10, partner)
        self.run_job()
        reasons = {message.member_id.partner_id: (message.state, message.reason) for message in self.messages(rule)}
        self.assertEqual(
            reasons,
            {
                self.ada: ("skipped", "unsubscribed"),
                self.bob: ("skipped", "blacklist"),
                carol: ("skipped", "address"),
            },
        )
        self.assertFalse(self.mails())

    def test_not_more_than_so_many_in_so_many_days(self):
        rules = [self.rule("reached", units=amount, cap_count=2, cap_days=7) for amount in (10, 20, 30, 40)]
        self.collect(30)
        self.run_job()
        self.assertEqual(len(self.mails()), 2)
        self.assertEqual([self.messages(rule).reason for rule in rules[:3]], [False, False, "cap"])
        self.assertTrue(self.messages(rules[2]).is_shown)
        with self.later(days=8):
            self.collect(10)
        self.run_job(days=8)
        self.assertEqual(len(self.mails()), 3)

    def test_set_hour_is_the_customers(self):
        self.ada.tz = "Asia/Kolkata"
        rule = self.rule("reached", units=10, is_at_hour=True, hour=18)
        other = self.rule("reached", units=10, is_at_hour=True, hour=18, zone="outlet")
        self.collect(10)
        self.run_job(at=fields.Datetime.now().replace(hour=23, minute=0))
        self.assertEqual(self.messages(rule).due_at.strftime("%H:%M"), "12:30")
        self.assertEqual(self.messages(other).due_at.strftime("%H:%M"), "18:00")

    def test_zone_that_is_known_no_more_is_utc(self):
        self.env.cr.execute("UPDATE res_partner SET tz = 'Mars/Olympus' WHERE id = %s", [self.ada.id])
        self.env.invalidate_all()
        rule = self.rule("reached", units=10, is_at_hour=True, hour=18)
        self.collect(10)
        self.run_job()
        self.assertEqual(self.messages(rule).due_at.strftime("%H:%M"), "18:00")

    def test_message_that_cannot_be_looked_for_keeps_no_other_waiting(self):
        broken, whole = self.rule("joined", sequence=1), self.rule("reached", units=10)
        self.collect(10)

        def fail(_rule, _since, _today):
            raise ValueError("broken")

        with (
            patch.object(type(broken), "_find_joined", fail),
            self.assertLogs("odoo.addons.loyalty_club.models.club_message_find", "ERROR"),
        ):
            self.run_job()
        self.assertTold(whole, 1)

    def test_text_messages_only_to_who_said_yes_and_where_somebody_sends_them(self):
        if "sms.sms" not in self.env:
            return
        self.env["iap.account"].search([("service_name", "=", "sms")]).unlink()
        self.assertRefused("no provider is set", self.rule, "reached", units=10, is_sms=True)
        service = self.env["iap.service"].search([("technical_name", "=", "sms")])
        self.env["iap.account"].create({
            "service_id": service.id, "state": "registered", "balance": "9.0 Credits",
        })  # fmt: skip
        rule = self.rule("reached", units=10, is_sms=True, is_mail=False, is_inbox=False)
        self.enrol(self.bob)
        (self.ada | self.bob).write({"phone": "+32470123456"})
        self.ada_member._club_choose(sms=True)
        for partner in (self.ada, self.bob):
            self.collect(10, partner)
        self.run_job()
        self.assertEqual(self.messages(rule, self.ada).state, "sent")
        self.assertEqual(self.messages(rule, self.bob).state, "skipped")
        texts = self.env["sms.sms"].search([("partner_id", "in", (self.ada | self.bob).ids)])
        self.assertEqual((texts.partner_id, texts.number), (self.ada, "+32470123456"))

    def test_switched_off_while_it_waited(self):
        rule = self.rule("reached", units=10, is_at_hour=True, hour=18)
        self.collect(10)
        self.run_job()
        rule.is_on = False
        self.run_job(days=1)
        self.assertEqual((self.messages(rule).state, self.messages(rule).reason), ("skipped", "off"))
