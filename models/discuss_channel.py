"""Live chat: a customer who is signed in asks for the own points; staff look them up beside the conversation.

Live chat is another app. Its conversations are channels of the type "livechat", so nothing here needs it, and
nothing happens where it is not installed.
"""

import unicodedata

from markupsafe import Markup
from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import html2plaintext

COMMAND = "/points"
LONGEST = 80  # a question that long is for people


class DiscussChannel(models.Model):
    """Invariant: what somebody has is told to that person, signed in, and to staff of the club. A visitor who is
    not signed in is nobody, whatever name, e-mail address or number is typed.
    """

    _inherit = "discuss.channel"

    def message_post(self, *, message_type="notification", partner_ids=None, **kwargs):
        message = super().message_post(message_type=message_type, partner_ids=partner_ids, **kwargs)
        if self.channel_type == "livechat" and message_type == "comment" and message.is_current_user_or_guest_author:
            self._club_answer(message)
        return message

    # ------------------------------------------------------------------ the customer asks
    def _club_answer(self, message):
        """Answer "my points"; words of staff, and all others, are left alone."""
        user, partner = self.env.user, message.author_id
        if user._is_public():
            partner = partner.browse()  # a visitor: nobody, whatever was typed
        elif not user.share or partner != user.partner_id:
            return
        if not self.env["club.club"].sudo().search_count([("state", "!=", "off")], limit=1):
            return
        channel = self.with_context(lang=partner.lang or self.env.lang)
        if channel._club_is_question(message.body):
            channel.sudo().message_post(
                author_id=channel._club_answerer().id,
                body=channel._club_chat_text(partner),
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )

    def _club_answerer(self):
        """Who answers: OdooBot, or the chatbot that leads; to that, all words but its own are the visitor's answer."""
        channel = self.sudo()
        if "chatbot_current_step_id" in self._fields and channel.chatbot_current_step_id:
            return channel.chatbot_current_step_id.chatbot_script_id.operator_partner_id
        return self.env.ref("base.partner_root")

    def _club_is_question(self, body):
        """ "/points", or "My points?" in the customer's words."""
        text = html2plaintext(body or "").strip()
        if len(text) > LONGEST:
            return False
        if text == COMMAND:
            return True
        # Separated by commas, as customers would type them, in lower case and without marks.
        known = self.env._("my points,how many points do i have,what are my points")
        return _plain(text) in {_plain(words) for words in known.split(",")}

    def _club_chat_text(self, partner):
        members = self.env["club.member"]._club_own(partner, self.env.company) if partner else None
        if members:
            return Markup("<br/>").join(line for member in members for line in member._points_lines())
        link = Markup('<a href="/my/club">%s</a>') % self.env._("your page")
        _ = self.env._
        if partner:
            return _("You are not a member yet. See how to join on %(page)s.", page=link)
        return _("Please sign in first, on %(page)s, and ask again: points are shown to their owner.", page=link)

    # ------------------------------------------------------------------ staff ask
    def execute_command_points(self, **kwargs):
        """Staff type ``/points`` in a live chat: what the customer has, shown to them alone.

        :raise AccessError: who asks is no staff of the club, or not in this conversation
        """
        self.ensure_one()
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_user"):
            raise AccessError(self.env._("Only staff of the club look up what a customer has."))
        self.check_access("read")
        if self.channel_type != "livechat":
            raise UserError(self.env._("/points is for conversations of the live chat."))
        self.env.user._bus_send_transient_message(self, self._club_operator_text())

    def _club_operator_text(self):
        """Name, balance and rewards of each customer who is signed in, in the operator's language."""
        _, said = self.env._, []
        for partner in self._club_customers():
            members = self.env["club.member"].search([("partner_id", "=", partner.id)])
            said += [
                Markup("<br/>").join([Markup("<b>%s</b>") % member.display_name, *member._points_lines(self.env.lang)])
                for member in members
            ] or [_("%s is not a member of a club.", partner.name)]
        unknown = _("The visitor is not signed in, so nobody knows who it is. Ask them to sign in first.")
        return Markup("<br/>").join(said or [unknown])

    def _club_customers(self):
        """The customers of the conversation who have signed in: contacts in it that are no staff."""
        return self.sudo().channel_member_ids.partner_id.filtered(
            lambda partner: partner.user_ids and all(user.share and not user._is_public() for user in partner.user_ids)
        )


def _plain(text):
    """ "¿Mes Points?" as "mes points"."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in letters if letter.isalnum() or letter.isspace())
    return " ".join(kept.split())
