from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_pos import TenderCommon
from .common_reserved import ReservedCommon
from .common_reward import RewardCommon
from .common_sale import OnlinePayments


@tagged("post_install", "-at_install", "loyalty_club")
class TestReserved(ReservedCommon, OnlinePayments, RewardCommon, TenderCommon):
    """10 % for members from Silver on: Ada is Silver, Bob is no member."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).active = False
        cls.silver_ten = cls.promotion(tier=cls.silver)
        cls.silver_code = cls.promotion("Silver code", 20, tier=cls.silver, code="SILVER20")

    def setUp(self):
        super().setUp()
        self.make(self.silver)
        self.some_time_later()

    def some_time_later(self):
        """She has been Silver for two days."""
        self.env.flush_all()
        self.cr.execute("UPDATE club_move SET moved_at = moved_at - interval '2 days'")
        self.env.invalidate_all()

    def offered(self, order):
        order._update_programs_and_rewards()
        return {reward for rewards in order._get_claimable_rewards().values() for reward in rewards}

    def applied(self, partner=None, **values):
        order = self.quotation([(self.coffee, 1)], partner, **values)
        order._update_programs_and_rewards()
        for card, rewards in order._get_claimable_rewards().items():
            order._apply_program_reward(rewards[0], card)
        return order

    def closed_line(self, program=None, **values):
        """The line of a reserved promotion as a register sends it."""
        return {
            "price_unit": -10.0,
            "is_reward_line": True,
            "reward_id": (program or self.silver_ten).reward_ids.id,
            "points_cost": 1,
            "reward_identifier_code": "one",
            **values,
        }

    def order_with_promotion(self, partner, **values):
        product = self.silver_ten.reward_ids.discount_line_product_id
        product.taxes_id = self.coffee.taxes_id
        order = self.ui_order([(self.coffee, 1), (product, 1, self.closed_line(**values))], [], partner)
        self.add_rest(order)
        return order

    # ------------------------------------------------------------------ quotations and the webshop
    def test_member_of_the_tier_gets_it_on_a_quotation_and_in_the_cart(self):
        for values in ({}, {"website_id": self.website.id}):
            with self.subTest(**values):
                offered = self.offered(self.quotation([(self.coffee, 1)], **values))
                self.assertEqual(offered, {self.silver_ten.reward_ids})
                self.assertAlmostEqual(self.applied(**values).amount_total, 108.9)

    def test_higher_tier_gets_it_too_and_a_lower_one_does_not(self):
        self.silver_ten.club_min_tier_id = self.gold
        self.assertFalse(self.offered(self.quotation([(self.coffee, 1)])))
        self.make(self.gold)
        self.assertTrue(self.offered(self.quotation([(self.coffee, 1)])))
        self.silver_ten.club_min_tier_id = self.silver
        self.assertTrue(self.offered(self.quotation([(self.coffee, 1)])))

    def test_visitors_guests_and_others_see_nothing_of_it(self):
        public = self.website.user_id.partner_id
        self.enrol(self.bob).write({"is_guest": True, "tier_id": self.gold.id})
        for partner in (public, self.bob):
            for values in ({}, {"website_id": self.website.id}):
                with self.subTest(partner=partner.name, **values):
                    order = self.quotation([(self.coffee, 1)], partner, **values)
                    self.assertFalse(self.offered(order))
                    answer = order._try_apply_code("SILVER20")
                    self.assertTrue(answer.get("not_found"), answer)
                    self.assertNotIn("Silver", answer["error"])

    def test_code_works_for_the_tier(self):
        order = self.quotation([(self.coffee, 1)])
        [(card, rewards)] = order._try_apply_code("SILVER20").items()
        order._apply_program_reward(rewards, card)
        self.assertAlmostEqual(order.amount_total, 96.8)

    def test_visitor_who_signs_in_gets_it_in_the_cart_at_once(self):
        order = self.quotation([(self.coffee, 1)], self.website.user_id.partner_id, website_id=self.website.id)
        self.assertFalse(self.offered(order))
        order.partner_id = self.ada
        self.assertEqual(self.offered(order), {self.silver_ten.reward_ids})

    def test_changed_customer_loses_it_at_once(self):
        order = self.applied()
        self.assertAlmostEqual(order.amount_total, 108.9)
        order.partner_id = self.bob
        self.assertFalse(self.reward_lines(order))
        self.assertAlmostEqual(order.amount_total, 121.0)

    def test_tier_lost_before_the_order_is_confirmed_takes_it_along(self):
        order = self.applied()
        self.lose_tier()
        order.action_confirm()
        self.assertFalse(self.reward_lines(order))
        self.assertAlmostEqual(order.amount_total, 121.0)

    def test_tier_lost_while_the_money_is_on_its_way_changes_nothing(self):
        order = self.applied(website_id=self.website.id)
        order.transaction_ids = False
        payment = self._pay_online(order, state="pending")
        self.cr.execute(
            "UPDATE payment_transaction SET create_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(minutes=5), payment.id),
        )
        self.env.invalidate_all()
        self.lose_tier()
        payment._set_done()
        payment._post_process()
        self.assertEqual(order.state, "sale")
        self.assertAlmostEqual(order.amount_total, 108.9)

    def test_confirmed_order_keeps_it_when_it_is_edited_after_the_tier_is_gone(self):
        order = self.applied()
        order.action_confirm()
        order.date_order = fields.Datetime.now() - timedelta(days=1)
        self.lose_tier()
        order._update_programs_and_rewards()
        self.assertTrue(self.reward_lines(order))

    def test_line_forged_by_a_salesperson_is_gone_when_confirmed(self):
        order = self.quotation([(self.coffee, 1)], self.bob)
        reward = self.silver_ten.reward_ids
        seller = self.env["res.users"].create({
            "name": "Seller", "login": "club-seller",
            "group_ids": [Command.set(self.env.ref("sales_team.group_sale_salesman_all_leads").ids)],
        })  # fmt: skip
        card = self.env["loyalty.card"].create({"program_id": self.silver_ten.id, "points": 1})
        for coupon in (False, card.id):
            self.env["sale.order.line"].with_user(seller).create({
                "order_id": order.id, "product_id": reward.discount_line_product_id.id, "price_unit": -50,
                "product_uom_qty": 1, "reward_id": reward.id, "coupon_id": coupon, "points_cost": 1,
                "reward_identifier_code": "x", "tax_ids": False, "name": "Less",
            })  # fmt: skip
        self.assertAlmostEqual(order.amount_total, 21.0)
        order.with_user(seller).action_confirm()
        self.assertAlmostEqual(order.amount_total, 121.0)

    def test_it_is_closed_where_the_club_does_not_take_part(self):
        cases = {
            "club off": (self.club, {"state": "off"}),
            "club suspended": (self.club, {"state": "suspended"}),
            "outlet out": (self.outlet, {"is_opted_in": False}),
            "member archived": (self.member(), {"active": False}),
        }
        for case, (record, values) in cases.items():
            with self.subTest(case=case), self.cr.savepoint() as savepoint:
                record.write(values)
                self.assertFalse(self.offered(self.quotation([(self.coffee, 1)])))
                self.assertFalse(self.till().club_open_programs(self.ada.id))
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()
        team = self.env["crm.team"].create({"name": "Elsewhere"})
        self.assertFalse(self.offered(self.quotation([(self.coffee, 1)], team_id=team.id)))

    def test_promotion_for_everybody_is_for_everybody(self):
        self.silver_ten.club_min_tier_id = False
        self.assertTrue(self.offered(self.quotation([(self.coffee, 1)], self.bob)))

    # ------------------------------------------------------------------ the register
    def test_register_is_told_which_are_open_and_nothing_else(self):
        reserved = self.silver_ten | self.silver_code
        self.assertEqual(set(self.till().club_open_programs(self.ada.id)), set(reserved.ids))
        for partner_id in (self.bob.id, False, 0, -1, 2**40, "1", [self.ada.id], None):
            with self.subTest(partner=partner_id):
                self.assertEqual(self.till().club_open_programs(partner_id), [])
        portal = self.env["res.users"].create(
            {"name": "Eve", "login": "eve", "group_ids": [Command.set(self.env.ref("base.group_portal").ids)]}
        )
        with self.assertRaises(AccessError):
            self.register.with_user(portal).club_open_programs(self.ada.id)

    def test_register_knows_which_programmes_are_reserved(self):
        programs = self.env["loyalty.program"]
        rows = programs._load_pos_data_read(self.silver_ten | self.promotion("All"), self.register)
        self.assertEqual([row["club_min_tier_name"] for row in rows], ["Silver", False])

    def test_member_of_the_tier_pays_with_it(self):
        order = self.sync(self.order_with_promotion(self.ada))
        self.assertAlmostEqual(order.amount_total, 108.9)
        self.assertEqual(order.state, "paid")

    def test_forged_line_is_refused_before_the_order_is_paid(self):
        for partner in (self.bob, self.env["res.partner"]):
            with (
                self.subTest(partner=partner.name),
                self.assertRaisesRegex(UserError, "for members from Silver on"),
                self.cr.savepoint(),
            ):
                self.sync(self.order_with_promotion(partner))
        with self.assertRaises(UserError), self.cr.savepoint():
            self.sync(self.order_with_promotion(self.bob, is_reward_line=False))
        self.assertFalse(self.env["pos.order"].search([("partner_id", "=", self.bob.id), ("state", "=", "paid")]))

    def test_customer_changed_after_it_was_put_on_the_order_is_refused(self):
        order = self.order_with_promotion(self.ada)
        payments = order.pop("payment_ids")
        draft = self.sync({**order, "payment_ids": [], "state": "draft", "amount_paid": 0})
        again = {**order, "lines": [], "payment_ids": payments, "access_token": draft.access_token}
        with self.assertRaises(UserError), self.cr.savepoint():
            self.sync({**again, "partner_id": self.bob.id})
        self.assertEqual(self.sync(again).state, "paid")

    def test_order_of_another_club_or_tier_is_refused(self):
        self.silver_ten.club_min_tier_id = self.gold
        with self.assertRaises(UserError), self.cr.savepoint():
            self.sync(self.order_with_promotion(self.ada))

    def test_line_that_pretends_to_be_a_refund_is_refused(self):
        paid = self.sync(self.order_with_promotion(self.ada))
        line = paid.lines.filtered("reward_id")
        with self.assertRaises(UserError), self.cr.savepoint():
            self.sync(self.order_with_promotion(self.bob, refunded_orderline_id=line.id))

    def test_refund_goes_through_whatever_the_tier_is_by_now(self):
        paid = self.sync(self.order_with_promotion(self.ada))
        self.lose_tier()
        self.some_time_later()
        lines = [
            (line.product_id, -line.qty, {
                "price_unit": line.price_unit, "refunded_orderline_id": line.id, "reward_id": line.reward_id.id,
            })
            for line in paid.lines
        ]  # fmt: skip
        refund = self.ui_order(lines, [], self.ada, is_refund=True)
        self.add_rest(refund)
        self.assertAlmostEqual(self.sync(refund)[-1:].amount_total, -108.9)

    def test_sale_of_an_hour_with_the_tier_that_arrives_late_goes_through(self):
        self.open_session().start_at = fields.Datetime.now() - timedelta(hours=5)
        order = self.order_with_promotion(self.ada)
        order["date_order"] = fields.Datetime.to_string(fields.Datetime.now() - timedelta(hours=2))
        self.lose_tier()
        self.assertEqual(self.sync(order).state, "paid")
        self.lose_tier()
        with self.assertRaises(UserError), self.cr.savepoint():
            self.sync(self.order_with_promotion(self.ada))

    def test_order_sent_again_is_not_looked_at_again(self):
        order = self.order_with_promotion(self.ada)
        paid = self.sync(order)
        self.lose_tier()
        self.assertEqual(self.sync(order), paid)

    # ------------------------------------------------------------------ setting it up
    def test_coupons_and_gift_cards_are_not_reserved(self):
        with self.assertRaisesRegex(ValidationError, "Reserve a promotion"):
            self.reward(club_min_tier_id=self.silver.id)

    def test_tier_with_reserved_promotions_stays(self):
        self.lose_tier()
        self.cr.execute("DELETE FROM club_move")
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(Exception, "club_min_tier"), self.cr.savepoint():
            self.silver.unlink()
            self.env.flush_all()

    def test_shops_without_reserved_promotions_pay_no_query_for_it(self):
        order = self.quotation([(self.coffee, 1)])
        (self.silver_ten | self.silver_code).club_min_tier_id = False
        order._get_program_domain()
        before = self.cr.sql_log_count
        order._get_program_domain()
        order._get_trigger_domain()
        self.assertEqual(self.cr.sql_log_count, before)
