from odoo import fields, models


class ClubOwnedMixin(models.AbstractModel):
    """Something that belongs to a club; where there is only one, nobody has to choose it."""

    _name = "club.owned.mixin"
    _description = "Part of a Club"

    club_id = fields.Many2one(
        "club.club",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env["club.club"]._only(),
    )
