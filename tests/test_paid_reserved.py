"""Promotions and prices of a tier in an order whose payment was started: they stay, whatever became of the tier."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ClubCommon
from .common_portal import PortalCommon
from .common_reserved import ReservedCommon
from .common_sale import OnlinePayments
from .common_shop import ShopCommon
from .test_paid_confirms import LatePayments
from .test_tier_price_shop import TestTierPriceShop


@tagged("post_install", "-at_install", "loyalty_club")
class TestPaidReserved(LatePayments, ReservedCommon, ShopCommon, ClubCommon):
    """10 % for Silver take 10.00 off Ada's cart of 100.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([("is_club_technical", "=", False)]).active = False
        cls.silver_ten = cls.promotion(tier=cls.silver)

    def setUp(self):
        super().setUp()
        self.make(self.silver)

    def with_promotion(self, total=90):
        order = self.cart()
        order._update_programs_and_rewards()
        order._auto_apply_rewards()
        self.assertAlmostEqual(order.amount_total, total)
        return order

    def started(self, state="draft"):
        order = self.with_promotion()
        payment = self._pay_online(order, state=state)
        self.assertEqual(payment.club_reward_ids, self.silver_ten.reward_ids)
        return order, payment

    def touch(self, order):
        """The customer looks at the cart."""
        self.env.flush_all()
        self.env.invalidate_all()
        order._update_programs_and_rewards()
        order._auto_apply_rewards()

    def grow_old(self, payment, days):
        self.env.flush_all()
        late = fields.Datetime.now() - timedelta(days=days)
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %s, last_state_change = %s WHERE id = %s",
            (late, late, payment.id),
        )
        self.env.invalidate_all()

    def closing(self):
        return {
            "club off": lambda: self.club.action_switch_off(),
            "club suspended": lambda: self.club.write({"state": "suspended"}),
            "outlet out": lambda: self.outlet.write({"is_opted_in": False}),
            "member archived": lambda: self.member().write({"active": False}),
            "tier lost": self.lose_tier,
        }

    def test_started_payment_confirms_with_the_promotion_whatever_was_closed_since(self):
        for state in ("draft", "pending"):
            for case, close in self.closing().items():
                with self.subTest(case, state=state), self.env.cr.savepoint() as savepoint:
                    order, payment = self.started(state)
                    close()
                    self.touch(order)
                    self.assertAlmostEqual(order.amount_total, 90)
                    self.settle(payment)
                    self.assertConfirmedFor(order, payment, 90)
                    self.assertEqual(self.reward_lines(order).reward_id, self.silver_ten.reward_ids)
                    self.touch(order)
                    self.assertAlmostEqual(order.amount_total, 90)
                    savepoint.rollback()
                    self.env.invalidate_all()
                    self.env.registry.clear_all_caches()
        self.assertCoherent()

    def test_promotion_that_left_the_cart_is_back_with_the_money(self):
        for case in ("payment a day old", "taken off"):
            with self.subTest(case):
                order, payment = self.started()
                if case == "taken off":
                    self.reward_lines(order).unlink()
                else:
                    self.grow_old(payment, 2)
                    self.lose_tier()
                    self.touch(order)
                self.assertAlmostEqual(order.amount_total, 100)
                self.settle(payment)
                self.assertConfirmedFor(order, payment, 90)
                self.env["club.move"]._record([(self.member().id, self.tier.id, self.silver.id, 500)], "lifetime")
                self.env.flush_all()
        self.assertCoherent()

    def test_promotion_with_a_code_is_back_with_the_money(self):
        self.silver_ten.active = False
        program = self.promotion("Silver code", 20, tier=self.silver, code="SILVER20")
        order = self.cart()
        [(card, rewards)] = order._try_apply_code("SILVER20").items()
        order._apply_program_reward(rewards, card)
        payment = self._pay_online(order, state="draft")
        self.assertEqual((payment.amount, payment.club_reward_ids), (80, program.reward_ids))
        self.grow_old(payment, 2)
        self.lose_tier()
        self.touch(order)
        self.assertAlmostEqual(order.amount_total, 100)
        self.settle(payment)
        self.assertConfirmedFor(order, payment, 80)

    def test_payment_that_was_given_up_frees_it(self):
        order, payment = self.started("pending")
        payment._set_canceled()
        self.lose_tier()
        self.touch(order)
        self.assertAlmostEqual(order.amount_total, 100)

    def test_payment_promises_only_what_the_order_had_when_it_was_started(self):
        self.club.action_switch_off()
        order = self.with_promotion(100)
        payment = self._pay_online(order, state="draft")
        self.assertFalse(payment.club_reward_ids)
        self.touch(order)
        self.assertAlmostEqual(order.amount_total, 100)
        self.settle(payment)
        self.assertConfirmedFor(order, payment, 100)

    # ------------------------------------------------------------------ archived or ended
    def test_promotion_archived_or_ended_while_the_payment_is_on_its_way_stays(self):
        yesterday = fields.Date.today() - timedelta(days=1)
        for state in ("draft", "pending"):
            for is_looked_at in (False, True):
                for values in ({"active": False}, {"date_to": yesterday}, {"sale_ok": False}):
                    case = self.subTest(values, state=state, is_looked_at=is_looked_at)
                    with case, self.env.cr.savepoint() as savepoint:
                        order, payment = self.started(state)
                        self.silver_ten.write(values)
                        if is_looked_at:
                            self.touch(order)
                        self.settle(payment)
                        self.assertConfirmedFor(order, payment, 90)
                        savepoint.rollback()
                        self.env.invalidate_all()
                        self.env.registry.clear_all_caches()
        self.assertCoherent()

    def test_archived_promotion_with_a_code_that_was_taken_off_is_back_with_the_money(self):
        self.silver_ten.active = False
        program = self.promotion("Silver code", 20, tier=self.silver, code="SILVER20")
        order = self.cart()
        [(card, rewards)] = order._try_apply_code("SILVER20").items()
        order._apply_program_reward(rewards, card)
        payment = self._pay_online(order, state="draft")
        self.grow_old(payment, 2)
        program.active = False
        self.touch(order)
        self.assertAlmostEqual(order.amount_total, 100)
        self.settle(payment)
        self.assertConfirmedFor(order, payment, 80)

    def test_archived_promotion_leaves_a_cart_that_is_not_being_paid(self):
        order = self.with_promotion()
        quotation = self.with_promotion()
        quotation.state = "sent"  # the host takes it off drafts of the website at once
        self.silver_ten.active = False
        self.assertAlmostEqual(order.amount_total, 100)
        with self.assertRaisesRegex(UserError, "Reload the page"), self.env.cr.savepoint():
            self._pay_online(quotation)
        self.touch(quotation)
        self.assertAlmostEqual(quotation.amount_total, 100)
        self._pay_online(quotation)
        self.assertEqual(quotation.state, "sale")

    def test_lost_tier_stops_a_payment_before_it_starts(self):
        order = self.with_promotion()
        self.lose_tier()
        with self.assertRaisesRegex(UserError, "Reload the page"), self.env.cr.savepoint():
            self._pay_online(order)
        self.touch(order)
        self._pay_online(order)
        self.assertEqual((order.state, order.amount_total), ("sale", 100))

    def test_free_product_of_a_reserved_promotion_is_back_as_it_was_chosen(self):
        self.silver_ten.active = False
        mugs = self.mug | self._product("Blue mug", 10.0, taxes_id=[Command.clear()], type="service")
        tag = self.env["product.tag"].create({"name": "Mugs", "product_product_ids": [Command.set(mugs.ids)]})
        reward = {"reward_type": "product", "reward_product_tag_id": tag.id, "required_points": 1}
        self.promotion("A mug for Silver", tier=self.silver, reward_ids=[Command.create(reward)])
        order = self.cart()
        order._update_programs_and_rewards()
        [(card, rewards)] = order._get_claimable_rewards().items()
        chosen = rewards.reward_product_ids[1]
        order._apply_program_reward(rewards, card, product=chosen)
        payment = self._pay_online(order, state="draft")
        self.grow_old(payment, 2)
        self.reward_lines(order).unlink()
        self.settle(payment)
        self.assertConfirmedFor(order, payment, 100)
        self.assertEqual(self.reward_lines(order).product_id, chosen)

    def test_forged_line_is_promised_to_no_payment(self):
        order = self.cart(partner=self.bob)
        reward = self.silver_ten.reward_ids
        self.env["sale.order.line"].create({
            "order_id": order.id, "product_id": reward.discount_line_product_id.id, "price_unit": -50,
            "product_uom_qty": 1, "reward_id": reward.id, "points_cost": 1, "reward_identifier_code": "x",
            "tax_ids": [Command.clear()], "name": "Less",
        })  # fmt: skip
        self.assertAlmostEqual(order.amount_total, 50)
        with self.assertRaisesRegex(UserError, "Reload the page"), self.env.cr.savepoint():
            self._pay_online(order, state="draft")
        order._update_programs_and_rewards()
        self.assertAlmostEqual(order.amount_total, 100)


@tagged("post_install", "-at_install", "loyalty_club")
class TestPaidTierPrice(LatePayments, OnlinePayments, ReservedCommon, PortalCommon):
    """Ada is Silver and pays 5 % less; a mug costs 100.00."""

    fill_cart = TestTierPriceShop.fill_cart
    look_at = TestTierPriceShop.look_at

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([("is_club_technical", "=", False)]).active = False
        cls.mug = cls._product("Mug", 100.0, taxes_id=[Command.clear()], type="service", is_published=True)
        item = {"compute_price": "percentage", "percent_price": 5, "applied_on": "3_global"}
        cls.silver.pricelist_id = cls.env["product.pricelist"].create(
            {"name": "Silver 5 %", "company_id": False, "item_ids": [Command.create(item)]}
        )

    def test_cart_keeps_its_prices_while_a_payment_may_come(self):
        self.make(self.silver)
        self.authenticate("ada_signs_in", "ada_signs_in")
        for state in ("draft", "error"):
            with self.subTest(state):
                order = self.fill_cart()
                self.assertEqual(self.look_at(order), (95.0, 0))
                payment = self._pay_online(order, state="draft")
                if state == "error":
                    payment._set_error("declined")
                self.lose_tier()
                self.assertEqual(self.look_at(order), (95.0, 0))
                self.settle(payment)
                self.assertConfirmedFor(order, payment, 95)
                self.env["club.move"]._record([(self.member().id, self.tier.id, self.silver.id, 500)], "lifetime")
                self.env.flush_all()

    def test_cart_follows_the_tier_again_once_the_payment_is_cancelled(self):
        self.make(self.silver)
        self.authenticate("ada_signs_in", "ada_signs_in")
        order = self.fill_cart()
        payment = self._pay_online(order, state="draft")
        payment._set_canceled()
        self.lose_tier()
        self.assertEqual(self.look_at(order), (100.0, 0))
