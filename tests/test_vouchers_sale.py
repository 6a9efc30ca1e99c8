from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import ClubCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestVouchersSale(RewardCommon, ClubCommon):
    """A voucher in the webshop's cart and on a quotation: its owner's, once, and back with a cancelled order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enrol(cls, cls.ada, 200)
        cls.ten = cls.reward()
        cls.voucher = cls.bought(cls.ten)
        cls.card = cls.voucher.card_id

    def cart(self, partner=None, **values):
        return self.quotation([(self.coffee, 1)], partner, website_id=self.website.id, **values)

    def apply(self, order, card=None):
        """Type the code, and take the reward it brings: what went wrong, or nothing."""
        status = order._try_apply_code((card or self.card).code)
        if "error" in status:
            return status["error"]
        for coupon, rewards in status.items():
            order._apply_program_reward(rewards[:1], coupon)
        order._update_programs_and_rewards()
        return ""

    def assertFree(self):
        self.assertEqual((self.card.points, self.voucher.state), (1, "owned"))

    # ------------------------------------------------------------------ whose it is
    def test_owner_uses_it_in_the_cart_once(self):
        order = self.cart()
        self.assertEqual(self.apply(order), "")
        self.assertAlmostEqual(order.amount_untaxed, 90)
        self.assertFree()
        order.action_confirm()
        self.voucher.invalidate_recordset()
        self.assertEqual((self.card.points, self.voucher.state), (0, "used"))
        self.assertIn("used already", self.apply(self.cart()))
        self.assertBalance(120)

    def test_another_customer_is_refused_in_words(self):
        for partner in (self.bob, self.website.user_id.partner_id):
            order = self.cart(partner)
            self.assertIn("another customer", self.apply(order))
            self.assertAlmostEqual(order.amount_untaxed, 100)
        self.assertFree()

    def test_order_given_to_another_customer_loses_it(self):
        order = self.quotation([(self.coffee, 1)])
        self.apply(order)
        order.partner_id = self.bob
        order._update_programs_and_rewards()
        self.assertFalse(order.order_line.filtered("is_reward_line"))
        self.apply(order := self.quotation([(self.coffee, 1)]))
        order.partner_id = self.bob
        with self.assertRaisesRegex(UserError, "another customer"):
            order.action_confirm()
        self.card.invalidate_recordset()
        self.assertFree()

    def test_voucher_that_may_be_given_away_is_anybodys(self):
        gift = self.buy(self.reward("Gift", 1, club_is_giftable=True), key="gift")
        self.assertFalse(gift.card_id.partner_id)
        order = self.cart(self.bob)
        self.assertEqual(self.apply(order, gift.card_id), "")
        order.action_confirm()
        self.assertEqual(gift.card_id.points, 0)

    def test_voucher_counts_at_its_outlets_only(self):
        other = self.env["club.outlet"].create(
            {"club_id": self.club.id, "company_id": self.company.id, "name": "Station"}
        )
        self.ten.club_outlet_ids = other
        self.assertIn("Station only", self.apply(self.cart()))
        self.ten.club_outlet_ids |= self.outlet
        self.assertEqual(self.apply(self.cart()), "")

    def test_expired_and_given_back_vouchers_are_refused(self):
        self.card.expiration_date = "2020-01-01"
        self.assertIn("expired", self.apply(self.cart()))
        self.card.expiration_date = False
        self.voucher.action_refund()
        self.assertIn("not valid", self.apply(self.cart()).replace("invalid", "not valid"))
        self.assertBalance(200)

    # ------------------------------------------------------------------ staff
    def test_seller_uses_it_on_a_quotation_and_a_cancelled_order_gives_it_back(self):
        seller = new_test_user(self.env, "seller", "sales_team.group_sale_salesman_all_leads")
        order = self.quotation([(self.coffee, 1)]).with_user(seller)
        self.assertEqual(self.apply(order), "")
        order.action_confirm()
        self.assertEqual(self.card.points, 0)
        order.with_user(self.env.user)._action_cancel()
        self.voucher.invalidate_recordset()
        self.assertFree()
        self.assertEqual(self.apply(self.cart()), "")

    def test_voucher_on_an_order_that_is_being_paid_is_not_given_back(self):
        order = self.cart()
        self.apply(order)
        order.action_quotation_sent()
        with self.assertRaisesRegex(UserError, "being paid"):
            self.voucher.action_refund()
        self.assertFree()

    def test_given_back_voucher_leaves_the_cart(self):
        order = self.cart()
        self.apply(order)
        self.voucher.action_refund()
        order._update_programs_and_rewards()
        self.assertAlmostEqual(order.amount_untaxed, 100)
        self.assertBalance(200)
