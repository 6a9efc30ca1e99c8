from collections import Counter
from functools import partial
from uuid import uuid4

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_races import RacesCase


@tagged("post_install", "-at_install")
class TestRacesWallet(RacesCase):
    """Two carts, or a cart and a quotation, want the same store credit at the same moment."""

    @classmethod
    def setUpClass(cls):
        cls.orders = []
        super().setUpClass()
        cls.elsewhere = cls.env["loyalty.program"].search([("program_type", "=", "ewallet")])
        cls.elsewhere.active = False
        cls.unit.write({"is_credit_allowed": True, "credit_rate": 0.1})
        cls.wallet = cls.club.credit_program_id
        cls.cr.commit()  # pylint: disable=invalid-commit  # races see what is committed

    @classmethod
    def close_shop(cls):
        cls.cr.rollback()
        cls.env.invalidate_all()
        orders = cls.env["sale.order"].browse(cls.orders)
        cls.cr.execute("DELETE FROM payment_transaction WHERE id = ANY(%s)", [orders.transaction_ids.ids])
        cls.env.invalidate_all()
        orders.with_context(disable_cancel_warning=True)._action_cancel()
        orders.unlink()
        cls.cr.execute("DELETE FROM club_credit WHERE program_id = %s", [cls.wallet.id])
        cls.cr.execute("DELETE FROM loyalty_history WHERE card_id = ANY(%s)", [cls.wallet.coupon_ids.ids])
        cls.env.invalidate_all()
        cls.club.credit_program_id = False
        cls.wallet.coupon_ids.unlink()
        cls.wallet.active = False
        cls.wallet.unlink()
        cls.elsewhere.active = True
        cls.cr.commit()  # pylint: disable=invalid-commit
        return super().close_shop()

    def setUp(self):
        super().setUp()
        self.customer = self.partner(f"Racer {self._testMethodName}")
        member = self.enrol(self.customer, 200)
        member._club_convert(self.unit, 200, str(uuid4()))
        self.wallet_card = self.wallet._club_card_of(self.customer)
        self.fresh()

    def cart(self):
        order = self.quotation([(self.coffee, 1)], self.customer)
        self.orders.append(order.id)
        order._update_programs_and_rewards()
        order._apply_program_reward(self.wallet.reward_ids, self.wallet_card)
        self.assertAlmostEqual(order.amount_total, 101.0)
        self.fresh()
        return order

    def start_payment(self, order_id, env):
        order = env["sale.order"].browse(order_id)
        method = env["payment.method"].with_context(active_test=False).search([], limit=1)
        env["payment.transaction"].create({
            "provider_id": env.ref("payment.payment_provider_transfer").id,
            "payment_method_id": method.id,
            "reference": f"{order.name}-{order.id}-wallet-race",
            "amount": order.amount_total,
            "currency_id": order.currency_id.id,
            "partner_id": order.partner_id.id,
            "sale_order_ids": [Command.set(order.ids)],
        })._set_pending()  # fmt: skip
        return "started"

    def confirm(self, order_id, env):
        env["sale.order"].browse(order_id).action_confirm()
        return "confirmed"

    def assertOneOf(self, results):
        found = Counter(isinstance(result, UserError) for result in results)
        self.assertEqual(found, Counter({False: 1, True: len(results) - 1}), results)
        self.assertCoherent()

    def test_carts_start_to_pay_and_one_may_and_is_confirmed(self):
        orders = [self.cart() for _tab in range(3)]
        results = self.race([partial(self.start_payment, order.id) for order in orders])
        self.assertOneOf(results)
        [winner] = [order for order, result in zip(orders, results, strict=True) if result == "started"]
        payment = winner.transaction_ids
        self.assertEqual(payment.club_wallet_ids, self.wallet_card)
        payment._set_done()
        winner.action_confirm()
        self.fresh()
        self.assertEqual((winner.state, self.wallet_card.points), ("sale", 0.0))
        self.assertAlmostEqual(winner.amount_total, 101.0)

    def test_cart_and_quotation_that_is_confirmed_by_hand(self):
        cart, quotation = self.cart(), self.cart()
        results = self.race([partial(self.start_payment, cart.id), partial(self.confirm, quotation.id)])
        self.assertOneOf(results)
        self.assertEqual(self.wallet_card.points, 0.0 if "confirmed" in results else 20.0)
