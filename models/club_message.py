"""What members are told: one row an event, which is the outbox, the inbox and the log."""

import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError
from odoo.tools import SQL
from psycopg2 import OperationalError

from ..engine import messages as engine
from .batches import in_batches

_logger = logging.getLogger(__name__)

BATCH = 200


class ClubMessage(models.Model):
    """One member told of one event by one rule: waiting, sent, skipped with a reason, or failed.

    Invariant: (rule, member, event) is there once, whoever looks for events how often; what is sent is handed to the
    host's outgoing mail in the same transaction that says so, so a job that is killed sends nothing twice.
    """

    _name = "club.message"
    _description = "Message to a Member"
    _order = "due_at desc, id desc"
    _log_access = False

    rule_id = fields.Many2one("club.message.rule", string="Message", required=True, ondelete="cascade", readonly=True)
    member_id = fields.Many2one("club.member", required=True, ondelete="cascade", index=True, readonly=True)
    club_id = fields.Many2one("club.club", required=True, ondelete="cascade", index=True, readonly=True)
    event_key = fields.Char(required=True, readonly=True)
    happened_at = fields.Datetime(string="Happened", required=True, readonly=True)
    event_on = fields.Date(readonly=True, help="The day that was announced.")
    data = fields.Json(readonly=True)
    due_at = fields.Datetime(string="Due", required=True, readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("sent", "Sent"), ("skipped", "Not Sent"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="waiting",
    )
    reason = fields.Selection(
        [
            ("over", "No longer so when it was due"),
            ("off", "The message or the club was off"),
            ("consent", "Has not agreed to e-mails"),
            ("unsubscribed", "Unsubscribed"),
            ("address", "No e-mail address or phone number"),
            ("blacklist", "On the list of blocked addresses"),
            ("choice", "Has not asked for it"),
            ("credit", "The SMS provider has no credit"),
            ("cap", "Had enough messages in these days"),
            ("fault", "Could not be written"),
            ("undelivered", "The mail server refused it"),
            ("text", "The SMS could not be delivered"),
            ("phone", "The phone could not be reached"),
        ],
        string="Why Not",
        readonly=True,
    )
    sent_at = fields.Datetime(string="Sent On", readonly=True)
    is_mailed = fields.Boolean(string="E-Mail", readonly=True)
    is_texted = fields.Boolean(string="SMS", readonly=True)
    is_shown = fields.Boolean(string="On the Page", readonly=True)
    is_read = fields.Boolean(string="Read", readonly=True)
    subject = fields.Char(readonly=True)
    body = fields.Text(readonly=True)
    mail_id = fields.Many2one(
        "mail.mail", ondelete="set null", readonly=True, index="btree_not_null", groups="base.group_system"
    )

    _once = models.Constraint("UNIQUE (rule_id, member_id, event_key)", "The member was told of this already.")
    _due_idx = models.Index("(due_at) WHERE state = 'waiting'")
    _shown_idx = models.Index("(member_id, id) WHERE is_shown")
    _sent_idx = models.Index("(member_id, sent_at) WHERE is_mailed OR is_texted OR is_pushed")

    @api.depends("subject", "rule_id")
    def _compute_display_name(self):
        for message in self:
            message.display_name = message.subject or message.sudo().rule_id.name

    # ------------------------------------------------------------------ sending
    @api.model
    def _send_due(self):
        """All that is due, in batches that are committed one by one; several workers share them."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM club_message WHERE state = 'waiting' AND due_at <= %s ORDER BY due_at, id",
                fields.Datetime.now(),
            )
        )
        if rows:
            in_batches(self.env, [row[0] for row in rows], self._send_batch, size=BATCH, rescue=self._send_each)

    @api.model
    def _send_batch(self, ids):
        """Those of these that nobody else is sending."""
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM club_message WHERE id = ANY(%s) AND state = 'waiting'
                    ORDER BY id FOR UPDATE SKIP LOCKED""",
                list(ids),
            )
        )
        self.sudo().browse([row[0] for row in rows])._send()

    @api.model
    def _send_each(self, ids):
        """One by one, where a batch of them failed: what cannot be written keeps nobody else waiting."""
        for message_id in ids:
            try:
                with self.env.cr.savepoint():
                    self._send_batch([message_id])
                    self.env.flush_all()
            except (OperationalError, ConcurrencyError):
                raise
            except Exception:
                _logger.info("Message %s could not be written", message_id, exc_info=True)
                self.env.invalidate_all(flush=False)
                self.sudo().browse(message_id).write({"state": "failed", "reason": "fault"})

    def _send(self):
        """Write, hand over and log these; the caller has locked them and commits."""
        if not self:
            return
        now = fields.Datetime.now()
        self.invalidate_recordset(flush=False)
        awake = self - self._put_off(now)
        holding = awake._holding()
        (awake - holding).write({"state": "skipped", "reason": "over"})
        is_off = holding.filtered(
            lambda own: not own.rule_id.is_on or not own.rule_id.active or own.club_id.state != "on"
        )
        is_off.write({"state": "skipped", "reason": "off"})
        todo = holding - is_off
        balances, named = todo._balances(), todo._named()
        reasons = todo._reasons(now)
        installed = dict(self.env["res.lang"].get_installed())
        plain = "en_US" if "en_US" in installed else next(iter(installed))
        by_lang = todo.grouped(lambda own: own.member_id.partner_id.lang)
        for code, messages in by_lang.items():
            lang = code if code in installed else plain
            told = messages.with_context(lang=lang)
            for message in told:
                values, rule = message._values(balances, named), message.rule_id
                message.write({
                    "subject": " ".join(engine.fill(rule.subject, values).split()),
                    "body": engine.fill(rule.body, values),
                })  # fmt: skip
            told._hand_over(reasons, now)

    def _balances(self):
        totals = {}
        for club, own in self.grouped("club_id").items():
            totals |= self.env["club.message.rule"]._balances(club._main_unit(), own.member_id.ids)
        return totals

    def _hand_over(self, reasons, now):
        """Put them where each belongs: all of one language."""
        by_mail = self.filtered(lambda own: own.id in reasons["mail"] and not reasons["mail"][own.id])
        mails = self.env["mail.mail"].sudo().create([message._mail_values() for message in by_mail])
        mail_of = dict(zip(by_mail.ids, mails.ids, strict=True))
        by_sms = self.filtered(lambda own: own.id in reasons["sms"] and not reasons["sms"][own.id])
        texts = self.env["sms.sms"].sudo().create([message._sms_values() for message in by_sms]) if by_sms else ()
        text_of = {message.id: text.uuid for message, text in zip(by_sms, texts, strict=True)}
        by_push = self.filtered(lambda own: own.id in reasons["push"] and not reasons["push"][own.id])
        mailed, pushed = set(by_mail.ids), set(by_push.ids)
        for message in self:
            is_mailed, is_pushed = message.id in mailed, message.id in pushed
            why_not = [reasons[way].get(message.id) for way in ("mail", "sms", "push")]
            message.write({
                "mail_id": mail_of.get(message.id, False),
                "is_mailed": is_mailed,
                "is_texted": message in by_sms,
                "text_uuid": text_of.get(message.id, False),
                "is_pushed": is_pushed,
                "is_push_waiting": is_pushed,
                # A phone leads to the page, where it is to be read.
                "is_shown": message.rule_id.is_inbox or is_pushed,
                "reason": next(filter(None, why_not), False) if not is_mailed else False,
            })  # fmt: skip
        done = self.filtered(lambda own: own.is_mailed or own.is_texted or own.is_pushed or own.is_shown)
        done.write({"state": "sent", "sent_at": now})
        (self - done).write({"state": "skipped"})
        reminded = by_mail.filtered(lambda own: own.rule_id.trigger == "voucher")
        # Though this message should be switched off later.
        self.env["club.voucher"].browse([own.data["voucher_id"] for own in reminded])._set({"warned_at": now})
        if mails:
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _mail_values(self):
        partner, company = self.member_id.partner_id, self.club_id.company_ids[:1]
        url = self.member_id._unsubscribe_url()
        return {
            "subject": self.subject,
            "email_from": company.email_formatted or self.env.user.email_formatted,
            "email_to": partner.email_formatted,
            "auto_delete": True,
            "body_html": self._mail_body(url),
            "headers": repr({
                "List-Unsubscribe": f"<{url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "X-Auto-Response-Suppress": "OOF",
            }),
        }  # fmt: skip

    def _mail_body(self, url):
        return self.env["ir.qweb"]._render(
            "loyalty_club.message_mail",
            {
                "message": self,
                "club": self.club_id,
                "lines": [line.strip() for line in (self.body or "").splitlines()],
                "page_url": f"{self.club_id.company_ids[:1].get_base_url()}/my/club",
                "unsubscribe_url": url,
            },
            minimal_qcontext=True,
        )

    def _sms_values(self):
        return {
            "number": self._sms_number(),
            "body": f"{self.subject}\n{self.body}",
            "partner_id": self.member_id.partner_id.id,
        }

    # ------------------------------------------------------------------ rights
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Messages are made by what happens. Use “Send a Test” to try one."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self.env._("The log of messages is not changed."))
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            raise AccessError(self.env._("The log of messages stays."))
        return super().unlink()

    # ------------------------------------------------------------------ people who merge or leave
    @api.model
    def _move_member(self, gone, kept):
        """What both were told of is there once."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """DELETE FROM club_message old USING club_message new
                    WHERE old.member_id = %s AND new.member_id = %s
                      AND (old.rule_id, old.event_key) = (new.rule_id, new.event_key)""",
                gone.id,
                kept.id,
            )
        )
        self.env.cr.execute(SQL("UPDATE club_message SET member_id = %s WHERE member_id = %s", kept.id, gone.id))
        self.invalidate_model(flush=False)

    @api.model
    def _forget_members(self, members):
        """That they were told stays, what they were told goes; nothing more is sent."""
        own = self.sudo().search([("member_id", "in", members.ids)])
        own.filtered(lambda message: message.state == "waiting").write({"state": "skipped", "reason": "over"})
        # One that could not be sent would keep the address, and what it says.
        own.mail_id.unlink()
        own.filtered("is_texted")._forget_texts()
        own.write({"subject": False, "body": False, "data": False, "is_shown": False})

    def _forget_texts(self):
        """SMS that wait for the host's job, or that it could not send."""
        if self and "sms.sms" in self.env:
            texts = self.env["sms.sms"].sudo().search([("partner_id", "in", self.member_id.partner_id.ids)])
            words = {f"{message.subject}\n{message.body}" for message in self}
            texts.filtered(lambda text: text.body in words).unlink()


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        if failure_type:
            failed = self.env["club.message"].sudo().search([("mail_id", "in", self.ids)])
            failed.write({"reason": "undelivered"})
            failed.filtered(lambda message: not message.is_texted and not message.is_shown).write({"state": "failed"})
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
