from odoo.addons.pos_self_order.controllers.orders import PosSelfOrderController
from odoo.http import request, route


class ClubSelfOrder(PosSelfOrderController):
    """Kiosks and tables: the browser says what was scanned or typed, and sends a token back; see ``club.visit``."""

    # ------------------------------------------------------------------ who it is
    @route("/club/self/identify", type="jsonrpc", auth="public", website=True, methods=["POST"])
    def club_self_identify(self, access_token, scanned="", phone="", consent=False, pin="", token="", **_kwargs):
        """Recognise a customer.

        :return: dict, see ``club.visit._identify``
        """
        config = self._verify_pos_config(access_token)
        return config.env["club.visit"]._identify(
            config,
            scanned=scanned,
            phone=phone,
            consent=consent is True,
            pin=pin,
            token=token,
            address=request.httprequest.remote_addr,
        )

    @route("/club/self/forget", type="jsonrpc", auth="public", website=True, methods=["POST"])
    def club_self_forget(self, access_token, token="", **_kwargs):
        config = self._verify_pos_config(access_token)
        config.env["club.visit"]._of(token, config)._forget()
        return {}

    # ------------------------------------------------------------------ the order
    @route()
    def process_order(self, order, access_token, table_identifier, device_type):
        """Nothing that a browser claims of a customer counts: the server says whose order it is."""
        token = order.pop("club_visit", None)
        request.env["pos.order"]._club_self_clean(order)
        visit = request.env["club.visit"]
        if token:
            config = self._verify_pos_config(access_token)
            visit = config.env["club.visit"]._of(token, config)._bind(order)
        request.club_visit = visit
        return super().process_order(order, access_token, table_identifier, device_type)

    def _verify_line_price(self, lines, pos_config, preset_id):
        """The order is on the server, its total not counted yet: what the customer chose comes off here."""
        super()._verify_line_price(lines, pos_config, preset_id)
        visit = getattr(request, "club_visit", request.env["club.visit"])
        if visit or lines.coupon_id:
            lines.order_id.sudo()._club_apply_choice(visit)

    def _generate_return_values(self, order, config):
        return order._club_self_mask(super()._generate_return_values(order, config))
