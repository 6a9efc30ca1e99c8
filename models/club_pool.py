from odoo import fields, models


class ClubPool(models.Model):
    """Outlets that share a balance: a member has one account per unit and pool."""

    _name = "club.pool"
    _description = "Balance Pool"
    _order = "sequence, id"

    club_id = fields.Many2one(
        "club.club",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env["club.club"]._only(),
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    outlet_ids = fields.One2many("club.outlet", "pool_id", string="Outlets")
