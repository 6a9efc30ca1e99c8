"""Managers of the club make its rewards, whatever they may do with products.

The host keeps a product for each benefit, which an order's line is of, and makes, names and archives it with
the rights of whoever edits the promotion. Nothing but that product is touched here with others' rights.
"""

from odoo import models

# What the host hands on to the product: plain values, no commands.
HANDED_ON = frozenset({"description", "active"})


class LoyaltyReward(models.Model):
    _inherit = "loyalty.reward"

    def _create_missing_discount_line_products(self):
        own = self.filtered(lambda reward: reward.program_id._club_is_made_here())
        if own:
            super(LoyaltyReward, own.sudo())._create_missing_discount_line_products()
        if self - own:
            return super(LoyaltyReward, self - own)._create_missing_discount_line_products()
        return None

    def write(self, vals):
        if not HANDED_ON & vals.keys() or not self.program_id._club_is_made_here():
            return super().write(vals)
        self.check_access("write")
        if rest := {name: value for name, value in vals.items() if name not in HANDED_ON}:
            super().write(rest)
        handed = {name: value for name, value in vals.items() if name in HANDED_ON}
        return super(LoyaltyReward, self.sudo()).write(handed)


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    def _club_is_made_here(self):
        """Are all of these rewards of clubs, in the hands of a manager who may not edit products?"""
        if self.env.su or not self or self.env["product.product"].has_access("write"):
            return False
        is_manager = self.env.user.has_group("loyalty_club.loyalty_club_group_manager")
        return is_manager and all(program.club_id for program in self)

    def _compute_coupon_count(self):
        """How many there are out, and were used, is a figure of the club's own reward, whosever orders have them."""
        own = self.sudo() if self._club_is_made_here() else self
        return super(LoyaltyProgram, own)._compute_coupon_count()

    def _compute_total_order_count(self):
        own = self.sudo() if self._club_is_made_here() else self
        return super(LoyaltyProgram, own)._compute_total_order_count()

    def write(self, vals):
        if "active" not in vals or not self._club_is_made_here():
            return super().write(vals)
        self.check_access("write")
        if rest := {name: value for name, value in vals.items() if name != "active"}:
            super().write(rest)
        return super(LoyaltyProgram, self.sudo()).write({"active": vals["active"]})
