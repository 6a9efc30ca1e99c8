from odoo.addons.portal.controllers import portal
from odoo.http import request, route
from werkzeug.urls import url_encode

LONGEST_TYPED = 20


class CustomerPortal(portal.CustomerPortal):
    """The code of a receipt: looked at by whoever scans it, collected by who is signed in and presses the button."""

    @route(
        ["/club/claim", "/club/claim/<string:code>"],
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=True,
    )
    def club_claim(self, code="", **_kwargs):
        """Nothing is looked up here: a visitor learns nothing of a code, and scanning alone changes nothing."""
        path = "/club/claim/" + code if code else "/club/claim"
        return self._club_claim_page({
            "code": code,
            "is_scanned": len(code) > LONGEST_TYPED,
            "sign_query": url_encode({"redirect": path}),
            "can_sign_up": request.env["res.users"]._get_signup_invitation_scope() == "b2c",
        })  # fmt: skip

    @route("/club/claim/collect", type="http", auth="user", website=True, sitemap=False, methods=["POST"])
    def club_claim_collect(self, code="", **_kwargs):
        answer = request.env["club.claim"]._collect(
            code, request.env.user, self._club_company(), request.httprequest.remote_addr
        )
        if not answer.is_collected:
            return self._club_claim_page({"code": code, "refusal": answer.text})
        request.session["club_notice"] = answer.text
        own = self._club_members()
        return request.redirect(f"/my/club/{answer.member.club_id.id}" if len(own) > 1 else "/my/club")

    def _club_claim_page(self, values):
        website = request.env["website"].get_current_website()
        values |= {"page_name": "club_claim", "club": request.env["club.club"]._club_inviting(website)}
        return request.render("loyalty_club.portal_club_claim", self._prepare_portal_layout_values() | values)
