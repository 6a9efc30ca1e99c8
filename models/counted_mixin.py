from odoo import api, fields, models
from odoo.tools import SQL

from .fields import BigInteger


class ClubCountedMixin(models.AbstractModel):
    """What one order counts for something, as it was recorded when it was paid, and what returns left of it."""

    _name = "club.counted.mixin"
    _description = "Orders"
    _inherit = ["club.door.mixin", "club.source.mixin"]
    _order = "paid_at desc, id desc"

    member_id = fields.Many2one("club.member", required=True, ondelete="restrict", readonly=True)
    source_model = fields.Char(required=True, readonly=True)
    source_id = fields.Many2oneReference(model_field="source_model", required=True, readonly=True)
    source_name = fields.Char(string="Document", readonly=True)
    part = fields.Char(required=True, readonly=True, help="Of a document that got lines after it was paid.")
    paid_at = fields.Datetime(required=True, readonly=True)
    amount = BigInteger(required=True, readonly=True)
    remaining = BigInteger(required=True, readonly=True)
    data = fields.Json(readonly=True)
    noted_at = fields.Datetime(required=True, readonly=True)

    @api.model
    def _note(self, rows, columns, told):
        """Note what orders count, each once, and tell so many columns of those that are new."""
        columns = ("member_id", "source_model", "source_id", "source_name", "part", "paid_at", "amount", *columns)
        now, to_json = fields.Datetime.now(), self._fields["data"].convert_to_column_insert
        # Names of the table and of columns from the code.
        query = f"""INSERT INTO {self._table} ({", ".join(columns)}, data, remaining, noted_at) VALUES %s
                    ON CONFLICT DO NOTHING RETURNING {", ".join(told)}"""
        values = [
            (*(row[name] for name in columns), to_json(row["data"], self), row["amount"], now) for row in rows
        ]
        found = self.env.cr.execute_values(query, values, fetch=True)
        self.invalidate_model(flush=False)
        return found

    @api.model
    def _shrunk(self, documents):
        """Bring what these documents count to what is left of them by now; return (row before, what is left)."""
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT * FROM %s WHERE source_model = %s AND source_id = ANY(%s)",
                SQL.identifier(self._table),
                documents._name,
                list(documents.ids),
            )
        )
        returned = documents.browse({row["source_id"] for row in rows})._club_returned() if rows else {}
        changed = []
        for row in rows:
            left = documents._club_goal_left(documents.browse(row["source_id"]), row["data"], returned)
            if left != row["remaining"]:
                changed.append((row, left))
        if not changed:
            return []
        self.env["club.member"].browse({row["member_id"] for row, _left in changed})._lock()
        self.env.cr.execute_values(
            f"""UPDATE {self._table} c SET remaining = v.remaining, noted_at = v.noted_at::timestamp
                  FROM (VALUES %s) v (id, remaining, noted_at) WHERE c.id = v.id""",
            [(row["id"], left, fields.Datetime.now()) for row, left in changed],
        )
        self.invalidate_model(flush=False)
        return changed
