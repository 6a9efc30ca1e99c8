"""How people are recognised by what they say: phone numbers in any spelling, names told only in part."""

import re

# With fewer digits a number says nothing of who it is.
LEAST_DIGITS = 4
# What a stored number needs before a longer one that ends with it is taken for the same.
LEAST_WHOLE = 7
DOT = "•"


def significant(number):
    """The digits of a phone number that stay the same in every spelling.

    "+32 (0)470 12 34 56" → "32470123456"; "0470/12.34.56" → "470123456", which the first one ends with.
    """
    return re.sub(r"\(0\)|[^0-9]", "", number or "").lstrip("0")


def is_same_number(typed, stored):
    """Do two numbers, as ``significant``, end alike? The shorter one decides how far one looks."""
    if len(typed) <= len(stored):
        return len(typed) >= LEAST_DIGITS and stored.endswith(typed)
    return len(stored) >= LEAST_WHOLE and typed.endswith(stored)


def masked_name(name):
    """ "Ada Lovelace" → "A•• L•••••••": enough to be recognised by, not enough to be learnt."""
    return " ".join(word[0] + DOT * (len(word) - 1) for word in (name or "").split())


def masked_number(number):
    """The last two digits."""
    digits = significant(number)
    return f"{DOT * 2} {digits[-2:]}" if len(digits) >= LEAST_DIGITS else ""


def masked_email(email):
    """ "ada@example.com" → "a••@example.com"."""
    name, at, host = (email or "").strip().partition("@")
    return f"{name[0]}{DOT * 2}@{host}" if name and at and host else ""
