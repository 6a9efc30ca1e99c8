from freezegun import freeze_time
from odoo import SUPERUSER_ID, api, fields
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .common_messages import MessagesCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestMessagesKept(RewardCommon, MessagesCommon):
    """The log has an end, and nobody is told of anything a second time for it."""

    def setUp(self):
        super().setUp()
        self.ada_member = self.enrol()
        self.club.message_months = 12

    def forget(self, **delta):
        self.env.flush_all()
        moment = fields.Datetime.add(fields.Datetime.now(), **delta)
        with freeze_time(moment), self.enter_registry_test_mode(), self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["club.message"]._cron_forget()
        self.env.invalidate_all()

    def test_old_messages_leave_log_and_page_and_younger_ones_stay(self):
        rule = self.rule("tier")
        self.collect(500)
        self.run_job()
        with self.later(days=300):
            self.collect(1000)
        self.run_job(days=300)
        self.assertTold(rule, 2)
        self.forget(days=360)
        self.assertTold(rule, 2)
        self.forget(days=370)
        self.assertTold(rule, 1, "You are Gold now")
        self.club.message_months = 0
        self.forget(days=3000)
        self.assertTold(rule, 1)

    def test_what_could_be_found_again_stays_without_words(self):
        reached, near = self.rule("reached", units=10), self.rule("near", units=495)
        order = self.sell([(self.cake, 1)], self.ada)
        self.run_job()
        self.forget(days=400)
        for rule in (reached, near):
            kept = self.messages(rule)
            self.assertEqual((kept.state, kept.subject, kept.body, kept.is_shown), ("sent", False, False, False))
            self.assertEqual(kept.display_name, rule.name)
        self.assertFalse(self.ada_member._club_inbox())
        with self.later(days=401):
            self.refund(order)
            self.sell([(self.cake, 1)], self.ada)
        self.run_job(days=401)
        self.forget(days=900)
        for rule in (reached, near):
            self.assertEqual(len(self.messages(rule)), 1)

    def test_of_what_comes_again_and_again_the_latest_is_enough(self):
        rule = self.rule("idle", days=30, bonus=5)
        for day in (0, 100, 200):
            with self.later(days=day):
                self.sell([(self.cake, 1)], self.ada)
            self.run_job(days=day + 31)
        self.assertTold(rule, 3)
        self.forget(days=700)
        self.assertEqual(len(self.messages(rule)), 1)
        rule.days = 700
        self.run_job(days=901)
        self.assertEqual(len(self.messages(rule)), 1)
        self.assertEqual(self.env["club.entry"].search_count([("kind", "=", "winback")]), 3)
        self.assertCoherent()

    def test_day_to_come_and_limit_and_waiting_keep_a_message(self):
        reward = self.reward("Free coffee", price=10, club_validity_days=900)
        self.collect(10)
        self.env["club.voucher"]._buy(self.ada_member.sudo(), reward, "one")
        ahead = self.rule("voucher", days=899, is_mail=False)
        self.run_job(days=2)
        self.assertTold(ahead, 1)
        self.forget(days=800)
        self.run_job(days=800)
        self.assertTold(ahead, 1)
        self.forget(days=910)
        self.assertFalse(self.messages(ahead))
        counted = self.rule("joined", cap_count=1, cap_days=3000)
        self.enrol(self.bob)
        self.run_job()
        self.forget(days=2000)
        self.assertTold(counted, 1, partner=self.bob)

    def test_months_are_a_sensible_number(self):
        for months in (-1, 121):
            with (
                self.subTest(months=months),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.club.write({"message_months": months})
                self.env.flush_all()
