"""What the register's dialog says of paying with points: figures as text, and every limit in a sentence."""

from ..engine import caps
from ..engine.values import exact, to_major

MANY = 100  # a rate like 0.03 is said for so many units


class TenderWords:
    """The words for one register and one order; ``asked`` is what the register said of it."""

    def __init__(self, till, asked):
        self.env, self.asked = till.env, asked
        self.currency = till.currency_id

    def money(self, minor):
        return self.currency.format(float(to_major(exact(minor), self.currency.decimal_places)))

    def quote(self, member, choices):
        """(the answer of ``pos.config.club_quote``, why nothing can be used or None)."""
        quotes = [self.choice(choice) for choice in choices]
        refusal = None
        if not choices:
            refusal = self._refuse("nothing", member.display_name)
        elif not any(quote["cap"] for quote in quotes):
            refusal = self._refuse("limit", why=quotes[0]["why"])
        return {"member": member.display_name, "choices": quotes}, refusal

    def _refuse(self, code, who="", **figures):
        return self.env["club.refusal"]._because(code, who, **figures)

    def choice(self, choice):
        unit, cap, rule = choice.unit, choice.cap, choice.unit._rule()
        decimals = self.currency.decimal_places
        digits = unit._digits(self.currency)
        rate = choice.value * 10**decimals / 10**rule.decimals
        promised = choice.account._promised_text(self.asked.order_uuid) if choice.promised else ""
        return {
            "unit_id": unit.id,
            "name": unit.name_plural,
            "icon": f"/web/image/club.unit/{unit.id}/icon/64x64" if unit.with_context(bin_size=True).icon else "",
            "icon_shape": unit.icon_shape,
            "decimals": rule.decimals,
            "money_rate": [rate.numerator, rate.denominator],
            "balance": unit._format(choice.free),
            "balance_money": self.money(caps.to_money(choice.free, choice.value, **digits)),
            "promised": promised,
            "rate": self.rate(unit, choice.value),
            "cap": cap.amount,
            "cap_money": cap.money,
            "minimum": rule.redeem_min,
            "why": self.why(choice),
            "quick": self.quick(choice, rule, digits),
        }

    def quick(self, choice, rule, digits):
        """Amounts that one touch chooses."""
        cap, _ = choice.cap, self.env._
        if not cap.amount:
            return []
        covers = cap.money >= choice.remaining
        wanted = [("rest" if covers else "all", _("Exact rest") if covers else _("All allowed"), cap.amount)]
        half = cap.amount // 2
        if half and half >= rule.redeem_min:
            wanted.append(("half", _("Half"), half))
        return [
            {
                "name": name,
                "label": label,
                "amount": amount,
                "text": choice.unit._format(amount),
                "money": self.money(min(cap.money, caps.to_money(amount, choice.value, **digits))),
            }
            for name, label, amount in wanted
        ]

    def rate(self, unit, value):
        """ "1.00 = 100 Beans", or what a hundred are worth where 1.00 buys no whole number of them."""
        one = 10**unit.decimals
        units = one / value
        if units.denominator == 1:
            return f"{self.currency.format(1.0)} = {unit._format(int(units))}"
        count = 1 if value >= 1 else MANY
        return f"{unit._format(count * one)} = {self.currency.format(float(value * count))}"

    def too_many(self, choice, amount):
        """The refusal of a request above the cap."""
        if not choice.cap.amount:
            return self._refuse("limit", why=self.why(choice))
        return self._refuse("too_many", asked=choice.unit._format(amount), why=self.why(choice))

    def why(self, choice):
        """Why not more, in one sentence: the limit that decides, by its code."""
        cap, limit = choice.cap, choice.cap.args.get("limit")
        if cap.code == "nothing":
            nothing = self._nothing(choice.unit)
            return nothing.get(limit, nothing["balance"])
        return getattr(self, f"_why_{cap.code}")(choice.unit, cap)

    def _nothing(self, unit):
        _ = self.env._
        total = self.currency.format(self.asked.total)
        return {
            "total": _("Nothing is left to pay."),
            "balance": _("There are no %s to use now.", unit.name_plural),
            "band": _("The most for an order of %s is used already.", total),
            "maximum": _("The most that points pay of one order is used already."),
        }

    def _why_total(self, unit, cap):
        return self.env._("%s pay all that is left.", unit._format(cap.amount))

    def _why_balance(self, unit, cap):
        return self.env._("%s are all there is to use.", unit._format(cap.amount))

    def _why_band(self, unit, cap):
        return self.env._(
            "Most for an order of %(total)s: %(most)s.",
            total=self.currency.format(self.asked.total),
            most=unit._format(cap.args["maximum"]),
        )

    def _why_maximum(self, unit, cap):
        return self.env._("Points pay at most %s of one order.", self.money(cap.args["money"]))

    def _why_below_band(self, unit, cap):
        return self.env._(
            "%(units)s can be used for orders from %(minimum)s on; this one comes to %(total)s.",
            units=unit.name_plural,
            minimum=self.money(cap.args["minimum"]),
            total=self.currency.format(self.asked.total),
        )

    def _why_below_minimum(self, unit, cap):
        return self.env._(
            "At least %(minimum)s are used at once, and here %(cap)s would be the most.",
            minimum=unit._format(cap.args["minimum"]),
            cap=unit._format(cap.args["cap"]),
        )
