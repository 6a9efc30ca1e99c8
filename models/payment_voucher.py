from odoo import api, fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    club_voucher_ids = fields.Many2many(
        "club.voucher",
        "club_payment_voucher_rel",
        "transaction_id",
        "voucher_id",
        string="Vouchers Promised",
        readonly=True,
        copy=False,
        help="Vouchers that the order had when this payment was started: until it fails they are that order's alone.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Before money is on its way: a voucher that another order's payment counts on stops this one."""
        payments = super().create(vals_list)
        for payment in payments:
            if not payment._club_brings_money():
                continue
            if vouchers := payment.sale_order_ids._club_reserve_vouchers():
                payment.sudo().club_voucher_ids = vouchers
        return payments

    def _check_amount_and_confirm_order(self):
        self.sale_order_ids._club_settle_vouchers()
        return super()._check_amount_and_confirm_order()
