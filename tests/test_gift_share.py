from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ClubCommon
from .common_losses import WalletAtTheTill
from .common_sale import OnlinePayments
from .common_wallet import WalletOrders


class GiftsForPoints:
    """A gift card of 50.00, which points buy in part; 100 Beans pay 1.00. A coffee is 121.00 and earns 100."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        programs = cls.env["loyalty.program"]
        programs.search([("program_type", "=", "gift_card"), ("is_club_technical", "=", False)]).active = False
        cls.gifts = programs.browse(programs.create_from_template("gift_card")["res_id"])
        cls.gifts.pos_report_print_id = cls.env.ref("loyalty.report_gift_card")
        cls.gift = cls.gifts.trigger_product_ids[:1]
        cls.gift.write({"active": True, "lst_price": 50, "taxes_id": False, "available_in_pos": True})
        cls.gifts.reward_ids.discount_line_product_id.taxes_id = False
        cls.env.registry.clear_cache()


@tagged("post_install", "-at_install", "loyalty_club")
class TestGiftShareAtTheTill(GiftsForPoints, WalletAtTheTill):
    def buy(self, points):
        data = self.ring_up([(self.gift, 1)])
        if points:
            self.add_points(data, points)
        self.add_rest(data)
        order = self.sync(data)
        told = {"points": 50, "program_id": self.gifts.id, "partner_id": False, "line_codes": []}
        order.with_user(self.cashier).confirm_coupon_programs({"-1": told})
        return self.gifts.coupon_ids.filtered(lambda card: card.source_pos_order_id == order)

    def pay_with(self, card, money, goods):
        reward = self.gifts.reward_ids
        line = {"price_unit": -money, "is_reward_line": True, "reward_id": reward.id, "coupon_id": card.id,
                "points_cost": money, "reward_identifier_code": "gift"}  # fmt: skip
        data = self.ring_up([*goods, (reward.discount_line_product_id, 1, line)], self.bob)
        self.add_rest(data)
        order = self.sync(data)
        told = {"points": -money, "program_id": self.gifts.id, "partner_id": False, "code": card.code}
        order.with_user(self.cashier).confirm_coupon_programs({str(card.id): told})
        return order

    def test_what_points_bought_earns_nothing(self):
        self.member().adjust(self.unit.id, 1513, "More", counts_lifetime=False)
        for points, earned in ((0, 100), (2000, 83)):  # 101.00 of 121.00 were money
            order = self.pay_with(self.buy(points), 50.0, [(self.coffee, 1)])
            self.assertEqual(sum(order.club_entry_ids.mapped("amount")), earned)
            order._club_sync()
            self.assertEqual(sum(order.club_entry_ids.mapped("amount")), earned)
        self.assertBalance(0)

    def test_second_card_bought_with_the_first_is_no_money_either(self):
        self.member().adjust(self.unit.id, 4513, "More", counts_lifetime=False)
        order = self.pay_with(self.buy(5000), 50.0, [(self.gift, 1)])
        card = self.gifts.coupon_ids.create(
            {"program_id": self.gifts.id, "points": 50, "source_pos_order_id": order.id}
        )
        order = self.pay_with(card, 48.4, [(self.cake, 4)])
        self.assertFalse(order.club_entry_ids)
        self.assertCoherent()

    def bring_back(self, order, quantity=1, goods=()):
        """Goods of an order come back, others are sold with them; the rest is cash."""
        line = order.lines.filtered(lambda own: own.product_id == self.coffee)
        told = {"refunded_orderline_id": line.id, "price_unit": line.price_unit}
        data = self.ring_up([(self.coffee, -quantity, told), *goods], order.partner_id, is_refund=True)
        self.add_rest(data)
        return self.sync(data)[-1:]

    def test_what_points_bought_comes_back_as_no_money(self):
        self.member().adjust(self.unit.id, 4513, "More", counts_lifetime=False)
        for points, part in ((0, 0.0), (2000, 20.0)):
            order = self.pay_with(self.buy(points), 50.0, [(self.coffee, 1)])
            self.assertEqual(order._club_gifted(), part)
            if not points:
                self.assertEqual(self.bring_back(order).amount_total, -121.0)
                continue
            with self.assertRaisesRegex(UserError, "20.00 of this was paid with a gift card"), self.env.cr.savepoint():
                self.bring_back(order)
            self.assertEqual(sum(order.club_entry_ids.mapped("amount")), 83)
            back = self.bring_back(order, goods=[(self.gift, 1, {"price_unit": 20.0})])
            self.assertEqual((back.amount_total, back._club_points_in(20.0)), (-101.0, 20.0))
            self.assertEqual(sum(order.club_entry_ids.mapped("amount")), 0)
        self.assertCoherent()

    def test_what_points_bought_is_exchanged_and_earns_no_more(self):
        self.member().adjust(self.unit.id, 4513, "More", counts_lifetime=False)
        order = self.pay_with(self.buy(2000), 50.0, [(self.coffee, 1)])
        self.assertEqual(sum(order.club_entry_ids.mapped("amount")), 83)
        swap = self.bring_back(order, goods=[(self.cake, 10)])
        self.assertEqual(swap.amount_total, 0.0)
        self.assertEqual(sum((order | swap).club_entry_ids.mapped("amount")), 83)
        self.assertCoherent()

    def test_card_made_by_hand_was_sold_by_no_order_that_it_paid(self):
        card = self.gifts.coupon_ids.create({"program_id": self.gifts.id, "points": 80})
        self.member().adjust(self.unit.id, 1513, "More", counts_lifetime=False)
        order = self.pay_with(card, 50.0, [(self.coffee, 1), (self.gift, 1)])
        self.assertEqual((card.source_pos_order_id, card.points), (order, 30))  # the host's way
        order._club_sync()
        self.assertEqual(sum(order.club_entry_ids.mapped("amount")), 100)
        self.assertEqual(order._club_points_in(50.0), 0.0)
        self.assertNotIn(card, order._club_sold_gift_cards())
        order = self.pay_with(card, 30.0, [(self.coffee, 1)])
        self.assertEqual(sum(order.club_entry_ids.mapped("amount")), 100)
        self.refund(order, {self.coffee: 1})
        self.assertEqual(sum(order.club_entry_ids.mapped("amount")), 0)
        self.assertCoherent()

    def test_cards_that_are_told_to_have_bought_each_other(self):
        cards = self.gifts.coupon_ids.create([{"program_id": self.gifts.id, "points": 50} for _card in range(2)])
        first, second = (self.pay_with(card, 50.0, [(self.coffee, 1)]) for card in cards)
        cards[0].source_pos_order_id, cards[1].source_pos_order_id = second, first
        for order in first | second:
            order._club_sync()
            self.assertEqual(sum(order.club_entry_ids.mapped("amount")), 100)

    def test_top_up_that_it_pays_is_credit_from_points(self):
        self.member().adjust(self.unit.id, 1513, "More", counts_lifetime=False)
        self.enrol(self.bob)
        self.pay_with(self.buy(2000), 50.0, [self.top_up_line(50.0)])
        self.assertWallet(50, 20, self.bob)


@tagged("post_install", "-at_install", "loyalty_club")
class TestGiftShareInTopUps(GiftsForPoints, WalletOrders, OnlinePayments, ClubCommon):
    """Store credit sold by order for 50.00."""

    def confirmed(self, product, points=0, card=None):
        order = self.quotation([(product, 1)])
        order.order_line.tax_ids = False
        order._update_programs_and_rewards()
        if points:
            order._club_choose(points, self.unit)
        if card:
            order._try_apply_code(card.code)
            order._apply_program_reward(self.gifts.reward_ids, card)
        if order.amount_total:
            self._pay_online(order)
        order.state == "sale" or order.action_confirm()
        return order

    def test_top_up_that_it_pays_is_credit_from_points(self):
        self.enrol(self.ada, 7000)
        top = self.wallet.rule_ids.product_ids[:1]
        top.write({"lst_price": 50, "taxes_id": False})
        self.wallet.trigger_product_ids = self.wallet.rule_ids.product_ids = top
        self.env.registry.clear_cache()
        converted = 0
        for points, part in ((0, 0), (2000, 20), (5000, 50)):
            order = self.confirmed(self.gift, points)
            card = order.coupon_point_ids.coupon_id.filtered(lambda own: own.program_id == self.gifts)
            self.assertEqual(card.points, 50)
            self.confirmed(top, card=card)
            converted += part
            self.assertAlmostEqual(self.member()._club_credit_left(self.wallet), converted)
        self.assertWallet(150, 70)


@tagged("post_install", "-at_install", "loyalty_club")
class TestGiftShareInOrders(GiftsForPoints, OnlinePayments, ClubCommon):
    def order(self, product, quantity=1, partner=None):
        return self.env["sale.order"].create({
            "partner_id": (partner or self.ada).id,
            "team_id": self.team.id,
            "pricelist_id": self.pricelist.id,
            "order_line": [Command.create({"product_id": product.id, "product_uom_qty": quantity})],
        })  # fmt: skip

    def paid(self, order):
        if order.amount_total:
            self._pay_online(order)
        order.state == "sale" or order.action_confirm()
        return order

    def test_what_points_bought_earns_nothing(self):
        self.enrol(self.ada, 2000)
        mug = self._product("Mug", 10.0, taxes_id=[Command.clear()], type="service")
        for points, earned in ((0, 100), (2000, 80)):
            order = self.order(self.gift)
            order._update_programs_and_rewards()
            if points:
                order._club_choose(points, self.unit)
                self.assertEqual(order.amount_total, 30.0)
            self.paid(order)
            card = order.coupon_point_ids.coupon_id.filtered(lambda own: own.program_id == self.gifts)
            self.assertEqual((card.points, card.order_id), (50, order))
            order = self.order(mug, 10, self.bob)
            order._try_apply_code(card.code)
            order._apply_program_reward(self.gifts.reward_ids, card)
            order._update_programs_and_rewards()
            self.assertEqual(order.amount_total, 50.0)
            self.paid(order)
            self.assertEqual(sum(order.club_entry_ids.mapped("amount")), earned)
        self.assertCoherent()
