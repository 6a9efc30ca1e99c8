from odoo import api, models


class ClubWindowMixin(models.AbstractModel):
    """A window that somebody opened, for what they may read themselves.

    The host shows the name of whatever a row points to, and computes what depends on it with every right; so nobody
    points a window at a member, a club or an order that is not theirs to see.
    """

    _name = "club.window.mixin"
    _description = "Window of the club"

    @api.model
    def default_get(self, fields):
        self.browse().check_access("create")
        values = super().default_get(fields)
        self._club_check_named(values)
        return values

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._club_check_named(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._club_check_named(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        self._club_check_named(values)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _club_check_named(self, vals):
        """:raise AccessError: something is named that the user may not read"""
        for name in vals.keys() & self._fields.keys():
            field = self._fields[name]
            if field.type == "many2one" and (named := _id_of(vals[name])):
                self.env[field.comodel_name].browse(named).check_access("read")


def _id_of(told):
    """The number of a record as browsers send it; 0 for none.

    :raise ValueError: it is sent in a way that the database alone would make a number of
    """
    if isinstance(told, dict):
        told = told.get("id")
    if isinstance(told, (list, tuple)):
        told = told[0] if told else 0
    if isinstance(told, str) and told.isascii() and told.strip().isdecimal():
        told = int(told)
    if told and type(told) is not int:
        raise ValueError(f"This is no number of a record: {told!r}")
    return told or 0
