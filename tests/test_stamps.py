from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_portal import PortalCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestStamps(RewardCommon, PortalCommon):
    """One stamp a cake; the tenth becomes a coffee at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stamp = cls.env["club.unit"].create(
            {"club_id": cls.club.id, "name": "Stamp", "name_plural": "Stamps", "short_name": "S", "kind": "stamps"}
        )
        program = cls.env["club.program"].create(
            {"name": "Stamp a cake", "tier_id": cls.tier.id, "unit_id": cls.stamp.id, "ratio": 1}
        )
        program.action_go_live()
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE club_program SET live_from = %s WHERE id = %s", (cls.club.on_since, program.id))
        cls.env.invalidate_all()
        cls.card = cls.reward(
            "A coffee", 10, {"reward_type": "product", "reward_product_id": cls.coffee.id},
            club_unit_id=cls.stamp.id, club_is_automatic=True,
        )  # fmt: skip

    def stamps(self, partner=None):
        return sum(
            self.member(partner).account_ids.filtered(lambda own: own.unit_id == self.stamp).mapped("balance")
        )

    def vouchers(self, state="owned"):
        self.env.invalidate_all()
        return self.member().voucher_ids.filtered(lambda own: own.state == state)

    def test_tenth_stamp_becomes_a_voucher_at_once(self):
        self.sell([(self.cake, 9)], self.ada)
        self.assertEqual((self.stamps(), len(self.vouchers())), (9, 0))
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual((self.stamps(), len(self.vouchers())), (0, 1))
        self.assertEqual(self.vouchers().card_id.partner_id, self.ada)
        self.assertCoherent()

    def test_overshoot_carries_over_and_several_cards_fill_at_a_time(self):
        self.sell([(self.cake, 23)], self.ada)
        self.assertEqual((self.stamps(), len(self.vouchers())), (3, 2))
        self.sell([(self.cake, 8)], self.ada)
        self.assertEqual((self.stamps(), len(self.vouchers())), (1, 3))
        self.assertCoherent()

    def test_order_synced_again_fills_no_second_card(self):
        order = self.sell([(self.cake, 10)], self.ada)
        order._club_sync()
        order._club_sync()
        self.assertEqual((self.stamps(), len(self.vouchers())), (0, 1))

    def test_stamps_added_by_staff_fill_a_card(self):
        self.enrol(self.ada).adjust(self.stamp.id, 12, "Paper card")
        self.assertEqual((self.stamps(), len(self.vouchers())), (2, 1))

    def test_refund_takes_back_an_unused_voucher_and_its_stamps_count_again(self):
        self.sell([(self.cake, 9)], self.ada)
        order = self.sell([(self.cake, 1)], self.ada)
        self.refund(order)
        self.assertEqual((self.stamps(), len(self.vouchers()), len(self.vouchers("refunded"))), (9, 0, 1))
        self.assertFalse(self.member().account_ids.filtered("debt"))
        self.assertFalse(self.vouchers("refunded").card_id.active)
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual((self.stamps(), len(self.vouchers())), (0, 1))
        self.assertCoherent()

    def test_used_voucher_stays_and_missing_stamps_are_owed(self):
        order = self.sell([(self.cake, 10)], self.ada)
        self.vouchers().card_id.points = 0
        self.refund(order, {self.cake: 1})
        self.assertEqual((self.stamps(), len(self.vouchers("used"))), (-1, 1))
        self.sell([(self.cake, 3)], self.ada)
        self.assertEqual(self.stamps(), 2)
        self.assertCoherent()

    def test_refund_that_the_balance_can_pay_leaves_the_voucher(self):
        order = self.sell([(self.cake, 12)], self.ada)
        self.refund(order, {self.cake: 1})
        self.assertEqual((self.stamps(), len(self.vouchers())), (1, 1))

    def test_voucher_given_back_by_a_manager_does_not_come_again_at_once(self):
        self.sell([(self.cake, 10)], self.ada)
        self.vouchers().action_refund()
        self.assertEqual((self.stamps(), len(self.vouchers())), (10, 0))

    def test_card_that_is_redeemed_by_hand_waits(self):
        self.card.club_is_automatic = False
        self.sell([(self.cake, 23)], self.ada)
        self.assertEqual((self.stamps(), len(self.vouchers())), (23, 0))
        root, text = self.page()
        self.assertIn("2 full: redeem A coffee.", text)
        self.buy(self.card)
        self.assertEqual((self.stamps(), len(self.vouchers())), (13, 1))

    def test_page_shows_a_card_of_ten_circles(self):
        self.sell([(self.cake, 4)], self.ada)
        root, text = self.page()
        circles = root.xpath("//*[contains(@class, 'o_club_stamps')]//i/@class")
        self.assertEqual(len(circles), 10)
        self.assertEqual(sum("fa-check-circle" in circle for circle in circles), 4)
        self.assertIn("6 Stamps to go: A coffee.", text)

    def test_nothing_is_issued_while_redeeming_is_off_and_the_next_stamp_catches_up(self):
        self.club.is_redeem_allowed = False
        self.sell([(self.cake, 10)], self.ada)
        self.assertEqual((self.stamps(), len(self.vouchers())), (10, 0))
        self.club.is_redeem_allowed = True
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual((self.stamps(), len(self.vouchers())), (1, 1))

    def test_only_one_reward_for_stamps_is_issued_at_once(self):
        with self.assertRaisesRegex(ValidationError, "issued at once"):
            self.reward("Other", 5, club_unit_id=self.stamp.id, club_is_automatic=True)
        with self.assertRaisesRegex(ValidationError, "Only rewards for stamps"):
            self.reward("Beans", 5, club_is_automatic=True)
