from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestAdjustKey(ClubCommon):
    """Another system that repeats an adjustment because the answer got lost."""

    def setUp(self):
        super().setUp()
        self.ada_member = self.enrol(self.ada)

    def adjust(self, amount, key, member=None, reason="From the old till"):
        return (member or self.ada_member).adjust(self.unit.id, amount, reason, key=key)

    def test_same_key_adjusts_once_and_answers_the_same(self):
        entry = self.adjust(25, "till-7/0001")
        self.assertEqual(self.adjust("25", "till-7/0001", reason="Again"), entry)
        self.assertEqual(entry.reason, "From the old till")
        self.assertBalance(25)
        self.adjust(25, "till-7/0002")
        self.assertBalance(50)

    def test_key_is_the_members_own(self):
        bob = self.enrol(self.bob)
        self.assertNotEqual(self.adjust(5, "1"), self.adjust(7, "1", bob))
        self.assertBalance(5)
        self.assertBalance(7, self.bob)

    def test_key_of_another_adjustment_is_refused(self):
        self.adjust(25, "till-7/0001")
        for amount in (26, -25):
            with self.assertRaisesRegex(UserError, "This key was used for .*25 Beans already"):
                self.adjust(amount, "till-7/0001")
        self.assertBalance(25)

    def test_without_a_key_every_call_adjusts(self):
        self.adjust(5, None)
        self.adjust(5, None)
        self.assertBalance(10)

    def test_what_is_no_key_is_refused(self):
        for key in ("", "x" * 65, "a\0", 7, ["a"]):
            with self.subTest(key=key), self.assertRaisesRegex(UserError, "at most 64 characters"):
                self.adjust(5, key)
        self.assertBalance(0)
