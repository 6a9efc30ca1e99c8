"""In which order price reductions come, so that the same order costs the same however it was put together.

The tier's pricelist is in the prices. Then free products, promotions, codes and coupons, and last what pays:
gift cards, wallets and points.
"""

from odoo import models


class LoyaltyReward(models.Model):
    _inherit = "loyalty.reward"

    def _club_rank(self):
        """0 free products, 1 promotions, 2 codes and coupons, 3 what pays."""
        program = self.program_id
        if program.is_payment_program:
            return 3
        if self.reward_type == "product":
            return 0
        return 2 if program.trigger == "with_code" or program.applies_on == "future" else 1


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_reward_line_values(self, reward, coupon, **kwargs):
        values = super()._get_reward_line_values(reward, coupon, **kwargs)
        if self.sudo()._club_outlet()._is_shown():
            for value in values:
                if value.get("sequence"):
                    value["sequence"] += reward._club_rank()
        return values

    def _apply_program_reward(self, reward, coupon, **kwargs):
        result = super()._apply_program_reward(reward, coupon, **kwargs)
        if "error" not in result and self.sudo()._club_outlet()._is_shown():
            self._club_put_in_order()
        return result

    def _club_put_in_order(self):
        """What a percentage takes off depends on what came before: compute anew in the order that counts."""
        ranks = [line.reward_id._club_rank() for line in self.order_line if line.reward_id]
        if ranks != sorted(ranks):
            self.order_line.flush_recordset(["sequence"])
            self.invalidate_recordset(["order_line"])
            self._update_programs_and_rewards()
