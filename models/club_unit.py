from functools import lru_cache

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import babel_locale_parse, formatLang

from ..engine.values import exact
from .rulebook import UnitRule

# The most that can be moved at once, in the minor unit: far above any balance, far below what a column holds.
MOST = 10**15


@lru_cache(maxsize=4096)
def is_one(number, lang):
    """Whether a language counts it as one: English and Dutch 1 alone, French 0 and 1.5 as well."""
    whole = int(number) if number == int(number) else number
    return babel_locale_parse(lang or "en_US").plural_form(whole) == "one"


class ClubUnit(models.Model):
    """What a club counts: points, stamps or cashback.

    Amounts of a unit are stored as integers in its minor unit: with ``decimals`` 2, 12.50 is 1250.
    """

    _name = "club.unit"
    _description = "Loyalty Unit"
    _inherit = ["club.owned.mixin", "club.rule.mixin", "club.validity.mixin"]
    _order = "sequence, id"

    currency_id = fields.Many2one(related="club_id.currency_id")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(
        string="Singular",
        required=True,
        translate=True,
        default=lambda self: self.env._("point"),
        help="What one is called, as within a sentence: 1 Bean, 1 point.",
    )
    name_plural = fields.Char(
        string="Plural",
        required=True,
        translate=True,
        default=lambda self: self.env._("points"),
        help="What several are called: 487 Beans, 487 points.",
    )
    short_name = fields.Char(
        string="Short",
        required=True,
        translate=True,
        default=lambda self: self.env._("pts"),
        help="Where there is little room, as on a register's button: 487 B, 487 pts.",
    )
    kind = fields.Selection(
        [("points", "Points"), ("stamps", "Stamps"), ("cashback", "Cashback")],
        required=True,
        default="points",
    )
    icon = fields.Image(
        max_width=256, max_height=256, help="A square picture beside every amount that customers see."
    )
    decimals = fields.Integer(help="How many decimals are kept: 0 for points, 2 for cashback in euro.")
    money_value = fields.Float(
        string="Worth",
        digits=(16, 6),
        min_display_digits=2,
        required=True,
        default=0.01,
        help="What one unit is worth in the club's currency when it pays.",
    )
    value_text = fields.Char(compute="_compute_value_text")
    redeem_min = fields.Integer(string="Least per Use", help="The fewest units that can be used at once.")

    _decimals_sane = models.Constraint("CHECK (decimals BETWEEN 0 AND 6)", "A unit keeps between 0 and 6 decimals.")
    _value_positive = models.Constraint(
        "CHECK (money_value > 0 AND money_value <= 1000000)",
        "One unit must be worth more than nothing: enter a value above 0.",
    )
    _minimum_not_negative = models.Constraint(
        "CHECK (redeem_min >= 0)", "The least per use cannot be negative. Use 0 for no minimum."
    )

    @api.depends("name_plural")
    def _compute_display_name(self):
        for unit in self:
            unit.display_name = unit.name_plural or ""

    @api.depends("kind", "money_value", "name_plural", "currency_id")
    def _compute_value_text(self):
        for unit in self:
            unit.value_text = (
                self.env._("They fill a card")
                if unit.kind == "stamps"
                else self._value_text(unit.name_plural, unit.money_value, unit.currency_id)
            )

    @api.model
    def _value_text(self, units, value, currency):
        """ "100 Beans = $ 1.00": a hundred says more than one."""
        money = currency.format(100 * value) if currency else 100 * value
        return self.env._("100 %(units)s = %(money)s", units=units or "", money=money)

    @api.onchange("kind")
    def _onchange_kind(self):
        """Cashback is money: kept to the currency's unit, and worth what it says."""
        if self.kind == "cashback":
            self.update({"decimals": self.currency_id.decimal_places, "money_value": 1.0})
        elif self._origin.kind == "cashback" or not self._origin:
            self.decimals = 0

    @api.constrains("kind", "money_value", "decimals")
    def _check_cashback(self):
        for unit in self.filtered(lambda unit: unit.kind == "cashback"):
            if exact(unit.money_value) != 1:
                raise ValidationError(self.env._("Cashback is money: one of it is worth 1.00."))
        for unit in self.filtered(lambda unit: unit.kind == "stamps"):
            if unit.decimals:
                raise ValidationError(self.env._("Stamps are whole: a card has no room for a part of one."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("kind") == "cashback":
                club = self.env["club.club"].browse(vals.get("club_id")) or self.env["club.club"]._only()
                vals.setdefault("decimals", club.currency_id.decimal_places)
                vals.setdefault("money_value", 1.0)
        return super().create(vals_list)

    def write(self, vals):
        # Stored amounts mean what the decimals say: once there are any, the decimals stay.
        changed = "decimals" in vals and self.filtered(lambda unit: unit.decimals != vals["decimals"])
        if changed and self.env["club.account"].sudo().search_count([("unit_id", "in", changed.ids)], limit=1):
            raise ValidationError(
                self.env._("Members already have balances in this unit, so its decimals stay. Make a new unit instead.")
            )
        return super().write(vals)

    def _rule(self):
        return UnitRule(
            id=self.id,
            kind=self.kind,
            decimals=self.decimals,
            value=exact(self.money_value),
            redeem_min=self.redeem_min * 10**self.decimals,
            validity_days=self.validity_days,
            validity_months=self.validity_months,
            stamp_reward_id=self._automatic_rewards()[:1].id or 0 if self.kind == "stamps" else 0,
        )

    def _to_decimal_string(self, minor):
        """1250 with two decimals is "12.50": for integrators, exact and free of locale."""
        self.ensure_one()
        sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(self.decimals + 1, "0")
        if not self.decimals:
            return sign + digits
        return f"{sign}{digits[: -self.decimals]}.{digits[-self.decimals :]}"

    def _to_minor(self, amount):
        """What a person typed (12.5) in the minor unit (1250).

        :param amount: int, float, Decimal or decimal string in the unit
        :raise UserError: not a number, more decimals than the unit keeps, or beyond all sense
        """
        self.ensure_one()
        try:
            minor = exact(amount) * 10**self.decimals
        except (TypeError, ValueError, OverflowError, ZeroDivisionError):
            raise UserError(self.env._("Enter an amount of %s as a number.", self.name_plural)) from None
        if minor.denominator != 1:
            raise UserError(
                self.env._(
                    "%(units)s are counted with %(decimals)s decimals. Enter a rounder amount.",
                    units=self.name_plural,
                    decimals=self.decimals,
                )
            )
        if abs(minor) > MOST:
            raise UserError(self.env._("Nobody has that many %s. Enter a smaller amount.", self.name_plural))
        return int(minor)

    @tools.ormcache("self.id", "self.env.lang")
    def _words(self):
        """(decimals, singular, plural) in the user's language, read once for the whole process."""
        return self.decimals, self.name, self.name_plural

    def _format(self, minor, name=True):
        """ "1,250 Beans" in the user's language; the bare number without ``name``."""
        self.ensure_one()
        decimals, singular, plural = self._words()
        number = formatLang(self.env, minor / 10**decimals, digits=decimals)
        if not name:
            return number
        return f"{number} {singular if is_one(abs(minor) / 10**decimals, self.env.lang) else plural}"

    def _name_for(self, number):
        """ "Bean" or "Beans", as the user's language counts."""
        _decimals, singular, plural = self._words()
        return singular if is_one(float(abs(number)), self.env.lang) else plural
