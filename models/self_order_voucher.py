"""A voucher in a self-order is that order's alone until it is paid or given up: terminals charge what it left."""

from datetime import timedelta

from odoo import api, fields, models

from .club_hold import LIFETIME_HOURS


class ClubVoucher(models.Model):
    _inherit = "club.voucher"

    promised_key = fields.Char(readonly=True, copy=False, help="The uuid of the self-order that it is on.")
    promised_until = fields.Datetime(readonly=True, copy=False)

    _promised_idx = models.Index("(promised_key) WHERE promised_key IS NOT NULL")

    def _promise(self, order_uuid, hours=LIFETIME_HOURS["kiosk"]):
        """:param order_uuid: of a self-order; False gives it back"""
        if self:
            until = fields.Datetime.now() + timedelta(hours=hours) if order_uuid else False
            self._set({"promised_key": order_uuid, "promised_until": until})

    @api.model
    def _promised_to(self, *order_uuids):
        """The vouchers that are promised to self-orders now."""
        now = fields.Datetime.now()
        return self.sudo().search([("promised_key", "in", order_uuids), ("promised_until", ">", now)])

    def _promised_order_of(self, partner):
        """The uuid of the open self-order of this customer that it is on, None where it is on none."""
        key = self.sudo().promised_key
        if not key or not partner:
            return None
        domain = [("uuid", "=", key), ("state", "=", "draft"), ("partner_id", "=", partner.id)]
        return key if self.env["pos.order"].sudo().search_count(domain, limit=1) else None

    def _is_promised_elsewhere(self, order):
        """:param order: the document that wants it, or the uuid of a self-order"""
        own = self.sudo()
        if not own.promised_key or own.promised_until <= fields.Datetime.now():
            return False
        is_register = order is not None and not isinstance(order, str) and order._name == "pos.order"
        return own.promised_key != (order.uuid if is_register else order)

    def _refused(self, partner, outlet, order=None, at=None):
        refusal = super()._refused(partner, outlet, None if isinstance(order, str) else order, at)
        if not refusal and self._is_promised_elsewhere(order):
            return self.env["club.refusal"]._because("voucher_promised")
        return refusal


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    def _club_stands_for_points(self):
        """Is it a coupon that stands for points: chosen in an order, or bought before?"""
        return any(card.club_is_bound or card.club_voucher_ids for card in self.sudo())


class PosOrder(models.Model):
    _inherit = "pos.order"

    def _club_use_voucher(self, voucher, lines):
        super()._club_use_voucher(voucher, lines)
        if voucher.promised_key:
            voucher._promise(False)
