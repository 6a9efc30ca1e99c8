from functools import partial

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_races import RacesCase
from .common_reward import RewardCommon


@tagged("post_install", "-at_install")
class TestRacesRewards(RewardCommon, RacesCase):
    """Two tabs, two customers at once: the last points and the last voucher go once."""

    @classmethod
    def close_shop(cls):
        cls.cr.rollback()
        cls.env.invalidate_all()
        rewards = cls.env["loyalty.program"].with_context(active_test=False).search([("club_id", "=", cls.club.id)])
        cards = rewards.coupon_ids
        cls.cr.execute("DELETE FROM club_voucher WHERE program_id = ANY(%s)", [rewards.ids])
        cls.env.invalidate_all()
        cards.unlink()
        rewards.active = False
        rewards.unlink()
        cls.cr.commit()
        super().close_shop()

    def purchase(self, member_id, reward_id, key, env):
        member, reward = env["club.member"].browse(member_id), env["loyalty.program"].browse(reward_id)
        return env["club.voucher"]._buy(member, reward, key).id

    def test_two_tabs_and_the_last_points(self):
        reward, member = self.reward(price=80), self.enrol(self.partner("Two tabs"), 100)
        self.fresh()
        results = self.race([partial(self.purchase, member.id, reward.id, f"tab {tab}") for tab in range(4)])
        self.assertEqual(sum(isinstance(result, UserError) for result in results), 3, results)
        self.assertEqual((len(member.voucher_ids), member.account_ids.balance), (1, 20))
        self.assertCoherent()

    def test_one_request_sent_four_times_at_once(self):
        reward, member = self.reward(price=10), self.enrol(self.partner("Double click"), 100)
        self.fresh()
        results = self.race([partial(self.purchase, member.id, reward.id, "one")] * 4)
        self.assertEqual(len(set(results)), 1, results)
        self.assertEqual(member.account_ids.balance, 90)
        self.assertCoherent()

    def test_four_customers_and_the_last_one_of_a_limited_reward(self):
        reward = self.reward(price=10, club_limit_total=1)
        members = [self.enrol(self.partner(f"Customer {index}"), 100) for index in range(4)]
        self.fresh()
        results = self.race([partial(self.purchase, member.id, reward.id, "one") for member in members])
        self.assertEqual(sum(isinstance(result, UserError) for result in results), 3, results)
        self.assertEqual(len(reward.club_voucher_ids), 1)
        self.assertEqual(sum(member.account_ids.balance for member in members), 390)
        self.assertCoherent()
