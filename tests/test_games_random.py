import os
import random

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ClubCommon
from .common_games import GamesCommon

SEEDS = int(os.environ.get("CLUB_SEEDS", 4))
STEPS = int(os.environ.get("CLUB_STEPS", 20))


@tagged("post_install", "-at_install", "loyalty_club")
class TestGamesRandom(GamesCommon, ClubCommon):
    """Whatever happens in whatever order: each play is used once, each prize is there, and nothing is lost."""

    def setUp(self):
        super().setUp()
        self.enrol(points=100)
        self.enrol(self.bob, points=100)
        self.games = self.game(price=20, order_minimum=20) | self.plain_game(is_daily=True, price=10)
        self.games[0].prize_ids[1].stock_total = 3
        self.games.sudo().write({"on_times": [["2020-01-01 00:00:00", None]]})

    def test_any_sequence_ends_coherent(self):
        for seed in range(SEEDS):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self.live(random.Random(seed))
                self.look()
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()

    def live(self, rng):
        orders = []
        for step in range(STEPS):
            partner, game = rng.choice((self.ada, self.bob)), rng.choice(self.games)
            act = rng.choice(("sell", "refund", "play", "play", "buy", "see", "give", "switch"))
            if act == "sell":
                orders.append(self.sell([(self.cake, rng.randint(1, 4))], partner))
            elif act == "refund" and orders:
                self.refund(orders.pop(rng.randrange(len(orders))))
            elif act in ("play", "buy"):
                self.try_to_play(game, f"step {step}", partner, act == "buy")
            elif act == "see":
                for play in self.plays(partner, state="drawn"):
                    self.see(play, partner)
            elif act == "give":
                self.give(game, rng.randint(1, 3), partner)
            elif act == "switch" and rng.random() < 0.3:
                game.is_on = not game.is_on

    def try_to_play(self, game, key, partner, is_bought):
        """Twice the same click: the second brings nothing more, and a refusal changes nothing."""
        before = self.plays(partner).ids, self.balance(partner)
        try:
            play = self.play(game, key, partner, is_bought)
        except UserError:
            self.env.invalidate_all()
            self.assertEqual((self.plays(partner).ids, self.balance(partner)), before)
        else:
            balance = self.balance(partner)
            self.assertEqual(self.play(game, key, partner, is_bought), play)
            self.assertEqual(self.balance(partner), balance)

    def look(self):
        self.env.invalidate_all()
        plays = self.env["club.play"].search([("game_id", "in", self.games.ids)])
        for play in plays:
            is_used = play.state in ("drawn", "done")
            self.assertEqual(bool(play.prize_id), is_used)
            self.assertEqual(bool(play.voucher_id), is_used and play.prize_kind == "reward")
            self.assertEqual(play.entry_id.amount, play.amount)
            self.assertEqual(-play.paid_entry_id.amount, play.price)
            self.assertTrue(not is_used or 0 <= play.roll < play.rolls)
        self.assertLessEqual(len(plays.voucher_id), 3)
        won = self.env["club.entry"].search([("kind", "=", "game"), ("club_id", "=", self.club.id)])
        self.assertEqual(sum(won.mapped("amount")), sum(plays.mapped("amount")))
        unseen = plays.filtered(lambda play: play.state == "drawn")
        self.assertEqual(len(unseen), len({(play.game_id, play.member_id) for play in unseen}))
        self.assertCoherent()
