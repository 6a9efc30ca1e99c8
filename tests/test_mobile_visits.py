from odoo.tests import tagged

from .common_kiosk import CONFIRMED
from .common_mobile import MobileCommon


@tagged("post_install", "-at_install")
class TestMobileVisits(MobileCommon):
    """A customer's own phone: recognised by having signed in on it, and whose a table's order is."""

    # ------------------------------------------------------------------ who
    def test_signed_in_customer_is_recognised_and_proven(self):
        answer = self.me("ada_orders")
        visit = self.visit(answer.pop("token"))
        self.assertEqual((visit.member_id, visit.how), (self.member_ada, "login"))
        self.assertEqual(
            answer,
            {"name": "Ada", "balances": ["487 Beans"], "tier": "Member", "text": "Welcome back!", "is_proven": True},
        )

    def test_nobody_is_signed_in(self):
        self.assertEqual(self.me(), {})

    def test_open_visit_is_answered_again_after_a_reload(self):
        token = self.me("ada_orders")["token"]
        self.assertEqual(self.me(token=token), self.me("ada_orders", token=token))
        self.assertEqual(self.me(token=token)["name"], "Ada")
        self.expire(token)
        self.assertEqual(self.me(token=token), {})

    def test_staffs_own_login_is_no_customer(self):
        self.clerk.password = "club_kiosk"
        self.assertEqual(self.me("club_kiosk"), {})

    def test_who_is_signed_in_at_a_kiosk_does_not_stand_there(self):
        self.authenticate("ada_orders", "ada_orders")
        self.assertEqual(self.post("/club/self/me", self.kiosk), {})

    def test_customer_who_is_no_member_becomes_one_with_the_order(self):
        answer = self.me("bob_orders")
        self.assertEqual((answer["text"], answer["name"], answer["is_proven"]), (CONFIRMED, "", False))
        order = self.sent([(self.coffee, 1)], answer["token"])[1]
        self.assertFalse(self.bob.club_member_id)
        self.pay_by_terminal(order)
        self.assertBalance(100, self.bob)

    def test_where_customers_are_asked_first_points_wait_for_their_page(self):
        self.club.enrolment = "ask"
        answer = self.me("bob_orders")
        self.assertIn("until you join", answer["text"])
        order = self.sent([(self.coffee, 1)], answer["token"])[1]
        self.pay_by_terminal(order)
        self.assertFalse(self.bob.club_member_id)
        self.env["club.member"]._join(self.club, self.bob)
        self.assertBalance(100, self.bob)

    def test_where_nobody_joins_by_ordering_a_stranger_is_nobody(self):
        self.club.enrolment = "off"
        self.assertEqual(self.me("bob_orders"), {})

    def test_who_left_the_club_does_not_come_back_by_ordering(self):
        self.member_ada.active = False
        self.assertEqual(self.me("ada_orders"), {})

    def test_page_that_is_opened_again_and_again_makes_no_endless_visits(self):
        answers = [bool(self.me("ada_orders")) for _again in range(3)]
        limit = {f"user:{self.ada_user.id}": 120}
        while self.env["club.attempt"]._take("self", limit):
            pass
        self.assertEqual([*answers, bool(self.me("ada_orders"))], [True, True, True, False])

    # ------------------------------------------------------------------ whose order
    def test_order_earns_for_who_signed_in_when_it_is_paid(self):
        order = self.sent([(self.coffee, 1)], self.me("ada_orders")["token"])[1]
        self.assertEqual((order.source, order.club_visit_id.member_id), ("mobile", self.member_ada))
        self.assertBalance(487)
        self.pay_by_terminal(order)
        self.assertEqual(order.partner_id, self.ada)
        self.assertBalance(587)
        self.assertCoherent()

    def test_all_that_a_table_orders_is_the_first_ones(self):
        ada, bob = self.me("ada_orders")["token"], self.me("bob_orders")["token"]
        told, order = self.sent([(self.coffee, 1)], ada)
        self.send_again(told, [(self.cake, 1)], bob)
        self.send_again(told, [(self.cake, 2)])
        self.assertEqual((len(order.lines), order.club_visit_id.member_id), (3, self.member_ada))
        self.pay_by_terminal(order)
        self.assertBalance(487 + 130)
        self.assertFalse(self.bob.club_member_id)

    def test_table_whose_first_phone_was_nobodys_is_theirs_who_say_so_first(self):
        told, order = self.sent([(self.cake, 1)])
        self.send_again(told, [(self.coffee, 1)], self.me("ada_orders")["token"])
        self.send_again(told, [(self.cake, 1)], self.me("bob_orders")["token"])
        self.pay_by_terminal(order)
        self.assertBalance(487 + 120)

    def test_who_signs_in_after_ordering_has_the_order_all_the_same(self):
        order = self.sent([(self.coffee, 1)])[1]
        self.assertTrue(self.attach(self.me("ada_orders")["token"], order))
        self.assertFalse(self.attach(self.me("bob_orders")["token"], order))
        self.pay_by_terminal(order)
        self.assertBalance(587)

    def test_other_visit_of_the_same_customer_goes_on_with_the_order(self):
        told, order = self.sent([(self.coffee, 1)], self.me("ada_orders")["token"])
        again = self.me("ada_orders")["token"]
        self.send_again(told, [(self.cake, 1)], again)
        self.assertEqual(order.club_visit_id, self.visit(again))

    def test_next_order_takes_another_visit(self):
        token = self.me("ada_orders")["token"]
        order = self.sent([(self.coffee, 1)], token)[1]
        self.pay_by_terminal(order)
        self.assertFalse(self.sent([(self.coffee, 1)], token)[1].club_visit_id)
        again = self.me("ada_orders", token=token)["token"]
        self.assertNotEqual(again, token)
        self.assertEqual(self.sent([(self.coffee, 1)], again)[1].club_visit_id.member_id, self.member_ada)

    def test_who_leaves_keeps_the_order_and_who_was_taken_for_somebody_else_does_not(self):
        token = self.me("ada_orders")["token"]
        left = self.sent([(self.coffee, 1)], token)[1]
        self.post("/club/self/forget", self.tables, token=token)
        self.assertEqual(self.me(token=token), {})
        token = self.me("ada_orders")["token"]
        mistaken = self.sent([(self.coffee, 1)], token, uuid="7d4e0a3e-1b9f-4bfa-8d0c-6d4a4c1f9a10")[1]
        self.post("/club/self/forget", self.tables, token=token, is_mistake=True)
        for order in (left, mistaken):
            self.pay_by_terminal(order)
        self.assertEqual((left.partner_id, mistaken.partner_id), (self.ada, self.env["res.partner"]))
        self.assertBalance(587)

    def test_staffs_word_counts_before_the_phones(self):
        token = self.me("ada_orders")["token"]
        told, order = self.sent([(self.coffee, 1)], token)
        order.with_user(self.clerk).partner_id = self.bob
        self.send_again(told, [(self.cake, 1)], token)
        self.send_again(told, [(self.cake, 1)], self.me("ada_orders")["token"])
        self.assertEqual(order.partner_id, self.bob)
        self.pay_by_terminal(order)
        self.assertBalance(487)
        self.assertBalance(120, self.bob)
        self.assertCoherent()
