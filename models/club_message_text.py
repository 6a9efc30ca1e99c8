"""What became of SMS: the host sends them by a job of its own, so the log asks afterwards."""

from odoo import api, fields, models
from odoo.tools import SQL

from .batches import in_batches

# The host's reason → the log's; all others are "text".
REASONS = {
    "sms_number_missing": "address",
    "sms_blacklist": "blacklist",
    "sms_optout": "blacklist",
    "sms_credit": "credit",
    "sms_acc": "credit",
}
OPEN = frozenset({"outgoing", "process"})
FAILED = frozenset({"error", "canceled"})


class ClubMessage(models.Model):
    _inherit = "club.message"

    # Of the host's SMS, until it is known what became of it.
    text_uuid = fields.Char(readonly=True, groups="base.group_system")

    _text_idx = models.Index("(id) WHERE text_uuid IS NOT NULL")

    @api.model
    def _send_due(self):
        super()._send_due()
        self._follow_texts()

    @api.model
    def _follow_texts(self):
        """SMS that the host's job has handed over since, or could not."""
        if "sms.sms" not in self.env:
            return
        self.env.flush_all()
        rows = self.env.execute_query(SQL("SELECT id FROM club_message WHERE text_uuid IS NOT NULL ORDER BY id"))
        if rows:
            in_batches(self.env, [row[0] for row in rows], self._follow_batch)

    @api.model
    def _follow_batch(self, ids):
        rows = self.env.execute_query(
            SQL(
                """SELECT m.id, s.state, s.failure_type FROM club_message m LEFT JOIN sms_sms s ON s.uuid = m.text_uuid
                    WHERE m.id = ANY(%s) AND m.text_uuid IS NOT NULL ORDER BY m.id FOR UPDATE OF m SKIP LOCKED""",
                list(ids),
            )
        )
        known = [row for row in rows if row[1] not in OPEN]
        self.sudo().browse([row[0] for row in known]).write({"text_uuid": False})
        failed = [(REASONS.get(fault, "text"), row_id) for row_id, state, fault in known if state in FAILED]
        for reason in {reason for reason, _id in failed}:
            self.sudo().browse([row_id for own, row_id in failed if own == reason])._note_failed(reason)

    def _note_failed(self, reason):
        """A way that these were to go by did not work; failed is what went by no other."""
        told = self.exists()
        told.filtered(lambda own: not own.reason).write({"reason": reason})
        alone = told.filtered(lambda own: not own.is_shown and (not own.is_mailed or own.reason == "undelivered"))
        alone.write({"state": "failed"})
