import os
import random
from collections import defaultdict
from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.tests import tagged

from .common_messages import MessagesCommon

SEEDS = int(os.environ.get("CLUB_SEEDS", 4))
STEPS = int(os.environ.get("CLUB_STEPS", 20))
CAP, CAP_DAYS, QUIET = 2, 5, (21, 8)


@tagged("post_install", "-at_install", "loyalty_club")
class TestMessagesRandom(MessagesCommon):
    """Whatever happens over months: nobody is told twice, at night, too often, or after they said no."""

    def test_any_months_end_with_everybody_told_once(self):
        told = 0
        for seed in range(SEEDS):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self.live(random.Random(seed))
                told += len(self.look())
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()
        self.assertGreater(told, SEEDS)

    def live(self, rng):
        self.club.inactivity_months = 1
        self.no_since, self.people = {}, (self.ada, self.bob)
        for person in self.people:
            self.enrol(person)
        hours = dict(zip(("quiet_from", "quiet_to"), QUIET, strict=True))
        self.rules = self.env["club.message.rule"]
        for trigger, values in (
            ("reached", {"units": 30}), ("reached", {"units": 60}), ("near", {"units": 450}), ("tier", {}),
            ("expiring", {"days": 7}), ("idle", {"days": 10, "bonus": 5}), ("birthday", {}),
        ):  # fmt: skip
            self.rules |= self.rule(trigger, cap_count=CAP, cap_days=CAP_DAYS, **hours, **values)
        self.rules[0].write({"is_at_hour": True, "hour": 18})
        orders, now = [], fields.Datetime.now()
        for _step in range(STEPS):
            now += timedelta(hours=rng.choice((1, 3, 9, 30, 100, 260)))
            person, act = rng.choice(self.people), rng.choice(("sell", "sell", "refund", "say", "switch", "job"))
            with freeze_time(now):
                if act == "sell":
                    orders.append(self.sell([(self.cake, rng.randint(1, 30))], person))
                elif act == "refund" and orders:
                    self.refund(orders.pop(rng.randrange(len(orders))))
                elif act == "say":
                    self.say(person, rng.random() < 0.5, now)
                elif act == "switch" and rng.random() < 0.3:
                    rule = rng.choice(self.rules)
                    rule.is_on = not rule.is_on
            for _again in range(rng.randint(1, 2)):
                self.run_job(at=now)

    def say(self, person, wants_mail, now):
        self.member(person)._club_choose(mail=wants_mail)
        if not wants_mail:
            self.no_since.setdefault(person, []).append([now, None])
        for said in self.no_since.get(person, ()) if wants_mail else ():
            said[1] = said[1] or now

    def look(self):
        messages = self.env["club.message"].search([("rule_id", "in", self.rules.ids)])
        sent = messages.filtered(lambda message: message.state == "sent")
        mailed = sent.filtered("is_mailed")
        self.assertEqual(len(self.mails()), len(mailed))
        self.assertEqual(len(mailed.mail_id), len(mailed))
        by_member = defaultdict(list)
        for message in sent:
            self.assertGreaterEqual(message.sent_at, message.due_at)
            self.assertTrue(QUIET[1] <= message.due_at.hour < QUIET[0], message.due_at)
            self.assertNotIn("{", message.subject + message.body)
        for message in mailed:
            by_member[message.member_id.partner_id].append(message.sent_at)
        for person, moments in by_member.items():
            for moment in moments:
                window = [other for other in moments if moment <= other < moment + timedelta(days=CAP_DAYS)]
                self.assertLessEqual(len(window), CAP)
                for begun, ended in self.no_since.get(person, ()):
                    self.assertFalse(begun <= moment and (not ended or moment < ended), "said no")
        absences = messages.filtered(lambda message: message.rule_id.trigger == "idle")
        gifts = self.env["club.entry"].search([("kind", "=", "winback"), ("club_id", "=", self.club.id)])
        self.assertEqual(len(gifts), len(absences))
        self.assertCoherent()
        return mailed
