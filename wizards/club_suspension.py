from odoo import api, fields, models
from odoo.exceptions import AccessError


class ClubSuspension(models.TransientModel):
    """Asks before a club is taken out of use, with what that does to how many."""

    _name = "club.suspension"
    _description = "Suspend a Club"
    _inherit = ["club.window.mixin"]

    club_id = fields.Many2one("club.club", required=True, readonly=True, ondelete="cascade")
    text = fields.Text(compute="_compute_text")

    @api.depends("club_id")
    def _compute_text(self):
        for wizard in self:
            wizard.text = wizard.club_id._club_suspend_text()

    def action_confirm(self):
        self.ensure_one()
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club suspend it. Ask one of them."))
        self.club_id.check_access("write")
        self.club_id.write({"state": "suspended"})
        return {"type": "ir.actions.client", "tag": "soft_reload"}
