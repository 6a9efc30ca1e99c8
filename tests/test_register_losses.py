"""Orders that a register tells wrongly: what points, vouchers and rewards took off them is charged all the same."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_pick import PickPosCommon
from .common_voucher import VoucherAtTheTill
from .test_points_tax_pos import TestPointsTaxRegister as _Reduction


@tagged("post_install", "-at_install")
class TestVoucherLosses(VoucherAtTheTill):
    def test_line_that_denies_being_a_reward_uses_the_voucher(self):
        data = self.order_with()
        for _command, _id, line in data["lines"]:
            line.pop("is_reward_line", None)
        order = self.sync(data)
        self.assertEqual((order.state, self.state()), ("paid", "used"))
        with self.assertRaisesRegex(UserError, "Refund the line of the reward"):
            self.refund(order, {self.coffee: 1})


@tagged("post_install", "-at_install")
class TestPickLosses(PickPosCommon):
    def test_line_that_denies_being_a_reward_costs_its_points(self):
        order, pick = self.sell_with(is_reward_line=False)
        self.assertEqual((order.state, pick.state), ("paid", "captured"))
        self.assertCoherent()


@tagged("post_install", "-at_install")
class TestReductionLosses(PickPosCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["club.condition"].search([("club_id", "=", cls.club.id)]).unlink()
        cls.club.write({"points_tax": "reduction", "redeem_below_bands": "allow"})
        cls.enrol(cls, cls.ada, 20000)
        cls.company._club_reduction_program().reward_ids.discount_line_product_id.taxes_id = cls.tax

    choose = _Reduction.choose
    lower = _Reduction.lower

    def test_order_that_shrank_is_judged_anew(self):
        self.env["club.condition"].create({"club_id": self.club.id, "minimum_total": 1000, "maximum": 10000})
        self.club.redeem_below_bands = "block"
        big, small = self.ring_up([(self.coffee, 10)]), self.ring_up([(self.coffee, 1)])
        answer = self.choose(big, 10000)
        small["uuid"] = big["uuid"]
        self.lower(small, answer["code"], 80.0)
        self.add_rest(small)
        self.assertRefused(small, "The order comes to")

    def test_order_that_grew_keeps_its_points(self):
        self.env["club.condition"].create({"club_id": self.club.id, "minimum_total": 100, "maximum": 2100})
        self.club.redeem_below_bands = "block"
        small, big = self.order_for(), self.order_for(quantity=2)
        answer = self.choose(small, 2100)
        big["uuid"] = small["uuid"]
        self.lower(big, answer["code"], 17.3554)
        self.add_rest(big)
        self.sync(big)
        self.assertEqual(self.pick_of(answer["code"]).state, "captured")

    def test_lines_are_judged_by_their_own_price(self):
        data = self.order_for()
        answer = self.choose(data, 2100)
        self.lower(data, answer["code"], 80.0)
        data["lines"][-1][2]["price_subtotal_incl"] = -1.0
        self.add_rest(data)
        self.assertRefused(data, "were promised in points")
