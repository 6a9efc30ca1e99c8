from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClubCommon
from .common_games import GamesCommon
from .common_history import HistoryMerchant

MIXIN = "odoo.addons.loyalty_club.models.document_mixin"


@tagged("post_install", "-at_install", "loyalty_club")
class TestGamesOrders(GamesCommon, ClubCommon):
    """Which paid orders bring plays, and what their refunds take back. A cake is 12.10, a coffee 121.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.plain_game(order_minimum=20)
        cls.opened_before(cls.card)

    @classmethod
    def opened_before(cls, games, days=1):
        """Orders of a test are paid "now"; the games were on before."""
        since = fields.Datetime.to_string(fields.Datetime.subtract(fields.Datetime.now(), days=days))
        games.sudo().write({"on_times": [[since, None]]})

    def states(self, partner=None):
        self.env.invalidate_all()
        return self.plays(partner).mapped("state")

    def test_order_from_the_minimum_on_brings_one_play_once(self):
        small = self.sell([(self.cake, 1)], self.ada)
        self.assertFalse(self.plays())
        order = self.sell([(self.cake, 2)], self.ada)
        self.assertEqual(self.states(), ["granted"])
        play = self.plays()
        self.assertEqual((play.source_model, play.source_id, play.origin), ("pos.order", order.id, "order"))
        (small | order).club_sync()
        self.assertEqual(len(self.plays()), 1)
        self.assertCoherent()

    def test_minimum_is_met_exactly(self):
        self.card.order_minimum = 24.2
        self.sell([(self.cake, 2)], self.ada)
        self.card.order_minimum = 24.21
        self.sell([(self.cake, 2)], self.ada)
        self.assertEqual(len(self.plays()), 1)

    def test_webshop_and_quotation_and_invoice(self):
        order = self.quotation([(self.cake, 2)], self.ada)
        order.action_confirm()
        self.assertFalse(self.plays())
        self.pay(self.invoice(order))
        self.assertEqual(self.plays().mapped("source_model"), ["sale.order"])

    def test_two_games_bring_two_plays(self):
        self.opened_before(self.plain_game())
        self.sell([(self.cake, 2)], self.ada)
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual(len(self.plays()), 3)

    def test_order_that_earns_no_point_brings_a_play_all_the_same(self):
        self.program.action_end()
        self.enrol()
        self.sell([(self.cake, 2)], self.ada)
        self.assertEqual(self.states(), ["granted"])
        self.assertBalance(0)

    def test_order_paid_in_points_counts_what_money_paid(self):
        self.unit.money_value = 0.1
        self.enrol(points=100)
        self.sell_partly_for_points([(self.cake, 2)], 50)
        self.assertFalse(self.plays(), "19.20 of 24.20 were money")

    def test_switches_places_tiers_and_dates_decide(self):
        tomorrow = fields.Date.add(self.club._today(), days=1)
        for values in (
            {"is_pos": False},
            {"tier_ids": self.silver.ids},
            {"date_from": tomorrow},
            {"is_on_order": False},
            {"outlet_ids": self.env["club.outlet"].create(
                {"club_id": self.club.id, "company_id": self.company.id, "name": "Elsewhere"}).ids},
        ):  # fmt: skip
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                self.card.write(values)
                self.sell([(self.cake, 2)], self.ada)
                self.assertFalse(self.plays())
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()
        self.sell([(self.cake, 2)], self.ada)
        self.assertEqual(len(self.plays()), 1)

    def test_order_of_when_it_was_on_counts_however_late_it_comes(self):
        moment = fields.Datetime.now()
        times = [[fields.Datetime.to_string(fields.Datetime.subtract(moment, hours=hours)), None] for hours in (9, 3)]
        times[0][1] = fields.Datetime.to_string(fields.Datetime.subtract(moment, hours=6))
        self.card.sudo().on_times = times
        self.open_session().start_at = fields.Datetime.subtract(moment, hours=10)
        for hours, count in ((8, 1), (5, 1), (2, 2)):
            with self.subTest(hours=hours):
                paid = fields.Datetime.to_string(fields.Datetime.subtract(moment, hours=hours))
                self.sell([(self.cake, 2)], self.ada, date_order=paid)
                self.assertEqual(len(self.plays()), count)

    def test_switching_notes_when_it_was_on(self):
        self.card.is_on = False
        self.assertEqual(len(self.card.on_times), 1)
        self.assertTrue(self.card.on_times[0][1])
        self.sell([(self.cake, 2)], self.ada)
        self.assertFalse(self.plays())
        self.card.is_on = True
        self.assertEqual(len(self.card.on_times), 2)
        self.assertFalse(self.card.on_times[1][1])

    # ------------------------------------------------------------------ refunds
    def test_refund_takes_the_unused_play_back(self):
        order = self.sell([(self.cake, 2)], self.ada)
        self.refund(order)
        self.assertEqual(self.states(), ["taken"])
        self.assertBalance(0)

    def test_part_refund_takes_it_below_the_minimum_alone(self):
        order = self.sell([(self.cake, 3)], self.ada)
        self.refund(order, {self.cake: 1})
        self.assertEqual(self.states(), ["granted"])
        self.refund(order, {self.cake: 1})
        self.assertEqual(self.states(), ["taken"])

    def test_changed_minimum_takes_nothing_back(self):
        order = self.sell([(self.cake, 3)], self.ada)
        self.card.order_minimum = 1000
        self.refund(order, {self.cake: 1})
        self.assertEqual(self.states(), ["granted"])

    def test_used_play_and_its_prize_stay(self):
        order = self.sell([(self.cake, 2)], self.ada)
        with self.rolls(0):
            play = self.play(self.card)
        self.refund(order)
        self.assertEqual((self.states(), play.entry_id.amount), (["drawn"], 10))
        self.assertBalance(10)

    def test_refund_of_an_order_without_points_takes_its_play_too(self):
        self.program.action_end()
        self.enrol()
        order = self.sell([(self.cake, 2)], self.ada)
        self.refund(order)
        self.assertEqual(self.states(), ["taken"])

    def test_withdrawn_credit_note_gives_the_play_again(self):
        order = self.quotation([(self.cake, 2)], self.ada)
        order.action_confirm()
        invoice = self.invoice(order)
        self.pay(invoice)
        reversal = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id})  # fmt: skip
        note = self.env["account.move"].browse(reversal.refund_moves()["res_id"])
        note.action_post()
        order.club_sync()
        self.assertEqual(self.states(), ["taken"])
        note.button_draft()
        note.button_cancel()
        order.club_sync()
        self.assertEqual(self.states(), ["granted"])
        self.assertCoherent()

    def test_order_marked_as_earning_nothing_loses_its_play(self):
        order = self.sell([(self.cake, 2)], self.ada)
        order.club_no_points = True
        self.assertEqual(self.states(), ["taken"])

    # ------------------------------------------------------------------ faults
    @mute_logger(MIXIN)
    def test_fault_stops_no_sale_and_the_night_gives_the_play(self):
        with patch.object(type(self.env["club.play"]), "_grant", side_effect=ValueError("broken")):
            order = self.sell([(self.cake, 2)], self.ada)
        self.assertEqual(order.state, "paid")
        self.assertFalse(self.plays())
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_club.ir_cron_reconcile_documents").method_direct_trigger()
        self.assertEqual(self.states(), ["granted"])
        self.assertBalance(20)


@tagged("post_install", "-at_install", "loyalty_club")
class TestGamesHistory(GamesCommon, HistoryMerchant, ClubCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_other_orders()
        cls.card = cls.plain_game(order_minimum=20)

    def test_earlier_orders_bring_plays_only_where_the_game_says_so(self):
        self.sold_before([(self.cake, 2)], self.ada)
        self.sold_before([(self.cake, 1)], self.ada)
        self.credit()
        self.assertFalse(self.plays())
        self.assertBalance(30)

    def test_earlier_orders_bring_one_play_each_once(self):
        self.card.is_for_history = True
        self.sold_before([(self.cake, 2)], self.ada)
        self.sold_before([(self.cake, 3)], self.ada)
        self.sold_before([(self.cake, 1)], self.ada)
        job = self.credit()
        self.assertEqual(self.plays().mapped("state"), ["granted", "granted"])
        self.assertEqual((job.tally["expected"]["plays"], job.tally["run"]["plays"]), (2, 2))
        self.assertIn("60 Beans · 2 plays of games", job.summary)
        self.credit()
        self.assertEqual(len(self.plays()), 2)
        self.assertBalance(60)
