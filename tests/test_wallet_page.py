import json

from odoo.tests import tagged

from .common_portal import PortalCommon
from .common_shop import ShopCommon
from .common_wallet import WalletOrders


@tagged("post_install", "-at_install", "loyalty_club")
class TestWalletPage(WalletOrders, ShopCommon, PortalCommon):
    """What a signed-in customer sees on the payment page while another order has the store credit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        others = cls.env["loyalty.program"].search([("is_club_technical", "=", False)]) - cls.wallet
        others.active = False
        cls.mug.is_published = True
        cls.ada.write(
            {
                "street": "1 High Street", "city": "Scranton", "zip": "18503", "phone": "+1 555-555-5555",
                "country_id": cls.env.ref("base.us").id, "state_id": cls.env.ref("base.state_us_39").id,
            }
        )  # fmt: skip

    def setUp(self):
        super().setUp()
        self.convert(200)
        self.authenticate("ada_signs_in", "ada_signs_in")

    def fill_cart(self):
        data = {"product_template_id": self.mug.product_tmpl_id.id, "product_id": self.mug.id, "quantity": 10}
        self.url_open(
            "/shop/cart/add",
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": data}),
            headers={"Content-Type": "application/json"},
        )
        return self.env["sale.order"].search([("website_id", "=", self.website.id)], order="id desc", limit=1)

    def test_payment_page_shows_the_total_without_what_is_promised_elsewhere(self):
        cart = self.fill_cart()
        cart._apply_program_reward(self.wallet.reward_ids, self.card_of())
        self.assertEqual(cart.amount_total, 80.0)
        quotation = self.order()
        payment = self._pay_online(quotation, state="pending")
        self.url_open("/shop/checkout")
        self.assertIn(">100.00<", self.url_open("/shop/payment").text)
        self.env.invalidate_all()
        self.assertEqual((cart.amount_total, cart._club_wallet_obstacle()), (100.0, ""))
        payment._set_done()
        payment._post_process()
        self.assertEqual((quotation.state, quotation.amount_total), ("sale", 80.0))
        self.assertWallet(0, 0)
