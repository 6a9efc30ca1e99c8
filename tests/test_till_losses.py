"""Store credit that a register could be made to lose: told times, histories, top-ups that nobody paid."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_losses import WalletAtTheTill, promotion


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
        waited = {"date_order": late["date_order"]}
        self.heard(self.sell([(self.cake, 1)], **waited), 3)  # what has waited too, sent before
        self.heard(self.sell([(self.cake, 1)]), 1)  # and what was sold meanwhile
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
