"""What browsers send: whatever is not what was asked for is as good as nothing."""


def number(told):
    """The number of a record as a form or a call sends it; 0 for anything else."""
    if type(told) is int:
        return told if 0 < told < 2**31 else 0
    return int(told) if isinstance(told, str) and told.isascii() and told.isdecimal() and len(told) < 10 else 0


def text(told):
    """A text that people can type; "" for a file, a list and signs that no table holds."""
    return told if isinstance(told, str) and told.isprintable() else ""
