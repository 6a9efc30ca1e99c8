from odoo.tests import tagged

from .common_goals import GoalCommon
from .common_history import HistoryMerchant


@tagged("post_install", "-at_install", "loyalty_club")
class TestGoalsHistory(HistoryMerchant, GoalCommon):
    """Crediting the history fills goals as well, and says beforehand how many it reaches."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_other_orders()

    def expected(self, job):
        return job.tally["expected"]["goals"]

    def test_earlier_orders_reach_a_goal_and_the_preview_knew(self):
        goal = self.goal(target=3, period="always")
        for days in (60, 70, 80):
            self.sold_before([(self.cake, 1)], self.ada, days=days)
        self.ordered_before([(self.cake, 1)], self.bob)
        job = self.credit()
        self.assertEqual((self.expected(job), job.tally["run"]["goals"]), (1, 1))
        self.assertIn("goals reached: 1", job._amounts("expected"))
        self.assertEqual((self.progress(goal).value, self.progress(goal).state), (3, "done"))
        self.assertEqual(self.progress(goal, self.bob).value, 1)
        self.assertBalance(30 + 50)
        again = self.credit()
        self.assertEqual((self.expected(again), again.tally["run"]["goals"]), (0, 0))
        self.assertBalance(30 + 50)

    def test_orders_of_before_and_since_add_up(self):
        goal = self.goal(target=2, period="always")
        self.sell([(self.cake, 1)], self.ada)
        self.sold_before([(self.cake, 1)], self.ada)
        job = self.credit()
        self.assertEqual((self.expected(job), job.tally["run"]["goals"]), (1, 1))
        self.assertEqual(self.progress(goal).value, 2)
        self.assertBalance(20 + 50)

    def test_goal_that_is_for_new_orders_alone_stays_empty(self):
        goal = self.goal(target=1, is_for_history=False)
        self.sold_before([(self.cake, 1)], self.ada)
        job = self.credit()
        self.assertEqual(self.expected(job), 0)
        self.assertFalse(self.progress(goal))
        self.assertBalance(10)

    def test_what_came_back_since_does_not_count(self):
        goal = self.goal(metric="units", target=3, period="always")
        order = self.sold_before([(self.cake, 3)], self.ada)
        self.old.club_outlet_id = False
        with self.at_old():
            self.refund(order, {self.cake: 1}, config=self.old)
        self.join()
        job = self.credit()
        self.assertEqual((self.expected(job), job.tally["run"]["goals"]), (0, 0))
        self.assertEqual((self.progress(goal).value, self.progress(goal).state), (2000, "open"))
        self.assertBalance(20)

    def test_no_message_is_sent_for_goals_of_the_past(self):
        self.goal(target=1, period="always")
        self.sold_before([(self.cake, 1)], self.ada)
        before = self.env["mail.mail"].search_count([])
        self.credit()
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
