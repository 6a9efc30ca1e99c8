from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_credit import CreditCommon
from .common_pos import TenderCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestCreditPos(CreditCommon, TenderCommon):
    """Store credit at the register: charged once by the server, and no real money where it came from points.

    A coffee is 121.00 with tax and earns 100 Beans; Ada has 487.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit.credit_rate = 0.1  # 400 Beans are 40.00: figures that are easy to follow
        cls.product = cls.wallet.reward_ids.discount_line_product_id
        cls.product.taxes_id = False

    def pay_with_wallet(self, money, lines=None, partner=None, card=None, **values):
        """An order, not paid yet, on which the wallet pays."""
        line = {
            "price_unit": -money,
            "is_reward_line": True,
            "reward_id": self.wallet.reward_ids.id,
            "coupon_id": (card or self.card_of()).id,
            "points_cost": money,
            "reward_identifier_code": "wallet",
        }
        return self.ring_up([*(lines or [(self.coffee, 1)]), (self.product, 1, line)], partner=partner, **values)

    def sell_with_wallet(self, money, lines=None, **values):
        order = self.pay_with_wallet(money, lines, **values)
        self.add_rest(order)
        return self.sync(order)

    def report(self, order, points, card=None, key=None):
        """What a register tells after the order: points that the wallet won, less what it paid."""
        card = card or self.card_of(order.partner_id)
        told = {"points": points, "program_id": self.wallet.id, "partner_id": order.partner_id.id}
        return order.with_user(self.cashier).confirm_coupon_programs({str(key or card.id): told})

    # ------------------------------------------------------------------ paying
    def test_converted_credit_earns_nothing_on_its_share(self):
        self.convert(400)
        order = self.sell_with_wallet(40.0)
        self.assertWallet(0, 0)
        # 81.00 of 121.00 were money: 100 × 81 / 121 = 66.94
        self.assertEqual(order.club_points_earned, "+66 Beans")

    def test_money_that_was_paid_in_earns(self):
        self.top_up(40)
        order = self.sell_with_wallet(40.0)
        self.assertWallet(0, 0)
        self.assertEqual(order.club_points_earned, "+100 Beans")

    def test_converted_credit_is_used_before_own_money(self):
        self.convert(200)
        self.top_up(40)
        order = self.sell_with_wallet(40.0)
        self.assertWallet(20.0, 0)
        # 20.00 of it from Beans: 100 × 101 / 121 = 83.47
        self.assertEqual(order.club_points_earned, "+83 Beans")

    def test_order_paid_with_converted_credit_alone_earns_nothing(self):
        self.convert(400)
        order = self.sell_with_wallet(24.2, [(self.cake, 2)])
        self.assertFalse(order.club_entry_ids)
        self.assertWallet(15.8, 15.8)

    def test_wallet_is_charged_once_whatever_the_register_says_or_sends(self):
        self.convert(400)
        data = self.pay_with_wallet(40.0)
        self.add_rest(data)
        order = self.sync(data)
        self.sync(data)
        answer = self.report(order, -40.0)
        self.report(order, -40.0)
        self.assertEqual([row["points"] for row in answer["coupon_updates"]], [0])
        self.assertEqual(sum(self.card_of().history_ids.mapped("used")), 40)
        self.assertWallet(0, 0)

    def test_points_out_of_nothing_are_not_on_the_wallet(self):
        self.convert(400)
        order = self.sell([(self.coffee, 1)], self.ada)
        for points in (1000, -10, "x", None, float("nan")):
            self.report(order, points)
        self.report(order, 1000, key=-5)
        self.assertWallet(40.0, 40.0)
        self.assertEqual(self.wallet.coupon_count, 1)

    def test_second_register_with_the_same_wallet_is_refused(self):
        self.convert(400)
        first, second = self.pay_with_wallet(40.0), self.pay_with_wallet(40.0)
        for order in (first, second):
            self.add_rest(order)
        self.sync(first)
        with self.assertRaisesRegex(UserError, "There are .*0.00 on the wallet"), self.env.cr.savepoint():
            self.sync(second)
        self.assertWallet(0, 0)

    def test_order_paid_out_of_reach_is_kept_and_flagged(self):
        self.convert(400)
        session = self.open_session()
        session.start_at = fields.Datetime.subtract(fields.Datetime.now(), hours=3)
        late = self.pay_with_wallet(
            40.0, date_order=fields.Datetime.to_string(fields.Datetime.subtract(fields.Datetime.now(), hours=1))
        )
        self.add_rest(late)
        self.sell_with_wallet(40.0)
        order = self.sync(late)
        self.assertEqual(order.state, "paid")
        self.env.invalidate_all()
        self.assertEqual(self.card_of().points, -40)
        self.assertIn("40.00 less", self.member().credit_warning)
        self.assertCoherent()

    def test_wallet_of_another_customer_is_refused(self):
        self.convert(400)
        for partner in (self.bob, self.env["res.partner"]):
            order = self.pay_with_wallet(40.0, partner=partner)
            self.add_rest(order)
            with self.assertRaisesRegex(UserError, "another customer"), self.env.cr.savepoint():
                self.sync(order)
        self.assertWallet(40.0, 40.0)

    def test_kiosks_browser_pays_with_no_ones_wallet(self):
        self.convert(400)
        order = self.pay_with_wallet(40.0, source="kiosk")
        self.add_rest(order)
        with self.assertRaisesRegex(UserError, "another customer"), self.env.cr.savepoint():
            self.sync(order)
        self.assertWallet(40.0, 40.0)

    # ------------------------------------------------------------------ topping up
    def top_up_line(self, money):
        product = self.wallet.rule_ids.product_ids
        product.taxes_id = False
        return (product, 1, {"price_unit": money})

    def test_top_up_is_money_and_comes_once(self):
        order = self.sell([self.top_up_line(50.0)], self.ada)
        self.assertWallet(50.0, 0)
        self.report(order, 50.0)
        self.report(order, 500.0, key=-7)
        self.assertWallet(50.0, 0)
        self.assertFalse(order.club_entry_ids)

    def test_top_up_paid_with_points_is_credit_from_points(self):
        order = self.ring_up([self.top_up_line(50.0)])
        self.add_points(order, 100)
        self.add_rest(order)
        self.sync(order)
        self.assertWallet(50.0, 1.0)

    def test_product_that_tops_up_two_wallets_follows_the_register_up_to_its_price(self):
        self.wallet.copy({"name": "Other wallet"})
        order = self.sell([self.top_up_line(50.0)], self.ada)
        self.assertWallet(0, 0)
        self.report(order, 999.0, key=-3)
        self.assertWallet(50.0, 0)
        self.report(order, 50.0)
        self.assertWallet(50.0, 0)

    # ------------------------------------------------------------------ coming back
    def give_back(self, order, quantity, wallet=0.0, product=None, **values):
        """Refund some pieces, so much of it onto the wallet, the rest in cash."""
        product = product or self.cake
        line = order.lines.filtered(lambda own: own.product_id == product)
        lines = [(product, -quantity, {"refunded_orderline_id": line.id, "price_unit": line.price_unit})]
        if wallet:
            lines.append(self.top_up_line(wallet))
        data = self.ring_up(lines, is_refund=True, **values)
        self.add_rest(data)
        return self.sync(data)[-1:]

    def test_refund_in_cash_of_what_points_had_paid_is_refused_with_the_figure(self):
        self.convert(400)
        order = self.sell_with_wallet(40.0, [(self.cake, 10)])  # 121.00
        with self.assertRaisesRegex(UserError, "20.00 of this .*eWallet Refund"), self.env.cr.savepoint():
            self.give_back(order, 5)
        with self.assertRaisesRegex(UserError, "20.00 of this"), self.env.cr.savepoint():
            self.give_back(order, 5, 19.0)
        self.assertWallet(0, 0)

    def test_what_comes_back_to_the_wallet_is_credit_from_points_again(self):
        self.convert(400)
        order = self.sell_with_wallet(40.0, [(self.cake, 10)])
        self.give_back(order, 5, 20.0)
        self.assertWallet(20.0, 20.0)
        self.give_back(order, 5, 60.5)
        self.assertWallet(80.5, 40.0)
        # 81 of 121 were money; all of it went back
        self.assertBalance(87)

    def test_small_refunds_add_up_to_the_whole(self):
        self.convert(400)
        order = self.sell_with_wallet(40.0, [(self.cake, 3)] + [(self.coffee, 1)])
        for _ in range(3):
            self.give_back(order, 1, 12.1)
        self.give_back(order, 1, 121.0, self.coffee)
        self.assertWallet(157.3, 40.0)
        self.assertBalance(87)

    def test_own_money_on_the_wallet_may_go_back_in_cash(self):
        self.top_up(40)
        order = self.sell_with_wallet(40.0, [(self.cake, 10)])
        self.assertEqual(self.give_back(order, 10).amount_total, -121.0)
        self.assertWallet(0, 0)
        self.assertBalance(487)

    def test_line_of_the_wallet_that_is_refunded_itself_goes_back(self):
        self.convert(400)
        order = self.sell_with_wallet(40.0, [(self.cake, 10)])
        self.refund(order)
        self.assertWallet(40.0, 40.0)
        self.assertBalance(87)

    def test_goods_for_goods_stay_paid_with_points(self):
        self.convert(400)
        order = self.sell_with_wallet(24.2, [(self.cake, 2)])
        line = order.lines[0]
        back = (self.cake, -2, {"refunded_orderline_id": line.id, "price_unit": line.price_unit})
        data = self.ring_up([back, (self.cake, 2)], is_refund=True)
        exchange = self.sync(data)[-1:]
        self.assertEqual(exchange.amount_total, 0)
        self.assertFalse(exchange.club_entry_ids)
        self.assertWallet(15.8, 15.8)
        with self.assertRaisesRegex(UserError, "24.20 of this"), self.env.cr.savepoint():
            self.sync(self._refund_of_new(exchange))
        self.assertBalance(87)

    def _refund_of_new(self, exchange):
        line = exchange.lines.filtered(lambda own: own.qty > 0)
        lines = [(self.cake, -2, {"refunded_orderline_id": line.id, "price_unit": line.price_unit})]
        data = self.ring_up(lines, is_refund=True)
        self.add_rest(data)
        return data

    def test_points_and_wallet_together_come_back_each_to_its_own(self):
        self.convert(200)
        order = self.pay_with_wallet(20.0, [(self.cake, 10)])
        self.add_points(order, 200)
        self.add_rest(order)
        sold = self.sync(order)
        self.assertWallet(0, 0)
        lines = [(self.cake, -10, {"refunded_orderline_id": sold.lines[0].id}), self.top_up_line(20.0)]
        data = self.ring_up(lines, is_refund=True)
        self.add_payment(data, self.tender, -2.0)
        self.add_rest(data)
        self.sync(data)
        self.assertWallet(20.0, 20.0)
        self.assertBalance(287)
