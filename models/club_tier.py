from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from .fields import BigInteger


class ClubTier(models.Model):
    """A level of membership, reached by what a member collected in a lifetime.

    Example: Member from 0, Silver from 500, Gold from 1500 with twice the points.
    Invariant: every club has a tier that starts at 0, so everybody has a tier.
    """

    _name = "club.tier"
    _description = "Membership Tier"
    _inherit = ["club.owned.mixin", "club.rule.mixin"]
    _order = "club_id, threshold, id"

    name = fields.Char(required=True, translate=True)
    threshold = BigInteger(
        string="From", required=True, default=0, help="What a member has to reach for this tier."
    )
    unit_decimals = fields.Integer(related="club_id.tier_unit_id.decimals")
    multiplies = fields.Selection(
        [("points", "Points"), ("all", "Points, cashback and stamps")], string="On", required=True, default="points"
    )
    multiplier = fields.Float(
        digits=(16, 6),
        min_display_digits=2,
        required=True,
        default=1.0,
        help="Multiplies what an order earns.",
    )
    color = fields.Integer()
    description = fields.Html(string="Benefits", translate=True, sanitize=True)
    program_ids = fields.One2many("club.program", "tier_id", string="Programs")
    member_count = fields.Integer(compute="_compute_member_count")
    program_warning = fields.Char(compute="_compute_program_warning", help="What members of this tier earn by.")

    _threshold_once = models.Constraint(
        "UNIQUE (club_id, threshold)", "Another tier already starts there. Choose another figure."
    )
    _threshold_not_negative = models.Constraint("CHECK (threshold >= 0)", "A tier starts at 0 or above.")
    _multiplier_sane = models.Constraint(
        "CHECK (multiplier > 0 AND multiplier <= 1000)", "A multiplier is above 0 and at most 1000."
    )

    @api.constrains("threshold", "club_id")
    def _check_lowest(self):
        for club in self.club_id:
            if club.tier_ids and min(club.tier_ids.mapped("threshold")) > 0:
                raise ValidationError(
                    self.env._("One tier starts at 0, so that everybody has a tier. Give that one another name.")
                )

    def _compute_member_count(self):
        counts = dict(self.env["club.member"]._read_group([("tier_id", "in", self.ids)], ["tier_id"], ["__count"]))
        for tier in self:
            tier.member_count = counts.get(tier, 0)

    @api.depends("program_ids.state", "program_ids.active", "club_id.program_ids.state", "threshold")
    def _compute_program_warning(self):
        """A tier without a live program is no fault, but the merchant should know what happens then."""
        for tier in self:
            tier.program_warning = ""
            if not tier.club_id or tier._live_programs():
                continue
            lower = tier.club_id.tier_ids.filtered(lambda other, top=tier: other.threshold < top.threshold)
            nearest = lower.sorted("threshold", reverse=True).filtered(lambda other: other._live_programs())[:1]
            if nearest:
                text = self.env._(
                    "%(tier)s has no live program: its members earn as %(nearest)s members do.",
                    nearest=nearest.name,
                    tier=tier.name or self.env._("This tier"),
                )
            else:
                text = self.env._(
                    "%s has no live program and neither has a tier below it: its members earn nothing. "
                    "Make a program for it and let it go live.",
                    tier.name or self.env._("This tier"),
                )
            tier.program_warning = text

    def _live_programs(self):
        return self.program_ids.filtered(lambda program: program.state == "live")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if any(min((club.tier_ids - self).mapped("threshold"), default=1) > 0 for club in self.club_id):
            raise UserError(self.env._("One tier starts at 0, so that everybody has a tier. It cannot be deleted."))
        if self.env["club.member"].sudo().search_count([("tier_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("Members hold this tier. Move its threshold instead of deleting it."))
        if self.program_ids.filtered(lambda program: program.state != "draft"):
            raise UserError(self.env._("A program of this tier has been live. Its history needs the tier."))

    def action_view_members(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_member_action")
        return action | {"domain": [("tier_id", "=", self.id)], "context": {}}

    def action_add_program(self):
        """A new draft for this tier."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Program for %s", self.name),
            "res_model": "club.program",
            "view_mode": "form",
            "context": {"default_tier_id": self.id},
        }

    @tools.ormcache("self.id", "self.env.lang")
    def _label(self):
        """The name in the user's language, read once for the whole process."""
        return self.name
