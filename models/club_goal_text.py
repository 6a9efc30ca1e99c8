"""A goal and how far one is with it, in words: for merchants, members, receipts and carts."""

from odoo import api, fields, models
from odoo.tools import SQL, formatLang
from odoo.tools.misc import format_date

from ..engine import goals as engine
from ..engine.values import scale
from .asked import one
from .club_goal import RULES


class ClubGoal(models.Model):
    _inherit = "club.goal"

    sentence = fields.Char(string="In Words", compute="_compute_sentence")
    preview = fields.Char(compute="_compute_sentence", help="What a member reads of it half way.")
    warning = fields.Char(string="Note", compute="_compute_warning")

    @api.depends(*RULES, "units", "unit_id", "reward_kind", "reward_id", "game_id", "club_id")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for goal in self:
            goal.sentence = goal.preview = ""
            if goal.target > 0 and goal.club_id:
                goal.sentence = ", ".join(filter(None, goal._sentence_parts()))
                half = goal._engine().target // 2
                goal.preview = goal._progress_text(half - half % int(scale(goal._decimals())))

    def _sentence_parts(self):
        """ "5 visits in a calendar month: 50 Beans, for Gold, Airport"."""
        _, names = self.env._, ", ".join(self._items_names())
        within = {
            "week": _("in a calendar week"),
            "month": _("in a calendar month"),
            "quarter": _("in a calendar quarter"),
            "always": _("once for good"),
        }[self.period]
        yield _("%(target)s %(within)s: %(reward)s", target=self._target_text(), within=within,
                reward=self._reward_text())  # fmt: skip
        if names:
            yield _("with %s", names)
        if self.tier_ids:
            yield _("for %s", ", ".join(self.tier_ids.mapped("name")))
        if self.outlet_ids:
            yield ", ".join(self.outlet_ids.mapped("name"))
        if self.date_from:
            yield _("from %s", format_date(self.env, self.date_from))
        if self.date_to:
            yield _("until %s", format_date(self.env, self.date_to))

    def _reward_text(self):
        """What it brings: "50 Beans", "Free Coffee"; empty while nothing is chosen."""
        if self.reward_kind == "reward":
            return self.sudo().reward_id.name or ""
        if self.reward_kind == "play":
            return self._play_text()
        return self.unit_id._format(round(self.units * 10**self.unit_id.decimals)) if self.unit_id else ""

    def _figure(self, value):
        """A figure of this goal without its noun: "3", "30.00 €"."""
        decimals = self._decimals()
        if decimals and self.metric == "spend":
            return self.currency_id.format(value / 10**decimals)
        whole = value / 10**decimals
        return formatLang(self.env, whole, digits=0 if whole == int(whole) else 2)

    def _decimal_string(self, value):
        decimals = self._decimals()
        return f"{float(value / scale(decimals)):.{decimals}f}"

    def _target_text(self):
        """ "5 visits", "50.00 € spent", "3 days in a row"."""
        _, target = self.env._, self._engine().target
        number = self._figure(target)
        if self.kind == "streak":
            return _("%s weeks in a row", number) if self.step == "week" else _("%s days in a row", number)
        if self.metric == "spend":
            return _("%s spent", number)
        one = target == int(scale(self._decimals()))
        if self.metric == "units":
            return _("%s item", number) if one else _("%s items", number)
        return _("%s visit", number) if one else _("%s visits", number)

    def _progress_text(self, value):
        """How far a member is: "3 of 5 visits this month"."""
        _ = self.env._
        period = {"week": _("this week"), "month": _("this month"), "quarter": _("this quarter"), "always": ""}
        done = self._figure(min(value, self._engine().target))
        text = _("%(done)s of %(target)s", done=done, target=self._target_text())
        return f"{text} {period[self.period]}".strip()

    @api.depends(*RULES, "reward_id", "reward_kind", "is_on")
    @api.depends_context("lang")
    def _compute_warning(self):
        for goal in self:
            goal.warning = goal._warning_text() if goal.club_id else ""

    def _warning_text(self):
        _, club = self.env._, self.club_id._origin
        if self.date_to and self.date_to < club._today():
            return _("This goal is over: its last day was %s.", format_date(self.env, self.date_to))
        outlets = self.outlet_ids._origin
        if outlets and not outlets.filtered(lambda outlet: outlet.active and outlet.is_opted_in):
            return _("Nobody can reach this goal: none of its outlets takes part.")
        if not (self.is_pos or self.is_shop or self.is_kiosk or self.is_sale):
            return _("Nobody can reach this goal: no place to buy is ticked.")
        if self.metric == "spend" and self.kind == "challenge":
            foreign = (outlets or club.outlet_ids).filtered(
                lambda outlet: outlet.company_id.currency_id != club.currency_id
            )
            if foreign:
                names = ", ".join(foreign.mapped("name"))
                return _("Spend at %s does not count: it is in another currency.", names)
        return ""

    def action_view_progress(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_goal_progress_action")
        return action | {"domain": [("goal_id", "=", self.id)], "context": {"search_default_done": 1}}


class ClubGoalProgress(models.Model):
    _inherit = "club.goal.progress"

    text = fields.Char(string="Progress", compute="_compute_text")
    percent = fields.Float(compute="_compute_text")
    period_text = fields.Char(string="Period", compute="_compute_text")

    @api.depends("goal_id")
    def _compute_display_name(self):
        for progress in self:
            progress.display_name = progress.goal_id.name

    @api.depends("goal_id", "value", "period")
    @api.depends_context("lang")
    def _compute_text(self):
        for progress in self:
            goal = progress.goal_id
            rule = goal._engine()
            done = goal._figure(progress.value)
            progress.text = goal.env._("%(done)s of %(target)s", done=done, target=goal._target_text())
            progress.percent = min(100, 100 * progress.value / rule.target)
            last = engine.period_end(progress.period, rule.period)
            progress.period_text = (
                f"{format_date(self.env, progress.period)} – {format_date(self.env, last)}" if last else ""
            )


class ClubMember(models.Model):
    _inherit = "club.member"

    def _goals_now(self, more=()):
        """How far this member is with each goal that is open today, as they are listed.

        :param more: dict goal id → (period, day, amount) of an order that is not paid yet
        :return: list of dict ``goal``, ``value``, ``target``, ``is_reached``, ``ends_on``
        """
        self.ensure_one()
        today, tier = self.club_id._today(), self.club_id._rulebook().tier(self.tier_id.id).id
        if self.club_id.id not in self.env["club.goal"]._clubs():
            return []
        goals = self.env["club.goal"].search([("club_id", "=", self.club_id.id), ("is_on", "=", True)]).filtered(
            lambda goal: goal._is_open_on(today) and (not goal.tier_ids or tier in goal.tier_ids.ids)
        )
        rules = {goal: goal._engine() for goal in goals}
        periods = {goal: rule.period_of(today) for goal, rule in rules.items()}
        days = {} if not goals else self.env["club.goal.event"]._days(
            SQL(
                "e.member_id = %s AND e.goal_id = ANY(%s) AND e.period = ANY(%s)",
                self.id,
                list(goals.ids),
                list(set(periods.values())),
            )
        )
        found = []
        for goal, rule in rules.items():
            own = list(days.get((goal.id, self.id, periods[goal]), ()))
            if goal.id in more and more[goal.id][0] == periods[goal]:
                own.append(more[goal.id][1:])
            value = rule.shown(own, today)
            found.append({
                "goal": goal,
                "value": value,
                "target": rule.target,
                "is_reached": value >= rule.target,
                "ends_on": engine.period_end(periods[goal], rule.period),
            })  # fmt: skip
        return found

    @api.readonly
    def goals(self):
        """How far this member is with the goals that are on today.

        :return: list of ``{"goal_id", "name", "text", "progress", "target", "percent", "is_reached", "reward",
            "ends_on"}``; ``text`` says it in words, figures are decimal strings, ``ends_on`` the last day of the
            period or none
        """
        one(self).check_access("read")
        return [
            {
                "goal_id": row["goal"].id,
                "name": row["goal"].name,
                "text": row["goal"]._progress_text(row["value"]),
                "progress": row["goal"]._decimal_string(row["value"]),
                "target": row["goal"]._decimal_string(row["target"]),
                "percent": min(100, 100 * row["value"] // row["target"]),
                "is_reached": row["is_reached"],
                "reward": row["goal"]._reward_text(),
                "ends_on": row["ends_on"] and row["ends_on"].isoformat(),
            }
            for row in self.sudo()._goals_now()
        ]
