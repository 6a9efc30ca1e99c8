"""What comes back to a register: points go and come once, in the ratio of the money."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_losses import promotion
from .common_pick import PickPosCommon
from .common_voucher import VoucherAtTheTill


@tagged("post_install", "-at_install", "loyalty_club")
class TestDiscountedReturns(PickPosCommon):
    """Ten coffees of 121.00 for 1,089.00: what is kept is what the money that stayed has paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.off = cls._product("Ten off", 0.0, type="service")
        cls.line = {"price_unit": -100.0, "is_reward_line": True, "reward_id": promotion(cls.env).reward_ids.id}

    def discounted(self, points=0):
        data = self.ring_up([(self.coffee, 10), (self.off, 1, self.line)])
        if points:
            self.add_points(data, points)
        self.add_rest(data)
        return self.sync(data)

    def back(self, order, quantity, points=0.0):
        line = order.lines.filtered(lambda own: own.product_id == self.coffee)
        told = {"refunded_orderline_id": line.id, "price_unit": line.price_unit}
        data = self.ring_up([(self.coffee, -quantity, told)], order.partner_id, is_refund=True)
        if points:
            self.add_payment(data, self.tender, -points)
        self.add_rest(data)
        return self.sync(data)

    def test_all_money_back_leaves_no_points(self):
        for is_full in (True, False):
            with self.subTest(earn_on_discounted=is_full):
                self.club.earn_on_discounted = is_full
                before = self.balance()
                order = self.discounted()
                self.assertBalance(before + (1000 if is_full else 900))
                self.back(order, 9)
                self.assertBalance(before)

    def test_part_of_the_money_back_leaves_its_share(self):
        order = self.discounted()
        self.assertBalance(487 + 1000)
        self.back(order, 5)  # 605.00 of 1,089.00: 484.00 stay, 44.4 %
        self.assertBalance(487 + 444)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.back(order, 5, 0.5)
        self.back(order, 4)
        self.assertBalance(487)

    def test_spent_points_come_back_in_the_ratio_of_the_money(self):
        order = self.discounted(100)
        self.assertEqual(self.balance(), 387 + 999)
        share = self.till().club_quote_return("x", [{"line_id": order.lines[0].id, "amount": 605.0}])
        self.assertEqual((share["money"], share["text"]), (0.56, "55 Beans"))
        self.back(order, 5, 0.56)
        self.back(order, 4, 0.44)
        self.assertBalance(487)

    def test_whole_order_that_comes_back_with_its_discount_brings_all_points_back(self):
        order = self.discounted(100)
        told = [{"line_id": line.id, "amount": abs(line.price_subtotal_incl)} for line in order.lines]
        share = self.till().club_quote_return("x", told)
        self.assertEqual((share["money"], share["text"]), (1.0, "100 Beans"))
        lines = [
            (line.product_id, -line.qty, {"refunded_orderline_id": line.id, "price_unit": line.price_unit})
            for line in order.lines
        ]
        data = self.ring_up(lines, order.partner_id, is_refund=True)
        self.add_payment(data, self.tender, -share["money"])
        self.add_rest(data)
        self.sync(data)
        self.assertBalance(487)

    def test_discount_that_comes_back_too_leaves_the_ratio_of_the_goods(self):
        order = self.discounted()
        lines = [
            (line.product_id, -line.qty * share, {"refunded_orderline_id": line.id, "price_unit": line.price_unit})
            for line, share in ((order.lines[0], 0.5), (order.lines[1], 0.5))
        ]
        data = self.ring_up(lines, is_refund=True)
        self.add_rest(data)
        self.sync(data)
        self.assertBalance(487 + 500)


@tagged("post_install", "-at_install", "loyalty_club")
class TestTwoPapers(PickPosCommon):
    """A credit note of a register's invoice and a refund of the register for the same goods."""

    def credit(self, order, quantity=None):
        note = order.account_move._reverse_moves()
        if quantity:
            note.invoice_line_ids.quantity = quantity
        note.action_post()
        return note

    def test_points_earned_go_once(self):
        for is_note_first in (True, False):
            with self.subTest(is_note_first=is_note_first):
                order = self.sell([(self.cake, 10)], self.bob, to_invoice=True)
                self.assertBalance(100, self.bob)
                steps = [lambda own=order: self.credit(own, 4), lambda own=order: self.refund(own, {self.cake: 4})]
                for step in steps if is_note_first else reversed(steps):
                    step()
                    self.assertBalance(60, self.bob)
                self.refund(order, {self.cake: 6})
                self.assertBalance(0, self.bob)

    def test_points_of_a_reward_come_back_once(self):
        for is_note_first in (True, False):
            with self.subTest(is_note_first=is_note_first):
                before = self.balance()
                data = self.ring_up([(self.coffee, 1)], to_invoice=True)
                code = self.ask(data)["code"]
                self.put_on(data, code)
                self.add_rest(data)
                order, pick = self.sync(data), self.pick_of(code)
                steps = [lambda own=order: self.credit(own), lambda own=order: self.refund(own)]
                for step in steps if is_note_first else reversed(steps):
                    step()
                    self.assertEqual(pick._returned(), 80)
                    self.assertBalance(before)

    def test_points_that_paid_come_back_once(self):
        for is_note_first in (True, False):
            with self.subTest(is_note_first=is_note_first):
                before = self.balance()
                data = self.ring_up([(self.cake, 5)], to_invoice=True)
                self.add_points(data, 100)
                self.add_rest(data)
                order = self.sync(data)
                steps = [lambda own=order: self.credit(own), lambda own=order: self.give_back(own)]
                for step in steps if is_note_first else reversed(steps):
                    step()
                self.assertBalance(before)
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    self.give_back(order)

    def give_back(self, order):
        line = {"refunded_orderline_id": order.lines.id, "price_unit": order.lines.price_unit}
        data = self.ring_up([(self.cake, -5, line)], is_refund=True)
        self.add_payment(data, self.tender, -1.0)
        self.add_rest(data)
        self.sync(data)

    def test_withdrawn_credit_note_takes_the_reward_again(self):
        data = self.ring_up([(self.coffee, 1)], to_invoice=True)
        code = self.ask(data)["code"]
        self.put_on(data, code)
        self.add_rest(data)
        order, pick = self.sync(data), self.pick_of(code)
        self.assertBalance(487 - 80 + 90)
        note = self.credit(order)
        self.assertBalance(487)
        note.button_draft()
        self.assertEqual((pick._returned(), pick.is_given_back), (0, False))
        self.assertBalance(487 - 80 + 90)
        note.action_post()
        self.assertBalance(487)
        note.button_draft()
        note.button_cancel()
        self.assertBalance(487 - 80 + 90)

    def test_withdrawn_credit_note_leaves_what_the_register_gave_back(self):
        data = self.ring_up([(self.coffee, 1)], to_invoice=True)
        code = self.ask(data)["code"]
        self.put_on(data, code)
        self.add_rest(data)
        order, pick = self.sync(data), self.pick_of(code)
        note = self.credit(order)
        self.refund(order)
        note.button_draft()
        self.assertEqual(pick._returned(), 80)
        self.assertBalance(487)


@tagged("post_install", "-at_install", "loyalty_club")
class TestRewardSoldAgain(PickPosCommon):
    def give_back(self, order, share=1.0, **values):
        lines = [
            (line.product_id, -line.qty * share, {
                "price_unit": line.price_unit, "refunded_orderline_id": line.id,
                "is_reward_line": line.is_reward_line, "reward_id": line.reward_id.id,
                "coupon_id": line.coupon_id.id, "reward_identifier_code": line.reward_identifier_code,
            })
            for line in order.lines
        ]  # fmt: skip
        data = self.ring_up(lines, **values)
        self.add_rest(data)
        return data

    def test_refund_in_two_parts(self):
        order, pick = self.sell_with(goods=[(self.coffee, 4)], price_unit=-40.0)
        self.assertBalance(487 - 80 + 360)
        self.sync(self.give_back(order, 0.25))
        self.assertEqual(pick._returned(), 20)
        self.assertBalance(487 - 80 + 270 + 20)
        self.sync(self.give_back(order, 0.75))
        self.assertEqual(pick._returned(), 80)
        self.assertBalance(487)

    def test_refund_that_is_refunded_takes_nothing_off(self):
        order, pick = self.sell_with()
        refund = self.sync(self.give_back(order))[-1:]
        self.assertBalance(487)
        self.assertRefused(self.give_back(refund), "Ring it up anew|chosen")
        self.assertEqual(pick._returned(), 80)

    def test_line_linked_to_a_reward_takes_nothing_off(self):
        order, _pick = self.sell_with()
        line = order.lines.filtered("coupon_id")
        told = {"price_unit": line.price_unit, "refunded_orderline_id": line.id, "coupon_id": line.coupon_id.id,
                "reward_id": line.reward_id.id, "is_reward_line": True}  # fmt: skip
        data = self.ring_up([(self.coffee, 1), (line.product_id, 1, told)])
        self.add_rest(data)
        self.assertRefused(data, "Ring it up anew|chosen")


@tagged("post_install", "-at_install", "loyalty_club")
class TestVoucherNotes(VoucherAtTheTill):
    """The credit note of an invoice that a voucher paid in part, withdrawn."""

    def noted(self):
        order = self.sync({**self.order_with(), "to_invoice": True})
        self.assertEqual(self.state(), "used")
        note = order.account_move._reverse_moves()
        note.action_post()
        return note

    def test_voucher_that_came_back_is_used_again(self):
        note = self.noted()
        self.assertEqual(self.state(), "owned")
        note.button_draft()
        self.assertEqual(self.state(), "used")
        note.action_post()
        self.assertEqual(self.state(), "owned")
        self.assertCoherent()

    def test_price_that_came_back_is_taken_again(self):
        self.club.voucher_return = "points"
        before = self.balance()
        note = self.noted()
        self.assertBalance(before + self.voucher.price)
        note.button_draft()
        self.assertEqual(self.state(), "used")
        self.assertBalance(before + 90)
        note.button_cancel()
        self.assertBalance(before + 90)
