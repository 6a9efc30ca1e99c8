import json

from odoo.fields import Command
from odoo.http import Request
from odoo.tests import tagged

from .common_portal import PortalCommon
from .common_reserved import ReservedCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestTierPriceShop(ReservedCommon, PortalCommon):
    """Ada is Silver: 5 % less, and a promotion of 10 % that only Silver has. A mug costs 100.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([("is_club_technical", "=", False)]).active = False
        cls.mug = cls._product("Mug", 100.0, taxes_id=[Command.clear()], type="service", is_published=True)
        cls.promotion(tier=cls.silver)
        item = {"compute_price": "percentage", "percent_price": 5, "applied_on": "3_global"}
        cls.silver.pricelist_id = cls.env["product.pricelist"].create(
            {"name": "Silver 5 %", "company_id": False, "item_ids": [Command.create(item)]}
        )

    def setUp(self):
        super().setUp()
        self.make(self.silver)

    def fill_cart(self):
        template = self.mug.product_tmpl_id.id
        params = {"product_template_id": template, "product_id": self.mug.id, "quantity": 1}
        self.url_open(
            "/shop/cart/add",
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        )
        return self.env["sale.order"].search([("website_id", "=", self.website.id)], order="id desc", limit=1)

    def look_at(self, order):
        """(total, promotions) after the customer looks at the cart."""
        self.assertEqual(self.url_open("/shop/cart").status_code, 200)
        order.invalidate_recordset()
        return order.amount_total, len(order.order_line.filtered("is_reward_line"))

    def sign_in(self, login):
        csrf = Request.csrf_token(self)
        data = {"login": login, "password": login, "csrf_token": csrf, "redirect": "/shop/cart"}
        self.assertIn("/shop/cart", self.url_open("/web/login", data=data).url)

    def test_visitor_who_signs_in_has_the_price_and_the_promotion(self):
        self.authenticate(None, None)
        order = self.fill_cart()
        self.assertEqual(self.look_at(order), (100.0, 0))
        self.sign_in("ada_signs_in")
        self.assertEqual(self.look_at(order), (85.5, 1))
        self.assertEqual(order.partner_id, self.ada)
        self.assertIn("These are your Silver prices.", self.url_open("/shop/cart").text)

    def test_others_who_sign_in_have_neither(self):
        self.authenticate(None, None)
        order = self.fill_cart()
        self.sign_in("bob_signs_in")
        self.assertEqual(self.look_at(order), (100.0, 0))
        self.assertNotIn("These are your", self.url_open("/shop/cart").text)

    def test_tier_lost_or_gained_changes_the_open_cart_at_once(self):
        self.authenticate("ada_signs_in", "ada_signs_in")
        order = self.fill_cart()
        self.assertEqual(self.look_at(order), (85.5, 1))
        self.lose_tier()
        self.assertEqual(self.look_at(order), (100.0, 0))
        self.env["club.move"]._record([(self.member().id, self.tier.id, self.silver.id, 500)], "lifetime")
        self.env.flush_all()
        self.assertEqual(self.look_at(order), (85.5, 1))

    def test_club_switched_off_gives_the_usual_price_at_once(self):
        self.authenticate("ada_signs_in", "ada_signs_in")
        order = self.fill_cart()
        self.club.action_switch_off()
        self.assertEqual(self.look_at(order), (100.0, 0))
        self.club.action_switch_on()
        self.assertEqual(self.look_at(order), (85.5, 1))

    def test_website_that_does_not_take_part_has_the_usual_price(self):
        other = self.env["club.outlet"].create({"club_id": self.club.id, "name": "Only a register"})
        self.website.club_outlet_id = other
        other.is_opted_in = False
        self.authenticate("ada_signs_in", "ada_signs_in")
        self.assertEqual(self.look_at(self.fill_cart()), (100.0, 0))

    def test_nobody_can_choose_the_pricelist_of_a_tier(self):
        self.authenticate("bob_signs_in", "bob_signs_in")
        order = self.fill_cart()
        self.url_open(f"/shop/change_pricelist/{self.silver.pricelist_id.id}")
        self.assertEqual(self.look_at(order), (100.0, 0))
        self.assertNotIn("Silver 5 %", self.url_open("/shop").text)

    def test_code_of_a_promotion_that_is_reserved_is_unknown_to_others(self):
        self.promotion("Silver code", 20, tier=self.silver, code="SILVER20")
        self.authenticate("bob_signs_in", "bob_signs_in")
        order = self.fill_cart()
        csrf = Request.csrf_token(self)
        for path in ("/shop/pricelist", "/coupon/SILVER20"):
            self.url_open(path, data={"promo": "SILVER20", "csrf_token": csrf} if path == "/shop/pricelist" else None)
        self.assertEqual(self.look_at(order), (100.0, 0))
