from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.tools import SQL

from .locking import take

KEPT_DAYS = 1


class ClubAttempt(models.Model):
    """How often somebody tried something lately: kept in the database, so that it holds over several workers.

    Example: ten wrong codes within an hour, and the eleventh is not even looked at until the hour is over.

    Invariant: tries of one person at once count one after the other. Who it was is kept as a digest only.
    """

    _name = "club.attempt"
    _description = "Counted Try"
    _log_access = False

    kind = fields.Char(required=True, readonly=True)
    who = fields.Char(required=True, readonly=True)
    count = fields.Integer(required=True, readonly=True)
    since = fields.Datetime(required=True, readonly=True, index=True)

    _once = models.Constraint("UNIQUE (kind, who)", "Tries are counted once.")

    @api.model
    def _take(self, kind, limits, hours=1):
        """Count a try for everybody concerned; False where one of them has had too many.

        :param limits: dict name (a user, an address) → how many tries are allowed within ``hours``
        """
        now = fields.Datetime.now()
        is_allowed = True
        for who, most in sorted((self._digest(name), most) for name, most in limits.items()):
            [(count,)] = take(
                self.env,
                SQL(
                    """INSERT INTO club_attempt AS a (kind, who, count, since) VALUES (%(kind)s, %(who)s, 1, %(now)s)
                       ON CONFLICT (kind, who) DO UPDATE
                       SET count = CASE WHEN a.since < %(old)s THEN 1 ELSE a.count + 1 END,
                           since = CASE WHEN a.since < %(old)s THEN %(now)s ELSE a.since END
                       RETURNING count""",
                    kind=kind,
                    who=who,
                    now=now,
                    old=now - timedelta(hours=hours),
                ),
            )
            is_allowed = is_allowed and count <= most
        return is_allowed

    @api.model
    def _give_back(self, kind, limits):
        """The try was no wrong one."""
        self.env.cr.execute(
            SQL(
                "UPDATE club_attempt SET count = count - 1 WHERE kind = %s AND who = ANY(%s)",
                kind,
                [self._digest(name) for name in limits],
            )
        )

    @api.model
    def _digest(self, name):
        return tools.hmac(self.env(su=True), "loyalty_club.attempt", name)[:32]

    @api.autovacuum
    def _gc_attempts(self):
        self.search([("since", "<", fields.Datetime.now() - timedelta(days=KEPT_DAYS))]).unlink()
