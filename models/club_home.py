from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .asked import record_id


class ClubHome(models.Model):
    """In which pool a member's points are that belong to no order.

    Example: Ada's first order was at the airport, so points that staff give her are airport points.
    """

    _inherit = "club.member"

    def _club_pool(self, pool_id=None):
        """The pool that was asked for, by default the member's home pool.

        :raise UserError: it belongs to another club
        """
        self.ensure_one()
        if pool_id:
            pool = self.env["club.pool"].browse(record_id(self.env, pool_id)).exists()
        else:
            pool = self._home_pools()[self.id]
        if pool.club_id != self.club_id:
            raise UserError(self.env._("Choose a pool of the member's own club."))
        return pool._followed()

    def _home_pools(self):
        """dict member id → home pool: what is set, else where the first award went, else the club's first."""
        unknown = self.filtered(lambda member: not member.home_pool_id)
        first = unknown._first_pools() if unknown else {}
        homes, pools = {}, self.env["club.pool"]
        for member in self:
            home = member.home_pool_id or pools.browse(first.get(member.id))
            homes[member.id] = home._followed() or member.club_id.pool_ids[:1]
        return homes

    def _first_pools(self):
        """dict member id → id of the pool of the first order's award, for those who ever had one."""
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT DISTINCT ON (a.member_id) a.member_id, a.pool_id
                         FROM club_account a JOIN club_entry e ON e.account_id = a.id
                        WHERE a.member_id = ANY(%s) AND e.kind IN ('award', 'backfill')
                     ORDER BY a.member_id, e.business_at, e.id""",
                    list(self.ids),
                )
            )
        )

    def _bring_along(self):
        """Bring along what waits in a pool that was merged into another: nobody waits for the job."""
        moved = self.env["club.pool"]._forwarding()
        waiting = moved and self.account_ids.filtered(
            lambda account: not account.merged_into_id and account.pool_id.id in moved
        )
        if waiting:
            self._lock()
            waiting._bring_along()
