from odoo.fields import Command
from odoo.tests import tagged

from .common_portal import PortalCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourShop(ShopCommon, PortalCommon):
    """A customer buys with points, a promotion and delivery, pays by wire; then it is cancelled, or credited."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada.write(
            {
                "street": "1 High Street", "city": "Scranton", "zip": "18503", "phone": "+1 555-555-5555",
                "country_id": cls.env.ref("base.us").id, "state_id": cls.env.ref("base.state_us_39").id,
            }
        )  # fmt: skip
        cls.club.earn_on_discounted = False
        no_tax = {"taxes_id": [Command.clear()], "is_published": True}
        cls.mugs = cls._product("Ten mugs", 100.0, **no_tax)
        cls.sticker = cls._product("Sticker", 5.0, type="service", **no_tax)
        cls.env["delivery.carrier"].search([]).is_published = False
        parcel = cls._product("Parcel", 0.0, type="service", taxes_id=[Command.clear()])
        cls.carrier = cls.env["delivery.carrier"].create(
            {"name": "Parcel", "delivery_type": "fixed", "fixed_price": 3.0, "product_id": parcel.id,
             "is_published": True, "website_id": cls.website.id}
        )  # fmt: skip
        cls.env["loyalty.program"].search([("is_club_technical", "=", False)]).active = False
        cls.env["loyalty.program"].create(
            {
                "name": "Ten off", "program_type": "promotion", "applies_on": "current", "trigger": "auto",
                "rule_ids": [Command.create({"minimum_amount": 50})],
                "reward_ids": [Command.create({"reward_type": "discount", "discount": 10, "discount_mode": "percent",
                                               "discount_applicability": "order"})],
            }
        )  # fmt: skip
        cls.env["payment.provider"].search([("is_published", "=", True)]).is_published = False
        cls.wire = cls.env.ref("payment.payment_provider_transfer")
        cls.wire.write({"state": "enabled", "is_published": True, "journal_id": cls.card.journal_id.id})
        cls.wire._transfer_ensure_pending_msg_is_set()

    def buy(self):
        self.start_tour(self.mugs.website_url, "ClubShopPoints", login="ada_signs_in", timeout=180)
        order = self.env["sale.order"].search([("partner_id", "=", self.ada.id)], limit=1)
        self.assertEqual(order.state, "sent")
        self.assertPays(order, 73.0, 20.0)
        self.assertFalse(order.club_hold_id.expires_at)
        self._let_provider_book(self.wire)
        self.finish(order.transaction_ids)
        self.assertEqual(order.state, "sale")
        self.assertPays(order, 73.0, 20.0)
        self.assertBalance(70)
        return order

    def test_bought_on_a_phone_then_cancelled(self):
        self.browser_size, self.touch_enabled = "390x844", True
        order = self.buy()
        order._action_cancel()
        self.assertBalance(400)

    def test_bought_on_a_phone_then_half_refunded_by_the_provider(self):
        self.browser_size, self.touch_enabled = "390x844", True
        order = self.buy()
        self._refund_online(order.transaction_ids[:1], 36.5)
        self.assertEqual(self.hold_of(order)._returned(), 200)
        self.assertBalance(200 + 35)

    def test_bought_at_a_desk_then_credited(self):
        order = self.buy()
        invoice = self.invoice(order)
        self.assertEqual(invoice.amount_total, 73.0)
        invoice._reverse_moves(cancel=True)
        self.assertEqual(self.hold_of(order)._returned(), 400)
        self.assertBalance(400)

    def test_wholly_covered_cart_is_confirmed_without_a_payment(self):
        self.start_tour(self.sticker.website_url, "ClubShopCovered", login="ada_signs_in", timeout=180)
        order = self.env["sale.order"].search([("partner_id", "=", self.ada.id)], limit=1)
        self.assertEqual(order.state, "sale")
        self.assertPays(order, 0.0, 5.0)
        self.assertFalse(order.transaction_ids)
        self.assertBalance(300)
