"""Every kind and every limit of a reward, on a quotation, in the webshop and at the register."""

from odoo.fields import Command
from odoo.tests import tagged

from .common_pick import PickPosCommon
from .test_pick_sale import PickSaleCommon


class Kinds:
    """name → (the host's reward, what it takes off an order of one mug worth 100.00 and a cake of 10.00)"""

    def kinds(self):
        tag = self.env["product.tag"].create({"name": "Cakes"})
        self.cake.product_tag_ids = self.coffee.product_tag_ids = tag
        return {
            "percent": ({"discount": 10}, 11),
            "fixed": ({"discount": 5, "discount_mode": "per_order"}, 5),
            "more than the order": ({"discount": 500, "discount_mode": "per_order"}, 110),
            "percent of one product": (
                {"discount": 50, "discount_applicability": "specific",
                 "discount_product_ids": [Command.set(self.cake.ids)]}, 5),
            "cheapest": ({"discount": 100, "discount_applicability": "cheapest"}, 10),
            "free product": ({"reward_type": "product", "reward_product_id": self.cake.id}, 0),
            "chosen free product": ({"reward_type": "product", "reward_product_tag_id": tag.id}, 0),
        }  # fmt: skip

    def limits(self):
        """name → (values of the reward, words of the refusal)"""
        station = self.env["club.outlet"].create(
            {"club_id": self.club.id, "company_id": self.company.id, "name": "Station"}
        )
        return {
            "outlet": ({"club_outlet_ids": [Command.set(station.ids)]}, "counts at Station only"),
            "own outlet": ({"club_outlet_ids": [Command.set((station | self.outlet).ids)]}, ""),
            "tier": ({"club_tier_id": self.gold.id}, "from Gold on"),
            "own tier": ({"club_tier_id": self.tier.id}, ""),
            "over": ({"date_to": "2020-01-01"}, "offered"),
            "soon": ({"date_from": "2120-01-01"}, "Offered from"),
            "today": ({"date_from": "2020-01-01", "date_to": "2120-01-01"}, ""),
            "none left": ({"club_limit_total": 1}, "are taken"),
            "had it": ({"club_limit_member": 1}, "as often as one can"),
            "twice": ({"club_limit_member": 2}, ""),
            "voucher": ({"club_offer": "voucher"}, "not offered any more"),
            "points": ({"club_price": 100000}, "more"),
        }


@tagged("post_install", "-at_install", "loyalty_club")
class TestPickKindsSale(Kinds, PickSaleCommon):
    def order(self, is_shop):
        lines = [
            Command.create({"product_id": product.id, "product_uom_qty": quantity, "tax_ids": [Command.clear()]})
            for product, quantity in ((self.mug, 10), (self.cake, 1))
        ]
        place = {"website_id": self.website.id} if is_shop else {"team_id": self.team.id}
        return self.env["sale.order"].create(
            {"partner_id": self.ada.id, "pricelist_id": self.pricelist.id, "order_line": lines, **place}
        )

    def test_each_kind_takes_off_what_it_should_and_costs_its_points_once(self):
        kinds = self.kinds()
        for is_shop in (True, False):
            for name, (reward, off) in kinds.items():
                with self.subTest(name, is_shop=is_shop), self.env.cr.savepoint():
                    before = self.balance()
                    order, program = self.order(is_shop), self.reward(name, 20, reward)
                    choice = {"product_id": self.cake.id} if name == "chosen free product" else {}
                    if choice:
                        self.assertIn("Choose which", self.refused(order, program))
                    pick = self.take(order, program, **choice)
                    self.assertAlmostEqual(order.amount_total, 110 - off)
                    free = order.order_line.filtered(lambda line: line.reward_id and line.product_id == self.cake)
                    self.assertEqual(len(free), 1 if "free" in name else 0)
                    order.action_confirm()
                    self.assertEqual(pick.state, "captured")
                    self.assertEqual(pick.channel, "shop" if is_shop else "sale")
                    self.assertEqual(-pick.entry_id.amount, 20)
                    order._action_cancel()
                    self.assertBalance(before)

    def test_delivery_is_free_whenever_it_is_chosen(self):
        parcel = self._product("Parcel", 0.0, type="service", taxes_id=[Command.clear()])
        carrier = self.env["delivery.carrier"].create(
            {"name": "Parcel", "delivery_type": "fixed", "fixed_price": 7.0, "product_id": parcel.id}
        )
        program = self.reward("Free delivery", 20, {"reward_type": "shipping"})
        for is_shop in (True, False):
            for is_first in (True, False):
                with self.subTest(is_shop=is_shop, is_first=is_first):
                    order = self.order(is_shop)
                    if is_first:
                        order.set_delivery_line(carrier, 7.0)
                        self.assertAlmostEqual(order.amount_total, 117)
                    pick = self.take(order, program)
                    if not is_first:
                        order.set_delivery_line(carrier, 7.0)
                        order._update_programs_and_rewards()
                    self.assertAlmostEqual(order.amount_total, 110)
                    order.action_confirm()
                    self.assertEqual(pick.state, "captured")
        self.assertBalance(400 - 4 * 20)

    def test_each_limit_holds_on_both_channels(self):
        for name, (values, words) in self.limits().items():
            program = self.reward(name, values.pop("club_price", 10))
            if name in ("none left", "had it", "twice"):
                self.buy(program, key=name)
            program.write(values)
            for is_shop in (True, False):
                with self.subTest(name, is_shop=is_shop):
                    order = self.order(is_shop)
                    if words:
                        self.assertIn(words, self.refused(order, program))
                    else:
                        self.take(order, program)
                        order._club_drop_reward(program.id)
        self.assertCoherent()

    def test_channels_are_switched_one_by_one(self):
        for field, is_shop in (("ecommerce_ok", True), ("sale_ok", False)):
            program = self.reward(field, 10, **{field: False})
            self.assertIn("not offered here", self.refused(self.order(is_shop), program))
            self.assertTrue(self.take(self.order(not is_shop), program))

    def test_conditions_of_the_host_hold(self):
        program = self.reward("From 500.00 on", 10, rule_ids=[Command.create({"minimum_amount": 500})])
        order = self.order(True)
        self.assertTrue(self.refused(order, program))
        self.set_quantity(order, 50)
        self.take(order, program)
        self.set_quantity(order, 1)
        self.assertFalse(self.pick_lines(order))
        self.assertEqual(order._club_picks().mapped("state"), ["released"])


@tagged("post_install", "-at_install", "loyalty_club")
class TestPickKindsPos(Kinds, PickPosCommon):
    def test_each_kind_costs_its_points_once(self):
        goods = [(self.coffee, 1), (self.cake, 1)]
        for name, (reward, off) in self.kinds().items():
            if "more than" in name:
                continue
            if name == "fixed":
                off /= 1.21  # an amount is with tax, and so is the line that a register makes of it
            with self.subTest(name):
                before = self.balance()
                program = self.reward(name, 20, reward)
                program.reward_ids.discount_line_product_id.taxes_id = self.tax
                line = {"product": self.cake, "price_unit": 0} if "free" in name else {"price_unit": -off}
                order, pick = self.sell_with(program, goods=goods, **line)
                self.assertEqual((pick.state, -pick.entry_id.amount), ("captured", 20))
                self.assertAlmostEqual(order.amount_total, 133.1 - 1.21 * off, 2)
                earned = sum(order.club_entry_ids.filtered(lambda entry: entry.kind == "award").mapped("amount"))
                self.assertEqual(earned, int(110 - off))
                self.assertBalance(before - 20 + earned)

    def test_each_limit_holds(self):
        for name, (values, words) in self.limits().items():
            with self.subTest(name):
                program = self.reward(name, values.pop("club_price", 10))
                if name in ("none left", "had it", "twice"):
                    self.buy(program, key=name)
                program.write(values)
                answer = self.ask(self.order_for(), program)
                self.assertIn(words, answer.get("refused", "")) if words else self.assertIn("code", answer)
        self.assertCoherent()

    def test_order_that_redeems_earns_nothing_where_the_club_says_so(self):
        self.club.earn_on_redemption = False
        order, _pick = self.sell_with()
        self.assertFalse(order.club_entry_ids.filtered(lambda entry: entry.kind == "award"))
        self.assertBalance(487 - 80)

    def test_free_item_for_stamps_makes_no_order_that_redeems(self):
        self.club.earn_on_redemption = False
        stamps = self.env["club.unit"].create(
            {"club_id": self.club.id, "name": "Stamp", "name_plural": "Stamps", "short_name": "S", "kind": "stamps"}
        )
        self.member().adjust(stamps.id, 10, "Card", counts_lifetime=False)
        free = self.reward("Free cake", 10, {"reward_type": "product", "reward_product_id": self.cake.id},
                           club_unit_id=stamps.id)  # fmt: skip
        order, pick = self.sell_with(free, product=self.cake, price_unit=0)
        self.assertEqual((pick.unit_id, pick.state), (stamps, "captured"))
        awards = order.club_entry_ids.filtered(lambda entry: entry.kind == "award")
        self.assertEqual(awards.mapped("amount"), [100])
        self.assertCoherent()
