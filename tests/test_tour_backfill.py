from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ClubCommon
from .common_history import HistoryMerchant

RUN = "odoo.addons.loyalty_club.models.club_backfill_run"


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourBackfill(HistoryMerchant, ClubCommon, HttpCase):
    """A merchant switches the club on, looks at the past, credits it, and reads what came of it."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_other_orders()
        (cls.env["club.club"].search([]) - cls.club).active = False
        cls.env.ref("base.user_admin").group_ids |= cls.env.ref("loyalty_club.loyalty_club_group_manager")

    def test_merchant_credits_the_past_when_the_club_is_first_on(self):
        self.club.state = "off"
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM club_switch WHERE club_id = %s", (self.club.id,))
        self.club.on_since = False
        self.env.registry.clear_cache()
        carl = self.env["res.partner"].create({"name": "Carl"})
        self.sold_before([(self.coffee, 6)], self.ada, days=60)
        self.sold_before([(self.cake, 1)], self.bob, days=120)
        self.sold_before([(self.cake, 1)], carl, days=120)
        # Customer by customer, and one of them each time that the job runs.
        with (
            patch(f"{RUN}.ORDERS", 1),
            patch.object(type(self.env["club.backfill"]), "_work", lambda job: job._step() or True),
        ):
            self.start_tour(
                f"/odoo/loyalty-clubs/{self.club.id}", "ClubOfficeCreditHistory", login="admin", timeout=180
            )
        self.assertEqual((self.balance(), self.balance(self.bob), self.member().tier_id), (600, 10, self.silver))
        self.assertCameTrue(self.env["club.backfill"].search([("club_id", "=", self.club.id)]))
        self.assertBalance(10, carl)

    @mute_logger("odoo.http")
    def test_dates_that_make_no_sense_say_what_to_do(self):
        self.sold_before([(self.coffee, 6)], self.ada, days=60)
        self.start_tour(f"/odoo/loyalty-clubs/{self.club.id}", "ClubOfficeHistoryRefusals", login="admin")
