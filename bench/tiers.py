"""The night on which everybody's tier is reviewed, against one script that writes the same rows at once.

A third has collected enough within the year and keeps the tier, two thirds lose it; then those who are left are looked
at by spend, from what their orders count. Batches of a thousand: five times the members take five times as long on
both sides.
"""

from datetime import timedelta
from time import perf_counter

from odoo import SUPERUSER_ID, api, fields

MEMBERS, EACH = 20_000, 6


def measure(club, bare):
    """Yield (line, kept): the nightly review ÷ one script, and queries for a thousand members."""
    for what, metric in (("collected", "points"), ("spent", "spend")):
        with club.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            club_id = _fill(env, metric)
        _tidy(club)
        with club.registry.cursor() as cr:
            script = _script(cr, club_id, _FIGURES[metric])
            cr.rollback()
        _tidy(club)
        with club.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["club.club"].browse(club_id)._rulebook()
            count, start = cr.sql_log_count, perf_counter()
            env["club.member"]._cron_review_tiers()
            job, queries = perf_counter() - start, cr.sql_log_count - count
        with club.registry.cursor() as cr:
            cr.execute("SELECT COUNT(*) FROM club_move v JOIN club_member m ON m.id = v.member_id"
                       " WHERE m.club_id = %s AND v.reason = 'review'", [club_id])  # fmt: skip
            is_right = cr.fetchone()[0] == MEMBERS - MEMBERS // 3
            api.Environment(cr, SUPERUSER_ID, {})["club.club"].browse(club_id).action_switch_off()
        ratio, each = job / script, 1000 * queries / MEMBERS
        yield (
            f"{MEMBERS:,} tiers by what was {what} reviewed: {job:.1f} s, one script {script:.1f} s, {ratio:.1f}, "
            f"budget ≤ 10",
            ratio <= 10 and is_right,
        )
        yield f"queries for a thousand of them: {each:.0f}, budget ≤ 40", each <= 40


def _fill(env, metric):
    """A club of members whose tier is due, of whom a third reaches it again."""
    now = fields.Datetime.now()
    club = env["club.club"].create({"name": "Yearly", "company_ids": env.company.ids, "tz": "UTC"})
    club.action_switch_on()
    club.write({"tier_period": "year", "tier_grace_days": 0, "tier_metric": metric})
    club.is_tier_counting = False
    silver = env["club.tier"].create({"club_id": club.id, "name": "Silver", "threshold": 100 * EACH})
    env.flush_all()
    values = {
        "club": club.id,
        "tier": silver.id,
        "unit": club.unit_ids.id,
        "pool": club.pool_ids.id,
        "members": MEMBERS,
        "enough": MEMBERS // 3,
        "each": EACH,
        "since": now - timedelta(days=400),
        "lately": now - timedelta(days=100),
        "due": now.date() - timedelta(days=2),
    }
    for query in (*_FILL, _FILL_OF[metric]):
        env.cr.execute(query, values)
    return club.id


_FILL = (
    """INSERT INTO club_member (club_id, tier_id, tier_since, joined_at, last_paid_at, active, lifetime, lock_version,
                                tier_review_on)
       SELECT %(club)s, %(tier)s, %(since)s, %(since)s, %(since)s, TRUE, 100 * %(each)s, 0, %(due)s
         FROM generate_series(1, %(members)s)""",
    """INSERT INTO club_account (club_id, member_id, unit_id, pool_id, balance, debt, lifetime)
       SELECT club_id, id, %(unit)s, %(pool)s, 100 * %(each)s, 0, 100 * %(each)s
         FROM club_member WHERE club_id = %(club)s""",
)
# The first third bought within the year, the others before.
_FILL_OF = {
    "points": """
       INSERT INTO club_entry (account_id, kind, amount, debt_delta, lifetime_delta, key, business_at, created_at)
       SELECT a.id, 'award', 100, 0, 100, 'year:' || a.id || ':' || n,
              CASE WHEN a.place <= %(enough)s THEN %(lately)s ELSE %(since)s END, %(since)s
         FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM club_account WHERE club_id = %(club)s) a,
              generate_series(1, %(each)s) n""",
    "spend": """
       INSERT INTO club_tier_count (member_id, metric, source_model, source_id, part, paid_at, amount, remaining,
                                    noted_at)
       SELECT m.id, 'spend', 'bench', m.id * 100 + n, '',
              CASE WHEN m.place <= %(enough)s THEN %(lately)s ELSE %(since)s END, 100, 100, %(since)s
         FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM club_member WHERE club_id = %(club)s) m,
              generate_series(1, %(each)s) n""",
}
_FIGURES = {
    "points": """SELECT a.member_id, SUM(e.lifetime_delta) AS figure
                   FROM club_account a JOIN club_entry e ON e.account_id = a.id
                  WHERE a.club_id = %(club)s AND e.business_at >= %(start)s GROUP BY 1""",
    "spend": """SELECT c.member_id, SUM(c.remaining) AS figure
                  FROM club_tier_count c JOIN club_member own ON own.id = c.member_id
                 WHERE own.club_id = %(club)s AND c.metric = 'spend' AND c.paid_at >= %(start)s GROUP BY 1""",
}


def _tidy(shop):
    """What a database does by itself between a busy day and the night."""
    with shop.registry.cursor() as cr:
        connection = cr._cnx
        cr.commit()
        connection.autocommit = True
        try:
            for table in ("club_member", "club_account", "club_entry", "club_tier_count", "club_move"):
                cr.execute(f"VACUUM ANALYZE {table}")
        finally:
            connection.autocommit = False


def _script(cr, club_id, figures):
    """The same figures, days, tiers and moves in one statement; seconds."""
    now, start = fields.Datetime.now(), perf_counter()
    cr.execute(
        f"""WITH held AS MATERIALIZED (
               SELECT m.id, m.tier_id, COALESCE(year.figure, 0) AS figure,
                      COALESCE(year.figure, 0) >= t.threshold AS is_kept
                 FROM club_member m JOIN club_tier t ON t.id = m.tier_id
                 LEFT JOIN ({figures}) year ON year.member_id = m.id WHERE m.club_id = %(club)s
           ), lowest AS (
               SELECT id FROM club_tier WHERE club_id = %(club)s ORDER BY threshold LIMIT 1
           ), moved AS (
               INSERT INTO club_move (member_id, from_tier_id, tier_id, moved_at, lifetime, reason)
               SELECT held.id, held.tier_id, lowest.id, %(now)s, held.figure, 'review' FROM held, lowest
                WHERE NOT held.is_kept
           )
           UPDATE club_member m SET
                  tier_id = CASE WHEN held.is_kept THEN m.tier_id ELSE lowest.id END,
                  tier_since = CASE WHEN held.is_kept THEN m.tier_since ELSE %(now)s END,
                  tier_review_on = CASE WHEN held.is_kept THEN %(next)s END,
                  lock_version = m.lock_version + 1
             FROM held, lowest WHERE held.id = m.id""",  # figures: one of the texts above
        {
            "club": club_id,
            "start": now - timedelta(days=365),
            "now": now,
            "next": now.date() + timedelta(days=365),
        },
    )
    return perf_counter() - start
