from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .common_games import GamesCommon
from .common_portal import PortalCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestGamesPage(GamesCommon, PortalCommon):
    """What the page shows, and that a browser decides nothing but which game it clicks on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enrol(cls, cls.ada, 100)
        cls.enrol(cls, cls.bob, 100)
        cls.card = cls.plain_game(price=30)

    def setUp(self):
        super().setUp()
        self.authenticate("ada_signs_in", "ada_signs_in")

    def ask(self, path, **params):
        return self.make_jsonrpc_request(f"/my/club/games/{path}", params)

    def click(self, key="one", **params):
        return self.ask("play", **{"club_id": self.club.id, "game_id": self.card.id, "key": key, **params})

    # ------------------------------------------------------------------ what is shown
    def test_sections_exist_while_there_is_a_game(self):
        root, text = self.page("/my/club/games")
        self.assertTrue(root.xpath("//nav//a[contains(@href, '/games')]"))
        self.assertIn("Every paid order brings a play.", text)
        self.assertIn("Play for 30 Beans", text)
        self.card.is_on = False
        root, _text = self.page("/my/club/games")
        self.assertFalse(root.xpath("//nav//a[contains(@href, '/games')]"))
        self.assertTrue(root.xpath("//*[contains(@class, 'o_club_card')]"), "the card is shown in its place")

    def test_odds_are_shown_in_words_where_the_game_says_so(self):
        self.assertIn("1 in 2 (50 %)", self.page("/my/club/games")[1])
        self.card.is_odds_shown = False
        self.assertNotIn("1 in 2", self.page("/my/club/games")[1])

    def test_looking_draws_and_grants_nothing(self):
        self.card.is_daily = True
        for path in ("/my/club", "/my/club/games", f"/my/club/{self.club.id}/games", "/my/club/games?play=1&key=a"):
            self.page(path)
        self.assertFalse(self.plays())
        for path in ("play", f"play?game_id={self.card.id}&key=a", "see"):
            response = self.url_open(f"/my/club/games/{path}")
            self.assertNotEqual(response.status_code, 200)
        self.assertFalse(self.plays())

    def test_visitor_is_sent_to_sign_in(self):
        self.authenticate(None, None)
        response = self.url_open("/my/club/games", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.click()
        self.assertFalse(self.plays())

    def test_reason_why_a_play_cannot_be_bought_is_said(self):
        self.card.price = 130
        root, text = self.page("/my/club/games")
        self.assertIn("30 Beans more for a play.", text)
        self.assertTrue(root.xpath("//button[contains(@class, 'o_club_game_buy') and @disabled]"))

    # ------------------------------------------------------------------ attackers
    def test_prize_play_and_member_that_a_browser_names_are_ignored(self):
        self.give(self.card)
        with self.rolls(1):
            answer = self.click(
                prize_id=self.card.prize_ids[0].id, roll=0, member_id=self.member(self.bob).id, amount=10**6,
                partner_id=self.bob.id, play_id=1,
            )  # fmt: skip
        self.assertEqual((answer["prize"], answer["is_win"]), ("No luck", False))
        self.assertFalse(self.plays(self.bob))
        self.assertBalance(100)

    def test_play_of_somebody_else_is_neither_used_nor_seen(self):
        self.give(self.card, 1, self.bob)
        self.assertIn("no play left", self.click()["refused"])
        with self.rolls(0):
            play = self.play(self.card, partner=self.bob)
        self.assertEqual(self.ask("see", club_id=self.club.id, play_id=play.id), {})
        self.assertEqual(play.state, "drawn")
        self.assertIn("no play left", self.click(play.request_key)["refused"])

    def test_replayed_and_repeated_calls_draw_once(self):
        self.give(self.card, 2)
        first = self.click("one")
        for _click in range(5):
            self.assertEqual(self.click("one"), first)
            self.assertEqual(self.click("another"), first)
        self.ask("see", club_id=self.club.id, play_id=first["play_id"])
        self.assertEqual(self.click("one"), first)
        self.assertEqual(self.plays().mapped("state"), ["done", "granted"])

    def test_absurd_values_are_refused_without_a_fault(self):
        self.give(self.card)
        for params in (
            {"game_id": 0}, {"game_id": -1}, {"game_id": 2**40}, {"game_id": "1"}, {"game_id": None}, {"game_id": True},
            {"game_id": [self.card.id]}, {"key": ""}, {"key": None}, {"key": 5}, {"key": "x" * 65}, {"key": ["a"]},
        ):  # fmt: skip
            with self.subTest(params=params):
                self.assertTrue(self.click(**params)["refused"])
        for play_id in (0, -1, "1", None, 2**40, [1]):
            self.assertEqual(self.ask("see", play_id=play_id), {})
        self.assertEqual(self.plays().mapped("state"), ["granted"])

    def test_nothing_is_bought_unless_it_is_asked_for(self):
        for is_bought in (False, None, "true", 1):
            self.assertIn("no play left", self.click(is_bought=is_bought)["refused"])
        self.assertBalance(100)
        with self.rolls(1):
            self.click("pay", is_bought=True)
        self.assertBalance(70)

    def test_game_of_another_club_or_one_that_is_off_is_refused(self):
        nuts = self.second_club(self.bob)
        other = self.env["club.game"].create({
            "name": "Nuts", "club_id": nuts.id, "is_on": True, "is_daily": True,
            "prize_ids": [(0, 0, {"name": name, "kind": "nothing"}) for name in ("a", "b")],
        })  # fmt: skip
        self.assertIn("not one of your club", self.click(game_id=other.id)["refused"])
        self.assertEqual(self.click(game_id=other.id, club_id=nuts.id)["refused"], "You are not a member here.")
        self.give(self.card)
        self.card.is_on = False
        self.assertIn("is over", self.click()["refused"])
        self.assertEqual(self.plays().mapped("state"), ["granted"])

    # ------------------------------------------------------------------ where else it is said
    def test_receipt_and_confirmation_say_that_there_is_a_play(self):
        since = "2020-01-01 00:00:00"
        self.card.sudo().on_times = [[since, None]]
        order = self.sell([(self.cake, 1)], self.ada)
        self.assertIn("You have a play: Lucky card. Play it on your page.", order.club_receipt["text"])
        self.card.is_on = False
        order.invalidate_recordset(["club_receipt"])
        self.assertNotIn("You have a play", " ".join(order.club_receipt["text"]))
        self.card.is_on = True
        sale = self.quotation([(self.cake, 1)], self.ada, website_id=self.website.id)
        sale.action_confirm()
        self.assertNotIn("plays", sale._club_confirmation(self.ada))
        self.pay(self.invoice(sale))
        self.assertEqual(
            sale._club_confirmation(self.ada)["plays"], ["You have a play: Lucky card. Play it on your page."]
        )
