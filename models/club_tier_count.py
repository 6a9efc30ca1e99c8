"""What paid orders count for tiers that go by spend or by the number of orders."""

from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.tools import SQL

from .batches import BATCH, in_batches
from .document_games import BOUGHT


class ClubTierCount(models.Model):
    """What one order counts for its member's tier.

    It is no balance: nothing is redeemed of it, it never expires, and only what comes back lowers it.
    Invariant: ``remaining`` is between 0 and ``amount``; an order counts once for each metric.
    """

    _name = "club.tier.count"
    _description = "Order That Counts for Tiers"
    _inherit = ["club.counted.mixin"]
    _log_access = False

    metric = fields.Selection([("spend", "Spend"), ("orders", "Orders")], required=True, readonly=True)
    amount_text = fields.Char(string="Counted", compute="_compute_texts")
    remaining_text = fields.Char(string="Left After Returns", compute="_compute_texts")

    _once = models.Constraint("UNIQUE (source_model, source_id, metric, part)", "This order counts already.")
    _sane = models.Constraint("CHECK (remaining BETWEEN 0 AND amount)", "No more comes back than was counted.")
    _member_idx = models.Index("(member_id, metric, paid_at) INCLUDE (remaining)")

    @api.depends("amount", "remaining")
    def _compute_texts(self):
        for row in self:
            club = row.member_id.club_id
            row.amount_text = club._tier_format(row.amount, metric=row.metric)
            row.remaining_text = club._tier_format(row.remaining, metric=row.metric)

    def _door_words(self):
        return self.env._("Paid orders count for tiers by themselves. A manager can set a tier by hand.")

    @api.model
    @tools.ormcache()
    def _clubs(self):
        """Ids of the clubs whose tiers go by this: for the others nothing is asked with any order."""
        clubs = self.env["club.club"].sudo().with_context(active_test=False)
        return frozenset(clubs.search([("tier_metric", "!=", "points")]).ids)

    # ------------------------------------------------------------------ writing
    @api.model
    def _record(self, rows):
        """Note what orders count, each once. Their members are locked.

        :return: dict member id → by how much the figure grew
        """
        return self._sum(self._note(rows, ("metric",), ("member_id", "amount")))

    @api.model
    def _shrink(self, documents):
        """Bring what these documents count to what is left of them by now; as ``_record``."""
        return self._sum((row["member_id"], left - row["remaining"]) for row, left in self._shrunk(documents))

    @api.model
    def _sum(self, rows):
        deltas = defaultdict(int)
        for member_id, amount in rows:
            deltas[member_id] += amount
        return dict(deltas)

    @api.model
    def _move_member(self, gone, kept):
        """A merge adds: what the orders of both count is the kept member's."""
        if not self.search_count([("member_id", "=", gone.id)], limit=1):
            return
        rules = gone.club_id._rulebook()
        figure = gone._tier_figures()[gone.id] if rules.tier_metric != "points" else 0
        self.env.cr.execute(SQL("UPDATE club_tier_count SET member_id = %s WHERE member_id = %s", kept.id, gone.id))
        self.invalidate_model(flush=False)
        self.env["club.member"]._review_counted({kept.id: figure})

    # ------------------------------------------------------------------ orders of before the choice
    @api.model
    def _cron_count(self):
        """Count what was bought before tiers went by it, in batches; an interrupted run resumes where it was."""
        for club in self.env["club.club"].sudo().search([("is_tier_counting", "=", True)]):
            ids = self.env["club.outcome"].sudo().search(self._past_domain(club), order="id").ids
            if in_batches(self.env, ids, lambda chunk, club=club: self._count_past(club, chunk), size=BATCH) < len(ids):
                return
            self.env["club.member"].sudo()._review_by_figures(club)
            club.is_tier_counting = False
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _past_domain(self, club):
        return [
            ("club_id", "=", club.id), ("member_id", "!=", False), ("code", "in", list(BOUGHT)),
            ("id", ">", club.tier_counted_to),
        ]  # fmt: skip

    @api.model
    def _count_past(self, club, outcome_ids):
        outcomes = self.env["club.outcome"].sudo().browse(outcome_ids)
        outcomes.member_id._lock()
        for model, own in outcomes.grouped("source_model").items():
            documents = self.env[model].sudo().browse(own.mapped("source_id")).exists()
            documents._club_count_past({row.source_id: row.member_id for row in own})
        # Not by the ORM: this is no rule, for which every process would read all of them anew.
        self.env.cr.execute(SQL("UPDATE club_club SET tier_counted_to = %s WHERE id = %s", outcome_ids[-1], club.id))
        club.invalidate_recordset(["tier_counted_to"], flush=False)
