from odoo import fields
from odoo.tests import tagged

from .common_games import GamesCommon
from .common_goals import GoalCommon
from .common_messages import MessagesCommon
from .common_portal import PortalCommon

PATHS = ("/my/club", "/my/club/history", "/my/club/rewards", "/my/club/games", "/my/club/messages", "/my/club/profile")
MONTHS = 72


@tagged("post_install", "-at_install", "loyalty_club")
class TestPageConstant(GamesCommon, GoalCommon, MessagesCommon, PortalCommon):
    """A member of six years with all there is waits no longer than one of yesterday: nothing is asked one by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reached = cls.rule(cls, "reached", units=10)

    def something(self, count, months):
        """So many rewards, vouchers, goals, games and messages, and movements of so many months."""
        for month in range(months):
            born = [(10, -30 * month, 400), (5, -30 * month, None)]
            self.post("award", 15, days_ago=30 * month, born=born, source=f"Sale {month}")
        for number in range(count):
            name = f"Reward {self.env['loyalty.program'].search_count([])}"
            self.env["club.voucher"].sudo()._buy(self.member(), self.reward(name, 1), f"{name} {number}")
            self.goal(name=f"Goal {name}", target=50)
            self.give(self.plain_game(price=5, is_daily=True), 1)
        self.sell([(self.cake, 1)], self.ada)
        moment = fields.Datetime.now()
        self.env["club.message"].sudo().create([
            {
                "rule_id": self.reached.id, "member_id": self.member().id, "club_id": self.club.id, "state": "sent",
                "event_key": f"{count}:{number}", "happened_at": moment, "due_at": moment, "sent_at": moment,
                "is_shown": True, "subject": f"Message {number}", "body": "Hello",
            }
            for number in range(count)
        ])  # fmt: skip

    def queries(self):
        """path → queries of a request, once everything that outlives a request is known."""
        counts = {}
        for path in PATHS:
            for _warm in range(2):
                before = self.env.cr.sql_log_count
                self.assertEqual(self.url_open(path).status_code, 200)
                counts[path] = self.env.cr.sql_log_count - before
        return counts

    def test_no_page_asks_more_the_longer_somebody_is_a_member(self):
        self.enrol(points=500)
        self.post("award", 600, days_ago=9, born=[(600, 0, None)])  # Silver, which the page tells of
        self.something(2, 2)
        self.authenticate("ada_signs_in", "ada_signs_in")
        young = self.queries()
        self.something(6, MONTHS)
        self.authenticate("ada_signs_in", "ada_signs_in")
        old = self.queries()
        for path in PATHS:
            self.assertLessEqual(old[path], young[path], path)
        self.assertCoherent()
