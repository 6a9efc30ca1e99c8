from odoo import fields


class BigInteger(fields.Integer):
    """An integer in an int8 column: amounts of a unit in its minor unit.

    Odoo's own integer is int4 and ends at 21.5 million of a currency with two decimals.
    """

    _column_type = ("int8", "int8")
    # Sums over several units mean nothing, and a list would show them in minor units.
    aggregator = None
