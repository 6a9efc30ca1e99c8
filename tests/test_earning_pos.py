from odoo.tests import tagged

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestEarningPos(ClubCommon):
    """What orders of a register earn, and what refunds take back."""

    def test_first_paid_order_enrols_and_earns(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual(order.club_points_earned, "+100 Beans")
        self.assertEqual(self.member().tier_id, self.tier)
        self.assertRegex(self.member().card_number, r"^299\d{10}$")
        self.assertBalance(100)

    def test_order_without_customer_says_why_it_earned_nothing(self):
        order = self.sell([(self.coffee, 1)])
        self.assertFalse(order.club_entry_ids)
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["no_customer"])

    def test_twenty_percent_refunded_twice_leaves_sixty_percent(self):
        order = self.sell([(self.cake, 10)], self.ada)
        self.assertBalance(100)
        self.refund(order, {self.cake: 2})
        self.assertBalance(80)
        self.refund(order, {self.cake: 2})
        self.assertBalance(60)
        order._club_sync()
        self.assertBalance(60)
        self.refund(order, {self.cake: 6})
        self.assertBalance(0)
        self.assertEqual(self.member().lifetime, 0)
