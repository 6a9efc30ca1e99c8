import unittest

from ..claims import LONG, SHORT, Code, code, proof, read, spell, spoken
from .support import holds


class TestClaims(unittest.TestCase):
    def test_numbers_in_thirty_two_digits(self):
        self.assertEqual([spell(n) for n in (0, 31, 32, 1023)], ["0", "Z", "10", "ZZ"])
        self.assertEqual(spell(1, 4), "0001")

    def test_code_to_type_is_read_in_groups_and_with_the_usual_mistakes(self):
        self.assertEqual(spoken(111, "7QK2M1"), "3F-7QK-2M1")
        for typed in ("3F-7QK-2M1", "3f7qk2mi", " 3F 7QK 2ML ", "3f—7qk—2m1"):
            with self.subTest(typed=typed):
                self.assertEqual(read(typed), Code(111, "7QK2M1"))

    def test_what_is_no_code(self):
        for text in (
            "",
            None,
            7,
            "7QK2M1",
            "0F7QK2M1",
            "3F-7QK-2MU",
            "ZZZZZZZ7QK2M1",
            "A" * 65,
            "\x00",
            "é" * 9,
            ["x"],
        ):
            with self.subTest(text=text):
                self.assertIsNone(read(text))

    @holds
    def test_every_code_names_its_order_and_carries_its_proof(self, rng):
        number, digest = rng.randint(1, 2**31 - 1), rng.randbytes(32)
        for length in (LONG, SHORT):
            proved = proof(digest, length)
            self.assertEqual(len(proved), length)
            self.assertEqual(read(code(number, proved)), Code(number, proved))
            self.assertEqual(read(code(number, proved)).is_long, length == LONG)
            self.assertEqual(read(spoken(number, proved).lower()), Code(number, proved))

    def test_code_to_scan_carries_a_hundred_bits(self):
        self.assertEqual(proof(bytes(32), LONG), "0" * 20)
        self.assertEqual(proof(b"\xff" * 32, LONG), "Z" * 20)
        self.assertNotEqual(proof(bytes(12) + b"\x10", LONG), proof(bytes(12) + b"\x00", LONG))
        with self.assertRaises(ValueError):
            proof(bytes(12), LONG)
