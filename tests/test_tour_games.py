from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ClubCommon
from .common_games import GamesCommon
from .common_portal import PortalCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourGames(GamesCommon, PortalCommon):
    """A customer plays on a phone."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enrol(cls, cls.ada, 100)

    def rolling(self, *rolls):
        """These are rolled, one draw after another."""
        left = list(rolls)
        self.startPatcher(patch.object(type(self.env["club.play"]), "_roll", lambda _self, _total: left.pop(0)))

    def test_customer_spins_the_wheel_buys_a_play_and_wins_a_voucher(self):
        wheel = self.game(price=30)
        self.give(wheel)
        self.rolling(0, 1)
        self.start_tour("/my/club", "ClubPortalWheel", login="ada_signs_in")
        self.assertEqual(self.plays().mapped("state"), ["done", "done"])
        self.assertEqual(self.plays().mapped("origin"), ["staff", "paid"])
        self.assertBalance(80)

    def test_customer_scratches_a_card(self):
        card = self.plain_game(is_daily=True)
        self.give(card)
        self.rolling(1, 0)
        self.start_tour("/my/club/games", "ClubPortalScratch", login="ada_signs_in")
        self.assertEqual(self.plays().mapped("origin"), ["staff", "daily"])
        self.assertBalance(110)

    def test_wheel_stands_still_for_who_asks_for_it(self):
        wheel = self.game()
        self.give(wheel)
        self.rolling(0)
        self.start_tour("/my/club/games", "ClubPortalStillWheel", login="ada_signs_in")
        self.assertEqual(self.plays().prize_name, "10 Beans")

    def test_browser_that_died_shows_the_same_again(self):
        wheel = self.game()
        self.give(wheel)
        with self.rolls(3):
            self.play(wheel)
        self.rolling()
        self.start_tour("/my/club/games", "ClubPortalDiedGame", login="ada_signs_in")
        self.assertEqual(self.plays().mapped("state"), ["done"])
        self.assertBalance(100)


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourGamesOffice(GamesCommon, ClubCommon, HttpCase):
    """A merchant builds a game and gives plays away."""

    browser_size = "1366x768"

    def test_merchant_builds_a_game_sees_its_cost_and_grants_plays(self):
        # One club in the company, so that the forms choose it by themselves.
        (self.env["club.club"].search([]) - self.club).active = False
        self.env.ref("base.user_admin").group_ids |= self.env.ref("loyalty_club.loyalty_club_group_manager")
        self.enrol()
        with mute_logger("odoo.http"):  # a refusal on purpose
            self.start_tour("/odoo/loyalty-games", "ClubOfficeGame", login="admin")
        game = self.env["club.game"].search([("club_id", "=", self.club.id)])
        self.assertEqual((game.name, game.is_on, game.prize_ids.mapped("weight")), ("Friday wheel", True, [1, 3]))
        self.assertEqual(self.plays().mapped("origin"), ["staff"] * 3)
