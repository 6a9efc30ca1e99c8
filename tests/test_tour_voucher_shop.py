from odoo.fields import Command
from odoo.tests import tagged

from .common_portal import PortalCommon
from .common_reward import RewardCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourVoucherShop(RewardCommon, ShopCommon, PortalCommon):
    """On a phone, in French: from the own page the voucher goes into the cart, and the order has it."""

    browser_size, touch_enabled = "390x844", True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada.write(
            {
                "street": "1 High Street", "city": "Scranton", "zip": "18503", "phone": "+1 555-555-5555",
                "country_id": cls.env.ref("base.us").id, "state_id": cls.env.ref("base.state_us_39").id,
            }
        )  # fmt: skip
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.website.language_ids |= cls.env.ref("base.lang_fr")
        cls.ada.lang = "fr_FR"
        cls.env["loyalty.program"].search([("is_club_technical", "=", False)]).active = False
        cls.sticker = cls._product("Stickers", 100.0, type="service", taxes_id=[Command.clear()], is_published=True)
        cls.env["payment.provider"].search([("is_published", "=", True)]).is_published = False
        wire = cls.env.ref("payment.payment_provider_transfer")
        wire.write({"state": "enabled", "is_published": True, "journal_id": cls.card.journal_id.id})
        wire._transfer_ensure_pending_msg_is_set()

    def setUp(self):
        super().setUp()
        self.ten = self.reward()
        self.voucher = self.buy(self.ten)

    def ada_cart(self):
        """What Ada put into her cart before."""
        order = self.cart(1)
        order.order_line.product_id = self.sticker
        order.order_line.price_unit = 100.0
        return order

    def order_with_it(self):
        return self.env["sale.order"].search([("applied_coupon_ids", "in", self.voucher.card_id.ids)])

    def test_voucher_goes_into_the_cart_and_is_that_orders_alone(self):
        cart = self.ada_cart()
        self.start_tour("/fr/my/club/rewards", "ClubVoucherIntoTheCart", login="ada_signs_in", timeout=180)
        self.assertEqual(self.order_with_it(), cart)
        self.assertEqual(cart.amount_total, 90.0)
        payment = self._pay_online(cart)
        self.assertEqual(payment.club_voucher_ids, self.voucher)
        self.voucher.invalidate_recordset()
        self.assertEqual((cart.state, self.voucher.state), ("sale", "used"))
        self.assertCoherent()

    def test_empty_cart_has_it_with_the_first_product(self):
        self.start_tour("/fr/my/club/rewards", "ClubVoucherWaitsForTheCart", login="ada_signs_in", timeout=120)
        self.assertFalse(self.order_with_it())

    def test_second_cart_is_told_at_the_payment_step(self):
        first, second = self.ada_cart(), self.ada_cart()
        for order in (first, second):
            self.assertEqual(order._club_take_code(self.voucher.card_id.code), "")
        self._pay_online(first, state="pending")
        second._check_cart_is_ready_to_be_paid()
        self.start_tour("/fr/shop/payment", "ClubVoucherOfAnotherOrder", login="ada_signs_in", timeout=120)
        self.assertFalse(second.transaction_ids)
