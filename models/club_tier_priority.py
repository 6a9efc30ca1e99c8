from odoo import Command, api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain


class ClubTier(models.Model):
    """What else a tier brings: its members' orders are marked, and delivery is free for them.

    Free delivery is a promotion of the host, reserved for the tier: it comes and goes with the tier as any such.
    """

    _inherit = "club.tier"

    is_priority = fields.Boolean(
        string="Priority",
        help="Orders of members of this tier are marked at the register, on the kitchen's ticket and in the office.",
    )

    @api.model
    @tools.ormcache()
    def _club_has_priority(self):
        """Does any tier come first? Read once for the whole process: registers read every order's mark."""
        return bool(self.sudo().search_count([("is_priority", "=", True)], limit=1))

    def action_free_delivery(self):
        """The promotion that gives members from this tier on free delivery: made once, then opened."""
        self.ensure_one()
        self.check_access("write")
        programs = self.env["loyalty.program"]
        found = programs.search(
            [("club_min_tier_id", "=", self.id), ("reward_ids.reward_type", "=", "shipping")], limit=1
        )
        if not found:
            company = self.env.company
            if company not in self.club_id.company_ids:
                raise UserError(self.env._("Switch to a company of the club: the promotion belongs to one."))
            found = programs.create({
                "name": self.env._("Free delivery for %s", self.name),
                "program_type": "promotion",
                "applies_on": "current",
                "trigger": "auto",
                "company_id": company.id,
                "currency_id": company.currency_id.id,
                "rule_ids": [Command.create({"reward_point_mode": "order", "minimum_amount": 0, "mode": "auto"})],
                "reward_ids": [Command.create({"reward_type": "shipping", "required_points": 1})],
                "club_min_tier_id": self.id,
            })  # fmt: skip
        return {
            "type": "ir.actions.act_window",
            "res_model": "loyalty.program",
            "res_id": found.id,
            "views": [(False, "form")],
        }


class ClubDocumentMixin(models.AbstractModel):
    _inherit = "club.document.mixin"

    club_is_priority = fields.Boolean(
        string="Priority",
        compute="_compute_club_is_priority",
        search="_search_club_is_priority",
        compute_sudo=True,
        help="Its customer is a member of a tier whose orders come first.",
    )

    @api.depends("partner_id")
    def _compute_club_is_priority(self):
        companies = self.env["club.member"]._club_first(self.partner_id)
        for document in self:
            document.club_is_priority = document.company_id.id in companies.get(document.partner_id.id, ())

    def _search_club_is_priority(self, operator, value):
        if operator != "in":
            return NotImplemented
        first = self.env["club.member"].sudo()._club_first()
        by_company = {}
        for partner_id, companies in first.items():
            for company_id in companies:
                by_company.setdefault(company_id, []).append(partner_id)
        domain = Domain.OR(
            Domain("company_id", "=", company_id) & Domain("partner_id", "in", partner_ids)
            for company_id, partner_ids in by_company.items()
        )
        return domain if True in value else ~domain


class ClubMember(models.Model):
    _inherit = "club.member"

    @api.model
    def _club_first(self, partners=None):
        """Partner id → the ids of the companies in which their orders come first."""
        if not self.env["club.tier"]._club_has_priority() or (partners is not None and not partners):
            return {}
        domain = Domain("tier_id.is_priority", "=", True) & Domain("club_id.state", "=", "on")
        domain &= Domain("partner_id", "!=", False) & Domain("is_guest", "=", False)
        if partners is not None:
            domain &= Domain("partner_id", "in", partners.ids)
        companies = {}
        for member in self.search(domain):
            companies.setdefault(member.partner_id.id, set()).update(member.club_id.company_ids.ids)
        return companies
