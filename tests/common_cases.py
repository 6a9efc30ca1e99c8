"""The shop of ``engine/tests/cases/orders.json`` in records: its products, and a case's settings."""

from contextlib import contextmanager
from datetime import datetime, timezone
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.sql_db import BaseCursor

from ..engine.tests.shop import DAYS, NOON, TABLE, expected_of, minutes
from ..engine.values import exact
from ..models.club_bonus import DAYS as FIELDS
from .common import ClubCommon

START = datetime(2020, 1, 1, 12)  # the shop and every case's settings are older than its orders
CHANNELS = {"register": "pos", "shop": "shop", "sale": "sale", "kiosk": "kiosk"}
SETTINGS = {
    "basis": "basis",
    "rounding": "earn_rounding",
    "discounted": "earn_on_discounted",
    "redemption": "earn_on_redemption",
    "delivery": "earn_on_delivery",
}


def utc(text):
    """A moment of the table as the database keeps it."""
    return datetime.fromisoformat(text).astimezone(timezone.utc).replace(tzinfo=None)


class CaseShop(ClubCommon):
    """One shop for all cases: each changes the settings of its own, sells, and leaves nothing behind."""

    @classmethod
    def setUpClass(cls):
        with cls.at(START):
            super().setUpClass()
            cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
            cls.units = {"points": cls.unit}
            for kind in ("stamps", "cashback"):
                names = dict.fromkeys(("name", "name_plural", "short_name"), kind)
                cls.units[kind] = cls.env["club.unit"].create({"club_id": cls.club.id, "kind": kind, **names})
            cls.elsewhere = cls.env["club.outlet"].create({"club_id": cls.club.id, "name": "Elsewhere"})
            cls.tiers = {"Member": cls.tier, "Silver": cls.silver, "Gold": cls.gold}
            cls.groups = {}
            cls.products = {}
            cls.card = cls.register.payment_method_ids - cls.cash - cls.tender
            for name, told in TABLE["products"].items():
                if name not in cls.products:
                    cls._stock(name, told)
            cls._let_products_be_special()
            cls.open_session(cls)
            cls._sell_gift_cards()
            cls.pricelists = {name: cls._currency(name, told) for name, told in TABLE["currencies"].items()}
        cls.env.flush_all()

    # ------------------------------------------------------------------ the clock
    @classmethod
    @contextmanager
    def at(cls, moment):
        """Everything that happens here happens at that moment (naive UTC)."""
        with (
            patch.object(fields.Datetime, "now", staticmethod(lambda *args: moment)),
            patch.object(BaseCursor, "now", lambda cursor: moment),
        ):
            yield

    # ------------------------------------------------------------------ products
    @classmethod
    def _stock(cls, name, told):
        values = {
            "categ_id": cls._group("product.category", told["category"]).id,
            "pos_categ_ids": [Command.set(cls._group("pos.category", told.get("register")).ids)],
            "public_categ_ids": [Command.set(cls._group("product.public.category", told.get("web")).ids)],
            "product_tag_ids": [Command.set([cls._group("product.tag", tag).id for tag in told.get("tags", ())])],
            "taxes_id": [Command.set(cls._tax(told).ids)],
            "type": "service",  # nothing to deliver: when goods are handed over does not matter here
        }
        if told.get("is_weighed"):
            values |= {"uom_id": cls.env.ref("uom.product_uom_kgm").id, "to_weight": True}
        product = cls._product(told.get("variant_of", name), float(told["price"]), **values)
        if "variant_of" in told:
            cls._split_in_variants(cls.env["product.template"].browse(product.product_tmpl_id.id))
        else:
            cls.products[name] = product

    @classmethod
    def _split_in_variants(cls, template):
        names = [name for name, told in TABLE["products"].items() if told.get("variant_of") == template.name]
        attribute = cls.env["product.attribute"].create(
            {"name": "Look", "value_ids": [Command.create({"name": name}) for name in names]}
        )
        template.attribute_line_ids = [
            Command.create({"attribute_id": attribute.id, "value_ids": [Command.set(attribute.value_ids.ids)]})
        ]
        for variant in template.product_variant_ids:
            cls.products[variant.product_template_attribute_value_ids.name] = variant

    @classmethod
    def _group(cls, model, path):
        """A category or tag by its path; the ones above it are made on the way."""
        if not path:
            return cls.env[model]
        if (model, path) not in cls.groups:
            above, _slash, name = path.rpartition(" / ")
            values = {"name": name}
            if above:
                values["parent_id"] = cls._group(model, above).id
            cls.groups[model, path] = cls.env[model].create(values)
        return cls.groups[model, path]

    @classmethod
    def _tax(cls, told):
        rate, is_included = told.get("tax"), told.get("is_included", False)
        if not rate:
            return cls.env["account.tax"]
        key = ("account.tax", rate, is_included)
        if key not in cls.groups:
            cls.groups[key] = cls.env["account.tax"].create(
                {
                    "name": f"{rate} % {'in' if is_included else 'ex'}cluded",
                    "amount": float(rate),
                    "type_tax_use": "sale",
                    "price_include_override": "tax_included" if is_included else "tax_excluded",
                }
            )
        return cls.groups[key]

    @classmethod
    def _let_products_be_special(cls):
        cls.register.write(
            {
                "iface_tipproduct": True,
                "tip_product_id": cls.products["Tip"].id,
                "down_payment_product_id": cls.products["Deposit"].id,
            }
        )

    @classmethod
    def _sell_gift_cards(cls):
        cls.gift_cards = cls.env["loyalty.program"].create(
            {
                "name": "Gift cards",
                "program_type": "gift_card",
                "applies_on": "future",
                "trigger": "auto",
                "rule_ids": [
                    Command.create(
                        {
                            "reward_point_mode": "money",
                            "product_ids": [Command.set(cls.products["Gift card"].ids)],
                        }
                    )
                ],
                "reward_ids": [
                    Command.create({"reward_type": "discount", "discount_mode": "per_point", "discount": 1})
                ],
            }
        )

    @classmethod
    def _currency(cls, name, told):
        currency = cls.env["res.currency"].create(
            {"name": f"X{name[:2].upper()}", "symbol": name, "rounding": float(told["rounding"])}
        )
        cls.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "rate": float(told["rate"]),
                "company_id": cls.company.id,
                "name": "2019-01-01",
            }
        )
        return cls.env["product.pricelist"].create({"name": name, "currency_id": currency.id})

    # ------------------------------------------------------------------ a case's settings
    def set_up_case(self, case):
        with self.at(START):
            self._set_club(case.get("settings", {}))
            if "programmes" in case:
                self.program.action_end()
            for told in case.get("ratios", ()):
                self._add_ratio(told)
            for number, told in enumerate(case.get("bonuses", ())):
                self._add_bonus(f"Bonus {number}", told)
            self._know_customer(case)
        for number, told in enumerate(case.get("programmes", ())):
            self._add_program(f"Program {number}", told)
        self.env.flush_all()

    def _set_club(self, settings):
        values = {field: settings[name] for name, field in SETTINGS.items() if name in settings}
        values |= {f"is_earn_{CHANNELS[name]}": False for name in settings.get("off", ())}
        if "zone" in settings:
            values["tz"] = settings["zone"]
        if "exclude" in settings:
            named = self._named(settings["exclude"])
            values |= {
                "excluded_product_ids": [
                    Command.set(self.env["product.product"].browse(named["product_ids"]).product_tmpl_id.ids)
                ],
                "excluded_categ_ids": [Command.set(named["categ_ids"])],
                "excluded_tag_ids": [Command.set(named["tag_ids"])],
            }
        self.club.write(values)
        self.outlet.tz = settings.get("outlet_zone", settings.get("zone", "UTC"))
        self.gold.multiplies = settings.get("gold_multiplies", "points")

    def _know_customer(self, case):
        customer = case.get("customer") or {}
        self.ada.club_birthday = customer.get("birthday", False)
        is_paying = any("points" in order for order in case["orders"])
        if is_paying or "tier" in customer:
            member = self.enrol(points=100_000 if is_paying else 0)
            member.sudo().tier_id = self.tiers[customer.get("tier", "Member")]

    def _named(self, told):
        """{field of a rule about products: ids}."""
        told = told or {}
        return {
            "product_ids": [self.products[name].id for name in told.get("products", ())],
            "categ_ids": [self._group("product.category", path).id for path in told.get("categories", ())],
            "pos_categ_ids": [self._group("pos.category", path).id for path in told.get("register", ())],
            "public_categ_ids": [self._group("product.public.category", path).id for path in told.get("web", ())],
            "tag_ids": [self._group("product.tag", path).id for path in told.get("tags", ())],
        }

    def _items(self, told):
        return {field: [Command.set(ids)] for field, ids in self._named(told).items()}

    def _add_ratio(self, told):
        if "variant" in told:
            target = {"product_id": self.products[told["variant"]].id}
        elif "product" in told:
            template = next(p for p in self.products.values() if p.product_tmpl_id.name == told["product"])
            target = {"product_tmpl_id": template.product_tmpl_id.id}
        else:
            target = {"categ_id": self._group("product.category", told["category"]).id}
        self.env["club.ratio"].create({"unit_id": self.unit.id, "ratio": float(told["ratio"]), **target})

    def _add_program(self, name, told):
        since, until = map(utc, told.get("live", ("2020-01-02T00:00+00:00", "2100-01-01T00:00+00:00")))
        with self.at(since):
            program = self.env["club.program"].create(
                {
                    "name": name,
                    "unit_id": self.units[told["earns"]].id,
                    "tier_id": self.tiers[told.get("tier", "Member")].id,
                    "ratio": float(told.get("ratio", "1")),
                    "cashback_percent": float(told.get("percent", "5")),
                    "stamp_by": told.get("by", "items"),
                    "is_daily": told.get("is_daily", False),
                    "level": told.get("level", 10),
                    "outlet_ids": [Command.set(self.elsewhere.ids if "outlet" in told else [])],
                    **self._items(told.get("of")),
                }
            )
            program.action_go_live()
        if "live" in told:
            with self.at(until):
                program.action_end()

    def _add_bonus(self, name, told):
        kind = next(kind for kind in ("multiply", "percent", "flat") if kind in told)
        amount = {"multiply": "factor", "percent": "percent", "flat": "units"}[kind]
        outlets = {"here": self.outlet.id, "elsewhere": self.elsewhere.id}
        channels = told.get("channels", CHANNELS)
        self.env["club.bonus"].create(
            {
                "name": name,
                "club_id": self.club.id,
                "unit_id": self.units[told.get("gives", "points")].id,
                "kind": kind,
                amount: float(told[kind]),
                "time_from": minutes(told.get("from", "00:00")) / 60,
                "time_to": minutes(told.get("to", "00:00")) / 60,
                "date_from": told.get("first_day"),
                "date_to": told.get("last_day"),
                "birthday": told.get("birthday"),
                "is_first_order": told.get("first_order", False),
                "tier_ids": [Command.set([self.tiers[tier].id for tier in told.get("tiers", ())])],
                "outlet_ids": [Command.set([outlets[outlet] for outlet in told.get("outlets", ())])],
                "budget": float(told.get("budget", "0")),
                **{field: day in told.get("weekdays", ()) for field, day in zip(FIELDS, DAYS, strict=True)},
                **{f"is_{channel}": name in channels for name, channel in CHANNELS.items()},
                **self._items(told.get("of")),
            }
        )

    # ------------------------------------------------------------------ what came of it
    def found_in(self, document):
        """{unit: what it came to} of a document, or why there is nothing."""
        kinds = {unit: kind for kind, unit in self.units.items()}
        found = {}
        for entry in document.club_entry_ids.filtered(lambda entry: entry.kind == "award"):
            award, unit = entry.data["award"], entry.unit_id
            found[kinds[unit]] = {
                "amount": exact(entry.amount) / 10**unit.decimals,
                "lines": [exact(line["exact"]) for line in award["lines"]],
                "flats": [exact(flat["exact"]) for flat in award["flats"]],
                "rounding": exact(award["rounding"]),
            }
        if found:
            return found
        codes = {text: code for code, text in self.env["club.outcome"]._texts().items()}
        return {"why": codes[document.club_explanation]}

    def assertCases(self, path, sell, takes=lambda number: True):
        """Every case that can happen on a path earns what was worked out for it.

        :param sell: callable (order of the table, its customer, its moment) that returns the document
        :param takes: which of the cases that can happen everywhere, where two paths take turns
        """
        ran = 0
        for number, case in enumerate(TABLE["cases"]):
            if path not in case["only"] if "only" in case else not takes(number):
                continue
            ran += 1
            with self.subTest(case["name"]), self._and_forget():
                self.set_up_case(case)
                customer = self.ada if case.get("customer", True) is not None else self.env["res.partner"]
                for number, order in enumerate(case["orders"], 1):
                    moment = utc(order.get("paid", NOON))
                    with self.at(moment):
                        document = sell(order, customer, moment)
                    expected = expected_of(order["earns"]) or {"why": order["earns"]["why"]}
                    self.assertEqual(self.found_in(document), expected, f"order {number}")
                self.assertCoherent()
        self.assertGreater(ran, 40)

    @contextmanager
    def _and_forget(self):
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
            self.env.registry.clear_cache()
