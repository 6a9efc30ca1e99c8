import base64
from unittest.mock import patch

from odoo.addons.loyalty_club.models import club_pass
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .common_portal import PortalCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install")
class TestPortalCode(RewardCommon, PortalCommon):
    """ "Show my code" on the member's page: the session's own, made by a call, in one request."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member_ada = cls.env["club.member"].enrol(cls.ada.id, cls.club.id)
        cls.member_ada.adjust(cls.unit.id, 100, "Opening", counts_lifetime=False)

    def setUp(self):
        super().setUp()
        self.tokens = []
        spell = club_pass.spell

        def remember(randbytes):
            self.tokens.append(club_pass.PREFIX + spell(randbytes))
            return spell(randbytes)

        self.startPatcher(patch.object(club_pass, "spell", remember))

    def ask(self, login="ada_signs_in", **told):
        self.authenticate(login, login)
        return self.make_jsonrpc_request("/my/club/code", told)

    def scan(self, token=None):
        return self.env["club.pass"]._consume(token or self.tokens[-1], self.register)

    def count(self):
        return self.env["club.pass"].search_count([])

    # ------------------------------------------------------------------ the code
    def test_code_comes_with_its_picture_in_one_request_and_the_register_knows_her(self):
        answer = self.ask(club_id=self.club.id)
        kind, picture = answer["qr"].split(",")
        self.assertEqual(kind, "data:image/svg+xml;base64")
        self.assertIn("<svg", base64.b64decode(picture).decode())
        self.assertLess(answer["rotation"], answer["seconds"])
        self.assertNotIn(self.tokens[-1], str(answer))
        self.assertEqual(self.scan()["member"], self.member_ada)
        self.assertCoherent()

    def test_looking_at_pages_makes_no_code(self):
        before = self.count()
        root, text = self.page("/my/club?code=1")
        self.assertIn("Show my code", text)
        self.assertFalse(root.xpath("//*[contains(@class, 'o_club_pass_picture')]/@src"))
        for path in ("/my/club/code", f"/my/club/code?club_id={self.club.id}", "/my/club/code/state"):
            with mute_logger("odoo.http"):
                self.assertGreaterEqual(self.url_open(path).status_code, 400)
        self.assertEqual(self.count(), before)

    def test_form_of_another_site_makes_no_code(self):
        before = self.count()
        self.authenticate("ada_signs_in", "ada_signs_in")
        with mute_logger("odoo.http"):
            answer = self.url_open("/my/club/code", data={"club_id": self.club.id})
        self.assertGreaterEqual(answer.status_code, 400)
        self.assertEqual(self.count(), before)

    def test_visitor_gets_none(self):
        self.authenticate(None, None)
        with mute_logger("odoo.http"), self.assertRaisesRegex(JsonRpcException, "SessionExpired"):
            self.make_jsonrpc_request("/my/club/code", {"club_id": self.club.id})

    def test_who_is_no_member_gets_none(self):
        self.assertIn("not a member", self.ask("bob_signs_in", club_id=self.club.id)["refused"])
        self.assertFalse(self.tokens)

    def test_ids_of_others_change_nothing(self):
        bob = self.enrol(self.bob, 70)
        self.ask("bob_signs_in", club_id=self.club.id, member_id=self.member_ada.id, partner_id=self.ada.id)
        self.assertEqual(self.scan()["member"], bob)

    def test_club_of_several_is_the_one_that_is_asked_for(self):
        nuts = self.second_club()
        self.ask(club_id=nuts.id)
        self.assertEqual(self.env["club.pass"].search([], limit=1).member_id.club_id, nuts)
        self.ask(club_id=self.club.id)
        self.assertEqual(self.scan()["member"], self.member_ada)

    def test_paused_club_shows_no_code(self):
        self.club.state = "suspended"
        self.assertNotIn("Show my code", self.page()[1])
        self.assertIn("paused", self.ask(club_id=self.club.id)["refused"])

    # ------------------------------------------------------------------ what for
    def test_choices_are_what_can_be_had(self):
        reward, dear = self.reward(price=80), self.reward("Dear", price=500)
        root, _text = self.page()
        values = root.xpath("//*[contains(@class, 'o_club_pass_choice')]/option/@value")
        self.assertEqual(values, ["", f"points:{self.unit.id}", f"reward:{reward.id}"])
        self.assertNotIn(f"reward:{dear.id}", values)
        voucher = self.buy(reward)
        root, _text = self.page()
        values = root.xpath("//*[contains(@class, 'o_club_pass_choice')]/option/@value")
        self.assertEqual(values, ["", f"points:{self.unit.id}", f"voucher:{voucher.id}"])

    def test_chosen_points_reach_the_register(self):
        answer = self.ask(club_id=self.club.id, choice=f"points:{self.unit.id}", amount="50")
        self.assertEqual(answer["text"], "50 Beans")
        self.assertEqual(self.scan()["redemption"]["amount"], 50)
        self.assertBalance(100)

    def test_chosen_reward_and_voucher_reach_the_register(self):
        reward = self.reward(price=40)
        voucher = self.buy(reward)
        self.ask(club_id=self.club.id, choice=f"reward:{reward.id}")
        self.assertEqual(self.scan()["redemption"]["program_id"], reward.id)
        self.ask(club_id=self.club.id, choice=f"voucher:{voucher.id}")
        self.assertEqual(self.scan()["redemption"]["code"], voucher.card_id.code)
        self.assertBalance(60)

    def test_wrong_choices_are_sentences_and_make_no_code(self):
        voucher = self.buy(self.reward(price=40))
        self.enrol(self.bob, 70)
        points = f"points:{self.unit.id}"
        for choice, amount in (
            (points, "61"), (points, "0"), (points, "-5"), (points, "1e400"), (points, "abc"), (points, ""),
            (points, "1.5"), ("points:0", "5"), ("points:99999999999999999999", "5"), ("reward:7000000", ""),
            ("reward:", ""), ("voucher:-1", ""), ("all:1", ""), (":", ""), ("x" * 9000, ""), ([], ""), ({"a": 1}, ""),
        ):  # fmt: skip
            with self.subTest(choice=str(choice)[:20], amount=amount):
                answer = self.ask(club_id=self.club.id, choice=choice, amount=amount)
                self.assertEqual(bool(answer.get("refused")), bool(choice), answer)
        stolen = self.ask("bob_signs_in", club_id=self.club.id, choice=f"voucher:{voucher.id}")
        self.assertIn("another customer", stolen["refused"])

    def test_plain_code_alone_where_the_club_leaves_the_rest_to_the_register(self):
        self.club.is_redeem_page = False
        self.assertNotIn("What for?", self.page()[1])
        self.assertIn("refused", self.ask(club_id=self.club.id, choice=f"points:{self.unit.id}", amount="50"))
        self.assertIn("qr", self.ask(club_id=self.club.id))

    # ------------------------------------------------------------------ scanned
    def test_page_learns_that_it_was_scanned_and_where(self):
        answer = self.ask(club_id=self.club.id)
        told = {"code_id": answer["id"]}
        self.assertFalse(self.make_jsonrpc_request("/my/club/code/state", told)["is_used"])
        self.scan()
        state = self.make_jsonrpc_request("/my/club/code/state", told)
        self.assertEqual(state, {"is_used": True, "text": "You were recognised at High Street."})

    def test_of_other_members_codes_nothing_is_said(self):
        answer = self.ask(club_id=self.club.id)
        self.scan()
        self.enrol(self.bob)
        self.authenticate("bob_signs_in", "bob_signs_in")
        for code_id in (answer["id"], str(answer["id"]), -1, 0, 2**70, None, [answer["id"]], True):
            state = self.make_jsonrpc_request("/my/club/code/state", {"code_id": code_id})
            self.assertEqual(state, {"is_used": False, "text": ""})

    def test_reward_can_be_taken_along_to_the_register(self):
        reward = self.reward(price=80)
        root, _text = self.page(f"/my/club/rewards/{reward.id}")
        self.assertEqual(root.xpath("//a[contains(@href, '#code')]/@href"), [f"/my/club#code=reward:{reward.id}"])

    def test_window_has_a_name_a_text_for_the_picture_and_the_number_of_the_card(self):
        root, _text = self.page()
        [window] = root.xpath("//*[@id='club_pass_window']")
        [title] = root.xpath(f"//*[@id='{window.get('aria-labelledby')}']")
        self.assertEqual(title.text_content(), "Beans")
        self.assertIn("show it at the register", window.xpath(".//img/@alt")[0])
        self.assertIn(self.member_ada.card_number, window.text_content())
