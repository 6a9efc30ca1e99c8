from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ClubCommon
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
        self.start_tour(f"/odoo/loyalty-clubs/{self.club.id}", "ClubOfficeErrorOpensItsTab", login="admin")
        self.assertEqual((self.club.page_title, self.club.return_grace_days), ("Rewards", 30))

    def test_new_club_is_named_before_it_is_saved(self):
        self.start_tour("/odoo/loyalty-clubs/new", "ClubOfficeNewClub", login="admin")
        club = self.env["club.club"].search([("name", "=", "Nutcracker")])
        self.assertEqual(club.unit_ids.mapped("name_plural"), ["Nuts"])
