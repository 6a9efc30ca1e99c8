"""Trying a message out: as its merchant reads it, in their own mailbox."""

from odoo import models
from odoo.exceptions import UserError

from ..engine import messages as engine


class ClubMessageRule(models.Model):
    _inherit = "club.message.rule"

    def action_test(self):
        """Send it to whoever asks, in each language that is installed, with made-up figures. Nothing is noted."""
        self.check_access("write")
        user = self.env.user
        if not user.email:
            raise UserError(self.env._("You have no e-mail address yet. Enter one in your preferences first."))
        values = []
        for code, _name in self.env["res.lang"].get_installed():
            for rule in self.with_context(lang=code):
                example = rule._example()
                message = self.env["club.message"].sudo().with_context(lang=code).new({
                    "rule_id": rule.id,
                    "club_id": rule.club_id.id,
                    "subject": " ".join(engine.fill(rule.subject, example).split()),
                    "body": engine.fill(rule.body, example),
                })  # fmt: skip
                values.append({
                    "subject": message.subject,
                    "email_from": rule.club_id.company_ids[:1].email_formatted or user.email_formatted,
                    "email_to": user.email_formatted,
                    "auto_delete": True,
                    "body_html": message._mail_body("#"),
                })  # fmt: skip
        self.env["mail.mail"].sudo().create(values)
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s on the way to %(email)s.", count=len(values), email=user.email),
            },
        }
