from odoo.fields import Command
from odoo.tests import tagged

from .common_kiosk import CONFIRMED, KioskCommon


@tagged("post_install", "-at_install")
class TestKioskEarn(KioskCommon):
    """Orders of a kiosk earn by the server's own prices, however they are paid."""

    def test_paid_by_a_terminal_earns_and_says_so(self):
        order = self.order([(self.coffee, 1)], self.recognise())
        self.assertEqual(order.club_self_text, {"title": "Your points are added when you have paid."})
        self.pay_by_terminal(order)
        self.assertBalance(587)
        self.assertEqual(order.club_self_text["title"], "+100 Beans")
        self.assertIn("Cumulative Beans: 587 (+100)", order.club_self_text["lines"])
        self.assertNotIn("Ada", " ".join(order.club_self_text["lines"]))

    def test_confirmation_has_a_line_for_the_goal_and_one_for_the_play(self):
        goals = self.env["club.goal"].create([
            {"name": name, "club_id": self.club.id, "target": target, "units": 50, "is_on": True}
            for name, target in (("Far", 9), ("Twice", 2))
        ])  # fmt: skip
        prizes = [Command.create({"name": name, "kind": "nothing", "weight": 1}) for name in ("None", "Nothing")]
        self.env["club.game"].create({"name": "Wheel", "club_id": self.club.id, "is_on": True, "prize_ids": prizes})
        goals.sudo().on_times = [["2020-01-01 00:00:00", None]]
        self.env.registry.clear_cache()
        order = self.order([(self.coffee, 1)], self.recognise())
        self.pay_by_terminal(order)
        lines = order.club_self_text["lines"]
        said = ["You have a play: Wheel. Play it on your page.", "Twice: 1 of 2 visits this month"]
        self.assertEqual(lines[-2:], said)
        self.assertEqual(order.club_self_text["receipt"], lines)
        told = self.order([(self.coffee, 1)], self.identify(phone="0470 12 34 56", consent=True)["token"])
        self.pay_by_terminal(told)
        self.assertNotIn("Twice", str(told.club_self_text), "a number alone shows nothing")

    def test_paid_online_earns_when_the_money_is_there(self):
        order = self.order([(self.coffee, 1)], self.recognise())
        order._process_saved_order(True)
        self.assertBalance(487)
        self.pay(order)
        order._process_saved_order(False)
        self.assertBalance(587)

    def test_paid_at_the_counter_earns_for_whom_the_kiosk_knows(self):
        order = self.order([(self.coffee, 1)], self.recognise())
        self.pay_at_counter(order)
        self.assertBalance(587)

    def test_phone_paid_at_the_counter_earns_and_staff_sees_whose_it_is(self):
        token = self.identify(phone="0470 12 34 56", consent=True)["token"]
        order = self.order([(self.coffee, 1)], token)
        self.assertFalse(order.partner_id)
        [row] = order.with_user(self.clerk)._load_pos_data_read(order.with_user(self.clerk), self.kiosk)
        self.assertEqual(row["partner_id"], self.ada.id)
        self.pay_at_counter(order)
        self.assertEqual(order.partner_id, self.ada)
        self.assertBalance(587)
        self.assertEqual(order.club_self_text["title"], CONFIRMED)

    def test_staff_may_put_somebody_else_on_it(self):
        order = self.order([(self.coffee, 1)], self.recognise())
        self.enrol(self.bob)
        self.pay_at_counter(order, partner=self.bob)
        self.assertBalance(487)
        self.assertBalance(100, self.bob)

    def test_staff_may_put_somebody_on_an_order_of_nobody(self):
        order = self.order([(self.coffee, 1)])
        self.pay_at_counter(order, partner=self.ada)
        self.assertBalance(587)

    def test_order_of_nothing_earns_nothing_and_is_its_members(self):
        order = self.order([(self._product("Water", 0.0), 1)], self.recognise())
        self.assertEqual((order.state, order.partner_id), ("paid", self.ada))
        self.assertBalance(487)

    def test_unknown_number_becomes_a_member_when_it_is_paid_and_not_before(self):
        before = self.env["res.partner"].search_count([])
        token = self.identify(phone="0470 99 99 99", consent=True)["token"]
        order = self.order([(self.coffee, 1)], token)
        self.assertEqual(self.env["res.partner"].search_count([]), before)
        self.pay_by_terminal(order)
        partner = order.partner_id
        self.assertEqual(partner.phone, "+32 470 99 99 99")
        member = self.member(partner)
        self.assertEqual((member.consent_source, bool(member.consent_at)), ("kiosk", True))
        self.assertBalance(100, partner)
        self.assertFalse(self.visit(token).phone)

    def test_number_that_was_typed_twice_becomes_one_member(self):
        tokens = [self.identify(phone="0470 99 99 99", consent=True)["token"] for _ in range(2)]
        orders = [self.order([(self.coffee, 1)], token) for token in tokens]
        for order in orders:
            self.pay_by_terminal(order)
        self.assertEqual(orders[0].partner_id, orders[1].partner_id)
        self.assertBalance(200, orders[0].partner_id)

    def test_club_that_lets_nobody_in_by_an_order_makes_no_member(self):
        self.club.enrolment = "off"
        self.assertFalse(self.kiosk.club_self["join"])
        order = self.order([(self.coffee, 1)], self.identify(phone="0470 99 99 99", consent=True)["token"])
        self.pay_by_terminal(order)
        self.assertFalse(order.partner_id)

    def test_order_of_nobody_has_a_code_that_brings_its_points(self):
        order = self.order([(self.coffee, 1)])
        self.assertFalse(order.club_self_text)
        self.pay_by_terminal(order)
        claim = order.club_self_text["claim"]
        self.assertEqual(claim["text"], "100 Beans are waiting: scan within 14 days")
        user = self.env["res.users"].create(
            {"name": "Bob", "login": "club_bob", "partner_id": self.bob.id, "group_ids": [
                Command.set(self.env.ref("base.group_portal").ids)]}
        )  # fmt: skip
        self.env["club.claim"]._collect(claim["code"], user, self.company)
        self.assertBalance(100, self.bob)

    def test_tiers_prices_are_those_of_who_has_proven_to_be_a_member(self):
        self.tier_price()
        token, phone = self.recognise(), self.identify(phone="0470 12 34 56", consent=True)["token"]
        own, unproven = self.order([(self.coffee, 1)], token), self.order([(self.coffee, 1)], phone)
        self.assertAlmostEqual(own.amount_total, 108.9)
        self.assertAlmostEqual(unproven.amount_total, 121.0)
        self.pay_by_terminal(own)
        self.assertBalance(577)

    def test_contacts_own_pricelist_wins_over_the_tiers(self):
        self.tier_price()
        self.ada.specific_property_product_pricelist = self.pricelist
        self.assertAlmostEqual(self.order([(self.coffee, 1)], self.recognise()).amount_total, 121.0)

    def test_channel_that_is_off_earns_nothing_and_says_why(self):
        token = self.recognise()
        order = self.order([(self.coffee, 1)], token)
        self.club.is_earn_kiosk = False
        self.pay_by_terminal(order)
        self.assertBalance(487)
        self.assertEqual(self.outcome(order).code, "channel_off")

    def test_orders_by_phone_at_a_table_are_of_the_same_channel(self):
        table = self.device("mobile", "Tables")
        order = self.order([(self.coffee, 1)], self.recognise(config=table), config=table)
        self.assertEqual(order.source, "mobile")
        self.pay_by_terminal(order)
        self.assertBalance(587)
