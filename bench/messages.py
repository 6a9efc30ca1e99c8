"""A morning on which many are told the same: found, noted and sent, against bare SQL that writes the same rows.

Every step goes by batches of members, so ten times the members take ten times as long on both sides.
"""

from datetime import timedelta
from time import perf_counter

from odoo import SUPERUSER_ID, api, fields

MEMBERS = 20_000


def measure(club, bare):
    """Yield (line, kept): finding and noting ÷ one INSERT, writing and sending ÷ bare SQL, queries a thousand."""
    for way, is_mail in (("shown on the page", False), ("handed over as e-mails", True)):
        with club.registry.cursor() as cr:
            rule_id, club_id = _fill(api.Environment(cr, SUPERUSER_ID, {}), is_mail)
        with club.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            noted, found = _timed(cr, env["club.message.rule"].browse(rule_id)._look)
            sent, written = _timed(cr, env["club.message"]._send_due)
        with club.registry.cursor() as cr:
            # Else the database takes the new rows for a few, and compares each with each.
            for table in ("club_message", "mail_message", "mail_mail"):
                cr.execute(f"ANALYZE {table}")
            inserted = _took(cr, _INSERT, rule_id)
            updated = _took(cr, _UPDATE, rule_id) + sum(_took(cr, query, rule_id) for query in _MAIL if is_mail)
            cr.rollback()
            cr.execute("SELECT COUNT(*) FROM club_message WHERE rule_id = %s AND state = 'sent'", [rule_id])
            is_right = cr.fetchone()[0] == MEMBERS
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["club.message.rule"].browse(rule_id).is_on = False
            env["club.club"].browse(club_id).action_switch_off()
        for what, took, script, budget in (
            ("found and noted", noted, inserted, 8),
            # A text of its own for each in their language takes a millisecond, beside rows that take a twentieth of
            # one; an e-mail takes three, of which the host's own way to make it is two.
            (way, sent, updated, 25 if is_mail else 40),
        ):
            ratio = took / script
            yield (
                f"{MEMBERS:,} messages {what}: {took:.1f} s, bare SQL {script:.1f} s, {ratio:.1f}, budget ≤ {budget}",
                ratio <= budget and is_right,
            )
        each = 1000 * (found + written) / MEMBERS
        yield f"queries for a thousand messages: {each:.0f}, budget ≤ 150", each <= 150


def _timed(cr, work):
    count, start = cr.sql_log_count, perf_counter()
    work()
    return perf_counter() - start, cr.sql_log_count - count


def _took(cr, query, rule_id):
    start = perf_counter()
    cr.execute(query, {"rule": rule_id})
    return perf_counter() - start


def _fill(env, is_mail):
    """A club whose members have all been away for a month today."""
    now = fields.Datetime.now()
    club = env["club.club"].create({"name": "Away", "company_ids": env.company.ids, "tz": "UTC"})
    club.action_switch_on()
    rule = env["club.message.rule"].create({
        "club_id": club.id, "trigger": "idle", "days": 30, "is_mail": is_mail, "is_agreed": False,
        "is_on": True, "quiet_from": 0, "quiet_to": 0,
    })  # fmt: skip
    rule.on_since = now - timedelta(days=60)
    env.flush_all()
    values = {"club": club.id, "tier": club.tier_ids.id, "away": now - timedelta(days=30), "members": MEMBERS}
    env.cr.execute(
        """WITH people AS (
               INSERT INTO res_partner (name, complete_name, email, email_normalized, lang, active, type,
                                        autopost_bills)
               SELECT 'Away ' || n, 'Away ' || n, 'away' || n || '@example.com', 'away' || n || '@example.com',
                      'en_US', TRUE, 'contact', 'ask' FROM generate_series(1, %(members)s) n RETURNING id)
           INSERT INTO club_member (club_id, partner_id, tier_id, tier_since, joined_at, last_paid_at, active, lifetime,
                                    lock_version, is_guest)
           SELECT %(club)s, id, %(tier)s, %(away)s, %(away)s, %(away)s, TRUE, 0, 0, FALSE FROM people""",
        values,
    )
    env.cr.execute("ANALYZE club_member")
    return rule.id, club.id


_INSERT = """
    INSERT INTO club_message (rule_id, member_id, club_id, event_key, happened_at, event_on, data, due_at, state,
                              is_read, is_shown, is_mailed, is_texted)
    SELECT rule_id, member_id, club_id, 'again:' || event_key, happened_at, event_on, data, due_at, 'waiting', FALSE,
           FALSE, FALSE, FALSE
      FROM club_message WHERE rule_id = %(rule)s
"""
_UPDATE = """
    UPDATE club_message told SET subject = done.subject, body = done.body, is_shown = TRUE, state = 'sent',
                                 sent_at = done.sent_at
      FROM club_message done
     WHERE told.rule_id = %(rule)s AND told.state = 'waiting' AND done.rule_id = %(rule)s
       AND done.member_id = told.member_id AND done.state = 'sent'
"""
_MAIL = (
    """INSERT INTO mail_message (subject, body, message_type, model, email_from, date, message_id, create_date)
       SELECT told.subject, repeat('x', 6000), 'email_outgoing', 'club.bench', 'club@example.com', now(),
              '<' || told.id || '@example.com>', now()
         FROM club_message told WHERE told.rule_id = %(rule)s AND told.event_key NOT LIKE 'again:%%'""",
    """INSERT INTO mail_mail (mail_message_id, body_html, headers, email_to, state, auto_delete, create_date)
       SELECT m.id, m.body, repeat('x', 200), 'somebody@example.com', 'outgoing', TRUE, now()
         FROM mail_message m WHERE m.model = 'club.bench'""",
)
