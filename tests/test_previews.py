from odoo.tests import Form, tagged

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestPreviews(ClubCommon):
    """What a window says before it is confirmed is what will be done, or why it will not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada_member = cls.env["club.member"].enrol(cls.ada.id, cls.club.id)
        cls.ada_member.adjust(cls.unit.id, 40, "Opening")

    def test_adjusting_says_what_can_be_removed(self):
        form = Form(self.env["club.adjust"].with_context(default_member_id=self.ada_member.id))
        form.amount = 25
        self.assertEqual(form.preview, "40 Beans now, 65 Beans afterwards")
        form.direction = "remove"
        self.assertEqual(form.preview, "40 Beans now, 15 Beans afterwards")
        form.amount = 41
        self.assertEqual(form.preview, "40 Beans now, of which at most 40 Beans can be removed")
        form.amount = 2.5
        self.assertIn("Enter a rounder amount", form.preview)

    def test_converting_shows_no_money_for_points_that_are_not_there(self):
        self.unit.write({"is_credit_allowed": True, "credit_rate": 0.01})
        form = Form(self.env["club.convert"].with_context(default_member_id=self.ada_member.id))
        self.assertFalse(form.preview)
        form.amount = 30
        self.assertIn("30 Beans become", form.preview)
        form.amount = 41
        self.assertEqual(form.preview, "Ada can use at most 40 Beans now. Choose a smaller amount; nothing was taken.")
        self.assertBalance(40)
