"""The cart's page and its one route: what customers see and what a forged call gets."""

import json
from datetime import timedelta

from lxml import html
from odoo.tests import tagged

from ..engine.values import Born
from ..models.ledger import Intent
from .common_portal import PortalCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestShopPage(ShopCommon, PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mug.is_published = True

    def fill_cart(self, quantity=10):
        self.call("/shop/cart/add", product_template_id=self.mug.product_tmpl_id.id, product_id=self.mug.id,
                  quantity=quantity)  # fmt: skip
        return self.env["sale.order"].search([("website_id", "=", self.website.id)], order="id desc", limit=1)

    def call(self, path, **params):
        answer = self.url_open(
            path,
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        ).json()
        self.assertNotIn("error", answer, answer.get("error"))
        return answer["result"]

    def cart_text(self):
        return " ".join(self.page_as("/shop/cart").split())

    def page_as(self, path):
        return html.fromstring(self.url_open(path).text).text_content()

    def test_customer_chooses_and_takes_off(self):
        self.authenticate("ada_signs_in", "ada_signs_in")
        order = self.fill_cart()
        text = self.cart_text()
        self.assertIn("400 Beans", text)
        self.assertIn("This order earns 100 Beans", text)
        answer = self.call("/club/cart/points", units=400)
        self.assertEqual((answer["refused"], answer["amount"]), ("", 80.0))
        self.assertPays(order, 80.0, 20.0)
        self.assertIn("This order earns 80 Beans", self.cart_text())
        self.call("/club/cart/points", units=0)
        self.assertPays(order, 100.0, 0.0)
        self.assertCoherent()

    def test_forged_amounts_change_nothing_and_are_told(self):
        self.authenticate("ada_signs_in", "ada_signs_in")
        order = self.fill_cart()
        for units in (-5, 401, 10**30, "400", 1.5, True, [400], {"a": 1}):
            with self.subTest(units=units):
                self.assertTrue(self.call("/club/cart/points", units=units)["refused"])
        self.assertPays(order, 100.0, 0.0)

    def test_no_other_order_and_no_other_member_can_be_named(self):
        other = self.cart(partner=self.bob)
        self.enrol(self.bob, points=300)
        self.authenticate("ada_signs_in", "ada_signs_in")
        order = self.fill_cart()
        self.call("/club/cart/points", units=100, order_id=other.id, partner_id=self.bob.id, member_id=1)
        self.assertPays(order, 95.0, 5.0)
        self.assertPays(other, 100.0, 0.0)
        self.assertEqual(order.club_hold_id.member_id, self.member())
        order.partner_id = self.bob  # a cart that is somebody else's by now: the points are still the own
        self.call("/club/cart/points", units=200)
        self.assertEqual(order.club_hold_id.member_id, self.member())
        self.assertFalse(self.env["club.hold"].search([("member_id", "=", self.member(self.bob).id)]))

    def test_visitor_is_told_what_an_account_would_bring(self):
        order = self.fill_cart()
        text = self.cart_text()
        self.assertIn("Sign up", text)
        self.assertIn("This order would earn 100 Beans", text)
        self.assertTrue(self.call("/club/cart/points", units=10)["refused"])
        self.assertTrue(self.call("/club/cart/points", is_auto=True)["refused"])
        self.assertFalse(order.club_hold_id)

    def test_opted_out_website_shows_nothing(self):
        self.outlet.is_opted_in = False
        self.authenticate("ada_signs_in", "ada_signs_in")
        order = self.fill_cart()
        self.assertNotIn("Beans", self.cart_text())
        self.assertTrue(self.call("/club/cart/points", units=10)["refused"])
        self.assertPays(order, 100.0, 0.0)

    def test_switched_off_gate_shows_the_balance_and_no_slider(self):
        self.club.is_redeem_shop = False
        self.authenticate("ada_signs_in", "ada_signs_in")
        self.fill_cart()
        root, text = self.page("/shop/cart")
        self.assertIn("400 Beans", text)
        self.assertFalse(root.xpath("//*[contains(@class, 'o_club_shop_slider')]"))

    def test_always_do_so_uses_points_in_every_cart_until_taken_off(self):
        self.authenticate("ada_signs_in", "ada_signs_in")
        order = self.fill_cart(1)
        self.call("/club/cart/points", is_auto=True)
        self.assertPays(order, 0.0, 10.0)
        self.fill_cart(1)
        self.assertPays(order, 0.0, 20.0)
        self.call("/club/cart/points", units=0)
        self.fill_cart(1)
        self.assertPays(order, 30.0, 0.0)
        self.assertTrue(self.member().is_auto_redeem)
        self.call("/club/cart/points", is_auto=False)
        self.assertFalse(self.member().is_auto_redeem)

    def test_card_of_the_points_is_nobodys_code(self):
        self.authenticate("ada_signs_in", "ada_signs_in")
        order = self.fill_cart()
        self.call("/club/cart/points", units=200)
        code = order.club_hold_id.card_id.code
        self.assertNotIn(code, self.url_open("/shop/cart").text)
        self.authenticate("bob_signs_in", "bob_signs_in")
        other = self.fill_cart()
        self.url_open(f"/coupon/{code}")
        self.assertNotEqual(other, order)
        self.assertPays(other, 100.0, 0.0)

    def test_card_adds_at_most_eight_queries_to_the_cart(self):
        self.authenticate("ada_signs_in", "ada_signs_in")
        self.fill_cart()

        def count():
            self.url_open("/shop/cart")
            before = self.cr.sql_log_count
            self.url_open("/shop/cart")
            return self.cr.sql_log_count - before

        with_club = count()
        self.website.club_outlet_id = False
        self.assertLessEqual(with_club - count(), 8)

    def test_balance_is_what_counts_today(self):
        """Points that become available later are on the member's page, not in the cart."""
        account = self.member().account_ids
        born = Born(amount=50, available_on=self.club._today() + timedelta(days=9), expires_on=None)
        later = Intent(account_id=account.id, kind="award", key="later", amount=50, born=(born,))
        self.env["club.entry"].sudo()._post([later])
        [tender] = self.cart()._club_shop_card(self.ada)["tenders"]
        self.assertEqual((tender["cap"], tender["promised"]), (400, ""))
        self.assertEqual(self.cart()._club_shop_card(self.ada)["balance"], "400 Beans")

    def test_points_stay_through_reading_the_cart_by_link(self):
        """A link that is opened changes nothing: the route takes no GET."""
        self.authenticate("ada_signs_in", "ada_signs_in")
        order = self.fill_cart()
        self.url_open("/club/cart/points?units=400")
        self.assertPays(order, 100.0, 0.0)
