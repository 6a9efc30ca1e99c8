from functools import partial
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.tests import tagged

from .common_races import RacesCase


@tagged("post_install", "-at_install")
class TestRacesMessages(RacesCase):
    """Workers that really run at once, and one that is killed: each member is told of an event once."""

    @classmethod
    def close_shop(cls):
        cls.cr.rollback()
        cls.cr.execute("DELETE FROM mail_mail WHERE headers LIKE '%%/club/unsubscribe%%'")
        cls.cr.execute("DELETE FROM club_message WHERE club_id = %s", [cls.club.id])
        cls.cr.execute("DELETE FROM club_device WHERE endpoint LIKE 'https://fcm.googleapis.com/%%'")
        cls.cr.execute("DELETE FROM club_message_rule WHERE club_id = %s", [cls.club.id])
        cls.env.invalidate_all()
        cls.cr.commit()
        super().close_shop()

    def setUp(self):
        super().setUp()
        self.people = [self.partner(f"Reader {number} {self._testMethodName}") for number in range(6)]
        for number, person in enumerate(self.people):
            person.email = f"reader{number}@example.com"
        # What those of the test before collected may be of the same second.
        self.env["club.member"].search([("club_id", "=", self.club.id)]).active = False
        self.env["club.message.rule"].search([("club_id", "=", self.club.id)]).active = False
        self.mailed = self.count()

    def rule(self, trigger, **values):
        rule = self.env["club.message.rule"].create({
            "club_id": self.club.id, "trigger": trigger, "is_on": True, "quiet_from": 0, "quiet_to": 0,
            "cap_count": 0, "is_agreed": False, **values,
        })  # fmt: skip
        self.fresh()
        return rule

    def count(self):
        self.fresh()
        return self.env["mail.mail"].search_count([("headers", "like", "%/club/unsubscribe%")])

    def job(self, env):
        env["club.message.rule"]._cron_run()
        return "done"

    def run_job(self):
        with self.registry.cursor() as cr:
            self.job(api.Environment(cr, SUPERUSER_ID, {}))
        self.fresh()

    def messages(self, rule):
        return self.env["club.message"].search([("rule_id", "=", rule.id)])

    def test_four_workers_at_once_tell_everybody_once(self):
        rule = self.rule("reached", units=10)
        for person in self.people:
            self.enrol(person).adjust(self.unit.id, 10, "Collected")
        self.fresh()
        results = self.race_on([self.job] * 4)
        self.assertEqual(results, ["done"] * 4)
        self.run_job()
        self.assertEqual(self.messages(rule).mapped("state"), ["sent"] * 6)
        self.assertEqual(self.count() - self.mailed, 6)

    def test_absence_brings_its_bonus_once_though_four_workers_find_it(self):
        rule = self.rule("idle", days=30, bonus=25)
        rule.sudo().on_since = fields.Datetime.subtract(fields.Datetime.now(), days=40)
        for person in self.people:
            member = self.enrol(person).sudo()
            member.last_paid_at = fields.Datetime.subtract(fields.Datetime.now(), days=31)
        self.fresh()
        results = self.race_on([self.job] * 4)
        self.assertEqual(results, ["done"] * 4)
        self.assertEqual([self.balance(person) for person in self.people], [25] * 6)
        self.assertEqual(self.count() - self.mailed, 6)
        self.assertCoherent()

    def test_killed_in_the_middle_it_goes_on_and_mails_nobody_twice(self):
        rule = self.rule("reached", units=10)
        for person in self.people:
            self.enrol(person).adjust(self.unit.id, 10, "Collected")
        self.fresh()
        messages = type(self.env["club.message"])
        send, done = messages._send, []

        def dying(batch):
            send(batch)
            batch.env.flush_all()
            done.append(batch.ids)
            if len(done) == 3:
                raise KeyboardInterrupt

        with (
            patch("odoo.addons.loyalty_club.models.club_message.BATCH", 1),
            patch.object(messages, "_send", dying),
            self.assertRaises(KeyboardInterrupt),
        ):
            self.run_job()
        self.assertEqual(self.count() - self.mailed, 2)
        self.assertEqual(sorted(self.messages(rule).mapped("state")), ["sent"] * 2 + ["waiting"] * 4)
        self.run_job()
        self.assertEqual(self.messages(rule).mapped("state"), ["sent"] * 6)
        self.assertEqual(self.count() - self.mailed, 6)

    def test_one_that_cannot_be_written_keeps_nobody_else_waiting(self):
        rule = self.rule("reached", units=10)
        for person in self.people:
            self.enrol(person).adjust(self.unit.id, 10, "Collected")
        self.fresh()
        messages = type(self.env["club.message"])
        values, broken = messages._values, self.member(self.people[2]).id

        def failing(message, *given):
            if message.member_id.id == broken:
                raise ValueError("broken")
            return values(message, *given)

        with patch.object(messages, "_values", failing):
            self.run_job()
        states = {message.member_id.id: message.state for message in self.messages(rule)}
        self.assertEqual(states.pop(broken), "failed")
        self.assertEqual(set(states.values()), {"sent"})
        self.assertEqual(self.count() - self.mailed, 5)

    def test_two_who_send_the_same_share_it(self):
        rule = self.rule("reached", units=10, is_at_hour=True)
        for person in self.people:
            self.enrol(person).adjust(self.unit.id, 10, "Collected")
        self.fresh()
        self.run_job()
        self.cr.execute("UPDATE club_message SET due_at = now() AT TIME ZONE 'UTC' WHERE rule_id = %s", [rule.id])
        self.fresh()
        ids = self.messages(rule).ids

        def send(env):
            env["club.message"]._send_batch(ids)

        self.race_on([partial(send)] * 3)
        self.assertEqual(self.messages(rule).mapped("state"), ["sent"] * 6)
        self.assertEqual(self.count() - self.mailed, 6)

    def test_phones_are_told_once_by_workers_at_once(self):
        rule = self.rule("reached", units=10, is_push=True, is_mail=False)
        for person in self.people:
            member = self.enrol(person)
            member.adjust(self.unit.id, 10, "Collected")
            self.env["club.device"].sudo().create({
                "member_id": member.id, "endpoint": f"https://fcm.googleapis.com/{person.id}", "keys": "{}",
                "registered_at": fields.Datetime.now(),
            })  # fmt: skip
        self.env["club.device"]._public_key()
        self.fresh()
        devices, told = type(self.env["club.device"]), []

        def post(_self, letters):
            told.extend(device_id for device_id, _message_id, _told in letters)
            return set(), {message_id for _device_id, message_id, _told in letters}

        with patch.object(devices, "_post", post):
            self.assertEqual(self.race_on([self.job] * 4), ["done"] * 4)
            self.run_job()
        self.assertEqual(len(told), 6)
        self.assertEqual(len(set(told)), 6)
        self.assertEqual(self.messages(rule).mapped("is_push_waiting"), [False] * 6)
