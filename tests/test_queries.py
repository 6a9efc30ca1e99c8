from odoo.fields import Command
from odoo.tests import tagged

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestQueries(ClubCommon):
    """What the club adds to the register's sync, in queries: a budget, not a guess."""

    def _count(self, partner):
        order = self.ui_order([(self.coffee, 1), (self.cake, 2)], [(self.cash, 145.2)], partner)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.sync(order)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _warm(self, partner):
        for _round in range(2):
            self._count(partner)

    def test_identified_order_costs_at_most_fifteen_queries(self):
        self.outlet.is_opted_in = True
        self._warm(self.ada)
        with_club = self._count(self.ada)
        self.register.club_outlet_id = False
        self.club.action_switch_off()
        self._warm(self.ada)
        without = self._count(self.ada)
        self.assertLessEqual(with_club - without, 15, f"{with_club} with the club, {without} without")

    def test_points_that_lapse_without_orders_cost_no_query_more(self):
        self._warm(self.ada)
        plain = self._count(self.ada)
        self.club.inactivity_months = 6
        self._warm(self.ada)
        self.assertEqual(self._count(self.ada), plain)

    def test_game_that_is_over_costs_an_order_no_query(self):
        self._warm(self.ada)
        plain = self._count(self.ada)
        self.env["club.game"].create({
            "name": "Over", "club_id": self.club.id, "date_to": "2020-01-01", "is_on": True,
            "prize_ids": [Command.create({"name": name, "kind": "nothing"}) for name in ("a", "b")],
        })  # fmt: skip
        self._warm(self.ada)
        self.assertEqual(self._count(self.ada), plain)

    def test_game_that_brings_a_play_costs_an_order_at_most_five_queries(self):
        self._warm(self.ada)
        plain = self._count(self.ada)
        game = self.env["club.game"].create({
            "name": "Wheel", "club_id": self.club.id, "is_on": True,
            "prize_ids": [Command.create({"name": name, "kind": "nothing"}) for name in ("a", "b")],
        })  # fmt: skip
        game.sudo().on_times = [["2020-01-01 00:00:00", None]]
        self._warm(self.ada)
        cost = self._count(self.ada) - plain
        self.assertEqual(len(self.member().play_ids), 3)
        self.assertLessEqual(cost, 5)

    def test_order_without_customer_costs_nothing(self):
        nobody = self.env["res.partner"]
        self._warm(nobody)
        with_club = self._count(nobody)
        self.register.club_outlet_id = False
        self.club.action_switch_off()
        self._warm(nobody)
        self.assertEqual(with_club, self._count(nobody))
