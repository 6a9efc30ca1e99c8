from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..engine import caps
from ..engine.values import exact, to_major


class ClubUsePoints(models.TransientModel):
    """Staff let a customer pay a part of a quotation with points: the same path as the customer's own."""

    _name = "club.use.points"
    _description = "Use Points on a Quotation"

    order_id = fields.Many2one("sale.order", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="order_id.currency_id")
    unit_id = fields.Many2one("club.unit", compute="_compute_offer", compute_sudo=True)
    balance = fields.Char(string="Free to Use", compute="_compute_offer", compute_sudo=True)
    why = fields.Char(string="At Most", compute="_compute_offer", compute_sudo=True)
    is_refused = fields.Boolean(compute="_compute_offer", compute_sudo=True)
    amount = fields.Float(
        string="Points",
        digits=(16, 6),
        min_display_digits=0,
        compute="_compute_amount",
        compute_sudo=True,
        store=True,
        readonly=False,
        precompute=True,
    )
    money = fields.Monetary(string="Pays", compute="_compute_money", compute_sudo=True)

    @api.depends("order_id")
    def _compute_offer(self):
        for wizard in self:
            offer = wizard.order_id._club_points_offer()
            wizard.unit_id = offer.get("unit")
            wizard.balance = offer["unit"]._format(offer["free"]) if offer.get("unit") else False
            wizard.why = offer["why"]
            wizard.is_refused = not offer.get("cap")

    @api.depends("order_id")
    def _compute_amount(self):
        """What is used already, else all that may be."""
        for wizard in self:
            offer = wizard.order_id._club_points_offer()
            unit = offer.get("unit")
            wizard.amount = (offer["used"] or offer["cap"]) / 10**unit.decimals if unit else 0

    @api.depends("amount")
    def _compute_money(self):
        for wizard in self:
            unit, money = wizard.unit_id, 0
            if unit and wizard.amount > 0:
                decimals = wizard.currency_id.decimal_places
                rate = unit._rule().value * 10**unit.decimals
                minor = caps.to_money(
                    int(exact(wizard.amount) * 10**unit.decimals),
                    rate / 10**unit.decimals,
                    unit_decimals=unit.decimals,
                    money_decimals=decimals,
                )
                money = float(to_major(exact(minor), decimals))
            wizard.money = money

    def action_use(self):
        self.ensure_one()
        self._check_staff()
        offer = self.order_id.sudo()._club_points_offer()
        unit = offer.get("unit")
        self.order_id._club_choose(unit._to_minor(self.amount) if unit else 1, unit)
        return {"type": "ir.actions.act_window_close"}

    def action_take_off(self):
        self.ensure_one()
        self._check_staff()
        self.order_id._club_choose(0)
        return {"type": "ir.actions.act_window_close"}

    def _check_staff(self):
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(self.env._("Only staff choose points for a customer."))
        self.order_id.check_access("write")
