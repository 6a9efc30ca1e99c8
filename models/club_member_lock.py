from odoo import api, models
from odoo.tools import SQL

from .locking import take


class ClubMemberLock(models.Model):
    """Taking members for a transaction, all at once and in one order; and noting on the way when they paid last."""

    _inherit = "club.member"

    def _lock(self):
        """Take these members for this transaction, in id order, and read anew what they have.

        Whoever comes second fails with a serialization error, which the host repeats from the start.
        """
        if not self:
            return
        self._club_flush()
        self._lock_rows(SQL("m.id = ANY(%s)", list(self.ids)))

    @api.model
    def _lock_rows(self, which, paid=None):
        """The statement that locks the members ``m`` of a condition; with ``paid``, see ``_lock_partners``."""
        values, joins = self._paid_sql(paid) if paid else (SQL(), SQL())
        return take(
            self.env,
            SQL(
                """UPDATE club_member SET lock_version = club_member.lock_version + 1 %s
                     FROM (SELECT m.id, m.club_id, m.partner_id, m.tier_id, m.tier_since, m.joined_at,
                                  m.last_paid_at, m.lapsed_on
                             FROM club_member m WHERE %s ORDER BY m.id FOR UPDATE) m %s
                    WHERE club_member.id = m.id
                RETURNING m.club_id, m.partner_id, m.id, m.tier_id, m.tier_since""",
                values,
                which,
                joins,
            ),
        )

    @api.model
    def _club_flush(self):
        """Write what is pending of the club's own tables.

        Nothing needs to be read anew after the lock: all of a transaction reads one snapshot, and if anybody
        changed a locked member since, the lock itself raises.
        """
        for model in ("club.member", "club.hold", "club.pin"):
            self.env[model].flush_model()

    @api.model
    def _lock_partners(self, club_ids, partner_ids, member_ids=(), paid=None):
        """Lock the members that these partners are in these clubs, and ``member_ids``, in one statement.

        :param paid: dict (club id, partner id) → when the latest of their orders was paid, to note it as well
        :return: dict (club id, partner id) → (member id, tier id, tier since)
        """
        self._club_flush()
        rows = self._lock_rows(
            SQL(
                "(m.club_id = ANY(%s) AND m.partner_id = ANY(%s)) OR m.id = ANY(%s)",
                list(club_ids),
                list(partner_ids),
                list(member_ids),
            ),
            paid,
        )
        return {(club_id, partner_id): row for club_id, partner_id, *row in rows}
