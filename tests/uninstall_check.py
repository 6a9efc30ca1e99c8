"""What is left when a part that the club stands on is removed, and what comes back: uninstall_check.py DATABASE

Runs on a database of its own, with the add-on installed, which it uses up: uninstalling commits. Then it installs
the add-on again and imports the file that was left. Prints a line a check and ends with the number of those that
failed as its exit code.
"""

import base64
import csv
import io
import logging
import sys
import zipfile

import odoo
from common_check import Check, Complaints
from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import config

REMOVED = "pos_restaurant"
GONE = ("pos_restaurant", "pos_self_order", "loyalty_club")
BOOKED = ("club_liability_account_id", "club_discount_account_id", "club_expense_account_id")
COUNTED = {
    "members": "club_member WHERE partner_id IS NOT NULL AND merged_into_id IS NULL",
    "history": "club_entry",
}


def fill(env):
    """A club with members, movements, an open promise and a technical card, whatever else there is."""
    club = env["club.club"].create({"name": "Farewell", "company_ids": [Command.set(env.company.ids)]})
    club.action_switch_on()
    env.user.group_ids |= env.ref("loyalty_club.loyalty_club_group_manager")
    for number in range(5):
        partner = env["res.partner"].create({"name": f'Member "{number}", the loyal'})
        member = env["club.member"].enrol(partner.id, club.id)
        member.adjust(club.unit_ids.id, 100 + number, "Opening\nbalance")
        member._club_ask_to_leave()
        member.adjust(club.unit_ids.id, -50, "Used")
    env["club.hold"]._authorise(
        member.account_ids, 10, 0.1, env.company.currency_id, "sale", ("sale.order", "1"), payment_key="1"
    )
    program = env["loyalty.program"].create(
        {"name": "Points on an order", "program_type": "gift_card", "is_club_technical": True}
    )
    card = env["loyalty.card"].create({"program_id": program.id, "points": 25})
    return club, card, partner


def warned(env, name):
    """The module of that name, and what the wizard says of the club before removing it."""
    module = env["ir.module.module"].search([("name", "=", name)])
    wizard = env["base.module.uninstall"].create({"module_ids": [Command.set(module.ids)]})
    return module, wizard.club_warning or ""


def before(env, check):
    club, card, partner = fill(env)
    for name in BOOKED:
        env.company.root_id._club_account(name)
    module, warning = warned(env, REMOVED)
    check("the wizard says what members have", "Farewell: 5 members have 260" in warning)
    check("it says nothing where the club stays", not warned(env, "sale_pdf_quote_builder")[1])
    tenders = env["pos.payment.method"].search([("use_payment_terminal", "=", "loyalty_club")])
    check("there is a tender to retire", bool(tenders))
    counts = {}
    for name, table in COUNTED.items():
        env.cr.execute(f"SELECT COUNT(*), MAX(id) FROM {table}")
        counts[name] = env.cr.fetchone()
    return module, counts, tenders.ids, card.id, partner.id, accounts(env), portrait(env)


def accounts(env):
    """What points are booked on."""
    return {name: env.company.root_id[name].id for name in BOOKED}


def portrait(env):
    """All that members would miss: who, with which card and tier, has what until when."""
    told = {}
    for member in env["club.member"].search([("merged_into_id", "=", False), ("partner_id", "!=", False)]):
        lots = [
            (lot.left_amount, lot.available_on, lot.expires_on) for lot in member.account_ids.lot_ids if lot.left_amount
        ]
        told[member.club_id.name, member.partner_id.id] = (
            member.card_number,
            member.tier_id.name,
            member.lifetime,
            member.joined_at,
            sorted((own.unit_id.name, own.balance, own.debt) for own in member.account_ids if own.balance or own.debt),
            sorted(lots, key=str),
            sorted(voucher.card_id.code for voucher in member.voucher_ids if voucher.state == "owned"),
        )
    return told


def saved(env):
    """The bytes of the file that the uninstallation left."""
    return env["ir.attachment"].search([("name", "=like", "loyalty_club_%.zip")], limit=1).raw


def after(env, check, counts, tender_ids, card_id, partner_id, *_known):
    gone = env["ir.module.module"].search([("name", "in", GONE), ("state", "=", "uninstalled")])
    check(f"{', '.join(GONE)} are gone", len(gone) == len(GONE))
    with zipfile.ZipFile(io.BytesIO(saved(env))) as archive:
        for name, expected in counts.items():
            rows = list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode())))
            found = (len(rows), max((int(row["id"]) for row in rows), default=None))
            check(f"{name} are saved", found == expected, found, expected)
    env.cr.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'club\\_%'")
    check("no table of ours is left", not env.cr.fetchall())
    env.cr.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'club\\_%'")
    check("no function of ours is left", not env.cr.fetchall())
    env.cr.execute("SELECT COUNT(*) FROM ir_model_data WHERE module = 'loyalty_club'")
    check("no record of ours is left", env.cr.fetchone() == (0,))
    env.cr.execute("SELECT table_name, column_name FROM information_schema.columns WHERE column_name LIKE 'club\\_%'")
    check("no column of ours is left", not env.cr.fetchall())
    tenders = env["pos.payment.method"].with_context(active_test=False).browse(tender_ids)
    check("the tender is archived and asks for no terminal", not any(tenders.mapped("active")))
    check("no tender names a terminal that is gone", not any(tenders.mapped("use_payment_terminal")))
    card = env["loyalty.card"].with_context(active_test=False).browse(card_id)
    check("the technical card is empty and archived", (card.points, card.active) == (0, False))
    check("its program too", not card.program_id.active)
    partner = env["res.partner"].browse(partner_id)
    partner.unlink()
    check("a former member's contact can be deleted", not partner.exists())
    product = env["product.product"].search([("sale_ok", "=", True)], limit=1)
    order = env["sale.order"].create(
        {
            "partner_id": env["res.partner"].create({"name": "Anybody"}).id,
            "order_line": [Command.create({"product_id": product.id})],
        }
    )
    order.action_confirm()
    check("an order can still be confirmed", order.state == "sale")


def again(env, check, before_all, booked, gone_partner):
    """The add-on is there again: the file brings back everybody but who was deleted meanwhile."""
    check("points are booked on the accounts of before", accounts(env) == booked, accounts(env), booked)
    raw = saved(env)
    vault = env["club.vault"].create({"file": base64.b64encode(raw), "file_name": "club.zip", "on_problem": "skip"})
    vault.is_creating = False
    vault.action_import()
    vault._run()
    check("the import is done", vault.state == "done", vault.note, vault.problem_ids.mapped("message")[:5])
    wanted = {key: told for key, told in before_all.items() if key[1] != gone_partner}
    found = portrait(env)
    for key, told in wanted.items():
        if found.get(key) != told:
            check(f"{key} is as before", False, told, found.get(key))
    check(f"{len(wanted)} members are as before", found == wanted, len(found))
    check("every balance agrees with its history", not vault.club_ids.prove())
    check("the clubs are off", set(vault.club_ids.mapped("state")) == {"off"})
    count = env["club.entry"].search_count([])
    vault.state = "running"
    vault._run()
    check("the same file again changes nothing", (portrait(env), env["club.entry"].search_count([])) == (found, count))


def main(database):
    config.parse_config(["-d", database, "--no-http", "--log-level=error", "--max-cron-threads=0"])
    check, complaints, registry = Check(), Complaints(), Registry(database)
    with registry.cursor() as cursor:
        module, *known = before(api.Environment(cursor, SUPERUSER_ID, {}), check)
        cursor.commit()
    logging.getLogger().addHandler(complaints)
    with registry.cursor() as cursor:
        modules = api.Environment(cursor, SUPERUSER_ID, {})["ir.module.module"]
        modules.browse(module.id).button_immediate_uninstall()
    with Registry(database).cursor() as cursor:
        after(api.Environment(cursor, SUPERUSER_ID, {}), check, *known)
    check("nothing is logged as an error", not complaints.lines, *complaints.lines[:3])
    with Registry(database).cursor() as cursor:
        modules = api.Environment(cursor, SUPERUSER_ID, {})["ir.module.module"]
        modules.search([("name", "=", "loyalty_club")]).button_immediate_install()
    with Registry(database).cursor() as cursor:
        again(api.Environment(cursor, SUPERUSER_ID, {}), check, *known[:-4:-1])
    check("nothing is logged as an error then either", not complaints.lines, *complaints.lines[:3])
    odoo.sql_db.close_all()
    return check.failed


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
