from io import BytesIO

from lxml import html
from odoo.tests import tagged
from PIL import Image

from .common_portal import PortalCommon

SMALL_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="


@tagged("post_install", "-at_install", "loyalty_club")
class TestPageApp(PortalCommon):
    """The member's page on the home screen of a phone."""

    def manifest(self, lang="en"):
        response = self.url_open(f"/my/club/manifest.webmanifest?lang={lang}")
        self.assertEqual(response.headers["Content-Type"], "application/manifest+json")
        return response.json()

    def test_page_names_its_manifest_and_a_phone_may_install_it(self):
        self.enrol(points=5)
        self.club.color = "#123456"
        root, _text = self.page()
        [link] = root.xpath("//head/link[@rel='manifest']/@href")
        manifest = self.url_open(link).json()
        self.assertEqual(manifest["name"], "Beans")
        self.assertEqual((manifest["start_url"], manifest["scope"]), ("/my/club", "/my/club"))
        self.assertEqual((manifest["display"], manifest["theme_color"]), ("standalone", "#123456"))
        self.assertEqual({icon["sizes"] for icon in manifest["icons"]}, {"192x192", "512x512"})
        self.assertEqual({icon["purpose"] for icon in manifest["icons"]}, {"any", "maskable"})
        for icon in manifest["icons"]:
            picture = Image.open(BytesIO(self.url_open(icon["src"]).content))
            self.assertEqual((picture.format, "{}x{}".format(*picture.size)), ("PNG", icon["sizes"]))
        for shortcut in manifest["shortcuts"]:
            self.assertTrue(shortcut["url"].startswith(manifest["scope"]))

    def test_icon_is_the_clubs_own(self):
        address = "/my/club/icon/192"
        ready_made = self.url_open(address).content
        self.unit.icon = SMALL_PNG
        own = self.url_open(address).content
        self.assertNotEqual(own, ready_made)
        middle = Image.open(BytesIO(own)).getpixel((96, 96))
        self.assertNotEqual(middle, (255, 255, 255))
        self.unit.icon = False
        self.assertEqual(self.url_open(address).content, ready_made)
        self.assertEqual(self.url_open("/my/club/icon/100000").status_code, 404)

    def test_each_language_has_an_app_of_its_own_words(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.website.language_ids |= self.env["res.lang"]._lang_get("fr_FR")
        self.assertEqual(self.manifest("fr")["scope"], "/fr/my/club")
        self.assertEqual(self.manifest("xx")["scope"], "/my/club")
        worker = self.url_open("/my/club/service-worker.js?lang=fr", allow_redirects=False)
        self.assertEqual((worker.status_code, worker.headers["Service-Worker-Allowed"]), (200, "/fr/my/club"))
        self.assertIn('lang=\\"fr-FR\\"', worker.text)

    def test_what_a_phone_keeps_is_the_same_whoever_signs_in(self):
        self.enrol(points=5)
        self.enrol(self.bob, points=7)
        addresses = ("/my/club/manifest.webmanifest", "/my/club/service-worker.js", "/my/club/icon/192")
        answers = []
        for login in (None, "ada_signs_in", "bob_signs_in"):
            self.authenticate(login, login)
            answers.append([self.url_open(address).text for address in addresses])
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[0], answers[2])

    def test_no_browser_keeps_a_page_of_a_member(self):
        self.enrol(points=5)
        self.authenticate("ada_signs_in", "ada_signs_in")
        for path in ("", "/history", "/rewards", "/profile", "/messages"):
            response = self.url_open(f"/my/club{path}")
            self.assertEqual(response.status_code, 200, path)
            self.assertEqual(response.headers["Cache-Control"], "no-store", path)

    def test_a_club_that_is_off_is_no_app_of_anybody(self):
        self.club.action_switch_off()
        self.assertEqual(self.manifest()["name"], self.website.name)
        self.assertNotIn("Beans", self.url_open("/my/club/service-worker.js").text)

    def test_who_signs_in_next_sees_nothing_of_the_first(self):
        """Ada signs out, Bob signs in on the same phone; going back shows Bob's page or the way to sign in."""
        self.enrol(points=5)
        self.enrol(self.bob, points=7)
        root, text = self.page("/my/club")
        self.assertIn("5 Beans", text)
        self.logout()
        response = self.url_open("/my/club", allow_redirects=False)
        self.assertIn("/web/login", response.headers["Location"])
        root, text = self.page("/my/club", "bob_signs_in")
        self.assertIn("7 Beans", text)
        self.assertNotIn("Ada", html.tostring(root, encoding="unicode"))
