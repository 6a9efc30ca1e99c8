from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_games import GamesCommon
from .common_goals import GoalCommon
from .common_messages import MessagesCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestGoalsPlay(GamesCommon, GoalCommon, MessagesCommon):
    """A goal may bring a play of a game: once, gone with the refund, and once played it stays."""

    def setUp(self):
        super().setUp()
        self.ada.lang = "en_US"
        self.lucky = self.plain_game(is_on_order=False)
        self.twice = self.goal(name="Twice", target=2, reward_kind="play", game_id=self.lucky.id)

    def reach(self):
        return [self.sell([(self.cake, 1)], self.ada) for _order in range(2)][-1]

    def test_play_comes_once_and_goes_and_comes_back_with_the_goal(self):
        self.twice.unit_id = False
        order = self.reach()
        [play] = self.plays()
        self.assertEqual((play.game_id, play.origin, play.state), (self.lucky, "goal", "granted"))
        self.assertIn("Twice: reached! You get a play of Lucky card.", order.club_receipt["text"])
        self.assertBalance(20)
        [entry] = self.progress(self.twice).entry_ids
        self.assertEqual(entry.amount, 0)
        self.assertEqual(entry._club_sentences()[0], "You won a play of Lucky card. It is on your page.")
        self.refund(order)
        self.assertEqual((play.state, self.progress(self.twice).state), ("taken", "taken"))
        self.reach()
        self.assertEqual((self.plays(), play.state), (play, "granted"))
        self.assertCoherent()

    def test_play_that_was_used_stays_with_its_prize(self):
        order = self.reach()
        with self.rolls(0):
            play = self.play(self.lucky)
        self.assertBalance(30)
        self.refund(order)
        self.assertEqual((play.state, self.progress(self.twice).state), ("drawn", "done"))
        self.assertBalance(20)
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual(self.plays(), play)
        self.assertCoherent()

    def test_merged_members_play_it_once_and_a_refund_finds_it(self):
        order = self.reach()
        bought = self.plays()
        self.sell([(self.cake, 1)], self.bob)
        self.env["base.partner.merge.automatic.wizard"]._merge((self.ada | self.bob).ids, self.bob)
        self.assertEqual((self.plays(self.bob), bought.state), (bought, "granted"))
        self.refund(order)
        self.assertEqual(bought.state, "granted", "two orders are left")
        self.assertCoherent()

    def test_goal_reached_and_play_won_are_told_once_in_all(self):
        play = self.rule("play")
        self.reach()
        self.run_job()
        self.assertTold(play, 1, "A play of Lucky card is waiting for you")
        with self.later(minutes=30):
            goal = self.rule("goal")
        other = self.goal(name="Once", target=1, reward_kind="play", game_id=self.lucky.id)
        with self.later(hours=1):
            self.sell([(self.cake, 1)], self.ada)
        self.run_job(hours=1)
        self.assertEqual(self.progress(other).state, "done")
        [told] = self.assertTold(goal, 1, "You did it: Once")
        self.assertIn("It brings you a play of Lucky card.", told.body)
        self.assertTold(play, 1)

    def test_game_has_to_be_there_and_stays_while_a_goal_brings_it(self):
        for values, words in (
            ({"game_id": False}, "Choose the game"),
            ({"game_id": self.plain_game(is_on=False).id}, "is off, so nobody could play it"),
            ({"game_id": self.stranger().id}, "no game of this club"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(ValidationError, words):
                self.goal(reward_kind="play", **values)
        for values in ({"is_on": False}, {"active": False}):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "Switch the goal off"):
                self.lucky.write(values)
        self.twice.is_on = False
        self.lucky.is_on = False
        with self.assertRaisesRegex(ValidationError, "is off, so nobody"):
            self.twice.is_on = True

    def test_game_that_is_over_is_warned_of(self):
        self.assertFalse(self.twice.warning)
        self.lucky.date_to = "2021-01-01"
        self.assertIn("the last day of Lucky card was 01/01/2021", self.twice.warning)

    def stranger(self):
        club = self.env["club.club"].create({"name": "Nuts", "company_ids": False})
        prizes = [Command.create({"name": name, "kind": "nothing", "weight": 1}) for name in ("None", "Nothing")]
        return self.env["club.game"].create({"name": "Nuts", "club_id": club.id, "is_on": True, "prize_ids": prizes})
