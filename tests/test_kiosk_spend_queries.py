from odoo import sql_db
from odoo.tests import tagged

from .common_kiosk_spend import SpendCommon


@tagged("post_install", "-at_install")
class TestKioskSpendQueries(SpendCommon):
    """What placing an order costs the database more where something is redeemed."""

    def cost(self, **chosen):
        """Queries of placing a coffee's order, after one that filled the caches."""
        costs = []
        for _again in range(2):
            self.token = self.recognise()
            self.cart = self.told([(self.coffee, 1)], token=self.token)
            if chosen:
                self.assertEqual(self.choose(**chosen)["refused"], "")
            told = {**self.cart, "lines": [list(command) for command in self.cart["lines"]]}
            self.env.flush_all()
            before = sql_db.sql_counter
            self.send(told)
            costs.append(sql_db.sql_counter - before)
            self.post("/club/self/forget", token=self.token)
        return costs[-1]

    def test_redeeming_costs_a_bounded_number_of_queries(self):
        plain = self.cost()
        points, reward = self.cost(points=50), self.cost(rewards=[self.ten])
        self.assertLessEqual(points - plain, 27)
        self.assertLessEqual(reward - plain, 27)
