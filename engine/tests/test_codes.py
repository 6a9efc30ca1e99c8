import unittest

from ..codes import ean13, is_ean13, is_same, token
from .support import holds


class TestCodes(unittest.TestCase):
    def test_known_card_numbers(self):
        self.assertEqual(ean13("299", 1), "2990000000019")
        self.assertEqual(ean13("400638133393", ""), "4006381333931")

    def test_a_serial_that_does_not_fit_is_refused(self):
        for prefix, serial in (("299", 10**9), ("299", -1), ("299", "12a"), ("２99", 1)):
            with self.subTest(prefix=prefix, serial=serial), self.assertRaises(ValueError):
                ean13(prefix, serial)

    def test_what_is_no_card_number(self):
        for text in ("2990000000018", "299000000001", "299000000001x", "", None, "２990000000019"):
            with self.subTest(text=text):
                self.assertFalse(is_ean13(text))

    @holds
    def test_one_wrong_digit_is_noticed(self, rng):
        card = ean13("299", rng.randint(0, 10**9 - 1))
        self.assertTrue(is_ean13(card))
        at, digit = rng.randint(0, 12), str(rng.randint(0, 9))
        if digit != card[at]:
            self.assertFalse(is_ean13(card[:at] + digit + card[at + 1 :]))

    def test_a_token_carries_all_its_bits(self):
        self.assertEqual(token(bytes(10)), "A" * 16)
        self.assertRegex(token(bytes(range(16))), r"^[A-Z2-7]{26}$")
        with self.assertRaises(ValueError):
            token(bytes(9))

    def test_an_empty_secret_opens_nothing(self):
        self.assertTrue(is_same("AB", "AB"))
        for given, stored in (("AB", "AC"), ("", ""), (None, None), (False, False), ("AB", None), ("é", "e")):
            with self.subTest(given=given):
                self.assertFalse(is_same(given, stored))
