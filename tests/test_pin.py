from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClubCommon
from .common_portal import PortalCommon


@tagged("post_install", "-at_install")
class TestPin(ClubCommon):
    """The member's PIN: kept as a digest, tried five times an hour, taken away by staff."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member_ada = cls.env["club.member"].enrol(cls.ada.id, cls.club.id)
        cls.member_ada._set_pin("2580")

    def test_right_pin_is_known_and_others_are_not(self):
        self.assertTrue(self.member_ada._check_pin("2580"))
        for wrong in ("2581", "", None, 2580, "25800", "2580" * 4000, "２５８０"):
            with self.subTest(wrong=str(wrong)[:9]):
                self.env["club.attempt"].search([]).unlink()
                self.assertFalse(self.member_ada._check_pin(wrong))

    def test_stored_pin_does_not_show_it(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT pin_hash FROM club_member WHERE id = %s", [self.member_ada.id])
        [stored] = self.env.cr.fetchone()
        self.assertNotIn("2580", stored)
        self.assertRegex(stored, r"^\$pbkdf2-sha512\$")
        bob = self.env["club.member"].enrol(self.bob.id, self.club.id)
        bob._set_pin("2580")
        self.assertNotEqual(bob.sudo().pin_hash, stored)

    def test_five_wrong_ones_and_the_right_one_counts_no_more_for_an_hour(self):
        for pin in ("1111", "2222", "3333", "4444", "5555"):
            self.assertFalse(self.member_ada._check_pin(pin))
        self.assertFalse(self.member_ada._check_pin("2580"))
        with freeze_time(fields.Datetime.now() + timedelta(minutes=61)):
            self.assertTrue(self.member_ada._check_pin("2580"))

    def test_right_ones_are_not_counted(self):
        for _turn in range(12):
            self.assertTrue(self.member_ada._check_pin("2580"))

    def test_pin_that_anybody_would_try_is_refused(self):
        for easy in ("0000", "1234", "4321", "7890", "77777777"):
            with self.subTest(easy=easy), self.assertRaisesRegex(UserError, "easy to guess"):
                self.member_ada._set_pin(easy)
        for none in ("123", "123456789", "12a4", "", None, 2580, "２５８０", "2580\n"):
            with self.subTest(none=none), self.assertRaisesRegex(UserError, "4 to 8 digits"):
                self.member_ada._set_pin(none)
        self.assertTrue(self.member_ada._check_pin("2580"))

    def test_staff_take_it_away_and_nobody_reads_or_types_it(self):
        staff = new_test_user(self.env, "pin_staff", groups="base.group_user,loyalty_club.loyalty_club_group_user")
        own = self.member_ada.with_user(staff)
        self.assertTrue(own.has_pin)
        with self.assertRaises(AccessError):
            own.read(["pin_hash"])
        with self.assertRaises(AccessError):
            own.pin_hash = "mine"
        own.action_reset_pin()
        self.assertFalse(self.member_ada.has_pin)
        self.assertFalse(self.member_ada._check_pin("2580"))

    def test_others_cannot_take_it_away(self):
        stranger = new_test_user(self.env, "pin_stranger", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.member_ada.with_user(stranger).action_reset_pin()
        self.assertTrue(self.member_ada.has_pin)

    def test_erasing_forgets_it(self):
        self.member_ada.action_erase()
        self.assertFalse(self.member_ada.sudo().pin_hash)
        self.assertCoherent()

    def test_merge_keeps_the_kept_ones_pin_else_the_other(self):
        bob = self.env["club.member"].enrol(self.bob.id, self.club.id)
        self.env["club.member"]._merge_partners(self.ada, self.bob)
        self.assertTrue(bob._check_pin("2580"))
        self.assertCoherent()


@tagged("post_install", "-at_install")
class TestPinPage(PortalCommon):
    """The member chooses the PIN on the own page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member_ada = cls.env["club.member"].enrol(cls.ada.id, cls.club.id)

    def save(self, pin, again=None, login="ada_signs_in", **told):
        self.authenticate(login, login)
        values = {"pin": pin, "again": pin if again is None else again, "csrf_token": Request.csrf_token(self), **told}
        return self.url_open("/my/club/pin", data=values).text

    def test_member_chooses_and_changes_it(self):
        self.assertIn("Your PIN is saved", self.save("2580"))
        self.assertTrue(self.member_ada._check_pin("2580"))
        self.assertIn("A new one takes its place", self.page("/my/club/profile")[1])
        self.save("8246")
        self.assertTrue(self.member_ada._check_pin("8246"))
        self.assertFalse(self.member_ada._check_pin("2580"))

    def test_what_is_wrong_is_said_and_changes_nothing(self):
        self.save("2580")
        self.assertIn("Type the same one twice", self.save("8246", "8264"))
        self.assertIn("easy to guess", self.save("1234"))
        self.assertIn("4 to 8 digits", self.save("12"))
        self.assertIn("4 to 8 digits", self.save(""))
        self.assertTrue(self.member_ada._check_pin("2580"))

    def test_it_is_never_shown_again(self):
        self.assertNotIn("25817394", self.save("25817394", "25817395"))
        self.save("25817394")
        self.assertNotIn("25817394", self.url_open("/my/club/profile").text)

    def test_ids_of_others_and_links_change_nothing(self):
        self.save("2580")
        bob = self.enrol(self.bob)
        self.save("8246", login="bob_signs_in", member_id=self.member_ada.id, partner_id=self.ada.id)
        self.assertTrue(bob._check_pin("8246"))
        self.assertTrue(self.member_ada._check_pin("2580"))
        self.authenticate("ada_signs_in", "ada_signs_in")
        with mute_logger("odoo.http"):
            self.assertGreaterEqual(self.url_open("/my/club/pin?pin=8246&again=8246").status_code, 400)
            self.url_open("/my/club/pin", data={"pin": "8246", "again": "8246"})
        self.assertTrue(self.member_ada._check_pin("2580"))

    def test_club_without_redeeming_asks_for_none(self):
        self.club.is_redeem_allowed = False
        self.assertFalse(self.page("/my/club/profile")[0].xpath("//input[@name='pin']"))
        self.club.is_redeem_allowed = True
        self.assertTrue(self.page("/my/club/profile")[0].xpath("//input[@name='pin']"))
