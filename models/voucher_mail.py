"""A voucher on its way: by mail to its owner or to whom they give it, and the warning before it runs out."""

import re
from datetime import timedelta
from io import BytesIO

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import email_normalize
from PIL import Image
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from .batches import in_batches

BATCH = 50
DOT, MARGIN = 8, 4  # pixels of a dot, dots of white around
MESSAGE_LENGTH = 300
MOST_WORDS = 2000  # characters that are looked at
MOST_BY_USER = 5  # mails an hour
MOST_TO_MAILBOX = 3
LAYOUT = "mail.mail_notification_light"
LINK = re.compile(r"(?:[a-z][a-z0-9+.-]*:/|www\.)\S*", re.IGNORECASE)
INNER_DOT = re.compile(r"(?<=\w)\.(?=[^\W\d_])")


def unlinked(text):
    """Words of a customer's own, on one line, in which a mailbox finds nothing to click.

    Example: "See https://evil.example/x or evil.example" → "See or evil. example"
    """
    return INNER_DOT.sub(". ", " ".join(LINK.sub(" ", (text or "")[:MOST_WORDS]).split()))


def qr_png(text):
    """A QR code as a picture for mailboxes, which show no SVG."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    size = code.getModuleCount() + 2 * MARGIN
    picture = Image.new("1", (size, size), 1)
    for row in range(code.getModuleCount()):
        for column in range(code.getModuleCount()):
            picture.putpixel((column + MARGIN, row + MARGIN), 0 if code.isDark(row, column) else 1)
    stream = BytesIO()
    picture.resize((size * DOT, size * DOT), Image.Resampling.NEAREST).save(stream, "PNG", optimize=True)
    return stream.getvalue()


class ClubClub(models.Model):
    _inherit = "club.club"

    is_voucher_mailed = fields.Boolean(
        string="Mail Vouchers",
        default=True,
        help="Whoever gets a voucher finds it in their mailbox too, in their language.",
    )
    voucher_warn_days = fields.Integer(
        string="Warn before Vouchers Run Out",
        default=7,
        help="Days before the last one on which the owner is reminded by mail, once a voucher. 0: never.",
    )

    _voucher_warn_days_sane = models.Constraint(
        "CHECK (voucher_warn_days BETWEEN 0 AND 365)",
        "Warn 365 days before a voucher runs out at most, or 0 for never.",
    )


class ClubVoucher(models.Model):
    """A sale never waits for a mail: it is noted, and a job sends it.

    Invariant: the code goes to the owner's own address, or where the owner sends a voucher that may be given away.
    """

    _inherit = "club.voucher"

    is_mail_due = fields.Boolean(readonly=True)
    mailed_at = fields.Datetime(string="Mailed", readonly=True)
    warned_at = fields.Datetime(string="Reminded", readonly=True)
    gifted_at = fields.Datetime(string="Given Away", readonly=True)
    picture_id = fields.Many2one("ir.attachment", readonly=True, ondelete="set null", groups="base.group_system")

    _mail_due_idx = models.Index("(id) WHERE is_mail_due")

    @api.model
    def _issue(self, member, program, account, key, kind):
        voucher = super()._issue(member, program, account, key, kind)
        voucher._queue_mail()
        return voucher

    def _queue_mail(self):
        """Mail it to its owner once this transaction is over, where the club does."""
        if self.club_id.is_voucher_mailed and self.member_id.partner_id.email_normalized:
            self._set({"is_mail_due": True})
            if job := self.env.ref("loyalty_club.ir_cron_mail_vouchers", raise_if_not_found=False):
                job.sudo()._trigger()

    # ------------------------------------------------------------------ sending
    def _mail_picture(self):
        """The code as a picture that mailboxes can show: its address holds a key and not the code."""
        self.ensure_one()
        if not self.picture_id:
            picture = self.env["ir.attachment"].create({
                "name": "voucher.png",
                "res_model": self._name,
                "res_id": self.id,
                "raw": qr_png(self.card_id.code),
            })  # fmt: skip
            picture.generate_access_token()
            self._set({"picture_id": picture.id})
        base = self.club_id.company_ids[:1].get_base_url()
        return f"{base}/web/image/{self.picture_id.id}?access_token={self.picture_id.access_token}"

    def _mail(self, template, **context):
        """Put a mail of each voucher into the queue, in the language of its owner; all at once or none."""
        template = self.env.ref(f"loyalty_club.{template}").sudo()
        for voucher in self:
            template.with_context(club_picture=voucher._mail_picture(), **context).send_mail(
                voucher.id, email_layout_xmlid=LAYOUT
            )
        if self:
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _mail_to_owner(self):
        """The ones that are good and whose owner can be reached; what is asked for is done then."""
        good = self.filtered(lambda own: own.state == "owned" and own.member_id.partner_id.email_normalized)
        good._mail("mail_template_voucher")
        good._set({"mailed_at": fields.Datetime.now()})
        self.filtered("is_mail_due")._set({"is_mail_due": False})
        return good

    def action_send(self):
        """The button, for staff: mail these to their owners once more."""
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_user"):
            raise AccessError(self.env._("Only staff of the club send vouchers."))
        self.check_access("read")
        own = self.sudo()
        sent = own._mail_to_owner()
        if not sent:
            raise UserError(
                self.env._("Nothing was sent: choose vouchers that are not used, of members with an e-mail address.")
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(sent)s of %(all)s are on their way.", sent=len(sent), all=len(own)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # ------------------------------------------------------------------ from the owner's page
    def _mail_anew(self, user):
        """The owner asks for it.

        :return: the sentence for whoever asked
        """
        _, email = self.env._, self.member_id.partner_id.email_normalized
        if self.state != "owned":
            return _("This voucher cannot be used any more.")
        if not email:
            return _("Enter your e-mail address in your profile first.")
        limits = {f"user:{user.id}": MOST_BY_USER, f"mailbox:{email}": MOST_TO_MAILBOX}
        if not self.env["club.attempt"]._take("voucher", limits):
            return _("Too many mails. Wait an hour, then try again.")
        self._mail_to_owner()
        return _("The voucher is on its way to %s.", email)

    def _give_away(self, user, email, message):
        """The owner sends it to somebody: with a few words, from the club's own address.

        :return: the sentence for the owner
        :raise UserError: why not; nothing was sent
        """
        _, address = self.env._, email_normalize(email or "")
        if not self.is_giftable:
            raise UserError(_("This voucher is yours alone: it cannot be given away."))
        if self.state != "owned":
            raise UserError(_("This voucher cannot be used any more."))
        if frozen := self.club_id.with_env(self.env)._club_frozen_text():
            raise UserError(frozen)
        if not address:
            raise UserError(_("Enter the e-mail address of one person."))
        limits = {f"user:{user.id}": MOST_BY_USER, f"mailbox:{address}": MOST_TO_MAILBOX}
        if not self.env["club.attempt"]._take("voucher", limits):
            raise UserError(_("Too many mails. Wait an hour, then try again."))
        words = unlinked(message)[:MESSAGE_LENGTH]
        self._mail(
            "mail_template_voucher_gift",
            club_to=address,
            club_words=words,
            club_from=unlinked(self.member_id.partner_id.name),
        )
        self._set({"gifted_at": fields.Datetime.now()})
        return _("The voucher is on its way to %s. Whoever has its code may use it.", address)

    # ------------------------------------------------------------------ the job
    @api.model
    def _cron_mail(self):
        """What was bought since, then the reminders; each in small commits, so that nobody is mailed twice."""
        due = self.search([("is_mail_due", "=", True)], order="id")
        in_batches(self.env, due.ids, lambda ids: self.browse(ids)._mail_to_owner(), size=BATCH)
        late = self._soon_over()
        in_batches(self.env, late.ids, lambda ids: self.browse(ids)._warn(), size=BATCH)

    @api.model
    def _soon_over(self):
        """Vouchers that nobody used, whose last day is near, and whose owner was not reminded yet."""
        found = self.browse()
        for club in self.env["club.club"].search([("voucher_warn_days", ">", 0), ("state", "=", "on")]):
            today, days = club._today(), club.voucher_warn_days
            found |= self.search(
                Domain("member_id.club_id", "=", club.id)
                & Domain("member_id.active", "=", True)
                & Domain("warned_at", "=", False)
                & Domain("refunded_at", "=", False)
                & Domain("card_id.points", ">", 0)
                & Domain("card_id.expiration_date", ">=", today)
                & Domain("card_id.expiration_date", "<=", today + timedelta(days=days)),
                order="id",
            ).filtered(
                # Who bought it for so few days knows.
                lambda own, days=days: own.expires_on - own.issued_at.date() > timedelta(days=days)
            )
        return found

    def _warn(self):
        due = self.filtered(lambda own: own.state == "owned" and not own.warned_at)
        due.filtered("member_id.partner_id.email_normalized")._mail("mail_template_voucher_warning")
        due._set({"warned_at": fields.Datetime.now()})
