from odoo import api, fields, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    club_member_ids = fields.One2many(
        "club.member", "partner_id", string="Memberships", groups="loyalty_club.loyalty_club_group_user"
    )
    club_member_id = fields.Many2one(
        "club.member",
        compute="_compute_club_member_id",
        string="Member",
        groups="loyalty_club.loyalty_club_group_user",
        help="The membership in the club of the current company.",
    )
    club_balance = fields.Char(
        compute="_compute_club_member_id",
        string="Points Balance",
        groups="loyalty_club.loyalty_club_group_user",
    )

    @api.depends_context("company")
    @api.depends("club_member_ids.account_ids.balance")
    def _compute_club_member_id(self):
        company = self.env.company
        for partner in self:
            members = partner.club_member_ids.filtered(lambda member: company in member.club_id.company_ids)
            partner.club_member_id = members[:1]
            partner.club_balance = members[:1].balance_text

    @api.ondelete(at_uninstall=False)
    def _unlink_except_members(self):
        members = (
            self.env["club.member"].sudo().with_context(active_test=False).search([("partner_id", "in", self.ids)])
        )
        if members:
            raise UserError(
                self.env._(
                    "%(names)s cannot be deleted while a member of a club: the history of points stays. Open the "
                    "membership and use Erase first, which forgets the person and keeps the figures.",
                    names=", ".join(members.partner_id.mapped("display_name")),
                )
            )

    @api.model
    def _load_pos_data_fields(self, config):
        """A register loads nothing of the club with its contacts: members are asked for one by one."""
        return [name for name in super()._load_pos_data_fields(config) if not name.startswith("club_")]

    def action_club_member(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_member_action")
        return action | {"view_mode": "form", "views": [(False, "form")], "res_id": self.club_member_id.id}
