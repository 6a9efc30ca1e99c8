from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..engine.games import Trigger
from .club_bonus import CHANNELS


class ClubTimedMixin(models.AbstractModel):
    """What orders bring something for while it is on, at some places and of some members, between two days.

    Invariant: what was on when an order was paid counts, however late the order comes.
    """

    _name = "club.timed.mixin"
    _inherit = ["club.owned.mixin", "club.rule.mixin"]
    _description = "Something that is on at times"

    active = fields.Boolean(default=True)
    is_on = fields.Boolean(string="On", copy=False)
    on_times = fields.Json(readonly=True, copy=False, help="When it was on: orders that come late count by it.")
    date_from = fields.Date(string="First Day")
    date_to = fields.Date(string="Last Day")
    tier_ids = fields.Many2many("club.tier", string="Tiers", domain="[('club_id', '=', club_id)]", ondelete="restrict")
    outlet_ids = fields.Many2many(
        "club.outlet", string="Outlets", domain="[('club_id', '=', club_id)]", ondelete="restrict"
    )
    is_pos = fields.Boolean(string="At the Register", default=True)
    is_shop = fields.Boolean(string="In the Webshop", default=True)
    is_kiosk = fields.Boolean(string="At the Kiosk", default=True)
    is_sale = fields.Boolean(string="On Orders and Invoices", default=True)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for rule in self:
            if rule.date_from and rule.date_to and rule.date_to < rule.date_from:
                raise ValidationError(rule.env._("The last day is before the first day. Swap them."))

    @api.model
    def _club_noted(self):
        return super()._club_noted() | {"on_times"}

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.to_string(fields.Datetime.now())
        self = self._club_note_anew(vals_list)
        for vals in vals_list:
            for name in self._club_noted():
                vals.pop(name, None)
            if vals.get("is_on") and vals.get("active", True):
                vals["on_times"] = [[now, None]]
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("active") is False:
            vals = {"is_on": False} | vals
        turned = self.filtered(lambda rule: "is_on" in vals and rule.is_on != bool(vals["is_on"]))
        result = super().write(vals)
        now = fields.Datetime.to_string(fields.Datetime.now())
        for rule in turned.sudo():
            times = [list(time) for time in rule.on_times or ()]
            if rule.is_on:
                times.append([now, None])
            elif times and not times[-1][1]:
                times[-1][1] = now
            super(ClubTimedMixin, rule).write({"on_times": times})
        return result

    @api.model
    @tools.ormcache()
    def _clubs(self):
        """Ids of the clubs that have, or had, any: for the others nothing is asked with any order or page."""
        groups = self.sudo().with_context(active_test=False)._read_group([], ["club_id"])
        return frozenset(club.id for [club] in groups)

    def _is_open_on(self, day):
        """Does that day count for it, as far as its own dates and switch go?"""
        return (
            self.is_on
            and self.active
            and not (self.date_from and day < self.date_from)
            and not (self.date_to and day > self.date_to)
        )

    def _trigger(self, minimum=0):
        """Which orders count.

        :param int minimum: what they have to bring in real money, in the currency's smallest unit
        """
        moment = fields.Datetime.to_datetime
        return Trigger(
            minimum=minimum,
            outlets=frozenset(self.outlet_ids.ids),
            channels=frozenset(channel for channel in CHANNELS if self[f"is_{channel}"]),
            tiers=frozenset(self.tier_ids.ids),
            first_day=self.date_from or None,
            last_day=self.date_to or None,
            times=tuple((moment(begin), moment(end) or None) for begin, end in self.on_times),
        )
