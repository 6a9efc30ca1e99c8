"""How long messages are kept: the inbox and the log end, and nobody is told of anything again for it."""

from odoo import api, fields, models
from odoo.tools import SQL

from .batches import in_batches
from .message_triggers import LATE_DAYS

BATCH = 1000
# By the first part of a key: these events may be found again years later, so the latest of each stays, without words.
STANDING = ("reached", "near", "idle")
MOST_MONTHS = 120


class ClubClub(models.Model):
    _inherit = "club.club"

    message_months = fields.Integer(
        string="Keep Messages For",
        default=24,
        help="Months after which a message leaves the customer's page and the log. 0: they stay.",
    )

    _message_months_sane = models.Constraint(
        f"CHECK (COALESCE(message_months, 0) BETWEEN 0 AND {MOST_MONTHS})",
        f"Messages are kept for 0 to {MOST_MONTHS} months; 0 keeps them for good.",
    )

    def _old_messages(self):
        """The messages that go: long ago, about no day to come, and counted by no limit of so many in so many days."""
        rules = self.env["club.message.rule"].sudo().with_context(active_test=False)
        counted = max(rules.search([("club_id", "=", self.id)]).mapped("cap_days"), default=0)
        now = fields.Datetime.now()
        return SQL(
            """SELECT id FROM club_message
                WHERE club_id = %s AND state <> 'waiting' AND COALESCE(sent_at, due_at) < %s
                  AND (event_on IS NULL OR event_on < %s)
                  AND (data IS NOT NULL OR subject IS NOT NULL OR NOT (%s)) ORDER BY id""",
            self.id,
            min(
                fields.Datetime.subtract(now, months=self.message_months),
                fields.Datetime.subtract(now, days=counted),
            ),
            fields.Date.subtract(self._today(), days=LATE_DAYS),
            self.env["club.message"]._may_return(),
        )


class ClubMessage(models.Model):
    _inherit = "club.message"

    @api.model
    def _cron_forget(self):
        """Every night: what is older than its club keeps messages goes, in small commits."""
        self.env.flush_all()
        for club in self.env["club.club"].sudo().with_context(active_test=False).search([("message_months", ">", 0)]):
            rows = self.env.execute_query(club._old_messages())
            if rows and in_batches(self.env, [row[0] for row in rows], self._forget, size=BATCH) < len(rows):
                return

    @api.model
    def _forget(self, ids):
        """Delete these, or leave them without words where their event could be found again."""
        self.env.cr.execute(
            SQL(
                """UPDATE club_message SET subject = NULL, body = NULL, data = NULL, is_shown = FALSE
                    WHERE id = ANY(%s) AND (%s)""",
                ids,
                self._may_return(),
            )
        )
        self.env.cr.execute(SQL("DELETE FROM club_message WHERE id = ANY(%s) AND NOT (%s)", ids, self._may_return()))
        self.invalidate_model(flush=False)

    @api.model
    def _may_return(self):
        """By the key and not by the rule, which may be of something else by now: "near:<tier>:<since>"."""
        return SQL(
            """split_part(event_key, ':', 1) = ANY(%s) AND NOT EXISTS (
                  SELECT FROM club_message later
                   WHERE later.rule_id = club_message.rule_id AND later.member_id = club_message.member_id
                     AND later.id > club_message.id
                     AND split_part(later.event_key, ':', 1) = split_part(club_message.event_key, ':', 1)
                     AND (split_part(later.event_key, ':', 1) = 'idle'
                          OR split_part(later.event_key, ':', 2) = split_part(club_message.event_key, ':', 2)))""",
            list(STANDING),
        )
