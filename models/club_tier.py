from odoo import api, fields, models
from odoo.exceptions import UserError

from .fields import BigInteger


class ClubTier(models.Model):
    """A level of membership, reached by what a member collected in a lifetime.

    Example: Member from 0, Silver from 500, Gold from 1500 with twice the points.
    Invariant: every club has a tier that starts at 0, so everybody has a tier.
    """

    _name = "club.tier"
    _description = "Membership Tier"
    _inherit = ["club.rule.mixin"]
    _order = "club_id, threshold, id"

    club_id = fields.Many2one("club.club", required=True, ondelete="cascade", index=True)
    name = fields.Char(required=True, translate=True)
    threshold = BigInteger(string="From", help="Lifetime total from which a member has this tier.")
    multiplier = fields.Float(digits=(16, 6), required=True, default=1.0, help="Multiplies what an order earns.")
    color = fields.Integer()
    description = fields.Html(string="Benefits", translate=True, sanitize=True)
    program_ids = fields.One2many("club.program", "tier_id", string="Programmes")
    member_count = fields.Integer(compute="_compute_member_count")

    _threshold_once = models.Constraint(
        "UNIQUE (club_id, threshold)", "Another tier already starts there. Choose another figure."
    )
    _threshold_not_negative = models.Constraint(
        "CHECK (threshold >= 0)", "A tier starts at 0 or above."
    )
    _multiplier_sane = models.Constraint(
        "CHECK (multiplier > 0 AND multiplier <= 1000)", "A multiplier is above 0 and at most 1000."
    )

    def _compute_member_count(self):
        counts = dict(self.env["club.member"]._read_group([("tier_id", "in", self.ids)], ["tier_id"], ["__count"]))
        for tier in self:
            tier.member_count = counts.get(tier, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.env["club.member"].sudo().search_count([("tier_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("Members hold this tier. Move its threshold instead of deleting it."))
        if self.program_ids.filtered(lambda program: program.state != "draft"):
            raise UserError(self.env._("A programme of this tier has been live. Its history needs the tier."))

    def action_view_members(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_member_action")
        return action | {"domain": [("tier_id", "=", self.id)], "context": {}}
