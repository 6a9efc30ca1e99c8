"""What a document's form says of its points: how many, by which calculation, or why none."""

from collections import defaultdict

from odoo import api, fields, models

from .document_mixin import AWARDING, Case


class ClubDocumentMixin(models.AbstractModel):
    _inherit = "club.document.mixin"

    # Computed with all rights: whoever reads the document whole gets numbers, and may open none of them.
    club_entry_ids = fields.Many2many(
        "club.entry", compute="_compute_club_entry_ids", compute_sudo=True, string="Points Movements"
    )
    club_points_earned = fields.Char(string="Points", compute="_compute_club_points_earned")
    club_points_text = fields.Char(compute="_compute_club_points_earned", help="Earned and used, for the button.")
    club_explanation = fields.Char(string="Points Explained", compute="_compute_club_points_earned")

    def _compute_club_entry_ids(self):
        entries = (
            self.env["club.entry"]
            .sudo()
            ._read_group(
                [("source_model", "=", self._name), ("source_id", "in", self.ids)],
                ["source_id"],
                ["id:recordset"],
            )
        )
        by_id = dict(entries)
        for document in self:
            document.club_entry_ids = by_id.get(document.id, self.env["club.entry"])

    @api.depends("club_entry_ids")
    def _compute_club_points_earned(self):
        outcomes = {
            outcome.source_id: outcome
            for outcome in self.env["club.outcome"]
            .sudo()
            .search([("source_model", "=", self._name), ("source_id", "in", self.ids)])
        }
        for document in self:
            earned, used = defaultdict(int), defaultdict(int)
            for entry in document.club_entry_ids.sudo():
                totals = earned if entry.kind in (*AWARDING, "clawback", "correction") else used
                totals[entry.unit_id] += entry.amount
            document.club_points_earned = self._club_signed(earned)
            document.club_points_text = " · ".join(filter(None, (self._club_signed(earned), self._club_signed(used))))
            document.club_explanation = document._club_why(outcomes.get(document.id))

    def _club_why(self, outcome):
        """Why these points, or none; an outlet that does not take part says nothing where nothing moved."""
        outlet = self.sudo()._club_outlet()
        if outlet and not (outlet.active and outlet.is_opted_in) and not self.club_entry_ids:
            return ""
        return outcome.message if outcome else self._club_reason()

    @api.model
    def _club_signed(self, totals):
        """ "+12 Beans" of amounts by unit; what came to nothing is not worth a word."""
        return " · ".join(f"{'+' if total > 0 else ''}{unit._format(total)}" for unit, total in totals.items() if total)

    def _club_reason(self):
        """Why a document without an outcome has no points."""
        case = Case(document=self)
        code = self.sudo()._club_open(case) if self.id else "not_paid"
        if code != "no_outlet" and not self._club_not_due() and not self._club_member_partner():
            code = self._club_nobody()  # today's switches say nothing about the day it was paid
        if code == "no_outlet" and not self.env["club.club"]._on_ids():
            return ""  # nobody here runs a club
        return self.env["club.outcome"]._texts().get(code, "")

    def action_club_explain(self):
        """The smart button: the movements of this document, each with its calculation."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_entry_action")
        title = self.env._("Points of %s", self.display_name)
        action |= {
            "name": title,
            "display_name": title,
            "domain": [("source_model", "=", self._name), ("source_id", "=", self.id)],
            "context": {"create": False},
        }
        if len(self.club_entry_ids) == 1:
            action |= {"views": [(False, "form")], "res_id": self.club_entry_ids.id}
        return action

    def action_club_why(self):
        """The other smart button: why there are no points, in a sentence."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("No points on %s", self.display_name),
                "message": self.club_explanation,
                "type": "info",
                "sticky": True,
            },
        }
