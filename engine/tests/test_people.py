from unittest import TestCase

from ..people import is_same_number, masked_email, masked_name, masked_number, significant


class TestPeople(TestCase):
    """Phone numbers in every spelling, and what is told of a person before it is sure who it is."""

    def test_every_spelling_of_a_number_is_the_same(self):
        stored = significant("+32 470 12 34 56")
        for typed in ("0470123456", "0470/12.34.56", "+32 (0)470 12-34-56", "0032 470 123 456", "32470123456"):
            with self.subTest(typed=typed):
                self.assertTrue(is_same_number(significant(typed), stored))
                self.assertTrue(is_same_number(stored, significant(typed)))

    def test_the_end_of_a_number_is_enough(self):
        stored = significant("+32 470 12 34 56")
        self.assertTrue(is_same_number("3456", stored))
        self.assertFalse(is_same_number("456", stored))
        self.assertFalse(is_same_number("1234", stored))
        self.assertFalse(is_same_number("", stored))

    def test_a_number_that_is_too_short_to_be_one_matches_nothing_longer(self):
        self.assertFalse(is_same_number("32470123456", "123456"))
        self.assertFalse(is_same_number("32470123456", ""))
        self.assertTrue(is_same_number("32470123456", "0123456"))

    def test_what_is_masked_shows_first_letters_and_last_digits(self):
        self.assertEqual(masked_name("Ada  Lovelace"), "A•• L•••••••")
        self.assertEqual(masked_name(None), "")
        self.assertEqual(masked_number("+32 470 12 34 56"), "•• 56")
        self.assertEqual(masked_number("12"), "")
        self.assertEqual(masked_email("ada@example.com"), "a••@example.com")
        self.assertEqual(masked_email("nobody"), "")
