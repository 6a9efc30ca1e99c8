from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClubWorth(models.Model):
    """What a unit pays at an outlet that sells in another currency than the club's: a figure, never a rate.

    Example: a Bean is worth $ 0.05 in the club and € 0.04 at the outlet in Brussels.
    Invariant: without it nothing is redeemed there, however the currencies stand to each other.
    """

    _name = "club.worth"
    _description = "Worth of a Unit at an Outlet"
    _inherit = ["club.rule.mixin"]
    _order = "outlet_id, unit_id"

    outlet_id = fields.Many2one("club.outlet", required=True, ondelete="cascade", index=True)
    club_id = fields.Many2one(related="outlet_id.club_id", store=True)
    currency_id = fields.Many2one(related="outlet_id.currency_id")
    unit_id = fields.Many2one(
        "club.unit",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('club_id', '=', club_id), ('kind', 'in', ('points', 'cashback'))]",
    )
    money_value = fields.Float(
        string="Worth",
        digits=(16, 6),
        min_display_digits=2,
        required=True,
        help="What one unit is worth in this outlet's currency when it pays.",
    )

    _unit_once = models.Constraint(
        "UNIQUE (outlet_id, unit_id)", "This unit has a worth here already. Change that one."
    )
    _value_positive = models.Constraint(
        "CHECK (money_value > 0 AND money_value <= 1000000)",
        "One unit must be worth more than nothing: enter a value above 0.",
    )

    @api.constrains("outlet_id", "unit_id")
    def _check_club(self):
        for worth in self:
            if worth.unit_id.club_id != worth.outlet_id.club_id:
                raise ValidationError(self.env._("The unit and the outlet belong to one club."))

    @api.depends("unit_id", "money_value", "currency_id")
    def _compute_display_name(self):
        for worth in self:
            money = 100 * worth.money_value  # a hundred says more than one
            worth.display_name = self.env._(
                "100 %(units)s = %(money)s",
                units=worth.unit_id.name_plural or "",
                money=worth.currency_id.format(money) if worth.currency_id else money,
            )


class ClubOutlet(models.Model):
    _inherit = "club.outlet"

    currency_id = fields.Many2one(related="company_id.currency_id")
    is_foreign = fields.Boolean(compute="_compute_is_foreign")
    worth_ids = fields.One2many("club.worth", "outlet_id", string="Worth Here")
    condition_ids = fields.One2many("club.condition", "outlet_id", string="Conditions Here")
    redeem_max_money = fields.Monetary(
        string="Most per Order",
        help="In this outlet's currency; 0 = no maximum. It counts where the outlet states a worth of its own.",
    )

    _redeem_max_not_negative = models.Constraint(
        "CHECK (redeem_max_money >= 0)", "The most per order cannot be negative. Use 0 for no maximum."
    )

    @api.depends("company_id.currency_id", "club_id.currency_id")
    def _compute_is_foreign(self):
        for outlet in self:
            outlet.is_foreign = outlet.currency_id != outlet.club_id.currency_id
