"""Choosing points in the cart and on quotations: caps, lifetimes, and who may not."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ClubCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install")
class TestShopPoints(ShopCommon, ClubCommon):
    def staff(self):
        return self.env["res.users"].create(
            {
                "name": "Sam", "login": "sam@example.com",
                "group_ids": [(6, 0, [self.env.ref("sales_team.group_sale_salesman_all_leads").id])],
            }
        )  # fmt: skip

    def assertRefused(self, order, units, text):
        before = self.pays(order)
        with self.assertRaisesRegex(UserError, text):
            order._club_choose(units)
        self.assertEqual(self.pays(order), before)

    def test_choice_follows_the_cart(self):
        order = self.cart()
        order._club_choose(400)
        self.assertPays(order, 80.0, 20.0)
        self.set_quantity(order, 1)
        self.assertPays(order, 0.0, 10.0)
        self.set_quantity(order, 5)
        self.assertPays(order, 30.0, 20.0)
        order._club_choose(100)
        self.assertPays(order, 45.0, 5.0)
        self.assertEqual(self.hold_of(order).amount, 100)
        order._club_choose(0)
        self.assertPays(order, 50.0, 0.0)
        self.assertEqual(self.hold_of(order).state, "released")

    def test_negative_huge_and_odd_amounts_are_refused(self):
        order = self.cart()
        for units in (-1, 401, 10**18, True, 1.5, "5", None):
            with self.subTest(units=units), self.assertRaises(UserError):
                order._club_choose(units)
        self.assertPays(order, 100.0, 0.0)

    def test_caps_by_condition_minimum_and_most(self):
        self.env["club.condition"].create(
            {"club_id": self.club.id, "unit_id": self.unit.id, "minimum_total": 50, "maximum": 200}
        )
        order = self.cart()
        self.assertRefused(order, 201, "Most for this order: 200")
        order._club_choose(200)
        self.assertPays(order, 90.0, 10.0)
        self.club.redeem_max_money = 4.0
        order._update_programs_and_rewards()
        self.assertPays(order, 96.0, 4.0)
        self.unit.redeem_min = 50
        self.assertRefused(order, 49, "")
        small = self.cart(4)
        self.assertRefused(small, 50, "orders from")

    def test_gate_channel_outlet_and_currency_are_told_in_a_sentence(self):
        order = self.cart()
        self.club.is_redeem_shop = False
        self.assertRefused(order, 10, "switched off here")
        quotation = self.quotation([(self.mug, 10)])
        quotation._club_choose(10)
        self.club.write({"is_redeem_shop": True, "is_redeem_allowed": False})
        self.assertRefused(quotation, 20, "switched off here")
        self.club.is_redeem_allowed = True
        self.outlet.is_opted_in = False
        self.assertRefused(order, 10, "does not take part")
        self.outlet.write({"is_opted_in": True, "opted_in_at": fields.Datetime.now() - timedelta(days=1)})
        foreign = self.env["res.currency"].with_context(active_test=False).search(
            [("id", "!=", self.club.currency_id.id), ("name", "in", ("EUR", "GBP"))], limit=1
        )  # fmt: skip
        foreign.active = True
        order.pricelist_id = self.env["product.pricelist"].create({"name": "Abroad", "currency_id": foreign.id})
        self.assertRefused(order, 10, "which this order is not in")

    def test_visitor_who_is_no_member_is_told(self):
        self.assertRefused(self.cart(partner=self.bob), 10, "belong to members")

    def test_two_carts_share_one_balance(self):
        first, second = self.cart(), self.cart()
        first._club_choose(300)
        self.assertRefused(second, 101, "100 Beans are all there is")
        second._club_choose(100)
        self.assertPays(second, 95.0, 5.0)

    def test_cart_is_promised_two_hours_from_its_last_touch(self):
        order = self.cart()
        order._club_choose(400)
        hold = self.hold_of(order)
        soon = fields.Datetime.now() + timedelta(minutes=20)
        self.env.cr.execute("UPDATE club_hold SET expires_at = %s WHERE id = %s", (soon, hold.id))
        self.env.invalidate_all()
        order._update_programs_and_rewards()
        self.assertGreater(hold.expires_at, fields.Datetime.now() + timedelta(minutes=110))

    def test_pending_payment_is_promised_without_end_and_a_cancelled_one_is_not(self):
        order = self.cart()
        order._club_choose(400)
        payment = self._pay_online(order, state="pending")
        self.assertFalse(self.hold_of(order).expires_at)
        payment._set_canceled()
        self.assertTrue(self.hold_of(order).expires_at)

    def test_quotation_is_promised_while_it_is_valid(self):
        day = fields.Date.today() + timedelta(days=10)
        order = self.quotation([(self.mug, 10)], validity_date=day)
        order._club_choose(400)
        self.assertEqual(self.hold_of(order).expires_at.date(), day + timedelta(days=1))
        endless = self.quotation([(self.mug, 1)], validity_date=False)
        self.assertRefused(endless, 1, "no Beans to use")

    def test_choice_is_refused_while_a_payment_is_on_its_way(self):
        order = self.cart()
        order._club_choose(400)
        self._pay_online(order, state="pending")
        self.assertRefused(order, 100, "on its way")

    def test_code_of_a_card_buys_nothing_on_another_order(self):
        first, second = self.cart(), self.cart(partner=self.bob)
        first._club_choose(400)
        card = self.hold_of(first).card_id
        self.assertGreaterEqual(len(card.code), 20)
        self.assertIn("error", second._try_apply_code(card.code))
        card.points = 1000
        second.applied_coupon_ids |= card
        self.assertIn("error", second._apply_program_reward(card.program_id.reward_ids, card))
        second.club_hold_id = first.club_hold_id
        second._update_programs_and_rewards()
        self.assertPays(second, 100.0, 0.0)

    def test_copy_of_an_order_has_no_points(self):
        order = self.cart()
        order._club_choose(400)
        copied = order.copy()
        self.assertPays(copied, 100.0, 0.0)
        self.assertFalse(copied.club_hold_id)
        self.assertPays(order, 80.0, 20.0)

    def test_points_come_after_promotions_and_with_delivery(self):
        program = self.env["loyalty.program"].create(
            {
                "name": "Ten off", "program_type": "promotion", "applies_on": "current", "trigger": "auto",
                "rule_ids": [(0, 0, {})],
                "reward_ids": [(0, 0, {"reward_type": "discount", "discount": 10, "discount_mode": "percent",
                                       "discount_applicability": "order"})],
            }
        )  # fmt: skip
        order = self.cart()
        order._club_choose(400)
        order._auto_apply_rewards()
        order._update_programs_and_rewards()
        self.assertIn(program, order.order_line.reward_id.program_id)
        self.assertPays(order, 70.0, 20.0)

    def test_staff_use_points_on_a_quotation_and_take_them_off(self):
        sam = self.staff()
        order = self.quotation([(self.mug, 10)], user_id=sam.id)
        self.assertTrue(order.with_user(sam).club_is_points_offered)
        order.with_user(sam).action_club_use_points()
        wizard = self.env["club.use.points"].with_user(sam).create({"order_id": order.id})
        self.assertEqual((wizard.amount, wizard.money), (400.0, 20.0))
        wizard.amount = 100
        wizard.action_use()
        self.assertPays(order, 116.0, 5.0)
        wizard.amount = 401
        self.assertEqual((wizard.money, wizard.too_many), (0.0, "Too many: 400 Beans are the most here."))
        with self.assertRaises(UserError):
            wizard.action_use()
        wizard.action_take_off()
        self.assertPays(order, 121.0, 0.0)
        wizard.amount = 100
        wizard.action_use()
        order.with_user(sam).action_confirm()
        self.assertPays(order, 116.0, 5.0)
        self.assertBalance(300)

    def test_customers_cannot_use_points_by_rpc(self):
        order = self.cart()
        customer = self.env["res.users"].create(
            {
                "name": "Ada", "login": "ada@example.com", "partner_id": self.ada.id,
                "group_ids": [(6, 0, [self.env.ref("base.group_portal").id])],
            }
        )  # fmt: skip
        with self.assertRaises(AccessError):
            order.with_user(customer).action_club_use_points()
        with self.assertRaises(AccessError):
            self.env["club.use.points"].with_user(customer).create({"order_id": order.id})
        order._club_choose(100)
        with self.assertRaises(AccessError):
            order._club_points_lines().with_user(customer).write({"price_unit": -90})
        with self.assertRaises(AccessError):
            order._club_points_lines().with_user(customer).unlink()
        self.assertPays(order, 95.0, 5.0)
        self.assertCoherent()
