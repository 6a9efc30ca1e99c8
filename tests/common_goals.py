"""Goals, how far members are with them, and what they brought."""

from .common import ClubCommon


class GoalCommon(ClubCommon):
    """Goals that were on for a month before now."""

    def goal(self, **values):
        goal = self.env["club.goal"].create(
            {"name": "Goal", "club_id": self.club.id, "target": 2, "units": 50, "is_on": True, **values}
        )
        self.back(goal)
        return goal

    def back(self, goal, since="2020-01-01 00:00:00"):
        """The goal was on since then."""
        goal.sudo().on_times = [[since, None]]
        self.env.registry.clear_cache()

    def progress(self, goal, partner=None):
        return self.env["club.goal.progress"].search(
            [("goal_id", "=", goal.id), ("member_id", "=", self.member(partner).id)], order="period"
        )

    def bought(self, goal, partner=None):
        """What the goal brought, net of what was taken back."""
        accounts = self.member(partner).account_ids
        entries = self.env["club.entry"].search(
            [("account_id", "in", accounts.ids), ("source_model", "=", "club.goal"), ("source_id", "=", goal.id)]
        )
        return sum(entries.mapped("amount"))
