"""Orders that a register tells wrongly: what points, vouchers and rewards took off them is charged all the same."""

from uuid import uuid4

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_credit import CreditCommon
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

    def test_voucher_takes_off_what_it_is_worth(self):
        data = self.order_with()
        data["lines"][-1][2].update(price_unit=-90.0, price_subtotal=-90.0, price_subtotal_incl=-108.9)
        data["payment_ids"].clear()
        data.update(amount_total=12.1, amount_tax=2.1)
        self.add_rest(data)
        self.assertRefused(data, "is worth .*12.10 here")
        self.assertEqual(self.state(), "owned")

    def test_voucher_comes_back_with_its_goods(self):
        order = self.sync(self.order_with())
        line = order.lines.filtered("coupon_id")
        back = {"refunded_orderline_id": line.id, "price_unit": line.price_unit}
        data = self.ring_up([(line.product_id, -1, back), (self.cake, -1, {"price_unit": 10.0})])
        self.add_rest(data)
        self.sync(data)
        self.assertEqual(self.state(), "used")

    def test_register_mints_no_reward(self):
        order = self.sell([(self.cake, 1)], self.ada)
        told = {"points": 5, "program_id": self.ten.id, "partner_id": self.ada.id, "code": "FREE"}
        order.with_user(self.cashier).confirm_coupon_programs({"-1": told})
        self.assertFalse(self.env["loyalty.card"].search([("code", "=", "FREE")]))

    def test_gift_card_is_not_told_to_be_the_voucher(self):
        order = self.sync(self.order_with())
        gift = self.env["loyalty.program"].create({"name": "Gift", "program_type": "gift_card"})
        for name, value in (("code", self.card.code), ("coupon_id", self.card.id)):
            told = {"points": 5, "program_id": gift.id, "partner_id": False, name: value}
            order.with_user(self.cashier).confirm_coupon_programs({"-1": told})
        self.assertEqual((self.card.points, self.state()), (0, "used"))

    def test_told_line_codes_do_not_detach_the_voucher(self):
        order = self.sync(self.order_with())
        other = self.env["loyalty.program"].create({"name": "Promotion", "program_type": "promotion"})
        card = self.env["loyalty.card"].create({"program_id": other.id, "points": 0})
        told = {"points": 0, "program_id": other.id, "partner_id": False, "line_codes": ["one"]}
        order.with_user(self.cashier).confirm_coupon_programs({str(card.id): told})
        self.assertEqual(order.lines.coupon_id, self.card)
        with self.assertRaisesRegex(UserError, "Refund the line of the reward"):
            self.refund(order, {self.coffee: 1})

    def test_other_coupons_are_made_as_ever(self):
        order = self.sell([(self.cake, 1)], self.ada)
        other = self.env["loyalty.program"].create({"name": "Next order", "program_type": "next_order_coupons"})
        told = {"points": 1, "program_id": other.id, "partner_id": self.ada.id, "code": "NEXT"}
        order.with_user(self.cashier).confirm_coupon_programs({"-1": told})
        self.assertEqual(self.env["loyalty.card"].search([("code", "=", "NEXT")]).program_id, other)


@tagged("post_install", "-at_install")
class TestPickLosses(PickPosCommon):
    def test_line_that_denies_being_a_reward_costs_its_points(self):
        order, pick = self.sell_with(is_reward_line=False)
        self.assertEqual((order.state, pick.state), ("paid", "captured"))
        self.assertCoherent()

    def refused_at(self, off, words, **reward):
        program = self.reward("Other", 80, reward) if reward else self.ten
        program.reward_ids.discount_line_product_id.taxes_id = self.tax
        data = self.order_for()
        self.put_on(data, self.ask(data, program)["code"], price_unit=-off)
        self.add_rest(data)
        self.assertRefused(data, words)

    def test_percentage_takes_off_no_more(self):
        self.refused_at(90.0, "is worth .*12.10 here")

    def test_fixed_amount_takes_off_no_more(self):
        self.refused_at(10.0, "is worth .*5.00 here", discount=5, discount_mode="per_order")

    def test_maximum_of_the_reward_holds(self):
        self.refused_at(10.0, "is worth .*3.00 here", discount_max_amount=3)

    def test_percentage_of_other_goods_takes_off_nothing(self):
        self.refused_at(
            10.0,
            "is worth .*0.00 here",
            discount_applicability="specific",
            discount_product_ids=[Command.set(self.cake.ids)],
        )

    def test_free_product_takes_off_its_price(self):
        self.refused_at(101.0, "is worth .*121.00 here", reward_type="product", reward_product_id=self.coffee.id)


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

    def test_register_mints_no_points(self):
        order, program = self.sell([(self.cake, 1)], self.ada), self.company._club_reduction_program()
        told = {"points": 10000, "program_id": program.id, "partner_id": self.ada.id, "code": "FREE"}
        order.with_user(self.cashier).confirm_coupon_programs({"-1": told})
        self.assertFalse(self.env["loyalty.card"].search([("code", "=", "FREE")]))

    def test_coupon_made_by_hand_takes_nothing_off(self):
        program = self.company._club_reduction_program()
        card = self.env["loyalty.card"].create({"program_id": program.id, "points": 10000, "code": "FREE"})
        data = self.order_for()
        self.lower(data, card.code, 80.0)
        self.add_rest(data)
        self.assertRefused(data, "that nobody chose")

    def test_points_come_back_with_the_goods(self):
        data = self.order_for()
        answer = self.choose(data, 2100)
        self.lower(data, answer["code"], 17.3554)
        self.add_rest(data)
        line = self.sync(data).lines.filtered("coupon_id")
        free = {"tax_ids": [Command.clear()]}
        back = {"refunded_orderline_id": line.id, "price_unit": line.price_unit, **free}
        data = self.ring_up([(line.product_id, -1, back), (self.coffee, 1, {"price_unit": -17.36, **free})])
        data.update(amount_total=0.0, amount_tax=0.0, amount_paid=0.0)
        self.sync(data)
        self.env.invalidate_all()
        self.assertEqual(self.pick_of(answer["code"])._returned(), 0)


@tagged("post_install", "-at_install")
class TestProofLosses(CreditCommon, PickPosCommon):
    """Above so many Beans on one order a name is not enough, however they leave the account."""

    def refused(self, answer):
        self.assertIn("takes proof", answer.get("refused", ""))

    def told_of(self, data):
        return self.told(data, str(uuid4()))

    def test_vouchers_of_the_order_add_up(self):
        self.club.proof_above = 100
        reward, data = self.reward("V", 90, club_offer="voucher"), self.order_for()
        told = self.told_of(data)
        first = self.till().club_buy_voucher(told, reward.id, "a")
        self.assertIn("code", first)
        self.refused(self.till().club_buy_voucher(told, reward.id, "b"))
        self.assertEqual(self.till().club_buy_voucher(told, reward.id, "a"), first)
        self.assertIn("code", self.authorise(data, 10))
        self.refused(self.authorise(data, 11))
        self.refused(self.ask(data, self.reward("Small", 20)))
        self.assertBalance(487 - 90)

    def test_voucher_bought_now_is_counted_once_when_it_is_used(self):
        self.club.proof_above = 100
        reward, told = self.reward("V", 90, club_offer="voucher"), self.told_of(self.order_for())
        code = self.till().club_buy_voucher(told, reward.id, "a")["code"]
        voucher = self.env["club.voucher"].search([("card_id.code", "=", code)])
        self.assertEqual(self.till().club_voucher_code(told, voucher.id), {"code": code})

    def test_what_the_order_converted_adds_up(self):
        self.club.proof_above = 150
        data = self.order_for()
        self.assertIn("text", self.till().club_convert(self.told_of(data), self.unit.id, 140, "k"))
        self.refused(self.authorise(data, 140))
        self.refused(self.ask(data))
        reward = self.reward("V", 90, club_offer="voucher")
        self.refused(self.till().club_buy_voucher(self.told_of(data), reward.id, "a"))
