import re
from base64 import b64decode

from lxml import etree, html
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..engine.codes import is_ean13
from .common import ClubCommon

# How EAN-13 draws digits: the spaces' and lines' widths of the left half's odd set; which set is used, says the
# first digit.
WIDTHS = ("3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112")
SETS = ("OOOOOO", "OOEOEE", "OOEEOE", "OOEEEO", "OEOOEE", "OEEOOE", "OEEEOO", "OEOEOE", "OEOEEO", "OEEOEO")
CARD, LABELS = "loyalty_club.report_member_card", "loyalty_club.report_member_labels"


def scan(svg):
    """The number that a scanner reads from the black lines of a picture."""
    lines = [
        (float(line.get("x")), float(line.get("width")))
        for line in svg.iter("{http://www.w3.org/2000/svg}rect")
        if "rgb(0%,0%,0%)" in (line.get("style") or "")
    ]
    edges = sorted(edge for x, width in lines for edge in (x, x + width))
    module = (edges[-1] - edges[0]) / 95
    widths = "".join(str(round((b - a) / module)) for a, b in zip(edges, edges[1:], strict=False))
    assert widths[:3] == widths[-3:] == "111" and widths[27:32] == "11111", widths
    left = [widths[start : start + 4] for start in range(3, 27, 4)]
    right = [widths[start : start + 4] for start in range(32, 56, 4)]
    first = SETS.index("".join("O" if digit in WIDTHS else "E" for digit in left))
    digits = [WIDTHS.index(digit if digit in WIDTHS else digit[::-1]) for digit in left + right]
    return f"{first}{''.join(map(str, digits))}"


@tagged("post_install", "-at_install")
class TestCards(ClubCommon):
    """Cards are made, printed one by one or by the sheet, and replaced when they are lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club.color = "#2a6f4e"
        cls.member_ada = cls.env["club.member"].enrol(cls.ada.id, cls.club.id)
        group = "base.group_user,loyalty_club.loyalty_club_group_user"
        cls.staff = new_test_user(cls.env, "card_staff", groups=group)
        cls.reports = cls.env["ir.actions.report"]

    def crowd(self, count):
        partners = self.env["res.partner"].create([{"name": f"Guest {number:03}"} for number in range(count)])
        for partner in partners:
            self.enrol(partner)
        return partners.club_member_ids

    def render(self, report, members, data=None):
        content, kind = self.reports._render_qweb_html(report, members.ids, data=data)
        self.assertEqual(kind, "html")
        return html.fromstring(content.decode())

    def of(self, root, name):
        return [node.text_content().strip() for node in root.xpath(f"//*[contains(@class, '{name}')]")]

    def print_cards(self, wizard):
        """The page that the wizard's report makes."""
        action = wizard.action_print()
        self.assertEqual(action["report_type"], "qweb-pdf")
        members = self.env["club.member"].browse(action["context"].get("active_ids") or [])
        return self.render(action["report_name"], members, action.get("data"))

    def wizard(self, action):
        return self.env["club.print.cards"].browse(action["res_id"])

    # ------------------------------------------------------------------ numbers
    def test_every_member_has_a_number_of_299_with_its_check_digit(self):
        numbers = self.crowd(5).mapped("card_number")
        self.assertEqual(len(set(numbers)), 5)
        for number in numbers:
            self.assertTrue(number.startswith("299") and is_ean13(number), number)

    # ------------------------------------------------------------------ printed
    def test_card_shows_club_name_tier_and_a_barcode_of_the_number(self):
        root = self.render(CARD, self.member_ada)
        self.assertEqual(self.of(root, "o_club_plastic_name"), ["Ada"])
        self.assertEqual(self.of(root, "o_club_plastic_tier"), ["Member"])
        self.assertEqual(self.of(root, "o_club_plastic_number"), [self.member_ada.card_number])
        [card] = root.xpath("//*[contains(@class, 'o_club_plastic') and contains(@style, '85.6mm')]")
        self.assertIn("background-color: #2a6f4e; color: #ffffff", card.get("style"))
        self.assertIn("Beans", card.text_content())

    def test_a_scanner_reads_the_number_from_the_printed_lines(self):
        for report, data in ((CARD, None), (LABELS, {"print_format": "3x8"}), (LABELS, {"print_format": "2x5"})):
            with self.subTest(report=report, data=data):
                [picture] = self.render(report, self.member_ada, data).xpath("//img[contains(@class, 'barcode')]")
                svg = etree.fromstring(b64decode(picture.get("src").split(",")[1]))
                self.assertEqual(scan(svg), self.member_ada.card_number)
                wide, high = (float(part[:-2]) for part in re.findall(r"[\d.]+mm", picture.get("style"))[:2])
                self.assertGreater(wide / 113, 0.264, "narrower than the norm's 80 %")
                self.assertAlmostEqual(wide / high, float(svg.get("width")) / float(svg.get("height")), 2)

    def test_names_are_text_and_nothing_else(self):
        self.ada.name = "<script>alert(1)</script> & Söhne"
        root = self.render(CARD, self.member_ada)
        self.assertEqual(self.of(root, "o_club_plastic_name"), ["<script>alert(1)</script> & Söhne"])
        self.assertFalse(root.xpath("//*[contains(@class, 'o_club_plastic')]//script"))

    def test_forty_cards_fill_two_sheets_each_place_once(self):
        members = self.crowd(40)
        root = self.render(LABELS, members, {"print_format": "3x8"})
        sheets = root.xpath("//*[contains(@class, 'o_club_sheet')]")
        labels = [sheet.xpath(".//*[contains(@class, 'o_club_label')]") for sheet in sheets]
        self.assertEqual([len(sheet) for sheet in labels], [24, 16])
        for sheet in labels:
            places = [label.get("style") for label in sheet]
            self.assertEqual(len(set(places)), len(places))
        self.assertEqual(self.of(root, "o_club_plastic_number"), members.mapped("card_number"))
        self.assertIn("left: 140.0mm; top: 259.5mm", labels[0][-1].get("style"))

    def test_used_labels_of_a_sheet_stay_free(self):
        members = self.crowd(3)
        root = self.render(LABELS, members, {"print_format": "2x5", "first_label": 9})
        styles = [node.get("style") for node in root.xpath("//*[contains(@class, 'o_club_label')]")]
        self.assertEqual([style.split("; width")[0].split("absolute; ")[1] for style in styles], [
            "left: 15.0mm; top: 229.5mm", "left: 110.0mm; top: 229.5mm", "left: 15.0mm; top: 13.5mm",
        ])  # fmt: skip

    def test_sheets_fit_onto_a4(self):
        for print_format in ("3x8", "3x7", "2x5"):
            sheet = self.env["club.print.cards"]._sheet(print_format)
            with self.subTest(print_format=print_format):
                width = sheet["left"] + sheet["columns"] * (sheet["width"] + sheet["gap"]) - sheet["gap"]
                self.assertLessEqual(width, 210)
                self.assertLessEqual(sheet["top"] + sheet["rows"] * sheet["height"], 297)

    def test_file_to_print_has_the_card(self):
        """A PDF where the host's printer of reports is installed, else what it would get."""
        has_printer = self.reports.get_wkhtmltopdf_state() != "install"
        content, kind = self.reports.with_context(force_report_rendering=has_printer)._render_qweb_pdf(
            CARD, self.member_ada.ids
        )
        self.assertEqual(kind, "pdf" if has_printer else "html")
        self.assertIn(b"%PDF" if has_printer else self.member_ada.card_number.encode(), content)

    # ------------------------------------------------------------------ from members and contacts
    def test_member_prints_one_card(self):
        wizard = self.wizard(self.member_ada.with_user(self.staff).action_print_cards())
        self.assertEqual((wizard.print_format, wizard.summary), ("card", "Cards: 1"))
        root = self.print_cards(wizard.with_user(self.staff))
        self.assertEqual(self.of(root, "o_club_plastic_number"), [self.member_ada.card_number])

    def test_many_members_print_sheets(self):
        wizard = self.wizard(self.crowd(30).action_print_cards())
        self.assertEqual((wizard.print_format, wizard.summary), ("3x8", "Cards: 30, sheets: 2"))
        wizard.first_label = 20
        self.assertEqual(wizard.summary, "Cards: 30, sheets: 3")
        self.assertEqual(len(self.of(self.print_cards(wizard), "o_club_plastic_number")), 30)

    def test_contact_who_is_no_member_becomes_one_with_consent_and_gets_a_card(self):
        wizard = self.wizard((self.ada | self.bob).with_user(self.staff).action_club_print_cards())
        self.assertEqual((wizard.member_ids, wizard.partner_ids), (self.member_ada, self.bob))
        with self.assertRaisesRegex(UserError, "Ask these customers first"):
            wizard.with_user(self.staff).action_print()
        self.assertFalse(self.member(self.bob))
        wizard.has_agreed = True
        root = self.print_cards(wizard.with_user(self.staff))
        bob = self.member(self.bob)
        self.assertEqual((bool(bob.consent_at), bob.consent_source), (True, "staff"))
        self.assertEqual(
            set(self.of(root, "o_club_plastic_number")), {bob.card_number, self.member_ada.card_number}
        )
        self.assertCoherent()

    def test_ended_memberships_have_no_card(self):
        self.member_ada.action_erase()
        with self.assertRaisesRegex(UserError, "have ended"):
            self.member_ada.action_print_cards()
        self.assertFalse(self.of(self.render(CARD, self.member_ada), "o_club_plastic_number"))

    # ------------------------------------------------------------------ replaced
    def test_lost_card_is_replaced_and_the_old_number_finds_nobody(self):
        old = self.member_ada.card_number
        self.env["club.replace.card"].create({"member_id": self.member_ada.id, "reason": "Lost"}).action_replace()
        new = self.member_ada.card_number
        self.assertNotEqual(new, old)
        self.assertTrue(is_ean13(new) and new.startswith("299"))
        self.assertFalse(self.club.find_member(card=old))
        self.assertEqual(self.club.find_member(card=new), self.member_ada)
        [former] = self.member_ada.former_card_ids
        self.assertEqual((former.number, former.reason), (old, "Lost"))
        self.assertIn(self.env.user.name, former.actor)

    def test_cards_of_merged_memberships_end_with_it(self):
        old, bob = self.member_ada.card_number, self.enrol(self.bob)
        self.env["club.member"]._merge_partners(self.ada, self.bob)
        self.assertEqual(self.club.find_member(card=old), bob)
        bob.replace_card("Lost both")
        self.assertFalse(self.club.find_member(card=old))
        self.assertEqual(len(bob.former_card_ids), 2)
        self.assertEqual(self.club.find_member(card=bob.card_number), bob)
        self.assertCoherent()

    def test_number_of_a_replacement_is_nobody_elses_now_or_later(self):
        numbers = {self.member_ada.card_number, self.member_ada.replace_card("Lost")}
        numbers |= set(self.crowd(3).mapped("card_number"))
        numbers.add(self.member_ada.replace_card("Lost again"))
        self.assertEqual(len(numbers), 6)

    def test_staff_without_the_managers_right_replace_nothing(self):
        with self.assertRaises(AccessError):
            self.member_ada.with_user(self.staff).replace_card("Lost")
        with self.assertRaises(AccessError):
            self.env["club.replace.card"].with_user(self.staff).create({"member_id": self.member_ada.id, "reason": "x"})
        for reason in ("", "   ", None, 7):
            with self.subTest(reason=reason), self.assertRaisesRegex(UserError, "Say why"):
                self.member_ada.replace_card(reason)

    def test_former_numbers_are_nobodys_to_change(self):
        self.member_ada.replace_card("Lost")
        former = self.member_ada.former_card_ids.with_user(self.staff)
        for act in (lambda: former.write({"number": "1"}), former.unlink, lambda: former.copy({"number": "2"})):
            with self.assertRaises(AccessError):
                act()

    def test_erasing_forgets_former_numbers(self):
        self.member_ada.replace_card("Lost")
        self.member_ada.action_erase()
        self.assertFalse(self.env["club.card"].search([("member_id", "=", self.member_ada.id)]))
        self.assertCoherent()

    # ------------------------------------------------------------------ who may
    def test_others_print_nobodys_card(self):
        portal = new_test_user(self.env, "card_portal", groups="base.group_portal")
        stranger = new_test_user(self.env, "card_stranger", groups="base.group_user")
        for user in (portal, stranger):
            for report in (CARD, LABELS):
                with self.subTest(user=user.login, report=report), self.assertRaises(AccessError):
                    self.reports.with_user(user)._render_qweb_html(report, self.member_ada.ids)
            with self.assertRaises(AccessError):
                self.env["club.print.cards"].with_user(user).create({"member_ids": self.member_ada.ids})
            with self.assertRaises(AccessError):
                self.member_ada.with_user(user).action_print_cards()

    def test_staff_of_another_company_print_nobodys_card(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        other = new_test_user(
            self.env,
            "card_elsewhere",
            groups="base.group_user,loyalty_club.loyalty_club_group_user",
            company_id=company.id,
            company_ids=company.ids,
        )
        for report in (CARD, LABELS):
            with self.subTest(report=report), self.assertRaises(AccessError):
                self.reports.with_user(other).with_company(company)._render_qweb_html(report, self.member_ada.ids)
