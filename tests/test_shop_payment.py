"""The shop's own routes from the cart to the wire transfer and on: pending, failed, cancelled, twice, too late."""

from odoo.tests import tagged

from .common_portal import PortalCommon
from .common_shop import ShopCommon
from .test_shop_page import TestShopPage


@tagged("post_install", "-at_install", "loyalty_club")
class TestShopPayment(ShopCommon, PortalCommon):
    call = TestShopPage.call
    fill_cart = TestShopPage.fill_cart

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mug.is_published = True
        cls.ada.write(
            {
                "street": "1 High Street", "city": "Scranton", "zip": "18503", "phone": "+1 555-555-5555",
                "country_id": cls.env.ref("base.us").id, "state_id": cls.env.ref("base.state_us_39").id,
            }
        )  # fmt: skip
        cls.env["payment.provider"].search([("is_published", "=", True)]).is_published = False
        cls.wire = cls.env.ref("payment.payment_provider_transfer")
        cls.wire.write({"state": "enabled", "is_published": True, "journal_id": cls.card.journal_id.id})

    def setUp(self):
        super().setUp()
        self._let_provider_book(self.wire)
        self.authenticate("ada_signs_in", "ada_signs_in")

    def start_payment(self, order, **values):
        """A payment as the payment page starts it."""
        method = self.wire.payment_method_ids[:1] or self.env["payment.method"].search([], limit=1)
        self.url_open("/shop/checkout")
        self.call(
            f"/shop/payment/transaction/{order.id}",
            access_token=order._portal_ensure_token(),
            provider_id=self.wire.id,
            payment_method_id=method.id,
            token_id=None,
            amount=order.amount_total,
            flow="redirect",
            tokenization_requested=False,
            landing_route="/shop/payment/validate",
            **values,
        )
        return order.transaction_ids.sorted("id")[-1:]

    def wired(self, payment):
        """The customer comes back from the wire's page, and the status page asks what became of it."""
        self.url_open("/payment/custom/process", data={"reference": payment.reference})
        self.env.invalidate_all()
        payment._post_process()

    def cart_with(self, quantity, units):
        order = self.fill_cart(quantity)
        self.assertFalse(self.call("/club/cart/points", units=units)["refused"])
        return order

    # ------------------------------------------------------------------ a failed payment, then points cover all
    def test_cart_that_points_cover_after_a_payment_failed_is_placed_without_another(self):
        for state in ("draft", "error", "cancel"):
            with self.subTest(state=state):
                order = self.cart_with(1, 100)
                payment = self.start_payment(order)
                self.assertEqual((payment.amount, payment.club_points_money), (5.0, 5.0))
                if state == "error":
                    payment._set_error("declined")
                elif state == "cancel":
                    payment._set_canceled()
                self.assertFalse(self.call("/club/cart/points", units=200)["refused"])
                self.assertPays(order, 0.0, 10.0)
                self.assertEqual(order.state, "draft")
                answer = self.url_open("/shop/payment/validate")
                self.assertIn("/shop/confirmation", answer.url)
                self.env.invalidate_all()
                self.assertEqual(order.state, "sale")
                self.assertEqual(self.hold_of(order).state, "captured")
                self.assertCoherent()
                order._action_cancel()

    def test_cart_that_is_not_covered_is_not_placed_by_its_failed_payment(self):
        order = self.cart_with(1, 100)
        self.start_payment(order)._set_error("declined")
        self.url_open("/shop/payment/validate")
        self.env.invalidate_all()
        self.assertEqual(order.state, "draft")
        self.assertPays(order, 5.0, 5.0)

    def test_covered_cart_that_cannot_be_delivered_is_not_placed(self):
        order = self.cart_with(1, 100)
        self.start_payment(order)._set_error("declined")
        self.call("/club/cart/points", units=200)
        self.mug.product_tmpl_id.type = "consu"  # it has to be delivered now, and nothing was chosen for that
        self.env["delivery.carrier"].search([]).is_published = False
        answer = self.url_open("/shop/payment/validate")
        self.assertNotIn("/shop/payment/validate", answer.url)
        self.env.invalidate_all()
        self.assertEqual(order.state, "draft")
        self.assertEqual(self.hold_of(order).state, "held")

    def test_covered_cart_whose_points_went_elsewhere_is_not_given_away(self):
        order = self.cart_with(1, 100)
        self.start_payment(order)._set_error("declined")
        self.call("/club/cart/points", units=200)
        self.run_out(order)
        self.spend_elsewhere(self.balance())
        answer = self.url_open("/shop/payment/validate")
        self.assertIn("/shop/cart", answer.url)
        self.assertIn("not promised to it any more", answer.text)
        self.env.invalidate_all()
        self.assertEqual(order.state, "draft")
        self.assertGreaterEqual(self.balance(), 0)
        self.assertCoherent()

    def test_order_of_somebody_else_is_not_placed_by_its_number(self):
        order = self.cart_with(1, 100)
        self.start_payment(order)._set_error("declined")
        self.call("/club/cart/points", units=200)
        self.authenticate("bob_signs_in", "bob_signs_in")
        self.url_open("/shop/payment/validate")
        self.env.invalidate_all()
        self.assertEqual(order.state, "draft")

    # ------------------------------------------------------------------ a wire
    def test_wire_is_pending_then_comes_and_comes_again(self):
        order = self.cart_with(10, 400)
        payment = self.start_payment(order)
        self.wired(payment)
        self.assertEqual((payment.state, order.state), ("pending", "sent"))
        self.assertFalse(self.hold_of(order).expires_at)
        self.assertBalance(400)
        for _time in range(2):
            self.finish(payment)
            self.assertEqual(order.state, "sale")
            self.assertPays(order, 80.0, 20.0)
            self.assertBalance(80)

    def test_wire_that_never_comes_frees_the_points(self):
        order = self.cart_with(10, 400)
        payment = self.start_payment(order)
        self.wired(payment)
        payment._set_canceled()
        self.assertTrue(self.hold_of(order).expires_at)
        order._action_cancel()
        self.assertEqual(self.hold_of(order).state, "released")
        self.assertBalance(400)

    def test_wire_that_fails_lets_the_customer_choose_anew(self):
        order = self.cart_with(10, 400)
        payment = self.start_payment(order)
        payment._set_error("declined")
        self.env.invalidate_all()
        self.assertFalse(self.call("/club/cart/points", units=100)["refused"])
        self.assertPays(order, 95.0, 5.0)
        second = self.start_payment(order)
        self.finish(second)
        self.assertEqual(order.state, "sale")
        self.assertPays(order, 95.0, 5.0)
        self.assertBalance(300 + 95)

    def test_wire_that_comes_after_the_promise_ran_out_is_honoured(self):
        order = self.cart_with(10, 400)
        payment = self.start_payment(order)
        self.run_out(order, hours=60)
        self.env["club.hold"].search([("id", "=", self.hold_of(order).id)])._release("lapsed")
        self.spend_elsewhere(350)
        self.finish(payment)
        self.assertEqual(order.state, "sale")
        self.assertPays(order, 80.0, 20.0)
        self.assertEqual(self.debt(), 270)  # 350 missing, 80 earned
        self.assertCoherent()

    def test_another_tab_takes_the_points_off_while_the_payment_is_open(self):
        order = self.cart_with(10, 400)
        payment = self.start_payment(order)
        self.call("/club/cart/points", units=0)
        self.assertPays(order, 100.0, 0.0)
        self.wired(payment)
        self.assertTrue(self.call("/club/cart/points", units=100)["refused"])
        self.finish(payment)
        self.assertEqual(order.state, "sale")
        self.assertPays(order, 80.0, 20.0)

    def test_card_adds_at_most_eight_queries_to_the_payment_page(self):
        self.fill_cart(10)
        self.url_open("/shop/checkout")

        def count():
            self.url_open("/shop/payment")
            before = self.cr.sql_log_count
            answer = self.url_open("/shop/payment")
            self.assertIn("/shop/payment", answer.url)
            return self.cr.sql_log_count - before

        with_club = count()
        self.website.club_outlet_id = False
        self.assertLessEqual(with_club - count(), 8)

    # ------------------------------------------------------------------ where any payment confirms
    def test_grown_cart_confirms_short_where_any_payment_confirms_and_earns_once_it_is_paid(self):
        """The host's setting "online payment confirms" off: any amount confirms, with points or without."""
        self.company.portal_confirmation_pay = False
        for units in (0, 400):
            with self.subTest(units=units):
                order = self.fill_cart(10)
                if units:
                    self.assertFalse(self.call("/club/cart/points", units=units)["refused"])
                payment = self.start_payment(order)
                before = order.amount_total
                self.wired(payment)
                goods = order.order_line.filtered(lambda line: not line.is_reward_line)
                goods.product_uom_qty = 13
                order._update_programs_and_rewards()
                start = self.balance()
                self.finish(payment)
                self.assertEqual(order.state, "sale")
                self.assertPays(order, before + 30, units / 20)
                self.assertEqual(self.balance(), start - units, "nothing is earned before the rest is there")
                self.finish(self._pay_online(order, 30.0, state="draft"))
                self.assertEqual(self.balance(), start - units + int(before) + 30)
                self.assertCoherent()
