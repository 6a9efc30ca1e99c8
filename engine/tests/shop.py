"""A shop in plain values: reads the orders of `cases/orders.json` as the engine's own.

What a document does with records is done here with names: "Food / Bakery" is a category below "Food", a product's
name is its id. Only what the engine decides is decided: who may earn at all is the documents' business.
"""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timezone
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from ..earning import Bonus, Line, Order, Rules, award
from ..gifts import Gift, Goods, allot
from ..matching import Item, Items, When
from ..tiers import programme_for, reached
from ..values import exact, to_major, to_minor

TABLE = json.loads((Path(__file__).parent / "cases" / "orders.json").read_text(encoding="utf-8"))
UNITS = {"points": 0, "stamps": 0, "cashback": 2}  # and their decimals, in the order in which they are judged
NOON = "2025-03-15T12:00+00:00"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CENTS = 2


def path_of(name):
    """A category with all that are above it: "Food / Bakery" is also "Food"."""
    parts = name.split(" / ") if name else []
    return frozenset(" / ".join(parts[:count]) for count in range(1, len(parts) + 1))


def minutes(clock):
    hour, minute = map(int, clock.split(":"))
    return 60 * hour + minute


def found_in(award):
    """What an award came to, as the table writes it."""
    return {
        "amount": to_major(award.amount, award.rules.decimals),
        "lines": [line.exact for line in award.lines],
        "flats": [flat.exact for flat in award.flats],
        "rounding": award.rounding,
    }


def expected_of(earns):
    """{unit: what it should come to} of an order of the table, empty for one that earns nothing."""
    return {
        unit: {
            "amount": exact(told["amount"]),
            "lines": [exact(line) for line in told["lines"]],
            "flats": [exact(flat) for flat in told.get("flats", ())],
            "rounding": exact(told.get("rounding", "0")),
        }
        for unit, told in earns.items()
        if unit != "why"
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A programme of a case, as far as it decides who earns by which."""

    id: int
    tier_id: str
    level: int
    told: dict


class Shop:
    """One customer of one shop with the settings of a case; `sell` is called for its orders in turn."""

    def __init__(self, case):
        self.channel = case.get("only", ["register"])[0]
        self.settings = case.get("settings", {})
        self.customer = case.get("customer") or {}
        self.programmes = case.get("programmes", [{"earns": "points"}])
        self.bonuses = [bonus | {"key": str(number)} for number, bonus in enumerate(case.get("bonuses", ()))]
        self.ratios = case.get("ratios", ())
        self.tier = self.customer.get("tier", "Member")
        self.lifetime = TABLE["tiers"][self.tier]["from"]
        self.given, self.visits, self.has_bought = {}, set(), False

    def sell(self, order):
        """{unit: what it came to}, or why there is nothing."""
        moment = datetime.fromisoformat(order.get("paid", NOON)).astimezone(timezone.utc)
        awards, codes = {}, []
        bonuses = [bonus for bonus in self.bonuses if self._applies(bonus, moment)]
        for unit in UNITS:
            programme = self._programme(unit, moment)
            if not programme:
                continue
            day = (unit, self._local(moment, self.settings.get("zone", "UTC")).date())
            if programme.get("is_daily") and day in self.visits:
                codes.append("visited")
                continue
            own = [bonus for bonus in bonuses if bonus.get("gives", "points") == unit]
            found = award(self._order(order, unit, programme), self._rules(unit, programme, own, order))
            codes.append(found.code)
            if found.amount > 0:
                awards[unit] = found
                self.visits |= {day} if programme.get("is_daily") else set()
        self._remember(awards)
        return {unit: found_in(found) for unit, found in awards.items()} or {"why": (codes or ["no_program"])[0]}

    def _remember(self, awards):
        self.has_bought = self.has_bought or bool(awards)
        for found in awards.values():
            for key, gave in found.gave.items():
                self.given[key] = self.given.get(key, 0) + gave
        self.lifetime += awards["points"].amount if "points" in awards else 0
        self.tier = reached([(name, tier["from"]) for name, tier in TABLE["tiers"].items()], self.lifetime)

    # ------------------------------------------------------------------ what was live
    def _local(self, moment, zone):
        return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)

    def _programme(self, unit, moment):
        live = []
        for i, told in enumerate(self.programmes):
            since, until = map(datetime.fromisoformat, told.get("live", ("2020-01-01T00:00Z", "2100-01-01T00:00Z")))
            if told["earns"] == unit and told.get("outlet", "here") == "here" and since <= moment < until:
                live.append(Live(id=i, tier_id=told.get("tier", "Member"), level=told.get("level", 10), told=told))
        found = programme_for(list(TABLE["tiers"]), live, self.tier)
        return found and found.told

    def _applies(self, bonus, moment):
        zone = self.settings.get("outlet_zone", self.settings.get("zone", "UTC"))
        when = When(
            weekdays=frozenset(DAYS.index(name) for name in bonus.get("weekdays", ())),
            begins=minutes(bonus.get("from", "00:00")),
            ends=minutes(bonus.get("to", "00:00")),
            first_day=bonus.get("first_day") and date.fromisoformat(bonus["first_day"]),
            last_day=bonus.get("last_day") and date.fromisoformat(bonus["last_day"]),
            birthday=bonus.get("birthday", ""),
        )
        birthday = self.customer.get("birthday")
        return (
            when.covers(self._local(moment, zone), birthday and date.fromisoformat(birthday))
            and self.tier in bonus.get("tiers", TABLE["tiers"])
            and "here" in bonus.get("outlets", ["here"])
            and not (bonus.get("first_order") and self.has_bought)
            and self.channel in bonus.get("channels", [self.channel])
        )

    def _rules(self, unit, programme, bonuses, order):
        counts = {"stamps": programme.get("by", "items")}.get(unit, "money")
        ratio = {"cashback": 100 / exact(programme.get("percent", "5")), "stamps": Fraction(1)}
        tier = TABLE["tiers"][self.tier]
        is_multiplied = unit == "points" or self.settings.get("gold_multiplies") == "all"
        return Rules(
            ratio=ratio.get(unit) or exact(programme.get("ratio", "1")),
            counts=counts,
            decimals=UNITS[unit],
            rounding=self.settings.get("rounding", "down") if counts == "money" else "down",
            basis=self.settings.get("basis", "net"),
            earn_on_discounted=self.settings.get("discounted", True),
            earn_on_redemption=self.settings.get("redemption", True),
            tier_multiplier=exact(tier.get("multiplier", "1")) if is_multiplied else Fraction(1),
            bonuses=tuple(self._bonus(bonus, order) for bonus in bonuses),
        )

    def _bonus(self, bonus, order):
        kind = next(kind for kind in ("multiply", "percent", "flat") if kind in bonus)
        key, budget, items = bonus["key"], bonus.get("budget"), items_of(bonus.get("of"))
        lines = (str(i) for i, line in enumerate(order["lines"]) if items.matches(item_of(line["product"])))
        return Bonus(
            key=key,
            name=key,
            kind=kind,
            factor=exact(bonus[kind]) / (100 if kind == "percent" else 1),
            lines=frozenset(lines),
            left=budget and max(exact(budget) - self.given.get(key, 0), Fraction(0)),
        )

    # ------------------------------------------------------------------ what was sold
    def _order(self, order, unit, programme):
        money = Money(order.get("currency"))
        lines = [self._line(i, line, unit, programme, money) for i, line in enumerate(order["lines"])]
        lines = tuple(self._give(lines, order.get("free", ()), money))
        sold = [line for line in lines if line.net > 0]
        share = exact(order.get("promotion", "0")) / 100
        off = {field: -sum(getattr(line, field) for line in sold) * share for field in ("net", "gross")}
        taken_back = -sum(line.gross for line in lines if line.net < 0)
        points = to_minor(order.get("points", "0"), CENTS)
        return Order(
            lines=lines,
            total=int(sum(line.gross for line in sold) + off["gross"]),
            promotion_net=int(off["net"]),
            promotion_gross=int(off["gross"]),
            not_real=points + taken_back,
            is_redemption=points > 0 and (unit == "points" or self.settings.get("redemption", True)),
        )

    def _give(self, lines, free, money):
        """The lines without what rewards gave: a product of the same order."""
        gifts = []
        for i, told in enumerate(free):
            quantity = exact(told.get("quantity", "1"))
            net, gross = money.amounts(TABLE["products"][told["product"]], told, quantity)
            own = tuple(line.key for line in lines if line.name == told["product"])
            gifts.append(Gift(key=f"gift {i}", net=net, gross=gross, quantity=quantity, lines=own))
        goods = [Goods(key=line.key, quantity=line.quantity, net=line.net, gross=line.gross) for line in lines]
        goods, _left = allot(goods, gifts, slack=1)
        return [
            replace(line, quantity=own.quantity, net=own.net, gross=own.gross, gifts=own.given)
            for line, own in zip(lines, goods, strict=True)
        ]

    def _line(self, number, line, unit, programme, money):
        product = TABLE["products"][line["product"]]
        quantity = exact(line.get("quantity", "1"))
        net, gross = money.amounts(product, line, quantity)
        ratio, source = self._ratio(line["product"]) if unit == "points" else (None, "")
        return Line(
            key=str(number),
            name=line["product"],
            quantity=quantity,
            net=net,
            gross=gross,
            ratio=ratio,
            ratio_source=source,
            excluded=self._excluded(line["product"], programme),
            is_measured=product.get("is_weighed", False),
        )

    def _excluded(self, name, programme):
        what = TABLE["products"][name].get("is", "")
        if what and not (what == "delivery" and self.settings.get("delivery")):
            return what
        excluded = items_of(self.settings.get("exclude"))
        named = "" if excluded.is_everything else excluded.named_by(item_of(name))
        return named or ("" if items_of(programme.get("of")).matches(item_of(name)) else "not_meant")

    def _ratio(self, name):
        product = TABLE["products"][name]
        path = sorted(path_of(product["category"]), key=len, reverse=True)
        wanted = [("variant", name), ("product", product.get("variant_of", name)), *(("category", c) for c in path)]
        for source, target in wanted:
            for ratio in self.ratios:
                if ratio.get(source) == target:
                    return exact(ratio["ratio"]), source
        return None, ""


class Money:
    """An order's currency: what its lines come to there, and what that is in the shop's."""

    def __init__(self, name):
        told = TABLE["currencies"].get(name, {"rounding": "0.01", "rate": "1"})
        self.rounding, self.rate = exact(told["rounding"]), exact(told["rate"])

    def amounts(self, product, line, quantity):
        """(net, gross) in the shop's cents."""
        price, off = exact(line.get("price", product["price"])), exact(line.get("discount", "0")) / 100
        tax = 1 + exact(product.get("tax", "0")) / 100
        told = price * quantity * (1 - off)
        net, gross = (told / tax, told) if product.get("is_included") else (told, told * tax)
        return to_minor(self._round(net) / self.rate, CENTS), to_minor(self._round(gross) / self.rate, CENTS)

    def _round(self, amount):
        return to_minor(amount / self.rounding, 0) * self.rounding


def item_of(name):
    product = TABLE["products"][name]
    return Item(
        product=name,
        template=product.get("variant_of", name),
        categories=path_of(product["category"]),
        pos_categories=path_of(product.get("register", "")),
        public_categories=path_of(product.get("web", "")),
        tags=frozenset(product.get("tags", ())),
    )


def items_of(told):
    told = told or {}
    return Items(
        products=frozenset(told.get("products", ())),
        categories=frozenset(told.get("categories", ())),
        pos_categories=frozenset(told.get("register", ())),
        public_categories=frozenset(told.get("web", ())),
        tags=frozenset(told.get("tags", ())),
    )
