"""A batch through the ledger's door, against COPY of the same rows into the same tables."""

import io
from time import perf_counter

from members import grow
from odoo import SUPERUSER_ID, api

AWARDS, MEMBERS = 20_000, 2_000


def measure(club, bare):
    """Yield (line, kept): posting awards ÷ COPY of the same rows, and the proof of all balances."""
    grow(club, MEMBERS)
    with club.registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        posted = _post(env, club)
        copied = _copy(env)
        cr.rollback()
    ratio = posted / copied
    yield (
        f"{AWARDS:,} awards posted: {posted:.2f} s, COPY of the same rows {copied:.2f} s, {ratio:.1f}, budget ≤ 5",
        (ratio <= 5),
    )
    with club.registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        start = perf_counter()
        differences = env["club.club"].browse(club.club_id).prove()
        yield (
            f"every balance proven in {perf_counter() - start:.2f} s: {len(differences)} differences",
            not differences,
        )


def _post(env, club):
    from odoo.addons.loyalty_club.models.ledger import Intent, Source

    record = env["club.club"].browse(club.club_id)
    members = env["club.member"].search([("club_id", "=", club.club_id)], limit=MEMBERS)
    accounts = env["club.account"]._ensure((m.id, record.unit_ids.id, record.pool_ids.id) for m in members)
    ids = list(accounts.values())
    data = {"award": {"lines": [{"key": str(n), "name": f"Product {n}", "exact": "12/1"} for n in range(5)]}}
    intents = [
        Intent(
            account_id=ids[n % len(ids)],
            kind="award",
            key=f"bench:{n}",
            amount=60,
            source=Source(model="pos.order", id=n + 10**8, name=f"Bench {n}"),
            data=data,
        )
        for n in range(AWARDS)
    ]
    start = perf_counter()
    env["club.entry"]._post(intents)
    return perf_counter() - start


def _copy(env):
    """COPY the rows just posted, with new keys and ids, into the same tables."""
    cr = env.cr
    columns = {
        "club_entry": "account_id, kind, amount, debt_delta, key, source_model, source_id, source_name, business_at,"
        " created_at, actor, data",
        "club_lot": "account_id, entry_id, origin_entry_id, amount, left_amount, available_on, earned_at, portion",
    }
    took = 0.0
    for table, names in columns.items():
        source = names.replace("key,", "'copy:' || key,", 1) if table == "club_entry" else names
        where = (
            "key LIKE 'bench:%'"
            if table == "club_entry"
            else "entry_id IN (SELECT id FROM club_entry WHERE key LIKE 'bench:%')"
        )
        out = io.StringIO()
        cr._obj.copy_expert(f"COPY (SELECT {source} FROM {table} WHERE {where}) TO STDOUT", out)
        out.seek(0)
        start = perf_counter()
        cr._obj.copy_expert(f"COPY {table} ({names}) FROM STDIN", out)
        took += perf_counter() - start
    return took
