from odoo.tests import tagged

from .common import ClubCommon

OURS = ("club_card", "club_pass")


@tagged("post_install", "-at_install")
class TestBarcodes(ClubCommon):
    """A register's scanner tells the club's cards and codes from products, coupons and prices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member_ada = cls.env["club.member"].enrol(cls.ada.id, cls.club.id)
        cls.default = cls.env.ref("barcodes.default_barcode_nomenclature")
        cls.gs1 = cls.env["barcode.nomenclature"].create({"name": "GS1", "is_gs1_nomenclature": True})

    def scan(self, text, nomenclature=None):
        self.env.invalidate_all()
        return (nomenclature or self.company.nomenclature_id).parse_barcode(text)["type"]

    def rules(self, nomenclature):
        return nomenclature.rule_ids.filtered(lambda rule: rule.type in OURS)

    def test_scanner_knows_cards_and_codes(self):
        self.assertEqual(self.scan(self.member_ada.card_number), "club_card")
        self.assertEqual(self.scan(self.env["club.pass"]._issue(self.member_ada)), "club_pass")

    def test_what_others_scan_stays_what_it_was(self):
        wrong_digit = self.member_ada.card_number[:-1] + str((int(self.member_ada.card_number[-1]) + 1) % 10)
        for text, kind in (
            ("0441234567890", "coupon"),
            ("042001", "client"),
            ("041001", "cashier"),
            ("2212", "discount"),
            ("5410041001204", "product"),
            ("2190000000016", "product"),
            ("LUBRICANT", "product"),
            (wrong_digit, "product"),
        ):
            with self.subTest(text=text):
                self.assertEqual(self.scan(text, self.default), kind)

    def test_rules_come_once_and_changes_stay(self):
        own = self.rules(self.company.nomenclature_id)
        self.assertEqual(sorted(own.mapped("type")), sorted(OURS))
        self.assertTrue(all(rule.sequence < 90 for rule in own))
        own[0].pattern = "2991"
        self.env["res.company"]._club_ensure_scanning()
        self.assertEqual(self.rules(self.company.nomenclature_id), own)
        self.assertEqual(own[0].pattern, "2991")

    def test_nomenclature_of_a_new_company_has_them(self):
        nomenclature = self.env["barcode.nomenclature"].create({"name": "Weights"})
        company = self.env["res.company"].create({"name": "New shop", "nomenclature_id": nomenclature.id})
        self.assertEqual(len(self.rules(nomenclature)), 2)
        other = self.env["barcode.nomenclature"].create({"name": "Other weights"})
        company.nomenclature_id = other
        self.assertEqual(len(self.rules(other)), 2)

    def test_gs1_register_of_the_club_gets_a_second_set(self):
        lonely = self._register("Lonely counter")
        self.company.nomenclature_id = self.gs1
        self.assertFalse(self.rules(self.gs1))
        self.open_session()
        self.open_session(lonely)
        second = self.register.fallback_nomenclature_id
        self.assertEqual(self.scan(self.member_ada.card_number, second), "club_card")
        self.assertEqual(second.rule_ids, self.rules(second))
        self.assertFalse(lonely.fallback_nomenclature_id)

    def test_gs1_register_keeps_its_own_second_set(self):
        own = self.env["barcode.nomenclature"].create({"name": "Old numbers"})
        self.company.nomenclature_id = self.gs1
        self.register.fallback_nomenclature_id = own
        self.open_session()
        self.assertEqual(self.register.fallback_nomenclature_id, own)
        self.assertEqual(len(self.rules(own)), 2)

    def test_opening_a_register_mends_what_is_missing(self):
        self.rules(self.company.nomenclature_id).unlink()
        self.open_session()
        self.assertEqual(self.scan(self.member_ada.card_number), "club_card")

    def test_nothing_is_left_when_the_club_goes(self):
        self.company.nomenclature_id = self.gs1
        self.open_session()
        others = self.env["barcode.rule"].search([("type", "not in", OURS)])
        self.env["barcode.nomenclature"]._club_retire()
        self.assertEqual(self.env["barcode.rule"].search([]), others)
        self.assertFalse(self.register.fallback_nomenclature_id)
        self.assertFalse(self.env["barcode.nomenclature"].search([("name", "=", "Loyalty Club")]))
