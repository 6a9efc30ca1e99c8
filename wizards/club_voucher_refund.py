from odoo import fields, models


class ClubVoucherRefund(models.TransientModel):
    """A manager gives an unused voucher back and says why."""

    _name = "club.voucher.refund"
    _description = "Give a Voucher Back"
    _inherit = ["club.window.mixin"]

    voucher_id = fields.Many2one("club.voucher", required=True, readonly=True)
    price_text = fields.Char(related="voucher_id.price_text")
    member_id = fields.Many2one(related="voucher_id.member_id")
    reason = fields.Char(required=True)

    def action_refund(self):
        self.ensure_one()
        self.voucher_id.action_refund(self.reason)
        return {"type": "ir.actions.act_window_close"}
