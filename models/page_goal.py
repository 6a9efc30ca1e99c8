"""What members see of goals: rings on their page, the nearest goal in the cart, a line on receipts."""

from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL

from .day_words import say_day
from .document_mixin import Case


class ClubGoal(models.Model):
    _inherit = "club.goal"

    def _page_text(self, value):
        """ "3 of 5 visits this month", or that it is reached."""
        rule = self._engine()
        if value >= rule.target:
            return self.env._("Reached: %s", self._target_text())
        return self._progress_text(value)

    def _receipt_text(self, value):
        """The line on a receipt: name, how far, and once it is reached what it brought."""
        rule = self._engine()
        if value >= rule.target:
            return self.env._("%(goal)s: reached! You get %(reward)s.", goal=self.name, reward=self._reward_text())
        return self.env._("%(goal)s: %(progress)s", goal=self.name, progress=self._progress_text(value))


class ClubMember(models.Model):
    _inherit = "club.member"

    def _club_page_goals(self):
        """The rings of the member's page; those on the way first, what is reached last."""
        rows = sorted(self.sudo()._goals_now(), key=lambda row: row["is_reached"])
        return [
            {
                "name": row["goal"].name,
                "text": row["goal"]._page_text(row["value"]),
                "percent": min(100, 100 * row["value"] // row["target"]),
                "is_reached": row["is_reached"],
                "reward": row["goal"]._reward_text(),
                "until": self._club_goal_until(row),
            }
            for row in rows
        ]

    def _club_goal_until(self, row):
        """What there is to know about time: when it begins anew, or how a streak goes on."""
        goal, _ = row["goal"], self.env._
        ends = row["ends_on"] and say_day(self.env, row["ends_on"])
        if row["is_reached"]:
            return _("It begins again after %s.", ends) if ends else ""
        if goal.kind == "streak" and row["value"]:
            if goal.step == "week":
                return _("Skip a week, and it begins again.")
            return _("Skip a day, and it begins again.")
        return _("Until %s", ends) if ends else ""


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _club_goal_teaser(self, member):
        """The goal that this cart brings nearest, as if it were paid now; nothing is counted by it."""
        order, now = self.sudo(), fields.Datetime.now()
        outlet = order._club_outlet()
        is_open = member and outlet.club_id.id in self.env["club.goal"]._clubs()
        if not is_open or outlet._is_on(now, order._club_channel()) or order.club_no_points:
            return {}
        case = Case(
            document=order, code="awarded", club_id=outlet.club_id.id, outlet=outlet, partner_id=order.partner_id.id,
            paid_at=now, as_of=now, member_id=member.id, tier_id=member.tier_id.id or 0,
        )  # fmt: skip
        more = {row["goal_id"]: (row["period"], row["day"], row["amount"]) for row in order._club_case_goals(case)}
        before = {row["goal"]: row["is_reached"] for row in member.sudo()._goals_now()}
        rows = [row for row in member.sudo()._goals_now(more=more) if not before[row["goal"]]]
        if not rows:
            return {}
        row = max(rows, key=lambda row: (row["goal"].id in more, row["value"] / row["target"], -row["goal"].id))
        goal = row["goal"].with_env(self.env)
        text = goal._target_text() if row["is_reached"] else goal._progress_text(row["value"])
        if row["is_reached"]:
            text = self.env._("With this order you reach it: %s", text)
        elif goal.id in more:
            text = self.env._("With this order: %s", text)
        return {
            "name": goal.name,
            "text": text,
            "percent": min(100, 100 * row["value"] // row["target"]),
            "is_reached": row["is_reached"],
            "reward": goal.sudo()._reward_text(),
        }

    def _club_shop_card(self, partner=None):
        card = super()._club_shop_card(partner)
        if card and card["is_member"]:
            card["goal"] = self._club_goal_teaser(self.sudo()._club_points_member())
        return card

    def _club_confirmation(self, partner=None):
        said = super()._club_confirmation(partner)
        if said.get("is_earned"):
            said["goals"] = self.sudo()._club_goals_said().get(self.id, [])
        return said


class ClubDocumentMixin(models.AbstractModel):
    _inherit = "club.document.mixin"

    def _club_goals_said(self):
        """What these documents did for the goals of their customers, as dict id → sentences, the best first.

        In the customer's language; what counts for a period that is over says nothing any more.
        """
        goals, events = self.env["club.goal"].sudo(), self.env["club.goal.event"].sudo()
        if not goals._clubs() or not self:
            return {}
        own = events.search([
            ("source_model", "=", self._name), ("source_id", "in", self.ids), ("remaining", ">", 0),
        ])  # fmt: skip
        if not own:
            return {}
        days = events._days(
            SQL("e.member_id = ANY(%s) AND e.goal_id = ANY(%s)", list(own.member_id.ids), list(own.goal_id.ids))
        )
        rules, found = goals._engines(), defaultdict(dict)
        for event in own:
            rule, today = rules[event.goal_id.id], event.goal_id.club_id._today()
            if event.period == rule.period_of(today):
                key = (event.goal_id.id, event.member_id.id, event.period)
                found[event.source_id][event.goal_id] = rule.shown(days[key], today)
        said = {}
        for document_id, values in found.items():
            lang = self.browse(document_id).partner_id.lang or self.env.lang
            near = sorted(values, key=lambda goal: -min(1, values[goal] / rules[goal.id].target))
            said[document_id] = [goal.with_context(lang=lang)._receipt_text(values[goal]) for goal in near]
        return said
