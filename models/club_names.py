"""What a club is called and looks like: its page, and the words and icon of what it counts."""

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

HEX = re.compile(r"#[0-9a-fA-F]{6}")
NAMES = ("unit_name", "unit_plural", "unit_short", "unit_money_value", "unit_icon", "unit_icon_shape")


class ClubUnit(models.Model):
    _inherit = "club.unit"

    icon_shape = fields.Selection(
        [("logo", "Logo: shown whole"), ("photo", "Photo: fills the circle")],
        string="Shape",
        required=True,
        default="logo",
        help="A square picture. A logo keeps its corners; a photo is cut to a circle.",
    )
    page_title = fields.Char(related="club_id.page_title")
    club_color = fields.Char(related="club_id.color")

    def _club_icon_class(self):
        """How its picture is shown: a photo fills a circle, a logo keeps its corners."""
        return "rounded-circle object-fit-cover" if self.icon_shape == "photo" else "rounded object-fit-contain"


class ClubClub(models.Model):
    """The names of the club's main unit can be typed on the club itself, also before it is saved."""

    _inherit = "club.club"

    page_title = fields.Char(
        required=True,
        translate=True,
        default=lambda self: self.env._("Rewards"),
        help="The title of the customer's own page.",
    )
    color = fields.Char(help="Of the member's card. None: the website's own.")
    unit_name = fields.Char(
        related="tier_unit_id.name", readonly=False, default=lambda self: self._unit_default("name")
    )
    unit_plural = fields.Char(
        related="tier_unit_id.name_plural",
        readonly=False,
        default=lambda self: self._unit_default("name_plural"),
    )
    unit_short = fields.Char(
        related="tier_unit_id.short_name",
        readonly=False,
        default=lambda self: self._unit_default("short_name"),
    )
    unit_money_value = fields.Float(
        related="tier_unit_id.money_value",
        readonly=False,
        digits=(16, 6),
        min_display_digits=2,
        default=lambda self: self._unit_default("money_value"),
    )
    unit_value_text = fields.Char(compute="_compute_unit_value_text")
    unit_icon = fields.Image(related="tier_unit_id.icon", readonly=False)
    unit_icon_shape = fields.Selection(related="tier_unit_id.icon_shape", readonly=False, default="logo")

    @api.model
    def _unit_default(self, name):
        return self.env["club.unit"].default_get([name]).get(name)

    @api.depends("unit_plural", "unit_money_value", "currency_id")
    def _compute_unit_value_text(self):
        for club in self:
            club.unit_value_text = self.env["club.unit"]._value_text(
                club.unit_plural, club.unit_money_value, club.currency_id
            )

    @api.constrains("color")
    def _check_color(self):
        for club in self:
            if club.color and not HEX.fullmatch(club.color):
                raise ValidationError(self.env._("A color reads like #7c4a2d: choose one, or leave it empty."))

    @api.model_create_multi
    def create(self, vals_list):
        """A new club's first unit is made with the club and gets the names that were typed."""
        names = [{name: vals[name] for name in NAMES if name in vals} for vals in vals_list]
        clubs = super().create(
            [{name: value for name, value in vals.items() if name not in NAMES} for vals in vals_list]
        )
        for club, given in zip(clubs, names, strict=True):
            if given:
                club.write(given)
        return clubs

    def write(self, vals):
        """Names that come with another main unit are that one's, not those of the unit left."""
        if "tier_unit_id" in vals and vals.keys() & set(NAMES):
            first = {name: value for name, value in vals.items() if name not in NAMES}
            super().write(first)
            return super().write({name: vals[name] for name in NAMES if name in vals})
        return super().write(vals)

    def _club_card_style(self):
        """The card's colours: the club's own, with black or white on it, whichever reads better."""
        if not HEX.fullmatch(self.color or ""):
            return ""
        return f"background-color: {self.color}; color: {self._readable_on(self.color)};"

    @api.model
    def _readable_on(self, color):
        """Black or white: the one with more contrast, by relative luminance."""
        parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        return "#000000" if luminance > 0.179 else "#ffffff"
