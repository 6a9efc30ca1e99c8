import base64
from io import BytesIO

from lxml import etree
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from PIL import Image

from .common import ClubCommon
from .common_portal import PortalCommon


def picture(color="red"):
    stream = BytesIO()
    Image.new("RGB", (64, 64), color).save(stream, "PNG")
    return base64.b64encode(stream.getvalue())


@tagged("post_install", "-at_install", "loyalty_club")
class TestClubScreen(ClubCommon):
    """The club's one form: its tabs, its names, and what a change will do before it is saved."""

    # ------------------------------------------------------------------ tabs
    def test_tabs_are_in_their_order(self):
        arch = etree.fromstring(self.env["club.club"].get_view(view_type="form")["arch"])
        order = ["program", "names", "bonus", "goals", "games", "rewards", "members"]
        tabs = [page.get("name") for page in arch.findall(".//notebook/page")]
        self.assertEqual(tabs, order)

    def test_every_field_explains_itself(self):
        arch = etree.fromstring(self.env["club.club"].get_view(view_type="form")["arch"])
        fields = self.env["club.club"].fields_get(attributes=["help", "readonly", "type"])
        shown = arch.xpath(".//notebook//field[not(ancestor::field)][not(@readonly)][not(@invisible='1')]")
        self.assertGreater(len(shown), 40)
        silent = {
            node.get("name")
            for node in shown
            if not (node.get("help") or fields[node.get("name")].get("help"))
            and not fields[node.get("name")]["readonly"]
            and fields[node.get("name")]["type"] != "one2many"
        }
        self.assertFalse(silent)

    def test_club_that_is_not_saved_says_so_where_lists_would_be(self):
        arch = etree.fromstring(self.env["club.club"].get_view(view_type="form")["arch"])
        for name in ("program", "names", "bonus", "goals", "games", "rewards", "members"):
            [page] = arch.xpath(f".//notebook/page[@name='{name}']")
            hints = [" ".join(hint.text.split()) for hint in page.xpath(".//p[@invisible='id']")]
            self.assertTrue(hints, name)
            self.assertFalse([hint for hint in hints if "Save the club first" not in hint])
            for lines in page.xpath(".//field[list]"):
                self.assertEqual(lines.get("invisible"), "not id", lines.get("name"))

    def test_no_switch_saves_before_it_has_said_what_it_does(self):
        arch = etree.fromstring(self.env["club.club"].get_view(view_type="form")["arch"])
        switches = arch.xpath(".//field[@widget='boolean_toggle'][not(ancestor::field)]")
        self.assertGreater(len(switches), 8)
        for switch in switches:
            self.assertIn("'autosave': False", switch.get("options", ""), switch.get("name"))

    # ------------------------------------------------------------------ names
    def test_new_club_counts_what_was_typed_before_it_was_saved(self):
        with Form(self.env["club.club"]) as form:
            self.assertEqual((form.page_title, form.unit_plural), ("Rewards", "points"))
            form.name = "Nuts"
            form.page_title = "Nut Corner"
            form.unit_name, form.unit_plural, form.unit_short = "Nut", "Nuts", "N"
            form.unit_money_value = 0.05
            form.unit_icon_shape = "photo"
        unit = form.record.unit_ids
        self.assertEqual((unit.name, unit.name_plural, unit.short_name), ("Nut", "Nuts", "N"))
        self.assertEqual((unit.money_value, unit.icon_shape), (0.05, "photo"))
        self.assertEqual(form.record.page_title, "Nut Corner")

    def test_names_on_the_club_are_those_of_its_main_unit(self):
        with Form(self.club) as form:
            form.unit_plural = "Magic Beans"
        self.assertEqual(self.unit.name_plural, "Magic Beans")

    def test_another_main_unit_keeps_both_units_names(self):
        stamps = self.env["club.unit"].create(
            {"club_id": self.club.id, "name": "Stamp", "name_plural": "Stamps", "short_name": "S", "kind": "stamps"}
        )
        with Form(self.club) as form:
            form.tier_unit_id = stamps
            self.assertEqual(form.unit_name, "Stamp")
            form.unit_plural = "Star stamps"
        self.assertEqual(self.unit.name_plural, "Beans")
        self.assertEqual((stamps.name, stamps.name_plural), ("Stamp", "Star stamps"))

    def test_names_are_translated(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.club.update_field_translations("page_title", {"fr_FR": "Récompenses"})
        self.club.update_field_translations("unit_plural", {"fr_FR": "Grains"})
        french = self.club.with_context(lang="fr_FR")
        self.assertEqual((french.page_title, french.unit_ids.name_plural), ("Récompenses", "Grains"))
        self.assertEqual(self.unit.name_plural, "Beans")

    def test_colour_is_one_and_its_text_reads_well(self):
        for wrong in ("red", "#12", "#7c4a2d; position: fixed"):
            with self.assertRaisesRegex(ValidationError, "A color reads like"):
                self.club.color = wrong
        self.club.color = "#7c4a2d"
        self.assertEqual(self.club._club_card_style(), "background-color: #7c4a2d; color: #ffffff;")
        self.club.color = "#ffe066"
        self.assertIn("color: #000000", self.club._club_card_style())

    # ------------------------------------------------------------------ what a refusal is about
    def test_refusal_names_its_fields(self):
        with self.assertRaises(ValidationError) as refused:
            self.club.color = "red"
        self.assertEqual(refused.exception.context, {"club_model": "club.club", "club_fields": ["color"]})

    # ------------------------------------------------------------------ what a change will do
    def risk(self, **changes):
        """What the form says of unsaved changes."""
        form = Form(self.club)
        self.assertFalse(form.risk_text)
        for name, value in changes.items():
            setattr(form, name, value)
        return form.risk_text

    def test_gate_says_how_much_it_opens_or_closes(self):
        self.enrol(points=200)
        self.enrol(self.bob, points=50)
        text = self.risk(is_redeem_allowed=False)
        self.assertIn("Nobody can pay with points any more: 250 Beans stay with the members (members: 2)", text)
        self.club.is_redeem_allowed = False
        text = self.risk(is_redeem_allowed=True)
        self.assertIn("Members can pay with what they have at once: 250 Beans in all (members: 2)", text)

    def test_channel_says_where_members_can_no_longer_pay(self):
        self.enrol()
        text = self.risk(is_redeem_pos=False)
        self.assertIn("can no longer pay with points here: At the Register (members: 1)", text)

    def test_place_that_stops_earning_is_named(self):
        self.enrol()
        text = self.risk(is_earn_shop=False)
        self.assertIn("not credited later either: Earn in the Webshop", text)
        self.assertIn("(members: 1)", text)

    def test_exclusion_is_a_change_of_the_earning_rule(self):
        form = Form(self.club)
        form.excluded_product_ids.add(self.coffee.product_tmpl_id)
        self.assertIn("earn by the new rule", form.risk_text)

    def test_earning_rule_holds_from_now_on(self):
        self.enrol()
        text = self.risk(basis="gross", earn_rounding="up")
        self.assertEqual(text.count("earn by the new rule"), 1)
        self.assertIn("(members: 1)", text)

    def test_validity_and_worth_are_told_apart(self):
        text = self.risk(validity_days=365, unit_money_value=0.02)
        self.assertIn("those the members have keep their dates", text)
        self.assertIn("is worth more or less at once", text)

    def test_counting_tiers_by_another_unit_says_how_many_move(self):
        self.enrol()
        self.enrol(self.bob).adjust(self.unit.id, 2, "Two")
        stamps = self.env["club.unit"].create(
            {"club_id": self.club.id, "name": "Stamp", "name_plural": "Stamps", "short_name": "S", "kind": "stamps"}
        )
        self.member().adjust(stamps.id, 600, "Six hundred")
        text = self.risk(tier_unit_id=stamps)
        self.assertIn("counted anew by Stamps for all members (members: 2): 1 move up", text)
        self.club.tier_unit_id = stamps
        self.assertEqual(self.member().tier_id, self.silver)

    def test_untouched_form_warns_of_nothing(self):
        self.assertFalse(self.risk(name="Beans and more"))


@tagged("post_install", "-at_install", "loyalty_club")
class TestClubNamesOnPages(PortalCommon):
    """Names and icon reach every page that a customer sees."""

    def test_page_title_heads_the_page_and_the_way_to_it(self):
        self.enrol(points=5)
        self.club.page_title = "Bean Corner"
        root, _text = self.page()
        self.assertEqual([" ".join(h1.text_content().split()) for h1 in root.iter("h1")], ["Bean Corner"])
        self.assertTrue(root.findtext(".//title").startswith("Bean Corner"))
        self.assertIn("Bean Corner", self.page("/my/home")[1])
        self.assertIn("Bean Corner", self.page("/my/club/history")[0].xpath("string(//ol)"))

    def test_two_clubs_are_told_apart_by_name(self):
        self.enrol(points=5)
        self.second_club()
        text = self.page("/my/home")[1]
        self.assertIn("Rewards · Beans", text)
        self.assertIn("Rewards · Nuts", text)

    def test_photo_fills_the_circle_and_a_logo_stays_whole(self):
        self.enrol(points=5)
        self.unit.icon = picture()
        for shape, classes in (("photo", {"rounded-circle", "object-fit-cover"}), ("logo", {"object-fit-contain"})):
            self.unit.icon_shape = shape
            [icon] = self.page()[0].find_class("o_club_card")[0].find_class("o_club_icon")
            self.assertLessEqual(classes, set(icon.get("class").split()))
            [home] = self.page("/my/home")[0].xpath("//a[@href='/my/club']//img")
            self.assertTrue(home.get("src").startswith("data:image/png"))
            self.assertEqual(home.get("width"), "64")
            self.assertLessEqual(classes, set(home.get("class").split()))

    def test_card_has_the_clubs_colour(self):
        self.enrol(points=5)
        self.club.color = "#7c4a2d"
        [card] = self.page()[0].find_class("o_club_card")
        self.assertIn("#7c4a2d", card.get("style"))

    def test_visitor_reads_the_page_title_too(self):
        self.club.page_title = "Bean Corner"
        root, _text = self.page(login="bob_signs_in")
        self.assertEqual(root.xpath("string(//h1)"), "Bean Corner")
        self.assertIn("Bean Corner See how to become a member", self.page("/my/home", login="bob_signs_in")[1])
