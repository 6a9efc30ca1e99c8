"""Money that has come confirms its order at the price it was paid for, whatever happened to the cart meanwhile."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import ClubCommon
from .common_voucher import VoucherInCarts
from .test_pick_sale import PickSaleCommon


class LatePayments:
    def settle(self, payment):
        """The money comes, in a request of its own."""
        self.env.flush_all()
        self.env.invalidate_all()
        payment._set_done()
        payment._post_process()
        self.env.invalidate_all()

    def assertConfirmedFor(self, order, payment, total):
        self.assertEqual(order.state, "sale")
        self.assertAlmostEqual(order.amount_total, total)
        self.assertAlmostEqual(payment.amount, total)

    def assertToldOff(self, order):
        self.assertTrue([note for note in order.message_ids if "it was taken off" in (note.body or "")])


@tagged("post_install", "-at_install", "loyalty_club")
class TestPaidPicks(LatePayments, PickSaleCommon):
    """A reward chosen in another tab after the payment was started."""

    def late_pick(self):
        """(order, payment of 100.00, reward chosen since)"""
        order = self.cart()
        payment = self._pay_online(order, state="draft")
        pick = self.take(order)
        self.assertAlmostEqual(order.amount_total, 90)
        return order, payment, pick

    def assertTakenOff(self, order, payment, pick):
        self.settle(payment)
        self.assertConfirmedFor(order, payment, 100)
        self.assertFalse(self.pick_lines(order))
        self.assertEqual((pick.state, pick.card_id.points), ("released", 0))
        self.assertToldOff(order)
        self.assertBalance(500)  # 400, and 100.00 earned 100
        self.assertCoherent()

    def test_reward_that_ran_out_since_is_taken_off(self):
        order, payment, pick = self.late_pick()
        self.env.flush_all()
        late = fields.Datetime.now() - timedelta(hours=1)
        self.env.cr.execute("UPDATE club_hold SET expires_at = %s WHERE id = %s", (late, pick.id))
        self.assertTakenOff(order, payment, pick)

    def test_chosen_product_that_was_taken_off_is_back_with_the_money(self):
        goods = self.mug | self._product("Blue mug", 10.0)
        tag = self.env["product.tag"].create({"name": "Mugs", "product_product_ids": [Command.set(goods.ids)]})
        free = self.reward("A mug", reward={"reward_type": "product", "reward_product_tag_id": tag.id})
        blue = free.reward_ids.reward_product_ids[1]
        order = self.cart()
        pick = self.take(order, free, product_id=blue.id)
        payment = self._pay_online(order, state="draft")
        self.pick_lines(order).unlink()
        self.settle(payment)
        self.assertConfirmedFor(order, payment, 100)
        self.assertEqual((pick.state, self.pick_lines(order).product_id), ("captured", blue))

    def test_reward_with_a_points_price_archived_while_the_payment_is_on_its_way(self):
        for is_looked_at in (False, True):
            with self.subTest(is_looked_at=is_looked_at):
                order = self.cart()
                pick = self.take(order)
                payment = self._pay_online(order, state="pending")
                self.ten.active = False
                if is_looked_at:
                    order._update_programs_and_rewards()
                self.settle(payment)
                self.assertConfirmedFor(order, payment, 90)
                self.assertEqual(pick.state, "captured")
                self.ten.active = True
        self.assertCoherent()

    def test_archived_reward_leaves_a_cart_that_is_not_being_paid(self):
        order = self.cart()
        pick = self.take(order)
        self.ten.active = False
        order._update_programs_and_rewards()
        self.assertAlmostEqual(order.amount_total, 100)
        self.assertEqual(pick.state, "released")

    def test_reward_that_counts_stays(self):
        order, payment, pick = self.late_pick()
        self.settle(payment)
        self.assertEqual((order.state, pick.state), ("sale", "captured"))
        self.assertAlmostEqual(order.amount_total, 90)


@tagged("post_install", "-at_install", "loyalty_club")
class TestPaidVouchers(LatePayments, VoucherInCarts, ClubCommon):
    """Ada's voucher takes 12.10 off a coffee of 121.00."""

    def take_off(self, order):
        order.order_line.filtered("is_reward_line").unlink()
        order._update_programs_and_rewards()
        self.assertAlmostEqual(order.amount_total, 121)

    def started(self, voucher=None, state="draft"):
        order = self.cart(voucher)
        return order, self._pay_online(order, state=state)

    def use_elsewhere(self):
        other = self.cart(self.voucher)
        self._pay_online(other)
        self.assertEqual((other.state, self.state()), ("sale", "used"))
        return other

    # ------------------------------------------------------------------ put into the cart since
    def test_voucher_put_into_the_cart_since_and_used_elsewhere_is_taken_off(self):
        order, payment = self.started()
        self.assertEqual(self.apply(order), "")
        other = self.use_elsewhere()
        self.settle(payment)
        self.assertConfirmedFor(order, payment, 121)
        self.assertFalse(order.order_line.coupon_id & self.voucher.card_id)
        self.assertToldOff(order)
        self.assertEqual(self.voucher.used_id, other.id)
        self.assertCoherent()

    def test_voucher_put_into_the_cart_since_that_is_good_stays(self):
        order, payment = self.started()
        self.assertEqual(self.apply(order), "")
        self.settle(payment)
        self.assertEqual((order.state, self.state(), self.voucher.used_id), ("sale", "used", order.id))
        self.assertAlmostEqual(order.amount_total, 108.9)

    # ------------------------------------------------------------------ promised, and gone from the cart since
    def test_promised_voucher_taken_off_in_another_tab_is_back(self):
        order, payment = self.started(self.voucher)
        self.take_off(order)
        self.settle(payment)
        self.assertConfirmedFor(order, payment, 108.9)
        self.assertEqual((self.state(), self.voucher.used_id), ("used", order.id))
        self.assertCoherent()

    def test_promised_voucher_taken_off_and_used_elsewhere_is_back_and_told(self):
        order, payment = self.started(self.voucher)
        self.take_off(order)
        other = self.use_elsewhere()
        self.settle(payment)
        self.assertConfirmedFor(order, payment, 108.9)
        self.assertEqual((self.voucher.used_id, self.voucher.card_id.points), (other.id, 0))
        self.assertTrue([note for note in order.message_ids if "What was paid stands" in note.body])
        self.assertCoherent()

    def test_promised_voucher_that_ran_out_while_the_payment_had_failed_is_back(self):
        order, payment = self.started(self.voucher)
        payment._set_error("declined")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = create_date - interval '3 days', "
            "last_state_change = last_state_change - interval '3 days' WHERE id = %s",
            (payment.id,),
        )
        self.env.invalidate_all()
        self.voucher.card_id.expiration_date = fields.Date.today() - timedelta(days=1)
        order._update_programs_and_rewards()
        self.assertAlmostEqual(order.amount_total, 121)
        self.settle(payment)
        self.assertConfirmedFor(order, payment, 108.9)
        self.assertEqual((self.state(), self.voucher.used_id), ("used", order.id))

    def test_voucher_taken_off_stays_off_where_another_payment_paid_without_it(self):
        order, _left = self.started(self.voucher)
        self.take_off(order)
        payment = self._pay_online(order)
        self.assertConfirmedFor(order, payment, 121)
        self.assertEqual(self.state(), "owned")

    # ------------------------------------------------------------------ a choice of products
    def mugs(self, **values):
        """(a voucher of one of two mugs, the mug that nobody would get without choosing)"""
        goods = self._product("Red mug", 10.0) | self._product("Blue mug", 10.0)
        tag = self.env["product.tag"].create({"name": "Mugs", "product_product_ids": [Command.set(goods.ids)]})
        reward = {"reward_type": "product", "reward_product_tag_id": tag.id, **values}
        program = self.reward("A mug", reward=reward)
        return self.buy(program, key="mug"), program.reward_ids.reward_product_ids[1]

    def choose(self, voucher, product):
        order = self.cart()
        [(coupon, reward)] = order._try_apply_code(voucher.card_id.code).items()
        self.assertTrue(reward.multi_product)
        order._apply_program_reward(reward, coupon, product=product)
        order._update_programs_and_rewards()
        self.assertEqual(self.on_order(order, voucher), product)
        return order

    def on_order(self, order, voucher):
        return order.order_line.filtered(lambda line: line.coupon_id == voucher.card_id).product_id

    def test_chosen_product_of_a_voucher_is_back_with_the_money(self):
        voucher, blue = self.mugs()
        for case in ("taken off", "archived"):
            with self.subTest(case), self.env.cr.savepoint() as savepoint:
                order = self.choose(voucher, blue)
                payment = self._pay_online(order, state="draft")
                order.order_line.filtered("is_reward_line").unlink()
                if case == "archived":
                    voucher.program_id.active = False
                self.settle(payment)
                self.assertConfirmedFor(order, payment, 121)
                self.assertEqual(self.on_order(order, voucher), blue)
                self.assertEqual((self.state(voucher), voucher.used_id), ("used", order.id))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_chosen_product_stays_when_the_cart_is_looked_at_and_paid(self):
        voucher, blue = self.mugs()
        order = self.choose(voucher, blue)
        payment = self._pay_online(order, state="pending")
        order._update_programs_and_rewards()
        self.settle(payment)
        self.assertEqual(self.on_order(order, voucher), blue)
        self.assertEqual(self.state(voucher), "used")
        order.with_context(disable_cancel_warning=True)._action_cancel()
        self.assertEqual(self.state(voucher), "owned")
        again = self.choose(voucher, blue)
        self._pay_online(again)
        self.assertEqual((self.on_order(again, voucher), voucher.used_id), (blue, again.id))
        self.assertCoherent()

    # ------------------------------------------------------------------ not offered any more
    def test_voucher_of_an_archived_or_ended_reward_stays_while_the_payment_is_on_its_way(self):
        yesterday = fields.Date.today() - timedelta(days=2)
        for name, values in (("archived", {"active": False}), ("ended", {"date_to": yesterday})):
            with self.subTest(name):
                voucher = self.buy(self.ten, key=name)
                order, payment = self.started(voucher, "pending")
                self.ten.write(values)
                self.settle(payment)
                self.assertConfirmedFor(order, payment, 108.9)
                self.assertEqual((self.state(voucher), voucher.used_id), ("used", order.id))
                self.ten.write({"active": True, "date_to": False})
        self.assertCoherent()

    def test_voucher_of_an_archived_reward_leaves_an_unpaid_cart(self):
        order = self.cart(self.voucher)
        self.ten.active = False
        order._update_programs_and_rewards()
        self.assertAlmostEqual(order.amount_total, 121)
