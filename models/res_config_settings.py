from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    """The current company's club: master switch, gate and channels; the rest is on the club itself."""

    _inherit = "res.config.settings"

    club_id = fields.Many2one("club.club", compute="_compute_club_id", string="Loyalty Club")
    club_is_on = fields.Boolean(
        string="Loyalty Club Is On", compute="_compute_club_is_on", inverse="_inverse_club_is_on"
    )
    club_switch_text = fields.Char(related="club_id.switch_text")
    club_is_redeem_allowed = fields.Boolean(related="club_id.is_redeem_allowed", readonly=False)
    club_is_redeem_pos = fields.Boolean(related="club_id.is_redeem_pos", readonly=False)
    club_is_redeem_shop = fields.Boolean(related="club_id.is_redeem_shop", readonly=False)
    club_is_redeem_kiosk = fields.Boolean(related="club_id.is_redeem_kiosk", readonly=False)
    club_validity_days = fields.Integer(related="club_id.validity_days", readonly=False)
    club_validity_months = fields.Integer(related="club_id.validity_months", readonly=False)
    pos_club_outlet_id = fields.Many2one(
        related="pos_config_id.club_outlet_id", readonly=False, string="Register's Loyalty Outlet"
    )
    website_club_outlet_id = fields.Many2one(
        related="website_id.club_outlet_id", readonly=False, string="Website's Loyalty Outlet"
    )

    @api.depends("company_id")
    def _compute_club_id(self):
        for settings in self:
            clubs = self.env["club.club"].sudo().search([("company_ids", "in", settings.company_id.ids)], limit=1)
            settings.club_id = clubs.sudo(False)

    @api.depends("club_id")
    def _compute_club_is_on(self):
        for settings in self:
            settings.club_is_on = settings.club_id.state == "on"

    def _inverse_club_is_on(self):
        for settings in self.filtered("club_id"):
            if settings.club_is_on != (settings.club_id.state == "on"):
                settings.club_id.state = "on" if settings.club_is_on else "off"

    @api.onchange("club_validity_days")
    def _onchange_club_validity_days(self):
        if self.club_validity_days:
            self.club_validity_months = 0

    @api.onchange("club_validity_months")
    def _onchange_club_validity_months(self):
        if self.club_validity_months:
            self.club_validity_days = 0

    def action_club_open(self):
        """The club's own form, or the checklist that makes one where the company has none."""
        self.ensure_one()
        if not self.club_id:
            return self.env["club.setup"].action_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Loyalty Club"),
            "res_model": "club.club",
            "res_id": self.club_id.id,
            "views": [(False, "form")],
        }
