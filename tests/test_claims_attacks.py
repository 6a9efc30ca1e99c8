from datetime import timedelta

from lxml import html
from odoo import fields
from odoo.addons.loyalty_club.engine import claims
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from ..models.club_claim import WRONG_BY_ADDRESS, WRONG_BY_USER
from .common_claims import ClaimCommon
from .common_races import RacesCase


@tagged("post_install", "-at_install", "loyalty_club")
class TestClaimsAttacks(ClaimCommon):
    """Codes that are guessed, forged, sent twice, or sent by somebody else."""

    # ------------------------------------------------------------------ guessing
    def test_codes_tried_at_random_end_in_an_hours_pause(self):
        for number in range(WRONG_BY_USER):
            self.assertRefused("not known here", code=f"3F-7QK-2M{number}")
        self.assertRefused("Too many tries. Wait an hour")
        self.assertFalse(self.member(), "not even the right code counts now")
        self.assertTrue(self.collect(user=self.bob_user).is_collected, "others are not concerned")

    def test_pause_ends_after_an_hour(self):
        for number in range(WRONG_BY_USER + 3):
            self.collect(f"3F-7QK-2M{number % 10}")
        self.tried_ago(59)
        self.assertRefused("Too many tries")
        self.tried_ago(61)
        self.assertTrue(self.collect().is_collected)

    def tried_ago(self, minutes):
        self.env["club.attempt"].search([]).since = fields.Datetime.now() - timedelta(minutes=minutes)
        self.env.flush_all()

    def test_many_accounts_of_one_address_are_stopped_too(self):
        users = self.env["res.users"].create(
            [
                {
                    "name": f"Guesser {number}",
                    "login": f"guesser{number}",
                    "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
                }
                for number in range(WRONG_BY_ADDRESS // WRONG_BY_USER + 1)
            ]
        )
        answers = [self.collect("3F-7QK-2MX", user=user).text for user in users for _try in range(WRONG_BY_USER)]
        self.assertNotIn("Too many", answers[WRONG_BY_ADDRESS - 1])
        self.assertIn("Too many", answers[WRONG_BY_ADDRESS])
        self.assertTrue(self.collect(address="198.51.100.7").is_collected)

    def test_right_codes_are_no_tries(self):
        orders = [self.sell([(self.cake, 1)]) for _number in range(WRONG_BY_USER + 2)]
        for order in orders:
            self.assertTrue(self.collect(self.code(order)).is_collected)

    def test_no_name_and_no_address_is_kept_of_who_tried(self):
        self.collect("wrong")
        attempts = self.env["club.attempt"].search([("kind", "=", "claim")])
        self.assertEqual(len(attempts), 2)
        for who in attempts.mapped("who"):
            self.assertRegex(who, "^[0-9a-f]{32}$")
        attempts.since = fields.Datetime.now() - timedelta(days=2)
        self.env["club.attempt"]._gc_attempts()
        self.assertFalse(attempts.exists())

    # ------------------------------------------------------------------ who may not
    def test_who_rang_it_up_does_not_collect_it(self):
        self.order.user_id = self.bob_user
        self.assertRefused("You rang up this purchase yourself", user=self.bob_user)
        self.assertTrue(self.collect().is_collected, "the code is still the customer's")

    def test_closed_membership_collects_nothing(self):
        member = self.env["club.member"].browse(self.env["club.member"].enrol(self.ada.id, self.club.id).id)
        member.active = False
        self.env.flush_all()
        self.assertRefused("Your membership is closed")
        member.active = True
        self.assertTrue(self.collect().is_collected)

    # ------------------------------------------------------------------ over the web
    def post_code(self, code, login="ada_signs_in", path="/club/claim", **values):
        root, _text = self.page(path, login=login)
        token = root.xpath("//form[@action='/club/claim/collect']//input[@name='csrf_token']/@value")[0]
        return self.url_open("/club/claim/collect", data={"csrf_token": token, "code": code, **values})

    def test_visitor_signs_in_and_comes_back_to_the_code(self):
        self.authenticate(None, None)
        response = self.url_open("/club/claim/" + self.code())
        self.assertIn("/web/login?redirect=%2Fclub%2Fclaim%2F" + self.code(), response.text)
        self.assertNotIn("120", self.words_of(response.text))
        response = self.url_open("/web/login?redirect=%2Fclub%2Fclaim%2F" + self.code())
        self.assertIn(f'value="/club/claim/{self.code()}"', response.text)

    def test_visitor_learns_nothing_of_a_code(self):
        self.authenticate(None, None)
        right = self.url_open("/club/claim/" + self.code()).text.replace(self.code(), "CODE")
        wrong = self.url_open("/club/claim/" + "3" * 24).text.replace("3" * 24, "CODE")
        self.assertEqual(self.words_of(right), self.words_of(wrong))

    def words_of(self, page):
        return html.fromstring(page).xpath("//*[@id='wrap']")[0].text_content().split()

    def test_scanning_alone_changes_nothing_and_the_button_collects(self):
        root, _text = self.page("/club/claim/" + self.code())
        self.assertEqual(root.xpath("//input[@name='code']/@value")[:1], [self.code()])
        self.assertFalse(self.member())
        response = self.post_code(self.code())
        self.assertIn("120 Beans from your purchase are yours.", response.text)
        self.assertTrue(response.url.endswith("/my/club"))
        self.assertBalance(120)
        self.assertNotIn("from your purchase", self.url_open("/my/club").text)

    def test_own_page_has_a_place_for_the_code(self):
        self.enrol()
        response = self.post_code(self.code(length=claims.SHORT), path="/my/club")
        self.assertIn("120 Beans from your purchase are yours.", response.text)
        self.club.is_claim_enabled = False
        root, _text = self.page("/my/club")
        self.assertFalse(root.xpath("//form[@action='/club/claim/collect']"))

    def test_wrong_code_is_refused_in_a_sentence_beside_the_field(self):
        response = self.post_code('<script>alert("x")</script>')
        self.assertIn("This code is not known here.", response.text)
        self.assertNotIn('<script>alert("x")', response.text)

    def test_replay_and_forgery(self):
        self.post_code(self.code())
        self.assertIn("You have collected this purchase already.", self.post_code(self.code()).text)
        with mute_logger("odoo.http"):
            response = self.url_open("/club/claim/collect", data={"csrf_token": "forged", "code": self.code()})
        self.assertEqual(response.status_code, 400)
        self.assertBalance(120)

    def test_what_else_a_browser_sends_names_nobody(self):
        self.enrol(self.bob)
        self.post_code(
            self.code(), partner_id=self.bob.id, user_id=self.bob_user.id, member_id=self.member(self.bob).id
        )
        self.assertBalance(120)
        self.assertBalance(0, self.bob)

    def test_visitor_cannot_collect(self):
        self.authenticate(None, None)
        response = self.url_open(
            "/club/claim/collect",
            data={"csrf_token": self.csrf_of_visitor(), "code": self.code()},
            allow_redirects=False,
        )
        self.assertIn("/web/login", response.headers["Location"])
        self.assertIn("Waits", self.order.club_claim_text)

    def csrf_of_visitor(self):
        return html.fromstring(self.url_open("/web/login").text).xpath("//input[@name='csrf_token']/@value")[0]

    def test_codes_are_given_to_registers_only(self):
        with self.assertRaises(AccessError):
            self.order.with_user(self.ada_user).club_claim_ticket()
        self.authenticate("ada_signs_in", "ada_signs_in")
        for method, args in (("club_claim_ticket", [self.order.ids]), ("_club_by_code", ["x"])):
            with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/pos.order/{method}",
                    {"model": "pos.order", "method": method, "args": args, "kwargs": {}},
                )

    def test_register_cannot_forge_who_collected(self):
        order = self.ui_order([(self.coffee, 1)], [])
        order |= {"club_claim_id": 1, "club_claim_text": "Collected by Bob"}
        order["payment_ids"] = [
            Command.create({"uuid": "club-forged", "payment_method_id": self.cash.id, "amount": order["amount_total"]})
        ]
        sold = self.sync({name: value for name, value in order.items() if name in self.env["pos.order"]._fields})
        self.assertFalse(sold.club_claim_id)
        sold._club_sync()
        self.assertFalse(self.member(self.bob))
        self.assertNotIn("club_claim_id", self.env["pos.order"]._load_pos_data_fields(self.register))


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_races")
class TestClaimRaces(RacesCase):
    """Two who come with one receipt, and many guesses at once."""

    def users(self, names):
        users = self.env["res.users"].create(
            [
                {
                    "name": name,
                    "login": f"race_{name}",
                    "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
                }
                for name in names
            ]
        )
        self.fresh()
        self.addCleanup(self.remove, users)
        return users

    def remove(self, users):
        partners = users.partner_id
        self.env["club.attempt"].search([]).unlink()
        users.unlink()
        type(self).partners |= partners
        self.fresh()

    def test_two_collect_one_receipt_at_once_and_one_gets_it(self):
        order = self.sell([(self.coffee, 1)])
        users = self.users(["one", "two"])
        code = claims.code(order.id, order._club_proof(claims.LONG))
        self.fresh()

        def work(user):
            return lambda env: (
                env["club.claim"]
                ._collect(
                    code, env["res.users"].browse(user.id), env["res.company"].browse(self.company.id), str(user.id)
                )
                .text
            )

        answers = self.race([work(user) for user in users])
        self.assertEqual(
            sorted(answers),
            ["100 Beans from your purchase are yours.", "Somebody else has collected this purchase already."],
        )
        self.assertEqual(sum(self.balance(user.partner_id) for user in users), 100)
        self.assertCoherent()

    def test_guesses_at_once_count_one_by_one(self):
        [user] = self.users(["guesser"])

        def guess(env):
            return env["club.attempt"]._take("guess", {f"user:{user.id}": 2})

        with self.without_waiting():
            answers = self.race([guess] * 4)
        self.assertEqual(answers.count(True), 2, answers)
