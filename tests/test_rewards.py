from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import ClubCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestRewards(RewardCommon, ClubCommon):
    """A reward is bought with points: they leave now, the coupon is the member's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enrol(cls, cls.ada, 100)
        cls.enrol(cls, cls.bob, 100)
        cls.ten = cls.reward(club_validity_days=30)

    def reasons(self):
        found = self.member().rewards_in_reach(include_others=True)
        return {row["name"]: row["reason"] for row in found}

    # ------------------------------------------------------------------ in reach
    def test_what_is_in_reach_comes_first_and_what_is_not_says_what_is_missing(self):
        self.reward("Big one", 180)
        self.reward("Small one", 20, club_tier_id=self.gold.id)
        rows = self.member().rewards_in_reach(include_others=True)
        self.assertEqual([row["name"] for row in rows], ["Ten percent", "Small one", "Big one"])
        self.assertEqual(self.reasons(), {
            "Ten percent": "", "Big one": "80 Beans more", "Small one": "For members from Gold on.",
        })  # fmt: skip
        self.assertEqual([row["name"] for row in self.member().rewards_in_reach()], ["Ten percent"])
        self.assertEqual(rows[2]["missing"], "80")

    def test_points_promised_to_an_order_buy_nothing(self):
        self.env["club.hold"]._authorise(
            self.member().account_ids, 30, 0.3, self.company.currency_id, "pos", ("pos.order", "x")
        )
        self.assertEqual(self.reasons()["Ten percent"], "10 Beans more")

    def test_dates_of_the_reward_count(self):
        self.ten.write({"date_from": fields.Date.today() + timedelta(days=2)})
        self.assertIn("Offered from", self.reasons()["Ten percent"])
        self.ten.write({"date_from": False, "date_to": fields.Date.today() - timedelta(days=1)})
        self.assertEqual(self.reasons(), {})

    # ------------------------------------------------------------------ buying
    def test_points_leave_and_the_coupon_is_the_members_own(self):
        voucher = self.buy(self.ten)
        self.assertBalance(20)
        card = voucher.card_id
        self.assertEqual((card.partner_id, card.points, card.program_id), (self.ada, 1, self.ten))
        self.assertEqual(card.expiration_date, self.club._today() + timedelta(days=30))
        self.assertEqual((voucher.state, voucher.entry_id.kind, voucher.entry_id.amount), ("owned", "voucher", -80))

    def test_code_is_read_as_a_coupon_and_has_80_random_bits(self):
        codes = {self.buy(self.reward(price=1), key=f"key {index}").card_id.code for index in range(5)}
        self.assertEqual(len(codes), 5)
        for code in codes:
            self.assertRegex(code, r"^044[A-Z2-7]{16}$")

    def test_same_request_again_buys_once(self):
        first = self.buy(self.ten)
        self.assertEqual(self.buy(self.ten), first)
        self.assertBalance(20)

    def test_key_of_another_reward_is_refused(self):
        self.buy(self.ten)
        with self.assertRaisesRegex(UserError, "another reward"):
            self.buy(self.reward("Other", 5))
        self.assertBalance(20)

    def test_too_few_points_buy_nothing(self):
        self.buy(self.ten)
        with self.assertRaisesRegex(UserError, "60 Beans more"):
            self.buy(self.ten, key="two")
        self.assertBalance(20)
        self.assertEqual(len(self.member().voucher_ids), 1)

    def test_limits_per_member_and_in_all(self):
        cheap = self.reward("Cheap", 1, club_limit_member=1, club_limit_total=2)
        self.buy(cheap)
        with self.assertRaisesRegex(UserError, "as often as one can"):
            self.buy(cheap, key="two")
        self.buy(cheap, self.bob)
        eve = self.env["res.partner"].create({"name": "Eve"})
        self.enrol(eve, 10)
        with self.assertRaisesRegex(UserError, "All of them are taken"):
            self.buy(cheap, eve)
        self.assertBalance(10, eve)

    def test_reward_of_another_club_or_without_a_price_is_not_sold(self):
        other = self.env["club.club"].create({"name": "Nuts", "company_ids": self.company.ids, "tz": "UTC"})
        foreign = self.reward("Foreign", 1, club_id=other.id)
        for program in (foreign, self.reward("Free", 0), self.env["loyalty.program"]):
            with self.subTest(program=program.name), self.assertRaisesRegex(UserError, "not offered"):
                self.buy(program)
        self.assertBalance(100)

    def test_nothing_is_sold_while_redeeming_is_off(self):
        self.club.is_redeem_allowed = False
        with self.assertRaisesRegex(UserError, "switched off"):
            self.buy(self.ten)

    # ------------------------------------------------------------------ giving back
    def test_given_back_points_are_where_they_came_from_and_the_code_is_dead(self):
        lot = self.member().account_ids.lot_ids
        voucher = self.buy(self.ten)
        self.assertEqual(lot.left_amount, 20)
        voucher.action_refund()
        voucher.action_refund()
        self.assertEqual((lot.left_amount, voucher.state, voucher.card_id.points), (100, "refunded", 0))
        self.assertBalance(100)
        self.assertFalse(voucher.card_id.active)

    def test_given_back_voucher_counts_for_no_limit(self):
        one = self.reward("One", 1, club_limit_member=1, club_limit_total=1)
        self.buy(one).action_refund()
        self.assertEqual(self.buy(one, key="two").state, "owned")

    def test_used_voucher_is_not_given_back(self):
        voucher = self.buy(self.ten)
        voucher.card_id.points = 0
        with self.assertRaisesRegex(UserError, "was used"):
            voucher.action_refund()
        self.assertBalance(20)

    def test_states_are_found(self):
        voucher = self.buy(self.ten)
        states = ("owned", "used", "expired", "refunded")

        def found():
            own = [("member_id", "=", voucher.member_id.id)]
            return [state for state in states if self.env["club.voucher"].search([*own, ("state", "=", state)])]

        self.assertEqual((found(), voucher.state), (["owned"], "owned"))
        voucher.card_id.expiration_date = self.club._today() - timedelta(days=1)
        voucher.invalidate_recordset()
        self.assertEqual((found(), voucher.state), (["expired"], "expired"))
        voucher.card_id.points = 0
        voucher.invalidate_recordset()
        self.assertEqual((found(), voucher.state), (["used"], "used"))

    def test_merged_contacts_keep_their_vouchers(self):
        voucher, own = self.buy(self.ten), self.buy(self.ten, self.bob)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.ada | self.bob).ids, self.bob)
        self.assertEqual(self.member(self.bob).voucher_ids, voucher | own)
        self.assertEqual(voucher.card_id.partner_id, self.bob)
        voucher.action_refund()
        self.assertBalance(120, self.bob)

    # ------------------------------------------------------------------ rights
    def test_staff_buy_for_a_member_and_only_managers_give_back(self):
        clerk = new_test_user(self.env, "clerk", "loyalty_club.loyalty_club_group_user")
        told = self.member().with_user(clerk).buy_voucher(self.ten.id, "counter 1")
        voucher = self.env["club.voucher"].browse(told["voucher_id"])
        self.assertEqual(told["code"], voucher.card_id.code)
        with self.assertRaises(AccessError):
            voucher.with_user(clerk).action_refund()
        with self.assertRaises(AccessError):
            voucher.with_user(clerk).read(["code"])
        self.assertBalance(20)

    def test_nobody_makes_or_changes_vouchers_and_their_coupons_by_hand(self):
        voucher = self.buy(self.ten)
        for vals in ({"refunded_at": fields.Datetime.now()}, {"price": 1}):
            with self.assertRaises(AccessError):
                voucher.sudo().write(vals)
        seller = new_test_user(self.env, "seller", "sales_team.group_sale_manager,point_of_sale.group_pos_manager")
        for vals in ({"points": 5}, {"partner_id": self.bob.id}, {"code": "X"}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                voucher.card_id.with_user(seller).write(vals)

    # ------------------------------------------------------------------ settings
    def test_other_kinds_of_promotions_have_no_price(self):
        with self.assertRaisesRegex(ValidationError, "type Coupons"):
            self.env["loyalty.program"].create(
                {"name": "Automatic", "program_type": "promotion", "club_id": self.club.id, "club_price": 5}
            )

    def test_reward_with_vouchers_is_not_deleted(self):
        self.buy(self.ten)
        self.ten.active = False
        with self.assertRaisesRegex(UserError, "."):
            self.ten.unlink()
        self.assertTrue(self.ten.exists())

    # ------------------------------------------------------------------ who makes them
    def test_manager_who_may_not_edit_products_makes_renames_and_archives_rewards(self):
        manager = new_test_user(self.env, "reward_manager", "loyalty_club.loyalty_club_group_manager")
        self.assertFalse(self.env(user=manager)["product.product"].has_access("write"))
        made = self.env(user=manager)["loyalty.program"].create({
            "name": "A manager's own", "program_type": "coupons", "applies_on": "current", "trigger": "with_code",
            "rule_ids": [(5,)], "communication_plan_ids": [(5,)], "club_id": self.club.id, "club_price": 50,
            "reward_ids": [(0, 0, {"reward_type": "discount", "discount": 5})],
        })  # fmt: skip
        product = made.sudo().reward_ids.discount_line_product_id
        self.assertTrue(product)
        made.reward_ids.write({"description": "Five percent", "discount": 6})
        self.assertEqual((product.name, made.reward_ids.discount), ("Five percent", 6))
        made.active = False
        self.assertFalse(product.active)
        made.active = True
        self.assertTrue(product.active)
        with self.assertRaises(AccessError):
            product.with_user(manager).name = "Another"
        with self.assertRaises(AccessError):
            made.reward_ids.write({"description": "x", "discount_product_ids": [(0, 0, {"name": "A new product"})]})
