from fractions import Fraction

from odoo import models
from odoo.tools import float_is_zero

from ..engine.values import exact

ONE = Fraction(1)


class SaleOrder(models.Model):
    """An order whose goods, or a part of them, were sold by a register: that part earns there.

    Example: of 10 cakes a register sold 3 and an invoice bills 7: the register's order earns on 3, this one on 7.
    """

    _inherit = "sale.order"

    def _club_at_register(self):
        """{line: share} of the goods that paid orders of registers sold."""
        shares = {}
        for line in self.order_line.filtered(lambda line: not line.is_downpayment and line.product_uom_qty > 0):
            sold = line.pos_order_line_ids.filtered(lambda own: own.order_id.state in ("paid", "done"))
            if sold:
                quantity = line._convert_qty(line, sum(sold.mapped("qty")), "p2s")
                shares[line] = min(ONE, max(Fraction(0), exact(quantity) / exact(line.product_uom_qty)))
        return shares

    def _club_open_parts(self):
        """{line key: share} that is left to this order of lines which registers sold."""
        return {str(line.id): 1 - share for line, share in self._club_at_register().items()}

    def _club_open_total(self):
        """What this order comes to without what registers sold of it."""
        return self.amount_total - sum(
            float(share) * line.price_total for line, share in self._club_at_register().items()
        )

    def _club_is_settled_at_register(self):
        """All of it was sold by a register's order, which earns in its place."""
        if not any(self._club_at_register().values()):
            return False
        left = self._club_open_total()
        return left < 0 or float_is_zero(left, precision_rounding=self.currency_id.rounding)

    def _club_not_real(self, total, negative):
        """What points paid of it, here or as a deposit at a register, is not money."""
        points = self._club_points_in_deposits() + self._club_points_money()
        return negative + points, points > 0

    def _club_points_in_deposits(self):
        """How much of the deposits that registers took was paid in points."""
        points = 0.0
        for line in self.order_line.filtered("is_downpayment").pos_order_line_ids:
            order = line.order_id
            if order.state in ("paid", "done") and order.amount_total > 0 and line.price_subtotal_incl > 0:
                tendered = sum(order.payment_ids._club_tenders().mapped("amount"))
                points += line.price_subtotal_incl * min(1.0, tendered / order.amount_total)
        return points
