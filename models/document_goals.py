"""What paid orders count for the goals of their customers, and what refunds take of it."""

from dataclasses import replace
from fractions import Fraction

from odoo import models

from ..engine import clawback, earning
from ..engine.values import exact
from .document_games import BOUGHT

COUNTS = {"spend": "money", "orders": "visit", "units": "items"}


class ClubDocumentMixin(models.AbstractModel):
    """An order counts for each goal that it met when it was paid, by its recorded base as an award does.

    Spend is what points are earned on: the club's own basis, without what is excluded, without what points or
    promotions paid. An order on which nothing of that is left counts for nothing.
    """

    _inherit = "club.document.mixin"

    def _club_count_goals(self, cases, is_fresh=False):
        """For clubs without goals this asks nothing of the database."""
        clubs = self.env["club.goal"]._clubs()
        asked = [case for case in cases if self._club_may_have_goals(case, clubs)] if clubs else []
        plan = self._club_plan()
        if not asked:
            return
        events, keys = self.env["club.goal.event"], set()
        rows = [row for case in asked for row in self._club_goal_rows(case)]
        if plan and plan.is_dry:
            self._club_expect_goals(plan, rows)
            return
        if rows:
            keys |= events._record(rows)
        if not is_fresh:
            keys |= events._shrink(self.browse(case.document.id for case in asked))
        reached = self.env["club.goal.progress"]._settle(keys)
        if plan:
            plan.reached += reached

    def _club_expect_goals(self, plan, rows):
        """Keep with the preview of a run what these would count, as far as nothing of it does by now."""
        if not rows:
            return
        known = self.env["club.goal.event"]._known(self)
        returned = self.browse({row["source_id"] for row in rows})._club_returned()
        for row in rows:
            if (row["goal_id"], row["source_id"]) not in known:
                document = self.browse(row["source_id"])
                key = row["goal_id"], row["member_id"] or -document._club_member_partner().id, row["period"]
                left = self._club_goal_left(document, row["data"], returned)
                plan.counted.setdefault(key, []).append((row["day"], left))

    def _club_goal_left(self, document, data, returned):
        """What is left of what a document counts, by its own record."""
        recorded = earning.Recorded.from_data(data["award"])
        shares = document._club_scaled(returned.get(document.id, {}), data["parts"])
        gone = recorded.lines.keys() - (set() if document.club_no_points else document._club_line_keys())
        return clawback.kept(recorded, shares | dict.fromkeys(gone, exact(1)))

    def _club_may_have_goals(self, case, clubs):
        """Whose club a document is that was decided earlier without an award, only what it counted knows."""
        if case.awards:
            return any(row["club_id"] in clubs for row in case.awards)
        return not case.club_id or case.club_id in clubs

    def _club_goal_rows(self, case):
        """What a document counts that was judged just now, or lines that it got since."""
        if case.grown:
            return [row for row in self._club_case_goals(case.grown) if row["metric"] != "orders"]
        return self._club_case_goals(case)

    def _club_case_goals(self, case):
        plan = self._club_plan()
        is_known = case.member_id or (case.judged and plan and plan.is_dry)
        is_bought = case.paid_at and is_known and case.outlet and (case.judged or case.code in BOUGHT)
        rules = case.outlet.club_id._rulebook() if is_bought else None
        if not is_bought or not rules.goals:
            return []
        document, is_history = case.document, case.kind == "backfill"
        is_own_money = document._club_currency_id(rules, case.outlet.id) == rules.currency_id
        day = rules.local(case.outlet.id, case.paid_at).date()
        goals = [
            goal
            for goal in rules.goals
            if (goal.is_for_history or not is_history)
            # A figure in the club's money says nothing about another.
            and (is_own_money or goal.metric != "spend")
            and goal.trigger.meets(
                moment=case.as_of,
                day=day,
                outlet=case.outlet.id,
                channel=document._club_channel(),
                tier=rules.tier(case.tier_id).id,
            )
        ]
        if not goals:
            return []
        facts, source = document._club_facts(rules, case.outlet.id), document._club_source()
        parts = {key: str(part) for key, part in document._club_parts().items()}
        is_counting = any(goal.metric == "units" for goal in goals)
        piece, rows = is_counting and self.env.ref("uom.product_uom_unit"), []
        for goal in goals:
            award = document._club_goal_award(rules, facts, goal, piece, case.only)
            if award.amount > 0:
                rows.append({
                    "goal_id": goal.id,
                    "member_id": case.member_id,
                    "metric": goal.metric,
                    "source_model": source.model,
                    "source_id": source.id,
                    "source_name": source.name,
                    "part": case.suffix,
                    "paid_at": case.paid_at,
                    "day": day,
                    "period": goal.goal.period_of(day),
                    "amount": award.amount,
                    "data": {"award": award.to_data(), "parts": parts},
                })  # fmt: skip
        return rows

    def _club_goal_award(self, rules, facts, goal, piece, only=()):
        """What the order counts, as the engine's award of one for one: so returns take of it as of any award.

        :param piece: the unit of measure that items are counted in
        """
        lines = []
        for line, sold in facts.lines:
            if goal.metric == "units":
                count, is_measured = sold.count(piece)
                share = line.quantity / exact(sold.quantity) if sold.quantity else 1
                line = replace(line, quantity=count * share, is_measured=is_measured)
            if not line.excluded and goal.items and not facts.is_meant(goal.items, sold):
                line = replace(line, excluded="not_meant")
            lines.append(line)
        order = replace(facts.order, lines=tuple(lines), is_redemption=facts.is_redemption)
        return earning.award(
            self._club_narrow(order, only),
            earning.Rules(
                ratio=Fraction(1),
                counts=COUNTS[goal.metric],
                decimals=goal.decimals,
                basis=rules.basis,
                earn_on_discounted=rules.earn_on_discounted,
                earn_on_redemption=rules.earn_on_redemption or goal.metric != "spend",
            ),
        )
