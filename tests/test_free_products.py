"""What a reward gave free earns nothing, and takes nothing from the goods beside it, wherever it was had."""

from odoo.fields import Command
from odoo.tests import tagged

from .common_pick import PickPosCommon
from .test_pick_sale import PickSaleCommon

PROMOTION = {"program_type": "promotion", "trigger": "auto", "applies_on": "current"}


class FreeProducts:
    """A stamp for each item, beside Beans; the host's own promotions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stamp = cls.env["club.unit"].create(
            {"club_id": cls.club.id, "name": "Stamp", "name_plural": "Stamps", "short_name": "S", "kind": "stamps"}
        )
        program = {"name": "A stamp an item", "tier_id": cls.tier.id, "unit_id": cls.stamp.id, "ratio": 1}
        stamps = cls.env["club.program"].create(program)
        stamps.action_go_live()
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE club_program SET live_from = %s WHERE id = %s", (cls.club.on_since, stamps.id))
        cls.env.invalidate_all()
        cls.env.registry.clear_cache()

    def gives(self, product, **values):
        """What a reward for a free product is, to the host."""
        return {"reward_type": "product", "reward_product_id": product.id, **values}

    def promotion(self, reward):
        return self.env["loyalty.program"].create(
            {
                "name": "Promotion",
                "rule_ids": [Command.create({"minimum_qty": 1})],
                "reward_ids": [Command.create(reward)],
                **PROMOTION,
            }
        )

    def of_all(self, **values):
        """A discount on the cake alone."""
        return {
            "discount_applicability": "specific",
            "discount_product_ids": [Command.set(self.cake.ids)],
            "discount": 50,
            **values,
        }

    def brought(self, document):
        """(Beans, stamps) that a document earned, less what came back."""
        kinds = ("award", "clawback", "correction")
        entries = document.club_entry_ids.filtered(lambda entry: entry.kind in kinds)
        return tuple(
            sum(entries.filtered(lambda entry, unit=unit: entry.unit_id == unit).mapped("amount"))
            for unit in (self.unit, self.stamp)
        )


@tagged("post_install", "-at_install", "loyalty_club")
class TestFreeProductsPos(FreeProducts, PickPosCommon):
    """A cake costs 10.00 net and a coffee 100.00; the register puts a product on and its price off."""

    def given(self, program, product, quantity=1, price=None, **values):
        """The line that the register makes of a reward: the price of what is free, with its taxes."""
        reward = program.reward_ids
        reward.discount_line_product_id.taxes_id = product.taxes_id
        line = {"reward_id": reward.id, "is_reward_line": True, "reward_identifier_code": "one", **values}
        return (reward.discount_line_product_id, quantity, {"price_unit": price or -product.lst_price, **line})

    def test_chosen_free_cake_earns_nothing_and_the_coffee_all_of_it(self):
        program = self.reward("Free cake", 20, self.gives(self.cake))
        program.reward_ids.discount_line_product_id.taxes_id = self.tax
        order, pick = self.sell_with(program, goods=[(self.cake, 1), (self.coffee, 1)])
        self.assertEqual(pick.state, "captured")
        self.assertEqual(self.brought(order), (100, 1))
        self.assertBalance(487 - 20 + 100 + 1)

    def test_cake_that_is_excluded_costs_the_coffee_nothing(self):
        self.club.excluded_product_ids = self.cake.product_tmpl_id
        program = self.reward("Free cake", 20, self.gives(self.cake))
        program.reward_ids.discount_line_product_id.taxes_id = self.tax
        order, _pick = self.sell_with(program, goods=[(self.cake, 1), (self.coffee, 1)])
        self.assertEqual(self.brought(order), (100, 1))

    def test_free_cake_of_a_voucher_is_off_the_cake(self):
        program = self.reward("Free cake", 20, self.gives(self.cake))
        card = self.buy(program).card_id
        order = self.sell(
            [(self.cake, 2), (self.coffee, 1), self.given(program, self.cake, coupon_id=card.id)], self.ada
        )
        self.assertEqual(self.brought(order), (110, 2))

    def test_hosts_buy_two_get_one_free_counts_two(self):
        program = self.promotion(self.gives(self.cake))
        for discounted in (True, False):
            self.club.earn_on_discounted = discounted
            order = self.sell([(self.cake, 3), (self.coffee, 1), self.given(program, self.cake)], self.ada)
            self.assertEqual(self.brought(order), (120, 3))

    def test_order_of_nothing_but_free_goods_earns_nothing(self):
        program = self.promotion(self.gives(self.cake, reward_product_qty=2))
        order = self.sell([(self.cake, 2), self.given(program, self.cake, 2)], self.ada)
        self.assertEqual((order.amount_total, self.brought(order)), (0.0, (0, 0)))

    def test_chosen_one_of_several_is_the_one_of_that_price(self):
        tag = self.env["product.tag"].create({"name": "Sweet"})
        (self.cake | self.coffee).product_tag_ids = tag
        self.club.excluded_product_ids = self.coffee.product_tmpl_id
        program = self.promotion({"reward_type": "product", "reward_product_tag_id": tag.id})
        goods = [(self.coffee, 1), (self.cake, 1)]
        self.assertEqual(self.brought(self.sell([*goods, self.given(program, self.cake)], self.ada)), (0, 0))
        self.assertEqual(self.brought(self.sell([*goods, self.given(program, self.coffee)], self.ada)), (10, 1))

    def test_what_the_customer_adds_to_a_free_cake_earns_but_is_no_item(self):
        program = self.promotion(self.gives(self.cake))
        order = self.sell([(self.cake, 1, {"price_unit": 12.0}), self.given(program, self.cake)], self.ada)
        self.assertEqual(self.brought(order), (2, 0))

    def test_free_cake_comes_back_with_its_reward_for_nothing_and_the_others_for_theirs(self):
        program = self.promotion(self.gives(self.cake))
        reward = program.reward_ids.discount_line_product_id
        order = self.sell([(self.cake, 3), (self.coffee, 1), self.given(program, self.cake)], self.ada)
        self.assertEqual(self.brought(order), (120, 3))
        self.assertEqual(self.refund(order, {self.cake: 1, reward: 1}).amount_total, 0.0)
        self.assertEqual(self.brought(order), (120, 3))
        self.refund(order, {self.cake: 1})
        self.assertEqual(self.brought(order), (110, 2))
        self.refund(order, {self.cake: 1, self.coffee: 1})
        self.assertEqual(self.brought(order), (0, 0))
        self.assertCoherent()

    def test_cake_that_was_paid_comes_back_before_the_free_one(self):
        program = self.promotion(self.gives(self.cake))
        reward = program.reward_ids.discount_line_product_id
        for kind in ("product", "discount"):
            if kind == "discount":  # half of each cake instead of one for nothing: 15.00 of 30.00
                self.club.earn_on_discounted = False
                program.active = False
                program = self.promotion(self.of_all())
                reward = program.reward_ids.discount_line_product_id
            line = self.given(program, self.cake, price=-15.0 if kind == "discount" else None)
            order = self.sell([(self.cake, 3), (self.coffee, 1), line], self.ada)
            full = (120, 3) if kind == "product" else (115, 4)
            self.assertEqual(self.brought(order), full)
            self.assertEqual(self.refund(order, {self.cake: 1}).amount_total, -12.1)
            self.assertEqual(self.brought(order), (110, 2) if kind == "product" else (105, 3))
            self.refund(order, {self.cake: 2, reward: 1})
            self.assertEqual(self.brought(order), (100, 1))
        self.assertCoherent()

    def test_free_cake_of_its_own_line_comes_back_for_nothing(self):
        program = self.promotion(self.gives(self.cake))
        reward = program.reward_ids.discount_line_product_id
        order = self.sell([(self.cake, 1), (self.coffee, 1), self.given(program, self.cake)], self.ada)
        self.refund(order, {self.cake: 1, reward: 1})
        self.assertEqual(self.brought(order), (100, 1))
        self.refund(order, {self.coffee: 1})
        self.assertEqual(self.brought(order), (0, 0))
        self.assertCoherent()

    def test_invoiced_sale_counts_the_same_and_its_credit_note_takes_all(self):
        program = self.promotion(self.gives(self.cake))
        order = self.sell(
            [(self.cake, 3), (self.coffee, 1), self.given(program, self.cake)], self.ada, to_invoice=True
        )
        self.assertTrue(order.account_move)
        self.assertEqual(self.brought(order), (120, 3))
        order.account_move._reverse_moves([{}])._post()
        self.assertEqual(self.brought(order), (0, 0))
        self.assertCoherent()

    def test_discount_on_excluded_goods_costs_the_others_nothing(self):
        self.club.excluded_product_ids = self.cake.product_tmpl_id
        program = self.reward("Half a cake", 20, self.of_all())
        program.reward_ids.discount_line_product_id.taxes_id = self.tax
        order, _pick = self.sell_with(program, goods=[(self.cake, 2), (self.coffee, 1)])
        self.assertEqual(order.amount_total, 133.1)
        self.assertEqual(self.brought(order), (100, 1))

    def test_hosts_discount_on_goods_is_theirs_by_the_clubs_setting(self):
        """Cakes bring three times the points: half off two of 10.00 leaves 10.00 of them."""
        self.env["club.bonus"].create(
            {
                "name": "Cakes",
                "club_id": self.club.id,
                "unit_id": self.unit.id,
                "kind": "multiply",
                "factor": 3,
                "product_ids": [Command.set(self.cake.ids)],
            }
        )
        program = self.promotion(self.of_all())
        for discounted, beans in ((True, 160), (False, 130)):
            self.club.earn_on_discounted = discounted
            order = self.sell([(self.cake, 2), (self.coffee, 1), self.given(program, self.cake)], self.ada)
            self.assertEqual(self.brought(order), (beans, 3))

    def test_hosts_cheapest_for_free_is_an_item_less(self):
        program = self.promotion({"discount_applicability": "cheapest", "discount": 100})
        order = self.sell([(self.cake, 2), (self.coffee, 1), self.given(program, self.cake)], self.ada)
        self.assertEqual(self.brought(order), (110, 2))

    def test_hosts_whole_discount_on_goods_is_no_item_at_all(self):
        program = self.promotion(self.of_all(discount=100))
        order = self.sell([(self.cake, 2), (self.coffee, 1), self.given(program, self.cake, 2)], self.ada)
        self.assertEqual(self.brought(order), (100, 1))

    def test_explanation_says_that_it_was_free(self):
        program = self.promotion(self.gives(self.cake))
        order = self.sell([(self.cake, 1), (self.coffee, 1), self.given(program, self.cake)], self.ada)
        entry = order.club_entry_ids.filtered(lambda own: own.unit_id == self.unit)
        rows = self.env["club.explanation"]._rows(entry)
        self.assertEqual([(row["text"], row["amount"]) for row in rows][0], ("free with a reward", "0"))


@tagged("post_install", "-at_install", "loyalty_club")
class TestFreeProductsSale(FreeProducts, PickSaleCommon):
    """A quotation or a cart of two cakes at 10.00 and a coffee at 100.00, paid by its invoice or at a provider."""

    def order(self, is_shop=False):
        place = {"website_id": self.website.id} if is_shop else {}
        return self.quotation([(self.cake, 2), (self.coffee, 1)], **place)

    def billed(self, order):
        order.action_confirm()
        self.pay(self.invoice(order))
        return order

    def test_chosen_free_cake_is_a_line_of_its_own_that_earns_nothing(self):
        program = self.reward("Free cake", 20, self.gives(self.cake))
        for is_shop in (False, True):
            order = self.order(is_shop)
            self.take(order, program)
            cakes = order.order_line.filtered(lambda line: line.product_id == self.cake)
            self.assertEqual(sum(cakes.mapped("product_uom_qty")), 3)
            if is_shop:
                self._pay_online(order)
            else:
                self.billed(order)
            self.assertEqual(self.brought(order), (120, 3))
        self.assertCoherent()

    def test_hosts_free_cake_earns_nothing_either(self):
        program = self.promotion(self.gives(self.cake))
        order = self.order()
        order._update_programs_and_rewards()
        self.assertFalse(order._apply_program_reward(program.reward_ids, program.coupon_ids))
        self.assertEqual(self.brought(self.billed(order)), (120, 3))

    def test_free_delivery_costs_the_goods_nothing(self):
        parcel = self._product("Parcel", 7.0, type="service", taxes_id=[Command.clear()])
        carrier = self.env["delivery.carrier"].create(
            {"name": "Parcel", "delivery_type": "fixed", "fixed_price": 60.0, "product_id": parcel.id}
        )
        program = self.reward("Free delivery", 20, {"reward_type": "shipping"})
        order = self.order()
        order.set_delivery_line(carrier, 60.0)
        self.take(order, program)
        self.assertEqual(order.amount_total, 145.2)
        self.assertEqual(self.brought(self.billed(order)), (120, 3))

    def test_hosts_free_delivery_costs_them_nothing_where_discounted_orders_earn_less(self):
        parcel = self._product("Parcel", 7.0, type="service", taxes_id=[Command.clear()])
        carrier = self.env["delivery.carrier"].create(
            {"name": "Parcel", "delivery_type": "fixed", "fixed_price": 60.0, "product_id": parcel.id}
        )
        self.club.earn_on_discounted = False
        program = self.promotion({"reward_type": "shipping"})
        order = self.order()
        order.set_delivery_line(carrier, 60.0)
        order._update_programs_and_rewards()
        order._apply_program_reward(program.reward_ids, program.coupon_ids)
        self.assertEqual(order.amount_total, 145.2)
        self.assertEqual(self.brought(self.billed(order)), (120, 3))

    def test_discount_on_excluded_goods_costs_the_others_nothing(self):
        self.club.excluded_product_ids = self.cake.product_tmpl_id
        program = self.reward("Half a cake", 20, self.of_all())
        order = self.order()
        self.take(order, program)
        self.assertEqual(order.amount_total, 133.1)
        self.assertEqual(self.brought(self.billed(order)), (100, 1))

    def credit_cake(self, order):
        """A credit note of one cake and of what the reward took off."""
        note = order.invoice_ids._reverse_moves([{}])
        reward = note.invoice_line_ids.filtered(lambda line: line.price_unit < 0)
        cake = note.invoice_line_ids.filtered(lambda line: line.product_id == self.cake)
        (note.invoice_line_ids - reward - cake).unlink()
        cake.quantity = 1
        note.action_post()
        return note

    def test_hosts_cheapest_for_free_is_an_item_less_and_comes_back_for_nothing(self):
        program = self.promotion({"discount_applicability": "cheapest", "discount": 100})
        order = self.order()
        order._update_programs_and_rewards()
        self.assertFalse(order._apply_program_reward(program.reward_ids, program.coupon_ids))
        self.assertEqual(self.brought(self.billed(order)), (110, 2))
        self.assertEqual(self.credit_cake(order).amount_total, 0.0)
        self.assertEqual(self.brought(order), (110, 2))
        self.assertCoherent()

    def test_cheapest_that_points_bought_is_credited_in_the_ratio_of_the_goods(self):
        """10.00 of the 120.00 are credited, hence a twelfth of the reward: 9.17 went back."""
        program = self.reward("Cheapest", 20, {"discount_applicability": "cheapest", "discount": 100})
        order = self.order()
        self.take(order, program)
        self.assertEqual(order.amount_total, 133.1)
        self.assertEqual(self.brought(self.billed(order)), (110, 2))
        self.assertEqual(self.credit_cake(order).amount_total, 11.09)
        self.assertEqual(self.brought(order), (100, 1))
        self.assertCoherent()
