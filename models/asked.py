"""What other programs send with a call: refused in a sentence where it is not what was asked for."""

from odoo.exceptions import UserError

LAST_ID = 2**31 - 1


def one(records):
    """The one record that a call is about.

    :raise UserError: none or several were named
    """
    if len(records) != 1:
        raise UserError(records.env._("This is done for one record at a time: name exactly one in “ids”."))
    return records


def record_id(env, told):
    """The number of a record, as a number or as text.

    :raise UserError: anything else
    """
    text = str(told) if isinstance(told, (int, str)) and not isinstance(told, bool) else ""
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:11]) <= LAST_ID:
        raise UserError(env._("“%s” is not the number of a record. Send its id.", str(told)[:40]))
    return int(text)


def whole(env, told, least, most):
    """A whole number, brought within its bounds.

    :raise UserError: no whole number
    """
    if isinstance(told, bool) or not isinstance(told, int):
        raise UserError(env._("“%s” is not a whole number.", str(told)[:40]))
    return max(least, min(told, most))
