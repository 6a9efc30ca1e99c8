"""The one movement that comes by the million: booked set by set, the same rows as by the door."""

from odoo import fields
from odoo.tools import SQL

from .ledger_dates import Dates


def book_expiry(env, account_ids, club):
    """Book what is past its last day and promised to nobody, one entry an account of a club, in one statement.

    The same as an ``expire`` intent for each account, at the speed of the database: a million portions fall due
    in one night. The members are locked. Where that day is not the one written on the points, the entry says which
    it was, and after how many months without an order.
    """
    env["club.ledger.mixin"]._club_check_door()
    dates = Dates(env, club)
    rows = env.execute_query(
        SQL(
            """WITH due AS MATERIALIZED (
                   SELECT l.id, l.account_id, l.left_amount, l.left_amount - COALESCE((%(pinned)s), 0) AS free,
                          %(why)s AS why
                     FROM club_lot l JOIN LATERAL (%(dates)s) d ON TRUE
                    WHERE l.account_id = ANY(%(accounts)s) AND l.left_amount > 0 AND d.last_day < %(today)s
               ), overdue AS MATERIALIZED (
                   SELECT nextval('club_entry_id_seq')::int AS entry_id, account_id, SUM(free)::bigint AS amount,
                          MIN(id) AS first_id, (ARRAY_AGG(left_amount ORDER BY id))[1] AS first_left,
                          MAX(why) AS why
                     FROM due WHERE free > 0 GROUP BY account_id
               ), booked AS (
                   INSERT INTO club_entry (id, account_id, kind, amount, debt_delta, lifetime_delta, key,
                                           business_at, created_at, actor, data)
                   SELECT entry_id, account_id, 'expire', -amount, 0, 0,
                          'expire:' || account_id || ':' || first_id || ':' || first_left,
                          %(now)s, %(now)s, %(actor)s, why::jsonb
                     FROM overdue
               ), taken AS (
                   INSERT INTO club_take (entry_id, lot_id, amount)
                   SELECT o.entry_id, d.id, d.free FROM due d JOIN overdue o USING (account_id) WHERE d.free > 0
               ), lowered AS (
                   UPDATE club_lot l SET left_amount = l.left_amount - d.free FROM due d
                    WHERE l.id = d.id AND d.free > 0
               )
               UPDATE club_account a SET balance = a.balance - o.amount FROM overdue o WHERE a.id = o.account_id
            RETURNING o.entry_id""",
            pinned=env["club.lot"]._pinned_sql(),
            accounts=list(account_ids),
            dates=dates.lot(),
            why=_why(dates, club),
            today=club._today(),
            now=fields.Datetime.now(),
            actor=env["club.entry"]._actor(),
        )
    )
    for model in ("club.account", "club.lot"):
        env[model].invalidate_model()
    return env["club.entry"].browse(row[0] for row in rows)


def _why(dates, club):
    """What an entry of lot ``l`` says beside the day written on it."""
    if dates.is_plain:
        return SQL("NULL::text")
    return SQL(
        """CASE WHEN d.last_day IS DISTINCT FROM l.expires_on
                THEN jsonb_build_object('last_day', d.last_day, 'idle_months', CASE WHEN d.is_idle THEN %s END)::text
            END""",
        club._rulebook().idle.months,
    )
