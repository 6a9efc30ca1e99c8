from odoo.fields import Command
from odoo.tests import tagged

from .common_goals import GoalCommon
from .common_portal import PortalCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourGoals(GoalCommon, ShopCommon, PortalCommon):
    """A customer fills a challenge by buying on a phone, and a merchant sets one up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada.write({
            "street": "1 High Street", "city": "Scranton", "zip": "18503", "phone": "+1 555-555-5555",
            "country_id": cls.env.ref("base.us").id, "state_id": cls.env.ref("base.state_us_39").id,
        })  # fmt: skip
        cls.sticker = cls._product("Sticker", 20.0, type="service", taxes_id=[Command.clear()], is_published=True)
        cls.env["loyalty.program"].search([("is_club_technical", "=", False)]).active = False
        cls.env["payment.provider"].search([("is_published", "=", True)]).is_published = False
        cls.wire = cls.env.ref("payment.payment_provider_transfer")
        cls.wire.write({"state": "enabled", "is_published": True, "journal_id": cls.card.journal_id.id})
        cls.wire._transfer_ensure_pending_msg_is_set()

    def test_customer_fills_a_challenge_by_buying_and_sees_it(self):
        self.browser_size, self.touch_enabled = "390x844", True
        goal = self.goal(name="Twice a month", target=2)
        self.sell([(self.cake, 1)], self.ada)
        self.start_tour("/my/club", "ClubGoalBefore", login="ada_signs_in")
        self.start_tour(self.sticker.website_url, "ClubGoalCart", login="ada_signs_in", timeout=180)
        order = self.env["sale.order"].search([("partner_id", "=", self.ada.id)], limit=1)
        self.assertEqual(self.progress(goal).state, "open")
        self._let_provider_book(self.wire)
        self.finish(order.transaction_ids)
        self.assertEqual(self.progress(goal).state, "done")
        self.start_tour("/my/club", "ClubGoalReached", login="ada_signs_in")
        self.assertCoherent()

    def test_merchant_sets_a_goal(self):
        self.browser_size = "1366x768"
        (self.env["club.club"].search([]) - self.club).active = False
        self.env.ref("base.user_admin").group_ids |= self.env.ref("loyalty_club.loyalty_club_group_manager")
        self.start_tour("/odoo/loyalty-goals", "ClubOfficeGoal", login="admin")
        goal = self.env["club.goal"].search([("club_id", "=", self.club.id)])
        self.assertEqual((goal.name, goal.kind, goal.target, goal.is_on), ("Four days", "streak", 4, True))
        self.assertTrue(goal.on_times)
