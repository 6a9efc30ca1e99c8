"""What a register could be made to lose: told times, histories, discounts, papers and promises left behind."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.fields import Command
from odoo.tests import tagged

from .common_credit import CreditCommon
from .common_pick import PickPosCommon
from .common_pos import TenderCommon
from .common_voucher import VoucherAtTheTill
from .test_credit_pos import TestCreditPos as _Wallet


def promotion(env):
    """The host's own: so much off every order."""
    reward = {"reward_type": "discount", "discount": 10, "discount_applicability": "order"}
    return env["loyalty.program"].create({
        "name": "Ten off", "program_type": "promotion", "trigger": "auto", "applies_on": "current",
        "rule_ids": [Command.create({"minimum_qty": 1})], "reward_ids": [Command.create(reward)],
    })  # fmt: skip


class WalletAtTheTill(CreditCommon, TenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit.credit_rate = 0.1
        cls.product = cls.wallet.reward_ids.discount_line_product_id
        cls.top = cls.wallet.rule_ids.product_ids[:1]
        (cls.product + cls.top).taxes_id = False
        cls.env["club.condition"].search([("club_id", "=", cls.club.id)]).unlink()

    pay_with_wallet = _Wallet.pay_with_wallet
    sell_with_wallet = _Wallet.sell_with_wallet

    def top_up_line(self, money):
        return (self.top, 1, {"price_unit": money})

    def assertSyncRefused(self, words, order):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self.sync(order)

    def history(self, card, order, **values):
        """A line that a cashier writes into the host's history."""
        return self.env["loyalty.history"].with_user(self.cashier).create({
            "card_id": card.id, "order_model": "pos.order", "order_id": order.id, "used": 0, "issued": 0,
            "description": "x", **values,
        })  # fmt: skip


@tagged("post_install", "-at_install", "loyalty_club")
class TestToldTime(WalletAtTheTill):
    """A register that says an order was paid a while ago is heard where it may have been out of reach."""

    def told(self, minutes, money=40.0, **values):
        """An order that the register says was paid so long ago, which a wallet pays in part."""
        session = self.open_session()
        session.start_at = fields.Datetime.subtract(fields.Datetime.now(), hours=3)
        at = fields.Datetime.subtract(fields.Datetime.now(), minutes=minutes)
        data = self.pay_with_wallet(money, date_order=fields.Datetime.to_string(at), **values)
        self.add_rest(data)
        return data

    def heard(self, order, minutes):
        """The server got this order so long ago."""
        order.flush_recordset()
        at = fields.Datetime.subtract(fields.Datetime.now(), minutes=minutes)
        self.env.cr.execute("UPDATE pos_order SET create_date = %s WHERE id = %s", (at, order.id))
        self.env.invalidate_all()

    def test_wallet_never_held_as_much(self):
        self.top_up(1)
        self.assertSyncRefused("There are .*1.00 on the wallet", self.told(20))
        self.assertWallet(1, 0)

    def test_register_that_was_heard_since_was_not_out_of_reach(self):
        self.top_up(40)
        late = self.told(20)
        self.heard(self.sell_with_wallet(40.0), 5)
        self.assertSyncRefused("There are .*0.00 on the wallet", late)
        self.assertWallet(0, 0)

    def test_other_register_emptied_it_meanwhile(self):
        self.top_up(40)
        late = self.told(60)
        other = self._register("Second")
        self.outlet.pos_config_ids |= other
        sold = self.pay_with_wallet(40.0, session_id=self.open_session(other).id, config_id=other.id)
        self.add_rest(sold, other.payment_method_ids.filtered("is_cash_count"))
        self.assertEqual(self.sync(sold).state, "paid")
        order = self.sync(late)
        self.assertEqual((order.state, self.card_of().points), ("paid", -40))
        self.assertIn("40.00 less", self.member().credit_warning)
        self.assertIn("40.00", order.message_ids[:1].body)
        again = self.told(60)
        self.heard(order, 90)
        self.assertSyncRefused("on the wallet", again)


@tagged("post_install", "-at_install", "loyalty_club")
class TestMintedCredit(WalletAtTheTill):
    """Store credit out of nothing, by the calls of a plain user of the register; Bob is no member."""

    def test_history_of_others_is_no_charge_for_who_is_no_member(self):
        card = self.top_up(10, self.bob)
        draft = self.sync({**self.pay_with_wallet(10.0, partner=self.bob, card=card), "state": "draft"})
        with self.assertRaisesRegex(AccessError, "by hand"), self.env.cr.savepoint():
            self.history(card, draft, used=10.0)
        told = self.history(card, self.env["res.partner"].browse(draft.id), order_model="x")
        with self.assertRaisesRegex(AccessError, "by hand"), self.env.cr.savepoint():
            told.write({"order_model": "pos.order", "used": 10.0})
        draft.add_payment({"pos_order_id": draft.id, "amount": draft.amount_total, "payment_method_id": self.cash.id})
        draft.action_pos_order_paid()
        self.assertEqual((draft.state, card.points), ("paid", 0))
        draft.action_pos_order_paid()
        self.assertEqual(card.points, 0)

    def test_nobody_is_told_credit(self):
        card = self.top_up(1, self.bob)
        order = self.sell([(self.coffee, 1)], self.bob)
        gift = self.env["loyalty.program"].create({"name": "Gift", "program_type": "gift_card"})
        draft = self.sync({**self.ring_up([self.top_up_line(500.0)], self.bob), "state": "draft"})
        for sold in (order, draft):
            for key, told in (
                ("-1", {"program_id": self.wallet.id}),
                ("-2", {"program_id": gift.id, "coupon_id": card.id}),
                ("-3", {"program_id": gift.id, "code": card.code}),
                (str(card.id), {"program_id": gift.id}),
            ):
                told = {"points": 500, "partner_id": self.bob.id, **told}
                sold.with_user(self.cashier).confirm_coupon_programs({key: told})
        self.env.invalidate_all()
        cards = self.env["loyalty.card"].search([("program_id", "=", self.wallet.id)])
        self.assertEqual((cards, card.points, card.program_id), (card, 1, self.wallet))

    def test_head_of_the_till_makes_no_filled_wallet(self):
        self.cashier.group_ids += self.env.ref("point_of_sale.group_pos_manager")
        values = {"program_id": self.wallet.id, "partner_id": self.bob.id, "points": 500}
        with self.assertRaisesRegex(AccessError, "by hand"), self.env.cr.savepoint():
            self.env["loyalty.card"].with_user(self.cashier).create(values)
        card = self.env["loyalty.card"].with_user(self.cashier).create({**values, "points": 0})
        self.assertEqual(card.points, 0)

    def test_top_up_paid_in_money_is_as_ever(self):
        order = self.sell([self.top_up_line(50.0)], self.bob)
        card = self.card_of(self.bob)
        self.assertEqual((order.state, card.points), ("paid", 50))
        told = {"points": 50, "program_id": self.wallet.id, "partner_id": self.bob.id}
        answer = order.with_user(self.cashier).confirm_coupon_programs({"-1": told})
        self.assertEqual([row["points"] for row in answer["coupon_updates"]], [50])
        self.assertEqual(card.points, 50)


@tagged("post_install", "-at_install", "loyalty_club")
class TestUnpaidTopUps(WalletAtTheTill):
    def test_line_that_nobody_bought_pays_no_top_up(self):
        data = self.ring_up([self.top_up_line(50.0), (self.cake, -1, {"price_unit": -50.0, "qty": 1, "tax_ids": []})])
        data["lines"][-1][2].update(price_subtotal=-50.0, price_subtotal_incl=-50.0)
        data.update(amount_total=0.0, amount_tax=0.0, amount_paid=0.0)
        self.assertSyncRefused("0.00 .*were paid", data)
        self.assertWallet(0, 0)

    def gift_line(self, money, points):
        self.open_session()
        program = self.env["loyalty.program"].create(
            {"name": "Gift cards", "program_type": "gift_card", "applies_on": "future", "trigger": "auto"}
        )
        reward = self.env["loyalty.reward"].create(
            {"program_id": program.id, "reward_type": "discount", "discount_mode": "per_point", "discount": 1}
        )
        card = self.env["loyalty.card"].create({"program_id": program.id, "points": points})
        product = self._product("Gift card payment", 0.0, taxes_id=False, type="service")
        return (product, 1, {"price_unit": -money, "reward_id": reward.id, "is_reward_line": True,
                             "coupon_id": card.id})  # fmt: skip

    def test_gift_card_pays_what_it_holds(self):
        data = self.ring_up([self.top_up_line(50.0), self.gift_line(50.0, 20.0)])
        self.sync(data)
        self.assertWallet(20, 0)
        self.sync(self.ring_up([self.top_up_line(50.0), self.gift_line(50.0, 50.0)]))
        self.assertWallet(70, 0)

    def test_promotion_on_the_order_leaves_what_was_paid(self):
        product = self._product("Ten off", 0.0, taxes_id=False, type="service")
        line = {"price_unit": -5.0, "is_reward_line": True, "reward_id": promotion(self.env).reward_ids.id}
        self.sell([self.top_up_line(50.0), (product, 1, line)], self.ada)
        self.assertWallet(45, 0)
        self.sell([self.top_up_line(50.0), (self.coffee, 1), (product, 1, line)], self.ada)
        self.assertWallet(95, 0)

    def test_returned_goods_pay_for_it(self):
        sold = self.sell([(self.coffee, 1)], self.ada)
        line = {"refunded_orderline_id": sold.lines.id, "price_unit": 100.0}
        self.sync(self.ring_up([(self.coffee, -1, line), self.top_up_line(121.0)], is_refund=True))
        self.assertWallet(121, 0)

    def test_points_and_credit_pay_for_it(self):
        data = self.pay_with_wallet(10.0, [self.top_up_line(50.0)], card=self.top_up(10))
        self.add_points(data, 100)
        self.add_rest(data)
        self.sync(data)
        self.assertWallet(50, 1)


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
class TestLeftPromises(PickPosCommon):
    """A payment in points that was taken off while the register was offline."""

    def abandoned(self):
        data = self.ring_up([(self.coffee, 1)])
        return data, self.hold(self.authorise(data, 100))

    def test_order_paid_without_it_gives_it_back(self):
        data, hold = self.abandoned()
        self.add_rest(data)
        self.sync(data)
        self.assertEqual(hold.state, "released")
        self.assertBalance(487 + 100)

    def test_order_paid_with_other_points_gives_it_back(self):
        data, hold = self.abandoned()
        answer = self.authorise(data, 50, payment_uuids=[hold.payment_key])
        self.add_payment(data, self.tender, answer["money"], uuid=answer["payment_uuid"],
                         transaction_id=answer["token"])  # fmt: skip
        self.add_rest(data)
        self.sync(data)
        self.assertEqual((hold.state, self.hold(answer).state), ("released", "captured"))
        self.assertBalance(487 - 50 + 99)

    def test_order_of_nobody_gives_it_back(self):
        data, hold = self.abandoned()
        data["partner_id"] = False
        self.add_rest(data)
        self.sync(data)
        self.assertEqual(hold.state, "released")
        self.assertBalance(487)

    def test_cancelled_order_gives_it_back(self):
        for is_saved in (True, False):
            with self.subTest(is_saved=is_saved):
                data, hold = self.abandoned()
                if is_saved:
                    self.sync({**data, "state": "draft"})
                self.sync({**data, "lines": [], "payment_ids": [], "access_token": "", "state": "cancel"})
                self.assertEqual(hold.state, "released")
        self.assertBalance(487)


@tagged("post_install", "-at_install", "loyalty_club")
class TestToldPaid(PickPosCommon, WalletAtTheTill):
    """An order that is only called paid."""

    def called_paid(self, data, words=None):
        draft = self.sync({**data, "state": "draft"})
        if words:
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                draft.with_user(self.cashier).write({"state": "paid"})
            self.assertEqual(draft.state, "draft")
        else:
            draft.with_user(self.cashier).write({"state": "paid"})
        return draft

    def test_nothing_is_earned_without_money(self):
        draft = self.called_paid(self.ring_up([(self.coffee, 1)]))
        self.env.user.group_ids |= self.env.ref("loyalty_club.loyalty_club_group_user")
        draft.with_env(self.env).club_sync()
        self.assertBalance(487)

    def test_points_are_not_taken_without_the_rest(self):
        data = self.ring_up([(self.coffee, 1)])
        answer = self.add_points(data, 100)
        self.called_paid(data, "not fully paid")
        self.assertEqual(self.hold(answer).state, "held")
        self.assertBalance(487)

    def test_reward_is_not_taken_without_the_rest(self):
        data = self.ring_up([(self.coffee, 1)])
        code = self.ask(data)["code"]
        self.put_on(data, code)
        self.called_paid(data, "not fully paid")
        self.assertEqual(self.pick_of(code).state, "held")
        self.assertBalance(487)

    def test_wallet_is_charged(self):
        self.top_up(40)
        data = self.pay_with_wallet(40.0)
        self.called_paid(data, "not fully paid")
        self.add_rest(data)
        draft = self.sync({**data, "state": "draft"})
        draft.with_user(self.cashier).write({"state": "paid"})
        draft.sudo().club_sync()
        self.assertWallet(0, 0)
        self.assertBalance(487 + 100)


@tagged("post_install", "-at_install", "loyalty_club")
class TestVoucherCalledPaid(VoucherAtTheTill):
    def test_voucher_is_used(self):
        draft = self.sync({**self.order_with(), "state": "draft"})
        draft.write({"state": "paid"})
        self.assertEqual(self.state(), "used")


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
        order, pick = self.sell_with(goods=[(self.coffee, 3)], price_unit=-30.0)
        self.assertBalance(487 - 80 + 270)
        self.sync(self.give_back(order, 1 / 3))
        self.assertEqual(pick._returned(), 26)
        self.assertBalance(487 - 80 + 180 + 26)
        self.sync(self.give_back(order, 2 / 3))
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
