"""Where systems of this kind failed their users, where points pay and where two come at once."""

from copy import deepcopy
from uuid import uuid4

from odoo.fields import Command
from odoo.tests import tagged

from .common_papers import Invoices
from .common_pos import TenderCommon
from .common_races import RacesCase


@tagged("post_install", "-at_install", "loyalty_club")
class TestPeersPoints(Invoices, TenderCommon):
    """Orders that are paid in points, in part or wholly."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club.condition_ids.unlink()
        cls.member(cls).adjust(cls.unit.id, 50_000 - 487, "More", counts_lifetime=False)

    def test_peer_04_half_of_an_order_paid_partly_in_points_leaves_half_of_what_it_earned(self):
        table = self._product("Table", 50.0, taxes_id=False)
        order = self.sell_for_points([(table, 2)], 2000)
        self.assertEqual(self.earned(order), 80)
        line = (table, -1, {"refunded_orderline_id": order.lines.id})
        refund = self.ring_up([line], is_refund=True)
        self.add_payment(refund, self.tender, -10.0)
        self.add_rest(refund)
        self.sync(refund)
        self.assertBalance(50_000 - 2000 + 80 + 1000 - 40)
        self.assertEqual(self.member().lifetime, 40)

    def test_peer_04_credit_notes_of_a_cart_do_as_the_register_does(self):
        mug = self._product("Mug", 10.0, taxes_id=False, type="service")
        order = self.quotation([(mug, 10)])
        order.order_line.tax_ids = False
        order._club_choose(2000)
        self.assertEqual(order.amount_total, 80.0)
        order.action_confirm()
        invoice = self.invoice(order)
        self.pay(invoice)
        self.assertEqual(self.earned(order), 80)
        credit = invoice._reverse_moves()
        for line in credit.invoice_line_ids:
            line.quantity /= 2
        credit.action_post()
        self.assertEqual(self.member().lifetime, 40)
        self.assertBalance(50_000 - 2000 + 80 + 1000 - 40)

    def test_peer_08_an_offline_order_that_two_tabs_send_again_earns_once_and_spends_once(self):
        order = self.ring_up([(self.cake, 10)])
        self.add_points(order, 2100)
        self.add_rest(order)
        for _time in range(3):
            sold = self.sync(deepcopy(order))
        self.assertEqual(sorted(sold.club_entry_ids.mapped("kind")), ["award", "spend"])
        self.assertBalance(50_000 - 2100 + 82)

    def test_peer_21_what_an_order_earns_does_not_pay_for_it(self):
        self.enrol(self.bob, 50)
        order = self.ring_up([(self.coffee, 1)], self.bob)
        self.assertIn("50 Beans are all there is to use", self.refusal(order, 51))
        self.add_points(order, 50)
        self.add_rest(order)
        self.assertEqual(self.earned(self.sync(order)), 99)  # 100 × 120.50 ÷ 121
        self.assertBalance(99, self.bob)

    def test_peer_17_an_order_that_points_cover_leaves_nothing_to_pay_by_both_ways_to_round_tax(self):
        self.cake.lst_price = 3.33
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            order = self.ring_up([(self.cake, 1), (self.cake, 3), (self.cake, 7)])
            order["amount_total"] = self.company.currency_id.round(order["amount_total"])
            answer = self.add_points(order, round(order["amount_total"] * 100))
            self.assertEqual(answer["money"], order["amount_total"])
            sold = self.sync(order)
            with self.subTest(method):
                self.assertEqual(sold.state, "paid")
                self.assertAlmostEqual(sold.amount_total - sold.amount_paid, 0.0)
                self.assertFalse(sold.club_entry_ids.filtered(lambda entry: entry.kind == "award"))
        self.assertCoherent()


@tagged("post_install", "-at_install")
class TestPeersAtOnce(RacesCase):
    def test_peer_09_a_register_order_and_a_sale_order_at_once_make_one_member_and_one_balance(self):
        partner = self.partner("Both at once")
        sold = self.ui_order([(self.cake, 1)], [(self.cash, 12.1)], partner)
        order = self._paid_quotation(partner)
        self.fresh()

        def sync(env):
            return env["pos.order"].sync_from_ui([deepcopy(sold)]) and "done"

        def confirm(env):
            return env["sale.order"].browse(order.id).action_confirm() and "done"

        self.assertEqual(self.race([sync, confirm]), ["done", "done"])
        member = self.env["club.member"].search([("partner_id", "=", partner.id)])
        self.assertEqual((len(member), len(member.account_ids), member.account_ids.balance), (1, 1, 17))
        self.assertCoherent()

    def _paid_quotation(self, partner):
        """An order of 7.00 whose money has arrived, and that nobody has confirmed."""
        service = self._product("Delivery of the paper", 7.0, type="service", taxes_id=False)
        order = self.quotation([(service, 1)], partner)
        order.order_line.tax_ids = False
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.env.ref("payment.payment_provider_transfer").id,
                "payment_method_id": self.env["payment.method"].with_context(active_test=False).search([], limit=1).id,
                "reference": f"race-{uuid4()}",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": partner.id,
                "sale_order_ids": [Command.set(order.ids)],
                "state": "done",
            }
        )
        self.addCleanup(self._forget, order, transaction, service)
        return order

    def _forget(self, order, transaction, service):
        self.cr.rollback()
        order._action_cancel()
        order.unlink()
        transaction.unlink()
        service.active = False
        self.cr.commit()  # pylint: disable=invalid-commit  # what a race committed goes again
