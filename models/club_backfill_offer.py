from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .club_reconcile import DOCUMENTS


class ClubClub(models.Model):
    """A club that is on for the first time offers to credit what was sold before."""

    _inherit = "club.club"

    def action_switch_on(self):
        first = self.filtered(lambda club: not club.on_since and not club._rulebook().past.get(0))
        result = super().action_switch_on()
        return (len(self) == 1 and first and self._offer_history()) or result

    def _offer_history(self):
        """The dialog, where there is something to credit."""
        is_manager = self.env.user.has_group("loyalty_club.loyalty_club_group_manager")
        outlets = self.outlet_ids.filtered("is_opted_in")
        if not (is_manager and outlets and outlets.sudo()._history_counts(limit=1)[1]):
            return False
        return self.env["club.backfill"]._action_offer(self, outlets)

    def action_credit_history(self):
        """The button: what was credited before, or a first run."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_backfill_action")
        action |= {"domain": [("club_id", "=", self.id)], "context": {"default_club_id": self.id}}
        if not self.env["club.backfill"].search_count([("club_id", "=", self.id)], limit=1):
            action |= {"views": [(False, "form")], "res_id": False}
        return action


class ClubOutlet(models.Model):
    """An outlet that takes part from some day on has a history before it."""

    _inherit = "club.outlet"

    has_history = fields.Boolean(
        compute="_compute_has_history", help="Customers bought here before it took part, and nobody credited that."
    )

    @api.depends("is_opted_in", "opted_in_at")
    def _compute_has_history(self):
        for outlet in self:
            outlet.has_history = (
                outlet.is_opted_in
                and outlet.club_id.state == "on"
                and not self.env["club.backfill"].search_count(
                    [("outlet_ids", "in", outlet.ids), ("started_at", "!=", False)], limit=1
                )
                and bool(outlet.sudo()._history_counts(limit=1)[1])
            )

    def _first_on(self):
        """When the club was first on at this outlet (naive UTC), or nothing where that is not known."""
        rules = self.club_id._rulebook()
        firsts = []
        for outlet_id, since in ((0, rules.on_since), (self.id, self.opted_in_at)):
            began = [began for began, _ended in rules.past.get(outlet_id, ())]
            began += [since] if since else []
            firsts.append(min(began, default=None))
        return max(filter(None, firsts), default=None)

    def _history_counts(self, limit=None):
        """(orders, customers) from before the club was first on at these outlets."""
        before = max((first for outlet in self if (first := outlet._first_on())), default=None)
        if not before:
            return 0, 0
        found, since = [], max(filter(None, self.club_id.mapped("vault_made_at")), default=None)
        for model in DOCUMENTS:
            documents = self.env[model].sudo().with_context(active_test=False)
            domain = documents._club_history_domain(self.ids, before) & Domain("partner_id", "!=", False)
            if since:
                domain &= Domain(documents._club_date_field(), ">=", since)
            query = documents._search(domain, limit=limit)
            found.append(SQL("(%s)", query.select(SQL.identifier(documents._table, "partner_id"))))
        [row] = self.env.execute_query(
            SQL("SELECT COUNT(*), COUNT(DISTINCT partner_id) FROM (%s) found", SQL(" UNION ALL ").join(found))
        )
        return row

    def action_credit_history(self):
        """Credit the history of this outlet alone."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit Past Orders"),
            "res_model": "club.backfill",
            "views": [(False, "form")],
            "context": {"default_club_id": self.club_id.id, "default_outlet_ids": [(6, 0, self.ids)]},
        }


class ClubBackfill(models.Model):
    _inherit = "club.backfill"

    offer = fields.Text(compute="_compute_offer", help="How much there is to credit.")

    @api.depends("club_id", "outlet_ids")
    def _compute_offer(self):
        for job in self:
            orders, customers = job.outlet_ids._origin.sudo()._history_counts()
            if customers:
                job.offer = self.env._(
                    "Customers bought here before %(club)s was switched on (orders: %(orders)s, "
                    "customers: %(customers)s). They can get their points for that, by today's programs.",
                    orders=orders,
                    customers=customers,
                    club=job.club_id.name,
                )
            else:
                job.offer = self.env._("No orders of customers were made here before the club was switched on.")

    @api.model
    def _action_offer(self, club, outlets):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%s is on", club.name),
            "res_model": self._name,
            "views": [(self.env.ref("loyalty_club.club_backfill_view_form_offer").id, "form")],
            "target": "new",
            "context": {"default_club_id": club.id, "default_outlet_ids": [(6, 0, outlets.ids)]},
        }
