from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .common_kiosk_spend import SpendCommon


@tagged("post_install", "-at_install")
class TestKioskSpendAttacks(SpendCommon):
    """What browsers send beside the truth, carts that change, and orders that are left behind."""

    def refused(self, words, cart=None):
        """Placing the cart is refused, and nothing is taken."""
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self.place(cart)
        self.env.invalidate_all()
        self.assertBalance(487)

    def resend(self, order, lines=(), **values):
        """What a browser sends of an order that it has placed before."""
        told = {**self.cart, "id": order.id, "access_token": order.access_token, "lines": list(lines), **values}
        told.setdefault("club_visit", self.token)
        self.send(told)
        return self.stored(self.cart)

    # ------------------------------------------------------------------ who asks
    def test_phone_alone_spends_nothing(self):
        token = self.identify(phone="+32 470 12 34 56", consent=True)["token"]
        for answer in (self.offer(token=token), self.choose(points=100, token=token)):
            self.assertIn("scan the code", answer["refused"])
            self.assertEqual((answer["points"], answer["rewards"], answer["vouchers"]), ([], [], []))
        voucher = self.buy(self.ten)
        self.assertIn("scan the code", self.choose(code=voucher.card_id.code, token=token)["refused"])
        self.assertFalse(self.holds())

    def test_tokens_of_nobody_of_another_kiosk_and_of_yesterday_spend_nothing(self):
        other = self.device("kiosk", "Second kiosk")
        elsewhere = self.recognise(config=other)
        answers = {self.choose(points=100, token=token)["refused"] for token in ("X" * 32, elsewhere)}
        self.expire(self.token)
        for token in ("", None, 3, self.token):
            answer = self.post("/club/self/choose", token=token, order=self.told_cart(), choice={})
            answers.add(answer["refused"])
        self.assertEqual(len(answers), 1)
        self.assertFalse(self.holds())

    def test_nonsense_is_answered_in_a_sentence(self):
        for order in (None, [], {}, {"uuid": 3}, {"uuid": "x", "lines": [{"product_id": "x"}]},
                      {"uuid": "x", "lines": [{"product_id": self.coffee.id, "qty": "NaN", "price_unit": 1}]},
                      {"uuid": "x" * 65, "lines": []}):  # fmt: skip
            answer = self.post("/club/self/choose", token=self.token, order=order, choice={"points": 3})
            self.assertIn("cannot be read", answer["refused"], order)
        for choice in (None, 3, {"points": {"unit_id": True, "amount": 1.5}}, {"rewards": [None, {"id": "1"}, -4]},
                       {"vouchers": ["1", None], "code": {"a": 1}}, {"points": {"unit_id": 10**12, "amount": 10**30}}):
            self.post("/club/self/choose", token=self.token, order=self.told_cart(), choice=choice)
        self.assertFalse(self.live())

    def test_switches_close_it(self):
        self.club.is_redeem_kiosk = False
        self.assertIn("switched off", self.choose(points=100)["refused"])
        self.club.is_redeem_kiosk, self.club.is_redeem_pos = True, False
        self.assertEqual(self.choose(points=100)["refused"], "")

    def test_order_of_somebody_else_is_out_of_reach(self):
        self.choose(points=100)
        self.place()
        self.enrol(self.bob, 500)
        token = self.recognise(self.bob)
        self.assertIn("not open any more", self.choose(points=50, token=token)["refused"])
        self.assertEqual(self.live().mapped("amount"), [100])

    # ------------------------------------------------------------------ what the browser says of the server's lines
    def test_browser_cannot_remove_change_or_copy_the_servers_line(self):
        self.choose(points=100)
        order = self.place()
        line = self.club_lines(order)
        copy = {
            "uuid": "11111111-2222-4333-8444-555555555555", "product_id": line.product_id.id, "qty": 1,
            "price_unit": -100.0, "price_subtotal": -100.0, "price_subtotal_incl": -100.0, "tax_ids": [],
            "is_reward_line": True, "reward_id": line.reward_id.id, "coupon_id": line.coupon_id.id,
        }  # fmt: skip
        for command in (
            [2, line.id, False],
            [3, line.id, False],
            [1, line.id, {"price_unit": -100.0, "price_subtotal": -100.0, "price_subtotal_incl": -100.0, "qty": 9}],
            [0, 0, copy],
        ):
            with self.subTest(command=command):
                order = self.resend(order, [command])
                self.assertEqual(self.club_lines(order).mapped("price_subtotal_incl"), [-1])
                self.assertEqual(order.amount_total, 120)
        self.pay_by_terminal(order)
        self.assertBalance(487 - 100 + 99)

    def test_sums_that_a_browser_made_up_do_not_count(self):
        self.choose(rewards=[self.ten])
        self.cart["lines"][0][2].update(price_subtotal=0.01, price_subtotal_incl=0.01)
        self.assertEqual(self.place().amount_total, 108.9)

    def test_order_sent_again_without_saying_who_costs_its_price(self):
        self.choose(points=100)
        order = self.resend(self.place(), club_visit="")
        self.assertEqual((order.amount_total, self.club_lines(order).ids), (121, []))

    def test_lines_of_another_order_are_out_of_reach(self):
        other = self.order([(self.cake, 1)])
        self.choose(points=100)
        order = self.place()
        self.resend(order, [[1, other.lines.id, {"price_unit": 0.0}], [2, other.lines.id, False]])
        self.assertEqual((other.lines.price_unit, order.amount_total), (10, 120))

    # ------------------------------------------------------------------ carts that change
    def change(self, quantity):
        line = self.cart["lines"][0][2]
        line.update(qty=quantity, price_subtotal=100.0 * quantity, price_subtotal_incl=121.0 * quantity)

    def test_cart_that_grew_keeps_what_was_chosen(self):
        self.choose(points=100)
        self.change(2)
        self.assertEqual(self.place().amount_total, 241)

    def test_cart_that_shrank_is_lowered_to_what_it_allows(self):
        self.cart = self.told([(self.coffee, 1), (self.cake, 1)], token=self.token)
        self.choose(points=250)
        del self.cart["lines"][0]
        order = self.place()
        # 12.10 takes 50 Beans
        self.assertEqual((order.amount_total, self.live().mapped("amount")), (11.6, [50]))
        self.pay_by_terminal(order)
        self.assertBalance(487 - 50 + 9)

    def test_order_that_changed_before_its_payment_is_judged_again(self):
        self.cart = self.told([(self.coffee, 1), (self.cake, 1)], token=self.token)
        self.choose(points=250, rewards=[self.ten])
        order = self.place()
        coffee = order.lines.filtered(lambda line: line.product_id == self.coffee)
        order = self.resend(order, [[2, coffee.id, False]])
        self.assertEqual((order.amount_total, self.live().mapped("amount")), (10.39, [80, 50]))
        self.pay_by_terminal(order)
        self.assertEqual(set(self.holds().mapped("state")), {"captured"})
        self.assertCoherent()

    def test_nobody_pays_more_than_the_screen_said(self):
        self.choose(points=250)
        self.live()._release()
        self.refused("does not fit")

    def test_choosing_lowers_what_a_smaller_cart_does_not_allow(self):
        self.choose(points=250)
        self.cart["lines"] = self.told([(self.cake, 1)])["lines"]
        offer = self.choose(points=250)
        self.assertEqual((offer["refused"], offer["points"][0]["amount"], offer["total_after"]), ("", 50, 11.6))

    def test_full_payment_on_a_cart_that_grew_is_a_part(self):
        self.env["club.condition"].search([("club_id", "=", self.club.id)]).unlink()
        self.cart = self.told([(self.cake, 1, {"price_unit": 2.0})], token=self.token)
        self.assertEqual(self.choose(points=242)["total_after"], 0)
        self.change(1)
        self.cart["lines"][0][2]["price_unit"] = 10.0
        order = self.place()
        self.assertEqual((order.state, order.amount_total), ("draft", 9.68))

    # ------------------------------------------------------------------ twice
    def test_order_paid_twice_takes_once(self):
        self.choose(points=100)
        order = self.place()
        self.pay_by_terminal(order)
        order.with_user(self.clerk).action_pos_order_paid()
        self.assertBalance(487 - 100 + 99)

    def test_points_in_two_orders_at_once_are_used_once(self):
        self.club.redeem_below_bands = "allow"
        self.choose(points=250)
        other, token = self.told([(self.coffee, 1)]), self.recognise()
        offer = self.choose(points=250, cart=other, token=token)
        self.assertIn("237 Beans", offer["refused"])
        self.assertFalse(self.live(other))

    # ------------------------------------------------------------------ left behind
    def test_order_that_was_never_placed_is_forgotten_with_its_customer(self):
        voucher = self.buy(self.ten)
        self.choose(points=100, vouchers=[voucher])
        self.post("/club/self/forget", token=self.token)
        self.assertEqual((self.holds().state, voucher.promised_key), ("released", False))

    def test_order_that_was_placed_keeps_its_points_when_the_customer_leaves(self):
        self.choose(points=100)
        order = self.place()
        self.post("/club/self/forget", token=self.token)
        self.assertEqual(self.holds().state, "held")
        self.pay_by_terminal(order)
        self.assertBalance(487 - 100 + 99)

    def test_customer_who_was_somebody_else_takes_what_was_chosen_along(self):
        self.choose(points=100)
        order = self.place()
        self.post("/club/self/forget", token=self.token, is_mistake=True)
        self.assertEqual(self.holds().state, "released")
        self.assertEqual((order.amount_total, self.club_lines(order).ids, order.partner_id.ids), (121, [], []))

    def test_order_taken_back_frees_its_points(self):
        voucher = self.buy(self.reward("Gift", 50))
        self.choose(points=100, rewards=[self.ten], vouchers=[voucher])
        order = self.place()
        self.post("/pos-self-order/remove-order", order_id=order.id, order_access_token=order.access_token)
        self.assertEqual(set(self.holds().mapped("state")), {"released"})
        self.assertFalse(voucher.promised_key)
        self.assertBalance(437)

    def test_choosing_for_another_order_leaves_the_one_before(self):
        self.choose(points=100)
        other = self.told([(self.cake, 1)])
        self.choose(points=50, cart=other)
        self.assertEqual((self.holds().state, self.live(other).amount), ("released", 50))

    def test_order_to_be_paid_at_the_counter_keeps_its_points_as_long_as_a_registers(self):
        voucher = self.buy(self.reward("Gift", 50))
        self.choose(points=100, vouchers=[voucher])
        soon, late = (fields.Datetime.now() + timedelta(hours=hours) for hours in (3, 11))
        self.assertLess(self.holds().expires_at, soon)
        self.place()
        self.assertGreater(self.holds().expires_at, late)
        self.assertGreater(voucher.promised_until, late)

    def test_order_that_is_paid_on_the_device_keeps_its_points_as_long_as_a_cart(self):
        self.env["pos.payment.method"].create(
            {"name": "Online", "is_online_payment": True, "config_ids": [Command.link(self.kiosk.id)]}
        )
        self.choose(points=100)
        self.place()
        self.assertLess(self.holds().expires_at, fields.Datetime.now() + timedelta(hours=3))

    def test_order_left_behind_costs_its_price_when_its_time_is_over(self):
        voucher = self.buy(self.reward("Gift", 50))
        self.choose(points=100, vouchers=[voucher])
        order = self.place()
        self.assertEqual(order.amount_total, 107.9)
        late = fields.Datetime.now() - timedelta(minutes=1)
        self.holds()._store({"expires_at": late})
        voucher._set({"promised_until": late})
        self.env["pos.order"]._club_take_off_lapsed()
        self.env.invalidate_all()
        self.assertEqual((order.amount_total, self.club_lines(order).ids), (121, []))
        self.assertEqual((self.holds().state, voucher.state), ("released", "owned"))
        self.pay_by_terminal(order)
        self.assertBalance(437 + 100)

    # ------------------------------------------------------------------ paid at the counter
    def settle(self, order, lines=(), total=None, **values):
        """A cashier opens a kiosk's order at the register and takes the money."""
        session = self.open_session()
        total = order.amount_total if total is None else total
        told = {
            "id": order.id, "uuid": order.uuid, "access_token": order.access_token, "session_id": session.id,
            "config_id": self.register.id, "partner_id": order.partner_id.id, "state": "paid",
            "amount_total": total, "amount_tax": order.amount_tax, "amount_paid": total, "amount_return": 0.0,
            "lines": list(lines), "payment_ids": [],
            **values,
        }  # fmt: skip
        told["payment_ids"].append(
            Command.create({"uuid": f"{order.uuid[:-4]}aaaa", "payment_method_id": self.cash.id, "amount": total})
        )
        self.env["pos.order"].with_user(self.clerk).sync_from_ui([told])
        self.env.flush_all()
        self.env.invalidate_all()
        return order

    def test_order_paid_at_the_counter_keeps_its_redemption(self):
        self.choose(points=100, rewards=[self.ten])
        order = self.settle(self.place())
        self.assertEqual((order.state, order.amount_total), ("paid", 107.9))
        self.assertEqual(set(self.holds().mapped("state")), {"captured"})
        # 100.00 net, of which 107.90 of 121.00 was money
        self.assertBalance(487 - 80 - 100 + 89)

    def test_cashier_takes_points_off_a_kiosks_order(self):
        self.choose(points=100)
        order = self.place()
        self.settle(order, [[2, self.club_lines(order).id, False]], 121.0)
        self.assertEqual((order.state, self.holds().state), ("paid", "released"))
        self.assertBalance(487 + 100)

    def test_cashier_takes_other_points_instead(self):
        self.choose(points=100)
        order = self.place()
        told = {
            "partner_id": self.ada.id, "order_uuid": order.uuid, "payment_uuid": "counter",
            "payment_uuids": [], "total": 121.0, "remaining": 121.0,
        }  # fmt: skip
        answer = self.register.with_user(self.clerk).club_authorise(told, self.unit.id, 250)
        self.assertEqual(self.holds()[0].state, "released")
        points = Command.create({
            "uuid": "counter", "payment_method_id": self.tender.id, "amount": answer["money"],
            "transaction_id": answer["token"], "payment_status": "done",
        })  # fmt: skip
        line = [2, self.club_lines(order).id, False]
        with self.assertRaisesRegex(Exception, "was given back before"), self.env.cr.savepoint():
            self.settle(order, [], 117.5, payment_ids=[points], amount_total=120.0)
        self.env.invalidate_all()
        self.settle(order, [line], 118.5, payment_ids=[points], amount_total=121.0, amount_paid=121.0)
        self.assertBalance(487 - 250 + 97)

    def test_refund_at_the_register_brings_points_back_in_the_ratio(self):
        self.choose(points=100)
        order = self.settle(self.place())
        refund = self.ui_order(
            [
                (line.product_id, -line.qty, {
                    "refunded_orderline_id": line.id, "price_unit": line.price_unit,
                    "tax_ids": [Command.set(line.tax_ids.ids)], "price_subtotal": -line.price_subtotal,
                    "price_subtotal_incl": -line.price_subtotal_incl,
                })
                for line in order.lines
            ],
            [(self.cash, -120.0)], self.ada, is_refund=True, amount_total=-120.0, amount_paid=-120.0,
        )  # fmt: skip
        self.sync(refund)
        self.assertBalance(487)
