from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_ledger import LedgerCommon

MIXIN = "odoo.addons.loyalty_club.models.document_mixin"


@tagged("post_install", "-at_install")
class TestReconcile(LedgerCommon):
    """What failed while a sale went through is done at night; one bad order never stops the others."""

    def repair_tonight(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_club.ir_cron_reconcile_documents").method_direct_trigger()
        self.env.invalidate_all()

    def failing(self, *documents):
        """Judging these documents goes wrong."""
        judge = type(self.env["pos.order"])._club_judge

        def broken(order, case, past):
            if case.document in documents or not documents:
                raise ValueError("a broken rule")
            return judge(order, case, past)

        return patch.object(type(self.env["pos.order"]), "_club_judge", broken)

    def outcome(self, document):
        return self.env["club.outcome"].search([("source_model", "=", document._name), ("source_id", "=", document.id)])

    @mute_logger(MIXIN)
    def test_order_that_failed_is_credited_at_night(self):
        with self.failing():
            order = self.sell([(self.cake, 2)], self.ada)
        self.assertEqual((order.state, self.outcome(order).code, self.balance()), ("paid", "fault", 0))
        self.assertIn("a broken rule", self.outcome(order).fault)
        self.repair_tonight()
        self.assertEqual((self.outcome(order).code, self.outcome(order).fault), ("awarded", False))
        self.assertBalance(20)

    @mute_logger(MIXIN)
    def test_order_that_fails_again_stops_no_other(self):
        with self.failing():
            orders = [self.sell([(self.cake, 1)], self.ada) for _order in range(3)]
        with self.failing(orders[1]):
            self.repair_tonight()
        self.assertEqual([self.outcome(order).code for order in orders], ["awarded", "fault", "awarded"])
        self.assertEqual(self.balance(), 20)
        self.repair_tonight()
        self.assertBalance(30)

    @mute_logger(MIXIN)
    def test_refund_that_failed_takes_its_points_at_night(self):
        order = self.sell([(self.cake, 2)], self.ada)
        with patch.object(type(self.env["pos.order"]), "_club_take_back", side_effect=ValueError("broken")):
            self.refund(order, {self.cake: 1})
        self.assertEqual(self.balance(), 20)
        self.repair_tonight()
        self.assertBalance(10)

    def test_paid_order_that_nobody_judged_is_found(self):
        with patch.object(type(self.env["pos.order"]), "_club_sync_safely"):
            order = self.sell([(self.cake, 1)], self.ada)
        self.assertFalse(self.outcome(order))
        self.repair_tonight()
        self.assertEqual(self.outcome(order).code, "awarded")
        self.assertBalance(10)

    def test_paid_quotation_and_invoice_that_nobody_judged_are_found(self):
        with patch.object(type(self.env["sale.order"]), "_club_sync_safely"):
            order = self.quotation([(self.cake, 3)])
            order.action_confirm()
            self.pay(self.invoice(order))
        with patch.object(type(self.env["account.move"]), "_club_sync_safely"):
            invoice = self.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.bob.id,
                    "team_id": self.team.id,
                    "invoice_date": fields.Date.today(),
                    "invoice_line_ids": [
                        fields.Command.create({"product_id": self.cake.id, "price_unit": 10, "tax_ids": self.tax.ids})
                    ],
                }
            )
            invoice.action_post()
            self.pay(invoice)
        self.assertEqual(self.balance() + self.balance(self.bob), 0)
        self.repair_tonight()
        self.assertEqual(self.balance(), 30)
        self.assertBalance(10, self.bob)

    def test_customer_named_after_payment_is_credited_at_night(self):
        order = self.sell([(self.cake, 1)])
        self.assertEqual(self.outcome(order).code, False)
        with patch.object(type(self.env["pos.order"]), "_club_sync_safely"):
            order.partner_id = self.ada
        self.repair_tonight()
        self.assertBalance(10)

    def test_what_was_decided_at_payment_stays_decided(self):
        self.club.action_switch_off()
        order = self.sell([(self.cake, 1)], self.ada)
        self.club.action_switch_on()
        self.repair_tonight()
        self.assertNotEqual(self.outcome(order).code, "awarded")
        self.assertBalance(0)

    def test_orders_of_long_ago_are_left_alone(self):
        with patch.object(type(self.env["pos.order"]), "_club_sync_safely"):
            order = self.sell([(self.cake, 1)], self.ada)
        order.date_order = fields.Datetime.subtract(fields.Datetime.now(), days=20)
        self.repair_tonight()
        self.assertFalse(self.outcome(order))
        self.assertBalance(0)

    def test_second_night_finds_nothing_to_do(self):
        self.sell([(self.cake, 1)], self.ada)
        since = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.assertEqual(self.env["pos.order"]._club_unsettled(since), [])
        self.assertCoherent()
