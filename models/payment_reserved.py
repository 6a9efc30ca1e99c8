from odoo import api, fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    club_reward_ids = fields.Many2many(
        "loyalty.reward",
        "club_payment_reward_rel",
        "transaction_id",
        "reward_id",
        string="Promotions Promised",
        readonly=True,
        copy=False,
        help="Promotions reserved for a tier that the order had when this payment was started: they are in its price.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A payment is promised the reserved promotions that its order rightly has at this moment."""
        payments = super().create(vals_list)
        if not self.env["loyalty.program"]._club_reserved_ids():
            return payments
        for payment in payments:
            if payment.operation in ("refund", "validation") or payment.source_transaction_id:
                continue
            if rewards := payment.sale_order_ids._club_promise_reserved():
                payment.sudo().club_reward_ids = rewards
        return payments

    def _check_amount_and_confirm_order(self):
        if self.env["loyalty.program"]._club_reserved_ids():
            self.sale_order_ids._club_settle_reserved()
        return super()._check_amount_and_confirm_order()


class SaleOrder(models.Model):
    """Invariant: an order whose payment was started with a reserved promotion confirms with it when the money comes.

    Example: Ada, Silver, pays 90.00 by wire. Until the money is there she falls back, or the shop leaves the club:
    her order still is one of 90.00.
    """

    _inherit = "sale.order"

    def _club_promise_reserved(self):
        """Rewards of reserved promotions that these orders have and may have."""
        rewards = self.env["loyalty.reward"].sudo()
        for order in self.sudo().filtered(lambda order: order.state in ("draft", "sent")):
            reserved = order.order_line.reward_id.filtered("program_id.club_min_tier_id")
            closed = order._club_closed_programs()
            rewards |= reserved.filtered(lambda reward, own=closed: reward.program_id not in own)
        return rewards

    def _club_settle_reserved(self):
        """Money has come: put back what it was promised and the order has lost since."""
        for order in self.sudo().filtered(lambda order: order.state in ("draft", "sent")):
            paid = order._club_live_payments().filtered(lambda payment: payment.state in ("authorized", "done"))
            lost = paid.club_reward_ids - order.order_line.reward_id
            if lost and order.currency_id.compare_amounts(order.amount_total, sum(paid.mapped("amount"))) > 0:
                order._club_put_back(lost)

    def _club_put_back(self, rewards):
        """Apply these rewards of promotions anew, as far as the cart still meets the host's own conditions."""
        self._update_programs_and_rewards()
        for code in rewards.program_id.rule_ids.filtered(lambda rule: rule.mode == "with_code").mapped("code"):
            self._try_apply_code(code)
        for coupon, claimable in self._get_claimable_rewards().items():
            for reward in claimable & rewards:
                self._apply_program_reward(reward, coupon)
        self._update_programs_and_rewards()
