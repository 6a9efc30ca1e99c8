from odoo.addons.portal.controllers import portal
from odoo.http import request, route


class CustomerPortal(portal.CustomerPortal):
    """The way out: a page that says what it means, a button to ask for it, and one to stay."""

    @route(["/my/club/leave", "/my/club/<int:club_id>/leave"], type="http", auth="user", website=True, readonly=True)
    def club_leave(self, club_id=None, **_kwargs):
        member, values = self._club_own_or_render(club_id, "club_profile")
        if not member:
            return values
        return request.render("loyalty_club.portal_club_leave", values | {"sentences": member._club_page_leaving()})

    @route(
        ["/my/club/leave/ask", "/my/club/<int:club_id>/leave/ask"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        methods=["POST"],
    )
    def club_leave_ask(self, club_id=None, **_kwargs):
        return self._club_leave_or_stay(club_id, "_club_ask_to_leave")

    @route(
        ["/my/club/leave/stay", "/my/club/<int:club_id>/leave/stay"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        methods=["POST"],
    )
    def club_leave_stay(self, club_id=None, **_kwargs):
        return self._club_leave_or_stay(club_id, "_club_stay")

    def _club_leave_or_stay(self, club_id, what):
        member, values = self._club_own_or_render(club_id, "club_profile")
        if not member:
            return values
        getattr(member, what)()
        # The page begins far above the sentence that says so.
        asked = member._club_page_asked()
        request.session["club_notice"] = asked or request.env._("Saved. Thank you.")
        return request.redirect(f"{values['base']}/profile")
