from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClubZoneMixin(models.AbstractModel):
    """Something with a clock of its own."""

    _name = "club.zone.mixin"
    _description = "Place With a Time Zone"

    tz = fields.Selection("_tz_get", string="Time Zone")

    @api.model
    def _tz_get(self):
        return self.env["res.partner"]._fields["tz"]._description_selection(self.env)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_zone(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_zone(vals)
        return super().write(vals)

    @api.model
    def _check_zone(self, vals):
        """Say what a zone is called, where the host would answer with an error of its own."""
        zone = vals.get("tz")
        if zone and zone not in dict(self._tz_get()):
            raise ValidationError(
                self.env._("There is no time zone %s. Choose one of the list, such as Europe/Brussels.", zone)
            )
