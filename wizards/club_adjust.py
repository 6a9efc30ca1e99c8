from odoo import api, fields, models
from odoo.exceptions import UserError


class ClubAdjust(models.TransientModel):
    """Add or remove points by hand: the amount, and a reason that stays in the history."""

    _name = "club.adjust"
    _description = "Adjust a Balance"
    _inherit = ["club.window.mixin"]

    member_id = fields.Many2one("club.member", required=True, readonly=True)
    club_id = fields.Many2one(related="member_id.club_id")
    unit_id = fields.Many2one(
        "club.unit",
        required=True,
        domain="[('club_id', '=', club_id)]",
        compute="_compute_defaults",
        store=True,
        readonly=False,
        precompute=True,
    )
    pool_id = fields.Many2one(
        "club.pool",
        required=True,
        domain="[('club_id', '=', club_id)]",
        compute="_compute_defaults",
        store=True,
        readonly=False,
        precompute=True,
    )
    direction = fields.Selection([("add", "Add"), ("remove", "Remove")], required=True, default="add")
    amount = fields.Float(
        digits=(16, 6),
        min_display_digits=2,
        required=True,
        help="In whole units: 12.5 of a unit with decimals.",
    )
    reason = fields.Char(required=True, help="Stays in the member's history.")
    counts_lifetime = fields.Boolean(
        string="Counts for the Tier",
        default=True,
        help="Off: added points do not move the member to a higher tier.",
    )
    preview = fields.Char(compute="_compute_preview")

    @api.depends("member_id")
    def _compute_defaults(self):
        for wizard in self:
            club = wizard.member_id.club_id
            wizard.unit_id = wizard.unit_id or club.tier_unit_id or club.unit_ids[:1]
            home = wizard.member_id._home_pools().get(wizard.member_id.id)
            wizard.pool_id = wizard.pool_id or home or club.pool_ids[:1]

    @api.depends("member_id", "unit_id", "pool_id", "direction", "amount")
    def _compute_preview(self):
        for wizard in self:
            unit = wizard.unit_id
            if not unit:
                wizard.preview = ""
                continue
            wizard.preview = wizard._preview(unit)

    def _preview(self, unit):
        """The balance before and after, or why it will be refused."""
        try:
            minor = unit._to_minor(self._signed())
        except UserError as refused:
            return refused.args[0]
        accounts = self.member_id.account_ids.filtered(
            lambda account: account.unit_id == unit and account.pool_id == self.pool_id
        )
        now = sum(accounts.mapped("balance"))
        if minor < 0:
            free = self.member_id.sudo()._club_free(unit, self.pool_id.id)[unit.id]
            if free < -minor:
                return self.env._(
                    "%(before)s now, of which at most %(free)s can be removed",
                    before=unit._format(now),
                    free=unit._format(free),
                )
        return self.env._(
            "%(before)s now, %(after)s afterwards",
            before=unit._format(now),
            after=unit._format(now + minor),
        )

    def _signed(self):
        return self.amount if self.direction == "add" else -self.amount

    def action_adjust(self):
        self.ensure_one()
        if self.amount <= 0:
            raise UserError(self.env._("Enter an amount above 0, and say whether to add or to remove it."))
        self.member_id.adjust(
            self.unit_id.id,
            self._signed(),
            self.reason,
            pool_id=self.pool_id.id,
            counts_lifetime=self.counts_lifetime,
        )
        return {"type": "ir.actions.act_window_close"}
