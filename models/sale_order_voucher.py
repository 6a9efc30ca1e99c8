from odoo import models


class SaleOrder(models.Model):
    """Vouchers in the webshop's cart and on quotations: the host applies them, we say whose they are."""

    _inherit = "sale.order"

    def _try_apply_code(self, code):
        card = self.env["loyalty.card"].sudo().search([("code", "=", code)]) if code else self.env["loyalty.card"]
        voucher = self.env["club.voucher"]._of_cards(card).get(card)
        if voucher and (refusal := voucher._refusal(self.partner_id, self._club_outlet())):
            return {"error": refusal}
        return super()._try_apply_code(code)

    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        """Nothing for a customer who may not use it: also where the order was given to another one since."""
        points = super()._get_real_points_for_coupon(coupon, post_confirm)
        if points < 0 or self.state == "sale" or coupon.partner_id == self.partner_id or not coupon.program_id.club_id:
            return points
        voucher = self.env["club.voucher"]._of_cards(coupon).get(coupon)
        if not voucher or voucher.is_giftable:
            return points
        return min(points, 0.0) - self._club_voucher_cost(coupon)

    def _club_voucher_cost(self, coupon):
        """What the order takes from a voucher: with it the figure is below 0, and the host refuses to confirm."""
        return sum(self.order_line.filtered(lambda line: line.coupon_id == coupon).mapped("points_cost"))

    def _get_point_changes(self):
        """Using and giving back a voucher is the order's right, whoever confirms or cancels it."""
        changes = super()._get_point_changes()
        if not changes:
            return changes
        cards = self.env["loyalty.card"].union(*changes)
        ours = self.env["club.voucher"]._of_cards(cards.filtered("program_id.club_id"))
        return {(card.sudo() if card in ours else card): change for card, change in changes.items()}
