"""One wallet, two orders that are being paid: its part is one order's alone, and a paid order has it."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_pos import TenderCommon
from .common_sale import OnlinePayments
from .common_wallet import WalletOrders


@tagged("post_install", "-at_install", "loyalty_club")
class TestWalletPromised(WalletOrders, OnlinePayments, TenderCommon):
    """Ada has 20.00 of store credit from points; an order of 100.00 leaves 80.00 to pay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([("program_type", "!=", "ewallet")]).active = False
        cls.enrol(cls, cls.ada, 487)
        cls.product = cls.wallet.reward_ids.discount_line_product_id
        cls.product.taxes_id = False

    def setUp(self):
        super().setUp()
        self.convert(200)

    def cart(self):
        return self.order(website_id=self.website.id, team_id=False)

    def refused_payment(self, order, words="promised to"):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self._pay_online(order)

    def settle(self, payment):
        """The money comes, in a request of its own."""
        self.env.invalidate_all()
        payment._set_done()
        payment._post_process()
        self.env.invalidate_all()

    def at_register(self, money, is_late=False):
        """The wallet pays at a register; ``is_late``: an hour ago, out of the server's reach."""
        values = {}
        if is_late:
            ago, now = fields.Datetime.subtract, fields.Datetime.now()
            self.open_session().start_at = ago(now, hours=3)
            values["date_order"] = fields.Datetime.to_string(ago(now, hours=1))
        line = {
            "price_unit": -money,
            "is_reward_line": True,
            "reward_id": self.wallet.reward_ids.id,
            "coupon_id": self.card_of().id,
            "points_cost": money,
            "reward_identifier_code": "wallet",
        }
        order = self.ring_up([(self.coffee, 1), (self.product, 1, line)], **values)
        self.add_rest(order)
        return self.sync(order)

    # ------------------------------------------------------------------ two carts
    def test_second_cart_is_told_before_it_pays_and_the_first_has_it(self):
        first, second = self.cart(), self.cart()
        self.assertEqual((first._club_wallet_obstacle(), second._club_wallet_obstacle()), ("", ""))
        payment = self._pay_online(first, state="pending")
        self.assertEqual(first._club_wallet_obstacle(), "")
        told = second._club_wallet_obstacle()
        self.assertIn("20.00", told)
        self.assertIn(f"promised to {first.name}, which is being paid", told)
        self.refused_payment(second)
        with self.assertRaisesRegex(UserError, "promised to"), self.env.cr.savepoint():
            second.action_confirm()
        self.assertEqual(self.env["club.refusal"].search([("code", "=", "wallet_promised")]).source_name, second.name)
        self.settle(payment)
        self.assertEqual((first.state, first.amount_total), ("sale", 80.0))
        self.assertWallet(0, 0)
        self.refused_payment(second, "There are .*0.00 on the wallet")

    def test_second_cart_that_is_looked_at_anew_pays_without(self):
        first, second = self.cart(), self.cart()
        payment = self._pay_online(first, state="pending")
        second._update_programs_and_rewards()
        self.assertEqual((second.amount_total, second._club_wallet_obstacle()), (100.0, ""))
        self._pay_online(second)
        self.settle(payment)
        self.assertEqual((first.state, second.state), ("sale", "sale"))
        self.assertWallet(0, 0)

    def test_what_is_left_beside_a_promise_pays(self):
        self.top_up(15)
        first = self.cart()
        line = first.order_line.filtered("coupon_id")
        line.write({"price_unit": -20.0, "points_cost": 20.0})
        self._pay_online(first, state="pending")
        second = self.cart()
        self.assertEqual(second.amount_total, 85.0)
        self._pay_online(second)
        self.assertEqual(second.state, "sale")
        self.settle(first.transaction_ids)
        self.assertEqual((first.state, first.amount_total), ("sale", 80.0))
        self.assertWallet(0, 0)

    def test_cancelled_or_failed_payment_or_order_frees_it(self):
        ends = (
            lambda order: order.transaction_ids._set_canceled(),
            lambda order: order.transaction_ids._set_error("Refused by the bank"),
            lambda order: order._action_cancel(),
        )
        for end in ends:
            first, second = self.cart(), self.cart()
            self._pay_online(first, state="pending")
            self.assertTrue(second._club_wallet_obstacle())
            end(first)
            self.assertEqual(second._club_wallet_obstacle(), "")
        self._pay_online(second)
        self.assertEqual(second.state, "sale")
        self.assertWallet(0, 0)

    def test_payment_left_open_frees_it_after_a_day(self):
        first, second = self.cart(), self.cart()
        payment = self._pay_online(first, state="draft")
        self.refused_payment(second)
        self.leave_open(payment)
        self.assertEqual(second._club_wallet_obstacle(), "")

    def leave_open(self, payment):
        """The customer closed the tab a day ago."""
        self.env.flush_all()
        late = fields.Datetime.subtract(fields.Datetime.now(), hours=25)
        self.env.cr.execute("UPDATE payment_transaction SET create_date = %s WHERE id = %s", (late, payment.id))
        self.env.invalidate_all()

    def test_same_order_may_try_another_payment(self):
        order = self.cart()
        self._pay_online(order, state="draft")
        self._pay_online(order)
        self.assertEqual((order.state, order.amount_total), ("sale", 80.0))
        self.assertWallet(0, 0)

    # ------------------------------------------------------------------ money that has come
    def test_money_that_comes_after_the_wallet_was_used_confirms_the_order_all_the_same(self):
        first = self.cart()
        late = self._pay_online(first, state="draft")
        self.leave_open(late)
        second = self.cart()
        self._pay_online(second)
        self.assertEqual(second.state, "sale")
        first._update_programs_and_rewards()  # the customer looks at the old cart
        self.assertEqual(first.amount_total, 100.0)
        self.settle(late)
        self.assertEqual((first.state, first.amount_total), ("sale", 80.0))
        self.assertTrue([note for note in first.message_ids if "20.00 short" in note.body])
        self.assertEqual(self.card_of().points, -20.0)
        self.assertIn("20.00 less", self.member().credit_warning)
        self.assertCoherent()

    def test_wallet_that_was_topped_up_meanwhile_pays_no_more_than_was_promised(self):
        order = self.cart()
        payment = self._pay_online(order, state="pending")
        self.top_up(30)
        self.settle(payment)
        self.assertEqual((order.state, order.amount_total), ("sale", 80.0))
        self.assertFalse([note for note in order.message_ids if "short" in note.body])
        self.assertWallet(30.0, 0)

    def test_wallet_emptied_by_hand_while_the_payment_is_on_its_way(self):
        order = self.cart()
        payment = self._pay_online(order, state="draft")
        self.top_up(-20)
        order._update_programs_and_rewards()
        self.assertEqual(order.amount_total, 80.0, "its payment counts on it")
        self.refused_payment(order, "There are .*0.00 on the wallet")
        with self.assertRaisesRegex(UserError, "There are .*0.00 on the wallet"), self.env.cr.savepoint():
            order.action_confirm()
        self.settle(payment)
        self.assertEqual((order.state, order.amount_total), ("sale", 80.0))
        self.assertEqual(self.card_of().points, -20.0)
        self.assertCoherent()

    def test_cart_that_takes_more_after_its_payment_was_started(self):
        order = self.cart()
        payment = self._pay_online(order, state="draft")
        self.top_up(30)
        order._update_programs_and_rewards()
        self.assertEqual(order.amount_total, 50.0)
        self.at_register(30.0)
        self.settle(payment)
        self.assertEqual((order.state, order.amount_total), ("sale", 80.0))
        self.assertWallet(0, 0)

    def test_wallet_put_on_after_the_payment_was_started_and_used_elsewhere(self):
        order, other = self.cart(), self.cart()
        order.order_line.filtered("coupon_id").unlink()
        payment = self._pay_online(order, state="draft")
        self.assertEqual(payment.amount, 100.0)
        order._apply_program_reward(self.wallet.reward_ids, self.card_of())
        self.assertEqual(order.amount_total, 80.0)
        self._pay_online(other)
        self.settle(payment)
        self.assertEqual((order.state, order.amount_total, other.state), ("sale", 100.0, "sale"))
        self.assertWallet(0, 0)

    def test_wallets_programme_that_is_archived_meanwhile(self):
        order = self.cart()
        payment = self._pay_online(order, state="pending")
        self.wallet.active = False
        self.settle(payment)
        self.assertEqual((order.state, order.amount_total), ("sale", 80.0))
        self.wallet.active = True
        self.assertWallet(0, 0)

    # ------------------------------------------------------------------ at a register meanwhile
    def test_register_is_told_of_a_payment_that_is_on_its_way(self):
        order = self.cart()
        payment = self._pay_online(order, state="pending")
        with self.assertRaisesRegex(UserError, "promised to an order that is being paid"), self.env.cr.savepoint():
            self.at_register(20.0)
        self.assertWallet(20.0, 20.0)
        payment._set_canceled()
        self.assertEqual(self.at_register(20.0).state, "paid")
        self.assertWallet(0, 0)

    def test_late_order_of_a_register_takes_it_and_the_paid_cart_has_it_too(self):
        order = self.cart()
        payment = self._pay_online(order, state="pending")
        self.assertEqual(self.at_register(20.0, is_late=True).state, "paid")
        self.settle(payment)
        self.assertEqual((order.state, order.amount_total), ("sale", 80.0))
        self.assertTrue([note for note in order.message_ids if "20.00 short" in note.body])
        self.assertTrue(self.member().has_credit_fault)
        self.assertCoherent()

    def test_cart_after_the_register_is_told(self):
        order = self.cart()
        self.at_register(20.0)
        self.assertIn("on the wallet", order._club_wallet_obstacle())
        self.refused_payment(order, "There are .*0.00 on the wallet")

    def test_manager_does_not_turn_it_back_meanwhile(self):
        credit = self.member().credit_ids
        payment = self._pay_online(self.cart(), state="pending")
        with self.assertRaisesRegex(UserError, "20.00 of the wallet are promised"), self.env.cr.savepoint():
            credit.reverse("Pressed the wrong button")
        payment._set_canceled()
        credit.reverse("Pressed the wrong button")
        self.assertWallet(0, 0)

    # ------------------------------------------------------------------ clubs without store credit

    def test_clubs_without_store_credit_ask_nothing(self):
        order = self.quotation([(self.coffee, 1)])
        self.club.unit_ids.is_credit_allowed = False
        self.club.sudo().credit_program_id = False
        card = self.env["loyalty.card"].create({"program_id": self.wallet.id, "partner_id": self.ada.id})
        self.assertFalse(self.env["club.club"]._wallet_clubs())
        order._get_real_points_for_coupon(card)  # what the host reads is read before
        order._club_live_payments()
        self.env.flush_all()
        with self.assertQueryCount(0):
            order._club_wallet_obstacle()
            order._club_reserve_wallets()
            order._club_settle_wallets()
