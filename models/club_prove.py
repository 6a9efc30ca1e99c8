import logging

from odoo import api, fields, models
from odoo.tools import SQL, split_every

_logger = logging.getLogger(__name__)

CHUNK = 5000  # balances proved by one round of queries
SHOWN = 50  # differences that a message lists


class ClubProve(models.Model):
    """Rebuilding balances from their history, and naming what differs.

    Invariant: for every balance Σ entries = Σ lots left − debt = the balance shown; no lot is below 0 or
    above what it was born with; every entry is what its lots and takes say; so are lifetime totals.
    """

    _inherit = "club.account"

    @api.readonly
    def prove(self):
        """Rebuild these balances from their entries; empty when all is coherent.

        :return: list of dicts ``account_id``, ``code``, ``expected``, ``found``, ``message``
        """
        self.check_access("read")
        return self.sudo()._prove()

    def action_prove(self):
        """The button: say that all is coherent, or list what is not."""
        return self.env["club.club"]._club_show_differences(self.prove())

    def _prove(self):
        self.env.flush_all()
        differences = []
        for ids in split_every(CHUNK, self.ids, list):
            for code, query in _PROOFS.items():
                rows = self.env.execute_query(SQL(query, ids=ids, now=fields.Datetime.now()))
                differences += [self._difference(code, *row) for row in rows]
        return differences

    @api.model
    def _difference(self, code, account_id, expected, found):
        return {
            "account_id": account_id,
            "code": code,
            "expected": expected,
            "found": found,
            "message": self.env._(
                "Balance %(id)s: %(what)s should be %(expected)s and is %(found)s.",
                id=account_id,
                what=self._proof_labels()[code],
                expected=expected,
                found=found,
            ),
        }

    @api.model
    def _proof_labels(self):
        _ = self.env._
        return {
            "balance": _("the balance, by its movements,"),
            "debt": _("the debt, by its movements,"),
            "lots": _("what is left in its portions"),
            "lot": _("what is left of one portion"),
            "entry": _("one movement, by its portions,"),
            "pins": _("what is left of a portion that orders count on"),
            "lifetime": _("the lifetime total, by its movements,"),
            "member": _("the member's lifetime total"),
            "merged": _("a balance that was merged into another"),
        }

    @api.model
    def _cron_prove(self):
        """Every night: rebuild all of it, and report what differs to the log and to the club's followers."""
        clubs = self.env["club.club"].with_context(active_test=False)
        for club in clubs.search([]):  # pylint: disable=no-search-all
            differences = club.prove()
            if differences:
                _logger.error("Club %s: %s balances differ from their history", club.id, len(differences))
                club.message_post(body="\n".join(difference["message"] for difference in differences[:SHOWN]))
            self.env["ir.cron"]._commit_progress(1)


# Each rebuilds one figure from what it is made of and names the accounts where the two differ:
# account, what it should be, what it is.
_PROOFS = {
    "balance": """
        SELECT a.id, COALESCE(e.total, 0), a.balance FROM club_account a
          LEFT JOIN (SELECT account_id, SUM(amount)::bigint AS total FROM club_entry
                      WHERE account_id = ANY(%(ids)s) GROUP BY 1) e ON e.account_id = a.id
         WHERE a.id = ANY(%(ids)s) AND a.balance IS DISTINCT FROM COALESCE(e.total, 0)""",
    "debt": """
        SELECT a.id, COALESCE(e.total, 0), a.debt FROM club_account a
          LEFT JOIN (SELECT account_id, SUM(debt_delta)::bigint AS total FROM club_entry
                      WHERE account_id = ANY(%(ids)s) GROUP BY 1) e ON e.account_id = a.id
         WHERE a.id = ANY(%(ids)s) AND (a.debt IS DISTINCT FROM COALESCE(e.total, 0) OR a.debt < 0)""",
    "lifetime": """
        SELECT a.id, COALESCE(e.total, 0), a.lifetime FROM club_account a
          LEFT JOIN (SELECT account_id, SUM(lifetime_delta)::bigint AS total FROM club_entry
                      WHERE account_id = ANY(%(ids)s) GROUP BY 1) e ON e.account_id = a.id
         WHERE a.id = ANY(%(ids)s) AND a.lifetime IS DISTINCT FROM COALESCE(e.total, 0)""",
    "member": """
        SELECT MIN(a.id), SUM(a.lifetime)::bigint, m.lifetime FROM club_member m
          JOIN club_club c ON c.id = m.club_id
          JOIN club_account a ON a.member_id = m.id AND a.unit_id = c.tier_unit_id
         WHERE m.id IN (SELECT member_id FROM club_account WHERE id = ANY(%(ids)s))
      GROUP BY m.id, m.lifetime HAVING m.lifetime IS DISTINCT FROM SUM(a.lifetime)::bigint""",
    "lots": """
        SELECT a.id, a.balance + a.debt, COALESCE(l.total, 0) FROM club_account a
          LEFT JOIN (SELECT account_id, SUM(left_amount)::bigint AS total FROM club_lot
                      WHERE account_id = ANY(%(ids)s) GROUP BY 1) l ON l.account_id = a.id
         WHERE a.id = ANY(%(ids)s) AND a.balance + a.debt IS DISTINCT FROM COALESCE(l.total, 0)""",
    "lot": """
        SELECT l.account_id, l.amount - COALESCE(t.total, 0), l.left_amount FROM club_lot l
          LEFT JOIN (SELECT lot.id, SUM(take.amount)::bigint AS total
                       FROM club_lot lot JOIN club_take take ON take.lot_id = lot.id
                      WHERE lot.account_id = ANY(%(ids)s) GROUP BY 1) t ON t.id = l.id
         WHERE l.account_id = ANY(%(ids)s)
           AND (l.left_amount IS DISTINCT FROM l.amount - COALESCE(t.total, 0)
                OR l.left_amount < 0 OR l.left_amount > l.amount)""",
    "entry": """
        SELECT e.account_id, e.amount, COALESCE(b.total, 0) - COALESCE(t.total, 0) - e.debt_delta FROM club_entry e
          LEFT JOIN (SELECT entry_id, SUM(amount)::bigint AS total FROM club_lot
                      WHERE account_id = ANY(%(ids)s) GROUP BY 1) b ON b.entry_id = e.id
          LEFT JOIN (SELECT entry.id, SUM(take.amount)::bigint AS total
                       FROM club_entry entry JOIN club_take take ON take.entry_id = entry.id
                      WHERE entry.account_id = ANY(%(ids)s) GROUP BY 1) t ON t.id = e.id
         WHERE e.account_id = ANY(%(ids)s)
           AND e.amount IS DISTINCT FROM COALESCE(b.total, 0) - COALESCE(t.total, 0) - e.debt_delta""",
    "pins": """
        SELECT l.account_id, p.total, l.left_amount FROM club_lot l
          JOIN (SELECT pin.lot_id, SUM(pin.amount)::bigint AS total FROM club_pin pin
                  JOIN club_hold h ON h.id = pin.hold_id AND h.state = 'held'
                   AND (h.expires_at IS NULL OR h.expires_at > %(now)s)
                 WHERE h.account_id = ANY(%(ids)s) GROUP BY 1) p ON p.lot_id = l.id
         WHERE l.account_id = ANY(%(ids)s) AND p.total > l.left_amount""",
    "merged": """
        SELECT a.id, 0, a.balance FROM club_account a
          LEFT JOIN club_account target ON target.id = a.merged_into_id
         WHERE a.id = ANY(%(ids)s) AND a.merged_into_id IS NOT NULL
           AND (a.balance <> 0 OR a.debt <> 0 OR a.lifetime <> 0 OR target.merged_into_id IS NOT NULL)""",
}
