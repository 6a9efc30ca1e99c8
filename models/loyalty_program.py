from odoo import api, fields, models


class LoyaltyProgram(models.Model):
    _name = "loyalty.program"
    _inherit = ["loyalty.program", "club.rule.mixin"]

    is_club_technical = fields.Boolean(
        readonly=True, copy=False, help="Carries points of the club into an order; worth nothing without it."
    )

    @api.model
    def _club_retire(self):
        """Without the add-on its cards would be money that anybody can spend: empty and archive them."""
        own = ["|", ("is_club_technical", "=", True), ("is_club_reduction", "=", True)]
        programs = self.sudo().with_context(active_test=False).search(own)
        programs.coupon_ids.write({"points": 0, "active": False})
        programs.active = False


class LoyaltyRule(models.Model):
    _name = "loyalty.rule"
    _inherit = ["loyalty.rule", "club.rule.mixin"]
