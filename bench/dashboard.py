"""Five million movements: the dashboard beside a bare aggregate, and the channels as if there were none of them."""

import time
from contextlib import contextmanager
from time import perf_counter

import psutil
from backfill import copies
from cart import Visitor
from members import grow
from odoo import SUPERUSER_ID, api, fields
from odoo.tools import SQL

MEMBERS, ORDERS, ENTRIES, PORTIONS = 200_000, 500_000, 5_000_000, 1_000_000
DAYS = 730
ROUNDS, LOOKS = 25, 40
# Each page with the one of the host that it takes turns with.
PAGES = {"cart": "cart", "payment page": "payment page", "member page": "account"}


def measure(club, bare):
    """Yield (line, kept): the dashboard's time and queries, counting, and each channel before and after.

    Whatever else the machine does adds to both sides: they take turns, and of pages the fastest of each counts.
    """
    visitors = {shop.side: Visitor(shop) for shop in (club, bare)}
    with club.registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        _outlets(env, club)
        buyer_id = env["res.partner"].create({"name": "Regular"}).id
    before = _channels(club, bare, visitors, buyer_id)
    with club.registry.cursor() as cr:
        api.Environment(cr, SUPERUSER_ID, {})["club.club"].browse(club.club_id)._count()
    few = _dashboard(club)[2]
    start = perf_counter()
    _fill(club)
    yield f"{ENTRIES:,} movements of {MEMBERS:,} members made in {perf_counter() - start:.0f} s", True
    yield from _count(club)
    took, aggregate, queries = _dashboard(club)
    yield f"dashboard: {queries} queries, {few} with none of them, budget the same", queries <= few
    (took, clock), (bare_took, bare_clock) = took, aggregate
    text = f"dashboard of a year: {1000 * took:.0f} ms of the processors, bare aggregate {1000 * bare_took:.0f} ms"
    yield f"{text}, {took / bare_took:.2f}, budget < 1.5", took < 1.5 * bare_took
    yield f"on the clock of a shared machine: {1000 * clock:.0f} ms and {1000 * bare_clock:.0f} ms", True
    after = _channels(club, bare, visitors, buyer_id)
    for name, (was, host_was, asked) in before.items():
        now, host, asks = after[name]
        growth = now / host * host_was / was
        text = f"{name}: {1000 * now:.0f} ms ÷ host {1000 * host:.0f} ms, {1000 * was:.0f} ÷ {1000 * host_was:.0f} ms"
        yield (
            f"{text} with none of them, {growth:.2f}, budget ≤ 1.3; {asks} queries, were {asked}",
            growth <= 1.3 and asks <= asked,
        )


# ------------------------------------------------------------------ measuring
def _dashboard(club):
    """What a year's figures take, what the same sums asked by hand do, each (processors, clock), and queries."""
    today = fields.Date.today()
    values = {
        "club": club.club_id,
        "since": fields.Date.subtract(today, years=2),
        "first": fields.Date.subtract(today, years=1),
        "month": fields.Date.subtract(today, years=1).replace(day=1),
        "last": today,
    }
    took, bare = [0.0, 0.0], [0.0, 0.0]
    for _round in range(LOOKS):
        with club.registry.cursor() as cr, _clock(cr, took):
            env = api.Environment(cr, club.uid, {"lang": "en_US"})  # as a browser asks
            asked = cr.sql_log_count
            env["club.club"].get_dashboard(club_id=club.club_id, period="year")
            asked = cr.sql_log_count - asked
        with club.registry.cursor() as cr, _clock(cr, bare):
            for query in _BARE:
                cr.execute(query, values)
                cr.fetchall()
    return [seconds / LOOKS for seconds in took], [seconds / LOOKS for seconds in bare], asked


@contextmanager
def _clock(cr, total):
    """Add up seconds of the processors, here and in the database, and seconds on the clock."""
    database = psutil.Process(cr._cnx.get_backend_pid())

    def used():
        return time.process_time() + sum(database.cpu_times()[:2])

    processors, clock = used(), perf_counter()
    yield
    total[0] += used() - processors
    total[1] += perf_counter() - clock


# What the dashboard shows, by hand: points and orders in every direction, how members stand, what they have.
_BARE = (
    """WITH found AS MATERIALIZED (
           SELECT day >= %(first)s AS is_now, sort, kind, date_trunc('month', day::timestamp)::date AS bar, outlet_id,
                  channel, reward_id, SUM(number) AS number, SUM(points) AS points, SUM(extra) AS extra
             FROM club_day WHERE club_id = %(club)s AND topic = 'points' AND day BETWEEN %(since)s AND %(last)s
         GROUP BY 1, 2, 3, 4, 5, 6, 7)
       SELECT is_now, sort, kind, bar, outlet_id, channel, reward_id, SUM(number), SUM(points), SUM(extra) FROM found
     GROUP BY GROUPING SETS ((1, 2, 3), (1, 2, 4), (1, 2, 5), (1, 2, 6), (1, 2, 7))""",
    """WITH found AS MATERIALIZED (
           SELECT day >= %(first)s AS is_now, kind, company_id, outlet_id, channel, SUM(number) AS number,
                  SUM(money) AS money, SUM(customers) FILTER (WHERE day >= %(month)s) AS customers,
                  SUM(number) FILTER (WHERE day >= %(month)s) AS often
             FROM club_day WHERE club_id = %(club)s AND topic = 'orders' AND day BETWEEN %(since)s AND %(last)s
         GROUP BY 1, 2, 3, 4, 5)
       SELECT is_now, kind, company_id, outlet_id, channel, SUM(number), SUM(money), SUM(customers), SUM(often)
         FROM found
     GROUP BY GROUPING SETS ((1, 2, 3), (1, 2, 3, 4), (1, 2, 3, 5))""",
    """SELECT day >= %(first)s, kind, tier_id, SUM(number) FROM club_day
        WHERE club_id = %(club)s AND topic = 'members' AND day BETWEEN %(since)s AND %(last)s GROUP BY 1, 2, 3""",
    """SELECT day, kind, SUM(number), SUM(points) FROM club_day
        WHERE club_id = %(club)s AND topic = 'owed' GROUP BY 1, 2""",
)


def _channels(club, bare, visitors, buyer_id):
    """Page or register → (seconds, seconds of the host without the add-on, queries)."""
    found = {}
    for name, yardstick in PAGES.items():
        pairs = [
            (_timed(visitors["club"].visit, name), _timed(visitors["native"].visit, yardstick)) for _n in range(ROUNDS)
        ]
        found[name] = _fastest(pairs)
    stranger = bare.partners[0]
    pairs = [
        (_timed(club.sync, partner=buyer_id), _timed(bare.sync, partner=stranger)) for _n in range(ROUNDS)
    ]
    return found | {"register": _fastest(pairs)}


def _timed(call, *args, **values):
    start = perf_counter()
    queries = call(*args, **values)
    return perf_counter() - start, queries


def _fastest(pairs):
    ours, hosts = zip(*pairs, strict=True)
    return min(ours)[0], min(hosts)[0], min(queries for _took, queries in ours)


def _count(club):
    """Counting all of it once, and what is due an hour later, beside one scan of the ledger by day and kind."""
    with club.registry.cursor() as cr:
        start = perf_counter()
        cr.execute(
            """SELECT business_at::date, kind, COUNT(*), SUM(amount) FROM club_entry e
                 JOIN club_account a ON a.id = e.account_id WHERE a.club_id = %s GROUP BY 1, 2""",
            [club.club_id],
        )
        scan = perf_counter() - start
    took = []
    for is_all in (True, False):
        with club.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            record = env["club.club"].browse(club.club_id)
            if is_all:
                env["club.count"]._add(record)
            start = perf_counter()
            record._count()
            took.append(perf_counter() - start)
            rows = env["club.day"].search_count([("club_id", "=", club.club_id)])
    _tidy(club, "club_day")
    text = f"every day counted ({rows:,} rows): {took[0]:.0f} s, one scan of the ledger {scan:.1f} s"
    yield f"{text}, {took[0] / scan:.1f}; what is due an hour later: {took[1]:.1f} s", True


# ------------------------------------------------------------------ five million of them
def _fill(club):
    grow(club, MEMBERS)
    with club.registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        orders = _orders(env, club)
        cr.execute(
            "CREATE TEMP TABLE sold AS SELECT id, row_number() OVER (ORDER BY id) AS n FROM unnest(%s) id", [orders]
        )
        cr.execute("CREATE UNIQUE INDEX ON sold (n)")
        values = {
            "club": club.club_id,
            "unit": env["club.club"].browse(club.club_id).unit_ids.id,
            "pool": env["club.club"].browse(club.club_id).pool_ids.id,
            "orders": ORDERS,
            "entries": ENTRIES,
            "members": MEMBERS,
            "portions": PORTIONS,
            "days": DAYS,
        }
        with _without_indexes(cr, "club_entry"):
            for query in _FILL:
                cr.execute(query, values)
        env.registry.clear_cache()
    _tidy(club, "club_entry", "club_lot", "club_account", "pos_order")


@contextmanager
def _without_indexes(cr, table):
    """Made again at once they cost a fraction of keeping them row by row."""
    cr.execute(
        """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN
                  (SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)""",
        [table, table],
    )
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
    yield
    for _name, definition in indexes:
        cr.execute(definition)


def _outlets(env, club):
    """Each register has an outlet of its own; there are three tiers."""
    sessions = env["pos.session"].browse(club.sessions)
    made = env["club.outlet"].create([{"club_id": club.club_id, "name": f"Outlet {n}"} for n in range(len(sessions))])
    for outlet, session in zip(made, sessions, strict=True):
        session.config_id.club_outlet_id = outlet
    env["club.tier"].create([{"club_id": club.club_id, "name": f"Tier {n}", "threshold": 10**6 * n} for n in (1, 2)])


def _orders(env, club):
    """Copies of one order over two years: of members, of others, and of nobody."""
    club.sync()
    sessions = env["pos.session"].browse(club.sessions)
    order = env["pos.order"].search([("session_id", "=", sessions[0].id)], order="id desc", limit=1)
    env.flush_all()
    partners = env["res.partner"].search([("ref", "=", "bench")]).ids
    place = f"1 + n %% {len(sessions)}"
    return copies(
        env.cr,
        "pos_order",
        f"id = {order.id}",
        ORDERS,
        {
            "partner_id": "CASE WHEN n %% 3 > 0 THEN (%(partners)s)[1 + n %% %(count)s] END",
            "session_id": "NULL::int",  # of days long closed
            "config_id": f"(%(configs)s)[{place}]",
            "source": "CASE WHEN n %% 5 = 0 THEN 'kiosk' ELSE 'pos' END",
            "write_date": "now() AT TIME ZONE 'UTC' - '1 day'::interval",
            "date_order": f"now() AT TIME ZONE 'UTC' - (n %% {DAYS * 24}) * '1 hour'::interval",
        },
        {"partners": partners, "count": len(partners), "configs": sessions.config_id.ids},
    )


_FILL = (
    """UPDATE club_member m SET tier_id = tier.ids[1 + m.id %% 3]
         FROM (SELECT array_agg(id ORDER BY id) AS ids FROM club_tier WHERE club_id = %(club)s) tier
        WHERE m.club_id = %(club)s""",
    """INSERT INTO club_account (club_id, member_id, unit_id, pool_id, balance, debt, lifetime)
       SELECT club_id, id, %(unit)s, %(pool)s, 0, 0, 0 FROM club_member WHERE club_id = %(club)s
           ON CONFLICT DO NOTHING""",
    """CREATE TEMP TABLE owned AS
       SELECT id, row_number() OVER (ORDER BY id) AS n FROM club_account WHERE club_id = %(club)s""",
    "CREATE UNIQUE INDEX ON owned (n)",
    """INSERT INTO club_entry (account_id, kind, amount, debt_delta, lifetime_delta, key, source_model, source_id,
                               source_name, business_at, created_at)
       SELECT owned.id, CASE WHEN die < 15 THEN 'award' WHEN die < 18 THEN 'spend' WHEN die < 19 THEN 'bonus'
                             ELSE 'expire' END,
              CASE WHEN die < 15 THEN 60 WHEN die = 18 THEN 25 ELSE -50 END, 0, 0,
              'volume:' || lpad(n.n::text, 8, '0'), CASE WHEN die < 18 THEN 'pos.order' END,
              CASE WHEN die < 18 THEN sold.id END, 'Volume', moment, moment
         FROM (SELECT n, abs(hashint4(n)) %% 20 AS die,
                      now() AT TIME ZONE 'UTC' - (n %% (%(days)s * 1440)) * '1 minute'::interval AS moment
                 FROM generate_series(1, %(entries)s) n) n
         JOIN owned ON owned.n = 1 + n.n %% %(members)s
         JOIN sold ON sold.n = 1 + n.n %% %(orders)s""",
    """INSERT INTO club_lot (account_id, entry_id, origin_entry_id, amount, left_amount, available_on, expires_on,
                             earned_at, portion)
       SELECT account_id, id, id, 60, 60, business_at::date, current_date + 300, business_at, 0
         FROM club_entry WHERE key LIKE 'volume:%%' AND kind = 'award' LIMIT %(portions)s""",
)


def _tidy(shop, *tables):
    """What a database does by itself within the hour."""
    with shop.registry.cursor() as cr:
        connection = cr._cnx
        cr.commit()
        connection.autocommit = True
        try:
            for table in tables:
                cr.execute(SQL("VACUUM ANALYZE %s", SQL.identifier(table)))
        finally:
            connection.autocommit = False
