from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .common import ClubCommon


@tagged("post_install", "-at_install")
class TestBirthday(ClubCommon):
    """Which birthday counts when: a changed date waits for next year."""

    def test_first_date_counts_at_once(self):
        with freeze_time("2026-03-10"):
            self.ada.club_birthday = "1990-03-12"
        self.assertEqual(self.ada._club_birthday_on(date(2026, 3, 12)), date(1990, 3, 12))

    def test_contact_without_a_date_has_none(self):
        self.assertIsNone(self.ada._club_birthday_on(date(2026, 3, 12)))

    def test_changed_date_counts_from_next_year_and_the_old_one_until_then(self):
        with freeze_time("2025-01-05"):
            self.ada.club_birthday = "1990-05-03"
        with freeze_time("2026-03-10"):
            self.ada.club_birthday = "1990-03-20"
        self.assertEqual(self.ada._club_birthday_on(date(2026, 3, 20)), date(1990, 5, 3))
        self.assertEqual(self.ada._club_birthday_on(date(2026, 12, 31)), date(1990, 5, 3))
        self.assertEqual(self.ada._club_birthday_on(date(2027, 1, 1)), date(1990, 3, 20))

    def test_changing_or_clearing_it_often_gains_nothing(self):
        with freeze_time("2025-01-05"):
            self.ada.club_birthday = "1990-05-03"
        with freeze_time("2026-03-10"):
            self.ada.club_birthday = False
            self.ada.club_birthday = "1990-03-20"
            self.ada.club_birthday = "1990-03-21"
        self.assertEqual(self.ada._club_birthday_on(date(2026, 3, 21)), date(1990, 5, 3))
        self.assertEqual(self.ada._club_birthday_on(date(2027, 3, 21)), date(1990, 3, 21))

    def test_date_set_back_to_the_one_that_counts_is_no_change(self):
        with freeze_time("2025-01-05"):
            self.ada.club_birthday = "1990-05-03"
        with freeze_time("2026-03-10"):
            self.ada.club_birthday = "1990-03-20"
            self.ada.club_birthday = "1990-05-03"
        with freeze_time("2026-04-10"):
            self.ada.club_birthday = "1990-04-30"
        self.assertEqual(self.ada._club_birthday_on(date(2026, 4, 30)), date(1990, 5, 3))

    def test_year_of_a_change_cannot_be_written(self):
        with freeze_time("2026-03-10"):
            self.ada.club_birthday = "1990-05-03"
            self.ada.club_birthday = "1990-03-20"
            self.ada.write({"club_birthday_before": "1990-03-20", "club_birthday_changed_in": 0})
        self.assertEqual(self.ada._club_birthday_on(date(2026, 3, 20)), date(1990, 5, 3))

    def test_several_contacts_at_once_each_keep_their_own(self):
        with freeze_time("2025-01-05"):
            self.ada.club_birthday = "1990-05-03"
        with freeze_time("2026-03-10"):
            (self.ada | self.bob).club_birthday = "1991-01-01"
        self.assertEqual(self.ada._club_birthday_on(date(2026, 6, 1)), date(1990, 5, 3))
        self.assertEqual(self.bob._club_birthday_on(date(2026, 6, 1)), date(1991, 1, 1))

    def test_day_to_come_and_day_of_long_ago_are_refused(self):
        for day in ("2999-01-01", "1899-12-31"):
            with self.assertRaisesRegex(ValidationError, "A birthday is a day in the past"):
                self.ada.club_birthday = day

    def test_erasing_a_member_forgets_the_birthday(self):
        self.ada.club_birthday = "1990-05-03"
        self.ada.club_birthday = "1990-05-04"
        self.enrol(self.ada)._erase()
        self.assertFalse(self.ada.club_birthday or self.ada.club_birthday_before)
