from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_pick import PickPosCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestPickPos(PickPosCommon):
    """A reward chosen in an order at the register: promised at once, used when the order is paid, once."""

    def scan(self, code, partner=None):
        return self.till().use_coupon_code(code, "2026-01-01 12:00:00", (partner or self.ada).id, False)

    def free(self):
        member = self.member()
        return member._club_free_at(self.unit, self.outlet)[self.unit.id]

    def refused(self, *args, **kwargs):
        answer = self.ask(*args, **kwargs)
        self.assertNotIn("code", answer)
        return answer["refused"]

    # ------------------------------------------------------------------ chosen, taken off, used
    def test_chosen_reward_is_promised_and_nothing_is_taken(self):
        data = self.order_for()
        answer = self.ask(data)
        pick = self.pick_of(answer["code"])
        self.assertEqual((answer["name"], answer["text"]), ("Ten percent", "80 Beans"))
        self.assertEqual((pick.state, pick.amount, pick.channel, sum(pick.pin_ids.mapped("amount"))),
                         ("held", 80, "pos", 80))  # fmt: skip
        self.assertGreaterEqual(len(answer["code"]), 3 + 80 // 5)
        self.assertEqual(self.free(), 407)
        self.assertTrue(self.scan(answer["code"])["successful"])
        self.assertBalance(487)

    def test_pressing_the_tile_twice_gives_the_same_code(self):
        data = self.order_for()
        self.assertEqual(self.ask(data)["code"], self.ask(data)["code"])
        self.assertEqual(self.free(), 407)

    def test_reward_taken_off_is_free_again_and_its_code_is_dead(self):
        data = self.order_for()
        code = self.ask(data)["code"]
        self.assertTrue(self.till().club_drop_reward(data["uuid"], code))
        self.assertTrue(self.till().club_drop_reward(data["uuid"], code))
        self.assertEqual((self.free(), self.pick_of(code).card_id.points), (487, 0))
        self.assertFalse(self.scan(code)["successful"])
        self.put_on(data, code)
        self.add_rest(data)
        self.assertRefused(data, "given back before")
        self.assertNotEqual(self.ask(data)["code"], code)

    def test_paid_order_takes_the_points_once_however_often_it_is_sent(self):
        data = self.order_for()
        code = self.ask(data)["code"]
        self.put_on(data, code)
        self.add_rest(data)
        order = self.sync(data)
        self.sync(data)
        pick = self.pick_of(code)
        self.assertEqual((order.amount_total, pick.state, pick.card_id.points), (108.9, "captured", 0))
        self.assertEqual(sum(pick.card_id.history_ids.mapped("used")), 1)
        self.assertFalse(self.till().club_drop_reward(data["uuid"], code))
        # 100.00 net, of which 108.90 of 121.00 was money: 90 Beans
        self.assertBalance(487 - 80 + 90)
        self.assertIn("For the reward Ten percent.", pick.entry_id._club_sentences())

    def test_reward_left_off_the_paid_order_costs_nothing(self):
        data = self.order_for()
        code = self.ask(data)["code"]
        self.add_rest(data)
        self.sync(data)
        self.assertEqual(self.pick_of(code).state, "released")
        self.assertBalance(487 + 100)

    def test_order_given_up_frees_the_points(self):
        data = self.order_for()
        code = self.ask(data)["code"]
        data["state"] = "draft"
        order = self.sync(data)
        order.action_pos_order_cancel()
        self.assertEqual((self.pick_of(code).state, self.free()), ("released", 487))

    def test_points_as_payment_and_a_reward_share_the_balance(self):
        self.member().adjust(self.unit.id, -287, "Spent", counts_lifetime=False)
        data = self.order_for()
        code = self.ask(data)["code"]
        self.put_on(data, code)
        self.assertIn("120", self.quote(data)["choices"][0]["why"] + str(self.quote(data)))
        self.add_points(data, 120)
        self.add_rest(data)
        self.sync(data)
        self.assertEqual(self.pick_of(code).state, "captured")
        # 108.90 less 1.20 in Beans is money: 100 × 107.70 ÷ 121.00 = 89.00…
        self.assertBalance(200 - 80 - 120 + 89)

    def test_asking_for_points_leaves_the_reward_alone(self):
        data = self.order_for()
        code = self.ask(data)["code"]
        self.add_points(data, 50)
        self.assertTrue(self.till().club_release(data["uuid"], [None, False, ""]))
        self.assertEqual(self.pick_of(code).state, "held")

    # ------------------------------------------------------------------ refused
    def test_refusals_are_sentences(self):
        data, other = self.order_for(), self.env["club.outlet"].create(
            {"club_id": self.club.id, "company_id": self.company.id, "name": "Station"})  # fmt: skip
        cases = [
            (self.reward("Dear", 1000), "513 Beans more"),
            (self.reward("Gold only", 10, club_tier_id=self.gold.id), "For members from Gold on"),
            (self.reward("Elsewhere", 10, club_outlet_ids=[Command.set(other.ids)]), "counts at Station only"),
            (self.reward("Webshop", 10, pos_ok=False), "not offered here"),
            (self.reward("Over", 10, date_to="2020-01-01"), "was offered until"),
            (self.reward("Soon", 10, date_from="2120-01-01"), "Offered from"),
            (self.reward("Bought first", 10, club_offer="voucher"), "not offered any more"),
            (self.reward("No price", 0), "not offered any more"),
            (self.reward("Delivery", 10, {"reward_type": "shipping"}), "not offered here"),
            (self.reward("Gone", 10, active=False), "not offered any more"),
        ]
        for program, words in cases:
            with self.subTest(program.name):
                self.assertIn(words, self.refused(data, program))
        self.assertEqual(self.free(), 487)
        self.assertCoherent()

    def test_limits_count_what_is_promised_and_what_came_back(self):
        self.enrol(self.bob, 100)
        one = self.reward("Only one", 10, club_limit_total=1)
        first, second = self.order_for(), self.order_for(self.bob)
        code = self.ask(first, one)["code"]
        self.assertIn("taken", self.refused(second, one))
        self.till().club_drop_reward(first["uuid"], code)
        self.assertIn("code", self.ask(second, one))
        mine = self.reward("Once each", 10, club_limit_member=1)
        self.buy(mine)
        self.assertIn("as often as one can", self.refused(first, mine))

    def test_who_is_no_member_or_too_early_is_told(self):
        self.assertIn("not a member", self.refused(self.order_for(self.bob)).replace("no member", "not a member"))
        self.assertTrue(self.refused(self.order_for(self.env["res.partner"])))
        self.club.is_redeem_pos = False
        self.assertTrue(self.refused(self.order_for()))

    def test_nonsense_from_the_register_is_refused(self):
        keys = [{"order_uuid": key, "partner_id": 1} for key in ("x" * 65, "\0")]
        for told in (None, [], {}, {"order_uuid": 5, "partner_id": "x"}, *keys):
            self.assertIn("refused", self.till().club_take_reward(told, self.ten.id))
        data = self.order_for()
        for program_id in (None, "1", -1, 0, True, [self.ten.id], 2**60, self.ten.id + 100000):
            told = {"partner_id": self.ada.id, "order_uuid": data["uuid"]}
            self.assertIn("refused", self.till().club_take_reward(told, program_id))
        self.assertEqual(self.free(), 487)

    # ------------------------------------------------------------------ forged
    def test_reward_of_another_order_is_refused(self):
        first, second = self.order_for(), self.order_for()
        code = self.ask(first)["code"]
        self.put_on(second, code)
        self.add_rest(second)
        self.assertRefused(second, "chosen for another order")
        self.put_on(first, code)
        self.add_rest(first)
        self.sync(first)
        self.assertEqual(self.pick_of(code).state, "captured")

    def test_order_of_another_customer_is_refused(self):
        data = self.order_for()
        code = self.ask(data)["code"]
        self.assertFalse(self.scan(code, self.bob)["successful"])
        self.put_on(data, code)
        data["partner_id"] = self.bob.id
        self.add_rest(data)
        self.assertRefused(data, "chosen by Ada")

    def test_choosing_for_another_customer_gives_the_first_ones_points_back(self):
        self.enrol(self.bob, 100)
        data = self.order_for()
        code = self.ask(data)["code"]
        data["partner_id"] = self.bob.id
        self.assertIn("code", self.ask(data))
        self.assertEqual((self.pick_of(code).state, self.free()), ("released", 487))

    def test_reward_twice_on_one_order_is_refused(self):
        data = self.order_for()
        code = self.ask(data)["code"]
        self.put_on(data, code)
        self.put_on(data, code, reward_identifier_code="two")
        self.add_rest(data)
        self.assertRefused(data, "counts once")

    def test_more_free_products_than_the_reward_gives_are_refused(self):
        free = self.reward("Free cake", 50, {"reward_type": "product", "reward_product_id": self.cake.id})
        data = self.order_for()
        code = self.ask(data, free)["code"]
        self.put_on(data, code, product=self.cake, price_unit=0, qty=2)
        self.add_rest(data)
        self.assertRefused(data, "counts once")

    def test_code_is_no_coupon_in_the_webshop(self):
        code = self.ask(self.order_for())["code"]
        order = self.env["sale.order"].create({"partner_id": self.ada.id, "website_id": self.website.id})
        self.assertTrue(order._try_apply_code(code)["not_found"])

    def test_what_the_register_reports_afterwards_changes_nothing(self):
        order, pick = self.sell_with()
        told = {"points": 5, "program_id": self.ten.id, "partner_id": self.ada.id, "coupon_id": pick.card_id.id}
        order.confirm_coupon_programs({str(pick.card_id.id): told})
        self.assertEqual(pick.card_id.points, 0)
        with self.assertRaises(UserError):
            pick.card_id.with_user(self.cashier).write({"points": 1})

    # ------------------------------------------------------------------ refunded
    def refund(self, order, share=1.0):
        lines = [
            (line.product_id, -line.qty * share, {
                "price_unit": line.price_unit, "refunded_orderline_id": line.id,
                "is_reward_line": line.is_reward_line, "reward_id": line.reward_id.id,
                "coupon_id": line.coupon_id.id, "reward_identifier_code": line.reward_identifier_code,
            })
            for line in order.lines
        ]  # fmt: skip
        data = self.ring_up(lines)
        self.add_rest(data)
        return self.sync(data)

    def test_refund_gives_the_points_back_in_the_ratio_refunded(self):
        order, pick = self.sell_with()
        self.refund(order, 0.5)
        self.assertEqual(pick._returned(), 40)
        self.refund(order, 0.5)
        self.assertEqual((pick._returned(), pick.is_given_back, pick.card_id.points), (80, True, 0))
        self.assertBalance(487)
        self.assertFalse(self.scan(pick.card_id.code)["successful"])

    def test_refunded_free_product_brings_its_points_back(self):
        free = self.reward("Free cake", 50, {"reward_type": "product", "reward_product_id": self.cake.id},
                           club_limit_member=1)  # fmt: skip
        order, pick = self.sell_with(free, product=self.cake, price_unit=0)
        self.assertEqual(order.amount_total, 121)
        self.assertIn("as often", self.refused(self.order_for(), free))
        self.refund(order)
        self.assertBalance(487)
        self.assertEqual(pick._returned(), 50)
        self.assertIn("code", self.ask(self.order_for(), free))

    # ------------------------------------------------------------------ late, faulty
    def test_order_paid_out_of_reach_of_the_server_is_honoured_later(self):
        data = self.order_for()
        code = self.ask(data)["code"]
        self.put_on(data, code)
        self.add_rest(data)
        pick = self.pick_of(code)
        pick._release("lapsed")
        self.assertFalse(self.scan(code)["successful"])
        self.assertEqual(pick.state, "lapsed")
        self.sync(data)
        self.assertEqual(pick.state, "captured")
        self.assertBalance(487 - 80 + 90)

    def test_fault_while_taking_points_never_stops_a_paid_sale_and_is_repaired(self):
        data = self.order_for()
        code = self.ask(data)["code"]
        self.put_on(data, code)
        self.add_rest(data)
        fault = patch.object(type(self.env["club.hold"]), "_capture_data", side_effect=ZeroDivisionError)
        with fault, self.assertLogs("odoo.addons.loyalty_club.models.pos_hold", "ERROR"):
            order = self.sync(data)
        self.assertEqual((order.state, self.pick_of(code).state), ("paid", "held"))
        self.env["club.hold"]._repair_picks()
        self.assertEqual(self.pick_of(code).state, "captured")
        self.assertCoherent()

    # ------------------------------------------------------------------ the dialog
    def test_tiles_show_what_is_in_reach_first(self):
        self.reward("Dear", 1000)
        self.reward("Hidden", 10, pos_ok=False)
        self.reward("Voucher", 10, club_offer="voucher")
        self.reward("Cheap", 10)
        data = self.order_for()
        code = self.ask(data)["code"]
        tiles = self.till().club_customer(self.told(data, "none"))["rewards"]
        self.assertEqual(
            [(tile["name"], tile["is_open"], tile["is_voucher"], tile["code"], tile["reason"]) for tile in tiles],
            [
                ("Ten percent", True, False, code, ""),
                ("Cheap", True, False, "", ""),
                ("Voucher", True, True, "", ""),
                ("Dear", False, False, "", "593 Beans more"),
            ],
        )

    def test_receipt_names_a_reward_of_orders_alone_as_the_next_one(self):
        self.reward("Only in orders", 500, club_offer="order")
        self.ten.active = False
        order = self.sell([(self.cake, 1)], self.ada)
        self.assertIn("Only in orders at 500", str(order.club_receipt["text"]))

    def test_who_has_to_show_a_card_above_so_much_has_to_for_a_reward(self):
        self.club.proof_above = 100
        data = self.order_for()
        self.assertIn("code", self.ask(data))
        self.assertIn("card", self.refused(data, self.reward("Dear", 50)))
        self.assertIn("code", self.ask(data, self.reward("Small", 15)))
        self.assertIn("card", self.refusal(data, 10))

    def test_goods_are_not_refunded_without_the_reward_that_paid_for_them(self):
        order, pick = self.sell_with()
        coffee = order.lines[0]
        data = self.ring_up([(self.coffee, -1, {"price_unit": 100, "refunded_orderline_id": coffee.id})])
        self.add_rest(data)
        self.assertRefused(data, "line of the reward")
        self.assertEqual(pick._returned(), 0)
