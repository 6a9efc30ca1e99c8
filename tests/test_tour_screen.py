from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ClubCommon
from .common_portal import PortalCommon
from .test_club_screen import picture


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourScreen(ClubCommon, HttpCase):
    """A merchant sets up the club on its one form."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.env["club.club"].search([]) - cls.club).active = False
        cls.env.ref("base.user_admin").group_ids |= cls.env.ref("loyalty_club.loyalty_club_group_manager")
        cls.unit.icon = picture()

    def test_names_are_typed_beside_what_customers_will_see(self):
        self.start_tour(f"/odoo/loyalty-clubs/{self.club.id}", "ClubOfficeNamesWithPreview", login="admin")
        self.assertEqual(self.club.page_title, "Stardust Lounge")
        self.assertEqual((self.unit.name, self.unit.name_plural, self.unit.short_name), ("Star", "Stars", "*"))
        self.assertEqual(self.unit.icon_shape, "photo")

    @mute_logger("odoo.sql_db", "odoo.http")
    def test_error_opens_its_tab(self):
        self.enrol()
        self.club.profile_field_ids = self.env["club.profile.field"].search([("code", "=", "phone")])
        self.start_tour(f"/odoo/loyalty-clubs/{self.club.id}", "ClubOfficeErrorOpensItsTab", login="admin")
        self.assertEqual((self.club.page_title, self.club.return_grace_days), ("Rewards", 20))
        self.assertEqual(self.club.profile_bonus, 5)

    def test_switch_says_what_it_does_before_it_is_saved(self):
        self.enrol(points=200)
        self.start_tour(f"/odoo/loyalty-clubs/{self.club.id}", "ClubOfficeRiskIsSaidFirst", login="admin")
        self.assertTrue(self.club.is_redeem_allowed)

    def test_new_club_is_named_before_it_is_saved(self):
        self.start_tour("/odoo/loyalty-clubs/new", "ClubOfficeNewClub", login="admin")
        club = self.env["club.club"].search([("name", "=", "Nutcracker")])
        self.assertEqual(club.unit_ids.mapped("name_plural"), ["Nuts"])

    def test_support_asks_why(self):
        self.ada.name = "Ada Quillfeather"
        self.sell([(self.coffee, 1)], self.ada)
        self.start_tour("/odoo/loyalty-members", "ClubOfficeWhy", login="admin")


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourProfile(PortalCommon):
    """A customer with a phone fills in what the club asks for."""

    browser_size = "390x844"
    touch_enabled = True

    def test_customer_fills_in_the_profile_on_a_phone_and_gets_the_bonus(self):
        asked = self.env["club.profile.field"].search([("code", "in", ("phone", "birthday"))])
        self.club.write({"profile_field_ids": asked.ids, "profile_bonus": 50})
        self.ada.phone = False
        self.enrol()
        self.start_tour("/my/club", "ClubPortalProfile", login="ada_signs_in")
        self.assertEqual(self.ada.phone, "+32 470 12 34 56")
        self.assertBalance(50)
