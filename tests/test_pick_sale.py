from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ClubCommon
from .common_reward import RewardCommon
from .common_shop import ShopCommon


class PickSaleCommon(RewardCommon, ShopCommon, ClubCommon):
    """Ada has 400 Beans worth 20.00, her cart comes to 100.00; "Ten percent" costs 80."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ten = cls.reward()

    def free(self, partner=None):
        return self.member(partner)._club_free_at(self.unit, self.outlet)[self.unit.id]

    def take(self, order, program=None, **choice):
        pick = order._club_take_reward((program or self.ten).id, **choice)
        order.invalidate_recordset()
        return pick

    def refused(self, order, program=None, **choice):
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            order._club_take_reward((program or self.ten).id, **choice)
        self.env.invalidate_all()
        return str(refusal.exception)

    def pick_lines(self, order):
        return order.order_line.filtered("reward_id").filtered(lambda line: line.coupon_id.club_is_bound)

    def assertGone(self, pick, free=400):
        self.assertEqual((pick.state, pick.card_id.points, self.free()), ("released", 0, free))


@tagged("post_install", "-at_install", "loyalty_club")
class TestPickSale(PickSaleCommon):
    """A reward chosen in a cart or a quotation: promised at once, used when the order is confirmed."""

    # ------------------------------------------------------------------ chosen, taken off, used
    def test_chosen_reward_takes_ten_percent_off_and_no_points_yet(self):
        order = self.cart()
        pick = self.take(order)
        self.assertAlmostEqual(order.amount_total, 90)
        self.assertEqual((pick.state, pick.channel, pick.amount, self.free()), ("held", "shop", 80, 320))
        self.assertTrue(pick.expires_at)
        self.assertEqual(self.take(order), pick)
        self.assertBalance(400)

    def test_points_leave_with_the_payment(self):
        order = self.cart()
        pick = self.take(order)
        self.finish(self._pay_online(order, state="pending"))
        self.assertEqual((order.state, pick.state, pick.card_id.points), ("sale", "captured", 0))
        # paid 90.00 of 100.00
        self.assertBalance(400 - 80 + 90)

    def test_line_taken_off_frees_the_points(self):
        order = self.cart()
        pick = self.take(order)
        self.pick_lines(order).unlink()  # as the cart does, and a call by RPC
        self.assertGone(pick)
        order._update_programs_and_rewards()
        self.assertAlmostEqual(order.amount_total, 100)
        pick = self.take(order)
        order._club_drop_reward(self.ten.id)
        self.assertGone(pick)
        self.assertAlmostEqual(order.amount_total, 100)

    def test_discount_follows_the_cart(self):
        order = self.cart()
        self.take(order)
        self.set_quantity(order, 20)
        self.assertAlmostEqual(order.amount_total, 180)
        self.set_quantity(order, 1)
        self.assertAlmostEqual(order.amount_total, 9)

    def test_emptied_cart_gives_the_reward_up(self):
        order = self.cart()
        pick = self.take(order)
        order.order_line.filtered(lambda line: not line.is_reward_line).unlink()
        order._update_programs_and_rewards()
        self.assertGone(pick)

    def test_abandoned_cart_blocks_nothing_and_loses_the_reward(self):
        order = self.cart()
        pick = self.take(order)
        self.env.cr.execute("UPDATE club_hold SET expires_at = '2020-01-01' WHERE id = %s", [pick.id])
        self.env.invalidate_all()
        self.assertEqual(self.free(), 400)
        order._update_programs_and_rewards()
        self.assertGone(pick)
        self.assertAlmostEqual(order.amount_total, 100)

    def test_order_that_is_cancelled_or_deleted_gives_it_back(self):
        order = self.cart()
        pick = self.take(order)
        order._action_cancel()
        self.assertGone(pick)
        order = self.cart()
        pick = self.take(order)
        order.unlink()
        self.assertGone(pick)
        self.assertBalance(400)

    def test_given_back_by_hand_it_leaves_the_cart(self):
        order = self.cart()
        pick = self.take(order)
        pick.release("The customer called")
        order._update_programs_and_rewards()
        self.assertAlmostEqual(order.amount_total, 100)
        self.assertGone(pick)

    def test_order_given_to_another_customer_loses_it(self):
        self.enrol(self.bob, 100)
        order = self.cart()
        pick = self.take(order)
        order.partner_id = self.bob
        self.assertGone(pick)
        order._update_programs_and_rewards()
        self.assertAlmostEqual(order.amount_total, 100)
        self.assertEqual(self.free(self.bob), 100)

    def test_points_and_a_reward_together(self):
        order = self.cart()
        order._club_choose(400)
        self.assertPays(order, 80, 20)
        pick = self.take(order)
        # 80 of the 400 go into the reward, the others still pay: 90.00 - 16.00
        self.assertPays(order, 74, 16)
        order._club_drop_reward(self.ten.id)
        self.assertPays(order, 84, 16)
        self.assertEqual(pick.state, "released")
        self.take(order)
        self.finish(self._pay_online(order, state="pending"))
        self.assertEqual(order.state, "sale")
        self.assertBalance(400 - 80 - 320 + 74)

    def test_too_few_points_for_both_are_told(self):
        self.spend_elsewhere(330)
        order = self.cart()
        self.assertIn("10 Beans more", self.refused(order))
        self.assertFalse(order.order_line.filtered("reward_id"))

    # ------------------------------------------------------------------ money that comes late
    def test_paid_order_is_confirmed_whatever_became_of_the_reward(self):
        def ends():
            self.ten.date_to = "2020-01-01"

        def archived():
            self.ten.active = False

        def run_out():
            self.env.cr.execute("UPDATE club_hold SET expires_at = '2020-01-01' WHERE program_id = %s", [self.ten.id])

        def released():
            self.env["club.hold"].search([("program_id", "=", self.ten.id), ("state", "=", "held")])._release()

        def spent():
            released()
            self.spend_elsewhere(self.balance())

        def limited():
            self.ten.club_limit_total = self.ten.club_limit_member = 1

        def tier():
            self.ten.club_tier_id = self.gold

        def removed():
            self.pick_lines(self.order).unlink()
            self.order._update_programs_and_rewards()

        for happens in (limited, tier, ends, run_out, released, removed, archived, spent):
            with self.subTest(happens.__name__):
                self.ten.write({"date_to": False, "active": True, "club_limit_total": 0, "club_limit_member": 0,
                                "club_tier_id": False})  # fmt: skip
                before = self.balance()
                self.order = order = self.cart()
                pick = self.take(order)
                payment = self._pay_online(order, state="pending")
                happens()
                self.env.invalidate_all()
                self.finish(payment)
                self.env.invalidate_all()
                self.assertEqual((order.state, order.amount_total, pick.state), ("sale", 90, "captured"))
                if happens is not spent:
                    self.assertBalance(before - 80 + 90)
        # 90 were earned, 80 of them pay what was promised
        self.assertBalance(10)

    def test_frozen_from_the_first_payment_on(self):
        order = self.cart()
        pick = self.take(order)
        self._pay_online(order, state="pending")
        self.assertFalse(pick.expires_at)
        with self.assertRaisesRegex(UserError, "on its way"):
            order._club_drop_reward(self.ten.id)
        self.assertIn("on its way", self.refused(order, self.reward("Other", 10)))

    def test_failed_payment_frees_the_reward_after_all(self):
        order = self.cart()
        pick = self.take(order)
        payment = self._pay_online(order, state="draft")
        order._club_drop_reward(self.ten.id)
        self.assertEqual((pick.state, self.free()), ("held", 320))
        self.assertAlmostEqual(order.amount_total, 100)
        self.assertEqual(self.take(order), pick)
        self.assertAlmostEqual(order.amount_total, 90)
        order._club_drop_reward(self.ten.id)
        payment._set_canceled()
        order._update_programs_and_rewards()
        self.assertGone(pick)

    def test_payment_that_comes_twice_takes_the_points_once(self):
        order = self.cart()
        self.take(order)
        payment = self._pay_online(order, state="done")
        payment._post_process()
        payment._check_amount_and_confirm_order()
        self.assertBalance(400 - 80 + 90)

    def test_unpaid_order_with_a_lapsed_promise_is_not_confirmed(self):
        order = self.cart()
        pick = self.take(order)
        pick._release("lapsed")
        with self.assertRaisesRegex(UserError, "not promised"), self.env.cr.savepoint():
            order.action_confirm()
        self.assertBalance(400)

    # ------------------------------------------------------------------ given back
    def confirmed(self, program=None, **choice):
        order = self.cart()
        pick = self.take(order, program, **choice)
        order.action_confirm()
        self.assertEqual(pick.state, "captured")
        return order, pick

    def test_cancelled_order_gives_all_points_back_and_the_coupon_stays_dead(self):
        order, pick = self.confirmed()
        self.assertBalance(320)
        order._action_cancel()
        self.assertEqual((pick.is_given_back, pick.card_id.points), (True, 0))
        self.assertBalance(400)
        order.action_draft()
        order._update_programs_and_rewards()
        self.assertAlmostEqual(order.amount_total, 100)
        again = self.take(order)
        self.assertNotEqual(again, pick)
        order.action_confirm()
        self.assertBalance(320)

    def test_credit_note_gives_points_back_in_the_ratio_credited(self):
        order, pick = self.confirmed()
        invoice = order._create_invoices()
        invoice.action_post()
        for share, back in ((0.5, 40), (0.5, 80)):
            note = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
            note.invoice_line_ids.filtered(lambda line: line.display_type == "product").write({"quantity": share})
            note.invoice_line_ids.filtered(lambda line: line.price_unit == 10)[:1].quantity = 10 * share
            note.action_post()
            order._club_sync_if_member()
            self.assertEqual(pick._returned(), back)
        self.assertCoherent()

    def test_refund_of_the_provider_gives_points_back_in_its_ratio(self):
        order = self.cart()
        pick = self.take(order)
        payment = self._pay_online(order, state="done")
        self._refund_online(payment, 45)
        self.assertEqual(pick._returned(), 40)
        self._refund_online(payment, 45)
        self.assertEqual(pick._returned(), 80)
        self.assertBalance(400)

    def test_line_of_a_confirmed_order_stays(self):
        order, pick = self.confirmed()
        for change in (lambda line: line.unlink(), lambda line: line.write({"price_unit": -99})):
            with self.assertRaisesRegex(UserError, "confirmed order stays"), self.env.cr.savepoint():
                change(self.pick_lines(order))
        self.set_quantity(order, 20)
        self.assertAlmostEqual(order.amount_total, 180)
        self.assertEqual((pick._returned(), pick.card_id.points), (0, 0))

    # ------------------------------------------------------------------ attacks
    def test_two_carts_cannot_use_the_same_points(self):
        self.spend_elsewhere(300)
        first, second = self.cart(), self.cart()
        self.take(first)
        self.assertIn("60 Beans more", self.refused(second))
        self.assertCoherent()

    def test_code_counts_in_its_own_order_alone(self):
        first, second = self.cart(), self.cart()
        pick = self.take(first)
        self.assertTrue(second._try_apply_code(pick.card_id.code)["not_found"])
        self.assertTrue(first._try_apply_code(pick.card_id.code)["not_found"])
        self.assertNotIn(pick.card_id, second._get_claimable_and_showable_rewards())
        second.applied_coupon_ids |= pick.card_id
        self.assertTrue(second._apply_program_reward(self.ten.reward_ids, pick.card_id)["error"])
        second.order_line = [Command.create({
            "product_id": self.ten.reward_ids.discount_line_product_id.id, "price_unit": -50, "name": "Forged",
            "reward_id": self.ten.reward_ids.id, "coupon_id": pick.card_id.id, "points_cost": 1,
        })]  # fmt: skip
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            second.action_confirm()
        with self.assertRaises(AccessError):
            pick.card_id.with_user(new_test_user(self.env, "sly", "sales_team.group_sale_manager")).points = 9

    def test_cart_of_another_customer_and_of_a_visitor_get_nothing(self):
        for partner in (self.bob, self.website.user_id.partner_id):
            self.assertIn("members", self.refused(self.cart(partner=partner)))

    def test_nonsense_is_refused(self):
        order = self.cart()
        for number in (None, "1", True, 1.5, [self.ten.id], -1, 0, self.ten.id + 99999):
            with self.subTest(number=number), self.assertRaises(UserError), self.env.cr.savepoint():
                order._club_take_reward(number)
        self.assertEqual(self.free(), 400)

    # ------------------------------------------------------------------ staff
    def test_seller_chooses_on_a_quotation(self):
        seller = new_test_user(self.env, "seller", "sales_team.group_sale_salesman_all_leads")
        order = self.quotation([(self.mug, 10)]).with_user(seller)
        self.assertTrue(order.club_is_reward_offered)
        action = order.action_club_use_reward()
        wizard = self.env["club.use.reward"].with_user(seller).browse(action["res_id"])
        line = wizard.line_ids.filtered(lambda line: line.name == "Ten percent")
        self.assertTrue(line.is_in_reach)
        line.action_use()
        self.assertAlmostEqual(order.amount_untaxed, 90)
        pick = order._club_picks()
        self.assertEqual(pick.channel, "sale")
        order.action_confirm()
        self.assertBalance(320)
        self.assertEqual(pick.state, "captured")

    def test_seller_takes_it_off_again(self):
        seller = new_test_user(self.env, "seller", "sales_team.group_sale_salesman_all_leads")
        order = self.quotation([(self.mug, 10)]).with_user(seller)
        self.take(order.sudo())
        wizard = self.env["club.use.reward"].with_user(seller).create({"order_id": order.id})
        wizard.line_ids.filtered("is_chosen").action_take_off()
        self.assertAlmostEqual(order.amount_untaxed, 100)
        self.assertEqual(self.free(), 400)

    def test_cashier_of_nothing_may_not(self):
        order = self.quotation([(self.mug, 10)])
        stranger = new_test_user(self.env, "stranger", "base.group_user")
        with self.assertRaises(AccessError):
            order.with_user(stranger).action_club_use_reward()

    def test_seller_changes_a_confirmed_order_and_the_reward_follows(self):
        seller = new_test_user(self.env, "seller", "sales_team.group_sale_salesman_all_leads")
        order = self.quotation([(self.mug, 10)]).with_user(seller)
        pick = self.take(order.sudo())
        order.action_confirm()
        order.order_line.filtered(lambda line: not line.is_reward_line).product_uom_qty = 20
        order._update_programs_and_rewards()
        self.assertAlmostEqual(order.amount_untaxed, 180)
        self.assertEqual((pick.state, pick._returned(), pick.card_id.points), ("captured", 0, 0))
        self.assertBalance(320)

    def test_promotion_that_is_worth_more_takes_its_place_and_frees_the_points(self):
        order = self.cart()
        pick = self.take(order)
        self.env["loyalty.program"].create({
            "name": "Half price", "program_type": "promotion", "applies_on": "current", "trigger": "auto",
            "rule_ids": [Command.create({"minimum_amount": 1})],
            "reward_ids": [Command.create({"reward_type": "discount", "discount": 50,
                                           "discount_applicability": "order"})],
        })  # fmt: skip
        order._update_programs_and_rewards()
        order._auto_apply_rewards()
        order._update_programs_and_rewards()
        self.assertAlmostEqual(order.amount_total, 50)
        self.assertGone(pick)
        self.assertTrue(self.refused(order))

    def test_merged_customer_keeps_the_reward(self):
        twin = self.env["res.partner"].create({"name": "Ada's twin", "email": "ada@example.com"})
        order = self.cart()
        pick = self.take(order)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge((self.ada | twin).ids, twin)
        order.invalidate_recordset()
        order._update_programs_and_rewards()
        self.assertAlmostEqual(order.amount_total, 90)
        order.action_confirm()
        self.assertEqual((pick.state, pick.member_id.partner_id), ("captured", twin))
        self.assertCoherent()
