"""A contact's birthday, and which one counts: whoever moves it to next week has no birthday next week."""

from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

FIRST = date(1900, 1, 1)
FORGET = object()  # cannot come over RPC
KEPT = ("club_birthday_before", "club_birthday_changed_in")


class ResPartner(models.Model):
    """Keeps the date that counted before a change.

    Example: 3 May, changed in March 2026 to 20 March. In 2026 it is 3 May, from 2027 on 20 March.

    Invariant: at most one birthday counts in a calendar year, however often the date is changed.
    """

    _inherit = "res.partner"

    club_birthday = fields.Date(
        string="Birthday",
        groups="base.group_user",
        help="For birthday bonuses. A changed date counts from next year.",
    )
    club_birthday_before = fields.Date(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The birthday that counts until the end of the year in which it was changed.",
    )
    club_birthday_changed_in = fields.Integer(readonly=True, copy=False, groups="base.group_user")

    @api.constrains("club_birthday")
    def _check_club_birthday(self):
        today = fields.Date.context_today(self)
        for partner in self.sudo():
            if partner.club_birthday and not FIRST <= partner.club_birthday <= today:
                raise ValidationError(self.env._("A birthday is a day in the past, after 1900."))

    def _club_birthday_on(self, day):
        """The birthday that counts on that day, None without one.

        :param day: a calendar day of the club
        """
        self.ensure_one()
        partner = self.sudo()
        if day.year <= partner.club_birthday_changed_in:
            return partner.club_birthday_before or None
        return partner.club_birthday or None

    def write(self, vals):
        if self.env.context.get("club_birthday") is FORGET:
            return super().write(vals)
        vals = {name: value for name, value in vals.items() if name not in KEPT}
        if "club_birthday" not in vals:
            return super().write(vals) if vals else True
        today = fields.Date.context_today(self)
        wanted = fields.Date.to_date(vals["club_birthday"]) or None
        groups = {}
        for partner in self:
            counts = partner._club_birthday_on(today)
            is_kept = counts and counts != wanted
            kept = (counts, today.year) if is_kept else (False, 0)
            groups.setdefault(kept, []).append(partner.id)
        for kept, ids in groups.items():
            super(ResPartner, self.browse(ids)).write(vals | dict(zip(KEPT, kept, strict=True)))
        return True

    def _club_forget_birthday(self):
        """Leave nothing of it, neither the date nor the one before."""
        forgotten = dict.fromkeys(("club_birthday", *KEPT), False)
        self.with_context(club_birthday=FORGET).write(forgotten)
