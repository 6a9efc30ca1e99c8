from odoo.addons.portal.controllers import portal
from odoo.http import request, route


class CustomerPortal(portal.CustomerPortal):
    """What members were told, and what they want to hear."""

    @route(
        ["/my/club/messages", "/my/club/<int:club_id>/messages"], type="http", auth="user", website=True, readonly=True
    )
    def club_messages(self, club_id=None, **_kwargs):
        member, values = self._club_own_or_render(club_id, "club_messages")
        if not member:
            return values
        own = {
            "messages": member._club_inbox(),
            "has_sms": member._club_has_sms(),
            "has_push": member._club_has_push() or bool(member.device_count),
            "notice": request.session.pop("club_notice", ""),
        }
        return request.render("loyalty_club.portal_club_messages", values | own)

    @route(
        ["/my/club/messages/read", "/my/club/<int:club_id>/messages/read"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        methods=["POST"],
    )
    def club_messages_read(self, club_id=None, **_kwargs):
        member, values = self._club_own_or_render(club_id, "club_messages")
        if not member:
            return values
        member._club_read()
        return request.redirect(f"{values['base']}/messages")

    @route(
        ["/my/club/messages/choose", "/my/club/<int:club_id>/messages/choose"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        methods=["POST"],
    )
    def club_messages_choose(self, club_id=None, mail="", sms="", **_kwargs):
        member, values = self._club_own_or_render(club_id, "club_messages")
        if not member:
            return values
        member._club_choose(mail=bool(mail), sms=bool(sms) if member._club_has_sms() else None)
        request.session["club_notice"] = request.env._("Saved. Thank you.")
        return request.redirect(f"{values['base']}/messages")

    @route("/my/club/messages/unread", type="jsonrpc", auth="user", website=True, sitemap=False, readonly=True)
    def club_messages_unread(self, **_kwargs):
        """For the badge: how many wait, of all memberships that the session's customer has."""
        if request.env["website"].get_current_website()._club_is_silent():
            return {"count": 0, "last": False, "subject": ""}
        return self._club_members()._club_unread()

    @route("/club/unsubscribe", type="http", auth="public", website=True, sitemap=False, methods=["GET"])
    def club_unsubscribe(self, member="", token="", **_kwargs):
        """A page with a button: mailboxes open links by themselves, and that alone changes nothing."""
        return self._club_unsubscribe_page(member, token)

    @route(
        "/club/unsubscribe", type="http", auth="public", website=True, sitemap=False, methods=["POST"], csrf=False
    )
    def club_unsubscribe_now(self, member="", token="", **_kwargs):
        """The button, and the one click of a mailbox (RFC 8058): the link's own signature is the proof."""
        request.env["club.member"]._club_unsubscribing(member, token)._club_choose_none()
        return self._club_unsubscribe_page(member, token, is_done=True)

    def _club_unsubscribe_page(self, member, token, is_done=False):
        club = request.env["club.member"]._club_unsubscribing(member, token).club_id
        values = {"club": club, "number": member, "token": token, "is_done": is_done, "page_name": "club_unsubscribe"}
        return request.render("loyalty_club.portal_club_unsubscribe", self._prepare_portal_layout_values() | values)
