from unittest.mock import patch

from odoo.addons.loyalty_club.models import page_code
from odoo.tests import new_test_user, tagged

from .common_portal import PortalCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourCode(RewardCommon, PortalCommon):
    """A customer shows the code on a phone; a register scans it."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member_ada = cls.env["club.member"].enrol(cls.ada.id, cls.club.id)
        cls.member_ada.adjust(cls.unit.id, 100, "Opening", counts_lifetime=False)
        cls.cashier = new_test_user(cls.env, "code_cashier", groups="base.group_user,point_of_sale.group_pos_user")
        cls.scanned = []

    def scan_at_once(self, amount):
        """The register scans the code that is for so many points as soon as it is shown."""
        issue = type(self.env["club.pass"])._issue

        def show(passes, member, redemption=None):
            token = issue(passes, member, redemption)
            if redemption and redemption["amount"] == amount and not self.scanned:
                env = passes.with_user(self.cashier).sudo(False).env
                self.scanned.append(env["club.pass"]._consume(token, env["pos.config"].browse(self.register.id)))
            return token

        self.startPatcher(patch.object(type(self.env["club.pass"]), "_issue", show))

    def test_customer_shows_the_code_with_points_and_the_register_scans_it(self):
        self.scan_at_once(40)
        self.start_tour("/my/club", "ClubPortalShowCode", login="ada_signs_in")
        [answer] = self.scanned
        self.assertEqual((answer["member"].id, answer["redemption"]["amount"]), (self.member_ada.id, 40))
        self.assertBalance(100)

    def test_reward_goes_along_to_the_register(self):
        reward = self.reward(price=80)
        self.start_tour(f"/my/club/rewards/{reward.id}", "ClubPortalCodeFromReward", login="ada_signs_in")

    def test_signed_out_is_said_with_the_way_back(self):
        self.start_tour("/my/club", "ClubPortalCodeSignedOut", login="ada_signs_in")

    def test_lost_connection_is_said(self):
        self.start_tour("/my/club", "ClubPortalCodeOffline", login="ada_signs_in")

    def test_code_is_renewed_before_it_runs_out(self):
        with patch.object(page_code, "ROTATION_SECONDS", 2):
            self.start_tour("/my/club", "ClubPortalCodeRenewed", login="ada_signs_in")
        self.assertGreaterEqual(self.env["club.pass"].search_count([("member_id", "=", self.member_ada.id)]), 2)
