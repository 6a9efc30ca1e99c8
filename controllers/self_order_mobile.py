from odoo.addons.pos_self_order.controllers.orders import PosSelfOrderController
from odoo.http import request, route

from .self_order import _remember


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
        visit = config.env["club.visit"]._of(token, config)
        is_mine = visit._attach(order_access_token)
        if is_mine:
            _remember("club_orders", visit.order_uuid)
        return {"is_mine": is_mine}
