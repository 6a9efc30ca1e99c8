"""Rewards chosen in an order, at the register and in carts."""

from .common_pos import TenderCommon
from .common_reward import RewardCommon


class PickPosCommon(RewardCommon, TenderCommon):
    """Ada has 487 Beans; "Ten percent" costs 80 and takes 12.10 off a coffee of 121.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ten = cls.reward()
        cls.ten.reward_ids.discount_line_product_id.taxes_id = cls.tax

    def ask(self, data, program=None, user=None, **told):
        """What the register asks when a tile is pressed."""
        return self.till(user).club_take_reward(
            {"partner_id": data["partner_id"], "order_uuid": data["uuid"], **told}, (program or self.ten).id
        )

    def pick_of(self, code):
        return self.env["club.hold"].search([("card_id.code", "=", code)])

    def order_for(self, partner=None, quantity=1):
        return self.ring_up([(self.coffee, quantity)], partner=partner)

    def put_on(self, data, code, **values):
        """Put the reward's line on the order, as the register does once the code is active."""
        card = self.env["loyalty.card"].search([("code", "=", code)])
        reward = card.program_id.reward_ids[:1]
        line = {
            "price_unit": -10.0,
            "is_reward_line": True,
            "reward_id": reward.id,
            "coupon_id": card.id,
            "points_cost": 1,
            "reward_identifier_code": "one",
            **values,
        }
        product = values.pop("product", reward.discount_line_product_id)
        line.pop("product", None)
        extra = self.ui_order([(product, line.pop("qty", 1), line)], [])
        data["lines"] += extra["lines"]
        for name in ("amount_total", "amount_tax", "amount_paid"):
            data[name] = self.company.currency_id.round(data[name] + extra[name])
        return data

    def sell_with(self, program=None, partner=None, goods=None, **values):
        """A paid coffee, or other goods, with a reward: (order, pick)."""
        data = self.ring_up(goods, partner=partner) if goods else self.order_for(partner)
        answer = self.ask(data, program)
        self.assertIn("code", answer, answer.get("refused"))
        self.put_on(data, answer["code"], **values)
        self.add_rest(data)
        return self.sync(data), self.pick_of(answer["code"])
