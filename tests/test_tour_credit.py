from odoo.fields import Command
from odoo.tests import tagged

from .common_credit import CreditCommon
from .common_portal import PortalCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourCredit(CreditCommon, ShopCommon, PortalCommon):
    """A member turns Beans into store credit on the own page and buys with it in the webshop at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit.credit_rate = 0.02
        cls.ada.write(
            {
                "street": "1 High Street", "city": "Scranton", "zip": "18503", "phone": "+1 555-555-5555",
                "country_id": cls.env.ref("base.us").id, "state_id": cls.env.ref("base.state_us_39").id,
            }
        )  # fmt: skip
        cls.sticker = cls._product("Sticker", 5.0, type="service", taxes_id=[Command.clear()], is_published=True)
        others = cls.env["loyalty.program"].search([("is_club_technical", "=", False)]) - cls.wallet
        others.active = False

    def buy(self):
        self.start_tour("/my/club/rewards", "ClubStoreCreditToShop", login="ada_signs_in", timeout=180)
        order = self.env["sale.order"].search([("partner_id", "=", self.ada.id)], limit=1)
        self.assertEqual((order.state, order.amount_total), ("sale", 0))
        self.assertFalse(order.club_entry_ids)
        self.assertWallet(2.0, 2.0)
        self.assertBalance(50)
        return order

    def test_on_a_phone(self):
        self.browser_size, self.touch_enabled = "390x844", True
        self.buy()

    def test_at_a_desk_then_cancelled(self):
        self.buy()._action_cancel()
        self.assertWallet(7.0, 7.0)
        self.assertBalance(50)
