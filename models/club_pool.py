from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from .ledger import SENTINEL

MOVED = frozenset({"merged_into_id", "moving_total", "moved_at"})


class ClubPool(models.Model):
    """Outlets that share a balance: a member has one account per unit and pool.

    Example: "Town" and "Airport" become one balance: Airport is merged into Town, its outlets and all its
    members' balances go there, and whatever comes for Airport later is Town's.

    Invariant: a pool that was merged into another is never used again, so its balances have one place to be.
    """

    _name = "club.pool"
    _description = "Balance Pool"
    _inherit = ["club.owned.mixin", "club.rule.mixin"]
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(required=True, translate=True)
    outlet_ids = fields.One2many("club.outlet", "pool_id", string="Outlets")
    merged_into_id = fields.Many2one("club.pool", readonly=True, copy=False, index="btree_not_null", ondelete="cascade")
    moving_total = fields.Integer(readonly=True, copy=False, help="Balances that had to move when it was merged.")
    moved_at = fields.Datetime(readonly=True, copy=False, help="When the last of its balances had moved.")
    moving_progress = fields.Integer(string="Moved (%)", compute="_compute_moving")
    moving_text = fields.Char(string="Balances", compute="_compute_moving")

    def _compute_moving(self):
        left = self._left()
        for pool in self:
            total, rest = max(pool.moving_total, left.get(pool.id, 0)), left.get(pool.id, 0)
            if not pool.merged_into_id:
                pool.moving_progress, pool.moving_text = 0, ""
                continue
            pool.moving_progress = 100 * (total - rest) // total if total else 100
            pool.moving_text = (
                self.env._("%(done)s of %(total)s balances have moved", done=total - rest, total=total)
                if rest
                else self.env._("All balances are in %s", pool.merged_into_id.name)
            )

    def _left(self):
        """dict pool id → how many of its balances still wait to be moved, for pools that were merged."""
        merged = self.filtered("merged_into_id")
        if not merged:
            return {}
        groups = (
            self.env["club.account"]
            .sudo()
            ._read_group([("pool_id", "in", merged.ids), ("merged_into_id", "=", False)], ["pool_id"], ["__count"])
        )
        return {pool.id: count for pool, count in groups}

    @api.model
    @tools.ormcache()
    def _forwarding(self):
        """Pool id → id of the pool it was merged into."""
        merged = self.sudo().with_context(active_test=False).search([("merged_into_id", "!=", False)])
        return {pool.id: pool.merged_into_id.id for pool in merged}

    def _followed(self):
        """The pools these were merged into, else themselves."""
        moved = self._forwarding()
        return self.browse(dict.fromkeys(moved.get(pool_id, pool_id) for pool_id in self.ids))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.keys() & MOVED for vals in vals_list):
            raise UserError(self.env._("Balances move from pool to pool by Regroup, on the club."))
        self = self._club_without_defaults(MOVED)
        return super().create(vals_list)

    def write(self, vals):
        own = self.env.context.get("club_door") is SENTINEL
        if not own and vals.keys() & MOVED:
            raise UserError(self.env._("Balances move from pool to pool by Regroup, on the club."))
        if not own and vals.get("active") and self.filtered("merged_into_id"):
            raise UserError(
                self.env._("This pool was merged into another one and stays closed. Make a new pool instead.")
            )
        if not own and vals.get("active") is False and self.outlet_ids:
            raise UserError(
                self.env._(
                    "%s still use this pool. Choose on the club, by Regroup, which pool they go to.",
                    ", ".join(self.outlet_ids.mapped("name")),
                )
            )
        if "club_id" in vals and self._in_use():
            raise UserError(self.env._("Members have balances in this pool, so it stays with its club."))
        return super().write(vals)

    def _in_use(self):
        """Those of these pools in which anybody has a balance."""
        groups = self.env["club.account"].sudo()._read_group([("pool_id", "in", self.ids)], ["pool_id"])
        return self.browse(pool.id for (pool,) in groups)
