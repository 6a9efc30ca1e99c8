from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_credit import CreditCommon
from .common_portal import PortalCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestCreditPage(RewardCommon, CreditCommon, PortalCommon):
    """Members turn their own points into store credit on their page, by the button alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enrol(cls, cls.ada, 487)
        cls.enrol(cls, cls.bob, 487)

    def setUp(self):
        super().setUp()
        self.authenticate("ada_signs_in", "ada_signs_in")

    def confirm(self, amount="250", unit_id=None):
        """The fields of the form that the confirmation shows."""
        root, _text = self.page(f"/my/club/credit/confirm?unit_id={unit_id or self.unit.id}&amount={amount}")
        form = root.xpath("//form[@action='/my/club/credit/convert']")
        return {field.get("name"): field.get("value") for field in form[0].xpath(".//input")} if form else {}

    def send(self, data):
        return self.url_open("/my/club/credit/convert", data=data)

    def test_confirmed_once_it_is_on_the_wallet(self):
        data = self.confirm()
        response = self.send(data)
        self.assertIn("250 Beans became", response.text)
        self.send(data)
        self.assertWallet(2.0, 2.0)
        self.assertBalance(237)
        _root, text = self.page("/my/club/credit")
        self.assertIn("2.00 of it from points", text)
        self.assertNotIn("became", text)

    def test_confirmation_says_what_comes_and_what_is_left(self):
        _root, text = self.page(f"/my/club/credit/confirm?unit_id={self.unit.id}&amount=51")
        self.assertIn("50 Beans = $ 0.40", " ".join(text.split()))
        self.assertIn("437 Beans left", text)

    def test_rewards_page_leads_there_and_nowhere_without_it(self):
        root, _text = self.page("/my/club/rewards")
        [link] = root.xpath("//a[contains(@class, 'o_club_credit_link')]")
        self.assertEqual(" ".join(link.text_content().split()), "Store credit $ 0.00")
        self.unit.is_credit_allowed = False
        root, _text = self.page("/my/club/rewards")
        self.assertFalse(root.xpath("//a[contains(@class, 'o_club_credit_link')]"))
        self.assertTrue(self.url_open("/my/club/credit").url.endswith("/my/club/rewards"))

    def test_too_few_are_told_the_minimum(self):
        self.member().adjust(self.unit.id, -450, "Spent")
        _root, text = self.page("/my/club/credit")
        self.assertIn("From 50 Beans on", text)

    def test_links_move_nothing_and_forms_need_their_token(self):
        path = f"/my/club/credit/convert?unit_id={self.unit.id}&amount=100&key=a"
        self.assertIn(self.url_open(path).status_code, (400, 404, 405))
        with mute_logger("odoo.http"):
            self.assertEqual(self.send(self.confirm() | {"csrf_token": "forged"}).status_code, 400)
        self.assertBalance(487)

    def test_what_a_browser_invents_moves_nothing_of_others(self):
        data = self.confirm() | {"member_id": self.member(self.bob).id, "money": "99", "rate": "9"}
        self.send(data)
        self.assertBalance(487, self.bob)
        self.assertWallet(2.0, 2.0)

    def test_absurd_amounts_are_refused_in_words(self):
        for amount in ("0", "-100", "nan", "1e999", "9" * 40, "", "x", "0.5", "1/3", "488"):
            with self.subTest(amount=amount):
                self.assertFalse(self.confirm(amount))
                response = self.send(self.confirm() | {"amount": amount, "key": f"k{amount}"[:20]})
                self.assertIn("o_club_refusal", response.text[:90000])
        data = self.confirm()
        for values in ({"unit_id": "x"}, {"unit_id": "999999"}, {"unit_id": "-1"}, {"key": ""}, {"key": "y" * 65}):
            with self.subTest(**values):
                self.assertIn("o_club_refusal", self.send(data | values).text)
        self.assertBalance(487)

    def test_reward_of_store_credit_is_redeemed_here_too(self):
        reward = self.reward("Five back", 400, club_credit=5.0)
        root, _text = self.page(f"/my/club/rewards/{reward.id}")
        form = root.xpath("//form[@action='/my/club/rewards/buy']")[0]
        data = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
        response = self.url_open("/my/club/rewards/buy", data=data)
        self.assertIn("On your wallet", response.text)
        self.assertNotIn("o_club_voucher_code", response.text)
        self.assertWallet(5.0, 5.0)
        self.assertBalance(87)

    def test_visitor_is_sent_to_sign_in(self):
        self.authenticate(None, None)
        for path in ("/my/club/credit", "/my/club/credit/confirm?unit_id=1&amount=1"):
            self.assertIn("/web/login", self.url_open(path, allow_redirects=False).headers["Location"])

    def test_in_french_with_its_own_figures(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.website.language_ids |= self.env["res.lang"]._lang_get("fr_FR")
        self.assertEqual(self.confirm("250,0").get("amount"), "250")
        self.send(self.confirm("250,0"))
        _root, text = self.page("/fr/my/club/credit")
        self.assertIn("2,00", text)
