"""A batch of N paid orders from before the club was on: crediting them, against reading the same lines by the ORM."""

from time import perf_counter

from odoo import SUPERUSER_ID, api
from odoo.tools import split_every

ORDERS = 4000
CUSTOMERS = 1000
AT_A_TIME = 500


def measure(club, bare):
    """Yield (line, kept): the whole run ÷ reading, and queries per thousand orders."""
    ids = _history(club)
    reading, _queries = _request(club, lambda env: _read(env, ids))
    job_id = _request(club, _preview)[0]
    previewing, preview_queries = _timed(club, job_id, "_work")
    _request(club, lambda env: env["club.backfill"].browse(job_id)._start(env.user))
    running, queries = _timed(club, job_id, "_work")
    with club.registry.cursor() as cr:
        job = api.Environment(cr, SUPERUSER_ID, {})["club.backfill"].browse(job_id)
        figures = f"{job.state}, {job.credited:,} credited"
        is_done = job.credited == ORDERS == job.expected_credited
    yield f"{ORDERS:,} orders of five lines, {CUSTOMERS:,} new members: {figures}", is_done
    yield f"reading the lines {reading:.2f} s, preview {previewing:.2f} s, {preview_queries} queries", True
    yield f"the whole run {running:.2f} s ÷ reading: {running / reading:.1f}, budget ≤ 3", running <= 3 * reading
    yield f"queries for 1,000 orders: {1000 * queries / ORDERS:.0f}, budget ≤ 300", 1000 * queries / ORDERS <= 300


def _preview(env):
    job = env["club.backfill"].create({"club_id": env["club.club"].search([("name", "=", "Bench")]).id})
    job._preview()
    return job.id


def _read(env, ids):
    start = perf_counter()
    for chunk in split_every(AT_A_TIME, ids, list):
        env["pos.order"].browse(chunk).lines.read()
        env.invalidate_all()
    return perf_counter() - start


def _request(club, call):
    with club.registry.cursor() as cr:
        before = cr.sql_log_count
        return call(api.Environment(cr, SUPERUSER_ID, {})), cr.sql_log_count - before


def _timed(club, job_id, method):
    start = perf_counter()
    _result, queries = _request(club, lambda env: getattr(env["club.backfill"].browse(job_id), method)())
    return perf_counter() - start, queries


def _history(club):
    """Copies of one order, of many customers, from long before the club was on."""
    club.sync()
    with club.registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        order = env["pos.order"].search([("session_id", "=", club.sessions[0])], order="id desc", limit=1)
        partners = env["res.partner"].create([{"name": f"Buyer {n}"} for n in range(CUSTOMERS)]).ids
        order.session_id.start_at = "2020-01-01"
        env.flush_all()
        ids = copies(
            cr,
            "pos_order",
            f"id = {order.id}",
            ORDERS,
            {
                "partner_id": "(%(partners)s)[1 + n %% %(customers)s]",
                "date_order": "'2024-01-01'::timestamp + n * '1 hour'::interval",
            },
            {"partners": partners, "customers": CUSTOMERS},
        )
        cr.execute(
            "CREATE TEMP TABLE copied AS SELECT id, row_number() OVER (ORDER BY id) AS n FROM unnest(%s) id", [ids]
        )
        for table, column in (("pos_order_line", "order_id"), ("pos_payment", "pos_order_id")):
            copies(
                cr, table, f"{column} = {order.id}", ORDERS, {column: "(SELECT id FROM copied WHERE copied.n = s.n)"}
            )
        env.registry.clear_cache()
    return ids


def copies(cr, table, where, count, values, params=None):
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'", [table]
    )
    names = [row[0] for row in cr.fetchall()]
    values = {"uuid": "gen_random_uuid()::text", **values}
    columns = ", ".join(f'"{name}"' for name in names)
    selected = ", ".join(values.get(name, f'"{name}"') for name in names)
    # Names of columns, as the database says them, and expressions of this file.
    cr.execute(
        f"INSERT INTO {table} ({columns}) SELECT {selected} FROM {table}, generate_series(1, {count}) s (n)"
        f" WHERE {where} RETURNING id",
        params or {},
    )
    return [row[0] for row in cr.fetchall()]
