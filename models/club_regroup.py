from odoo import api, fields, models
from odoo.tools import SQL

from .batches import in_batches
from .ledger import SENTINEL

ROUND = 50_000  # members that one run of the job looks up at a time


class ClubRegroup(models.Model):
    """Moving balances out of pools that were merged into others, in small commits.

    Nothing waits for it: new points go to the new pool at once, refunds find theirs wherever they are, and
    who pays with points is served first. A run that is interrupted resumes where it stopped.
    """

    _inherit = "club.pool"

    @api.model
    def _merge_pools(self, targets):
        """Close pools in favour of others: dict pool → the pool it goes into. Their outlets have left.

        :return: ids of the members whose balances have to move
        """
        for pool, target in targets.items():
            waiting = (
                self.env["club.account"]
                .sudo()
                .search_count([("pool_id", "=", pool.id), ("merged_into_id", "=", False)])
            )
            earlier = self.with_context(active_test=False).search([("merged_into_id", "=", pool.id)])
            (pool | earlier).with_context(club_door=SENTINEL).write({"merged_into_id": target.id, "active": False})
            pool.with_context(club_door=SENTINEL).moving_total = waiting
        return self._moving_members()

    @api.model
    def _moving_members(self, limit=ROUND):
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT a.member_id FROM club_account a
                    WHERE a.merged_into_id IS NULL AND a.pool_id = ANY(%s) ORDER BY 1 LIMIT %s""",
                list(self._forwarding()),
                limit,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _move_members(self, member_ids):
        """Bring these members' balances to where their pools went."""
        members = self.env["club.member"].sudo().browse(member_ids)
        members._lock()
        moved = self._forwarding()
        self.env["club.account"].sudo().search(
            [("member_id", "in", member_ids), ("pool_id", "in", list(moved)), ("merged_into_id", "=", False)]
        )._bring_along()
        for pool_id, target_id in moved.items():
            members.filtered(lambda member, gone=pool_id: member.home_pool_id.id == gone).home_pool_id = target_id

    @api.model
    def _cron_move(self):
        """At once after a regrouping, and every night for what came late."""
        seen = None
        while (member_ids := self._moving_members()) and member_ids != seen:
            done, seen = in_batches(self.env, member_ids, self._move_members), member_ids
            if done < len(member_ids):
                return
        self._report_moved()
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _report_moved(self):
        """Tell the club's followers, once a pool, that all of its balances have arrived."""
        waiting = (
            self.sudo()
            .with_context(active_test=False)
            .search([("merged_into_id", "!=", False), ("moved_at", "=", False)])
        )
        left = waiting._left()
        for pool in waiting.filtered(lambda pool: not left.get(pool.id)):
            pool.with_context(club_door=SENTINEL).moved_at = fields.Datetime.now()
            if pool.moving_total:
                pool.club_id.message_post(
                    body=self.env._(
                        "All balances of %(pool)s are in %(target)s now: %(total)s.",
                        pool=pool.name,
                        target=pool.merged_into_id.name,
                        total=pool.moving_total,
                    )
                )
