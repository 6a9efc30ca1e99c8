from odoo import api, fields, models
from odoo.exceptions import UserError


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    club_reward_ids = fields.Many2many(
        "loyalty.reward",
        "club_payment_reward_rel",
        "transaction_id",
        "reward_id",
        string="Promotions Promised",
        context={"active_test": False},
        readonly=True,
        copy=False,
        help="Promotions reserved for a tier that the order had when this payment was started: they are in its price.",
    )

    club_choices = fields.Json(readonly=True, copy=False, help="Which free products the order had, by reward.")

    @api.model_create_multi
    def create(self, vals_list):
        """A payment is promised the reserved promotions that its order rightly has at this moment."""
        payments = super().create(vals_list)
        has_reserved = bool(self.env["loyalty.program"]._club_reserved_ids())
        for payment in payments:
            if not payment._club_brings_money():
                continue
            if choices := payment.sale_order_ids._club_choices():
                payment.sudo().club_choices = choices
            if has_reserved and (rewards := payment.sale_order_ids._club_promise_reserved()):
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
        """Rewards of reserved promotions that these orders have and may have.

        :raise UserError: the cart was not looked at since one ended, or its tier was lost: its total would rise
        """
        rewards = self.env["loyalty.reward"].sudo()
        for order in self.sudo().filtered(lambda order: order.state in ("draft", "sent")):
            reserved = order.order_line.reward_id.filtered("program_id.club_min_tier_id")
            gone = order._club_closed_programs()
            gone |= reserved.program_id - reserved.program_id.filtered_domain(order._get_program_domain())
            if gone:
                raise UserError(
                    self.env._(
                        "%s does not count for this order any more. Reload the page, and look at the total before "
                        "you pay. Nothing was taken.",
                        gone[0].name,
                    )
                )
            rewards |= reserved
        return rewards

    def _club_settle_reserved(self):
        """Money has come: put back what it was promised and the order has lost since."""
        for order in self.sudo().filtered(lambda order: order.state in ("draft", "sent")):
            paid = order._club_live_payments().filtered(lambda payment: payment.state in ("authorized", "done"))
            lost = paid.club_reward_ids - order.order_line.reward_id
            if order.currency_id.compare_amounts(order.amount_total, sum(paid.mapped("amount"))) <= 0:
                lost = lost.filtered(lambda reward: reward.reward_type == "product")
            if lost:
                order._club_with_archived()._club_put_back(lost)

    def _club_put_back(self, rewards):
        """Apply these rewards of promotions anew, as far as the cart still meets the host's own conditions."""
        coded = rewards.with_env(self.env).program_id.rule_ids.filtered(lambda rule: rule.mode == "with_code")
        self.code_enabled_rule_ids |= coded
        self._update_programs_and_rewards()
        for program in coded.program_id - self._get_applied_programs():
            self._try_apply_program(program)
        for coupon, claimable in self._get_claimable_rewards().items():
            for reward in claimable & rewards:
                self._apply_program_reward(reward, coupon, **self._club_chosen_before(coupon, reward))
        self._update_programs_and_rewards()

    # ------------------------------------------------------------------ which product
    def _club_choices(self):
        """[coupon, reward, product] of the free products on these orders."""
        lines = self.sudo().order_line.filtered(lambda line: line.coupon_id and line.reward_id.reward_type == "product")
        return [[line.coupon_id.id, line.reward_id.id, line.product_id.id] for line in lines]

    def _club_chosen_before(self, coupon, reward):
        """The product that the customer had chosen when the payment was started, as ``_apply_program_reward`` wants it.

        A promotion's coupon is made anew with the promotion, a voucher's is the same.
        """
        noted = [choice for payment in self._club_live_payments() for choice in payment.club_choices or ()]
        chosen = [choice for choice in noted if choice[1] == reward.id]
        chosen = [choice for choice in chosen if choice[0] == coupon.id] or chosen
        product = self.env["product.product"].browse(chosen[-1][2]).exists() if chosen else None
        return {"product": product} if product and product in reward.reward_product_ids else {}
