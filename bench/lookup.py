"""Finding one member among a million: by phone in any spelling, e-mail, card and the code on a phone."""

import random
from contextlib import contextmanager
from statistics import median
from time import perf_counter
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.sql_db import Cursor
from odoo.tools import SQL

FEW, MANY, BATCH = 1_000, 1_000_000, 50_000
ROUNDS = 200
TABLES = ("res_partner", "club_member", "club_pass")
REF = "lookup"
PROBE = "SELECT id FROM club_member WHERE club_id = %s AND partner_id = %s"


def measure(club, _bare):
    """Yield (line, kept): each way to find a member, its plan, and its time beside a bare probe and few members."""
    took = {}
    for count in (FEW, MANY):
        with club.registry.cursor() as cr:
            _grow(api.Environment(cr, SUPERUSER_ID, {}), club.club_id, count)
        with club.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
            took[count] = {way: _measure(env, club, find, value) for way, (find, value) in WAYS.items()}
            cr.rollback()
    for way in WAYS:
        (few, *_rest), (many, bare, scans, statements) = took[FEW][way], took[MANY][way]
        yield f"{way}: {statements} statements, {scans or 'each by an index'}", not scans
        text = f"{way}: {many:.2f} ms among {MANY:,}, {few:.2f} ms among {FEW:,}, bare probe {bare:.2f} ms"
        yield f"{text}, {many / few:.2f}, budget ≤ 2", many <= 2 * few


# ------------------------------------------------------------------ ways to find
def _by_phone(env, club_id, value):
    partners = env["res.partner"]._club_by_phone(value, env.ref("base.be"))
    return _member_of(env, club_id, partners)


def _by_email(env, club_id, value):
    return _member_of(env, club_id, env["res.partner"]._club_by_email(value))


def _member_of(env, club_id, partners):
    return env["club.member"].search([("club_id", "=", club_id), ("partner_id", "in", partners.ids)])


def _by_card(env, club_id, value):
    return env["club.member"]._find(env["club.club"].browse(club_id), card=value)


def _by_pass(env, club_id, value):
    return env["club.member"]._find(env["club.club"].browse(club_id), token=value)


def _spelled(form):
    def spell(member):
        digits = member.partner_id.phone[4:]  # after +324
        return form.format("".join(digits), a=digits[:2], b=digits[2:4], c=digits[4:6], d=digits[6:8])

    return spell


WAYS = {
    "phone, as stored": (_by_phone, _spelled("+324{}")),
    "phone, 00 32": (_by_phone, _spelled("00 32 4{a} {b} {c} {d}")),
    "phone, national": (_by_phone, _spelled("04{a}/{b}.{c}.{d}")),
    "phone, (0)": (_by_phone, _spelled("+32 (0)4{a}-{b}-{c}-{d}")),
    "e-mail": (_by_email, lambda member: member.partner_id.email.upper()),
    "card": (_by_card, lambda member: member.card_number),
    "code on a phone": (_by_pass, lambda member: member.env["club.pass"]._issue(member)),
}


# ------------------------------------------------------------------ measuring
def _measure(env, club, find, value):
    """(median ms, median ms of a bare probe, what was scanned, how many statements)"""
    last = env["club.member"].search([("partner_id.ref", "=", REF)], order="id desc", limit=1).id
    first = last - env["club.member"].search_count([("partner_id.ref", "=", REF)]) + 1
    wanted = random.Random(7).sample(range(first, last + 1), ROUNDS)
    members = env["club.member"].browse(wanted)
    for _round in range(2):  # the first fills the database's memory: a register asks for the same people again
        values = [(member.id, member.partner_id.id, value(member)) for member in members]
        env.flush_all()
        times, bare = [], []
        for member_id, partner_id, told in values:
            env.invalidate_all()
            start = perf_counter()
            found = find(env, club.club_id, told)
            times.append(1000 * (perf_counter() - start))
            if found.ids != [member_id]:
                raise AssertionError(f"{told} found {found.ids}, not {member_id}")
            start = perf_counter()
            env.execute_query(SQL(PROBE, club.club_id, partner_id))
            bare.append(1000 * (perf_counter() - start))
    statements = _statements(env, club, find, value(members[0]))
    scans = sorted({table for statement in statements for table in _scanned(env, statement)})
    return median(times), median(bare), f"scans {', '.join(scans)}" if scans else "", len(statements)


def _statements(env, club, find, told):
    """What one look-up asks the database, as it asks."""
    env.flush_all()
    env.invalidate_all()
    with _listening() as heard:
        find(env, club.club_id, told)
    return [(query, params) for query, params in heard if any(table in str(query) for table in TABLES)]


@contextmanager
def _listening():
    heard, execute = [], Cursor.execute

    def listen(cursor, query, params=None, log_exceptions=True):
        if isinstance(query, SQL):
            heard.append((query.code, query.params))
        else:
            heard.append((query, params))
        return execute(cursor, query, params, log_exceptions)

    with patch.object(Cursor, "execute", listen):
        yield heard


def _scanned(env, statement):
    query, params = statement
    env.cr.execute(f"EXPLAIN {query}", params)
    plan = [row[0] for row in env.cr.fetchall()]
    return [table for table in TABLES for line in plan if f"Seq Scan on {table}" in line]


# ------------------------------------------------------------------ a million of them
def _grow(env, club_id, count):
    cr = env.cr
    cr.execute("SELECT count(*) FROM res_partner WHERE ref = %s", [REF])
    have = cr.fetchone()[0]
    for start in range(have, count, BATCH):
        cr.execute(
            """INSERT INTO res_partner (name, complete_name, ref, active, autopost_bills, type, phone,
                                        phone_sanitized, email, email_normalized)
               SELECT 'Customer ' || n, 'Customer ' || n, %s, TRUE, 'ask', 'contact',
                      '+324' || lpad(((n::bigint * 7919) %% 100000000)::text, 8, '0'),
                      '+324' || lpad(((n::bigint * 7919) %% 100000000)::text, 8, '0'),
                      'customer' || n || '@example.com', 'customer' || n || '@example.com'
                 FROM generate_series(%s, %s) n RETURNING id""",
            [REF, start, min(start + BATCH, count) - 1],
        )
        env["club.member"]._enrol_partners([(club_id, row[0]) for row in cr.fetchall()])
        cr.commit()
    cr.execute(
        """INSERT INTO club_pass (member_id, digest, expires_at)
           SELECT id, md5(id::text), now() - interval '1 hour' FROM club_member WHERE club_id = %s
               ON CONFLICT DO NOTHING""",
        [club_id],
    )
    cr.commit()
    for table in TABLES:
        cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    cr.commit()
