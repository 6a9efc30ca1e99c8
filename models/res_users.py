from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _deactivate_portal_user(self, **post):
        """Who deletes their own account leaves the club too; the host's deletion passes after that."""
        partners = self.partner_id
        result = super()._deactivate_portal_user(**post)
        members = self.env["club.member"].sudo().with_context(active_test=False)
        members.search([("partner_id", "in", partners.ids)])._erase()
        return result
