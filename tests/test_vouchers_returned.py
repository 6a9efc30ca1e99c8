"""A refunded order that used a voucher: what the club says becomes of it, once, whatever paper refunds it."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ClubCommon
from .common_voucher import VoucherAtTheTill, VoucherInCarts


@tagged("post_install", "-at_install", "loyalty_club")
class TestVouchersReturnedPos(VoucherAtTheTill):
    """At the register. Ada had 487 Beans and paid 80 for her voucher."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["club.program"].search([("club_id", "=", cls.club.id)]).action_end()

    def test_it_is_good_again_as_long_as_it_was(self):
        until = self.club._today() + timedelta(days=9)
        self.card.expiration_date = until
        self.refund(self.sync(self.order_with()))
        self.assertEqual((self.state(), self.card.expiration_date), ("owned", until))
        self.assertBalance(407)

    def test_it_ran_out_meanwhile_and_is_good_for_the_days_of_grace(self):
        order = self.sync(self.order_with())
        self.card.expiration_date = "2020-01-01"
        self.refund(order)
        self.assertEqual(self.state(), "owned")
        self.assertEqual(self.card.expiration_date, self.club._today() + timedelta(days=30))

    def test_points_come_back_in_the_ratio_refunded_and_never_more(self):
        self.club.voucher_return = "points"
        order = self.sync(self.order_with(cakes=4))
        [voucher_line] = order.lines.filtered("is_reward_line")
        self.refund(order, {self.cake: 4})
        self.assertBalance(407)
        voucher_line_product = voucher_line.product_id
        for part, balance in ((0.25, 427), (0.25, 447), (0.5, 487)):
            self.refund(order, {self.coffee: part, voucher_line_product: part})
            self.assertBalance(balance)
        self.assertEqual((self.state(), self.card.points), ("refunded", 0))

    def test_points_that_expired_meanwhile_come_back_for_the_days_of_grace(self):
        self.club.voucher_return = "points"
        order = self.sync(self.order_with())
        [lot] = self.member().account_ids.lot_ids
        self.env.cr.execute("SET LOCAL loyalty_club.migration = 'on'")
        yesterday = self.club._today() - timedelta(days=1)
        self.env.cr.execute("UPDATE club_lot SET expires_on = %s WHERE id = %s", (yesterday, lot.id))
        self.env.invalidate_all()
        self.member()._lock()
        self.member().account_ids._expire_overdue()
        self.assertBalance(0)
        self.refund(order)
        self.assertBalance(80)
        grace = self.member().account_ids.lot_ids - lot
        self.assertEqual(grace.expires_on, self.club._today() + timedelta(days=30))
        self.assertEqual(grace.successor_of_id, lot)

    def test_nothing_comes_back_where_the_club_says_so(self):
        self.club.voucher_return = "none"
        self.refund(self.sync(self.order_with()))
        self.assertEqual(self.state(), "used")
        self.assertBalance(407)

    def test_reward_that_is_over_comes_back_as_points(self):
        order = self.sync(self.order_with())
        self.ten.active = False
        self.refund(order)
        self.assertEqual(self.state(), "refunded")
        self.assertBalance(487)

    def test_it_comes_back_once_from_each_order(self):
        first = self.sync(self.order_with())
        self.refund(first)
        second = self.sync(self.order_with())
        self.assertEqual(self.state(), "used")
        first._club_return_vouchers()
        self.assertEqual((self.state(), self.voucher.used_id), ("used", second.id))
        self.refund(second)
        self.assertEqual(self.state(), "owned")

    def test_refund_sent_three_times_gives_back_once(self):
        self.club.voucher_return = "points"
        order = self.sync(self.order_with())
        lines = [
            (line.product_id, -line.qty, {"refunded_orderline_id": line.id, "price_unit": line.price_unit})
            for line in order.lines
        ]
        refund = self.ring_up(lines, self.ada, is_refund=True)
        self.add_rest(refund)
        for _time in range(3):
            self.sync({key: list(value) if isinstance(value, list) else value for key, value in refund.items()})
        self.assertBalance(487)

    def test_credit_note_of_the_registers_invoice_does_as_a_refund_does(self):
        data = self.order_with() | {"to_invoice": True}
        order = self.sync(data)
        self.assertTrue(order.account_move)
        credit = order.account_move._reverse_moves()
        credit.action_post()
        self.assertEqual(self.state(), "owned")

    def test_exchange_nets_out(self):
        """PEER 3: the voucher's coffee goes back, the same coffee is bought anew, the voucher is free."""
        order = self.sync(self.order_with())
        lines = [
            (line.product_id, -line.qty, {"refunded_orderline_id": line.id, "price_unit": line.price_unit})
            for line in order.lines
        ]
        exchange = self.ring_up([*lines, (self.coffee, 1)], self.ada)
        self.add_rest(exchange)
        self.assertAlmostEqual(exchange["amount_total"], 12.1)
        self.sync(exchange)
        self.assertEqual(self.state(), "owned")
        self.assertBalance(407)

    def test_voucher_given_back_by_a_manager_revives_by_no_refund(self):
        self.voucher.action_refund()
        self.assertBalance(487)
        with self.assertRaisesRegex(UserError, "given back"), self.env.cr.savepoint():
            self.sync(self.order_with())
        self.voucher._come_back(self.env["pos.order"], 1)
        self.assertBalance(487)


@tagged("post_install", "-at_install", "loyalty_club")
class TestVouchersReturnedSale(VoucherInCarts, ClubCommon):
    """Credit notes, refunds of the provider, cancelled orders. Ada had 480 Beans and paid 80."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["club.program"].search([("club_id", "=", cls.club.id)]).action_end()

    def paid(self, quantity=1):
        order = self.cart(self.voucher, quantity=quantity)
        self._pay_online(order)
        self.assertEqual((order.state, self.state()), ("sale", "used"))
        self.assertEqual(self.voucher.used_name, order.name)
        return order

    def credit(self, invoice, ratio=1.0):
        credit = invoice._reverse_moves()
        for line in credit.invoice_line_ids:
            line.quantity *= ratio
        credit.action_post()
        return credit

    def test_credit_note_of_all_gives_it_back_and_of_a_part_does_not(self):
        invoice = self.invoice(self.paid())
        self.credit(invoice, 0.5)
        self.assertEqual(self.state(), "used")
        self.credit(invoice, 0.5)
        self.assertEqual(self.state(), "owned")
        self.assertBalance(400)

    def test_credit_notes_give_points_back_in_ratio(self):
        self.club.voucher_return = "points"
        invoice = self.invoice(self.paid())
        self.credit(invoice, 0.25)
        self.assertBalance(420)
        self.credit(invoice, 0.75)
        self.assertBalance(480)
        self.assertEqual(self.state(), "refunded")

    def test_goods_sent_back_are_credited_less_what_the_voucher_paid(self):
        self.club.voucher_return = "points"
        self.coffee.invoice_policy = "delivery"
        order = self.paid(quantity=4)
        goods = order.order_line.filtered(lambda line: line.product_id == self.coffee)
        totals = []
        for delivered in (1, 4):
            goods.qty_delivered = delivered
            totals.append(self.invoice(order).amount_total)
        self.assertEqual(totals, [108.9, 326.7])
        for delivered, refunded, balance in ((3, 108.9, 420), (0, 326.7, 480)):
            goods.qty_delivered = delivered
            note = order._create_invoices(final=True)
            self.assertEqual((note.move_type, note.amount_total), ("out_refund", refunded))
            note.action_post()
            self.assertBalance(balance)

    def test_credit_note_of_some_goods_takes_their_share_of_the_voucher(self):
        invoice = self.invoice(self.paid(quantity=4))
        note = invoice._reverse_moves()
        note.invoice_line_ids.filtered(lambda line: line.product_id == self.coffee).quantity = 1
        note.action_post()
        self.assertEqual(note.amount_total, 108.9)
        self.assertEqual(self.state(), "used")

    def test_credit_note_withdrawn_and_posted_again_gives_back_once(self):
        self.club.voucher_return = "points"
        credit = self.credit(self.invoice(self.paid()), 0.5)
        self.assertBalance(440)
        credit.button_draft()
        credit.action_post()
        self.assertBalance(440)

    def test_refund_of_the_provider_counts_with_its_credit_note_once(self):
        self.club.voucher_return = "points"
        order = self.paid()
        invoice = self.invoice(order)
        self._refund_online(order.transaction_ids, 54.45)
        self.assertBalance(440)
        self.credit(invoice, 0.5)
        self.assertBalance(440)

    def test_cancelled_order_follows_the_policy_once(self):
        for policy, state, balance in (("voucher", "owned", 400), ("none", "used", 400), ("points", "refunded", 480)):
            with self.subTest(policy=policy):
                self.club.voucher_return = policy
                voucher = self.voucher
                if state != "owned":
                    self.enrol(self.ada)
                    voucher = self.buy(self.ten, key=policy)
                    balance -= 80 * (1 if policy == "none" else 2)
                order = self.cart(voucher)
                order.action_confirm()
                order._action_cancel()
                self.assertEqual(self.state(voucher), state)
                order._action_cancel()
                self.assertBalance(balance)

    def test_cancelled_order_whose_voucher_ran_out_has_the_days_of_grace(self):
        order = self.paid()
        self.voucher.card_id.expiration_date = "2020-01-01"
        order._action_cancel()
        self.assertEqual(self.state(), "owned")
        self.assertEqual(self.voucher.card_id.expiration_date, self.club._today() + timedelta(days=30))

    def test_free_product_comes_back_with_what_was_paid(self):
        free = self.reward("Free cake", 10, {"reward_type": "product", "reward_product_id": self.cake.id})
        voucher = self.buy(free, key="cake")
        order = self.cart(voucher)
        self._pay_online(order)
        self.assertEqual((order.state, self.state(voucher)), ("sale", "used"))
        invoice = self.invoice(order)
        self.credit(invoice, 0.5)
        self.assertEqual(self.state(voucher), "used")
        self.credit(invoice, 0.5)
        self.assertEqual(self.state(voucher), "owned")

    def test_exchange_by_credit_note_and_new_order_nets_out(self):
        """PEER 3: earned, spent and the voucher are as if the first order had never been."""
        program = self.env["club.program"].create({"name": "Anew", "tier_id": self.tier.id, "ratio": 1})
        program.action_go_live()
        self.env.cr.execute("UPDATE club_program SET live_from = '2020-01-01' WHERE id = %s", [program.id])
        self.env.invalidate_all()
        self.env.registry.clear_cache()

        def buy():
            order = self.cart(self.voucher)
            order._club_choose(200)
            order.action_confirm()
            invoice = self.invoice(order)
            self.pay(invoice)
            return invoice

        first = buy()
        balance = self.balance()
        self.assertLess(balance, 300)
        self.credit(first)
        self.assertEqual(self.state(), "owned")
        self.assertBalance(400)
        buy()
        self.assertEqual(self.state(), "used")
        self.assertBalance(balance)
