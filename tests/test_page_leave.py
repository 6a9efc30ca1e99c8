from odoo.tests import tagged

from ..models.page_leave import MAILS_A_DAY
from .common_portal import PortalCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestPageLeave(RewardCommon, PortalCommon):
    """A member asks to leave on the own page; staff see to it, and until then may be told to leave it."""

    def setUp(self):
        super().setUp()
        self.enrol(points=100)

    def press(self, action, login="ada_signs_in"):
        root, _text = self.page("/my/club/leave", login)
        token = root.xpath("//*[@id='wrap']//input[@name='csrf_token']/@value")[0]
        response = self.url_open(f"/my/club/leave/{action}", data={"csrf_token": token})
        self.assertTrue(response.url.endswith("/my/club/profile"))
        return " ".join(response.text.split())

    def activities(self, partner=None):
        kind = self.env.ref("loyalty_club.activity_leave")
        return (partner or self.ada).activity_ids.filtered(lambda own: own.activity_type_id == kind)

    def test_page_says_what_it_means_before_anything_happens(self):
        self.buy(self.reward("Coffee", 20))
        _root, text = self.page("/my/club/leave")
        self.assertIn("You have 80 Beans. Nobody can use them any more then.", text)
        self.assertIn("Vouchers that you have not used: 1.", text)
        self.assertIn("There is no way back.", text)
        self.assertFalse(self.member().leave_asked_at or self.activities())
        self.enrol(self.bob)
        self.assertNotIn("Nobody can use them", self.page("/my/club/leave", "bob_signs_in")[1])

    def test_asking_tells_one_manager_stops_messages_and_keeps_everything(self):
        text = self.press("ask")
        self.assertEqual(text.count("You asked to leave on"), 2, "where the page begins, and beside the way back")
        self.press("ask")
        activity = self.activities()
        self.assertEqual(len(activity), 1)
        self.assertTrue(activity.user_id.has_group("loyalty_club.loyalty_club_group_manager"))
        self.assertIn("Beans", activity.summary)
        self.assertEqual(self.member().mail_choice, "no")
        self.assertBalance(100)
        self.assertFalse(self.activities(self.bob))

    def test_who_stays_is_forgotten_to_have_asked(self):
        self.press("ask")
        text = self.press("stay")
        self.assertNotIn("You asked to leave", text)
        self.assertIn("Saved. Thank you.", text)
        self.assertFalse(self.member().leave_asked_at or self.activities())
        self.assertIn("100 Beans", self.page()[1])

    def test_manager_is_not_mailed_as_often_as_somebody_presses(self):
        for _turn in range(4):
            self.press("ask")
            self.press("stay")
        self.press("ask")
        told = [("message_type", "=", "user_notification"), ("model", "=", "res.partner"), ("res_id", "=", self.ada.id)]
        self.assertEqual(self.env["mail.message"].search_count(told), MAILS_A_DAY)
        self.assertEqual(len(self.activities()), 1)

    def test_staying_in_one_club_keeps_the_wish_to_leave_another(self):
        nuts = self.second_club()
        members = self.ada.club_member_ids
        for member in members:
            member._club_ask_to_leave()
        self.assertEqual(len(self.activities()), 2)
        self.member()._club_stay()
        [left] = self.activities()
        self.assertIn("Nuts", left.summary)
        self.member().action_erase()
        self.assertEqual(self.activities(), left)
        (members - self.member()).filtered(lambda own: own.club_id == nuts).action_erase()
        self.assertFalse(self.activities())

    def test_erasing_settles_it(self):
        self.press("ask")
        member = self.member()
        member.action_erase()
        self.assertFalse(member.leave_asked_at or self.activities())
        self.assertIn("You are not a member yet.", self.page()[1])
        self.assertCoherent()

    def test_kind_of_activity_can_be_removed(self):
        self.press("ask")
        kind = self.env.ref("loyalty_club.activity_leave")
        self.env["club.member"]._club_forget_leaving()
        kind.unlink()
        self.assertFalse(kind.exists())

    def test_nobody_leaves_for_somebody_else(self):
        self.enrol(self.bob)
        self.press("ask", "bob_signs_in")
        self.assertFalse(self.member().leave_asked_at)
        self.assertTrue(self.member(self.bob).leave_asked_at)
