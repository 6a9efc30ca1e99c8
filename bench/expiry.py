"""The night on which a million portions fall due, against one script that writes the same rows at once."""

from datetime import timedelta
from time import perf_counter

from odoo import SUPERUSER_ID, api, fields

MEMBERS, EACH = 200_000, 5


def measure(club, bare):
    """Yield (line, kept): the nightly job ÷ one script, for dates that are past and for members who stopped buying."""
    for what, is_idle in (("due by date", False), ("of members who stopped buying", True)):
        with club.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            club_id = _fill(env, is_idle)
        _tidy(club)
        with club.registry.cursor() as cr:
            script = _script(cr, club_id)
            cr.rollback()
        _tidy(club)
        with club.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            start = perf_counter()
            env["club.account"]._cron_expire()
            job = perf_counter() - start
        with club.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            record = env["club.club"].browse(club_id)
            cr.execute(
                "SELECT COUNT(*), SUM(l.left_amount)::int8 FROM club_lot l JOIN club_account a ON a.id = l.account_id"
                " WHERE a.club_id = %s",
                [club_id],
            )
            count, left = cr.fetchone()
            is_right = not left and not record.prove()
            record.action_switch_off()
        ratio = job / script
        yield (
            f"{count:,} portions {what} expired: {job:.1f} s, one script {script:.1f} s, {ratio:.2f}, budget ≤ 3",
            ratio <= 3 and is_right,
        )


def _fill(env, is_idle):
    """A club of members with five portions each, all of them due."""
    now = fields.Datetime.now()
    club = env["club.club"].create({"name": "Due", "company_ids": env.company.ids, "tz": "UTC"})
    club.action_switch_on()
    club.on_since = now - timedelta(days=100)
    if is_idle:
        club.inactivity_months = 6
        club.inactivity_since = now.date() - timedelta(days=90)
    env.flush_all()
    values = {
        "club": club.id,
        "tier": club.tier_ids.id,
        "unit": club.unit_ids.id,
        "pool": club.pool_ids.id,
        "members": MEMBERS,
        "each": EACH,
        "earned": now - timedelta(days=400),
        "start": now.date() - timedelta(days=400),
        "end": None if is_idle else now.date() - timedelta(days=1),
    }
    for query in _FILL:
        env.cr.execute(query, values)
    return club.id


_FILL = (
    """INSERT INTO club_member (club_id, tier_id, tier_since, joined_at, last_paid_at, active, lifetime, lock_version)
       SELECT %(club)s, %(tier)s, %(earned)s, %(earned)s, %(earned)s, TRUE, 100 * %(each)s, 0
         FROM generate_series(1, %(members)s)""",
    """INSERT INTO club_account (club_id, member_id, unit_id, pool_id, balance, debt, lifetime)
       SELECT club_id, id, %(unit)s, %(pool)s, 100 * %(each)s, 0, 100 * %(each)s
         FROM club_member WHERE club_id = %(club)s""",
    """INSERT INTO club_entry (account_id, kind, amount, debt_delta, lifetime_delta, key, business_at, created_at)
       SELECT a.id, 'award', 100, 0, 100, 'due:' || a.id || ':' || n, %(earned)s, %(earned)s
         FROM club_account a, generate_series(1, %(each)s) n WHERE a.club_id = %(club)s""",
    """INSERT INTO club_lot (account_id, entry_id, origin_entry_id, amount, left_amount, available_on, expires_on,
                             earned_at, portion)
       SELECT a.id, e.id, e.id, 100, 100, %(start)s, %(end)s, %(earned)s, 0
         FROM club_entry e JOIN club_account a ON a.id = e.account_id WHERE a.club_id = %(club)s""",
)


def _tidy(shop):
    """What a database does by itself between a busy day and the night."""
    with shop.registry.cursor() as cr:
        connection = cr._cnx
        cr.commit()
        connection.autocommit = True
        try:
            for table in ("club_member", "club_account", "club_entry", "club_lot", "club_take"):
                cr.execute(f"VACUUM ANALYZE {table}")
        finally:
            connection.autocommit = False


def _script(cr, club_id):
    """The same entries, takes, portions and balances in one statement; seconds."""
    start = perf_counter()
    cr.execute(
        """WITH due AS MATERIALIZED (
               SELECT l.id, l.account_id, l.left_amount FROM club_lot l JOIN club_account a ON a.id = l.account_id
                WHERE a.club_id = %(club)s AND l.left_amount > 0
           ), total AS MATERIALIZED (
               SELECT nextval('club_entry_id_seq')::int AS entry_id, account_id, SUM(left_amount)::int8 AS amount
                 FROM due GROUP BY account_id
           ), booked AS (
               INSERT INTO club_entry (id, account_id, kind, amount, debt_delta, lifetime_delta, key, business_at,
                                       created_at)
               SELECT entry_id, account_id, 'expire', -amount, 0, 0, 'script:' || entry_id, %(now)s, %(now)s FROM total
           ), taken AS (
               INSERT INTO club_take (entry_id, lot_id, amount)
               SELECT t.entry_id, d.id, d.left_amount FROM due d JOIN total t USING (account_id)
           ), emptied AS (
               UPDATE club_lot l SET left_amount = 0 FROM due d WHERE l.id = d.id
           )
           UPDATE club_account a SET balance = a.balance - t.amount FROM total t WHERE a.id = t.account_id""",
        {"club": club_id, "now": fields.Datetime.now()},
    )
    return perf_counter() - start
