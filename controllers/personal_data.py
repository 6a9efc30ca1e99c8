from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.http import content_disposition, request, route

MOST_A_DAY = 10


def _answer(member):
    raw = member._club_data_zip()
    return request.make_response(
        raw,
        headers=[
            ("Content-Type", "application/zip"),
            ("Content-Length", len(raw)),
            ("Content-Disposition", content_disposition("my_loyalty_data.zip")),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ],
    )


class PersonalData(CustomerPortal):
    """What the club keeps of somebody, for themselves and for managers whom they ask."""

    @route(
        ["/my/club/data", "/my/club/<int:club_id>/data"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        methods=["POST"],
    )
    def club_own_data(self, club_id=None, **_kwargs):
        member, values = self._club_own_or_render(club_id, "club_profile")
        if not member:
            return values
        limits = {f"user:{request.env.uid}": MOST_A_DAY}
        if not request.env["club.attempt"].sudo()._take("data", limits, hours=24):
            request.session["club_notice"] = request.env._("You had this file several times today. Try again tomorrow.")
            return request.redirect(values["base"])
        return _answer(member)

    @route("/club/member/<int:member_id>/data", type="http", auth="user", readonly=True)
    def club_member_data(self, member_id, **_kwargs):
        member = request.env["club.member"].browse(member_id).exists()
        is_manager = request.env.user.has_group("loyalty_club.loyalty_club_group_manager")
        if not member or not is_manager or not member.has_access("read"):
            raise request.not_found()
        return _answer(member)
