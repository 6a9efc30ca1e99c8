from odoo import api, models
from odoo.tools import formatLang

from ..engine.values import exact


class ClubExplanation(models.AbstractModel):
    """An award's calculation in words: its rows add up to the entry."""

    _name = "club.explanation"
    _description = "Points Explained"

    @api.model
    def _rows(self, entry):
        """One dict a row: ``name``, ``text``, ``amount`` (decimal string with at most 4 decimals).

        Rows of an award are its lines, its flats and its rounding, and sum to the entry exactly.
        """
        award = (entry.data or {}).get("award")
        if not award:
            return []
        rows = [self._line(entry, award, line) for line in award["lines"]]
        rows += [
            {
                "name": flat["name"],
                "text": self.env._("once an order") + self._cut_text(award, [flat["key"]]),
                "amount": self._number(flat["exact"]),
            }
            for flat in award["flats"]
        ]
        if exact(award["rounding"]):
            text = {"down": self.env._("rounded down"), "up": self.env._("rounded up")}.get(
                award["mode"], self.env._("rounded")
            )
            amount = self._number(award["rounding"])
            rows.append({"name": self.env._("Rounding"), "text": text, "amount": amount})
        return rows

    @api.model
    def _line(self, entry, award, line):
        if line["why"] != "earned":
            return {"name": line["name"], "text": self._why(line["why"]), "amount": "0"}
        text = self._base_text(entry, award, line)
        if exact(line["multiplier"]) != 1:
            text += f" × {self._spoken(line['multiplier'])}"
        if exact(line["percent"]):
            text += f" + {self._spoken(exact(line['percent']) * 100)} %"
        names = [bonus["name"] for bonus in award["bonuses"] if bonus["key"] in line.get("bonuses", ())]
        if exact(award["tier_multiplier"]) != 1:
            names.insert(0, award["tier"])
        if names:
            text += f" ({', '.join(names)})"
        text += self._cut_text(award, line.get("bonuses", ()))
        if exact(award["real_share"]) != 1 and award.get("counts", "money") == "money":
            text += " " + self.env._("(only what was paid in money)")
        return {"name": line["name"], "text": text, "amount": self._number(line["exact"])}

    @api.model
    def _base_text(self, entry, award, line):
        """What the line counted, and at which rate."""
        _, counts = self.env._, award.get("counts", "money")
        if counts == "visit":
            return _("part of the visit: %s", self._spoken(line["base"]))
        if counts == "items":
            return _("%(count)s at 1 %(unit)s each", count=self._spoken(line["base"]), unit=entry.unit_id.name)
        money = entry.sudo().club_id.currency_id
        if own := award.get("currency_id"):
            money = money.browse(own)
        if entry.unit_id.kind == "cashback":
            share = self._spoken(100 / exact(line["ratio"]))
            return _("%(share)s %% of %(base)s", share=share, base=self._money(money, line["base"]))
        return _(
            "%(base)s at 1 %(unit)s per %(ratio)s",
            base=self._money(money, line["base"]),
            unit=entry.unit_id.name,
            ratio=self._money(money, line["ratio"]),
        )

    @api.model
    def _cut_text(self, award, keys):
        """Which of these bonuses gave only what their budget still had."""
        cut = [bonus["name"] for bonus in award["bonuses"] if bonus.get("is_cut") and bonus["key"] in keys]
        return " " + self.env._("(the rest of the budget of %s)", ", ".join(cut)) if cut else ""

    @api.model
    def _why(self, code):
        _ = self.env._
        return {
            "product": _("this product earns no points"),
            "category": _("products of this category earn no points"),
            "tag": _("products with this tag earn no points"),
            "not_meant": _("not among the products of this program"),
            "tip": _("tips earn no points"),
            "delivery": _("delivery earns no points"),
            "deposit": _("down payments earn when the order is complete"),
            "settled": _("was sold before, and earned then"),
            "gift_card": _("earns when it is spent, not when it is bought"),
            "reward": _("rewards earn no points"),
            "returned": _("returned"),
            "no_amount": _("nothing to pay"),
            "given": _("free with a reward"),
            "no_real_money": _("not paid in money"),
            "redemption_order": _("paid partly in points"),
            "counted": _("earned before"),
        }.get(code, "")

    @api.model
    def _number(self, value):
        """A fraction with at most four decimals, trailing zeros dropped: 82.6446, 100, 0.5."""
        number = exact(value)
        text = f"{float(round(number, 4)):.4f}".rstrip("0").rstrip(".")
        return text or "0"

    @api.model
    def _spoken(self, value):
        """The same number with the reader's separators: 82,6446 in French."""
        number = self._number(value)
        return formatLang(self.env, float(number), digits=len(number.partition(".")[2]))

    @api.model
    def _money(self, currency, value):
        """An amount of money that keeps its fraction of a cent: "$ 0.50", "$ 82.6446", "82,6446 €", "$ 96"."""
        number = self._number(value)
        fraction = len(number.partition(".")[2])
        digits = fraction and max(fraction, currency.decimal_places)
        parts = [currency.symbol, formatLang(self.env, float(number), digits=digits)]
        return " ".join(reversed(parts) if currency.position == "after" else parts)
