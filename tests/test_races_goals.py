from functools import partial

from odoo.tests import tagged

from .common_races import RacesCase


@tagged("post_install", "-at_install")
class TestRacesGoals(RacesCase):
    """Orders of one customer that really come at once reach a goal once."""

    @classmethod
    def close_shop(cls):
        cls.cr.rollback()
        goals = cls.env["club.goal"].search([("club_id", "=", cls.club.id)])
        cls.cr.execute(
            "DELETE FROM club_goal_progress_entry WHERE club_goal_progress_id IN"
            " (SELECT id FROM club_goal_progress WHERE goal_id = ANY(%s))",
            [goals.ids],
        )
        cls.cr.execute("DELETE FROM club_goal_progress WHERE goal_id = ANY(%s)", [goals.ids])
        cls.cr.execute("DELETE FROM club_goal_event WHERE goal_id = ANY(%s)", [goals.ids])
        cls.env.invalidate_all()
        goals.unlink()
        cls.cr.commit()
        super().close_shop()

    def test_six_orders_at_once_reach_a_goal_of_three_once(self):
        goal = self.env["club.goal"].create(
            {"name": "Three", "club_id": self.club.id, "target": 3, "units": 50, "is_on": True, "period": "always"}
        )
        goal.on_times = [["2020-01-01 00:00:00", None]]
        customer = self.partner(f"Runner {self._testMethodName}")
        orders = [self.ui_order([(self.cake, 1)], [(self.cash, 12.1)], customer) for _number in range(6)]
        self.fresh()

        def send(order, env):
            return env["pos.order"].sync_from_ui([order])["pos.order"][0]["id"]

        results = self.race_on([partial(send, order) for order in orders])
        self.assertEqual(len(set(results)), 6, results)
        progress = self.env["club.goal.progress"].search([("goal_id", "=", goal.id)])
        self.assertEqual((progress.value, progress.state, len(progress.entry_ids)), (6, "done", 1))
        self.assertBalance(6 * 10 + 50, customer)
