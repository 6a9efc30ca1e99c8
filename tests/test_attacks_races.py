from copy import deepcopy
from functools import partial
from uuid import uuid4

from odoo.fields import Command
from odoo.tests import tagged

from .common_races import RacesCase


@tagged("post_install", "-at_install", "loyalty_club")
class TestPointsAtTwoRegisters(RacesCase):
    """Two registers that pay, release and give back the same points in the same moment."""

    def setUp(self):
        super().setUp()
        self.customer = self.partner("Customer")
        self.customer_member = self.enrol(self.customer, 487)
        self.fresh()

    def _asked(self):
        """An order of 60.50, of which 100 points (1.00) are promised and the rest is cash."""
        order, payment_uuid = self.ui_order([(self.cake, 5)], [], self.customer), str(uuid4())
        told = {
            "partner_id": self.customer.id,
            "order_uuid": order["uuid"],
            "payment_uuid": payment_uuid,
            "total": order["amount_total"],
            "remaining": order["amount_total"],
        }
        answer = self.register.club_authorise(told, self.unit.id, 100)
        points = {"payment_method_id": self.tender.id, "amount": 1.0, "transaction_id": answer["token"]}
        order["payment_ids"] = [
            Command.create(points | {"uuid": payment_uuid}),
            Command.create({"uuid": str(uuid4()), "payment_method_id": self.cash.id, "amount": 59.5}),
        ]
        self.fresh()
        return order, payment_uuid

    def _refund(self, order, partner, config):
        """All of it brought back: points as points, money as money."""
        line = {"refunded_orderline_id": order.lines.id, "price_unit": 10.0}
        cash = config.payment_method_ids.filtered("is_cash_count")
        return self.ui_order(
            [(self.cake, -5, line)], [(self.tender, -1.0), (cash, -59.5)], partner, config, is_refund=True
        )

    def _sync(self, order, env):
        env["pos.order"].sync_from_ui([deepcopy(order)])
        return "done"

    def test_order_paid_in_points_is_refunded_once(self):
        order, _payment = self._asked()
        sold = self.sync(order)
        self.fresh()
        self.assertBalance(387 + 49, self.customer)
        refunds = [
            self._refund(sold, self.customer, self.register),
            self._refund(sold, self.env["res.partner"], self.second),
        ]
        self.fresh()
        results = self.race([partial(self._sync, refund) for refund in refunds])
        self.assertEqual(sorted(str(result) for result in results)[1:], ["done"], results)
        self.assertRegex(" ".join(map(str, results)), "were refunded before|in use right now")
        self.assertBalance(487, self.customer)

    def test_order_sent_by_three_devices_at_once_uses_its_points_once(self):
        order, payment = self._asked()
        results = self.race([partial(self._sync, order)] * 3)
        self.assertEqual(results, ["done"] * 3)
        hold = self.env["club.hold"].search([("payment_key", "=", payment)])
        self.assertEqual(hold.state, "captured")
        self.assertBalance(387 + 49, self.customer)

    def test_points_are_either_used_or_given_back(self):
        order, payment = self._asked()

        def release(env):
            return env["pos.config"].browse(self.register.id).club_release(order["uuid"], [payment])

        results = self.race([partial(self._sync, order), release])
        hold = self.env["club.hold"].search([("payment_key", "=", payment)])
        paid = self.env["pos.order"].search([("uuid", "=", order["uuid"])])
        self.assertEqual((bool(paid), hold.state), (True, "captured") if results[0] == "done" else (False, "released"))
        self.assertBalance(387 + 49 if paid else 487, self.customer)

    def test_line_exchanged_at_two_registers_at_once_brings_its_money_once(self):
        line = self.sell([(self.cake, 1)], self.customer).lines
        others = [self.partner(f"Other {index}") for index in range(2)]
        exchanges = []
        for other, config in zip(others, (self.register, self.second), strict=True):
            back = {"refunded_orderline_id": line.id, "price_unit": 10.0}
            exchanges.append(self.ui_order([(self.cake, 1), (self.cake, -1, back)], [], other, config))
        self.fresh()
        results = self.race([partial(self._sync, exchange) for exchange in exchanges])
        self.assertEqual(results, ["done"] * 2)
        self.assertEqual(sum(self.balance(other) for other in others), 10)
        self.assertBalance(487, self.customer)
