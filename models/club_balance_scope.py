from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ClubScope(models.Model):
    """Where a member's points count: everywhere, in one outlet, or in a group of outlets."""

    _inherit = "club.club"

    balance_scope = fields.Selection(
        [("shared", "One balance everywhere"), ("outlet", "One balance per outlet"), ("groups", "Groups of outlets")],
        compute="_compute_balance_scope",
        help="Follows from the outlets' pools. Regroup changes it, and moves what members have.",
    )
    scope_text = fields.Char(compute="_compute_balance_scope")
    moving_text = fields.Char(compute="_compute_moving_text")
    participation_text = fields.Char(
        compute="_compute_participation_text",
        help="An outlet that does not take part earns nothing, takes no points and shows nothing of the club.",
    )

    @api.depends("outlet_ids.pool_id", "outlet_ids.active")
    def _compute_balance_scope(self):
        for club in self:
            sizes = Counter(outlet.pool_id for outlet in club.outlet_ids if outlet.pool_id)
            if len(sizes) <= 1:
                club.balance_scope = "shared"
            else:
                club.balance_scope = "outlet" if max(sizes.values()) == 1 else "groups"
            club.scope_text = " · ".join(
                f"{pool.name}: {', '.join(pool.outlet_ids.mapped('name'))}" for pool in sizes if len(sizes) > 1
            )

    def _compute_moving_text(self):
        """How far the moves of balances are that a regrouping began."""
        pools = self.env["club.pool"].with_context(active_test=False)
        for club in self:
            merged = pools.search([("club_id", "in", club.ids), ("merged_into_id", "!=", False)])
            left = sum(merged._left().values()) if merged else 0
            total = sum(merged.filtered(lambda pool: not pool.moved_at).mapped("moving_total"))
            club.moving_text = ""
            if left:
                club.moving_text = self.env._(
                    "Balances are moving to their new pool: %(done)s of %(total)s done. Nothing is lost meanwhile, "
                    "and whoever pays with points is served first.",
                    done=max(total - left, 0),
                    total=max(total, left),
                )

    def _compute_participation_text(self):
        for club in self:
            names = club.outlet_ids.filtered(lambda outlet: not outlet.is_opted_in).mapped("name")
            if names:
                club.participation_text = self.env._("Not taking part: %s", ", ".join(names))
            else:
                club.participation_text = self.env._("All outlets take part") if club.outlet_ids else ""

    # ------------------------------------------------------------------ buttons
    def action_regroup(self):
        """The wizard that says which outlets share a balance, and shows first what that moves."""
        self.ensure_one()
        self._check_scope_manager()
        wizard = self.env["club.regroup"]._open(self)
        return wizard._window(self.env._("Regroup Balances"))

    def action_take_part(self):
        """Every outlet takes part: asks first, saying what it does."""
        return self._club_participation(True)

    def action_stop_everywhere(self):
        return self._club_participation(False)

    def _club_participation(self, is_on):
        self._check_scope_manager()
        if not self.outlet_ids:
            raise UserError(self.env._("There is no outlet yet. Make one first: Configuration, Outlets."))
        return self.env["club.participation"]._ask(self.outlet_ids, is_on)

    def _check_scope_manager(self):
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club do this. Ask one of them."))
        self.check_access("write")


class ClubScopeOutlet(models.Model):
    _inherit = "club.outlet"

    def action_regroup(self):
        """From an outlet or the list of them: the club's grouping."""
        return self._club_asked().action_regroup()

    def action_take_part(self):
        """The chosen outlets, or all that one sees: asks first."""
        return self._club_participation(True)

    def action_stop(self):
        return self._club_participation(False)

    def _club_participation(self, is_on):
        outlets = self or self.search([("club_id.active", "=", True)])
        outlets.club_id._check_scope_manager()
        if not outlets:
            raise UserError(self.env._("There is no outlet yet. Make one first."))
        return self.env["club.participation"]._ask(outlets, is_on)

    def _club_asked(self):
        club = self.club_id or self.env["club.club"]._only()
        if len(club) != 1:
            raise UserError(self.env._("Choose the outlets of one club."))
        return club


class ClubScopePool(models.Model):
    _inherit = "club.pool"

    def action_regroup(self):
        club = self.club_id or self.env["club.club"]._only()
        if len(club) != 1:
            raise UserError(self.env._("Choose the pools of one club."))
        return club.action_regroup()
