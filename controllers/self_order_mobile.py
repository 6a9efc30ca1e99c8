from odoo.addons.point_of_sale.controllers.main import PosController
from odoo.addons.pos_self_order.controllers.orders import PosSelfOrderController
from odoo.http import request, route
from werkzeug.urls import url_encode

from ..models.pos_self import SELF


class ClubSelfMobile(PosSelfOrderController):
    """Customers who order on a phone of their own; see ``models/self_order_login.py``."""

    @route("/club/self/me", type="jsonrpc", auth="public", website=True, methods=["POST"])
    def club_self_me(self, access_token, token="", **_kwargs):
        """Who is signed in on this phone, or was recognised a moment ago.

        :return: dict as of ``/club/self/identify``; {} for nobody
        """
        config = self._verify_pos_config(access_token)
        return config.env["club.visit"]._me(config, request.env.user, token)

    @route("/club/self/attach", type="jsonrpc", auth="public", website=True, methods=["POST"])
    def club_self_attach(self, access_token, token="", order_access_token="", **_kwargs):
        """An order that was sent before anybody was known becomes this customer's, if it is nobody's.

        :return: dict ``is_mine``
        """
        config = self._verify_pos_config(access_token)
        return {"is_mine": config.env["club.visit"]._of(token, config)._attach(order_access_token)}


class ClubTicket(PosController):
    @route()
    def show_ticket_validation_screen(self, access_token="", **kwargs):
        """The invoice of a self-order whose customer the club knows is for who signs in: the order's link alone, which
        a browser was given for a number that somebody typed, shows and changes nobody's address."""
        if access_token and request.env.user._is_public():
            order = request.env["pos.order"].sudo().search([("access_token", "=", access_token)], limit=1)
            if order.source in SELF and order.club_is_known and not order.account_move:
                back = "/pos/ticket/validate?" + url_encode({"access_token": access_token})
                return request.redirect("/web/login?" + url_encode({"redirect": back}))
        return super().show_ticket_validation_screen(access_token=access_token, **kwargs)
