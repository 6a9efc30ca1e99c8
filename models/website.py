from odoo import fields, models


class Website(models.Model):
    _inherit = "website"

    club_outlet_id = fields.Many2one(
        "club.outlet", string="Loyalty Outlet", ondelete="set null", index="btree_not_null"
    )


class CrmTeam(models.Model):
    _inherit = "crm.team"

    club_outlet_id = fields.Many2one(
        "club.outlet", string="Loyalty Outlet", ondelete="set null", index="btree_not_null"
    )
