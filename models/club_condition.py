from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.caps import Band
from ..engine.values import to_minor
from .fields import BigInteger


class ClubCondition(models.Model):
    """A redemption band: from this order total on, at most so many units may pay.

    Example: 20.00 → 50, 50.00 → 100, 100.00 → 250; an order of 60.00 lets 100 be redeemed.
    """

    _name = "club.condition"
    _description = "Redemption Condition"
    _inherit = ["club.owned.mixin", "club.rule.mixin"]
    _order = "club_id, unit_id, minimum_total"
    _rec_name = "minimum_total"

    outlet_id = fields.Many2one(
        "club.outlet",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('club_id', '=', club_id)]",
        help="For an outlet in another currency than the club's; empty = everywhere else.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    unit_id = fields.Many2one(
        "club.unit",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('club_id', '=', club_id)]",
        compute="_compute_unit_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    unit_decimals = fields.Integer(related="unit_id.decimals")
    minimum_total = fields.Monetary(string="Order Total From", required=True)
    maximum = BigInteger(string="At Most", required=True)

    _outlet_band_once = models.UniqueIndex(
        "(unit_id, minimum_total, COALESCE(outlet_id, 0))",
        "There is a condition for this order total already. Change that one.",
    )
    _minimum_positive = models.Constraint(
        "CHECK (minimum_total > 0 AND minimum_total <= 1000000000)",
        "A condition starts at an order total above 0, and below a thousand millions.",
    )
    _maximum_positive = models.Constraint(
        "CHECK (maximum > 0 AND maximum <= 1000000000000)",
        "A condition allows more than 0. To forbid redeeming, switch the gate off.",
    )

    @api.depends("club_id.currency_id", "outlet_id.company_id.currency_id")
    def _compute_currency_id(self):
        for condition in self:
            condition.currency_id = condition.outlet_id.currency_id or condition.club_id.currency_id

    @api.constrains("outlet_id", "club_id")
    def _check_outlet(self):
        for condition in self.filtered("outlet_id"):
            if condition.outlet_id.club_id != condition.club_id:
                raise ValidationError(self.env._("The condition and the outlet belong to one club."))

    @api.depends("club_id")
    def _compute_unit_id(self):
        for condition in self:
            if condition.unit_id.club_id != condition.club_id:
                condition.unit_id = condition.club_id.tier_unit_id or condition.club_id.unit_ids[:1]

    @api.depends("minimum_total", "maximum", "unit_id")
    def _compute_display_name(self):
        for condition in self:
            condition.display_name = self.env._(
                "from %(total)s: at most %(units)s",
                total=condition.currency_id.format(condition.minimum_total),
                units=condition.unit_id._format(condition.maximum) if condition.unit_id else condition.maximum,
            )

    def _bands(self):
        """These conditions as the engine's bands."""
        return tuple(
            Band(
                minimum=to_minor(condition.minimum_total, condition.currency_id.decimal_places),
                maximum=condition.maximum,
            )
            for condition in self
        )
