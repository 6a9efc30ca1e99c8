from odoo import fields, models


class Website(models.Model):
    _inherit = "website"

    club_outlet_id = fields.Many2one(
        "club.outlet", string="Loyalty Outlet", ondelete="set null", index="btree_not_null"
    )

    def _club_is_silent(self):
        """Its outlet does not take part, so its pages say nothing of any club."""
        outlet = self.sudo().club_outlet_id
        return bool(outlet) and not (outlet.active and outlet.is_opted_in)


class CrmTeam(models.Model):
    _inherit = "crm.team"

    club_outlet_id = fields.Many2one(
        "club.outlet", string="Loyalty Outlet", ondelete="set null", index="btree_not_null"
    )
