from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..engine import caps
from ..engine.values import exact, to_major


class ClubUsePoints(models.TransientModel):
    """Staff let a customer pay a part of a quotation with points: the same path as the customer's own."""

    _name = "club.use.points"
    _description = "Use Points on a Quotation"
    _inherit = ["club.window.mixin"]

    order_id = fields.Many2one("sale.order", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="order_id.currency_id")
    unit_ids = fields.Many2many("club.unit", compute="_compute_unit_ids", compute_sudo=True)
    unit_id = fields.Many2one(
        "club.unit",
        string="Pay with",
        domain="[('id', 'in', unit_ids)]",
        compute="_compute_unit_id",
        compute_sudo=True,
        store=True,
        readonly=False,
        precompute=True,
    )
    unit_count = fields.Integer(compute="_compute_unit_ids", compute_sudo=True)
    balance = fields.Char(string="Free to Use", compute="_compute_offer", compute_sudo=True)
    promised = fields.Char(string="Set Aside", compute="_compute_offer", compute_sudo=True)
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
    too_many = fields.Char(compute="_compute_money", compute_sudo=True)

    def _offer(self):
        """(what the chosen unit may pay or None, why nothing can be chosen)."""
        offers, why = self.order_id._club_points_offers()
        chosen = [offer for offer in offers if offer["unit"] == self.unit_id] or offers
        return (chosen[0] if chosen else None), why

    @api.depends("order_id")
    def _compute_unit_ids(self):
        for wizard in self:
            offers, _why = wizard.order_id._club_points_offers()
            wizard.unit_ids = [offer["unit"].id for offer in offers]
            wizard.unit_count = len(offers)

    @api.depends("order_id")
    def _compute_unit_id(self):
        """What pays already, else the club's first unit."""
        for wizard in self:
            offers, _why = wizard.order_id._club_points_offers()
            used = [offer for offer in offers if offer["used"]] or offers
            wizard.unit_id = used[0]["unit"] if used else False

    @api.depends("order_id", "unit_id")
    def _compute_offer(self):
        for wizard in self:
            offer, why = wizard._offer()
            wizard.balance = offer["unit"]._format(offer["free"]) if offer else False
            is_elsewhere = offer and offer["promised"]
            wizard.promised = offer["account"]._promised_text(str(wizard.order_id.id)) if is_elsewhere else False
            wizard.why = offer["why"] if offer else why
            wizard.is_refused = not offer or not (offer["cap"].amount or offer["used"])

    @api.depends("order_id", "unit_id")
    def _compute_amount(self):
        """What is used already, else all that may be."""
        for wizard in self:
            offer, _why = wizard._offer()
            wizard.amount = (offer["used"] or offer["cap"].amount) / 10 ** offer["unit"].decimals if offer else 0

    @api.depends("amount", "unit_id")
    def _compute_money(self):
        """Money is shown only for points that may be used: what is too much is said at once."""
        for wizard in self:
            unit, currency, money = wizard.unit_id, wizard.currency_id, 0
            terms = unit._terms(currency, wizard.order_id._club_outlet()) if unit else None
            minor = int(exact(wizard.amount) * 10**unit.decimals) if unit and wizard.amount > 0 else 0
            wizard.too_many = wizard._too_many(unit, minor)
            if terms and minor and not wizard.too_many:
                money = caps.to_money(minor, terms.value, **unit._digits(currency))
                money = float(to_major(exact(money), currency.decimal_places))
            wizard.money = money

    def _too_many(self, unit, minor):
        """Why so many cannot be used here; empty where they can."""
        offer, _why = self._offer()
        if not offer or not minor or offer["unit"] != unit:
            return ""
        most, least = max(offer["cap"].amount, offer["used"]), unit._rule().redeem_min
        if minor > most:
            return self.env._("Too many: %s are the most here.", unit._format(most))
        return self.env._("Too few: at least %s at once.", unit._format(least)) if minor < least else ""

    def action_use(self):
        self.ensure_one()
        self._check_staff()
        unit = self.sudo().unit_id
        self.order_id._club_choose(unit._to_minor(self.amount) if unit else 1, unit or None)
        return {"type": "ir.actions.act_window_close"}

    def action_take_off(self):
        self.ensure_one()
        self._check_staff()
        self.order_id._club_choose(0, self.sudo().unit_id or None)
        return {"type": "ir.actions.act_window_close"}

    def _check_staff(self):
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(self.env._("Only staff choose points for a customer."))
        self.order_id.check_access("write")
