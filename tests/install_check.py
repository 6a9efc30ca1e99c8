"""What an installation leaves alone in a database that was in use before: install_check.py DATABASE

The add-on is installed there without demo data, beside orders of before. Prints a line a check and ends
with the number of those that failed as its exit code.
"""

import sys

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

LEDGER = ("club.member", "club.account", "club.entry", "club.lot", "club.hold")


def check(what, is_true):
    sys.stdout.write(f"{'ok  ' if is_true else 'FAIL'} {what}\n")
    sys.stdout.flush()
    return is_true


def checks(env):
    """(what, whether it holds) of everything that somebody who only installs us may rely on."""
    module = env.ref("base.module_loyalty_club")
    yield "it is an application without demo data", (module.application, module.demo) == (True, False)
    sales, tickets = (env[model].search([]) for model in ("sale.order", "pos.order"))
    yield "there are orders of before", bool(sales and tickets)
    env["club.outcome"]._cron_reconcile()
    yield "no order of before makes anybody a member", not any(env[model].search_count([]) for model in LEDGER)
    yield "orders of before have no points", not any((sales.club_entry_ids, tickets.club_entry_ids))
    yield "orders of before can be read", len(sales.read() + tickets.read()) == len(sales) + len(tickets)
    yield "nothing earns before a club is on", not env["club.club"].search_count([("state", "=", "on")])
    tenders = env["pos.payment.method"].search([("use_payment_terminal", "=", "loyalty_club")])
    yield "no register offers points before its outlet opts in", not tenders.config_ids
    shop = env["pos.config"].create({"name": "A new shop"})
    yield "a new shop is offered no points either", not shop.payment_method_ids & tenders
    yield "a new shop can be paid by card", bool(shop.payment_method_ids.filtered(lambda x: x.type == "bank"))


def main(database):
    config.parse_config(["-d", database, "--no-http", "--log-level=error", "--max-cron-threads=0"])
    with Registry(database).cursor() as cursor:
        results = [check(*pair) for pair in checks(api.Environment(cursor, SUPERUSER_ID, {}))]
        cursor.rollback()
    odoo.sql_db.close_all()
    return results.count(False)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
