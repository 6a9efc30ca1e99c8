from collections import Counter
from functools import partial
from uuid import uuid4

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_races import RacesCase
from .common_reward import RewardCommon


@tagged("post_install", "-at_install")
class TestRacesVouchers(RewardCommon, RacesCase):
    """Two carts, a cart and a register, a cart and a manager want the same voucher at the same moment."""

    @classmethod
    def setUpClass(cls):
        cls.orders = []
        super().setUpClass()

    @classmethod
    def close_shop(cls):
        cls.cr.rollback()
        cls.env.invalidate_all()
        orders = cls.env["sale.order"].browse(cls.orders)
        cls.cr.execute("DELETE FROM payment_transaction WHERE id = ANY(%s)", [orders.transaction_ids.ids])
        cls.env.invalidate_all()
        orders._action_cancel()
        orders.unlink()
        sold = cls.env["pos.order"].search([("config_id", "in", (cls.register | cls.second).ids)])
        cls.cr.execute("DELETE FROM pos_payment WHERE pos_order_id = ANY(%s)", [sold.ids])
        cls.cr.execute("DELETE FROM pos_order_line WHERE order_id = ANY(%s)", [sold.ids])
        rewards = cls.env["loyalty.program"].with_context(active_test=False).search([("club_id", "=", cls.club.id)])
        cards = rewards.with_context(active_test=False).coupon_ids
        cls.cr.execute("DELETE FROM club_voucher WHERE program_id = ANY(%s)", [rewards.ids])
        cls.cr.execute("DELETE FROM loyalty_history WHERE card_id = ANY(%s)", [cards.ids])
        cls.env.invalidate_all()
        cards.unlink()
        rewards.active = False
        rewards.unlink()
        cls.cr.commit()
        super().close_shop()

    def setUp(self):
        super().setUp()
        self.customer = self.partner(f"Racer {self._testMethodName}")
        self.enrol(self.customer, 100)
        self.voucher = self.buy(self.reward(price=80), self.customer)
        self.fresh()

    def cart(self):
        order = self.quotation([(self.coffee, 1)], self.customer)
        self.orders.append(order.id)
        [(card, rewards)] = order._try_apply_code(self.voucher.card_id.code).items()
        order._apply_program_reward(rewards, card)
        self.fresh()
        return order

    def start_payment(self, order_id, env):
        order = env["sale.order"].browse(order_id)
        method = env["payment.method"].with_context(active_test=False).search([], limit=1)
        payment = env["payment.transaction"].create({
            "provider_id": env.ref("payment.payment_provider_transfer").id,
            "payment_method_id": method.id,
            "reference": f"{order.name}-{order.id}-race",
            "amount": order.amount_total,
            "currency_id": order.currency_id.id,
            "partner_id": order.partner_id.id,
            "sale_order_ids": [Command.set(order.ids)],
        })  # fmt: skip
        payment._set_pending()
        return "started"

    def rung_up(self):
        """A register's paid order with the voucher on it, as it is sent."""
        reward, card = self.voucher.program_id.reward_ids, self.voucher.card_id
        product = reward.discount_line_product_id
        product.taxes_id = self.coffee.taxes_id
        line = {"price_unit": -10.0, "is_reward_line": True, "reward_id": reward.id, "coupon_id": card.id}
        order = self.ui_order([(self.coffee, 1), (product, 1, line)], [], self.customer)
        order["payment_ids"] = [Command.create(
            {"uuid": str(uuid4()), "payment_method_id": self.cash.id, "amount": order["amount_total"]}
        )]  # fmt: skip
        self.fresh()
        return order

    def sell(self, order, env):
        env["pos.order"].sync_from_ui([order])
        return "sold"

    def give_back(self, voucher_id, env):
        env["club.voucher"].browse(voucher_id).action_refund()
        return "given back"

    def assertOneOf(self, results):
        found = Counter(isinstance(result, UserError) for result in results)
        self.assertEqual(found, Counter({False: 1, True: len(results) - 1}), results)
        self.assertCoherent()

    def test_two_carts_start_to_pay_and_one_may(self):
        orders = [self.cart(), self.cart()]
        self.assertOneOf(self.race([partial(self.start_payment, order.id) for order in orders]))
        payments = orders[0].transaction_ids | orders[1].transaction_ids
        self.assertEqual(payments.club_voucher_ids, self.voucher)
        self.assertEqual(len(payments), 1)
        payments._set_done()
        winner = payments.sale_order_ids
        winner.action_confirm()
        self.voucher.invalidate_recordset()
        self.assertEqual((winner.state, self.voucher.state), ("sale", "used"))
        self.assertAlmostEqual(winner.amount_total, 108.9)
        self.fresh()

    def test_cart_and_register(self):
        order = self.cart()
        works = [partial(self.start_payment, order.id), partial(self.sell, self.rung_up())]
        results = self.race(works)
        self.assertOneOf(results)
        self.assertEqual(self.voucher.state, "used" if "sold" in results else "owned")

    def test_two_registers(self):
        results = self.race([partial(self.sell, self.rung_up()), partial(self.sell, self.rung_up())])
        self.assertOneOf(results)
        self.assertEqual(self.voucher.state, "used")

    def test_cart_and_manager_who_gives_it_back(self):
        order = self.cart()
        works = [partial(self.start_payment, order.id), partial(self.give_back, self.voucher.id)]
        results = self.race(works)
        self.assertOneOf(results)
        self.assertEqual(self.voucher.state, "refunded" if "given back" in results else "owned")
