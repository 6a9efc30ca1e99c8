from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common_goals import GoalCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestAttacksSix(RewardCommon, GoalCommon):
    """Keys that a browser makes up, in the way of what the club itself gives and takes back."""

    def alike(self):
        """Bob's membership and Ada's voucher of one and the same number, and the reward that it is of."""
        ada, program = self.enrol(points=900), self.reward(price=80)
        [[number]] = self.env.execute_query(
            SQL("SELECT GREATEST(nextval('club_member_id_seq'), nextval('club_voucher_id_seq'))")
        )
        for table in ("club_member", "club_voucher"):
            self.env.cr.execute(SQL("SELECT setval(%s, %s)", f"{table}_id_seq", number))
        bob = self.enrol(self.bob, points=900)
        voucher = self.buy(program)
        self.assertEqual((bob.id, voucher.id), (number + 1, number + 1))
        self.assertBalance(820)
        return ada, bob, voucher, program

    def test_purchase_is_paid_though_a_voucher_of_that_number_was_given_back(self):
        _ada, bob, voucher, program = self.alike()
        voucher.action_refund()
        self.assertBalance(900)
        got = self.buy(program, self.bob, "return")
        self.assertEqual(got.entry_id.account_id.member_id, bob)
        self.assertBalance(820, self.bob)

    def test_purchase_does_not_stand_in_the_way_of_a_return(self):
        _ada, _bob, voucher, program = self.alike()
        self.buy(program, self.bob, "return")
        voucher.action_refund()
        self.assertBalance(900)
        self.assertBalance(820, self.bob)

    def test_key_of_a_gift_cannot_be_taken_before_it_is_given(self):
        """It would stop the goal, and with it the nightly repair of everybody else's."""
        ada, program = self.enrol(points=900), self.reward(price=80)
        goal = self.goal(reward_kind="reward", reward_id=program.id, target=1, period="always")
        period = goal._engine().period_of(self.club._today())
        own = f"goal:{goal.id}:{ada.id}:{period}"
        for key in (own, "play:1", "stamps:1:1", f"welcome:{self.tier.id}", "birthday:2030"):
            with self.subTest(key=key), self.assertRaises(UserError):
                self.buy(program, key=key)
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual(self.progress(goal).state, "done")
        self.assertEqual(ada.voucher_ids.mapped("request_key"), [own])
        self.assertBalance(910)

    def test_link_with_a_strange_proof_is_of_nobody(self):
        ada = self.enrol()
        for proof in ("é", "\N{SNOWMAN}" * 64, "", None):
            with self.subTest(proof=proof):
                self.assertFalse(self.env["club.member"]._club_unsubscribing(ada.id, proof))
        self.assertEqual(self.env["club.member"]._club_unsubscribing(ada.id, ada._unsubscribe_token()), ada)
