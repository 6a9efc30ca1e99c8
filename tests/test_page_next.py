from odoo.tests import tagged

from .common_goals import GoalCommon
from .common_portal import PortalCommon
from .common_reward import RewardCommon
from .common_sale import OnlinePayments


@tagged("post_install", "-at_install", "loyalty_club")
class TestPageNext(RewardCommon, OnlinePayments, GoalCommon, PortalCommon):
    """What the card says can be done next, and that it costs no more the longer somebody is a member."""

    def rows(self, login="ada_signs_in"):
        """The rows of "For you", and the whole page in words."""
        root, text = self.page(login=login)
        section = root.find_class("o_club_next_steps")
        rows = [" ".join(row.text_content().split()) for row in section[0].xpath(".//a")] if section else []
        return rows, text

    def test_nearest_reward_then_those_in_reach_then_the_voucher(self):
        self.enrol(points=50)
        self.reward("Coffee", 80)
        self.reward("Cake", 200)
        self.assertEqual(self.rows()[0], ["Coffee 30 Beans more"])
        self.member().adjust(self.unit.id, 350, "More")
        self.assertEqual(
            self.rows()[0], ["Coffee You can have it for 80 Beans.", "Cake You can have it for 200 Beans."]
        )
        self.buy(self.env["loyalty.program"].search([("name", "=", "Coffee"), ("club_id", "=", self.club.id)]))
        self.assertEqual(self.rows()[0][0], "A voucher to use: Coffee")
        self.assertIn("My vouchers Coffee", self.page("/my/club/rewards")[1])

    def test_nothing_to_redeem_makes_no_section(self):
        self.enrol(points=50)
        self.assertEqual(self.rows()[0], [])
        self.reward("Coffee", 20)
        self.assertTrue(self.rows()[0])
        self.club.is_redeem_allowed = False
        self.assertEqual(self.rows()[0], [])
        self.club.state = "suspended"
        self.assertEqual(self.rows()[0], [])

    def test_how_to_begin_goes_with_the_first_movement(self):
        self.enrol()
        self.reward("Coffee", 20)
        _rows, text = self.rows()
        for sentence in (
            "At the register, show your code",
            "In the shop, order while you are signed in.",
            "What you can have for them is under Rewards.",
        ):
            self.assertIn(sentence, text)
        self.website.club_outlet_id = False
        self.assertNotIn("In the shop, order", self.rows()[1])
        self.member().adjust(self.unit.id, 5, "Welcome")
        self.assertNotIn("How to begin", self.rows()[1])
        self.club.state = "suspended"
        self.enrol(self.bob)
        self.assertNotIn("show your code", self.rows("bob_signs_in")[1])

    def test_confirmation_says_the_new_balance_to_the_member_alone(self):
        self.enrol(points=50)
        order = self.quotation([(self.cake, 2)], website_id=self.website.id)
        order.action_confirm()
        self._pay_online(order)
        self.assertEqual(order._club_confirmation(self.ada)["balance"], "You have 70 Beans.")
        self.assertEqual(order._club_confirmation(None)["balance"], "")
        self.assertEqual(order._club_confirmation(self.bob)["balance"], "")
        self.authenticate("ada_signs_in", "ada_signs_in", session_extra={"sale_last_order_id": order.id})
        answer = self.url_open("/shop/confirmation").text
        self.assertIn("You have 70 Beans.", answer)
        self.assertIn('href="/my/club"', answer)
