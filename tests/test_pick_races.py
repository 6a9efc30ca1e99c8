from collections import Counter
from functools import partial
from uuid import uuid4

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_races import RacesCase
from .common_reward import RewardCommon


@tagged("post_install", "-at_install")
class TestPickRaces(RewardCommon, RacesCase):
    """Carts and registers that want the same points, or the last of a reward, at the same moment."""

    @classmethod
    def setUpClass(cls):
        cls.orders = []
        super().setUpClass()

    @classmethod
    def close_shop(cls):
        cls.cr.rollback()
        cls.env.invalidate_all()
        rewards = cls.env["loyalty.program"].with_context(active_test=False).search([("club_id", "=", cls.club.id)])
        cards = rewards.coupon_ids
        cls.env["sale.order"].browse(cls.orders).unlink()
        for table in ("club_pin WHERE hold_id IN (SELECT id FROM club_hold WHERE program_id = ANY(%s))",
                      "club_hold WHERE program_id = ANY(%s)"):  # fmt: skip
            cls.cr.execute(f"DELETE FROM {table}", [rewards.ids])
        cls.env.invalidate_all()
        cards.unlink()
        rewards.active = False
        rewards.unlink()
        cls.cr.commit()
        super().close_shop()

    def at_register(self, config_id, partner_id, reward_id, env):
        told = {"partner_id": partner_id, "order_uuid": str(uuid4())}
        answer = env["pos.config"].browse(config_id).club_take_reward(told, reward_id)
        if "refused" in answer:
            raise UserError(answer["refused"])
        return "done"

    def in_cart(self, order_id, reward_id, env):
        env["sale.order"].browse(order_id)._club_take_reward(reward_id)
        return "done"

    def test_register_cart_and_quotation_and_the_last_points(self):
        partner = self.partner("Everywhere at once")
        reward, member = self.reward(price=80), self.enrol(partner, 100)
        carts = [self.quotation([(self.coffee, 1)], partner) for _number in range(2)]
        self.orders.extend(order.id for order in carts)
        self.fresh()
        calls = [partial(self.in_cart, order.id, reward.id) for order in carts]
        calls += [partial(self.at_register, own.id, partner.id, reward.id) for own in (self.register, self.second)]
        results = self.race(calls)
        self.assertEqual(Counter(map(type, results)), Counter({str: 1, UserError: 3}), results)
        self.assertEqual(member.hold_ids.mapped(lambda hold: (hold.state, hold.amount)), [("held", 80)])
        self.assertCoherent()

    def test_the_last_of_a_limited_reward_goes_to_one_of_four(self):
        reward = self.reward(price=10, club_limit_total=1)
        partners = [self.partner(f"Customer {number}") for number in range(4)]
        for partner in partners:
            self.enrol(partner, 100)
        carts = [self.quotation([(self.coffee, 1)], partner) for partner in partners[:2]]
        self.orders.extend(order.id for order in carts)
        self.fresh()
        calls = [partial(self.in_cart, order.id, reward.id) for order in carts]
        calls += [partial(self.at_register, self.register.id, partner.id, reward.id) for partner in partners[2:]]
        results = self.race(calls)
        self.assertEqual(Counter(map(type, results)), Counter({str: 1, UserError: 3}), results)
        self.assertEqual(self.env["club.hold"].search_count([("program_id", "=", reward.id)]), 1)
        self.assertCoherent()
