import tempfile

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

PAGE = 200_000  # rows of one file
TECHNICAL = ("ir.%", "res.groups%", "mail.%", "digest.%", "spreadsheet.%")  # models of what an add-on brings

# (file name, table) → query, whose first column is the table's id.
# Ids tie the files together; a later installation can read them back.
_EXPORTS = {
    ("members", "club_member"): """
        SELECT m.id, c.name->>'en_US' AS club, m.partner_id, p.name AS contact, p.email, p.phone, m.active,
               m.card_number, t.name->>'en_US' AS tier, m.lifetime, m.joined_at, m.is_guest, m.consent_at,
               m.merged_into_id
          FROM club_member m JOIN club_club c ON c.id = m.club_id
          LEFT JOIN res_partner p ON p.id = m.partner_id LEFT JOIN club_tier t ON t.id = m.tier_id""",
    ("balances", "club_account"): """
        SELECT a.id, a.member_id, u.name->>'en_US' AS unit, u.decimals, o.name AS pool, a.balance, a.debt,
               a.lifetime, a.merged_into_id
          FROM club_account a JOIN club_unit u ON u.id = a.unit_id JOIN club_pool o ON o.id = a.pool_id""",
    ("portions", "club_lot"): """
        SELECT l.id, l.account_id, l.entry_id, l.origin_entry_id, l.amount, l.left_amount, l.available_on,
               l.expires_on, l.earned_at, l.portion, l.successor_of_id
          FROM club_lot l""",
    ("entries", "club_entry"): """
        SELECT e.id, e.account_id, e.kind, e.amount, e.debt_delta, e.lifetime_delta, e.key, e.source_model,
               e.source_id, e.source_name, e.business_at, e.created_at, e.corrects_id, e.actor,
               r.text AS remark, e.data
          FROM club_entry e
          LEFT JOIN LATERAL (
               SELECT STRING_AGG(text, ' ') AS text FROM club_remark WHERE entry_id = e.id) r ON TRUE""",
}


class ClubFarewell(models.Model):
    """What is said and kept when the add-on goes."""

    _inherit = "club.club"

    @api.model
    def _club_farewell(self):
        """What an uninstallation would end, in words; empty where nobody has anything."""
        rows = self.env["club.account"]._read_group(
            [("balance", "!=", 0)], ["club_id", "unit_id"], ["balance:sum", "member_id:count_distinct"]
        )
        if not rows:
            return ""
        lines = [
            self.env._(
                "%(club)s: %(members)s members have %(balance)s.",
                club=club.name,
                members=members,
                balance=unit._format(balance),
            )
            for club, unit, balance, members in rows
        ]
        return "\n".join([
            self.env._("The loyalty club goes with it, and its history of points cannot be brought back:"),
            *lines,
            self.env._(
                "Members, balances and movements are saved as CSV files, under Settings, Technical, Attachments."
            ),
        ])  # fmt: skip

    @api.model
    def _club_export(self):
        """Write all members, balances, portions and movements as CSV attachments that belong to nobody else.

        :return: ``ir.attachment`` records
        """
        today = fields.Date.today().isoformat()
        attachments = self.env["ir.attachment"]
        for (name, table), query in _EXPORTS.items():
            for part, content in enumerate(self._club_csv(table, query), start=1):
                attachments += attachments.create({
                    "name": f"loyalty_club_{name}_{today}_{part}.csv",
                    "raw": content,
                    "mimetype": "text/csv",
                })  # fmt: skip
        return attachments

    def _club_csv(self, table, query):
        """The rows of a query as CSV, a file at a time, written by the database itself."""
        self.env.flush_all()
        cursor = self.env.cr
        alias = query.split(None, 2)[1].split(".")[0]
        [(highest,)] = self.env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table)))
        for last in range(0, max(highest, 1), PAGE):
            # Nothing but constants of this file and numbers: COPY takes no parameters.
            page = f"{alias}.id > {last:d} AND {alias}.id <= {last + PAGE:d} ORDER BY {alias}.id"
            with tempfile.TemporaryFile() as file:
                cursor.copy_expert(f"COPY ({query} WHERE {page}) TO STDOUT WITH (FORMAT csv, HEADER)", file)
                file.seek(0)
                yield file.read()

    @api.model
    def _club_disown(self):
        """The demo merchant's products, people and registers have sales by now: they stay, as anybody's own.

        Our own rows go with their tables, so nobody needs to delete them one by one against what points at them.
        """
        owned = Domain("module", "=", "loyalty_club")
        technical = Domain.OR(Domain("model", "=like", pattern) for pattern in TECHNICAL)
        self.env["ir.model.data"].sudo().search(owned & ~technical).unlink()
