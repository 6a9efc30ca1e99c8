from operator import itemgetter

from odoo.addons.portal.controllers import portal
from odoo.http import request, route
from odoo.tools import groupby

LATEST = 3


class CustomerPortal(portal.CustomerPortal):
    """The member's own pages. Whose they are is decided by the session alone, never by an address."""

    _club_step = 20

    def _club_members(self):
        return request.env["club.member"]._club_own(request.env.user.partner_id, self._club_company())

    def _club_company(self):
        """Whose website it is: the company of the request is the customer's own where that is another one."""
        return request.env["website"].get_current_website().sudo().company_id

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if not counters:  # /my/home itself: nothing of ours is counted afterwards
            members, website = self._club_members(), request.env["website"].get_current_website()
            values["club_members"] = members.browse() if website._club_is_silent() else members
            values["club_inviting"] = not members and request.env["club.club"]._club_inviting(website)
        return values

    def _club_keep_nothing(self):
        """No browser keeps a page of the club: whoever uses the phone next does not find it by going back."""
        request.future_response.headers["Cache-Control"] = "no-store"

    def _club_own_or_render(self, club_id, page_name):
        """The membership asked for, or the page to show in its place."""
        self._club_keep_nothing()
        if request.env["website"].get_current_website()._club_is_silent():
            return None, request.redirect("/my")
        members = self._club_members()
        website = request.env["website"].get_current_website()
        club = request.env["club.club"]._club_inviting(website)
        values = self._prepare_portal_layout_values() | {
            "page_name": page_name,
            "members": members,
            "notice": page_name == "club_card" and request.session.pop("club_notice", ""),
            "guest": request.env["club.member"]._club_page_guest(request.env.user, club),
        }
        if club_id:
            members = members.filtered(lambda member: member.club_id.id == club_id)
            if not members:
                return None, request.redirect("/my/club")
        if len(members) > 1:
            return None, request.render("loyalty_club.portal_club_choose", values)
        if not members:
            values |= {
                "club": club,
                "programs": club._club_page_programs() if club else [],
                "join": club and request.env["club.member"]._club_page_join(request.env.user.partner_id, club),
                "has_shop": bool(website.sudo().club_outlet_id),
            }
            return None, request.render("loyalty_club.portal_club_guest", values)
        base = f"/my/club/{members.club_id.id}" if len(values["members"]) > 1 else "/my/club"
        club = members.club_id
        values |= {"member": members, "club": club, "base": base, "frozen": club._club_frozen_text()}
        return members, values

    @route(["/my/club", "/my/club/<int:club_id>"], type="http", auth="public", website=True, readonly=True)
    def club_card(self, club_id=None, **_kwargs):
        website = request.env["website"].get_current_website()
        if request.env.user._is_public() and not website._club_is_silent():
            return self._club_visitor_page()
        member, values = self._club_own_or_render(club_id, "club_card")
        if not member:
            return values
        own = {
            "page": member._club_page(),
            "code_page": member._club_code_page(),
            "lines": member._club_entries(LATEST)._club_page_lines(),
            "game_text": member._club_game_teaser(),
            "goals": member._club_page_goals(),
            "next_steps": member._club_page_next_steps(),
            "has_shop": bool(request.env["website"].get_current_website().sudo().club_outlet_id),
        }
        return request.render("loyalty_club.portal_club_card", values | own)

    @route("/my/club/join", type="http", auth="user", website=True, methods=["POST"])
    def club_join(self, **_kwargs):
        """The signed-in customer agrees to be a member of the club that this website invites to."""
        club = request.env["club.club"]._club_inviting(request.env["website"].get_current_website())
        if club and club.enrolment != "off":
            request.env["club.member"].sudo()._join(club, request.env.user.partner_id, "page")
        return request.redirect("/my/club")

    @route(
        [
            "/my/club/history",
            "/my/club/history/page/<int:page>",
            "/my/club/<int:club_id>/history",
            "/my/club/<int:club_id>/history/page/<int:page>",
        ],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def club_history(self, club_id=None, page=1, show="", **_kwargs):
        member, values = self._club_own_or_render(club_id, "club_history")
        if not member:
            return values
        pager = portal.pager(
            url=f"{values['base']}/history",
            url_args={"show": show} if show else None,
            total=member._club_entry_total(show),
            page=page,
            step=self._club_step,
        )
        lines = member._club_entries(self._club_step, pager["offset"], show)._club_page_lines()
        own = {"pager": pager, "months": groupby(lines, itemgetter("month")), "show": show}
        return request.render("loyalty_club.portal_club_history", values | own)
