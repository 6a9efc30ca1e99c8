from odoo import api, models
from odoo.exceptions import UserError

PRICED = frozenset({
    "price_unit", "product_uom_qty", "discount", "tax_ids", "points_cost", "coupon_id", "reward_id", "order_id",
    "is_downpayment",
})  # fmt: skip


class SaleOrderLine(models.Model):
    """The line that says what points pay: the club moves it, people only take it off before the order is confirmed.

    Example: of 10 pieces for 100.00 with 20.00 in points, an invoice of one piece carries 2.00 of the points.
    """

    _inherit = "sale.order.line"

    def _is_club_points(self):
        return bool(self.coupon_id) and self.reward_id.program_id.is_club_technical

    def _club_follows_goods(self):
        """What points paid, or a reward bought with them takes off the goods: billed and credited in their ratio."""
        if self._is_club_points():
            return True
        is_off = self.reward_id.reward_type == "discount" and self.price_unit < 0
        return is_off and bool(self.coupon_id.sudo().program_id.club_id)

    @api.depends("name", "coupon_id")
    def _compute_name_short(self):
        """In the cart it has its own name, "Paid with Beans", not its product's."""
        points = self.filtered(lambda line: line._is_club_points() and line.name)
        for line in points:
            line.name_short = line.name
        return super(SaleOrderLine, self - points)._compute_name_short()

    def write(self, vals):
        order = self.env["sale.order"]
        if order._club_is_recomputing() or not PRICED & vals.keys():
            return super().write(vals)
        confirmed = self.filtered(lambda line: line.state == "sale")
        if confirmed.filtered(lambda line: line._is_club_points()):
            raise UserError(
                self.env._("What points paid of a confirmed order stays. Credit or cancel it, and they go back.")
            )
        result = super().write(vals)
        confirmed.order_id.filtered(lambda order: order.sudo().club_hold_id)._club_shrink()
        return result

    def unlink(self):
        if self.env["sale.order"]._club_is_recomputing():
            return super().unlink()
        points = self.filtered(lambda line: line._is_club_points())
        if points.filtered(lambda line: line.state == "sale"):
            raise UserError(
                self.env._("What points paid of a confirmed order stays. Credit or cancel it, and they go back.")
            )
        holds = {order: order._club_points_holds() for order in points.order_id}
        cards = points.coupon_id
        others = (self - points).filtered(lambda line: line.state == "sale").order_id
        result = super().unlink()
        for order in self.env["sale.order"].union(*holds).exists():
            for hold in holds[order].filtered(lambda hold: hold.card_id in cards):
                order._club_unchoose(hold)
        others.exists().filtered(lambda order: order.sudo().club_hold_id)._club_shrink()
        return result

    # ------------------------------------------------------------------ invoices
    def _club_invoiced_share(self):
        """The share of the order's goods that invoices bill once all is billed that is due, 0 to 1.

        Goods that were billed and sent back lower it: their credit note takes its share of the points.
        """
        whole = part = 0.0
        for line in self.order_id.order_line:
            if line.display_type or line.is_downpayment or line.is_reward_line or line.product_uom_qty <= 0:
                continue
            due = line.product_uom_qty if line.product_id.invoice_policy == "order" else line.qty_delivered
            whole += line.price_total
            part += line.price_total * due / line.product_uom_qty
        return min(1.0, max(0.0, part / whole)) if whole else 1.0

    @api.depends(
        "order_id.order_line.qty_delivered",
        "order_id.order_line.product_uom_qty",
        "order_id.order_line.price_total",
    )
    def _compute_qty_to_invoice(self):
        result = super()._compute_qty_to_invoice()
        for line in self.filtered(lambda line: line.state == "sale" and line._club_follows_goods()):
            line.qty_to_invoice = line._club_invoiced_share() * line.product_uom_qty - line.qty_invoiced
        return result

    @api.model
    def _club_price_of(self, due, price, total, taxes):
        """The price that comes to `due` with its taxes, where `price` comes to `total`."""
        if all(taxes.mapped("price_include")):
            return due
        return price * due / total if total else 0.0

    def _prepare_invoice_line(self, **optional_values):
        """Quantities have two decimals: the price makes the parts add up to the cent."""
        values = super()._prepare_invoice_line(**optional_values)
        if self._club_follows_goods() and values.get("quantity"):
            booked = sum(
                -line.move_id.direction_sign * line.price_total
                for line in self.invoice_lines
                if line.move_id.state != "cancel" and line.move_id.move_type in ("out_invoice", "out_refund")
            )
            due = self.currency_id.round(self.price_total * self._club_invoiced_share()) - booked
            is_whole = not self.currency_id.compare_amounts(due, self.price_total)
            if not is_whole or values["quantity"] != self.product_uom_qty:
                price = self._club_price_of(due, self.price_unit * self.product_uom_qty, self.price_total, self.tax_ids)
                values["price_unit"] = price / values["quantity"]
        return values
