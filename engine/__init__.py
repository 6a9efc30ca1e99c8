"""The rules of the club as plain Python: values in, a result out.

Nothing here imports odoo, reads a clock, draws a number or keeps state. Amounts are integers in minor units,
exact numbers are fractions, days and bytes are arguments, and what went wrong is a code instead of a message.

- `values`: the numbers and records that the other files share
- `kinds`: what a movement of an account may be, as a table
- `earning`: what an order earns, with its explanation by line
- `clawback`: what a return takes back of it
- `dates`: how long points are good, and what a pause of the club does to it
- `lots`: which lots a spend, a hold, a return or an expiry touches
- `posting`: an intent on an account turned into what the ledger writes
- `caps`: how much may be redeemed in an order
- `tiers`: which tier a figure means, and which programme a tier earns by
- `codes`: card numbers and tokens
"""
