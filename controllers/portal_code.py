from odoo.addons.portal.controllers import portal
from odoo.http import request, route

from .told import number


class CustomerPortal(portal.CustomerPortal):
    """The code on the phone. It is made by a call that no link and no form of another site can send."""

    def _club_code_member(self, club_id):
        """Whose code it is: decided by the session, as everywhere on these pages."""
        if request.env["website"].get_current_website()._club_is_silent():
            return request.env["club.member"]
        members = self._club_members()
        return members.filtered(lambda member: member.club_id.id == club_id) if club_id else members[:1]

    @route("/my/club/code", type="jsonrpc", auth="user", website=True, sitemap=False)
    def club_code(self, club_id=None, choice="", amount="", **_kwargs):
        member = self._club_code_member(club_id)
        if not member:
            return {"refused": request.env._("You are not a member here.")}
        return member._club_show_code(choice, amount)

    @route("/my/club/code/state", type="jsonrpc", auth="user", website=True, sitemap=False, readonly=True)
    def club_code_state(self, code_id=0, **_kwargs):
        """Did a register scan it? Of other members' codes nothing is said."""
        return self._club_members()._club_code_used(number(code_id))
