"""What paid orders count for tiers that go by spend or by the number of orders, and what refunds take of it."""

from odoo import models

from ..engine.goals import Goal
from .document_games import BOUGHT
from .document_mixin import Case
from .rulebook import GoalRule


class ClubDocumentMixin(models.AbstractModel):
    """An order counts by its recorded base, as it does for a goal; in the club's currency wherever it was paid."""

    _inherit = "club.document.mixin"

    def _club_count_tiers(self, cases, is_fresh=False):
        """For clubs whose tiers go by what is collected this asks nothing of the database."""
        counts, plan = self.env["club.tier.count"], self._club_plan()
        clubs = counts._clubs()
        asked = [case for case in cases if self._club_may_have_goals(case, clubs)] if clubs else []
        rows = [row for case in asked for row in self._club_tier_rows(case)]
        if plan and plan.is_dry:
            self._club_expect_tiers(plan, rows)
            return
        deltas = counts._record(rows) if rows else {}
        sources = {row["member_id"]: self.browse(row["source_id"])._club_source() for row in rows}
        if asked and not is_fresh:
            for member_id, delta in counts._shrink(self.browse(case.document.id for case in asked)).items():
                deltas[member_id] = deltas.get(member_id, 0) + delta
                sources.setdefault(member_id, asked[0].document._club_source() if len(asked) == 1 else None)
        self.env["club.member"]._review_counted(deltas, sources)

    def _club_tier_rows(self, case):
        """What a document counts that was judged just now; lines that it got since are spend, but no order."""
        if case.grown:
            return [row for row in self._club_tier_row(case.grown) if row["metric"] == "spend"]
        return self._club_tier_row(case)

    def _club_tier_row(self, case):
        plan = self._club_plan()
        is_known = case.member_id or (case.judged and plan and plan.is_dry)
        if not (case.paid_at and is_known and case.outlet and (case.judged or case.code in BOUGHT)):
            return []
        rules = case.outlet.club_id._rulebook()
        if rules.tier_metric == "points":
            return []
        document, source = case.document, case.document._club_source()
        goal = GoalRule(
            id=0, goal=Goal(target=1, period="always"), metric=rules.tier_metric, decimals=rules.tier_decimals,
            items=None, trigger=None, is_for_history=True,
        )  # fmt: skip
        # Where no outlet is named the facts are in the club's own money.
        award = document._club_goal_award(rules, document._club_facts(rules, 0), goal, None, case.only)
        if award.amount <= 0:
            return []
        parts = {key: str(part) for key, part in document._club_parts().items()}
        return [{
            "member_id": case.member_id,
            "metric": rules.tier_metric,
            "source_model": source.model,
            "source_id": source.id,
            "source_name": source.name,
            "part": case.suffix,
            "paid_at": case.paid_at,
            "amount": award.amount,
            "data": {"award": award.to_data(), "parts": parts},
        }]  # fmt: skip

    def _club_expect_tiers(self, plan, rows):
        """Keep with the preview of a run what these would count."""
        returned = self.browse({row["source_id"] for row in rows})._club_returned() if rows else {}
        for row in rows:
            document = self.browse(row["source_id"])
            left = self._club_goal_left(document, row["data"], returned)
            plan.tier_counts.append((document._club_member_partner().id, row["paid_at"], left))

    def _club_count_past(self, members):
        """Count what was bought before tiers went by it. The members are locked.

        :param members: dict document id → member
        """
        counts, rows = self.env["club.tier.count"], []
        for document in self:
            case = Case(document=document)
            document._club_open(case)
            case.member_id, case.code = members[document.id].id, "awarded"
            rows += self._club_tier_row(case)
        if rows:
            counts._record(rows)
        counts._shrink(self)
