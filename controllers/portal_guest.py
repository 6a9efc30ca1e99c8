from odoo.addons.portal.controllers import portal
from odoo.addons.website_sale.controllers.main import WebsiteSale
from odoo.http import request, route
from werkzeug.urls import url_encode

from .told import text


def visitor_banner():
    """What the visitor's own last order in this browser collected; None where there is nothing to say."""
    order = request.env["sale.order"].sudo().browse(request.session.get("sale_last_order_id", 0))
    banner = request.env["club.member"].sudo()._club_visitor_banner(order) if order else None
    if banner:
        banner["can_sign_up"] = request.env["res.users"]._get_signup_invitation_scope() == "b2c"
    return banner


class CustomerPortal(portal.CustomerPortal):
    """Orders of visitors without an account, and how they come to the account that is opened later."""

    def _club_visitor_page(self):
        """The own page of somebody who is not signed in: what the last order brought, else the way to sign in."""
        self._club_keep_nothing()
        banner = visitor_banner()
        if not banner:
            return request.redirect("/web/login?" + url_encode({"redirect": request.httprequest.path}))
        values = {"page_name": "club_card", "club": banner["club"], "club_banner": banner}
        return request.render("loyalty_club.portal_club_visitor", values)

    @route("/club/keep", type="http", auth="public", website=True, sitemap=False)
    def club_keep(self, **_kwargs):
        """Sign up as the contact of the own last order, so that what it collected stays."""
        banner = visitor_banner() if request.env.user._is_public() else None
        if not banner or not banner["can_sign_up"]:
            return request.redirect("/my/club")
        order = request.env["sale.order"].sudo().browse(request.session["sale_last_order_id"])
        order.partner_id.signup_prepare()
        contact = order.partner_id.with_context(relative_url=True)
        return request.redirect(contact._get_signup_url_for_action(url="/my/club")[contact.id])

    @route("/club/confirm/send", type="http", auth="user", website=True, sitemap=False, methods=["POST"])
    def club_confirm_send(self, **_kwargs):
        base_url = request.env["website"].get_current_website().get_base_url()
        address = request.httprequest.remote_addr
        request.session["club_notice"] = request.env["club.proof"]._send(request.env.user, base_url, address)
        return request.redirect("/my/club")

    @route("/club/confirm/<string:token>", type="http", auth="user", website=True, sitemap=False, readonly=True)
    def club_confirm(self, token, **_kwargs):
        """The link of the mail. Only the button on this page uses it up: mail programs open links by themselves."""
        _proof, refusal = request.env["club.proof"]._find(token, request.env.user)
        return self._club_confirm_page(token, refusal)

    @route("/club/confirm", type="http", auth="user", website=True, sitemap=False, methods=["POST"])
    def club_confirm_use(self, token="", **_kwargs):
        token = text(token)
        answer = request.env["club.proof"]._confirm(token, request.env.user)
        return self._club_gathered(answer) if answer.member is not None else self._club_confirm_page(token, answer.text)

    @route("/club/gather", type="http", auth="user", website=True, sitemap=False, methods=["POST"])
    def club_gather(self, **_kwargs):
        """What was collected without signing in since the address was proven."""
        if not request.env["club.proof"]._has(request.env.user):
            return request.redirect("/my/club")
        return self._club_gathered(request.env["club.member"].sudo()._gather(request.env.user))

    def _club_gathered(self, answer):
        request.session["club_notice"] = answer.text
        return request.redirect("/my/club")

    def _club_confirm_page(self, token, refusal):
        self._club_keep_nothing()
        values = {"page_name": "club_card", "token": token, "refusal": refusal, "email": request.env.user.email}
        return request.render("loyalty_club.portal_club_confirm", self._prepare_portal_layout_values() | values)


class ClubShop(WebsiteSale):
    def _prepare_shop_payment_confirmation_values(self, order):
        values = super()._prepare_shop_payment_confirmation_values(order)
        values["club_banner"] = request.env.user._is_public() and visitor_banner()
        return values
