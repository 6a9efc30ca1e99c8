"""The page of a placed order says what its stamps filled."""

from datetime import timedelta

from lxml import html
from odoo.tests import tagged
from odoo.tools import format_date

from .common_portal import PortalCommon
from .common_reward import RewardCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestFullCardsInTheShop(RewardCommon, ShopCommon, PortalCommon):
    """A stamp a mug; ten are a free coffee."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stamp = cls.env["club.unit"].create(
            {"club_id": cls.club.id, "name": "Stamp", "name_plural": "Stamps", "short_name": "S", "kind": "stamps"}
        )
        program = {"name": "Stamp a mug", "tier_id": cls.tier.id, "unit_id": cls.stamp.id, "ratio": 1}
        stamps = cls.env["club.program"].create(program)
        stamps.action_go_live()
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE club_program SET live_from = %s WHERE id = %s", (cls.club.on_since, stamps.id))
        cls.env.invalidate_all()
        cls.tenth = cls.reward(
            "A coffee", 10, {"reward_type": "product", "reward_product_id": cls.coffee.id},
            club_unit_id=cls.stamp.id, club_is_automatic=True, club_validity_days=30,
        )  # fmt: skip

    def confirmation(self, quantity):
        """What Ada reads on the page of an order of so many mugs that she has paid."""
        order = self.cart(quantity)
        self._pay_online(order)
        self.authenticate("ada_signs_in", "ada_signs_in", session_extra={"sale_last_order_id": order.id})
        page = self.url_open("/shop/confirmation")
        self.assertEqual(page.status_code, 200)
        [told] = html.fromstring(page.text).xpath("//*[contains(@class, 'o_club_shop_confirmation')]")
        self.balance_text = " ".join(told.xpath("string(.//*[contains(@class, 'o_club_shop_has')])").split())
        for aside in told.xpath(".//a | .//*[contains(@class, 'o_club_shop_has')]"):  # the way on, the balance
            aside.getparent().remove(aside)
        return " ".join(told.text_content().split())

    def test_card_that_is_full_says_which_voucher_came_and_not_its_code(self):
        self.assertEqual(self.confirmation(9), "+90 Beans · 9 Stamps")
        self.assertEqual(self.balance_text, "You have 490 Beans · 9 Stamps.")
        text = self.confirmation(1)
        until = format_date(self.env, self.club._today() + timedelta(days=30))
        self.assertEqual(
            text, f"+10 Beans · 1 Stamp Card full: a voucher for A coffee is yours, to use by {until}."
        )
        self.assertNotIn(self.member().voucher_ids.card_id.code, text)
        self.assertCoherent()

    def test_card_that_waits_says_that_it_can_be_redeemed(self):
        self.tenth.club_is_automatic = False
        self.assertEqual(self.confirmation(9), "+90 Beans · 9 Stamps")
        self.assertEqual(self.confirmation(14), "+140 Beans · 14 Stamps 2 full: redeem A coffee.")
        self.assertCoherent()
