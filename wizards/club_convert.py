from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError


class ClubConvert(models.TransientModel):
    """Points of a member become store credit: how many, and what they bring, before it is done."""

    _name = "club.convert"
    _description = "Turn Points Into Store Credit"
    _inherit = ["club.window.mixin"]

    member_id = fields.Many2one("club.member", required=True, readonly=True)
    club_id = fields.Many2one(related="member_id.club_id")
    unit_id = fields.Many2one(
        "club.unit",
        required=True,
        domain="[('club_id', '=', club_id), ('is_credit_allowed', '=', True)]",
        compute="_compute_unit_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount = fields.Float(digits=(16, 6), min_display_digits=2, required=True)
    key = fields.Char(default=lambda self: str(uuid4()), required=True, readonly=True)
    balance = fields.Char(compute="_compute_preview")
    rate_text = fields.Char(related="unit_id.credit_rate_text")
    preview = fields.Char(compute="_compute_preview")

    @api.depends("member_id")
    def _compute_unit_id(self):
        for wizard in self:
            wizard.unit_id = wizard.unit_id or wizard.club_id.unit_ids.filtered("is_credit_allowed")[:1]

    @api.depends("member_id", "unit_id", "amount")
    def _compute_preview(self):
        for wizard in self:
            unit, member = wizard.unit_id.sudo(), wizard.member_id.sudo()
            wizard.preview = wizard.balance = ""
            if unit and member:
                wizard.balance = unit._format(member._club_free(unit)[unit.id])
                wizard.preview = wizard._preview(member, unit) if wizard.amount else ""

    def _preview(self, member, unit):
        """What it brings, or why it will be refused: money is never shown for points that are not there."""
        try:
            minor = unit._to_minor(self.amount)
            member._club_check_convert(unit, minor, None)
        except UserError as refused:
            return refused.args[0]
        (used, money), currency = unit._club_credit_for(minor), unit.club_id.currency_id
        return self.env._(
            "%(points)s become %(money)s of store credit",
            points=unit._format(used),
            money=currency.format(money / 10**currency.decimal_places),
        )

    def action_convert(self):
        self.ensure_one()
        told = self.member_id.convert(self.unit_id.id, self.amount, self.key)
        credit = self.env["club.credit"].browse(told["credit_id"])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": credit.sudo()._club_sentence(),
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class ClubCreditReverse(models.TransientModel):
    """Unspent store credit becomes points again: how much, and why."""

    _name = "club.credit.reverse"
    _description = "Turn Store Credit Back Into Points"
    _inherit = ["club.window.mixin"]

    credit_id = fields.Many2one("club.credit", required=True, readonly=True)
    currency_id = fields.Many2one(related="credit_id.currency_id")
    left_money = fields.Monetary(related="credit_id.left_money", string="Unspent")
    money = fields.Monetary(
        string="Turn Back", required=True, compute="_compute_money", store=True, readonly=False, precompute=True
    )
    reason = fields.Char(required=True, help="Stays in the member's history.")
    key = fields.Char(default=lambda self: str(uuid4()), required=True, readonly=True)

    @api.depends("credit_id")
    def _compute_money(self):
        for wizard in self:
            wizard.money = wizard.credit_id.left_money

    def action_reverse(self):
        self.ensure_one()
        self.credit_id.reverse(self.reason, self.money, self.key)
        return {"type": "ir.actions.act_window_close"}
