from odoo import api, fields, models
from odoo.exceptions import AccessError

MODULE = "loyalty_club"


class BaseModuleUninstall(models.TransientModel):
    """Removing a part that the club stands on takes the club along: say so, with what members have."""

    _inherit = "base.module.uninstall"

    club_warning = fields.Text(compute="_compute_club_warning")

    @api.depends("module_ids")
    def _compute_club_warning(self):
        for wizard in self:
            is_hit = MODULE in wizard._get_modules().mapped("name")
            wizard.club_warning = self.env["club.club"].sudo()._club_farewell() if is_hit else False

    def action_club_export(self):
        """Everything in one file, to be kept before it goes."""
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only administrators save the club before it goes."))
        attachment = self.env["club.club"].sudo()._club_export()
        return {"type": "ir.actions.act_url", "url": f"/web/content/{attachment.id}?download=true", "target": "self"}
