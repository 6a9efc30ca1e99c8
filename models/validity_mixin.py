from odoo import api, fields, models


class ClubValidityMixin(models.AbstractModel):
    """Says how long points are good: so many days or so many calendar months, or leaves it to the next one.

    A program is asked first, then its unit, then the club: the nearest that says either counts.
    """

    _name = "club.validity.mixin"
    _description = "How long points are good"

    validity_days = fields.Integer(
        string="Validity (days)",
        help="So long after they were earned points can be used; the oldest are used first. A program or a unit may "
        "say otherwise. 0: for ever.",
    )
    validity_months = fields.Integer(
        string="Validity (months)", help="Calendar months: from 31 January, one month is to the end of February."
    )

    _validity_sane = models.Constraint(
        "CHECK (COALESCE(validity_days, 0) BETWEEN 0 AND 36500 AND COALESCE(validity_months, 0) BETWEEN 0 AND 1200)",
        "Points are good for 1 to 36,500 days or 1 to 1,200 months. Use 0 to leave it open.",
    )
    _validity_once = models.Constraint(
        "CHECK (COALESCE(validity_days, 0) = 0 OR COALESCE(validity_months, 0) = 0)",
        "Say how long points are good in days or in months, not in both.",
    )

    @api.onchange("validity_days")
    def _onchange_validity_days(self):
        if self.validity_days:
            self.validity_months = 0

    @api.onchange("validity_months")
    def _onchange_validity_months(self):
        if self.validity_months:
            self.validity_days = 0

    def _validity(self):
        """(days, months) as these rules say; both 0 where they leave it open."""
        self.ensure_one()
        return self.validity_days or 0, self.validity_months or 0
