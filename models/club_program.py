from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import formatLang

from ..engine.values import exact
from .items_mixin import ITEMS
from .ledger import SENTINEL
from .rulebook import ProgramRule

# What a live program promised cannot be changed under it: revise it instead.
LOCKED = frozenset({
    "tier_id", "unit_id", "ratio", "level", "validity_days", "validity_months", "outlet_ids", "portion_count",
    "portion_interval_days", "start_at", "cashback_percent", "stamp_by", "is_daily", "product_ids", "categ_ids",
    "pos_categ_ids", "public_categ_ids", "tag_ids",
})  # fmt: skip


class ClubProgram(models.Model):
    """How members of one tier earn one unit, in portions, with a validity.

    Points are spend ÷ ratio, cashback a percentage of the spend, stamps one for each item or each visit; of all
    products or of those it names.

    Example: tier Silver, 1 Bean per 1.00 (ratio 1), half at once and half after 30 days.
    Draft earns nothing; live locks the earning fields; "Revise" makes a draft that replaces it.
    """

    _name = "club.program"
    _description = "Earning Program"
    _inherit = ["mail.thread", "club.items.mixin", "club.rule.mixin", "club.validity.mixin"]
    _order = "club_id, tier_id, level, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    tier_id = fields.Many2one(
        "club.tier", string="Membership Tier", required=True, ondelete="restrict", index=True, tracking=True
    )
    club_id = fields.Many2one(related="tier_id.club_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        help="The outlets' own currency where it states them, else the club's.",
    )
    unit_kind = fields.Selection(related="unit_id.kind")
    unit_id = fields.Many2one(
        "club.unit",
        string="Earns",
        required=True,
        ondelete="restrict",
        domain="[('club_id', '=', club_id)]",
        compute="_compute_unit_id",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    ratio = fields.Float(
        digits=(16, 6),
        min_display_digits=2,
        required=True,
        default=1.0,
        tracking=True,
        help="Spend for one unit: 10 = one unit per 10.00.",
    )
    cashback_percent = fields.Float(
        string="Cashback (%)",
        digits=(16, 6),
        min_display_digits=2,
        default=5.0,
        tracking=True,
        help="5 = 5 % of the spend, kept to the cent.",
    )
    stamp_by = fields.Selection(
        [("items", "Item bought"), ("visit", "Visit")],
        string="One Stamp per",
        required=True,
        default="items",
        tracking=True,
    )
    is_daily = fields.Boolean(string="One Visit a Day", tracking=True, help="More orders of a day count as one visit.")
    level = fields.Integer(default=10, tracking=True, help="Where several live programs match, the lowest counts.")
    validity_days = fields.Integer(tracking=True)
    validity_months = fields.Integer(tracking=True)
    outlet_ids = fields.Many2many(
        "club.outlet",
        string="Outlets",
        domain="[('club_id', '=', club_id)]",
        ondelete="restrict",
        help="Empty = all outlets.",
    )
    portion_count = fields.Integer(string="Portions", default=1, tracking=True, help="1 = all at once.")
    portion_interval_days = fields.Integer(
        string="Days Between Portions", tracking=True, help="0 = every portion immediately."
    )
    image = fields.Image(max_width=512, max_height=512)
    description = fields.Html(string="How It Works", translate=True, sanitize=True)
    state = fields.Selection(
        [("draft", "Draft"), ("live", "Live"), ("ended", "Ended")],
        required=True,
        default="draft",
        copy=False,
        readonly=True,
        tracking=True,
    )
    start_at = fields.Datetime(
        string="Goes Live On", copy=False, help="Empty = at the moment of Go Live. What it replaces ends then."
    )
    live_from = fields.Datetime(copy=False, readonly=True)
    ended_at = fields.Datetime(copy=False, readonly=True)
    revision_of_id = fields.Many2one(
        "club.program", string="Replaces", readonly=True, copy=False, index="btree_not_null"
    )
    summary = fields.Char(compute="_compute_summary")
    tier_warning = fields.Char(related="tier_id.program_warning")

    _ratio_positive = models.Constraint(
        "CHECK (ratio > 0 AND ratio <= 1000000)",
        "The ratio is the spend for one unit: enter a figure above 0.",
    )
    _portions_positive = models.Constraint(
        "CHECK (portion_count BETWEEN 1 AND 120)", "An award comes in 1 to 120 portions."
    )
    _interval_not_negative = models.Constraint(
        "CHECK (portion_interval_days BETWEEN 0 AND 3650)", "Portions are 0 to 3,650 days apart."
    )

    @api.depends("tier_id")
    def _compute_unit_id(self):
        for program in self:
            if program.unit_id.club_id != program.tier_id.club_id:
                club = program.tier_id.club_id
                program.unit_id = club.tier_unit_id or club.unit_ids[:1]

    @api.depends("club_id.currency_id", "outlet_ids.company_id.currency_id")
    def _compute_currency_id(self):
        for program in self:
            stated = program.outlet_ids.company_id.currency_id
            program.currency_id = stated if len(stated) == 1 else program.club_id.currency_id

    def _earning_text(self):
        """ "1 Bean per $ 1.00", "1 stamp for each Coffee", "5 % cashback"."""
        _, unit, names = self.env._, self.unit_id.name, ", ".join(self._items_names())
        if self.unit_kind == "cashback":
            percent = formatLang(self.env, self.cashback_percent, digits=0 if self.cashback_percent % 1 == 0 else 2)
            text = _("%(percent)s %% of the spend as %(units)s", percent=percent, units=self.unit_id.name_plural)
        elif self.unit_kind != "stamps":
            text = _("1 %(unit)s per %(money)s", unit=unit, money=self.currency_id.format(self.ratio))
        elif self.stamp_by == "visit":
            text = _("1 %(unit)s a visit, at most one a day", unit=unit) if self.is_daily else _("1 %s a visit", unit)
        else:
            return _("1 %(unit)s for each %(items)s", unit=unit, items=names or _("item"))
        return _("%(earning)s on %(items)s", earning=text, items=names) if names else text

    @api.depends(
        "ratio", "unit_id", "tier_id.multiplier", "portion_count", "portion_interval_days", "cashback_percent",
        "stamp_by", "is_daily", "outlet_ids", *ITEMS,
    )  # fmt: skip
    def _compute_summary(self):
        for program in self:
            if not program.unit_id or not program.ratio:
                program.summary = ""
                continue
            text = self.env._("%(tier)s: %(earning)s", tier=program.tier_id.name, earning=program._earning_text())
            if program.portion_count > 1:
                text += self.env._(
                    ", in %(count)s portions %(days)s days apart",
                    count=program.portion_count,
                    days=program.portion_interval_days,
                )
            program.summary = text

    @api.constrains("tier_id", "unit_id", "outlet_ids")
    def _check_same_club(self):
        for program in self:
            if not program.tier_id:
                raise ValidationError(self.env._("A program belongs to a membership tier. Choose one."))
            if program.unit_id.club_id != program.club_id or program.outlet_ids.club_id - program.club_id:
                raise ValidationError(self.env._("Tier, unit and outlets of a program belong to one club."))

    @api.constrains("outlet_ids", "unit_id", "cashback_percent")
    def _check_money(self):
        for program in self:
            if len(program.outlet_ids.company_id.currency_id) > 1:
                raise ValidationError(
                    self.env._(
                        "These outlets sell in different currencies, and a ratio is a figure in one of them. Make a "
                        "program for each currency."
                    )
                )
            if program.unit_kind == "cashback" and not 0 < program.cashback_percent <= 100:
                raise ValidationError(self.env._("Cashback is a share of the spend: above 0 and at most 100 %."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("tier_id") and not self.env.context.get("default_tier_id"):
                raise ValidationError(self.env._("A program belongs to a membership tier. Choose one."))
            if vals.get("state", "draft") != "draft" or vals.get("live_from") or vals.get("ended_at"):
                raise UserError(self.env._("A program starts as a draft. Save it, then make it live."))
            vals.update(state="draft", live_from=False, ended_at=False)  # whatever defaults the context brings
        return super().create(vals_list)

    def write(self, vals):
        if locked := LOCKED & vals.keys():
            self._check_unlocked(locked)
        if not vals.get("active", True) and any(program.state == "live" for program in self):
            raise UserError(self.env._("A live program is not archived: members would stop earning unseen. End it."))
        if {"state", "live_from", "ended_at"} & vals.keys() and self.env.context.get("club_door") is not SENTINEL:
            raise UserError(self.env._("Use Go Live, End or Revise to change what a program does."))
        return super().write(vals)

    def _check_unlocked(self, names):
        fixed = self.filtered(lambda program: program.state != "draft")
        if not fixed:
            return
        labels = ", ".join(self._fields[name]._description_string(self.env) for name in sorted(names))
        raise UserError(
            self.env._(
                "%(program)s is %(state)s, so its earning rules stay as they are (%(fields)s). "
                "Choose Revise to make a draft that replaces it.",
                program=fixed[0].name,
                state=dict(self._fields["state"]._description_selection(self.env))[fixed[0].state].lower(),
                fields=labels,
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        if self.filtered(lambda program: program.state != "draft"):
            raise UserError(self.env._("A program that was live stays in the history. End or archive it."))

    def _set_state(self, **vals):
        self.with_context(club_door=SENTINEL).write(vals)

    def action_go_live(self):
        """Earn by this program from now, or from its own date, on; what it replaces ends at that moment."""
        now = fields.Datetime.now()
        for program in self:
            if program.state != "draft":
                raise UserError(self.env._("%s is not a draft.", program.name))
            start = max(program.start_at or now, now)
            replaced = program.revision_of_id
            if replaced.state == "live":
                replaced._set_state(state="live" if start > now else "ended", ended_at=start)
            program._set_state(state="live", live_from=start)
        return True

    @api.model
    def _cron_end(self):
        """Show as ended what the dates ended already."""
        self.search([("state", "=", "live"), ("ended_at", "<=", fields.Datetime.now())])._set_state(state="ended")

    def action_end(self):
        self.filtered(lambda program: program.state == "live")._set_state(state="ended", ended_at=fields.Datetime.now())
        return True

    def action_revise(self):
        """A draft with the same rules; making it live ends this one at that moment."""
        self.ensure_one()
        if self.state != "live":
            raise UserError(self.env._("Only a live program is revised. Change the draft itself."))
        draft = self.search([("revision_of_id", "=", self.id), ("state", "=", "draft")], limit=1)
        if not draft:
            draft = self.copy({"name": self.name, "revision_of_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def _ratio(self):
        """Spend (or items) for one unit: 5 % cashback is 1.00 for 20.00."""
        if self.unit_kind == "cashback":
            return 100 / exact(self.cashback_percent)
        return Fraction(1) if self.unit_kind == "stamps" else exact(self.ratio)

    def _rule(self):
        items = self._items()
        said = (rule._validity() for rule in (self, self.unit_id, self.club_id))
        days, months = next(filter(any, said), (0, 0))
        return ProgramRule(
            id=self.id,
            name=self.name,
            tier_id=self.tier_id.id,
            unit_id=self.unit_id.id,
            ratio=self._ratio(),
            counts={"stamps": self.stamp_by}.get(self.unit_kind, "money"),
            items=None if items.is_everything else items,
            is_daily=self.unit_kind == "stamps" and self.stamp_by == "visit" and self.is_daily,
            currency_id=self.currency_id.id,
            level=self.level,
            validity_days=days,
            validity_months=months,
            outlet_ids=frozenset(self.outlet_ids.ids),
            portion_count=self.portion_count,
            portion_interval_days=self.portion_interval_days,
            live_from=self.live_from,
            ended_at=self.ended_at or None,
        )
