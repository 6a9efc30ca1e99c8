from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestUnits(ClubCommon):
    """Stamps and cashback beside points, in the same ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = {"name": "stamp", "name_plural": "stamps", "short_name": "st"}
        cash = {"name": "euro back", "name_plural": "euros back", "short_name": "€"}
        cls.stamp, cls.cashback = cls.env["club.unit"].create(
            [
                {"club_id": cls.club.id, "kind": "stamps", **names},
                {"club_id": cls.club.id, "kind": "cashback", **cash},
            ]
        )

    def programme(self, unit, **vals):
        program = self.env["club.program"].create(
            {"name": unit.name, "tier_id": self.tier.id, "unit_id": unit.id, **vals}
        )
        program.action_go_live()
        self.env.flush_all()
        since = fields.Datetime.now() - timedelta(days=30)
        self.env.cr.execute("UPDATE club_program SET live_from = %s WHERE id = %s", (since, program.id))
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        return program

    def amounts(self, order):
        return {entry.unit_id: entry.amount for entry in order.club_entry_ids if entry.kind == "award"}

    def test_points_stamps_and_cashback_side_by_side(self):
        self.programme(self.stamp, product_ids=[Command.set(self.cake.ids)])
        self.programme(self.cashback, cashback_percent=5)
        order = self.sell([(self.cake, 3), (self.coffee, 1)], self.ada)
        self.assertEqual(self.amounts(order), {self.unit: 130, self.stamp: 3, self.cashback: 650})
        self.refund(order, {self.cake: 1})
        left = {a.unit_id: a.balance for a in self.member().account_ids}
        self.assertEqual(left, {self.unit: 120, self.stamp: 2, self.cashback: 600})
        self.assertCoherent()

    def test_cashback_is_kept_to_the_cent_and_rounded_once(self):
        self.programme(self.cashback, cashback_percent=5)
        self.cake.lst_price = 19.99
        order = self.sell([(self.cake, 1)], self.ada)
        self.assertEqual(self.amounts(order)[self.cashback], 99)
        entry = order.club_entry_ids.filtered(lambda entry: entry.unit_id == self.cashback)
        self.assertIn("5 % of", entry._explain()[0]["text"])

    def test_gold_multiplies_points_only_unless_the_tier_says_otherwise(self):
        self.programme(self.cashback, cashback_percent=5)
        self.enrol()
        self.member().sudo().write({"tier_id": self.gold.id})
        self.assertEqual(self.amounts(self.sell([(self.coffee, 1)], self.ada)), {self.unit: 200, self.cashback: 500})
        self.gold.multiplies = "all"
        self.assertEqual(self.amounts(self.sell([(self.coffee, 1)], self.ada)), {self.unit: 200, self.cashback: 1000})

    def test_visit_is_one_stamp_at_most_one_a_day(self):
        self.programme(self.stamp, stamp_by="visit", is_daily=True)
        first = self.sell([(self.cake, 2), (self.coffee, 1)], self.ada)
        self.assertEqual(self.amounts(first)[self.stamp], 1)
        second = self.sell([(self.cake, 2)], self.ada)
        self.assertNotIn(self.stamp, self.amounts(second))
        self.assertEqual(self.amounts(self.sell([(self.cake, 1)], self.bob))[self.stamp], 1)

    def test_visit_stays_a_visit_until_all_of_it_came_back(self):
        self.programme(self.stamp, stamp_by="visit")
        order = self.sell([(self.cake, 2), (self.coffee, 1)], self.ada)
        account = self.member().account_ids.filtered(lambda own: own.unit_id == self.stamp)
        self.refund(order, {self.coffee: 1})
        self.assertEqual(account.balance, 1)
        self.refund(order, {self.cake: 2})
        self.assertEqual(account.balance, 0)
        self.assertCoherent()

    def test_double_stamps(self):
        self.programme(self.stamp)
        bonus = self.env["club.bonus"].create(
            {"name": "Double", "club_id": self.club.id, "unit_id": self.stamp.id, "factor": 2}
        )
        self.assertEqual(self.amounts(self.sell([(self.cake, 2)], self.ada)), {self.unit: 20, self.stamp: 4})
        self.assertEqual(bonus.sentence, "Double stamps, all outlets")

    def test_dozens_count_as_twelve_and_what_is_weighed_as_one(self):
        self.programme(self.stamp)
        dozen = self.env.ref("uom.product_uom_dozen")
        sale = self.quotation([(self.cake, 1)])
        sale.order_line.product_uom_id = dozen
        sale.action_confirm()
        self.pay(self.invoice(sale))
        self.assertEqual(self.amounts(sale)[self.stamp], 12)
        cheese = self._product("Cheese", 20.0, uom_id=self.env.ref("uom.product_uom_kgm").id, to_weight=True)
        self.assertEqual(self.amounts(self.sell([(cheese, 0.35)], self.ada))[self.stamp], 1)

    def test_free_item_gets_no_stamp(self):
        self.programme(self.stamp)
        order = self.sell([(self.cake, 1, {"discount": 100}), (self.coffee, 1)], self.ada)
        self.assertEqual(self.amounts(order)[self.stamp], 1)

    def test_what_makes_no_sense_is_refused(self):
        for vals, words in (
            ({"unit_id": self.cashback.id, "cashback_percent": 0}, "above 0"),
            ({"unit_id": self.cashback.id, "cashback_percent": 120}, "at most 100 %"),
        ):
            with self.subTest(vals), self.assertRaisesRegex(ValidationError, words):
                self.env["club.program"].create({"name": "X", "tier_id": self.tier.id, **vals})
        with self.assertRaisesRegex(ValidationError, "whole"):
            self.stamp.decimals = 2
        with self.assertRaisesRegex(ValidationError, "worth 1.00"):
            self.cashback.money_value = 0.5

    def test_summary_in_words(self):
        cakes = self.programme(self.stamp, product_ids=[Command.set(self.cake.ids)])
        self.assertIn("1 stamp for each Cake", cakes.summary)
        self.assertIn("5 % of the spend", self.programme(self.cashback).summary)


@tagged("post_install", "-at_install", "loyalty_club")
class TestOtherCurrency(ClubCommon):
    """An outlet in another currency than the club's states its own ratio; face values never count."""

    def _far_outlet(self):
        currency = self.env.ref("base.JPY")
        currency.active = True
        self.club.currency_id = self.env.ref("base.KWD")
        self.club.currency_id.active = True
        return self.outlet

    def test_outlet_without_a_ratio_in_its_currency_earns_nothing_and_says_why(self):
        self._far_outlet()
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertFalse(order.club_entry_ids)
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["other_currency"])

    def test_programme_that_names_the_outlet_states_its_ratio(self):
        self._far_outlet()
        program = self.env["club.program"].create(
            {"name": "Far", "tier_id": self.tier.id, "ratio": 50, "outlet_ids": [Command.set(self.outlet.ids)]}
        )
        self.assertEqual(program.currency_id, self.company.currency_id)
        self.assertIn(self.company.currency_id.format(50), program.summary)
        program.action_go_live()
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual(order.club_points_earned, "+2 Beans")
        self.env["club.bonus"].create({"name": "5 %", "club_id": self.club.id, "kind": "percent", "percent": 5})
        self.assertEqual(self.sell([(self.coffee, 1)], self.ada).club_points_earned, "+2 Beans")
        self.assertCoherent()
