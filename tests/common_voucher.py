"""Ada's voucher of 10 %, at a register and in carts."""

from .common_pos import TenderCommon
from .common_reward import RewardCommon
from .common_sale import OnlinePayments


class VoucherAtTheTill(RewardCommon, TenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ten = cls.reward()
        cls.voucher = cls.bought(cls.ten)
        cls.card = cls.voucher.card_id

    def scan(self, partner=None, card=None):
        """What the register asks when a code is scanned."""
        return self.till().use_coupon_code(
            (card or self.card).code, "2026-01-01 12:00:00", (partner or self.env["res.partner"]).id, False
        )

    def refusal_of(self, *args):
        answer = self.scan(*args)
        self.assertFalse(answer["successful"])
        return answer["payload"]["error_message"]

    def order_with(self, card=None, partner=None, cakes=0):
        """A coffee less 10 %, as the register sends it: the last line is the voucher's."""
        card, reward = card or self.card, (card or self.card).program_id.reward_ids
        line = {
            "price_unit": -10.0,
            "is_reward_line": True,
            "reward_id": reward.id,
            "coupon_id": card.id,
            "points_cost": 1,
            "reward_identifier_code": "one",
        }
        product = reward.discount_line_product_id
        product.taxes_id = self.coffee.taxes_id
        goods = [(self.coffee, 1), (self.cake, cakes)] if cakes else [(self.coffee, 1)]
        order = self.ring_up([*goods, (product, 1, line)], partner=partner)
        self.add_rest(order)
        return order

    def state(self):
        self.voucher.invalidate_recordset()
        return self.voucher.state


class VoucherInCarts(RewardCommon, OnlinePayments):
    """Ada has 400 Beans and a voucher of 10 %, in carts of the website that are paid at a provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit.money_value = 0.05
        cls.enrol(cls, cls.ada, 480)
        cls.ten = cls.reward()
        cls.voucher = cls.bought(cls.ten)

    def cart(self, voucher=None, partner=None, quantity=1):
        """A cart of coffees at 121.00 with a voucher in it, if any."""
        order = self.quotation([(self.coffee, quantity)], partner, website_id=self.website.id)
        if voucher:
            self.assertEqual(self.apply(order, voucher), "")
        return order

    def apply(self, order, voucher=None):
        """Type the code and take the reward it brings: what went wrong, or nothing."""
        status = order._try_apply_code((voucher or self.voucher).card_id.code)
        if "error" in status:
            return status["error"]
        for coupon, rewards in status.items():
            order._apply_program_reward(rewards[:1], coupon)
        order._update_programs_and_rewards()
        return ""

    def state(self, voucher=None):
        (voucher or self.voucher).invalidate_recordset()
        return (voucher or self.voucher).state
