from datetime import date

from lxml import html
from odoo import http
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import ClubCommon
from .common_portal import PortalCommon


@tagged("post_install", "-at_install")
class TestBirthday(ClubCommon):
    """Which birthday counts when: a changed date waits for next year."""

    def test_first_date_counts_at_once(self):
        with freeze_time("2026-03-10"):
            self.ada.club_birthday = "1990-03-12"
        self.assertEqual(self.ada._club_birthday_on(date(2026, 3, 12)), date(1990, 3, 12))

    def test_contact_without_a_date_has_none(self):
        self.assertIsNone(self.ada._club_birthday_on(date(2026, 3, 12)))

    def test_changed_date_counts_from_next_year_and_the_old_one_until_then(self):
        with freeze_time("2025-01-05"):
            self.ada.club_birthday = "1990-05-03"
        with freeze_time("2026-03-10"):
            self.ada.club_birthday = "1990-03-20"
        self.assertEqual(self.ada._club_birthday_on(date(2026, 3, 20)), date(1990, 5, 3))
        self.assertEqual(self.ada._club_birthday_on(date(2026, 12, 31)), date(1990, 5, 3))
        self.assertEqual(self.ada._club_birthday_on(date(2027, 1, 1)), date(1990, 3, 20))

    def test_changing_or_clearing_it_often_gains_nothing(self):
        with freeze_time("2025-01-05"):
            self.ada.club_birthday = "1990-05-03"
        with freeze_time("2026-03-10"):
            self.ada.club_birthday = False
            self.ada.club_birthday = "1990-03-20"
            self.ada.club_birthday = "1990-03-21"
        self.assertEqual(self.ada._club_birthday_on(date(2026, 3, 21)), date(1990, 5, 3))
        self.assertEqual(self.ada._club_birthday_on(date(2027, 3, 21)), date(1990, 3, 21))

    def test_date_set_back_to_the_one_that_counts_is_no_change(self):
        with freeze_time("2025-01-05"):
            self.ada.club_birthday = "1990-05-03"
        with freeze_time("2026-03-10"):
            self.ada.club_birthday = "1990-03-20"
            self.ada.club_birthday = "1990-05-03"
        with freeze_time("2026-04-10"):
            self.ada.club_birthday = "1990-04-30"
        self.assertEqual(self.ada._club_birthday_on(date(2026, 4, 30)), date(1990, 5, 3))

    def test_year_of_a_change_cannot_be_written(self):
        with freeze_time("2026-03-10"):
            self.ada.club_birthday = "1990-05-03"
            self.ada.club_birthday = "1990-03-20"
            self.ada.write({"club_birthday_before": "1990-03-20", "club_birthday_changed_in": 0})
        self.assertEqual(self.ada._club_birthday_on(date(2026, 3, 20)), date(1990, 5, 3))

    def test_several_contacts_at_once_each_keep_their_own(self):
        with freeze_time("2025-01-05"):
            self.ada.club_birthday = "1990-05-03"
        with freeze_time("2026-03-10"):
            (self.ada | self.bob).club_birthday = "1991-01-01"
        self.assertEqual(self.ada._club_birthday_on(date(2026, 6, 1)), date(1990, 5, 3))
        self.assertEqual(self.bob._club_birthday_on(date(2026, 6, 1)), date(1991, 1, 1))

    def test_day_to_come_and_day_of_long_ago_are_refused(self):
        for day in ("2999-01-01", "1899-12-31"):
            with self.assertRaisesRegex(ValidationError, "A birthday is a day in the past"):
                self.ada.club_birthday = day

    def test_erasing_a_member_forgets_the_birthday(self):
        self.ada.club_birthday = "1990-05-03"
        self.ada.club_birthday = "1990-05-04"
        self.enrol(self.ada)._erase()
        self.assertFalse(self.ada.club_birthday or self.ada.club_birthday_before)


class ProfileCommon(PortalCommon):
    """A club that gives 50 Beans for phone and birthday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.asked = {field.code: field for field in cls.env["club.profile.field"].search([])}
        cls.ask("phone", "birthday")
        cls.ada.phone = cls.bob.phone = False

    @classmethod
    def ask(cls, *codes, bonus=50):
        cls.club.write(
            {"profile_field_ids": [Command.set([cls.asked[code].id for code in codes])], "profile_bonus": bonus}
        )


@tagged("post_install", "-at_install", "loyalty_club")
class TestProfileBonus(ProfileCommon):
    """What the club asks of its members, and the bonus for it: once, for what they save themselves."""

    def save(self, login="ada_signs_in", path="/my/club/profile/save", **told):
        """Send the form as the page does."""
        self.authenticate(login, login)
        told["csrf_token"] = http.Request.csrf_token(self)
        response = self.url_open(path, data=told)
        self.assertEqual(response.status_code, 200)
        [wrap] = html.fromstring(response.text).xpath("//*[@id='wrap']")
        return " ".join(wrap.text_content().split())

    # ------------------------------------------------------------------ the page
    def test_page_lists_what_is_missing_and_what_it_brings(self):
        self.enrol()
        self.ada.phone = "+32 470 12 34 56"
        root, text = self.page("/my/club/profile")
        self.assertIn("Fill in what is missing and save: you get 50 Beans.", text)
        [missing] = root.find_class("o_club_missing")
        self.assertEqual(missing.text_content().split(), ["Birthday"])
        self.assertEqual(root.xpath("//input[@name='phone']/@value"), ["+32 470 12 34 56"])

    def test_sections_lead_to_it_whatever_the_club_asks_for(self):
        self.enrol()
        self.assertTrue(self.page()[0].xpath("//nav//a[@href='/my/club/profile']"))
        self.club.write({"profile_bonus": 0, "profile_field_ids": [Command.clear()], "is_redeem_allowed": False})
        self.assertTrue(self.page()[0].xpath("//nav//a[@href='/my/club/profile']"))
        root, text = self.page("/my/club/profile")
        self.assertIn("Your membership You are a member since", text)
        self.assertFalse(root.xpath("//*[@id='wrap']//input[@name='phone' or @name='pin']"))

    def test_every_field_has_its_label_and_its_hint(self):
        self.enrol()
        self.ask("phone", "email", "birthday", "address")
        root, _text = self.page("/my/club/profile")
        for field in root.xpath("//form//*[self::input or self::select][@id]"):
            self.assertTrue(root.xpath(f"//label[@for='{field.get('id')}']"), field.get("id"))
            if described := field.get("aria-describedby"):
                self.assertTrue(root.xpath(f"//*[@id='{described}']"), described)

    def test_page_speaks_the_customers_language(self):
        self.enrol()
        self.env["res.lang"]._activate_lang("fr_FR")
        self.website.language_ids |= self.env["res.lang"]._lang_get("fr_FR")
        self.asked["birthday"].with_context(lang="fr_FR").name = "Anniversaire"
        self.assertIn("Anniversaire", self.page("/fr/my/club/profile")[1])

    # ------------------------------------------------------------------ the bonus
    def test_bonus_comes_when_all_is_filled_in_and_says_for_what(self):
        self.enrol()
        text = self.save(phone="+32 470 12 34 56")
        self.assertIn("Saved. Thank you.", text)
        self.assertBalance(0)
        text = self.save(club_birthday="1990-05-03")
        self.assertIn("Saved. Thank you: +50 Beans for you.", text)
        self.assertIn("You have had the bonus for it.", text)
        self.assertBalance(50)
        entry = self.member().account_ids.entry_ids
        self.assertEqual((entry.kind, entry.actor), ("bonus", "Customer"))
        self.assertIn("For filling in your profile: Phone, Birthday.", self.page("/my/club/history")[1])
        self.assertEqual((self.ada.phone, self.ada.club_birthday), ("+32 470 12 34 56", date(1990, 5, 3)))
        self.assertEqual(self.member().lifetime, 50)

    def test_bonus_is_given_once_for_good(self):
        self.enrol()
        self.save(phone="+32 470 12 34 56", club_birthday="1990-05-03")
        self.ada.write({"phone": False, "club_birthday": False})
        self.save(phone="+32 470 12 34 57", club_birthday="1990-05-03")
        self.club.profile_bonus = 80
        self.save(phone="+32 470 12 34 58")
        self.assertBalance(50)

    def test_what_staff_fill_in_brings_nothing_until_the_customer_confirms_it(self):
        self.enrol()
        self.ada.write({"phone": "+32 470 12 34 56", "club_birthday": "1990-05-03"})
        self.assertBalance(0)
        self.assertIn("Everything is there. Save to confirm it: you get 50 Beans.", self.page("/my/club/profile")[1])
        self.save()
        self.assertBalance(50)

    def test_bonus_stays_used_after_a_merge(self):
        self.enrol()
        self.enrol(self.bob)
        self.save(phone="+32 470 12 34 56", club_birthday="1990-05-03")
        self.env["club.member"]._merge_partners(self.ada, self.bob)
        self.bob.phone = False
        self.save("bob_signs_in", phone="+32 470 12 34 56", club_birthday="1990-05-03")
        self.assertBalance(50, self.bob)

    def test_bonus_is_good_as_long_as_the_club_says(self):
        self.enrol()
        self.club.validity_days = 30
        self.save(phone="+32 470 12 34 56", club_birthday="1990-05-03")
        self.assertEqual(self.member().account_ids.lot_ids.expires_on, self.day(30))

    def test_club_that_is_paused_gives_no_bonus_and_keeps_what_was_typed(self):
        self.enrol()
        self.club.state = "suspended"
        text = self.save(phone="+32 470 12 34 56", club_birthday="1990-05-03")
        self.assertNotIn("50 Beans", text)
        self.assertTrue(self.ada.phone)
        self.assertBalance(0)
        self.club.state = "on"
        self.save()
        self.assertBalance(50)

    def test_address_counts_when_it_is_whole(self):
        self.enrol()
        self.ask("address")
        self.ada.write({"street": False, "zip": False, "city": False, "country_id": False})
        self.save(street="1 High Street", city="Ghent", zip="9000")
        self.assertBalance(0)
        self.save(country_id=str(self.env.ref("base.be").id))
        self.assertBalance(50)
        self.assertEqual(self.ada.country_id, self.env.ref("base.be"))

    def test_employees_are_not_asked_for_the_companys_address(self):
        self.enrol()
        self.ask("phone", "address")
        company = self.env["res.partner"].create({"name": "Byron Ltd", "is_company": True, "street": "1 Mill Lane"})
        self.ada.parent_id = company
        self.save(phone="+32 470 12 34 56", street="9 Nowhere")
        self.assertEqual(company.street, "1 Mill Lane")
        self.assertBalance(50)

    # ------------------------------------------------------------------ what is refused
    def test_bad_input_is_answered_beside_its_field_and_nothing_is_saved(self):
        self.enrol()
        self.ask("phone", "email", "birthday", "address")
        self.ada.email = False
        faults = {
            "phone": ("call me", "That is no phone number"),
            "email": ("ada at home", "That is no e-mail address"),
            "club_birthday": ("2999-01-01", "A birthday is a day in the past"),
            "country_id": ("999999", "Choose a country of the list"),
            "street": ("x" * 200, "That is too long"),
        }
        text = self.save(city="Ghent", **{name: bad for name, (bad, _sentence) in faults.items()})
        for _bad, sentence in faults.values():
            self.assertIn(sentence, text)
        self.assertFalse(self.ada.city or self.ada.phone or self.ada.club_birthday)
        self.assertBalance(0)

    def test_spaces_of_other_scripts_keep_words_apart(self):
        for typed, kept in (("Rue\u00a0Haute", "Rue Haute"), ("山田\u3000町", "山田 町"), ("Main\tSt\0", "Main St")):
            self.assertEqual(self.env["club.member"]._read_text(typed), (kept, ""))

    def test_malformed_values_are_refused_with_a_sentence(self):
        self.enrol()
        self.ask("birthday", "address")
        for name, bad in (
            ("club_birthday", "03/05/1990"),
            ("club_birthday", "1990-13-45"),
            ("country_id", "1 OR 1=1"),
            ("country_id", "-1"),
            ("country_id", "²"),
            ("country_id", "9" * 40),
        ):
            text = self.save(**{name: bad})
            self.assertRegex(text, "A birthday is a day in the past|Choose a country of the list", (name, bad))

    def test_only_what_the_club_asks_for_is_written(self):
        self.enrol()
        name, company = self.ada.name, self.ada.parent_id
        self.save(
            phone="+32 470 12 34 56",
            club_birthday="1990-05-03",
            name="Somebody else",
            vat="BE0477472701",
            parent_id=str(self.bob.id),
            street="9 Nowhere",
            club_birthday_changed_in="0",
            partner_id=str(self.bob.id),
        )
        self.assertEqual((self.ada.name, self.ada.parent_id), (name, company))
        self.assertFalse(self.ada.vat or self.ada.street or self.bob.phone)

    def test_known_email_is_not_changed_here(self):
        self.enrol()
        self.ask("email")
        self.save(email="bob@example.com")
        self.assertEqual(self.ada.email, "ada@example.com")

    def test_form_of_another_site_is_refused(self):
        self.enrol()
        self.authenticate("ada_signs_in", "ada_signs_in")
        with mute_logger("odoo.http"):
            response = self.url_open("/my/club/profile/save", data={"phone": "+32 470 12 34 56"})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.ada.phone)

    def test_visitor_and_stranger_save_nothing(self):
        member = self.enrol()
        self.save("bob_signs_in", phone="+32 470 12 34 56", club_birthday="1990-05-03")
        self.save("bob_signs_in", f"/my/club/{member.club_id.id}/profile/save", phone="+32 470 12 34 56")
        self.assertFalse(self.ada.phone or self.bob.phone)
        self.assertFalse(self.member(self.bob))

    # ------------------------------------------------------------------ the language
    def test_language_is_chosen_of_those_that_the_website_speaks(self):
        self.enrol()
        for code in ("fr_FR", "nl_NL"):
            self.env["res.lang"]._activate_lang(code)
        root, _text = self.page("/my/club/profile")
        self.assertFalse(root.find_class("o_club_language"), "one language is no choice")
        self.website.language_ids |= self.env["res.lang"]._lang_get("fr_FR")
        root, _text = self.page("/my/club/profile")
        self.assertEqual(root.xpath("//select[@name='lang']/option/@value"), ["en_US", "fr_FR"])
        text = self.save(path="/my/club/language", lang="fr_FR", phone="+32 470 12 34 56", partner_id=str(self.bob.id))
        self.assertEqual((self.ada.lang, self.bob.lang), ("fr_FR", "en_US"))
        self.assertIn("C'est enregistré", text, "the page follows")
        self.assertFalse(self.ada.phone)
        for bad in ("nl_NL", "fr", "xx_XX", "", "fr_FR/../..", "\0"):
            self.save(path="/my/club/language", lang=bad)
            self.assertEqual(self.ada.lang, "fr_FR", bad)
        self.save("bob_signs_in", path=f"/my/club/{self.club.id}/language", lang="en_US")
        self.assertEqual((self.ada.lang, self.balance()), ("fr_FR", 0))

    # ------------------------------------------------------------------ setting it up
    def test_setting_reads_as_a_sentence(self):
        self.assertEqual(
            self.club.profile_text, "Members who fill in Phone, Birthday on their page get 50 Beans, once."
        )
        self.ask("phone", bonus=1)
        self.assertIn("get 1 Bean, once", self.club.profile_text)

    def test_bonus_without_anything_to_fill_in_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Choose what customers fill in"):
            self.club.profile_field_ids = False

    def test_bonus_of_a_fraction_of_a_point_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "decimals"):
            self.club.profile_bonus = 0.5
