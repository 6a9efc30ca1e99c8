"""Opening a register: no row and no measurable time of ours, whatever the number of members."""

from statistics import median
from time import perf_counter

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

FEW, MANY = 100, 100_000
ROUNDS = 7


def measure(club, bare):
    """Yield (line, kept): start of a register with few and with many members, and the one-probe look-ups."""
    took = {}
    for count in (FEW, MANY):
        for shop in (club, bare):
            grow(shop, count)
        for _round in range(ROUNDS):
            for shop in (club, bare):
                took.setdefault((shop.side, count), []).append(_start(shop))
        rows = _rows_of_ours(club)
        yield f"{count:7,} members: rows of ours in a register's start: {rows}, budget 0", rows == 0
    times = {key: 1000 * median(values) for key, values in took.items()}
    for count in (FEW, MANY):
        with_club, without = times["club", count], times["native", count]
        text = f"{count:7,} members: start {with_club:.0f} ms, host alone {without:.0f} ms"
        yield f"{text}, {with_club / without:.2f}, budget ≤ 1.1", with_club <= without * 1.1
    yield from _probes(club)


def grow(shop, count):
    """Customers, and members where there is a club, up to a number."""
    with shop.registry.cursor() as cr:
        cr.execute("SELECT count(*) FROM res_partner WHERE ref = 'bench'")
        missing = count - cr.fetchone()[0]
        cr.execute(
            """INSERT INTO res_partner (name, complete_name, ref, active, company_type, autopost_bills)
               SELECT 'Customer ' || n, 'Customer ' || n, 'bench', TRUE, 'person', 'ask'
                 FROM generate_series(1, %s) n"""
            if _has(cr, "res_partner", "company_type")
            else """INSERT INTO res_partner (name, complete_name, ref, active, autopost_bills, type)
                    SELECT 'Customer ' || n, 'Customer ' || n, 'bench', TRUE, 'ask', 'contact'
                      FROM generate_series(1, %s) n""",
            [max(missing, 0)],
        )
        if shop.side == "club":
            env = api.Environment(cr, SUPERUSER_ID, {})
            cr.execute(
                """SELECT id FROM res_partner WHERE ref = 'bench' AND id NOT IN
                          (SELECT partner_id FROM club_member WHERE partner_id IS NOT NULL)"""
            )
            wanted = [(shop.club_id, row[0]) for row in cr.fetchall()]
            env["club.member"]._enrol_partners(wanted)
        cr.execute("ANALYZE res_partner")


def _has(cr, table, column):
    cr.execute("SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = %s", [table, column])
    return bool(cr.rowcount)


def _start(shop):
    """Seconds to load a register's data."""
    with shop.registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        session = env["pos.session"].browse(shop.sessions[0])
        start = perf_counter()
        session.load_data([])
        return perf_counter() - start


def _rows_of_ours(club):
    with club.registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        data = env["pos.session"].browse(club.sessions[0]).load_data([])
        return sum(len(rows) for model, rows in data.items() if model.startswith("club."))


def _probes(club):
    """A card and a secret are found by one index probe each."""
    with club.registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        cr.execute("ANALYZE club_member")
        member = env["club.member"].search([], limit=1, order="id desc")
        for column, value in (("card_number", member.card_number), ("secret", member.secret)):
            plan = env.execute_query(
                SQL("EXPLAIN SELECT id FROM club_member WHERE %s = %s", SQL.identifier(column), value)
            )
            text = " ".join(row[0] for row in plan)
            yield f"{column}: {'one index probe' if 'Index' in text else text}", "Index" in text
