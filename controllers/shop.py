from odoo.addons.website_sale.controllers.cart import Cart
from odoo.addons.website_sale.controllers.main import WebsiteSale
from odoo.exceptions import UserError
from odoo.http import request, route


def _customer():
    """Who is signed in; none for a visitor."""
    return None if request.website.is_public_user() else request.env.user.partner_id


def _card():
    return request.cart._club_shop_card(_customer()) if request.cart else {}


class ClubCart(Cart):
    """Points in the cart of this very session; there is no way to name another order or another member."""

    def _cart_values(self, **post):
        return super()._cart_values(**post) | {"club_card": _card()}

    @route("/club/cart/points", type="jsonrpc", auth="public", website=True, methods=["POST"])
    def club_cart_points(self, units=None, is_auto=None, unit_id=None, **_kwargs):
        """Pay with so many units, or show anew what may be paid; without ``unit_id``, of the first unit.

        :return: dict ``refused`` (a sentence, or ""), and what the page shows anew
        """
        order = request.cart
        if not order:
            return {"refused": request.env._("The cart is empty. Fill it first.")}
        refused = ""
        if units is not None or is_auto is not None:
            refused = order._club_shop_choose(_customer(), units, is_auto, unit_id)
        return self._club_answer(order, refused)

    @route("/club/cart/reward", type="jsonrpc", auth="public", website=True, methods=["POST"])
    def club_cart_reward(self, program_id=None, is_wanted=True, reward_id=None, product_id=None, **_kwargs):
        """Put a reward into the cart, or take it off.

        :return: as ``club_cart_points``
        """
        order = request.cart
        if not order:
            return {"refused": request.env._("The cart is empty. Fill it first.")}
        refused = order._club_shop_reward(_customer(), program_id, is_wanted is not False, reward_id, product_id)
        return self._club_answer(order, refused)

    def _club_answer(self, order, refused):
        views = request.env["ir.ui.view"]
        card = order._club_shop_card(_customer())
        return {
            "refused": refused,
            "card": views._render_template("loyalty_club.shop_card", {"club_card": card, "club_refused": refused}),
            "cart_quantity": order.cart_quantity,
            "cart_ready": order._is_cart_ready(),
            "amount": order.amount_total,
            "website_sale.cart_lines": views._render_template(
                "website_sale.cart_lines",
                {"website_sale_order": order, "suggested_products": order._cart_accessories()},
            ),
            "website_sale.total": views._render_template("website_sale.total", {"website_sale_order": order}),
        }


class ClubShop(WebsiteSale):
    def _get_shop_payment_values(self, order, **kwargs):
        return super()._get_shop_payment_values(order, **kwargs) | {"club_card": _card()}

    def _prepare_shop_payment_confirmation_values(self, order):
        values = super()._prepare_shop_payment_confirmation_values(order)
        return values | {"club_confirmation": order._club_confirmation(_customer())}

    @route()
    def shop_payment_validate(self, sale_order_id=None, **post):
        """A cart that points cover after a payment was tried and failed needs no other payment."""
        order = request.cart
        if sale_order_id is None and order and order.state in ("draft", "sent") and order.club_hold_id:
            payment = order.get_portal_last_transaction()
            is_over = payment and payment.state in ("draft", "error", "cancel")
            if is_over and order.currency_id.is_zero(order.amount_total):
                if self._get_shop_payment_errors(order):
                    return request.redirect("/shop/payment")  # which says them
                try:
                    with request.env.cr.savepoint():
                        order._check_cart_is_ready_to_be_paid()
                        order._validate_order()
                except UserError as refusal:
                    order._update_programs_and_rewards()
                    order.shop_warning = str(refusal)
                    return request.redirect("/shop/cart")
                request.website.sale_reset()
                return request.redirect("/shop/confirmation")
        return super().shop_payment_validate(sale_order_id, **post)
