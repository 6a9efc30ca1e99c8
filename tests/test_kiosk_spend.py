from odoo.fields import Command
from odoo.tests import tagged

from .common_kiosk_spend import SpendCommon


@tagged("post_install", "-at_install")
class TestKioskSpend(SpendCommon):
    """What is chosen at a kiosk is promised at once, shown as it will cost, and taken when the order is paid."""

    # ------------------------------------------------------------------ points in part
    def test_part_in_points_is_a_line_and_the_terminal_charges_the_rest(self):
        offer = self.choose(points=100)
        self.assertEqual((offer["refused"], offer["total"], offer["off"], offer["total_after"]), ("", 121, 1, 120))
        self.assertEqual(self.holds().mapped(lambda hold: (hold.channel, hold.state, hold.amount)),
                         [("kiosk", "held", 100)])  # fmt: skip
        order = self.place()
        self.assertEqual((order.state, order.amount_total, order.partner_id), ("draft", 120, self.ada))
        line = self.club_lines(order)
        self.assertEqual((line.price_subtotal_incl, line.tax_ids.ids), (-1, []))
        self.assertBalance(487)
        self.pay_by_terminal(order)
        self.assertEqual((order.state, self.holds().state), ("paid", "captured"))
        # 100.00 net, of which 120.00 of 121.00 was money: 99 Beans
        self.assertBalance(487 - 100 + 99)

    def test_points_that_lower_the_price_lower_its_tax(self):
        self.club.points_tax = "reduction"
        offer = self.choose(points=250)
        self.assertEqual((offer["off"], offer["total_after"]), (2.5, 118.5))
        order = self.place()
        line = self.club_lines(order)
        self.assertEqual((order.amount_total, line.tax_ids), (118.5, self.tax))
        self.assertAlmostEqual(order.amount_tax, 20.57, 2)
        self.pay_by_terminal(order)
        self.assertBalance(487 - 250 + 97)

    def test_part_in_points_earns_nothing_where_redeemed_orders_do_not(self):
        self.club.earn_on_redemption = False
        self.choose(points=100)
        order = self.place()
        self.pay_by_terminal(order)
        self.assertBalance(387)

    def test_offer_shows_caps_and_says_them(self):
        offer = self.offer()
        [points] = offer["points"]
        self.assertEqual((points["cap"], points["cap_money"], points["amount"]), (250, 250, 0))
        self.assertIn("250 Beans", points["why"])
        self.assertFalse(self.holds())
        self.choose(points=100)
        [points] = self.offer()["points"]
        self.assertEqual((points["cap"], points["amount"]), (250, 100))

    def test_more_than_the_conditions_allow_is_refused(self):
        offer = self.choose(points=251)
        self.assertIn("251 Beans are too many", offer["refused"])
        self.assertFalse(self.live())
        self.unit.redeem_min = 60
        self.assertIn("at least 60", self.choose(points=50)["refused"].lower())
        self.club.redeem_max_money = 1
        self.assertIn("at most", self.choose(points=101)["refused"])
        self.assertBalance(487)

    def test_choosing_again_and_again_promises_once(self):
        for points in (100, 100, 200, 50):
            self.choose(points=points)
        self.assertEqual(self.live().mapped("amount"), [50])
        self.choose()
        self.assertFalse(self.live())
        order = self.place()
        self.assertEqual((order.amount_total, self.club_lines(order).ids), (121, []))

    # ------------------------------------------------------------------ points in full
    def full_cart(self, points=350):
        """A pastry of 3.50 with tax, and no conditions."""
        self.env["club.condition"].search([("club_id", "=", self.club.id)]).unlink()
        pastry = self._product("Pastry", 3.5, taxes_id=[Command.clear()])
        self.cart = self.told([(pastry, 1)], token=self.token)
        return self.choose(points=points)

    def test_points_that_cover_everything_are_the_payment(self):
        offer = self.full_cart()
        self.assertEqual((offer["refused"], offer["total_after"]), ("", 0))
        order = self.place()
        self.assertEqual((order.state, order.amount_total, order.amount_paid), ("paid", 3.5, 3.5))
        self.assertEqual(order.payment_ids.payment_method_id, self.kiosk._club_tenders())
        self.assertFalse(self.club_lines(order))
        self.assertEqual(self.holds().state, "captured")
        self.assertBalance(137)

    def test_points_in_full_lower_the_price_to_nothing_where_they_lower_prices(self):
        self.club.points_tax = "reduction"
        self.full_cart()
        order = self.place()
        self.assertEqual((order.state, order.amount_total, order.payment_ids.ids), ("paid", 0, []))
        self.assertBalance(137)

    def test_order_that_points_paid_is_not_charged_again(self):
        self.full_cart()
        order = self.place()
        method = self.kiosk.payment_method_ids - self.tender
        self.assertEqual(method._payment_request_from_kiosk(order), {"status": "paid"})
        self.assertBalance(137)

    def test_points_in_full_on_an_order_that_grows_are_a_part(self):
        self.full_cart()
        cake = self.told([(self.cake, 1)])
        self.cart["lines"] += cake["lines"]
        self.choose(points=350)
        order = self.place()
        self.assertEqual((order.state, order.amount_total), ("draft", 12.1))
        self.assertEqual(self.club_lines(order).price_subtotal_incl, -3.5)

    # ------------------------------------------------------------------ rewards
    def test_reward_takes_its_part_off_and_its_price_when_paid(self):
        offer = self.choose(rewards=[self.ten])
        self.assertEqual((offer["refused"], offer["off"], offer["total_after"]), ("", 12.1, 108.9))
        [tile] = offer["rewards"]
        self.assertEqual((tile["is_chosen"], tile["price"]), (True, "80 Beans"))
        order = self.place()
        self.assertEqual(order.amount_total, 108.9)
        self.assertEqual(self.club_lines(order).tax_ids, self.tax)
        self.pay_by_terminal(order)
        self.assertBalance(487 - 80 + 90)
        self.assertEqual(sum(self.holds().card_id.history_ids.mapped("used")), 1)

    def test_reward_and_points_stack_as_everywhere(self):
        offer = self.choose(rewards=[self.ten], points=250)
        self.assertEqual((offer["off"], offer["total_after"]), (14.6, 106.4))
        order = self.place()
        self.assertEqual(order.amount_total, 106.4)
        self.pay_by_terminal(order)
        # 100.00 net, of which 106.40 of 121.00 was money
        self.assertBalance(487 - 80 - 250 + 87)

    def test_free_product_is_one_of_the_cart(self):
        free = self.reward("Free cake", 100, {"reward_type": "product", "reward_product_id": self.cake.id})
        [tile] = [tile for tile in self.offer()["rewards"] if tile["id"] == free.id]
        self.assertTrue(tile["is_missing"])
        self.assertEqual(tile["products"][0]["template_id"], self.cake.product_tmpl_id.id)
        self.cart["lines"] += self.told([(self.cake, 2)])["lines"]
        offer = self.choose(rewards=[free])
        self.assertEqual((offer["off"], offer["total_after"]), (12.1, 133.1))
        order = self.place()
        self.assertEqual(order.amount_total, 133.1)
        self.pay_by_terminal(order)
        self.assertEqual(self.holds().state, "captured")
        self.assertCoherent()

    def test_reward_out_of_reach_is_refused_in_words(self):
        dear = self.reward("Dear", 1000)
        offer = self.choose(rewards=[dear])
        self.assertIn("513 Beans more", offer["refused"])
        [tile] = [tile for tile in offer["rewards"] if tile["id"] == dear.id]
        self.assertFalse(tile["is_in_reach"])
        self.assertFalse(self.live())

    # ------------------------------------------------------------------ vouchers
    def test_own_voucher_is_used_by_the_order_it_is_on(self):
        voucher = self.buy(self.ten)
        offer = self.offer()
        [tile] = offer["vouchers"]
        self.assertEqual((tile["id"], tile["is_in_reach"], tile["is_chosen"]), (voucher.id, True, False))
        offer = self.choose(vouchers=[voucher])
        self.assertEqual((offer["refused"], offer["total_after"]), ("", 108.9))
        order = self.place()
        self.pay_by_terminal(order)
        self.assertEqual((voucher.state, voucher.used_id), ("used", order.id))
        self.assertCoherent()

    def test_code_is_typed_in_any_case(self):
        voucher = self.buy(self.ten)
        offer = self.choose(code=f" {voucher.card_id.code.lower()} ")
        self.assertEqual((offer["refused"], offer["total_after"]), ("", 108.9))

    def test_code_of_nobody_and_of_somebody_else_get_the_same_answer(self):
        self.enrol(self.bob, 100)
        foreign = self.buy(self.ten, self.bob)
        answers = {self.choose(code=code)["refused"] for code in ("NOTHING", foreign.card_id.code)}
        self.assertEqual(len(answers), 1)
        self.assertIn("no voucher with this code", answers.pop())
        self.assertEqual(foreign.state, "owned")

    def test_voucher_that_may_be_given_away_is_used_by_whoever_has_its_code(self):
        self.enrol(self.bob, 100)
        gift = self.buy(self.reward("Gift", 50, club_is_giftable=True), self.bob)
        self.assertEqual(self.choose(code=gift.card_id.code)["total_after"], 108.9)
        order = self.place()
        self.assertEqual(order.amount_total, 108.9)
        self.pay_by_terminal(order)
        self.assertEqual(gift.state, "used")

    def test_voucher_on_a_placed_order_is_nobody_elses(self):
        voucher = self.buy(self.ten)
        self.choose(vouchers=[voucher])
        self.place()
        other, token = self.told([(self.coffee, 1)]), self.recognise()
        offer = self.choose(vouchers=[voucher], cart=other, token=token)
        self.assertIn("on another order", offer["refused"])
        self.assertEqual(offer["total_after"], 121)
        found = self.register.with_user(self.clerk).use_coupon_code(
            voucher.card_id.code, "2026-01-01 12:00:00", self.bob.id, False
        )
        self.assertFalse(found["successful"])
