from odoo import api, fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    club_wallet_ids = fields.Many2many(
        "loyalty.card",
        "club_payment_wallet_rel",
        "transaction_id",
        "card_id",
        string="Store Credit Promised",
        context={"active_test": False},
        readonly=True,
        copy=False,
        help="Wallets that paid a part of the order when this payment was started: until it fails, that part is kept.",
    )
    club_wallet_parts = fields.Json(readonly=True, copy=False, help="How much, by order and wallet.")

    @api.model_create_multi
    def create(self, vals_list):
        """Before money is on its way: store credit that another order's payment counts on stops this one."""
        payments = super().create(vals_list)
        for payment in payments:
            if not payment._club_brings_money():
                continue
            if costs := payment.sale_order_ids._club_reserve_wallets():
                payment.sudo().write({
                    "club_wallet_ids": [card.id for _order, card in costs],
                    "club_wallet_parts": {f"{order.id}:{card.id}": cost for (order, card), cost in costs.items()},
                })  # fmt: skip
        return payments

    def _club_wallet_part(self, order, card):
        """What this payment was promised of a wallet for one of its orders."""
        return (self.sudo().club_wallet_parts or {}).get(f"{order.id}:{card.id}", 0.0)

    def _check_amount_and_confirm_order(self):
        self.sale_order_ids._club_settle_wallets()
        return super()._check_amount_and_confirm_order()
