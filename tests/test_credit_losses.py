"""Store credit at the register, as somebody would try to get more of it out than went in."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_losses import WalletAtTheTill
from .common_pick import PickPosCommon
from .common_voucher import VoucherAtTheTill
from .test_points_tax_pos import TestPointsTaxRegister as _Reduction


@tagged("post_install", "-at_install", "loyalty_club")
class TestCreditLosses(WalletAtTheTill):
    """A coffee is 121.00 with tax and earns 100 Beans; Ada has 487, and 400 of them are 40.00 of store credit."""

    def assertRefundRefused(self, words, order):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self.refund(order)

    # ------------------------------------------------------------------ top-ups that come back
    def test_refunded_top_up_leaves_the_wallet_and_once(self):
        order = self.sell([self.top_up_line(50.0)], self.ada)
        self.assertWallet(50, 0)
        self.refund(order)
        self.assertWallet(0, 0)
        self.top_up(50)
        self.assertRefundRefused("was refunded before", order)
        self.assertWallet(50, 0)

    def test_refunded_top_up_in_points_leaves_the_wallet(self):
        data = self.ring_up([self.top_up_line(4.0)])
        self.add_points(data, 400)
        sold = self.sync(data)
        self.assertWallet(4, 4)
        line = {"refunded_orderline_id": sold.lines.id, "price_unit": 4.0}
        data = self.ui_order([(self.top, -1, line)], [], self.ada, is_refund=True)
        self.add_payment(data, self.tender, -4.0)
        self.sync(data)
        self.assertWallet(0, 0)
        self.assertBalance(487)

    def test_top_up_that_was_used_is_not_refunded(self):
        order = self.sell([self.top_up_line(50.0)], self.ada)
        self.sell_with_wallet(10.0)
        self.assertRefundRefused("own money", order)
        self.assertWallet(40, 0)

    def test_credit_from_points_does_not_stand_in_for_a_used_top_up(self):
        order = self.sell([self.top_up_line(40.0)], self.ada)
        self.sell_with_wallet(40.0)
        self.convert(400)
        self.assertRefundRefused("0.00 of the customer's own money", order)
        self.assertWallet(40, 40)

    def test_top_up_of_a_customer_who_is_no_member_leaves_the_wallet(self):
        order = self.sell([self.top_up_line(50.0)], self.bob)
        self.assertEqual(self.card_of(self.bob).points, 50)
        self.refund(order)
        self.assertEqual(self.card_of(self.bob).points, 0)

    # ------------------------------------------------------------------ what a wallet paid comes back once
    def test_refund_twice_fills_the_wallet_once(self):
        self.top_up(50)
        order = self.sell_with_wallet(50.0)
        self.refund(order)
        self.assertWallet(50, 0)
        self.assertRefundRefused("refunded before|came back before", order)
        self.assertWallet(50, 0)

    def test_wallet_line_comes_back_at_what_it_paid(self):
        self.convert(400)
        sold = self.sell_with_wallet(40.0).lines.filtered("coupon_id")
        back = (self.product, -1, {"refunded_orderline_id": sold.id, "price_unit": -4000.0})
        data = self.ui_order([back, (self.product, 1, {"price_unit": -4000.0})], [], self.ada, is_refund=True)
        self.assertSyncRefused("The eWallet paid .*40.00", data)
        self.assertWallet(0, 0)

    def test_refund_line_that_sells_does_not_hide_an_earlier_refund(self):
        order = self.sell_for_points([(self.coffee, 1)], 400)
        sold = order.lines.id
        data = self.ui_order([(self.coffee, 1, {"refunded_orderline_id": sold}), (self.coffee, -1)], [], self.ada)
        self.sync(data)
        self.assertRefundRefused("Part of this was paid in points", order)

    # ------------------------------------------------------------------ what was never paid in
    def test_top_up_is_paid(self):
        data = self.ui_order([self.top_up_line(4000.0)], [], self.ada)
        data.update(amount_total=0.0, amount_paid=0.0, amount_tax=0.0)
        self.assertSyncRefused("4,000.00 and the order says", data)
        self.assertWallet(0, 0)

    def test_told_programme_does_not_choose_the_card(self):
        card = self.top_up(1)
        order = self.sell([(self.cake, 1)], self.ada)
        other = self.env["loyalty.program"].create({"name": "x", "program_type": "loyalty"})
        told = {"points": 500, "program_id": other.id, "partner_id": self.ada.id}
        answer = order.with_user(self.cashier).confirm_coupon_programs({str(card.id): told})
        self.assertEqual([row["points"] for row in answer["coupon_updates"]], [1])
        self.assertWallet(1, 0)

    def test_history_of_others_is_no_charge(self):
        card = self.top_up(1)
        draft = self.sync({**self.pay_with_wallet(100.0), "state": "draft", "payment_ids": []})
        self.env["loyalty.history"].create({
            "card_id": card.id, "order_model": "pos.order", "order_id": draft.id, "used": 0.01, "issued": 0,
            "description": "x",
        })  # fmt: skip
        draft.add_payment(
            {"pos_order_id": draft.id, "amount": draft.amount_total, "payment_method_id": self.cash.id}
        )
        with self.assertRaisesRegex(UserError, "There are .*1.00 on the wallet"), self.env.cr.savepoint():
            draft.action_pos_order_paid()
        self.assertWallet(1, 0)

    def test_managers_of_the_club_alone_change_wallets_by_hand(self):
        card = self.top_up(1)
        clerk = new_test_user(self.env, "clerk", "sales_team.group_sale_salesman")
        for user in (self.cashier, clerk):
            for values in ({"points": 777}, {"partner_id": self.bob.id}, {"expiration_date": "2099-01-01"}):
                with self.assertRaisesRegex(AccessError, "by hand"), self.env.cr.savepoint():
                    card.with_user(user).write(values)
            with self.assertRaisesRegex(AccessError, "by hand"), self.env.cr.savepoint():
                self.update_balance(card, user, 777)
        self.assertWallet(1, 0)
        groups = "point_of_sale.group_pos_user,loyalty_club.loyalty_club_group_manager"
        self.update_balance(card, new_test_user(self.env, "head", groups), 7)
        self.assertWallet(7, 0)

    def update_balance(self, card, user, money):
        wizard = self.env["loyalty.card.update.balance"].with_user(user)
        wizard.create({"card_id": card.id, "new_balance": money, "description": "x"}).action_update_card_point()

    def test_salespeople_confirm_change_and_cancel_orders_that_a_wallet_pays(self):
        clerk = new_test_user(self.env, "clerk", "sales_team.group_sale_manager")
        self.assertFalse(clerk.has_group("loyalty_club.loyalty_club_group_manager"))
        card = self.top_up(40)
        order = self.quotation([(self.coffee, 1)], self.ada).with_user(clerk)
        order._apply_program_reward(self.wallet.reward_ids, card.with_user(clerk))
        order.action_confirm()
        self.assertWallet(0, 0)
        order.order_line.filtered("coupon_id").write({"points_cost": 30})
        self.assertWallet(10, 0)
        order._action_cancel()
        self.assertWallet(40, 0)

    def test_own_money_and_a_reward_can_be_refunded(self):
        ten = VoucherAtTheTill.reward.__func__(type(self))
        ten.reward_ids.discount_line_product_id.taxes_id = self.tax
        card = self.env["club.voucher"].sudo()._buy(self.member(), ten, "one").card_id
        self.top_up(40)
        line = {"price_unit": -10.0, "is_reward_line": True, "reward_id": ten.reward_ids.id, "coupon_id": card.id,
                "points_cost": 1, "reward_identifier_code": "one"}  # fmt: skip
        order = self.sell_with_wallet(40.0, [(self.coffee, 1), (ten.reward_ids.discount_line_product_id, 1, line)])
        goods = [
            (own.product_id, -own.qty, {"refunded_orderline_id": own.id, "price_unit": own.price_unit})
            for own in order.lines
            if own.coupon_id != self.card_of()
        ]
        data = self.ui_order([goods[0], self.top_up_line(40.0)], [], self.ada, is_refund=True)
        self.add_rest(data)
        self.assertSyncRefused("a reward paid a part|refunded before", data)
        data = self.ui_order([*goods, self.top_up_line(40.0)], [], self.ada, is_refund=True)
        self.add_rest(data)
        self.sync(data)
        self.assertWallet(40, 0)


@tagged("post_install", "-at_install", "loyalty_club")
class TestVoucherDates(VoucherAtTheTill):
    def test_cashier_does_not_prolong_a_voucher(self):
        before = self.card.expiration_date
        with self.assertRaisesRegex(AccessError, "bought for points"), self.env.cr.savepoint():
            self.card.with_user(self.cashier).write({"expiration_date": "2099-01-01"})
        self.assertEqual(self.card.expiration_date, before)


@tagged("post_install", "-at_install", "loyalty_club")
class TestCreditOutOfReductions(PickPosCommon):
    """Points that lower the price of a top-up buy credit from points, no money."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["club.condition"].search([("club_id", "=", cls.club.id)]).unlink()
        cls.club.write({"points_tax": "reduction", "redeem_below_bands": "allow"})
        cls.enrol(cls, cls.ada, 20000)
        cls.company._club_reduction_program().reward_ids.discount_line_product_id.taxes_id = cls.tax

    choose = _Reduction.choose

    def test_top_up_paid_with_points_is_no_money(self):
        self.unit.write({"is_credit_allowed": True, "credit_rate": 0.008, "credit_min": 50})
        wallet = self.club.credit_program_id
        top = wallet.rule_ids.product_ids[:1]
        top.taxes_id = False
        data = self.ring_up([(top, 1, {"price_unit": 50.0})])
        answer = self.choose(data, 5000)
        self.put_on(
            data, answer["code"], price_unit=-50.0, tax_ids=[], price_subtotal=-50.0, price_subtotal_incl=-50.0
        )
        data.update(amount_total=0.0, amount_tax=0.0, amount_paid=0.0)
        self.sync(data)
        self.env.invalidate_all()
        self.assertEqual(self.member()._club_wallet_money(wallet), 50)
        self.assertEqual(self.member()._club_credit_left(wallet), 50)
        self.assertCoherent()
