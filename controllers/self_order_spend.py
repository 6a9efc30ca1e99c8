from odoo.addons.pos_self_order.controllers.orders import PosSelfOrderController
from odoo.http import request, route


class ClubSelfSpend(PosSelfOrderController):
    """Rewards, vouchers and points at kiosks and tables; see ``models/self_order_spend``."""

    @route("/club/self/offer", type="jsonrpc", auth="public", website=True, methods=["POST"])
    def club_self_offer(self, access_token, token="", order=None, **_kwargs):
        """What a recognised customer can use for this cart."""
        config = self._verify_pos_config(access_token)
        return config.env["club.visit"]._of(token, config)._offer(config, order)

    @route("/club/self/choose", type="jsonrpc", auth="public", website=True, methods=["POST"])
    def club_self_choose(self, access_token, token="", order=None, choice=None, **_kwargs):
        """What the customer wants of it now."""
        config = self._verify_pos_config(access_token)
        return config.env["club.visit"]._of(token, config)._choose(config, order, choice)

    @route()
    def process_order(self, order, access_token, table_identifier, device_type):
        """Points that cover everything are the payment: no terminal is asked any more."""
        result = super().process_order(order, access_token, table_identifier, device_type)
        visit = getattr(request, "club_visit", None)
        if visit and visit.choice and not visit.choice["total"] and result["pos.order"]:
            config = self._verify_pos_config(access_token)
            placed = config.env["pos.order"].browse(result["pos.order"][0]["id"])
            if placed._club_pay_choice(visit):
                return self._generate_return_values(placed, config)
        return result

    def _generate_return_values(self, order, config):
        """What the server took off is a line of a product that the device has never heard of."""
        told = super()._generate_return_values(order, config)
        products = order.sudo().lines.filtered(lambda line: line.coupon_id).product_id
        rows = [own._club_told_to_devices() for own in products]
        for model in ("product.template", "product.product") if rows else ():
            told[model] = [row[model] for row in rows]
        return told
