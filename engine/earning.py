"""What an order earns of one unit, with an explanation that adds up to the entry.

Lines have a base: their amount on the club's basis, times the share of the order paid with real money; for
stamps it is how many items they are, or their share of the visit. A line earns
base ÷ ratio × tier × (1 + Σ(m − 1)) plus its percentages; flats come once an order; the sum is rounded once.
Nothing but the last step rounds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from .values import as_text, exact, round_to, scale, to_major

ONE, ZERO = Fraction(1), Fraction(0)

# Promotions and codes are not granted on these lines, so they carry no part of them.
OUTSIDE_PROMOTIONS = frozenset({"tip", "delivery", "deposit", "settled", "gift_card", "reward", "returned"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of an order. `net` and `gross` are money minor after price list and line discount.

    `ratio` is the product's own, from `ratio_source`. `excluded` says why the line is not spend: product,
    category, tip, delivery, deposit, settled, gift_card, reward; empty for one that earns. `is_measured`: sold by
    weight or length, hence one item whatever its quantity. `gifts`: what rewards took off it, which it is without:
    gift's key → (share of the worth, share of the items).
    """

    key: str
    name: str
    quantity: Fraction
    net: int
    gross: int
    ratio: Fraction | None = None
    ratio_source: str = ""
    excluded: str = ""
    is_measured: bool = False
    gifts: Mapping[str, tuple[Fraction, Fraction]] = field(default_factory=dict)

    @property
    def reason(self):
        """Why it does not earn, or empty. A line taken back in an exchange is not spend either."""
        is_return = self.quantity < 0 or self.net < 0 or self.gross < 0
        return self.excluded or ("returned" if is_return else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was sold and how it was paid, in money minor.

    `promotion_net`, `promotion_gross`: the promotions and codes of the whole order, 0 or below. `total`:
    what is to be paid with tax for the order's own lines, before points. `not_real`: how much of it points,
    cashback, loyalty vouchers and credit converted from points paid.
    """

    lines: tuple[Line, ...]
    total: int
    promotion_net: int = 0
    promotion_gross: int = 0
    not_real: int = 0
    is_redemption: bool = False
    money_decimals: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonus:
    """`kind` multiply: × factor; percent: that share of the spend (5 % is 1/20); flat: units once an order.

    `lines` are the keys it matches, None for all of them. `left`: what its budget still has, in unit major; the
    award that crosses it gets the remainder.
    """

    key: str
    name: str
    kind: str
    factor: Fraction
    lines: frozenset[str] | None = None
    left: Fraction | None = None

    def matches(self, line):
        return self.lines is None or line.key in self.lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What was live when the order was paid. `basis`: net, gross, paid. `program`, `tier`: their names.

    `counts`: money (points and cashback), items or visit (stamps).
    """

    ratio: Fraction
    counts: str = "money"
    decimals: int = 0
    rounding: str = "down"
    basis: str = "net"
    earn_on_discounted: bool = True
    earn_on_redemption: bool = True
    tier_multiplier: Fraction = ONE
    bonuses: tuple[Bonus, ...] = ()
    program: str = ""
    tier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardLine:
    """`base` in money major (stamps: items, or a share of the visit); `exact` and `flat` in unit major.

    exact == base ÷ ratio × multiplier + percent × base; `flat` is its share of the flats. `bonuses` are the keys of
    those that matched. `why` is `earned`, or the reason for nothing. `gifts`: gift's key → which share of the line it
    took, of the items where these count.
    """

    key: str
    name: str
    base: Fraction = ZERO
    ratio: Fraction = ONE
    ratio_source: str = ""
    multiplier: Fraction = ONE
    percent: Fraction = ZERO
    exact: Fraction = ZERO
    flat: Fraction = ZERO
    bonuses: tuple[str, ...] = ()
    why: str = "earned"
    gifts: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    key: str
    name: str
    exact: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """`amount` in unit minor == (Σ lines exact + Σ flats + rounding) × 10^decimals.

    `code`: awarded, no_real_money, nothing_eligible, redemption_order, below_one. `gave`: what each bonus that
    matched added, in unit major.
    """

    amount: int
    exact: Fraction
    lines: tuple[AwardLine, ...]
    flats: tuple[Flat, ...]
    rounding: Fraction
    code: str
    real_share: Fraction
    promotion_share: Fraction
    rules: Rules
    gave: Mapping[str, Fraction] = field(default_factory=dict)

    def to_data(self):
        """The record kept with the entry, for people (the explanation) and for returns (`Recorded`)."""
        rules = self.rules
        return {
            "code": self.code,
            "amount": self.amount,
            "decimals": rules.decimals,
            "mode": rules.rounding,
            # A visit stays one until all of it came back.
            "return_mode": "up" if rules.counts == "visit" else rules.rounding,
            "counts": rules.counts,
            "basis": rules.basis,
            "program": rules.program,
            "tier": rules.tier,
            "tier_multiplier": as_text(rules.tier_multiplier),
            "bonuses": [
                {
                    "key": bonus.key,
                    "name": bonus.name,
                    "kind": bonus.kind,
                    "factor": as_text(bonus.factor),
                    "gave": as_text(self.gave[bonus.key]),
                    "is_cut": bonus.left is not None and self.gave[bonus.key] == bonus.left,
                }
                for bonus in rules.bonuses
                if bonus.key in self.gave
            ],
            "real_share": as_text(self.real_share),
            "promotion_share": as_text(self.promotion_share),
            "lines": [_line_data(line) for line in self.lines],
            "flats": [{"key": f.key, "name": f.name, "exact": as_text(f.exact)} for f in self.flats],
            "exact": as_text(self.exact),
            "rounding": as_text(self.rounding),
        }


def _line_data(line):
    texts = {name: as_text(getattr(line, name)) for name in LINE_FRACTIONS}
    data = {"key": line.key, "name": line.name, "why": line.why, "ratio_source": line.ratio_source}
    if line.gifts:
        data["gifts"] = {key: as_text(share) for key, share in line.gifts.items()}
    return data | texts | {"bonuses": list(line.bonuses)}


LINE_FRACTIONS = ("base", "ratio", "multiplier", "percent", "exact", "flat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An award as it was recorded: what each line earned in unit major, its share of the flats included.

    `gifts`: line's key → gift's key → the share of the line that it took before the line earned.
    """

    amount: int
    decimals: int
    mode: str
    lines: Mapping[str, Fraction]
    gifts: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)

    @property
    def gift_keys(self):
        return {gift for gifts in self.gifts.values() for gift in gifts}

    @classmethod
    def from_data(cls, data):
        lines = {}
        for line in data["lines"]:
            lines[line["key"]] = lines.get(line["key"], ZERO) + exact(line["exact"]) + exact(line["flat"])
        gifts = {
            line["key"]: {key: exact(share) for key, share in line["gifts"].items()}
            for line in data["lines"]
            if line.get("gifts")
        }
        mode = data.get("return_mode", data["mode"])
        return cls(amount=data["amount"], decimals=data["decimals"], mode=mode, lines=lines, gifts=gifts)


def award(order, rules):
    """What `order` earns by `rules`."""
    if rules.ratio <= 0 or any(line.ratio is not None and line.ratio <= 0 for line in order.lines):
        raise ValueError("a ratio is above 0")
    real, promotion = real_share(order), promotion_share(order, rules)
    code, gave = _refusal(order, rules, real), {}
    if code:
        lines = tuple(_nothing(line, rules, line.reason or code) for line in order.lines)
        flats = ()
    else:
        bases = _bases(order, rules, real * promotion)
        shares = _budget_shares(order, rules, bases, gave)
        lines = tuple(_earn(line, rules, bases[i], shares) for i, line in enumerate(order.lines))
        lines, flats = _spread_flats(lines, rules, shares)
    total = sum((line.exact + line.flat for line in lines), ZERO)
    amount = round_to(total * scale(rules.decimals), rules.rounding)
    return Award(
        amount=amount,
        exact=total,
        lines=lines,
        flats=flats,
        rounding=to_major(amount, rules.decimals) - total,
        code=code or _result(amount, total),
        real_share=real,
        promotion_share=promotion,
        rules=rules,
        gave=gave,
    )


def _refusal(order, rules, real):
    if order.is_redemption and not rules.earn_on_redemption:
        return "redemption_order"
    return "no_real_money" if real <= 0 else ""


def _result(amount, total):
    if amount > 0:
        return "awarded"
    return "below_one" if total > 0 else "nothing_eligible"


def real_share(order):
    """The share of the order that was paid with real money, 0 to 1."""
    if order.total <= 0:
        return ZERO
    return min(ONE, max(ZERO, Fraction(order.total - order.not_real, order.total)))


def promotion_share(order, rules):
    """What promotions leave of the base: all of it where discounted orders earn in full, 0 to 1."""
    if rules.earn_on_discounted and rules.basis != "paid":
        return ONE
    field, promotion = ("net", order.promotion_net) if rules.basis == "net" else ("gross", order.promotion_gross)
    full = sum(getattr(line, field) for line in order.lines if line.reason not in OUTSIDE_PROMOTIONS)
    return min(ONE, max(ZERO, Fraction(full + promotion, full))) if full > 0 else ONE


def _nothing(line, rules, why):
    ratio = line.ratio or rules.ratio
    return AwardLine(key=line.key, name=line.name, ratio=ratio, ratio_source=line.ratio_source, why=why)


def _bases(order, rules, share):
    """The base of each line, 0 for one that does not earn."""
    money = [
        ZERO
        if line.reason
        else to_major(line.net if rules.basis == "net" else line.gross, order.money_decimals) * share
        for line in order.lines
    ]
    if rules.counts == "items":
        return [
            (ONE if line.is_measured else line.quantity) if base else ZERO
            for line, base in zip(order.lines, money, strict=True)
        ]
    if rules.counts == "visit":
        spend = sum(money)
        return [base / spend if base else ZERO for base in money]
    return money


def _added(bonus, line, base, rules):
    """What a bonus that matches adds on one line, flats apart."""
    if bonus.kind == "multiply":
        return base / (line.ratio or rules.ratio) * rules.tier_multiplier * (bonus.factor - 1)
    return bonus.factor * base if bonus.kind == "percent" else ZERO


def _budget_shares(order, rules, bases, gave):
    """Which share of each bonus its budget allows, 0 to 1; what each one gives is noted in `gave`."""
    shares = {}
    for bonus in rules.bonuses:
        matched = [(line, base) for line, base in zip(order.lines, bases, strict=True) if base and bonus.matches(line)]
        if not matched:
            continue
        full = sum((_added(bonus, line, base, rules) for line, base in matched), ZERO)
        full += bonus.factor if bonus.kind == "flat" else ZERO
        cut = full > 0 and bonus.left is not None and bonus.left < full
        shares[bonus.key] = max(ZERO, bonus.left) / full if cut else ONE
        gave[bonus.key] = full * shares[bonus.key]
    return shares


def _earn(line, rules, base, shares):
    if not base:
        return _nothing(line, rules, line.reason or ("given" if line.gifts else "no_amount"))
    ratio = line.ratio or rules.ratio
    matching = [bonus for bonus in rules.bonuses if bonus.matches(line)]
    multiplier = 1 + sum((bonus.factor - 1) * shares[bonus.key] for bonus in matching if bonus.kind == "multiply")
    multiplier *= rules.tier_multiplier
    percent = sum((bonus.factor * shares[bonus.key] for bonus in matching if bonus.kind == "percent"), ZERO)
    return AwardLine(
        key=line.key,
        name=line.name,
        base=base,
        ratio=ratio,
        ratio_source=line.ratio_source,
        multiplier=multiplier,
        percent=percent,
        exact=base / ratio * multiplier + percent * base,
        bonuses=tuple(bonus.key for bonus in matching if shares[bonus.key]),
        gifts=_gift_shares(line, rules),
    )


def _gift_shares(line, rules):
    """What is sold by weight is one item, as long as any of it is paid for."""
    if rules.counts != "items":
        return {key: worth for key, (worth, _items) in line.gifts.items()}
    return {} if line.is_measured else {key: items for key, (_worth, items) in line.gifts.items()}


def _spread_flats(lines, rules, budget):
    """Flats once an order, each on the earning lines that it matches, by their base."""
    flats, shares = [], [ZERO] * len(lines)
    for bonus in rules.bonuses:
        matched = [i for i, line in enumerate(lines) if line.base and bonus.matches(line)]
        if bonus.kind != "flat" or not matched or not budget[bonus.key]:
            continue
        given = bonus.factor * budget[bonus.key]
        flats.append(Flat(key=bonus.key, name=bonus.name, exact=given))
        spend = sum(lines[i].base for i in matched)
        for i in matched:
            shares[i] += given * lines[i].base / spend
    if flats:
        lines = tuple(replace(line, flat=share) for line, share in zip(lines, shares, strict=True))
    return lines, tuple(flats)
