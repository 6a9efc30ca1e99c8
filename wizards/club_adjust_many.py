from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError


class ClubAdjustMany(models.TransientModel):
    """The same adjustment for all the members that were ticked: says first how many and how much in all.

    Example: 25 Beans each for the 340 members whose parcels were late.
    """

    _name = "club.adjust.many"
    _description = "Adjust Balances"
    _inherit = ["club.window.mixin"]

    member_ids = fields.Many2many(
        "club.member", string="Members", required=True, default=lambda self: self.env["club.member"]._ticked()
    )
    club_id = fields.Many2one("club.club", compute="_compute_club_id")
    unit_id = fields.Many2one(
        "club.unit",
        required=True,
        domain="[('club_id', '=', club_id)]",
        compute="_compute_unit_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    direction = fields.Selection([("add", "Add"), ("remove", "Remove")], required=True, default="add")
    amount = fields.Float(
        string="Each", digits=(16, 6), min_display_digits=2, required=True, help="12.5 of a unit with decimals."
    )
    reason = fields.Char(required=True, help="Stays in every member's history.")
    counts_lifetime = fields.Boolean(
        string="Counts for the Tier", default=True, help="Off: added points move nobody to a higher tier."
    )
    key = fields.Char(default=lambda self: str(uuid4()), required=True, readonly=True)
    summary = fields.Char(compute="_compute_summary")

    @api.depends("member_ids")
    def _compute_club_id(self):
        for wizard in self:
            clubs = wizard.member_ids.club_id
            wizard.club_id = clubs if len(clubs) == 1 else False

    @api.depends("member_ids")
    def _compute_unit_id(self):
        for wizard in self:
            wizard.unit_id = wizard.unit_id or wizard.club_id.tier_unit_id or wizard.club_id.unit_ids[:1]

    def _signed(self):
        return self.amount if self.direction == "add" else -self.amount

    @api.depends("member_ids", "unit_id", "direction", "amount")
    def _compute_summary(self):
        for wizard in self:
            try:
                wizard.summary = wizard._summary()
            except UserError as refused:  # said while it is typed, as it would be at the end
                wizard.summary = refused.args[0]

    def _summary(self):
        _, members, unit = self.env._, self.member_ids._origin, self.unit_id.sudo()
        if len(self.member_ids.club_id) > 1:
            return _("These members are of several clubs. Choose those of one.")
        members._check_many(unit)
        each, count = abs(unit._to_minor(self.amount)), len(members)
        if not each:
            return _("Members: %s.", f"{count:,}")
        if self.direction == "add":
            return _(
                "Members: %(count)s. Each gets %(each)s; that is %(total)s in all.",
                count=f"{count:,}",
                each=unit._format(each),
                total=unit._format(each * count),
            )
        able = sum(free >= each for free in members.sudo()._free_at_home(unit).values())
        text = _(
            "Members: %(count)s. Each loses %(each)s; that is %(total)s in all.",
            count=f"{able:,}",
            each=unit._format(each),
            total=unit._format(each * able),
        )
        if able < count:
            text += " " + _("Who has less keeps what they have: %s of them.", f"{count - able:,}")
        return text

    def action_adjust(self):
        self.ensure_one()
        if self.amount <= 0:
            raise UserError(self.env._("Enter an amount above 0, and say whether to add or to remove it."))
        done = self.member_ids.adjust_all(
            self.unit_id.id, self._signed(), self.reason, self.key, counts_lifetime=self.counts_lifetime
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("Balances adjusted: %s.", f"{len(done):,}"),
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
