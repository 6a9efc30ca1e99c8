"""A bonus rule in words: its sentence, an example, and what is odd about it."""

from fractions import Fraction

from babel.dates import get_day_names
from odoo import api, fields, models
from odoo.tools import float_round, formatLang
from odoo.tools.misc import babel_locale_parse, format_date

from ..engine import earning
from ..engine.values import exact
from .club_bonus import CHANNELS, DAYS, RULES
from .items_mixin import ITEMS

EXAMPLE = 10  # spend of the example in the club's currency
SENTENCE = (*sorted(RULES), "budget")


class ClubBonus(models.Model):
    _inherit = "club.bonus"

    sentence = fields.Char(string="In Words", compute="_compute_sentence")
    example = fields.Char(compute="_compute_example")
    warning = fields.Char(string="Note", compute="_compute_warning")

    @api.depends(*SENTENCE)
    @api.depends_context("lang")
    def _compute_sentence(self):
        for bonus in self:
            parts = [bonus._what_text(), *bonus._when_texts(), *bonus._who_texts(), bonus._where_text()]
            bonus.sentence = ", ".join(filter(None, parts)) if bonus.unit_id else ""

    def _what_text(self):
        """ "Double Beans on Coffee": what it gives, and on what."""
        _, units, names = self.env._, self.unit_id.name_plural, ", ".join(self._items_names())
        if self.kind == "multiply":
            if self.factor == 2:
                text = _("Double %(units)s", units=units)
            elif self.factor == 3:
                text = _("Triple %(units)s", units=units)
            else:
                text = _("× %(factor)s %(units)s", factor=self._spoken(self.factor), units=units)
        elif self.kind == "percent":
            text = _("+%(percent)s %% of the spend as %(units)s", percent=self._spoken(self.percent), units=units)
        else:
            text = _("+%(amount)s %(units)s once an order", amount=self._spoken(self.units), units=units)
        return _("%(bonus)s on %(items)s", bonus=text, items=names) if names else text

    def _when_texts(self):
        _ = self.env._
        days, hours = self._days_text(), ""
        if self.time_from != self.time_to:
            hours = f"{self._hour(self.time_from)}–{self._hour(self.time_to)}"
        yield " ".join(filter(None, (days, hours)))
        dates = [day and format_date(self.env, day) for day in (self.date_from, self.date_to)]
        if all(dates):
            yield _("%(first)s to %(last)s", first=dates[0], last=dates[1])
        elif dates[0]:
            yield _("from %s", dates[0])
        elif dates[1]:
            yield _("until %s", dates[1])
        if self.birthday:
            yield _("on the birthday") if self.birthday == "day" else _("in the month of the birthday")

    def _who_texts(self):
        _ = self.env._
        if self.is_first_order:
            yield _("first order")
        if self.tier_ids:
            yield _("for %s", ", ".join(self.tier_ids.mapped("name")))
        if self.budget:
            yield _(
                "until %(amount)s %(units)s are given",
                amount=self._spoken(self.budget),
                units=self.unit_id.name_plural,
            )

    def _where_text(self):
        _, labels = self.env._, self._channel_labels()
        named = [labels[channel] for channel in CHANNELS if self[f"is_{channel}"]]
        outlets = ", ".join(self.outlet_ids.mapped("name")) or _("all outlets")
        return outlets if len(named) == len(CHANNELS) else f"{outlets} ({', '.join(named)})"

    @api.model
    def _channel_labels(self):
        _ = self.env._
        return {"pos": _("register"), "shop": _("webshop"), "kiosk": _("kiosk"), "sale": _("orders and invoices")}

    def _days_text(self):
        """ "Tue", "Mon–Fri", "Sat, Sun": in the reader's language."""
        chosen = [index for index, day in enumerate(DAYS) if self[day]]
        names = get_day_names("abbreviated", locale=babel_locale_parse(self.env.lang))
        if len(chosen) in (0, 7):
            return ""
        if len(chosen) > 2 and chosen == list(range(chosen[0], chosen[-1] + 1)):
            return f"{names[chosen[0]]}–{names[chosen[-1]]}"
        return ", ".join(names[index] for index in chosen)

    @api.model
    def _hour(self, value):
        minutes = round(value * 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"

    def _spoken(self, value):
        """1.5 as "1.5" or "1,5", 2.0 as "2"."""
        number = float_round(value, precision_digits=6)
        digits = len(f"{number:.6f}".rstrip("0").partition(".")[2])
        return formatLang(self.env, number, digits=digits)

    # ------------------------------------------------------------------ the example
    @api.depends(*SENTENCE, "club_id.program_ids.state")
    @api.depends_context("lang")
    def _compute_example(self):
        for bonus in self:
            bonus.example = bonus._example_text() if bonus.unit_id and bonus.club_id else ""

    def _example_text(self):
        """What an order of 10.00 earns with it and without it, by the lowest tier's live program."""
        _, unit, club = self.env._, self.unit_id, self.club_id._origin
        programs = club.program_ids.filtered(lambda p: p.state == "live" and p.unit_id == unit._origin)
        program = programs.sorted(lambda p: (p.tier_id.threshold, p.level, p.id))[:1]
        if not program:
            return _("There is no live program for %s yet, so there is nothing to add to.", unit.name_plural)
        rule = program._rule()
        line = earning.Line(key="1", name="", quantity=Fraction(1), net=EXAMPLE * 100, gross=EXAMPLE * 100)
        order = earning.Order(lines=(line,), total=EXAMPLE * 100)
        plain = earning.Rules(ratio=rule.ratio, decimals=unit.decimals, rounding=club.earn_rounding, counts=rule.counts)
        own = earning.Bonus(key="1", name="", kind=self.kind, factor=self._amount())
        with_it = earning.award(order, earning.Rules(**_fields_of(plain) | {"bonuses": (own,)}))
        return _(
            "Example: %(money)s earns %(amount)s instead of %(plain)s.",
            money=club.currency_id.format(EXAMPLE),
            amount=unit._format(with_it.amount),
            plain=unit._format(earning.award(order, plain).amount, name=False),
        )

    # ------------------------------------------------------------------ what is odd about it
    @api.depends(*SENTENCE, "given", "is_on", "active")
    @api.depends_context("lang")
    def _compute_warning(self):
        for bonus in self:
            bonus.warning = (bonus._never_text() or bonus._together_text()) if bonus.unit_id else ""

    def _never_text(self):
        """Why it can never match, or empty."""
        _, when, club = self.env._, self._when(), self.club_id._origin
        today = self._local_now().date()
        if not any(self[f"is_{channel}"] for channel in CHANNELS):
            return _("This rule can never match: no place to buy is ticked.")
        if when.last_day and when.last_day < today:
            return _("This rule is over: its last day was %s.", format_date(self.env, when.last_day))
        if not when.has_days(today):
            return _("This rule can never match: none of its weekdays is within its dates.")
        if self.budget and exact(self.given) >= exact(self.budget):
            return _("This rule has given all of its budget.")
        outlets = self.outlet_ids._origin
        if outlets and not outlets.filtered(lambda outlet: outlet.active and outlet.is_opted_in):
            return _("This rule can never match: none of its outlets takes part.")
        if not any(self[f"is_{channel}"] and club[f"is_earn_{channel}"] for channel in CHANNELS):
            return _("This rule can never match: nothing is earned where it applies.")
        covered, is_by_name = club._excluded_items(), not any(self[name] for name in ITEMS[1:])
        items = [product._origin._club_item() for product in self.product_ids] if is_by_name else []
        if items and all(covered.named_by(item) for item in items):
            return _("This rule can never match: its products are excluded from earning.")
        return ""

    def _together_text(self):
        """ "Together with Happy Hour: × 3": what members get where two multipliers meet."""
        if self.kind != "multiply" or not self.is_on:
            return ""
        others = self.club_id._origin.bonus_ids.filtered(
            lambda bonus: bonus.is_on and bonus.kind == "multiply" and bonus.unit_id == self.unit_id._origin
        )
        meeting = [bonus for bonus in others - self._origin if self._meets(bonus)]
        if not meeting:
            return ""
        total = 1 + sum((bonus.factor - 1 for bonus in meeting), self.factor - 1)
        return self.env._(
            "Where it meets %(names)s, both add: × %(total)s.",
            names=", ".join(bonus.name for bonus in meeting),
            total=self._spoken(total),
        )

    def _meets(self, other):
        """May both apply to one line? What cannot be told from the rules alone counts as yes."""
        if not self._when().meets(other._when()):
            return False
        for name in ("tier_ids", "outlet_ids"):
            mine, theirs = self[name]._origin, other[name]
            if mine and theirs and not mine & theirs:
                return False
        if not any(self[f"is_{channel}"] and other[f"is_{channel}"] for channel in CHANNELS):
            return False
        only = [
            rule.product_ids._origin if not any(rule[name] for name in ITEMS[1:]) else None for rule in (self, other)
        ]
        return not (only[0] and only[1] and not only[0] & only[1])


def _fields_of(rules):
    return {name: getattr(rules, name) for name in rules.__dataclass_fields__}
