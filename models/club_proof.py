import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models

from .club_claim import Answer

LINK_HOURS = 24
LINK_BYTES = 24
MOST_BY_USER = 3
MOST_TO_MAILBOX = 3
MOST_BY_ADDRESS = 20


class ClubProof(models.Model):
    """That an e-mail address is really a user's: they opened a link that was sent there, while signed in.

    Signing up proves nothing: anybody may type anybody's address. So points that guests collected with an address
    wait for this.

    Example: Mallory signs up with ada@example.com and asks for the link. It arrives in Ada's mailbox, and works only
    for whoever is signed in as Mallory's user: neither of the two gets any further.

    Invariants: a link works once, within a day, for the user who asked and the address that they still have. What is
    stored of it does not open it.
    """

    _name = "club.proof"
    _description = "Proven E-Mail Address"
    _order = "id desc"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade", index=True, readonly=True)
    email = fields.Char(required=True, readonly=True)
    digest = fields.Char(readonly=True, groups="base.group_system")
    expires_at = fields.Datetime(readonly=True)
    used_at = fields.Datetime(readonly=True)

    _digest_once = models.UniqueIndex("(digest) WHERE digest IS NOT NULL", "A link is sent once.")

    @api.model
    def _has(self, user):
        """Is the address that the user has now proven?"""
        email = user.sudo().email_normalized
        domain = [("user_id", "=", user.id), ("email", "=", email), ("used_at", "!=", False)]
        return bool(email and self.sudo().search_count(domain, limit=1))

    @api.model
    def _accept(self, user):
        """The address is proven by something else: an invitation that was sent there."""
        if user.email_normalized and not self._has(user):
            self.sudo().create({
                "user_id": user.id, "email": user.email_normalized, "used_at": fields.Datetime.now(),
            })  # fmt: skip

    # ------------------------------------------------------------------ the link
    @api.model
    def _send(self, user, base_url, address=""):
        """Mail the user a link; what is answered tells nothing of who collected what.

        :return: the sentence for whoever asked
        """
        _, email = self.env._, user.sudo().email_normalized
        if not email:
            return _("Enter your e-mail address in your profile first.")
        limits = {
            f"user:{user.id}": MOST_BY_USER,
            f"mailbox:{email}": MOST_TO_MAILBOX,
            f"address:{address}": MOST_BY_ADDRESS,
        }
        if not self.env["club.attempt"].sudo()._take("mail", limits):
            return _("Too many tries. Wait an hour, then ask for the link again.")
        token = secrets.token_urlsafe(LINK_BYTES)
        proof = self.sudo().create({
            "user_id": user.id,
            "email": email,
            "digest": self._digest(token),
            "expires_at": fields.Datetime.now() + timedelta(hours=LINK_HOURS),
        })  # fmt: skip
        template = self.env.ref("loyalty_club.mail_template_confirm_email").sudo()
        template.with_context(club_link=f"{base_url.rstrip('/')}/club/confirm/{token}").send_mail(
            proof.id, email_layout_xmlid="mail.mail_notification_light"
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return _("A link is on its way to %s. Open it within a day, on a device where you are signed in.", email)

    @api.model
    def _digest(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _find(self, token, user):
        """(the open proof of that link, why it does not work)."""
        _, none = self.env._, self.sudo().browse()
        proof = none.search([("digest", "=", self._digest(token or ""))], limit=1)
        if not proof or proof.used_at or proof.expires_at < fields.Datetime.now():
            return none, _("This link does not work any more. Ask for a new one on your page.")
        if proof.user_id != user:
            return none, _("This link belongs to another account. Sign in with the account that asked for it.")
        if proof.email != user.sudo().email_normalized:
            return none, _("Your e-mail address has changed since. Ask for a new link on your page.")
        return proof, ""

    @api.model
    def _confirm(self, token, user):
        """Use up the link: the address is proven, and what guests collected with it is the user's.

        :return: ``Answer``; "member" is any membership of the user
        """
        proof, refusal = self._find(token, user)
        if refusal:
            return Answer(refusal)
        proof.used_at = fields.Datetime.now()
        proof.flush_recordset()
        return self.env["club.member"].sudo()._gather(user)

    @api.autovacuum
    def _gc_proofs(self):
        """Links that nobody opened."""
        limit = fields.Datetime.now() - timedelta(hours=LINK_HOURS)
        self.search([("used_at", "=", False), ("expires_at", "<", limit)]).unlink()


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        """A guest who gets an account is no guest any more; what was collected stays with the contact."""
        users = super().create(vals_list)
        guests = self.env["club.member"].sudo().with_context(active_test=False)
        guests.search([("partner_id", "in", users.partner_id.ids), ("is_guest", "=", True)]).is_guest = False
        return users

    @api.model
    def signup(self, values, token=None):
        """An invitation that was mailed to somebody who never signed in proves the address.

        No other token does: the one on a shop's confirmation page was shown to whoever typed the address, and a
        user who has signed in before may have changed it since the mail.
        """
        partner = self.env["res.partner"].sudo()._get_partner_from_token(token) if token else None
        invited = partner.user_ids[:1] if partner and partner.signup_type in ("signup", "reset") else None
        is_proof = bool(invited) and not any(partner.user_ids.mapped("login_date"))
        email = invited.email_normalized if is_proof else ""
        result = super().signup(values, token)
        if is_proof and invited.email_normalized == email:
            self.env["club.proof"]._accept(invited)
        return result
