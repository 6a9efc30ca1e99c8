from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .common_days import DaysMixin
from .common_ledger import LedgerCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestDigest(DaysMixin, LedgerCommon):
    """The month by e-mail: the host's summary with the club's figures, on or off in each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outlet.website_ids = False
        cls.digest = cls.env.ref("loyalty_club.digest_digest_month")
        cls.digest.company_id = cls.company
        cls.manager = new_test_user(cls.env, "digest_manager", "loyalty_club.loyalty_club_group_manager")

    def kpis(self, user=None):
        """Figure → its last 30 days."""
        kpis = self.digest._compute_kpis(self.company, user or self.manager)
        return {kpi["kpi_name"]: kpi["kpi_col3"]["value"] for kpi in kpis}

    def test_figures_are_those_of_the_last_thirty_days(self):
        day = self.env["club.day"].search([("company_id", "=", self.company.id)])
        self.assertFalse(day.filtered(lambda row: row.club_id == self.club))
        before = self.kpis()
        self.sell([(self.coffee, 2)], self.ada)
        self.sell([(self.coffee, 1)])
        self.post("spend", 150, source=self.source(self.sell([(self.cake, 1)], self.ada)))
        self.earn(100, business_at=fields.Datetime.now() - timedelta(days=40))
        self.count()
        found = self.kpis()
        self.assertEqual(int(found["kpi_club_orders"]) - int(before["kpi_club_orders"]), 2)
        self.assertEqual(int(found["kpi_club_joined"]) - int(before["kpi_club_joined"]), 2)
        self.assertNotEqual(found["kpi_club_sales"], before["kpi_club_sales"])
        self.assertIn("1.5", found["kpi_club_used"])
        self.post("voucher", 100)  # on the member's own page: of no document
        self.count()
        self.assertIn("2.5", self.kpis()["kpi_club_used"])

    def source(self, order):
        return order._club_source()

    def test_figure_that_is_off_is_not_in_it(self):
        self.digest.kpi_club_used = False
        self.assertNotIn("kpi_club_used", self.kpis())

    def test_who_may_not_see_the_club_gets_nothing_of_it(self):
        cashier = new_test_user(self.env, "digest_cashier", "loyalty_club.loyalty_club_group_user")
        self.assertFalse(self.kpis(cashier))

    def test_it_is_sent_once_a_month_and_leads_to_the_dashboard(self):
        self.digest.user_ids = self.manager
        self.manager.email = "manager@example.com"
        self.assertEqual((self.digest.periodicity, self.digest.state), ("monthly", "activated"))
        self.digest.action_send_manual()
        mail = self.env["mail.mail"].search([("email_to", "like", "manager@example.com")], limit=1)
        self.assertIn("Orders of Club Members", mail.body_html)
        self.assertIn("loyalty_club.club_dashboard_action", mail.body_html)
        self.assertEqual(self.digest.next_run_date, fields.Date.add(fields.Date.today(), months=1))
