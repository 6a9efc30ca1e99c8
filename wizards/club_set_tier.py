from odoo import fields, models


class ClubSetTier(models.TransientModel):
    """Give a member a tier by hand for a time: which, until when, and a reason that stays."""

    _name = "club.set.tier"
    _description = "Set a Tier by Hand"
    _inherit = ["club.window.mixin"]

    member_id = fields.Many2one("club.member", required=True, readonly=True)
    club_id = fields.Many2one(related="member_id.club_id")
    tier_id = fields.Many2one("club.tier", required=True, domain="[('club_id', '=', club_id)]")
    until = fields.Date(required=True, help="The last day. The night after, the points decide again.")
    reason = fields.Char(required=True, help="Stays in the member's history.")

    def action_set(self):
        self.ensure_one()
        self.member_id.set_tier(self.tier_id.id, self.until, self.reason)
        return {"type": "ir.actions.act_window_close"}
