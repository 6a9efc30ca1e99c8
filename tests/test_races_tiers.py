from datetime import timedelta
from functools import partial
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.tests import tagged

from .common_races import RacesCase
from .common_reward import RewardCommon

YEARLY = "odoo.addons.loyalty_club.models.club_tier_year.BATCH"


@tagged("post_install", "-at_install")
class TestRacesTiers(RewardCommon, RacesCase):
    """Workers that really run at once, and one that is killed: each member is reviewed once and has a voucher once."""

    @classmethod
    def close_shop(cls):
        cls.cr.rollback()
        cls.env.invalidate_all()
        cls.club.tier_ids.welcome_reward_id = False
        rewards = cls.env["loyalty.program"].with_context(active_test=False).search([("club_id", "=", cls.club.id)])
        cards = rewards.coupon_ids
        cls.cr.execute("DELETE FROM club_voucher WHERE program_id = ANY(%s)", [rewards.ids])
        cls.env.invalidate_all()
        cards.unlink()
        rewards.active = False
        rewards.unlink()
        cls.cr.commit()
        super().close_shop()

    def setUp(self):
        super().setUp()
        self.people = [self.partner(f"Guest {number} {self._testMethodName}") for number in range(6)]
        self.club.write({"tier_period": "year", "tier_grace_days": 0})
        self.env["club.member"].search([("club_id", "=", self.club.id)]).active = False
        for person in self.people:
            self.enrol(person).adjust(self.unit.id, 500, "Collected")
        self.members = self.env["club.member"].search([("partner_id", "in", [own.id for own in self.people])])
        self.fresh()

    def age(self, days=400):
        """What was collected lies so long back that nothing of it counts any more, and the review is due."""
        then = fields.Datetime.now() - timedelta(days=days)
        self.cr.execute("SET LOCAL loyalty_club.migration = 'on'")
        self.cr.execute(
            """UPDATE club_entry SET business_at = %s
                WHERE account_id IN (SELECT id FROM club_account WHERE member_id = ANY(%s))""",
            [then, self.members.ids],
        )
        self.cr.execute(
            "UPDATE club_member SET tier_review_on = %s WHERE id = ANY(%s)",
            [self.club._today() - timedelta(days=3), self.members.ids],
        )
        self.fresh()

    def job(self, env):
        env["club.member"]._cron_review_tiers()
        return "done"

    def run_job(self):
        with self.registry.cursor() as cr:
            self.job(api.Environment(cr, SUPERUSER_ID, {}))
        self.fresh()

    def reviews(self):
        moves = self.env["club.move"].search([("member_id", "in", self.members.ids), ("reason", "=", "review")])
        return sorted(moves.member_id.ids), len(moves)

    def assertReviewedOnce(self):
        self.assertEqual(self.reviews(), (sorted(self.members.ids), 6))
        self.assertEqual(self.members.tier_id, self.tier)
        self.assertFalse(any(self.members.mapped("tier_review_on")))
        self.assertCoherent()

    def test_four_workers_at_once_review_everybody_once(self):
        self.assertEqual(self.members.tier_id, self.silver)
        self.age()
        with patch(YEARLY, 2):
            self.assertEqual(self.race_on([self.job] * 4), ["done"] * 4)
        self.fresh()
        self.assertReviewedOnce()

    def test_killed_in_the_middle_it_goes_on_and_reviews_nobody_twice(self):
        self.age()
        members = type(self.env["club.member"])
        review, done = members._review_due, []

        def dying(model, ids):
            review(model, ids)
            model.env.flush_all()
            done.append(ids)
            if len(done) == 3:
                raise KeyboardInterrupt

        with patch(YEARLY, 1), patch.object(members, "_review_due", dying), self.assertRaises(KeyboardInterrupt):
            self.run_job()
        self.fresh()
        self.assertEqual(self.reviews()[1], 2, "what was committed stays done, what was not is undone")
        self.run_job()
        self.assertReviewedOnce()

    def test_review_and_an_order_at_once_leave_one_outcome(self):
        """Whoever collects enough while the night looks keeps the tier or reaches it again, never both ways."""
        self.age()
        lucky = self.members[0]

        def collect(env):
            env["club.member"].browse(lucky.id).adjust(self.unit.id, 500, "Meanwhile")
            return "done"

        self.assertEqual(self.race_on([self.job, collect, self.job]), ["done"] * 3)
        self.run_job()
        self.assertEqual(lucky.tier_id, self.silver)
        self.assertEqual((self.members - lucky).tier_id, self.tier)
        own = self.env["club.move"].search([("member_id", "=", lucky.id)], order="id").mapped("reason")
        self.assertIn(own, (["lifetime"], ["lifetime", "review", "lifetime"]))
        self.assertCoherent()

    def test_welcome_voucher_comes_once_though_four_workers_give_it(self):
        self.welcome()
        self.assertEqual(self.race_on([self.perks] * 4), ["done"] * 4)
        self.fresh()
        self.assertEqual(self.vouchers(), [1] * 6)
        self.assertCoherent()

    def test_killed_while_giving_vouchers_nobody_has_two(self):
        self.welcome()
        vouchers = type(self.env["club.voucher"])
        present, done = vouchers._club_present, []

        def dying(model, members, *args):
            for member in members:
                present(model, member, *args)
                done.append(member)
                if len(done) == 3:
                    raise KeyboardInterrupt

        with patch.object(vouchers, "_club_present", dying), self.assertRaises(KeyboardInterrupt):
            self.run_perks()
        self.fresh()
        self.assertEqual(sum(self.vouchers()), 0, "a batch that was not committed gave nothing")
        self.run_perks()
        self.run_perks()
        self.assertEqual(self.vouchers(), [1] * 6)
        self.assertCoherent()

    def welcome(self):
        self.coming = self.reward(price=100)
        self.silver.welcome_reward_id = self.coming
        self.env.flush_all()  # else what the choice itself notes would come after
        self.cr.execute(
            "UPDATE club_tier SET welcome_since = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=1), self.silver.id],
        )
        self.fresh()

    def perks(self, env):
        env["club.tier"]._cron_give_perks()
        return "done"

    def run_perks(self):
        with self.registry.cursor() as cr:
            self.perks(api.Environment(cr, SUPERUSER_ID, {}))
        self.fresh()

    def vouchers(self):
        given = self.env["club.voucher"].search([("program_id", "=", self.coming.id)]).grouped("member_id")
        return [len(given.get(member, ())) for member in self.members]


@tagged("post_install", "-at_install")
class TestRacesTierMetric(RacesCase):
    """Orders that are counted for tiers, sent at once, and counted by the job meanwhile."""

    def setUp(self):
        super().setUp()
        self.customer = self.partner(f"Runner {self._testMethodName}")
        self.orders = [self.ui_order([(self.cake, 1)], [(self.cash, 12.1)], self.customer) for _number in range(6)]

    def send(self, order, env):
        return env["pos.order"].sync_from_ui([order])["pos.order"][0]["id"]

    def count(self, env):
        env["club.tier.count"]._cron_count()
        return "done"

    def assertSilverOnce(self):
        self.fresh()
        member = self.member(self.customer)
        self.assertEqual((member._tier_figures()[member.id], member.tier_id), (6, self.silver))
        self.assertEqual(member.move_ids.mapped("reason"), ["lifetime"])
        self.assertBalance(60, self.customer)

    def test_six_orders_at_once_reach_a_tier_once(self):
        self.club.tier_metric = "orders"
        self.silver.threshold = 5
        self.fresh()
        results = self.race_on([partial(self.send, order) for order in self.orders])
        self.assertEqual(len(set(results)), 6, results)
        self.assertSilverOnce()

    def test_orders_of_before_counted_by_two_jobs_while_others_come(self):
        self.club.tier_metric = "points"
        self.silver.threshold = 500
        self.fresh()
        for order in self.orders[:4]:
            self.send(order, self.env)
        self.club.tier_metric = "orders"
        self.silver.threshold = 5
        self.fresh()
        works = [self.count, *(partial(self.send, order) for order in self.orders[4:]), self.count]
        self.race_on(works)
        self.fresh()
        with self.registry.cursor() as cr:
            self.count(api.Environment(cr, SUPERUSER_ID, {}))
        self.assertSilverOnce()
