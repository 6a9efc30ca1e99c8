"""Codes that are printed on a receipt: one to scan, one to type. Both name their order and prove that they may.

Whoever guesses has to guess the proof of one order: 100 bits in the code to scan, 30 in the one to type, which is
good only where tries are counted.
"""

from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: read aloud and typed without mistakes
LONG, SHORT = 20, 6  # characters of proof, 5 bits each
MOST_NUMBER = 7  # characters of an order's number
MOST_TEXT = 64
LAST_NUMBER = 2**31 - 1
LIKENESSES = str.maketrans("ILO", "110")


@dataclass(frozen=True, slots=True)
class Code:
    number: int
    proof: str

    @property
    def is_long(self):
        return len(self.proof) == LONG


def spell(value, length=0):
    """A number in 32 digits: ``spell(32) == "10"``."""
    digits = ""
    while value or len(digits) < max(length, 1):
        value, digit = divmod(value, 32)
        digits = ALPHABET[digit] + digits
    return digits


def proof(digest, length):
    """The first ``5 × length`` bits of a digest."""
    bits = 5 * length
    if 8 * len(digest) < bits:
        raise ValueError("the digest is too short for this proof")
    return spell(int.from_bytes(digest, "big") >> (8 * len(digest) - bits), length)


def code(number, proved):
    """The code of an order by its number and its proof, as it stands in an address."""
    return spell(number) + proved


def spoken(number, proved):
    """The code to type, in groups: ``3F-7QK-2MX``."""
    half = len(proved) // 2
    return "-".join((spell(number), proved[:half], proved[half:]))


def read(text):
    """What somebody typed or scanned as a ``Code``; None if it can be none."""
    if not isinstance(text, str) or len(text) > MOST_TEXT:
        return None
    digits = "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum()).translate(LIKENESSES)
    if not digits or any(sign not in ALPHABET for sign in digits):
        return None
    length = LONG if len(digits) > LONG else SHORT
    number = digits[:-length]
    if not 0 < len(number) <= MOST_NUMBER or number[0] == "0":
        return None
    value = 0
    for sign in number:
        value = 32 * value + ALPHABET.index(sign)
    return Code(value, digits[-length:]) if value <= LAST_NUMBER else None
