from odoo.tests import tagged

from .common_portal import PortalCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestPageQueries(PortalCommon):
    """The member's page asks the same, however long the history and however many rewards there are."""

    def queries(self):
        self.env.flush_all()
        self.url_open("/my/club")
        before = self.cr.sql_log_count
        self.assertIn("Beans", self.url_open("/my/club").text)
        return self.cr.sql_log_count - before

    def reward(self, name, price):
        self.env["loyalty.program"].create({
            "name": name,
            "program_type": "coupons",
            "club_id": self.club.id,
            "club_unit_id": self.unit.id,
            "club_price": price,
        })  # fmt: skip

    def test_history_members_and_rewards_cost_no_query(self):
        self.authenticate("ada_signs_in", "ada_signs_in")
        for price in (40, 41, 42):
            self.reward(f"Cup {price}", price)
        self.post("award", 600, days_ago=9, born=[(600, 0, None)])  # Silver, which the page tells of
        for days in range(8):
            self.post("award", 30, days_ago=days, born=[(30, 0, 40 + days)])
        self.post("spend", 10)
        few = self.queries()
        for days in range(30):
            self.post("award", 30, days_ago=days, born=[(20, 0, 50 + days), (10, 5 + days, 100)])
            self.post("spend", 5, days_ago=days)
        for number in range(8):
            self.reward(f"Reward {number}", 50 + number)
            self.enrol(self.env["res.partner"].create({"name": f"Customer {number}"}), points=10)
        self.assertLessEqual(self.queries(), few)
        self.assertCoherent()
