from odoo.fields import Command
from odoo.tests import tagged

from .common_portal import PortalCommon
from .common_reward import RewardCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourReward(RewardCommon, ShopCommon, PortalCommon):
    """A customer chooses rewards in the cart and on the payment page, pays by wire, and the points leave then."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada.write(
            {
                "street": "1 High Street", "city": "Scranton", "zip": "18503", "phone": "+1 555-555-5555",
                "country_id": cls.env.ref("base.us").id, "state_id": cls.env.ref("base.state_us_39").id,
            }
        )  # fmt: skip
        cls.env["loyalty.program"].search([("is_club_technical", "=", False)]).active = False
        plain = {"taxes_id": [Command.clear()], "is_published": True, "type": "service"}
        cls.mugs = cls._product("Ten mugs", 100.0, **plain)
        cls.sticker = cls._product("Sticker", 5.0, **plain)
        cls.ten = cls.reward()
        cls.free = cls.reward("Free sticker", 50, {"reward_type": "product", "reward_product_id": cls.sticker.id})
        cls.dear = cls.reward("Dear", 1000)
        cls.env["payment.provider"].search([("is_published", "=", True)]).is_published = False
        cls.wire = cls.env.ref("payment.payment_provider_transfer")
        cls.wire.write({"state": "enabled", "is_published": True, "journal_id": cls.card.journal_id.id})
        cls.wire._transfer_ensure_pending_msg_is_set()

    def buy(self):
        self.start_tour(self.mugs.website_url, "ClubShopReward", login="ada_signs_in", timeout=180)
        order = self.env["sale.order"].search([("partner_id", "=", self.ada.id)], limit=1)
        held = order._club_picks().filtered(lambda pick: pick.state == "held")
        self.assertEqual((order.state, held.program_id, held.expires_at), ("sent", self.ten, False))
        self.assertBalance(400)
        self._let_provider_book(self.wire)
        self.finish(order.transaction_ids)
        self.assertEqual((order.state, held.state), ("sale", "captured"))
        self.assertPays(order, 76.5, 13.5)
        self.assertBalance(400 - 80 - 270 + 76)
        return order

    def test_at_a_desk_then_cancelled(self):
        self.buy()._action_cancel()
        self.assertBalance(400)

    def test_on_a_phone(self):
        self.browser_size, self.touch_enabled = "390x844", True
        self.buy()
