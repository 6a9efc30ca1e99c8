from functools import partial

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_games import GamesCommon
from .common_races import RacesCase


@tagged("post_install", "-at_install")
class TestRacesGames(GamesCommon, RacesCase):
    """Clicks that really come at once: one play is drawn once, a stock is not overdrawn."""

    @classmethod
    def close_shop(cls):
        cls.cr.rollback()
        games = cls.env["club.game"].with_context(active_test=False).search([("club_id", "=", cls.club.id)])
        cls.cr.execute("DELETE FROM club_play WHERE game_id = ANY(%s)", [games.ids])
        cls.env.invalidate_all()
        games.unlink()
        cls.cr.commit()
        super().close_shop()

    def setUp(self):
        super().setUp()
        self.customer = self.partner(f"Player {self._testMethodName}")
        self.enrol(self.customer, 100)
        self.card = self.plain_game(price=30, is_on_order=False)
        self.fresh()

    def click(self, partner_id, key, is_bought, env):
        member = env["club.member"].search([("club_id", "=", self.club.id), ("partner_id", "=", partner_id)])
        return env["club.play"]._play(member, env["club.game"].browse(self.card.id), key, is_bought).id

    def clicks(self, count, is_bought=False, partner=None):
        partner = partner or self.customer
        return [partial(self.click, partner.id, f"{partner.id} tab {number}", is_bought) for number in range(count)]

    def test_twenty_clicks_on_two_tabs_draw_one_play(self):
        self.give(self.card, 1, self.customer)
        self.fresh()
        results = self.race_on(self.clicks(20))
        [play] = self.plays(self.customer)
        self.assertEqual(set(results), {play.id})
        self.assertEqual(play.state, "drawn")
        self.assertCoherent()

    def test_twenty_clicks_that_pay_are_charged_once(self):
        results = self.race_on(self.clicks(20, is_bought=True))
        [play] = self.plays(self.customer)
        self.assertEqual(set(results), {play.id})
        self.assertBalance(70 + play.amount, self.customer)

    def test_last_prize_goes_to_one(self):
        first = self.card.prize_ids[0]
        first.stock_total = 1
        self.card.prize_ids[1].weight = 0
        players = [self.customer, *(self.partner(f"Rival {number} {self._testMethodName}") for number in range(3))]
        for player in players[1:]:
            self.enrol(player, 100)
        for player in players:
            self.give(self.card, 1, player)
        self.fresh()
        with self.without_waiting():
            results = self.race_on([work for player in players for work in self.clicks(1, partner=player)])
        refused = [result for result in results if isinstance(result, UserError)]
        self.assertEqual(len(refused), 3, results)
        self.assertTrue(all("gone for now" in str(refusal) for refusal in refused), refused)
        plays = self.env["club.play"].search([("game_id", "=", self.card.id)])
        self.assertEqual(sorted(plays.mapped("state")), ["drawn", "granted", "granted", "granted"])
        self.assertEqual(first.won_count, 1)
        self.assertCoherent()

    def test_refund_and_click_at_once_leave_one_outcome(self):
        self.card.sudo().write({"is_on_order": True, "on_times": [["2020-01-01 00:00:00", None]]})
        self.fresh()
        order = self.sell([(self.coffee, 1)], self.customer)
        lines = [(self.coffee, -1, {"refunded_orderline_id": order.lines.id, "price_unit": order.lines.price_unit})]
        back = self.ui_order(lines, [(self.cash, -order.amount_total)], self.customer, is_refund=True)
        self.fresh()

        def refund(env):
            env["pos.order"].sync_from_ui([back])
            return "refunded"

        results = self.race_on([refund, *self.clicks(1)])
        [play] = self.plays(self.customer)
        self.assertEqual(results[0], "refunded")
        self.assertEqual(play.state, "taken" if isinstance(results[1], UserError) else "drawn", results)
        self.assertBalance(100 + play.amount, self.customer)
