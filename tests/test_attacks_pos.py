from unittest.mock import patch
from uuid import uuid4

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.posting import Batch
from .common_pos import TenderCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestForgedPayments(TenderCommon):
    """A register that sends what it likes moves no points that are not its own to move."""

    def _reach_for(self, payment, *commands):
        """Orders, new and saved as a draft, whose list of payments reaches for another order's."""
        before = payment.read(["amount", "payment_method_id", "pos_order_id"])
        draft = self.sync({**self.ring_up([(self.cake, 1)], self.bob), "state": "draft"})
        for values in ({"uuid": draft.uuid, "access_token": ""}, {}):
            for state in ("draft", "paid"):
                order = self.ring_up([(self.cake, 1)], self.bob, state=state, **values)
                order["payment_ids"] = list(commands)
                self.add_rest({**order, "payment_ids": []})
                with self.assertRaisesRegex(UserError, "stay as they are"), self.env.cr.savepoint():
                    self.sync(order)
                self.env.invalidate_all()
                self.assertEqual(payment.read(["amount", "payment_method_id", "pos_order_id"]), before)

    def test_order_cannot_delete_another_orders_payment_in_points(self):
        victim = self.sell_for_points([(self.cake, 5)], 100).payment_ids._club_tenders()
        self._reach_for(victim, Command.delete(victim.id))

    def test_order_cannot_turn_another_orders_points_into_cash(self):
        victim = self.sell_for_points([(self.cake, 5)], 100).payment_ids._club_tenders()
        self._reach_for(victim, Command.update(victim.id, {"payment_method_id": self.cash.id}))
        self._reach_for(victim, Command.update(victim.id, {"amount": -1.0}))

    def test_order_cannot_take_another_orders_payment_in_points_over(self):
        sold = self.sell_for_points([(self.cake, 5)], 100)
        refund = self.ring_up([(self.cake, -5, {"refunded_orderline_id": sold.lines.id})], is_refund=True)
        self.add_payment(refund, self.tender, -1.0)
        self.add_rest(refund)
        victim = self.sync(refund)[-1].payment_ids._club_tenders()
        self._reach_for(victim, Command.link(victim.id))

    def test_absurd_customers_stop_no_order(self):
        for partner_id in ([7], "7", {"id": 7}, 2**70, True):
            with self.subTest(partner_id=partner_id):
                order = self.ui_order([(self.cake, 1)], [(self.cash, 12.1)], self.bob)
                self.env["pos.order"]._club_lock_customers([{**order, "partner_id": partner_id}])

    def test_refund_of_money_asks_nothing_about_points(self):
        order = self.sell([(self.cake, 5)], self.bob)
        broken = patch.object(type(order), "_club_value", side_effect=ZeroDivisionError)
        with broken, mute_logger("odoo.addons.loyalty_club"):
            refund = self.refund(order)
        self.assertEqual(refund.state, "paid")
        order._club_sync()
        self.assertBalance(0, self.bob)

    def test_points_that_a_fault_left_behind_are_not_refunded_in_cash(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 100)
        self.add_rest(order)
        with (
            patch.object(Batch, "write", side_effect=ZeroDivisionError),
            mute_logger("odoo.addons.loyalty_club"),
        ):
            order = self.sync(order)
        lines = [(self.cake, -5, {"refunded_orderline_id": order.lines.id})]
        refund = self.ring_up(lines, is_refund=True)
        self.add_rest(refund)
        self.assertRefused(refund, "give .*1.00 back as points")

    def test_identifiers_beyond_any_row_are_refused_in_a_sentence(self):
        order = self.ring_up([(self.cake, 5)])
        self.assertRegex(self.refusal(order, 10, partner_id=2**40), "cannot be read|Choose the customer")


@tagged("post_install", "-at_install", "loyalty_club")
class TestForgedLines(TenderCommon):
    """Points are earned on money that came in, and go back with money that went out."""

    def _exchange(self, line, values, bought, **order_values):
        """``line`` brought back as the register claims it, for something new; the difference in cash."""
        lines = [(bought, 1), (line.product_id, -1, {"refunded_orderline_id": line.id, **values})]
        exchange = self.ui_order(lines, [], self.bob, **order_values)
        self.add_rest(exchange)
        return self.sync(exchange)[-1]

    def test_forged_value_of_a_returned_line_earns_nothing(self):
        line = self.sell([(self.cake, 1)], self.bob).lines
        forged = {"price_unit": 0.0, "price_subtotal": -100.0, "price_subtotal_incl": -121.0}
        order = self._exchange(line, forged, self.coffee, amount_total=0.0, amount_paid=0.0)
        self.assertFalse(order.club_entry_ids)

    def test_line_returned_above_its_price_brings_no_more_than_was_paid(self):
        line = self.sell([(self.cake, 1)], self.bob).lines
        order = self._exchange(line, {"price_unit": 100.0}, self.coffee)
        self.assertEqual(sum(order.club_entry_ids.mapped("amount")), 10)
        self.assertBalance(10, self.bob)

    def test_line_exchanged_again_and_again_brings_its_money_once(self):
        line = self.sell([(self.cake, 1)], self.bob).lines
        for _time in range(3):
            self._exchange(line, {}, self.cake)
        self.assertBalance(10, self.bob)

    def test_sale_that_claims_to_be_linked_takes_nothing_back(self):
        victim = self.sell([(self.coffee, 1)], self.bob)
        self.sell([(self.coffee, 1, {"refunded_orderline_id": victim.lines.id})])
        victim._club_sync()
        self.assertBalance(100, self.bob)

    def test_refund_at_a_lower_price_takes_by_its_value(self):
        order = self.sell([(self.cake, 10)], self.bob)
        line = {"refunded_orderline_id": order.lines.id, "discount": 50}
        self.sell([(self.cake, -10, line)], self.bob, is_refund=True)
        self.assertBalance(50, self.bob)

    def test_refund_of_next_to_nothing_at_a_high_price_takes_by_its_value(self):
        order = self.sell([(self.cake, 10)], self.bob)
        line = {"refunded_orderline_id": order.lines.id, "price_unit": 1000.0}
        self.sell([(self.cake, -0.1, line)], self.bob, is_refund=True)
        self.assertBalance(0, self.bob)

    def test_refund_in_dust_gives_back_no_more_than_its_share(self):
        """Roundings of single pieces are forgiven, up to a twentieth of the order."""
        self.club.redeem_below_bands = "allow"
        self.cake.lst_price = 0.5
        order = self.sell_for_points([(self.cake, 5)], 100)
        dust = {"refunded_orderline_id": order.lines.id, "price_subtotal": -0.01, "price_subtotal_incl": -0.01}
        refund = self.ring_up([(self.cake, -0.02, dict(dust)) for _line in range(155)], is_refund=True)
        refund["amount_total"] = refund["amount_paid"] = -1.55
        lines = [{"line_id": order.lines.id, "amount": 0.01 * 155}]
        self.assertLess(self.till().club_quote_return(refund["uuid"], lines)["money"], 0.6)
        self.add_payment(refund, self.tender, -1.0)
        self.add_payment(refund, self.cash, -0.55)
        self.assertRefused(refund, "back as points")

    def test_kiosk_that_names_a_customer_is_told_that_nobody_identified_themselves(self):
        order = self.sell([(self.cake, 1)], self.bob, source="kiosk")
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["kiosk_unknown"])
        self.assertFalse(self.member(self.bob))

    def test_names_of_products_are_only_text(self):
        order = self.ui_order([(self.cake, 1, {"full_product_name": "<script>alert(1)</script>"})], [], self.bob)
        self.add_rest(order)
        explanation = self.sync(order).club_entry_ids.explanation
        self.assertIn("&lt;script&gt;", explanation)
        self.assertNotIn("<script>", explanation)

    def test_refund_of_a_refund_gives_and_takes_nothing(self):
        order = self.sell([(self.coffee, 1)], self.bob)
        refund = self.refund(order)
        self.sell([(self.coffee, 1, {"refunded_orderline_id": refund.lines.id})], self.bob, is_refund=True)
        (order | refund)._club_sync()
        self.assertBalance(0, self.bob)

    def test_wallet_pays_with_what_its_card_has(self):
        self.open_session()
        program = self.env["loyalty.program"].create(
            {"name": "Gift cards", "program_type": "gift_card", "applies_on": "future", "trigger": "auto"}
        )
        reward = self.env["loyalty.reward"].create(
            {"program_id": program.id, "reward_type": "discount", "discount_mode": "per_point", "discount": 1}
        )
        voucher = self._product("Gift card payment", 121.0, taxes_id=False, type="service")
        for points, expected in ((None, 0), (12.1, 10), (500, 100)):
            card = self.env["loyalty.card"]
            if points:
                card = card.create({"program_id": program.id, "points": points})
            paid = {
                "price_unit": -121.0,
                "reward_id": reward.id,
                "is_reward_line": True,
                "coupon_id": card.id,
            }
            order = self.sync(self.ui_order([(self.coffee, 1), (voucher, 1, paid)], [], self.bob))
            self.assertEqual(sum(order.club_entry_ids.mapped("amount")), expected)

    def test_price_cut_that_calls_itself_a_promotion_is_a_price_cut(self):
        discount = self._product("Discount", 0.0)
        lines = [(self.coffee, 1), (discount, 1, {"price_unit": -99.0, "is_reward_line": True})]
        order = self.sell(lines, self.bob)
        self.assertEqual(sum(order.club_entry_ids.mapped("amount")), 1)


@tagged("post_install", "-at_install", "loyalty_club")
class TestRegisterBadLuck(TenderCommon):
    """Rounding, invoices and other doors."""

    def test_total_rounded_by_the_register_is_payable_wholly_in_points(self):
        self.env["club.condition"].search([]).unlink()
        self.member().adjust(self.unit.id, 20000, "More")
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Whole",
                "rounding": 1.0,
                "strategy": "add_invoice_line",
                "profit_account_id": self._account("income_other").id,
                "loss_account_id": self._account("expense").id,
            }
        )
        self.register.write({"cash_rounding": True, "rounding_method": rounding.id})
        dear = self._product("Dear", 100.6, taxes_id=False)
        for total in (100.6, 101.0):
            order = self.ring_up([(dear, 1)], amount_total=total)
            answer = self.authorise(order, 10100, total=100.6, remaining=101.0)
            self.add_payment(
                order,
                self.tender,
                answer["money"],
                uuid=answer["payment_uuid"],
                transaction_id=answer["token"],
            )
            self.assertEqual(answer["money"], 101.0)
            self.assertEqual(self.sync(order).state, "paid")
        self.assertBalance(20487 - 2 * 10100)

    def test_tip_is_not_paid_in_points(self):
        self.env["club.condition"].search([]).unlink()
        tip = self._product("Tip", 10.0, taxes_id=False, type="service")
        self.register.write({"iface_tipproduct": True, "tip_product_id": tip.id})
        self.cake.lst_price = 1.0
        order = self.ring_up([(self.cake, 1), (tip, 1, {"price_unit": 3.0})])
        self.assertEqual(self.quote(order, total=1.21, remaining=4.21)["choices"][0]["cap"], 121)
        self.assertIn("pay all that is left", self.refusal(order, 122, total=1.21, remaining=4.21))
        self.add_points(order, 421)  # a register that tells the tip as goods
        self.assertRefused(order, "4.21 are paid in points and the order comes to .*1.21")

    def _account(self, account_type):
        return self.env["account.account"].create(
            {"name": account_type, "code": f"X{uuid4().hex[:5]}", "account_type": account_type}
        )

    def test_credit_note_of_a_registers_invoice_takes_the_points_back(self):
        order = self.sell([(self.cake, 10)], self.bob, to_invoice=True)
        self.assertBalance(100, self.bob)
        credit = order.account_move._reverse_moves()
        credit.invoice_line_ids.quantity = 4
        credit.action_post()
        self.assertBalance(60, self.bob)
        credit.button_draft()
        self.assertBalance(100, self.bob)

    def test_invoiced_refund_of_the_register_is_counted_once(self):
        order = self.sell([(self.cake, 10)], self.bob, to_invoice=True)
        line = {"refunded_orderline_id": order.lines.id}
        refund = self.sell([(self.cake, -4, line)], self.bob, is_refund=True, to_invoice=True)[-1]
        self.assertEqual(refund.account_move.move_type, "out_refund")
        order._club_sync()
        self.assertBalance(60, self.bob)

    def test_lines_of_a_paid_order_edited_afterwards_move_no_points(self):
        order = self.sell([(self.cake, 1)], self.bob)
        order.lines.write({"qty": 1000, "price_unit": 1000.0})
        order._club_sync()
        self.assertBalance(10, self.bob)
