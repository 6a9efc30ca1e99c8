from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_pools import PoolsCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestVouchersPools(RewardCommon, PoolsCommon):
    """Outlets with a balance each: at an outlet its own balance pays, elsewhere the home balance."""

    def setUp(self):
        super().setUp()
        self.earn(50)
        self.earn_far(90)
        self.ada_member = self.member()
        self.ada_member.sudo().home_pool_id = self.pool
        self.ten = self.reward(price=80)

    def left(self):
        return self.account().balance, self.far().balance

    def test_outlet_pays_from_its_own_balance_and_gives_back_there(self):
        voucher = self.env["club.voucher"].sudo()._buy(self.ada_member, self.ten, "gate", outlet=self.airport)
        self.assertEqual(self.left(), (50, 10))
        self.assertEqual(voucher.entry_id.pool_id, self.airport_pool)
        voucher.action_refund()
        self.assertEqual(self.left(), (50, 90))
        self.assertCoherent()

    def test_home_balance_pays_where_no_outlet_is_named(self):
        with self.assertRaisesRegex(UserError, "30 Beans more"):
            self.buy(self.ten)
        self.buy(self.reward("Five", 40), key="five")
        self.assertEqual(self.left(), (10, 90))
        self.assertCoherent()

    def test_rewards_in_reach_are_those_of_the_outlets_balance(self):
        rows = [
            [row["name"] for row in self.ada_member.rewards_in_reach(outlet_id=outlet.id)]
            for outlet in (self.airport, self.outlet, self.env["club.outlet"])
        ]
        self.assertEqual(rows, [["Ten percent"], [], []])
        told = self.ada_member.buy_voucher(self.ten.id, "gate", outlet_id=self.airport.id)
        self.assertTrue(told["code"])
        self.assertEqual(self.left(), (50, 10))

    def test_outlet_of_another_club_is_refused(self):
        club = self.env["club.club"].create({"name": "Nuts", "company_ids": self.company.ids, "tz": "UTC"})
        other = self.env["club.outlet"].create({"club_id": club.id, "name": "Nut shop"})
        with self.assertRaisesRegex(UserError, "own club"):
            self.ada_member.rewards_in_reach(outlet_id=other.id)
        with self.assertRaisesRegex(UserError, "own club"):
            self.ada_member.buy_voucher(self.ten.id, "k", outlet_id=other.id)
        self.assertEqual(self.left(), (50, 90))

    def test_balance_that_was_regrouped_meanwhile_pays(self):
        self.join()
        self.env["club.voucher"].sudo()._buy(self.ada_member, self.ten, "gate", outlet=self.airport)
        self.assertEqual(sum(self.ada_member.account_ids.mapped("balance")), 60)
        self.assertCoherent()

    def test_reward_chosen_on_the_phone_is_in_reach_where_the_register_is(self):
        passes, asked = self.env["club.pass"], {"kind": "reward", "program_id": self.ten.id}
        at_home = passes._consume(passes._issue(self.ada_member, asked), self.register)
        self.assertIn("30 Beans more", at_home["refused"])
        far = passes._consume(passes._issue(self.ada_member, asked), self.airport_register)
        self.assertEqual((far["refused"], far["redemption"]["program_id"]), ("", self.ten.id))
