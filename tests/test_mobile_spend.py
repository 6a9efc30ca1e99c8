from odoo.tests import tagged

from .common_kiosk_spend import SpendCommon
from .common_mobile import MobileCommon


@tagged("post_install", "-at_install")
class TestMobileSpend(SpendCommon, MobileCommon):
    """Ada uses points and rewards at her table, with her own phone; Bob's phone is at the same table."""

    def setUp(self):
        super().setUp()
        self.token = self.me("ada_orders")["token"]
        self.cart = self.told([(self.coffee, 1)], self.tables)

    def ask(self, route, token=None, **told):
        params = {"token": token or self.token, "order": self.told_cart(), **told}
        return self.post(f"/club/self/{route}", self.tables, **params)

    def choose_at_table(self, token=None, points=0, rewards=()):
        choice = {
            "rewards": [{"id": reward.id} for reward in rewards],
            "vouchers": [],
            "code": "",
            "points": {"unit_id": self.unit.id, "amount": points},
        }
        return self.ask("choose", token, choice=choice)

    def test_signing_in_is_proof_enough_to_use_points(self):
        self.assertEqual(self.choose_at_table(points=100)["refused"], "")
        order = self.send_again(self.cart, token=self.token)
        self.assertEqual(order.amount_total, 120.0)
        self.pays_online()
        self.pay_on_phone(order)
        self.assertEqual(self.holds().mapped("state"), ["captured"])
        self.assertBalance(387 + 99)
        self.assertCoherent()

    def test_what_another_phone_adds_leaves_what_was_chosen(self):
        self.choose_at_table(rewards=self.ten)
        order = self.send_again(self.cart, token=self.token)
        self.assertEqual(order.amount_total, 108.9)
        for token in (None, self.me("bob_orders")["token"]):
            self.send_again(self.cart, [(self.cake, 1)], token)
        self.assertEqual(order.amount_total, round((121 + 2 * 12.1) * 0.9, 2))
        self.pay_at_counter(order)
        self.assertEqual((order.partner_id, self.holds().mapped("state")), (self.ada, ["captured"]))
        self.assertFalse(self.bob.club_member_id)
        self.assertCoherent()

    def test_members_prices_count_for_what_another_phone_adds(self):
        self.tier_price()
        order = self.send_again(self.cart, token=self.token)
        self.send_again(self.cart, [(self.cake, 1)])
        self.assertEqual(sorted(order.lines.mapped("price_unit")), [9.0, 90.0])

    def test_who_is_at_the_table_too_uses_nothing_of_hers(self):
        self.send_again(self.cart, token=self.token)
        bob = self.me("bob_orders")["token"]
        self.assertTrue(self.choose_at_table(bob, points=100)["refused"])
        phone = self.identify(self.tables, phone=self.ada.phone, consent=True)["token"]
        self.assertTrue(self.choose_at_table(phone, points=100)["refused"])
        self.assertFalse(self.holds())

    def test_not_me_gives_back_what_was_chosen(self):
        self.choose_at_table(rewards=self.ten)
        order = self.send_again(self.cart, token=self.token)
        self.post("/club/self/forget", self.tables, token=self.token, is_mistake=True)
        self.assertEqual((order.amount_total, order.club_is_known), (121.0, False))
        self.assertFalse(self.live())
        self.pay_at_counter(order)
        self.assertBalance(487)
        self.assertCoherent()
