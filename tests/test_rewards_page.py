from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_portal import PortalCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestRewardsPage(RewardCommon, PortalCommon):
    """The customer buys rewards on the own page, with the own points and nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enrol(cls, cls.ada, 100)
        cls.enrol(cls, cls.bob, 100)
        cls.ten, cls.big = cls.reward(), cls.reward("Big one", 180)

    def confirm(self, reward=None, login="ada_signs_in"):
        """The form of a reward's own page, as the browser would send it."""
        root, _text = self.page(f"/my/club/rewards/{(reward or self.ten).id}", login)
        [form] = root.xpath("//form[contains(@action, '/rewards/buy')]")
        return {field.get("name"): field.get("value") for field in form.xpath(".//input")}

    def send(self, data):
        response = self.url_open("/my/club/rewards/buy", data=data, allow_redirects=False)
        return response.status_code, response.headers.get("Location", "")

    def vouchers(self, partner=None):
        return self.env["club.voucher"].search([("member_id", "=", self.member(partner).id)])

    def test_tiles_in_reach_have_a_button_and_others_say_what_is_missing(self):
        root, text = self.page("/my/club/rewards")
        self.assertIn("80 Beans more", text)
        links = root.xpath("//*[contains(@class, 'o_club_reward')]//a/@href")
        self.assertEqual(links, [f"/my/club/rewards/{self.ten.id}"])

    def test_no_section_where_there_is_nothing(self):
        (self.ten | self.big).club_price = 0
        root, _text = self.page()
        self.assertFalse(root.xpath("//a[contains(@href, '/rewards')]"))

    def test_looking_buys_nothing_and_the_button_buys_once(self):
        data = self.confirm()
        self.assertBalance(100)
        first, again = self.send(data), self.send(data)
        self.assertEqual(first, again)
        self.assertBalance(20)
        voucher = self.vouchers()
        root, text = self.page(first[1][first[1].index("/my/") :])
        self.assertEqual(root.xpath("//input[contains(@class, 'o_club_voucher_code')]/@value"), [voucher.card_id.code])
        [picture] = root.xpath("//img[starts-with(@alt, 'QR')]/@src")
        self.assertTrue(picture.startswith("data:image/svg+xml;base64,"))
        self.assertIn("Ten percent", text)
        self.assertIn("My vouchers", self.page("/my/club/rewards")[1])

    def test_link_buys_nothing(self):
        self.authenticate("ada_signs_in", "ada_signs_in")
        for path in ("buy", f"buy?reward_id={self.ten.id}&key=a"):
            self.assertIn(self.url_open(f"/my/club/rewards/{path}").status_code, (404, 405, 400))
        self.assertBalance(100)

    def test_form_without_its_token_is_refused(self):
        data = self.confirm() | {"csrf_token": "forged"}
        with mute_logger("odoo.http"):
            self.assertEqual(self.send(data)[0], 400)
        self.assertBalance(100)

    def test_price_and_member_are_not_taken_from_the_browser(self):
        data = self.confirm() | {"club_price": "1", "price": "0", "member_id": self.member(self.bob).id}
        self.send(data)
        self.assertBalance(20)
        self.assertBalance(100, self.bob)
        self.assertEqual(self.vouchers().price, 80)

    def test_reward_out_of_reach_is_refused_in_words_whatever_is_sent(self):
        for reward_id in (self.big.id, 0, 10**18, "x", "-1"):
            with self.subTest(reward=reward_id):
                self.send(self.confirm() | {"reward_id": reward_id})
                self.assertIn("o_club_refusal", self.url_open("/my/club/rewards").text)
        self.assertBalance(100)

    def test_voucher_of_another_member_is_not_shown(self):
        voucher = self.buy(self.ten, self.bob)
        root, text = self.page(f"/my/club/vouchers/{voucher.id}")
        self.assertNotIn(voucher.card_id.code, text)
        self.assertFalse(root.xpath("//input[contains(@class, 'o_club_voucher_code')]"))
        self.assertNotIn("My vouchers", text)

    def test_used_voucher_shows_no_code(self):
        voucher = self.buy(self.ten)
        voucher.card_id.points = 0
        root, text = self.page(f"/my/club/vouchers/{voucher.id}")
        self.assertFalse(root.xpath("//input[contains(@class, 'o_club_voucher_code')]"))
        self.assertIn("Used", text)

    def test_visitor_is_sent_to_sign_in(self):
        self.authenticate(None, None)
        for path in ("/my/club/rewards", f"/my/club/rewards/{self.ten.id}", "/my/club/vouchers/1"):
            self.assertIn("/web/login", self.url_open(path, allow_redirects=False).headers["Location"])
