"""Rewards on the cart's page and its one route: what customers see and what a forged call gets."""

import json

from lxml import html
from odoo.fields import Command
from odoo.tests import tagged

from .common_portal import PortalCommon
from .common_reward import RewardCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestPickPage(RewardCommon, ShopCommon, PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mug.is_published = True
        cls.ten = cls.reward()
        cls.dear = cls.reward("Dear", 1000)

    def setUp(self):
        super().setUp()
        self.authenticate("ada_signs_in", "ada_signs_in")

    def call(self, path, **params):
        return self.url_open(
            path,
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        ).json()["result"]

    def fill_cart(self, quantity=10):
        self.call("/shop/cart/add", product_template_id=self.mug.product_tmpl_id.id, product_id=self.mug.id,
                  quantity=quantity)  # fmt: skip
        return self.env["sale.order"].search([("website_id", "=", self.website.id)], order="id desc", limit=1)

    def use(self, program=None, **values):
        return self.call("/club/cart/reward", **({"program_id": (program or self.ten).id} | values))

    def tiles(self, path="/shop/cart"):
        root = html.fromstring(self.url_open(path).text)
        return {
            int(tile.get("data-program")): " ".join(tile.text_content().split())
            for tile in root.xpath("//*[contains(concat(' ', @class, ' '), ' o_club_reward ')]")
        }

    def test_customer_uses_a_reward_and_takes_it_off(self):
        order = self.fill_cart()
        self.assertEqual(
            self.tiles(),
            {
                self.ten.id: "Ten percent 10% on your order 80 Beans Use",
                self.dear.id: "Dear 10% on your order 1,000 Beans · 600 Beans more",
            },
        )
        answer = self.use()
        self.assertEqual((answer["refused"], answer["amount"]), ("", 90))
        self.assertIn("o_club_reward_drop", answer["card"])
        self.assertIn("Take off", self.tiles()[self.ten.id])
        self.assertIn("10% on your order", answer["website_sale.cart_lines"])
        answer = self.use(is_wanted=False)
        self.assertEqual((answer["refused"], answer["amount"]), ("", 100))
        self.assertPays(order, 100, 0)
        self.assertBalance(400)

    def test_line_taken_off_in_the_cart_gives_the_reward_up(self):
        order = self.fill_cart()
        self.use()
        line = order.order_line.filtered("reward_id")
        self.call("/shop/cart/update", line_id=line.id, product_id=line.product_id.id, quantity=0)
        order.invalidate_recordset()
        self.assertFalse(order.order_line.filtered("reward_id"))
        self.assertEqual(order._club_picks().mapped("state"), ["released"])

    def test_links_change_nothing(self):
        order = self.fill_cart()
        self.url_open(f"/club/cart/reward?program_id={self.ten.id}")
        self.use()
        code = order._club_picks().card_id.code
        page = self.url_open("/shop/cart").text
        self.assertNotIn(code[-4:], page)
        self.assertNotIn("Code:", page)
        other = self.cart()
        self.url_open(f"/shop/claimreward?reward_id={self.ten.reward_ids.id}&code={code}")
        self.url_open(f"/coupon/{code}")
        self.assertEqual(len(order._club_picks()), 1)
        self.assertPays(order, 90, 0)
        self.assertPays(other, 100, 0)

    def test_code_typed_by_another_customer_brings_nothing(self):
        order = self.fill_cart()
        self.use()
        code = order._club_picks().card_id.code
        self.authenticate("bob_signs_in", "bob_signs_in")
        other = self.fill_cart()
        self.url_open(f"/coupon/{code}")
        self.url_open(f"/shop/claimreward?reward_id={self.ten.reward_ids.id}&code={code}")
        self.assertNotEqual(other, order)
        self.assertPays(other, 100, 0)

    def test_forged_calls_are_told_and_change_nothing(self):
        order = self.fill_cart()
        for program_id in (None, "1", -1, 0, True, 1.5, [self.ten.id], {"a": 1}, 2**60, self.dear.id):
            with self.subTest(program_id=program_id):
                self.assertTrue(self.call("/club/cart/reward", program_id=program_id)["refused"])
        for choice in ({"reward_id": "x"}, {"product_id": [1]}, {"reward_id": self.dear.reward_ids.id}):
            with self.subTest(choice=choice):
                self.use(**choice)
        self.use(order_id=self.cart(partner=self.bob).id, member_id=1, price=-5)
        self.assertLessEqual(len(order._club_picks()), 1)
        self.use(is_wanted=False)
        self.assertPays(order, 100, 0)
        self.assertBalance(400)

    def test_visitor_is_asked_to_sign_in(self):
        self.logout()
        self.fill_cart()
        self.assertFalse(self.tiles())
        self.assertIn("Sign in", self.use()["refused"])

    def test_chosen_product_is_the_one_the_customer_named(self):
        cups = self.env["product.tag"].create({"name": "Cups"})
        small, large = (self._product(name, 5.0, taxes_id=[Command.clear()]) for name in ("Small cup", "Large cup"))
        (small | large).product_tag_ids = cups
        cup = self.reward("A cup", 50, {"reward_type": "product", "reward_product_tag_id": cups.id})
        order = self.fill_cart()
        self.assertIn("Small cup", self.tiles()[cup.id])
        self.assertIn("Choose which", self.use(cup)["refused"])
        self.assertTrue(self.use(cup, product_id=self.mug.id)["refused"])
        self.assertEqual(self.use(cup, product_id=large.id)["refused"], "")
        free = order.order_line.filtered("reward_id")
        self.assertEqual((free.product_id, free.price_total), (large, 0))
        self.call("/shop/cart/add", product_template_id=self.mug.product_tmpl_id.id, product_id=self.mug.id, quantity=1)
        self.assertEqual(order.order_line.filtered("reward_id").product_id, large)

    def test_card_with_rewards_adds_at_most_eight_queries_to_the_cart(self):
        for number in range(4):
            self.reward(f"Reward {number}", 50 + number, club_limit_member=3, club_tier_id=self.tier.id)
        self.fill_cart()

        def look():
            before = self.cr.sql_log_count
            self.url_open("/shop/cart")
            return self.cr.sql_log_count - before

        def count():
            # What a cache has forgotten by chance is asked for once.
            return min(look() for _again in range(4))

        with_club = count()
        self.website.club_outlet_id = False
        self.assertLessEqual(with_club - count(), 8)
