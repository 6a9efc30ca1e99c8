"""The member's page as an app on the home screen: what a phone needs to know of it, and nothing personal."""

from base64 import b64decode
from io import BytesIO

from odoo import api, models
from odoo.tools import file_open
from PIL import Image, ImageOps, UnidentifiedImageError

PATH = "/my/club"
COLOR = "#714b67"
ICON = "loyalty_club/static/description/icon.png"
ICON_SIZES = (180, 192, 512)
INSIDE = 0.7  # of the square: a phone may cut its corners off


class ClubClub(models.Model):
    _inherit = "club.club"

    def _club_app_color(self):
        return self.color if self._club_card_style() else COLOR

    @api.model
    def _club_app_path(self):
        """The pages in the language of this request: each language is an app of its own."""
        if self.env.lang == self.env["ir.http"]._get_default_lang().code:
            return PATH
        return f"/{self.env['res.lang']._get_data(code=self.env.lang).url_code}{PATH}"

    def _club_app_manifest(self, name, path):
        """What the browser asks before it installs the page; ``name`` where no club invites."""
        _, name = self.env._, self.name or name
        stamp = int(self.tier_unit_id.write_date.timestamp()) if self.tier_unit_id else 0
        return {
            "id": PATH,
            "name": name,
            "short_name": name,
            "start_url": path,
            "scope": path,
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": self._club_app_color(),
            "icons": [
                {"src": f"{PATH}/icon/{size}?v={stamp}", "sizes": f"{size}x{size}", "type": "image/png", "purpose": use}
                for size in ICON_SIZES[1:]
                for use in ("any", "maskable")
            ],
            "shortcuts": [
                {"name": _("Show my code"), "url": f"{path}#code"},
                {"name": _("Rewards"), "url": f"{path}/rewards"},
            ],
        }

    def _club_app_icon(self, size):
        """The club's icon on a white square, as PNG; the add-on's where there is none that can be drawn."""
        icon = self.tier_unit_id.icon
        try:
            picture = Image.open(BytesIO(b64decode(icon))).convert("RGBA") if icon else None
        except UnidentifiedImageError:
            picture = None  # an SVG, for one
        if not picture:
            with file_open(ICON, "rb") as file:
                picture = Image.open(file).convert("RGBA")
        inner = round(size * INSIDE)
        picture = ImageOps.contain(picture, (inner, inner))
        square = Image.new("RGBA", (size, size), "#ffffff")
        square.alpha_composite(picture, ((size - picture.width) // 2, (size - picture.height) // 2))
        png = BytesIO()
        square.convert("RGB").save(png, "PNG")
        return png.getvalue()
