"""What a member wants to hear, by which way, and what was said so far."""

from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.tools import consteq, hmac
from odoo.tools.misc import format_datetime

INBOX = 50  # that are shown
SCOPE = "loyalty_club.unsubscribe"
CHOICES = [("yes", "Yes"), ("no", "No")]


class ClubMember(models.Model):
    _inherit = "club.member"

    mail_choice = fields.Selection(
        CHOICES, string="E-Mails", readonly=True, copy=False, help="Empty: never said, so joining decides."
    )
    sms_choice = fields.Selection(CHOICES, string="SMS", readonly=True, copy=False)
    choice_at = fields.Datetime(string="Said On", readonly=True, copy=False)
    message_count = fields.Integer(string="Messages", compute="_compute_message_count")

    def _compute_message_count(self):
        counts = dict(
            self.env["club.message"]._read_group([("member_id", "in", self.ids)], ["member_id"], ["__count"])
        )
        for member in self:
            member.message_count = counts.get(member, 0)

    def action_view_messages(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_message_action")
        return action | {"domain": [("member_id", "=", self.id)]}

    def _mail_reason(self, rule):
        """Why this member is not mailed by a rule, as a code; none where they are."""
        self.ensure_one()
        if self.mail_choice == "no":
            return "unsubscribed"
        if self.mail_choice == "yes" or self.consent_at or not rule.is_agreed:
            return None
        return "consent"

    # ------------------------------------------------------------------ one click
    def _unsubscribe_token(self):
        self.ensure_one()
        return hmac(self.env(su=True), SCOPE, self.id)

    def _unsubscribe_url(self):
        base = self.club_id.company_ids[:1].get_base_url()
        return f"{base}/club/unsubscribe?{urlencode({'member': self.id, 'token': self._unsubscribe_token()})}"

    @api.model
    def _club_unsubscribing(self, member_id, token):
        """The member whose link that is; none for any other."""
        text = str(member_id)
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
        member = self.sudo().with_context(active_test=False).browse(number).exists()
        if not member or not consteq(member._unsubscribe_token().encode(), str(token).encode()):
            return self.browse()
        # An e-mail of before a merge speaks for the membership that is left.
        return member._club_current().filtered("partner_id")

    def _club_choose(self, mail=None, sms=None):
        """What the member said; none leaves it."""
        said = {name: "yes" if is_on else "no" for name, is_on in (("mail", mail), ("sms", sms)) if is_on is not None}
        changed = {f"{name}_choice": value for name, value in said.items() if self[f"{name}_choice"] != value}
        if changed:
            self.sudo().write(changed | {"choice_at": fields.Datetime.now()})

    def _club_choose_none(self):
        """The link of an e-mail, or the one click of a mailbox. Of no member it does nothing."""
        for member in self:
            member._club_choose(mail=False)

    # ------------------------------------------------------------------ the page
    def _club_inbox(self):
        """The latest messages as texts, newest first."""
        self.ensure_one()
        messages = self.env["club.message"].sudo().search(
            [("member_id", "=", self.id), ("is_shown", "=", True)], order="id desc", limit=INBOX
        )
        return [
            {
                "id": message.id,
                "subject": message.subject,
                "lines": [line.strip() for line in (message.body or "").splitlines() if line.strip()],
                "when": format_datetime(self.env, message.sent_at, tz=self.club_id.tz, dt_format="short"),
                "is_read": message.is_read,
            }
            for message in messages
        ]

    def _club_unread(self):
        """How many messages wait to be read, and the newest one's subject."""
        unread = self.env["club.message"].sudo().search(
            [("member_id", "in", self.ids), ("is_shown", "=", True), ("is_read", "=", False)], order="id desc"
        )
        return {"count": len(unread), "last": unread[:1].id, "subject": unread[:1].subject or ""}

    def _club_read(self):
        """The member has seen the inbox."""
        self.env["club.message"].sudo().search(
            [("member_id", "in", self.ids), ("is_shown", "=", True), ("is_read", "=", False)]
        ).write({"is_read": True})

    def _club_wants_mail(self):
        """What the switch on the page shows: whether e-mails come as it stands."""
        self.ensure_one()
        if self.mail_choice or self.consent_at:
            return self.mail_choice != "no"
        # Some messages go to whoever did not say no.
        domain = [("club_id", "=", self.club_id.id), ("is_mail", "=", True), ("is_on", "=", True)]
        return bool(
            self.env["club.message.rule"].sudo().search_count([*domain, ("is_agreed", "=", False)], limit=1)
        )

    def _club_has_sms(self):
        """Is there anything that this member could be texted?"""
        rules = self.env["club.message.rule"].sudo()
        domain = [("club_id", "in", self.club_id.ids), ("is_sms", "=", True), ("is_on", "=", True)]
        return bool(rules.search_count(domain, limit=1)) and not rules._sms_fault()

    def _club_has_messages(self):
        return bool(
            self.env["club.message.rule"]
            .sudo()
            .search_count([("club_id", "in", self.club_id.ids), ("is_inbox", "=", True), ("is_on", "=", True)], limit=1)
            or self.env["club.message"].sudo().search_count(
                [("member_id", "in", self.ids), ("is_shown", "=", True)], limit=1
            )
        )  # fmt: skip

    # ------------------------------------------------------------------ people who merge or leave
    def _merge_into(self, kept):
        result = super()._merge_into(kept)
        self.env["club.message"]._move_member(self, kept)
        latest = (self | kept).filtered("choice_at").sorted("choice_at")
        for name in ("mail_choice", "sms_choice"):
            # Whoever said no to either of two does not want it.
            said = latest.mapped(name)
            kept[name] = "no" if "no" in said else next(iter(filter(None, said)), False)
        kept.choice_at = latest[-1:].choice_at
        return result

    def _erase(self):
        members = self.sudo().with_context(active_test=False)
        members |= members.search([("merged_into_id", "in", members.ids)])
        self.env["club.message"]._forget_members(members)
        result = super()._erase()
        members.write({"mail_choice": False, "sms_choice": False, "choice_at": False})
        return result


class ClubVoucher(models.Model):
    """The vouchers' own reminder makes way for a message of the merchant's own: nobody gets both."""

    _inherit = "club.voucher"

    @api.model
    def _soon_over(self):
        found = super()._soon_over()
        told = (
            self.env["club.message.rule"]
            .sudo()
            .search([("trigger", "=", "voucher"), ("is_on", "=", True), ("is_mail", "=", True)])
            .club_id
        )
        return found.filtered(lambda voucher: voucher.club_id not in told)
