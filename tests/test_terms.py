from odoo.tests import tagged

from .common_pos import TenderCommon
from .common_reserved import ReservedCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestTerms(ReservedCommon, TenderCommon):
    """What the display beside the register says of Ada: she is Silver and has 987 Beans."""

    def setUp(self):
        super().setUp()
        self.make(self.silver)

    def display(self, partner=None):
        return self.till().club_terms((partner or self.ada).id)["display"]

    def test_tier_and_balance_without_a_name(self):
        self.assertEqual(self.display(), ["Welcome back · Silver", "987 Beans"])

    def test_each_part_is_switched_on_the_club(self):
        self.club.is_display_name = True
        self.ada.name = "Ada King Lovelace"
        self.assertEqual(self.display(), ["Welcome back, Ada · Silver", "987 Beans"])
        self.club.is_display_balance = False
        self.assertEqual(self.display(), ["Welcome back, Ada · Silver"])
        self.club.is_display_tier = False
        self.assertEqual(self.display(), [])
        shown = self.env["pos.config"]._load_pos_data_read(self.register, self.register)[0]
        self.assertFalse(shown["_club_display"])

    def test_nothing_of_guests_strangers_and_where_the_club_does_not_take_part(self):
        self.assertEqual(self.display(self.bob), [])
        self.assertEqual(self.till().club_terms(False)["display"], [])
        self.member().is_guest = True
        self.assertEqual(self.display(), [])
        self.member().is_guest = False
        self.outlet.is_opted_in = False
        self.assertEqual(self.display(), [])

    def test_after_payment_it_says_what_the_sale_brought(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        self.assertEqual(order.club_receipt["display"], ["+49 Beans", "−100 Beans", "936 Beans"])
        self.club.is_display_balance = False
        order.invalidate_recordset(["club_receipt"])
        self.assertEqual(order.club_receipt["display"], [])

    def test_it_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.silver.with_context(lang="fr_FR").name = "Argent"
        self.unit.with_context(lang="fr_FR").name_plural = "Grains"
        self.ada.lang = "fr_FR"
        greeting, balance = self.display()
        self.assertIn("Argent", greeting)
        self.assertEqual(balance, "987 Grains")
