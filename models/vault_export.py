"""What a club file is written from: SQL for what there is a lot of, fields for what is configured."""

import hashlib
import json
import secrets
import tempfile
import zipfile

from odoo import fields, models, release
from odoo.tools import SQL

from ..engine import vault as engine
from .ledger_dates import Dates

READ_ME = """A loyalty club, as of {day} (format {format}, version {version}).

members.csv     who is a member, with card, tier, total, consent and choices
balances.csv    what each member has of each unit in each pool, and owes
portions.csv    of which portions that consists: from when and until when they are good
lifetimes.csv   of clubs whose tiers count a year: what counted in which month
vouchers.csv    vouchers that are not used yet
cards.csv       former card numbers, which find nobody any more
counts.csv      of clubs whose tiers go by spend or orders: what counted when
goals.csv       how far members are with their goals; steps.csv: by what they paid on which day
plays.csv       plays of games that wait to be played
had.csv         what comes once or so many times a member: vouchers of a tier or birthday, rewards used
history.csv     every movement, to be read; moves.csv: every change of tier, likewise
configuration.json  clubs, units, tiers, programs, bonuses, conditions, outlets, rewards, goals, games, messages

Amounts are whole numbers in the smallest part of the unit; history.csv says them in the unit. A later installation
reads the file under Loyalty Club, Configuration, Club Files. It holds personal data: keep it like your customer list.

What does not come back: the single movements, orders and messages of before (history.csv shows the movements), PINs,
promises to open orders (their points are in the balance), and games played before. An order from before the file that
is refunded later takes no points back, and history from before it cannot be credited again.
"""
def safe(column, name):
    """A text that no spreadsheet takes for a formula."""
    return SQL(
        "CASE WHEN %(text)s ~ %(formula)s THEN '''' || %(text)s ELSE %(text)s END AS %(name)s",
        text=SQL(column),
        formula=engine.FORMULA_SQL,
        name=SQL.identifier(name),
    )


class Tee:
    """What goes into the archive is counted into its sum."""

    def __init__(self, file):
        self.file, self.sum = file, hashlib.sha256()

    def write(self, data):
        data = data.encode() if isinstance(data, str) else bytes(data)
        self.sum.update(data)
        return self.file.write(data)


class ClubVault(models.Model):
    _inherit = "club.vault"

    def _club_zip(self, clubs):
        """All there is of these clubs as the bytes of one archive."""
        self.env.flush_all()
        clubs = clubs.with_context(active_test=False).sudo()
        today, sums = fields.Date.today().isoformat(), {}
        with tempfile.TemporaryFile() as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                configuration = json.dumps(self._club_configuration(clubs), indent=1, ensure_ascii=False, default=str)
                self._club_put(archive, sums, engine.CONFIGURATION, lambda out: out.write(configuration))
                for name, query in self._club_queries(clubs).items():
                    self._club_put(archive, sums, f"{name}.csv", lambda out, query=query: self._club_copy(query, out))
                manifest = {
                    "format": engine.FORMAT,
                    "version": engine.VERSION,
                    "key": secrets.token_hex(16),
                    "database": self._club_database(),
                    "made_at": fields.Datetime.to_string(fields.Datetime.now()),
                    "host": release.version,
                    "clubs": clubs.ids,
                    "sums": sums,
                }
                archive.writestr(engine.MANIFEST, json.dumps(manifest, indent=1))
                words = {"day": today, "format": engine.FORMAT, "version": engine.VERSION}
                archive.writestr(engine.README, READ_ME.format(**words))
            file.seek(0)
            return file.read()

    def _club_database(self):
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid") or self.env.cr.dbname

    def _club_put(self, archive, sums, name, write):
        with archive.open(name, "w", force_zip64=True) as inside:
            out = Tee(inside)
            write(out)
            sums[name] = out.sum.hexdigest()

    def _club_copy(self, query, out):
        """The rows of a query as CSV, by the database itself."""
        cursor = self.env.cr
        text = cursor.mogrify(query.code, query.params).decode()
        cursor.copy_expert(f"COPY ({text}) TO STDOUT WITH (FORMAT csv, HEADER)", out)

    # ------------------------------------------------------------------ what is written
    def _club_queries(self, clubs):
        own = SQL("ARRAY[%s]::int[]", SQL(", ").join(SQL("%s", club_id) for club_id in clubs.ids))
        today, dates = fields.Date.today(), Dates(self.env, clubs).lot()
        is_good = SQL("(d.last_day IS NULL OR d.last_day >= %s)", today)  # what is over is gone, booked or not
        member = SQL("m.club_id = ANY(%s) AND m.merged_into_id IS NULL AND m.partner_id IS NOT NULL", own)
        return {
            "members": self._club_members_sql(member),
            "balances": SQL(
                """SELECT a.id, a.member_id, a.unit_id, %s, a.pool_id, %s,
                          (SELECT COALESCE(SUM(l.left_amount), 0)::bigint FROM club_lot l
                             JOIN LATERAL (%s) d ON TRUE
                            WHERE l.account_id = a.id AND l.left_amount > 0 AND %s) - a.debt AS balance,
                          a.debt, a.lifetime
                     FROM club_account a JOIN club_member m ON m.id = a.member_id
                     JOIN club_unit u ON u.id = a.unit_id JOIN club_pool o ON o.id = a.pool_id
                    WHERE %s AND a.merged_into_id IS NULL ORDER BY a.id""",
                safe("(u.name->>'en_US')", "unit"), safe("(o.name->>'en_US')", "pool"), dates, is_good, member,
            ),
            "portions": SQL(
                """SELECT l.id, l.account_id, l.left_amount, l.available_on,
                          CASE WHEN d.last_day >= %s AND l.expires_on < %s THEN d.last_day
                               ELSE l.expires_on END AS expires_on, l.earned_at, l.portion
                     FROM club_lot l JOIN club_account a ON a.id = l.account_id AND a.merged_into_id IS NULL
                     JOIN LATERAL (%s) d ON TRUE JOIN club_member m ON m.id = a.member_id
                    WHERE %s AND l.left_amount > 0 AND %s ORDER BY l.id""",
                today, today, dates, member, is_good,
            ),
            "lifetimes": self._club_lifetimes_sql(member),
            "vouchers": SQL(
                """SELECT v.id, v.member_id, v.program_id, %s, %s, v.is_giftable, c.points,
                          c.expiration_date AS expires_on, v.issued_at
                     FROM club_voucher v JOIN club_member m ON m.id = v.member_id
                     JOIN loyalty_card c ON c.id = v.card_id JOIN loyalty_program p ON p.id = v.program_id
                    WHERE %s AND v.refunded_at IS NULL AND c.points > 0 AND c.active ORDER BY v.id""",
                safe("(p.name->>'en_US')", "program"), safe("c.code", "code"), member,
            ),
            "cards": SQL(
                """SELECT k.id, k.member_id, k.number, k.ended_at FROM club_card k
                     JOIN club_member m ON m.id = k.member_id WHERE %s ORDER BY k.id""",
                member,
            ),
            **self._club_growth_queries(member),
            "history": self._club_history_sql(own),
            "moves": SQL(
                """SELECT v.id, v.member_id, v.moved_at, f.name->>'en_US' AS from_tier, t.name->>'en_US' AS tier,
                          v.lifetime, v.reason, v.until, %s, %s
                     FROM club_move v JOIN club_member m ON m.id = v.member_id
                     LEFT JOIN club_tier f ON f.id = v.from_tier_id JOIN club_tier t ON t.id = v.tier_id
                    WHERE m.club_id = ANY(%s) ORDER BY v.id""",
                safe("v.note", "note"), safe("v.actor", "by"), own,
            ),
        }  # fmt: skip

    def _club_members_sql(self, member):
        return SQL(
            """SELECT m.id, m.club_id, m.partner_id, %s, %s, %s, p.lang, p.club_birthday AS birthday, m.active,
                      m.card_number, m.tier_id, %s, m.tier_since, m.tier_until, m.tier_review_on, m.lifetime,
                      m.joined_at, m.last_paid_at, m.lapsed_on, m.is_guest, m.consent_at, m.consent_source,
                      m.home_pool_id, m.mail_choice, m.sms_choice, m.choice_at, m.is_auto_redeem,
                      EXISTS (SELECT FROM club_entry e WHERE e.key = 'profile:' || m.id) AS had_profile_bonus
                 FROM club_member m JOIN res_partner p ON p.id = m.partner_id JOIN club_tier t ON t.id = m.tier_id
                WHERE %s ORDER BY m.id""",
            safe("p.name", "name"), safe("p.email", "email"), safe("p.phone", "phone"),
            safe("(t.name->>'en_US')", "tier"), member,
        )  # fmt: skip

    def _club_lifetimes_sql(self, member):
        """What counted in which month, where tiers count a year; what was before is in the balance's total."""
        return SQL(
            """SELECT a.id AS account_id, DATE_TRUNC('month', COALESCE(c.business_at, e.business_at))::date AS month,
                      SUM(e.lifetime_delta)::bigint AS amount
                 FROM club_account a JOIN club_member m ON m.id = a.member_id
                 JOIN club_club club ON club.id = m.club_id AND club.tier_period = 'year'
                 JOIN club_entry e ON e.account_id = a.id AND e.lifetime_delta <> 0
                 LEFT JOIN club_entry c ON c.id = e.corrects_id
                WHERE %s AND a.merged_into_id IS NULL
                  AND COALESCE(c.business_at, e.business_at) >= NOW() AT TIME ZONE 'UTC' - INTERVAL '13 months'
             GROUP BY 1, 2 HAVING SUM(e.lifetime_delta) <> 0 ORDER BY 1, 2""",
            member,
        )

    def _club_history_sql(self, own):
        return SQL(
            """SELECT e.id, a.member_id, %s, e.business_at AS date, e.kind,
                      ROUND(e.amount / POWER(10::numeric, d.decimals), d.decimals) AS amount, %s, %s,
                      e.debt_delta, e.lifetime_delta, %s, %s, e.corrects_id, e.created_at, %s
                 FROM club_entry e JOIN club_account a ON a.id = e.account_id
                 JOIN club_member m ON m.id = a.member_id LEFT JOIN res_partner p ON p.id = m.partner_id
                 JOIN club_unit u ON u.id = a.unit_id JOIN club_pool o ON o.id = a.pool_id
                CROSS JOIN LATERAL (SELECT COALESCE(u.decimals, 0) AS decimals) d
                 LEFT JOIN LATERAL (
                      SELECT STRING_AGG(text, ' ') AS text FROM club_remark WHERE entry_id = e.id) r ON TRUE
                WHERE a.club_id = ANY(%s) ORDER BY e.id""",
            safe("p.name", "member"), safe("(u.name->>'en_US')", "unit"), safe("(o.name->>'en_US')", "pool"),
            safe("e.source_name", "document"), safe("r.text", "remark"), safe("e.actor", "by"), own,
        )  # fmt: skip
