from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourOffice(ClubCommon, HttpCase):
    """A merchant at a desk: sets up a tier and its program, finds a member, asks why."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # One club in the company, so that the forms choose it by themselves.
        (cls.env["club.club"].search([]) - cls.club).active = False
        cls.env.ref("base.user_admin").group_ids |= cls.env.ref("loyalty_club.loyalty_club_group_manager")

    def test_merchant_makes_tier_program_live(self):
        self.start_tour("/odoo/loyalty-programs", "ClubOfficeTierProgramLive", login="admin")
        tier = self.env["club.tier"].search([("club_id", "=", self.club.id), ("name", "=", "Platinum")])
        self.assertEqual(tier.threshold, 5000)
        self.assertEqual(tier.program_ids.mapped("state"), ["live"])
        self.assertFalse(tier.program_warning)

    def test_merchant_sets_up_double_points_on_tuesdays_and_sees_the_preview(self):
        with mute_logger("odoo.http"):  # a refusal on purpose
            self.start_tour("/odoo/loyalty-bonus", "ClubOfficeBonusTuesday", login="admin")
        bonus = self.env["club.bonus"].search([("club_id", "=", self.club.id), ("name", "=", "Double Tuesdays")])
        self.assertEqual((bonus.time_from, bonus.time_to, bonus.tue, bonus.factor), (17, 19, True, 2))
        self.assertEqual(bonus.product_ids, self.coffee)

    def test_merchant_finds_a_member_by_phone_and_adjusts(self):
        self.ada.phone = "+44 20 7946 0101"
        self.bob.phone = "+44 20 7946 0999"
        self.enrol(self.bob)
        self.sell([(self.coffee, 1)], self.ada)
        self.start_tour("/odoo/loyalty-members", "ClubOfficeFindAndAdjust", login="admin")
        self.assertBalance(125)

    def test_merchant_sees_why_an_order_has_no_points(self):
        order = self.sell([(self.coffee, 1)])
        action = self.env.ref("point_of_sale.action_pos_pos_form")
        self.start_tour(f"/odoo/action-{action.id}/{order.id}", "ClubOfficeWhyNoPoints", login="admin")

    def test_amounts_are_shown_and_typed_in_whole_units(self):
        self.env["club.condition"].search([]).unlink()
        unit = self.env["club.unit"].create(
            {
                "club_id": self.club.id,
                "name": "euro",
                "name_plural": "euro",
                "kind": "cashback",
                "decimals": 2,
            }
        )
        condition = self.env["club.condition"].create(
            {"club_id": self.club.id, "unit_id": unit.id, "minimum_total": 20, "maximum": 1250}
        )
        self.start_tour("/odoo/loyalty-conditions", "ClubOfficeAmountsInWholeUnits", login="admin")
        self.assertEqual(condition.maximum, 750)
