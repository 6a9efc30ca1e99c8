"""The cart of a self-order device, before anything of it is stored."""

from math import isfinite

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

MOST_LINES = 200


class PosConfig(models.Model):
    _inherit = "pos.config"

    def _club_points_picks(self, order_uuid):
        """What was chosen in points for an order: at most one."""
        return self._club_picks(order_uuid).filtered(
            lambda pick: pick.program_id.is_club_reduction and pick.state == "held"
        )

    def _club_replaced(self, asked):
        replaced = super()._club_replaced(asked)
        return replaced | self._club_points_picks(asked.order_uuid) if self._club_is_self() else replaced

    def _club_most_points(self, asked, member, unit_id):
        choices = self._club_choices(asked, member)
        return next((choice.cap.amount for choice in choices if choice.unit.id == unit_id), 0)

    def _club_check_voucher(self, voucher, partner, order_uuid):
        """:raise UserError: why this voucher cannot be used in an order here"""
        refusal = voucher._refused(partner, self.club_outlet_id, order_uuid)
        if refusal:
            raise refusal
        if voucher.state != "owned" or voucher.program_id not in self._get_program_ids():
            raise UserError(self.env._("%s is not offered here at the moment.", voucher.program_id.name))

    def _club_self_cart(self, told, partner):
        """The cart that a browser tells of, as an order that is never stored.

        :raise UserError: it cannot be read
        """
        lines = told.get("lines") if isinstance(told.get("lines"), list) else []
        try:
            read = [self._club_self_line(line) for line in lines[:MOST_LINES]]
        except (AttributeError, KeyError, TypeError, ValueError) as fault:
            raise UserError(self.env._("This order cannot be read. Start it again.")) from fault
        order = self.env["pos.order"].new(
            {
                "uuid": told["uuid"],
                "config_id": self.id,
                "session_id": self.current_session_id.id,
                "company_id": self.company_id.id,
                "partner_id": partner.id,
                "pricelist_id": self.pricelist_id.id,
                "fiscal_position_id": self.default_fiscal_position_id.id,
                "lines": [Command.create(values) for values, _parent in read],
            }
        )
        for line, (_values, parent) in zip(order.lines, read, strict=True):
            if parent is not None and 0 <= parent < len(order.lines):
                line.combo_parent_id = order.lines[parent]
        return order

    def _club_self_line(self, told):
        product = self.env["product.product"].browse(int(told["product_id"])).exists()
        quantity, price = float(told["qty"]), float(told["price_unit"])
        if not product.available_in_pos or not isfinite(quantity) or not isfinite(price):
            raise ValueError("no such product")
        parent = told.get("combo_parent")
        return {
            "product_id": product.id,
            "qty": max(0.0, min(quantity, 1e6)),
            "price_unit": max(0.0, min(price, 1e9)),
            "tax_ids": [Command.set(product.taxes_id._filter_taxes_by_company(self.company_id).ids)],
        }, parent if type(parent) is int else None


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _club_told_to_devices(self):
        """What a line on a screen and on a receipt needs of the product of a reward: model → row."""
        template = self.product_tmpl_id
        row = {
            "display_name": template.name,
            "name": template.name,
            "taxes_id": [],
            "pos_categ_ids": [],
            "uom_id": template.uom_id.id,
            "type": "service",
            "self_order_available": False,
            "write_date": template.write_date,
        }
        return {
            "product.template": row | {"id": template.id, "product_variant_ids": self.ids},
            "product.product": row | {"id": self.id, "product_tmpl_id": template.id, "lst_price": 0.0},
        }
