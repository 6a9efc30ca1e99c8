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


class Till:
    """A new shop's register with something to sell and somebody who buys it, as the tests of registers have it."""

    def __init__(self, env, shop):
        from odoo.addons.loyalty_club.tests.common import ClubMerchant  # there once the registry is

        self.env, self.company, self.register = env, shop.company_id, shop
        self.cash = shop.payment_method_ids.filtered(lambda method: method.type == "bank")[:1]
        product = {"name": "Club mug", "lst_price": 12.0, "available_in_pos": True, "taxes_id": False}
        self.product, self.customer = env["product.product"].create(product), env["res.partner"].create({"name": "Ada"})
        for name in ("sell", "sync", "ui_order", "open_session"):
            setattr(self, name, getattr(ClubMerchant, name).__get__(self))


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
    admin = env(user=env.ref("base.user_admin").id)
    yield from first_award(admin, shop.with_env(admin))


def first_award(env, shop):
    """The way of a merchant from the apps menu to the first points."""
    opened = env["club.club"].action_open_app()
    yield "who opens the app finds the checklist", opened.get("res_model") == "club.setup"
    setup = env["club.setup"].browse(opened["res_id"])
    yield "nothing of it is done", setup.done_count == 0
    setup.write({"club_name": "Bean Street", "unit_name": "Bean", "unit_plural": "Beans", "ready_made": "cafe"})
    setup.action_make_club()
    setup.write({"pos_config_ids": shop.ids, "website_ids": False})
    setup.action_take_part()
    setup.action_switch_on()
    setup.invalidate_recordset()
    yield "three buttons later the club is on", (setup.done_count, setup.club_id.state) == (3, "on")
    till = Till(env, shop)
    order = till.sell([(till.product, 1)], till.customer)
    setup.invalidate_recordset()
    yield "the first sale brings the first award", order.club_points_earned.startswith("+12 Beans")
    yield "the checklist shows it", setup.is_award_done and "+12 Beans" in setup.award_text
    setup.action_close()
    yield "from then on the app opens with the figures", "club.setup" not in str(env["club.club"].action_open_app())
    yield "every balance agrees with its history", not setup.club_id.prove()


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
