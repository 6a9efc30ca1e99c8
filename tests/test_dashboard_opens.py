import random
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_days import DaysMixin
from .common_ledger import LedgerCommon
from .common_reward import RewardCommon

FILTERS = (
    {},
    {"period": "year"},
    {"period": "before"},
    {"period": "quarter", "step": "week"},
)


@tagged("post_install", "-at_install", "loyalty_club")
class TestDashboardOpens(DaysMixin, RewardCommon, LedgerCommon):
    """Whatever happened: each figure is what the records that it opens come to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outlet.website_ids = False
        cls.club.tz = "Pacific/Tongatapu"  # the day is another one there for half of ours
        cls.env["club.bonus"].create({"club_id": cls.club.id, "name": "Double"})
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE club_bonus SET live_from = live_from - interval '1 day'")
        cls.env.invalidate_all()
        cls.env.registry.clear_cache()
        cls.prize = cls.reward(price=20)

    def opened(self, key, **filters):
        action = self.env["club.club"].open_dashboard(key, club_id=self.club.id, **filters)
        return self.env[action["res_model"]].search(action["domain"])

    def points(self, key, *sorts, **filters):
        found = self.opened(key, **filters)
        return round(sum(row.points for row in found if not sorts or row.sort in sorts))

    def assertOpens(self, **filters):
        self.env.flush_all()
        data = self.env["club.club"].get_dashboard(club_id=self.club.id, **filters)
        cards = {card["key"]: card for card in data["cards"]}
        tables = {table["name"]: table["rows"] for table in data["tables"]}
        if filters.get("period") != "before":
            for key in ("active", "leaving"):
                self.assertEqual(_int(cards[key]["value"]), len(self.opened(key, **filters)), key)
        note = [_int(part) for part in cards["points"]["note"].split(", ")]
        self.assertEqual(note, [
            self.points("points", "earned", "taken", **filters),
            -self.points("points", "spent", "returned", **filters),
            -self.points("points", "expired", **filters),
        ])  # fmt: skip
        cost = -sum(self.opened("spent", **filters).mapped("value"))
        self.assertEqual(cards["spent"]["value"], self.club.currency_id.format(cost or 0.0))
        self.assertEqual(_int(cards["owed"]["note"]), sum(self.opened("owed", **filters).mapped("balance")))
        self._assert_bars(data["bars"], filters)
        self._assert_owed(data["owed"], filters)
        self._assert_tables(tables, filters)

    def _assert_bars(self, bars, filters):
        for index, day in enumerate(bars["days"]):
            for name, colour, sign in (("earned", "earned", 1), ("used", "spent", -1), ("expired", "expired", -1)):
                key = f"bar:{day}:{colour}"
                if bars[name][index] or not index:
                    self.assertEqual(bars[name][index], sign * self.points(key, **filters), key)

    def _assert_owed(self, owed, filters):
        for row in owed["rows"] if owed["total"] else ():
            left = sum(self.opened(row["key"], **filters).mapped("left_amount"))
            self.assertEqual(_int(row["text"]), left, row["name"])
        if owed["soon"]:
            left = sum(self.opened(owed["soon_key"], **filters).mapped("left_amount"))
            self.assertEqual(_int(owed["soon"]), left)

    def _assert_tables(self, tables, filters):
        for row in tables.get("sales", ()):
            found = self.opened(row["key"], **filters)
            self.assertEqual(_int(row["cells"][0]), sum(found.mapped("orders")))
            self.assertEqual(row["cells"][3], self.club.currency_id.format(sum(found.mapped("money"))))
        for row in tables.get("tiers", ()) if filters.get("period") != "before" else ():
            for cell, key in zip(row["cells"], row["opens"], strict=True):
                self.assertEqual(_int(cell), len(self.opened(key, **filters)), key)
        for row in tables.get("rewards", ()):
            found = self.opened(row["key"], **filters)
            self.assertEqual(_int(row["cells"][0]), len(found.filtered(lambda line: line.sort == "spent")))
            self.assertEqual(_int(row["cells"][1]), -sum(found.mapped("points")))
        for row in tables.get("given", ()):
            found = self.opened(row["key"], **filters)
            self.assertEqual(_int(row["cells"][0]), sum(found.mapped("extra" if row["key"] == "extra" else "points")))
        for row in (*tables.get("outlets", ()), *tables.get("channels", ())):
            earned, used, sold = row["opens"]
            self.assertEqual(_int(row["cells"][0]), self.points(earned, **filters), earned)
            self.assertEqual(_int(row["cells"][1]), -self.points(used, **filters), used)
            money = sum(self.opened(sold, **filters).mapped("money"))
            self.assertEqual(row["cells"][2], self.club.currency_id.format(money), sold)
            self.assertEqual(self.points(row["key"], **filters), _int(row["cells"][0]) - _int(row["cells"][1]))

    # ------------------------------------------------------------------ a life
    def expire(self):
        self.env["club.account"].search([("club_id", "=", self.club.id)])._expire_overdue()

    def live(self, rng):
        """One of the things that happen."""
        partner = rng.choice([self.ada, self.bob, None])
        member = self.member(partner) if partner else self.ada_member
        ago = fields.Datetime.now() - timedelta(hours=rng.randrange(24 * 400))
        what = rng.choice(("sell", "sell", "refund", "give", "expire", "old", "late", "goal", "reward", "back", "tier"))
        if what == "sell":
            self.orders.append(self.sell([(rng.choice([self.coffee, self.cake]), rng.randint(1, 4))], partner))
        elif what == "refund" and self.orders:
            self.refund(self.orders.pop())
        elif what == "give":
            self.earn(rng.randint(1, 90), member, valid=rng.choice([None, 0, 5, 29, 30, 90]), business_at=ago)
        elif what == "old":
            self.earn(rng.randint(1, 90), member, business_at=ago)
        elif what == "late":
            order = self.ui_order([(self.cake, 2)], [(self.cash, 24.2)], partner)
            self.sync(self.late(order, rng.randint(1, 100)))
        elif what == "goal":
            self.post(rng.choice(["goal", "game", "winback"]), rng.randint(1, 30), member, business_at=ago)
        elif what == "expire":
            self.expire()
        elif what == "reward" and self.active(member) >= 20:
            self.vouchers |= self.env["club.voucher"].sudo()._buy(member, self.prize, f"v{rng.random()}")
        elif what == "back" and self.vouchers:
            voucher = self.vouchers[-1]
            self.vouchers -= voucher
            voucher._return_points(20, f"r{rng.random()}")
        elif what == "tier":
            member.sudo().last_paid_at = ago

    def test_figures_are_what_they_open(self):
        rng = random.Random(7)
        self.orders, self.vouchers = [], self.env["club.voucher"]
        for _step in range(30):
            self.live(rng)
        self.expire()
        self.assertCounted()
        for filters in FILTERS:
            with self.subTest(**filters):
                self.assertOpens(**filters)


def _int(text):
    """ "1,250 Beans" → 1250"""
    return int(text.split()[0].replace(",", "") or 0)
