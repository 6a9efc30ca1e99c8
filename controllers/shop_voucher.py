from odoo.addons.website_sale.controllers.main import WebsiteSale
from odoo.http import request


class ClubVoucherShop(WebsiteSale):
    def _get_shop_payment_errors(self, order):
        """Told before anything is paid: another order's payment was started with this cart's voucher or credit."""
        errors = super()._get_shop_payment_errors(order)
        if obstacle := order._club_voucher_obstacle():
            errors.append((request.env._("The voucher cannot be used here."), obstacle))
        if obstacle := order._club_wallet_obstacle():
            errors.append((request.env._("A part of this order cannot be paid like this."), obstacle))
        return errors
