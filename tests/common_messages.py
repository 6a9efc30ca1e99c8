from contextlib import nullcontext

from freezegun import freeze_time
from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase

from .common import ClubCommon


class MessagesCommon(ClubCommon):
    """Messages at once, at any time of the day, as many as there are, to everybody; a job that commits by itself."""

    def rule(self, trigger, **values):
        return self.env["club.message.rule"].create({
            "club_id": self.club.id, "trigger": trigger, "is_on": True, "quiet_from": 0, "quiet_to": 0,
            "cap_count": 0, "is_agreed": False, **values,
        })  # fmt: skip

    def run_job(self, days=0, hours=0, at=None):
        """The job, so much later."""
        self.env.flush_all()
        moment = at or fields.Datetime.add(fields.Datetime.now(), days=days, hours=hours)
        is_open = isinstance(self, HttpCase)  # it is in test mode all along
        mode = nullcontext() if is_open else self.enter_registry_test_mode()
        with freeze_time(moment), mode, self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["club.message.rule"]._cron_run()
        self.env.invalidate_all()

    def later(self, **delta):
        return freeze_time(fields.Datetime.add(fields.Datetime.now(), **delta))

    def messages(self, rule, partner=None):
        domain = [("rule_id", "=", rule.id)]
        if partner:
            domain.append(("member_id", "=", self.member(partner).id))
        return self.env["club.message"].search(domain, order="id")

    def mails(self):
        return self.env["mail.mail"].sudo().search([("headers", "like", "%/club/unsubscribe%")])

    def collect(self, amount, partner=None):
        self.member(partner).adjust(self.unit.id, amount, "Collected")

    def assertRefused(self, words, work, *args, **values):
        with self.assertRaises(UserError) as refusal:
            work(*args, **values)
        self.assertIn(words, str(refusal.exception))

    def assertTold(self, rule, count, subject=None, partner=None):
        found = self.messages(rule, partner)
        self.assertEqual(found.mapped("state"), ["sent"] * count, found.mapped("reason"))
        if subject:
            self.assertEqual(found[-1:].subject, subject)
        return found
