"""Card numbers and tokens. Random bytes are an argument: who draws them is not a rule."""

import hmac
from base64 import b32encode

EAN13_DIGITS = 13
TOKEN_BYTES = 10


def _check_digit(digits):
    weighted = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
    return str(-weighted % 10)


def ean13(prefix, serial):
    """The card number `prefix` + `serial` + check digit: `ean13("299", 1) == "2990000000019"`."""
    body = prefix + str(serial).zfill(EAN13_DIGITS - 1 - len(prefix))
    if len(body) != EAN13_DIGITS - 1 or not (body.isascii() and body.isdigit()):
        raise ValueError("the serial does not fit into a card number")
    return body + _check_digit(body)


def is_ean13(text):
    if not isinstance(text, str) or len(text) != EAN13_DIGITS or not (text.isascii() and text.isdigit()):
        return False
    return text[-1] == _check_digit(text[:-1])


def token(randbytes):
    """Random bytes as a code that can be read aloud: capital letters and digits 2 to 7, at least 80 bits."""
    if len(randbytes) < TOKEN_BYTES:
        raise ValueError("a code carries at least 80 random bits")
    return b32encode(randbytes).decode().rstrip("=")


def is_same(given, stored):
    """Compare secrets in a time that tells nothing; an empty or missing one matches nothing."""
    if not isinstance(given, str) or not isinstance(stored, str) or not given or not stored:
        return False
    return hmac.compare_digest(given.encode(), stored.encode())
