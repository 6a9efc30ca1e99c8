from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.tests import tagged

from .common_messages import MessagesCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestMessagesDue(RewardCommon, MessagesCommon):
    """When it is due a message says what is so by then, wakes nobody at night, and goes the ways that are open."""

    def setUp(self):
        super().setUp()
        self.ada.lang = "en_US"
        self.ada_member = self.enrol()
        self.noon = fields.Datetime.add(fields.Datetime.now(), days=1).replace(hour=12, minute=0, second=0)

    # ------------------------------------------------------------------ when
    def test_job_that_is_late_wakes_nobody_at_night(self):
        rule = self.rule("reached", units=10, quiet_from=21, quiet_to=8)
        with self.at(self.noon):
            self.collect(10)
        with patch.object(type(self.env["club.message"]), "_send_due", lambda _self: None):
            self.run_job(at=self.noon)
        self.run_job(at=self.noon.replace(hour=23))
        waiting = self.messages(rule)
        self.assertEqual((waiting.state, waiting.due_at), ("waiting", fields.Datetime.add(self.noon, hours=20)))
        self.run_job(at=fields.Datetime.add(self.noon, hours=20))
        self.assertTold(rule, 1)

    # ------------------------------------------------------------------ what is so by then
    def at(self, moment):
        return freeze_time(moment)

    def evening(self, trigger, **values):
        return self.rule(trigger, is_at_hour=True, hour=18, **values)

    def test_figures_are_those_of_the_evening(self):
        reward = self.reward("Free coffee", price=100)
        tier = self.evening("near", units=20)
        near = self.evening("near_reward", units=10, reward_id=reward.id)
        with self.at(self.noon):
            self.collect(485)
            self.ada_member.adjust(self.unit.id, -390, "Used")
        self.run_job(at=self.noon)
        with self.at(self.noon):
            self.collect(3)
        self.run_job(at=self.noon.replace(hour=18))
        self.assertTold(tier, 1, "Only 12 Beans to Silver")
        self.assertTold(near, 1, "Only 2 Beans to Free coffee")

    def test_what_is_over_by_the_evening_is_told_nobody(self):
        reward = self.reward("Free coffee", price=100)
        rules = self.evening("reached", units=90), self.evening("near_reward", units=10, reward_id=reward.id)
        with self.at(self.noon):
            order = self.sell([(self.cake, 9)], self.ada)
            self.collect(5)
        self.run_job(at=self.noon)
        self.assertEqual([self.messages(rule).state for rule in rules], ["waiting", "waiting"])
        with self.at(self.noon):
            self.refund(order)
        self.run_job(at=self.noon.replace(hour=18))
        self.assertEqual([self.messages(rule).reason for rule in rules], ["over", "over"])

    def test_points_that_came_free_and_were_used_are_told_nobody(self):
        self.program.action_end()
        program = self.env["club.program"].create(
            {"name": "Later", "tier_id": self.tier.id, "ratio": 1, "portion_count": 2, "portion_interval_days": 10}
        )
        program.action_go_live()
        with self.at(self.noon):
            self.sell([(self.coffee, 1)], self.ada)
            rule = self.evening("released")
        later = fields.Datetime.add(self.noon, days=10)
        self.run_job(at=later)
        self.assertEqual(self.messages(rule).state, "waiting")
        with self.at(later):
            self.ada_member.adjust(self.unit.id, -70, "Used")
        self.run_job(at=later.replace(hour=18))
        self.assertTold(rule, 1, "30 Beans can be used now")

    def test_voucher_that_is_over_is_reminded_of_by_no_late_job(self):
        reward = self.reward("Free coffee", price=10, club_validity_days=30)
        self.collect(10)
        self.env["club.voucher"]._buy(self.ada_member.sudo(), reward, "one")
        rule = self.evening("voucher", days=7)
        self.run_job(at=fields.Datetime.add(self.noon, days=25).replace(hour=1))
        self.assertEqual(self.messages(rule).state, "waiting")
        self.run_job(at=fields.Datetime.add(self.noon, days=40))
        self.assertEqual(self.messages(rule).reason, "over")

    def test_what_waits_when_a_message_becomes_another_one_is_not_sent(self):
        rule = self.evening("reached", units=10)
        with self.at(self.noon):
            self.collect(10)
        self.run_job(at=self.noon)
        rule.trigger = "play"
        self.assertEqual((self.messages(rule).state, self.messages(rule).reason), ("skipped", "off"))

    # ------------------------------------------------------------------ what the page says
    def test_switch_on_the_page_says_whether_e_mails_come(self):
        rule = self.rule("reached", units=10, is_agreed=True)
        self.assertFalse(self.ada_member._club_wants_mail())
        rule.is_agreed = False
        self.assertTrue(self.ada_member._club_wants_mail())
        self.ada_member._club_choose(mail=False)
        self.assertFalse(self.ada_member._club_wants_mail())

    def test_what_leaves_by_mail_has_its_way_out_in_the_head(self):
        self.rule("reached", units=10)
        self.collect(10)
        self.run_job()
        server, sent = type(self.env["ir.mail_server"]), []

        def send(_self, message, *_args, **_kwargs):
            sent.append(message)
            return message["Message-Id"]

        with (
            patch.object(server, "_disable_send", lambda *_args: False),
            patch.object(server, "_connect__", lambda *_args, **_kwargs: None),
            patch.object(server, "send_email", send),
        ):
            self.mails().send()
        [letter] = sent
        self.assertEqual(letter["To"], '"Ada" <ada@example.com>')
        self.assertEqual(letter["List-Unsubscribe"], f"<{self.ada_member._unsubscribe_url()}>")
        self.assertEqual(letter["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        self.run_job(hours=1)
        self.assertFalse(self.mails(), "the host removes what it has sent, and nobody sends it again")

    # ------------------------------------------------------------------ SMS
    def account(self, **values):
        accounts = self.env["iap.account"]
        accounts.search([("service_name", "=", "sms")]).unlink()
        service = self.env["iap.service"].search([("technical_name", "=", "sms")], limit=1)
        return accounts.create({"service_id": service.id, "state": "registered", "balance": "12.0 Credits", **values})

    def test_sms_are_off_until_an_account_with_credit_sends_them(self):
        self.assertFalse(self.rule("reached", units=10).is_sms)
        if "sms.sms" not in self.env:
            return
        for values, words in (
            ({"state": "unregistered"}, "is not registered yet"),
            ({"state": "banned"}, "is not registered yet"),
            ({"balance": "0.0 Credits"}, "has no credit"),
            ({"balance": False}, "has no credit"),
        ):
            with self.subTest(values=values):
                self.account(**values)
                self.assertRefused(words, self.rule, "reached", units=10, is_sms=True)
        self.account()
        self.assertTrue(self.rule("reached", units=10, is_sms=True).is_sms)

    def test_credit_is_asked_for_where_none_is_known_and_a_provider_that_fails_stops_nothing(self):
        if "sms.sms" not in self.env:
            return
        account = self.account(state=False, balance=False)
        looked = patch.object(type(account), "_get_account_information_from_iap")
        with looked as look:
            look.side_effect = lambda: account.write({"state": "registered", "balance": "5.0 Credits"})
            rule = self.rule("reached", units=10, is_sms=True)
        account.balance = "0.0 Credits"
        self.collect(10)
        with looked as look:
            look.side_effect = KeyError("balance")
            self.run_job()
        self.assertTold(rule, 1)

    def sms_sent(self, text, fault=None):
        """The host's job has handed the SMS over, or could not: what the log says of it."""
        [message] = self.env["club.message"].sudo().search([("text_uuid", "=", text.uuid)])
        text.write({"state": "error" if fault else "pending", "failure_type": fault})
        self.run_job()
        self.assertFalse(message.text_uuid)
        return message.state, message.reason

    def test_sms_that_the_provider_refuses_is_in_the_log_with_its_reason(self):
        if "sms.sms" not in self.env:
            return
        self.account()
        rule = self.rule("reached", units=10, is_sms=True, is_mail=False, is_inbox=False)
        self.ada.phone = "+32 470 12 34 56"
        self.member()._club_choose(sms=True)
        for units, is_inbox, fault, told in (
            (10, False, None, ("sent", False)),
            (20, False, "sms_number_format", ("failed", "text")),
            (30, True, "sms_credit", ("sent", "credit")),
        ):
            rule.write({"units": units, "is_inbox": is_inbox})
            self.collect(10)
            self.run_job()
            text = self.env["sms.sms"].search([("partner_id", "=", self.ada.id), ("state", "=", "outgoing")])
            with self.subTest(fault=fault):
                self.assertEqual(self.sms_sent(text, fault), told)

    def test_sms_of_who_may_be_texted_and_why_not_the_others(self):
        if "sms.sms" not in self.env:
            return
        account = self.account()
        rule = self.rule("reached", units=10, is_sms=True, is_mail=False, is_inbox=False)
        self.enrol(self.bob)
        carol = self.env["res.partner"].create({"name": "Carol", "phone": "+32 470 12 34 58"})
        self.enrol(carol)
        self.ada.phone, self.bob.phone = "+32 470 12 34 56", "+32 470 12 34 57"
        for person in (self.ada, carol):
            self.member(person)._club_choose(sms=True)
        self.env["phone.blacklist"].create({"number": "+32470123458"})
        for person in (self.ada, self.bob, carol):
            self.collect(10, person)
        self.run_job()
        told = {message.member_id.partner_id: (message.is_texted, message.reason) for message in self.messages(rule)}
        self.assertEqual(
            told, {self.ada: (True, False), self.bob: (False, "choice"), carol: (False, "blacklist")}
        )
        text = self.env["sms.sms"].search([("partner_id", "=", self.ada.id)])
        self.assertEqual(text.number, "+32470123456")
        self.assertEqual(self.sms_sent(text, "sms_server"), ("failed", "text"))
        account.balance = "0.0 Credits"
        rule.units = 15
        self.collect(10)
        self.run_job()
        broke = self.messages(rule, self.ada)[-1]
        self.assertEqual((broke.state, broke.reason), ("skipped", "credit"))
