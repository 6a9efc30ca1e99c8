from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common_days import DaysMixin
from .common_ledger import LedgerCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourDashboard(DaysMixin, LedgerCommon, HttpCase):
    browser_size = "1366x768"

    def test_merchant_looks_at_a_month_then_a_week_and_what_is_behind(self):
        self.outlet.website_ids = False
        (self.env["club.club"].search([]) - self.club).active = False
        self.env.ref("base.user_admin").group_ids |= self.env.ref("loyalty_club.loyalty_club_group_manager")
        order = self.sell([(self.coffee, 1)], self.ada)
        self.post("spend", 100, source=order._club_source())
        self.earn(100, business_at=fields.Datetime.now() - timedelta(days=20))
        self.sell([(self.coffee, 1)])
        self.start_tour("/odoo/loyalty-dashboard", "ClubOfficeDashboard", login="admin")
        self.assertTrue(self.club._counted_at())
        self.assertCounted()
