from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..engine.matching import When
from ..engine.values import exact
from .items_mixin import ITEMS
from .rulebook import BonusRule

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CHANNELS = ("pos", "shop", "kiosk", "sale")
# What decides an award: a change of any of these begins a new version, so that orders paid before keep theirs.
RULES = frozenset({
    "unit_id", "kind", "factor", "units", "percent", "time_from", "time_to", "date_from", "date_to", "birthday",
    "is_first_order", "tier_ids", "outlet_ids", *ITEMS, *DAYS, *(f"is_{channel}" for channel in CHANNELS),
})  # fmt: skip
KEPT = frozenset({"given", "live_from", "live_until", "version_of_id"})


class ClubBonus(models.Model):
    """Extra earning: × a factor, a share of the spend, or a flat amount once an order, where its conditions hold.

    Example: "Double Beans on Coffee, Tue 17:00–19:00".
    Matching rules all add on the base (×2 and ×2 is ×3), so their order never matters.

    Invariant: what was live when an order was paid counts. A rule that changes keeps its former self as a version
    with the time it was live, as does one that is switched off.
    """

    _name = "club.bonus"
    _description = "Bonus Rule"
    _inherit = ["club.owned.mixin", "club.items.mixin", "club.rule.mixin"]
    _order = "sequence, id"

    currency_id = fields.Many2one(related="club_id.currency_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    is_on = fields.Boolean(string="On", default=True, help="Off: orders paid from now on do not get it.")
    unit_id = fields.Many2one(
        "club.unit",
        string="Gives",
        required=True,
        ondelete="restrict",
        domain="[('club_id', '=', club_id)]",
        compute="_compute_unit_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    kind = fields.Selection(
        [("multiply", "× Multiplier"), ("percent", "+ % of the spend"), ("flat", "+ Once an order")],
        required=True,
        default="multiply",
    )
    factor = fields.Float(string="Multiplier", digits=(16, 6), min_display_digits=2, default=2.0)
    percent = fields.Float(digits=(16, 6), min_display_digits=2, default=5.0)
    units = fields.Float(string="Amount", digits=(16, 6), min_display_digits=2, default=10.0)

    mon = fields.Boolean()
    tue = fields.Boolean()
    wed = fields.Boolean()
    thu = fields.Boolean()
    fri = fields.Boolean()
    sat = fields.Boolean()
    sun = fields.Boolean()
    time_from = fields.Float(string="From")
    time_to = fields.Float(string="To", help="A window may cross midnight: 22:00 to 02:00.")
    date_from = fields.Date(string="First Day")
    date_to = fields.Date(string="Last Day")
    birthday = fields.Selection([("day", "On the day"), ("month", "In the month")])
    is_first_order = fields.Boolean(string="First Order Only")
    tier_ids = fields.Many2many(
        "club.tier", string="Tiers", domain="[('club_id', '=', club_id)]", ondelete="restrict"
    )
    outlet_ids = fields.Many2many(
        "club.outlet", string="Outlets", domain="[('club_id', '=', club_id)]", ondelete="restrict"
    )
    is_pos = fields.Boolean(string="At the Register", default=True)
    is_shop = fields.Boolean(string="In the Webshop", default=True)
    is_kiosk = fields.Boolean(
        string="At the Kiosk",
        default=True,
        help="Self-order kiosks, and phones that order by the QR code of a table.",
    )
    is_sale = fields.Boolean(string="On Orders and Invoices", default=True)
    budget = fields.Float(digits=(16, 6), min_display_digits=2, help="It ends once it has given so many. 0 = no limit.")
    given = fields.Float(digits=(16, 6), min_display_digits=2, readonly=True, copy=False, string="Given So Far")

    live_from = fields.Datetime(readonly=True, copy=False)
    live_until = fields.Datetime(readonly=True, copy=False)
    version_of_id = fields.Many2one(
        "club.bonus", string="Former Version Of", readonly=True, copy=False, index="btree_not_null", ondelete="cascade"
    )

    _factor_sane = models.Constraint("CHECK (factor <= 1000)", "A multiplier is at most × 1,000.")
    _budget_not_negative = models.Constraint("CHECK (budget >= 0)", "A budget is above 0, or 0 for no limit.")

    @api.depends("club_id")
    def _compute_unit_id(self):
        for bonus in self:
            if bonus.unit_id.club_id != bonus.club_id:
                bonus.unit_id = bonus.club_id.tier_unit_id or bonus.club_id.unit_ids[:1]

    # ------------------------------------------------------------------ what people may enter
    @api.constrains("kind", "factor", "percent", "units", "unit_id")
    def _check_amount(self):
        for bonus in self:
            _ = bonus.env._
            if bonus.kind == "multiply" and bonus.factor <= 1:
                raise ValidationError(
                    _(
                        "× %(factor)s would give members less than without the rule, or nothing more: a bonus adds. "
                        "Enter a multiplier above 1, such as 2 for double; to let products earn less, give them a "
                        "ratio of their own or exclude them.",
                        factor=f"{bonus.factor:g}",
                    )
                )
            if bonus.kind == "percent" and not 0 < bonus.percent <= 100:
                raise ValidationError(
                    _("A share of the spend is above 0 and at most 100 %%: 5 %% of 100.00 is 5 points.")
                )
            if bonus.kind == "percent" and bonus.unit_id.kind == "stamps":
                raise ValidationError(_("Stamps count items or visits, so a share of the spend gives none."))
            if bonus.kind == "flat" and bonus.units <= 0:
                raise ValidationError(_("Enter how many to give once an order: above 0."))

    @api.constrains("time_from", "time_to", "date_from", "date_to")
    def _check_window(self):
        for bonus in self:
            _ = bonus.env._
            if not (0 <= bonus.time_from <= 24 and 0 <= bonus.time_to <= 24):
                raise ValidationError(_("Hours of the day are between 00:00 and 24:00."))
            if bonus.time_from == bonus.time_to != 0:
                raise ValidationError(
                    _("This window is empty: it ends when it begins. Leave both at 00:00 for the whole day.")
                )
            if bonus.date_from and bonus.date_to and bonus.date_to < bonus.date_from:
                raise ValidationError(_("The last day is before the first day. Swap them."))

    @api.constrains("club_id", "unit_id", "tier_ids", "outlet_ids")
    def _check_same_club(self):
        for bonus in self:
            if (bonus.unit_id.club_id | bonus.tier_ids.club_id | bonus.outlet_ids.club_id) - bonus.club_id:
                raise ValidationError(bonus.env._("Unit, tiers and outlets of a bonus belong to its own club."))

    # ------------------------------------------------------------------ versions
    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        self = self._club_without_defaults(KEPT)
        for vals in vals_list:
            for name in KEPT:
                vals.pop(name, None)
            if vals.get("is_on", True):
                vals["live_from"] = now
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and (KEPT & vals.keys() or self.version_of_id):
            raise UserError(self.env._("When a rule was live and what it gave is noted by itself, not typed in."))
        if vals.get("active") is False:
            vals = {"is_on": False} | vals
        changed = self.browse()
        if (RULES | {"is_on"}) & vals.keys():
            changed = self.filtered(lambda bonus: bonus._is_changed_by(vals))
            changed._keep_version()
        result = super().write(vals)
        if changed:
            now = fields.Datetime.now()
            for is_on, bonuses in changed.grouped("is_on").items():
                super(ClubBonus, bonuses.sudo()).write({"live_from": now if is_on else False})
        return result

    def _is_changed_by(self, vals):
        """Does saving these values change what orders get? A form may send what stayed the same."""
        for name in (RULES | {"is_on"}) & vals.keys():
            field = self._fields[name]
            if field.type in ("many2many", "one2many"):
                if self.new({name: vals[name]}, origin=self)[name]._origin != self[name]:
                    return True
            elif field.convert_to_cache(vals[name], self) != field.convert_to_cache(self[name], self):
                return True
        return False

    def _keep_version(self):
        """What was live until now stays known with its time: orders paid then are judged by it."""
        now = fields.Datetime.now()
        for bonus in self.filtered(lambda bonus: bonus.is_on and bonus.live_from and bonus.live_from < now):
            version = bonus.copy({"name": bonus.name, "active": False, "is_on": False})
            version.sudo().write({"version_of_id": bonus.id, "live_from": bonus.live_from, "live_until": now})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_live(self):
        """An order that was paid while it was live may come late."""
        now = fields.Datetime.now()
        versions = self.with_context(active_test=False).search([("version_of_id", "in", self.ids)]).version_of_id
        if self.filtered(lambda bonus: bonus.given or bonus in versions or bonus.live_from and bonus.live_from < now):
            raise UserError(self.env._("This rule was on: orders of that time count by it, so it stays. Archive it."))

    # ------------------------------------------------------------------ for the rulebook
    def _when(self):
        return When(
            weekdays=frozenset(index for index, day in enumerate(DAYS) if self[day]),
            begins=round(self.time_from * 60) % (24 * 60),
            ends=round(self.time_to * 60) % (24 * 60),
            first_day=self.date_from or None,
            last_day=self.date_to or None,
            birthday=self.birthday or "",
        )

    def _amount(self):
        """The engine's factor: × 2 is 2, 5 % is 1/20, 10 once an order is 10."""
        if self.kind == "percent":
            return exact(self.percent) / 100
        return exact(self.units if self.kind == "flat" else self.factor)

    def _rule(self):
        items = self._items()
        return BonusRule(
            id=self.version_of_id.id or self.id,
            name=self.name,
            unit_id=self.unit_id.id,
            kind=self.kind,
            factor=self._amount(),
            items=None if items.is_everything else items,
            when=self._when(),
            is_first_order=self.is_first_order,
            tier_ids=frozenset(self.tier_ids.ids),
            outlet_ids=frozenset(self.outlet_ids.ids),
            channels=frozenset(channel for channel in CHANNELS if self[f"is_{channel}"]),
            budget=exact((self.version_of_id or self).budget),
            live_from=self.live_from,
            live_until=self.live_until or None,
        )

    # ------------------------------------------------------------------ budgets
    @api.model
    def _read_budgets(self, bonus_ids, is_locking=True):
        """What these rules have given so far, as a rule locked until the end of the transaction.

        :return: dict id → amount in the unit
        """
        if not bonus_ids:
            return {}
        lock = SQL("FOR UPDATE") if is_locking else SQL()
        rows = self.env.execute_query(
            SQL("SELECT id, given FROM club_bonus WHERE id = ANY(%s) ORDER BY id %s", sorted(bonus_ids), lock)
        )
        return {bonus_id: exact(given or 0) for bonus_id, given in rows}

    @api.model
    def _add_given(self, given):
        """Count what orders got. Claw-backs do not reopen a budget.

        :param given: dict bonus id → Fraction in the unit
        """
        if given:
            self.env.cr.execute_values(
                """UPDATE club_bonus b SET given = COALESCE(b.given, 0) + v.given FROM (VALUES %s) v (id, given)
                    WHERE b.id = v.id""",
                [(bonus_id, float(amount)) for bonus_id, amount in sorted(given.items())],
            )
            self.browse(given).invalidate_recordset(["given"], flush=False)

    def _local_now(self):
        """Now in the zone of the club, without a zone."""
        zone = ZoneInfo(self.club_id.tz or "UTC")
        return fields.Datetime.now().replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None)

    def _next_moment(self):
        """A moment from now on at which it applies, for the example; none when there is none within a year."""
        when, now = self._when(), self._local_now()
        for offset in range(366):
            day = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=offset)
            moment = day + timedelta(minutes=when.begins)
            if moment.date() >= now.date() and when.covers(moment, moment.date()):
                return moment
        return None
