from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_portal import PortalCommon
from .common_sale import OnlinePayments


@tagged("post_install", "-at_install", "loyalty_club")
class TestEnrolment(PortalCommon, OnlinePayments):
    """Who becomes a member, and who said so."""

    def outcome(self, order):
        return self.env["club.outcome"].search([("source_model", "=", order._name), ("source_id", "=", order.id)])

    def join(self, login="ada_signs_in", **values):
        """Press the button of the page, with what a browser adds to it."""
        root, _text = self.page(login=login)
        [token] = root.xpath("//form[@action='/my/club/join']//input[@name='csrf_token']/@value")
        return self.url_open("/my/club/join", data={"csrf_token": token, **values})

    # ------------------------------------------------------------------ automatic
    def test_first_paid_order_makes_a_member_without_being_asked(self):
        self.sell([(self.coffee, 1)], self.ada)
        member = self.member()
        self.assertTrue(member.joined_at)
        self.assertFalse(member.consent_at or member.consent_source)
        self.assertBalance(100)

    def test_customer_without_any_order_joins_on_the_own_page(self):
        self.assertIn("Your first paid order makes you one", self.page()[1])
        response = self.join()
        self.assertEqual(response.status_code, 200)
        member = self.member()
        self.assertEqual(member.consent_source, "page")
        self.assertLess(fields.Datetime.now() - member.consent_at, timedelta(minutes=5))
        self.assertIn("How to begin", response.text)

    # ------------------------------------------------------------------ ask
    def test_points_wait_until_the_customer_joins(self):
        self.club.enrolment = "ask"
        order = self.sell([(self.coffee, 1), (self.cake, 2)], self.ada)
        sale = self.quotation([(self.cake, 5)])
        sale.action_confirm()
        self._pay_online(sale)
        self.assertFalse(self.member())
        self.assertEqual((self.outcome(order) | self.outcome(sale)).mapped("code"), ["consent"] * 2)
        self.assertIn("not a member yet", order.club_explanation)
        root, text = self.page()
        self.assertIn("Your orders are worth 170 Beans as soon as you join.", text)
        self.assertIn("Join and get 170 Beans", root.xpath("string(//form[@action='/my/club/join'])"))
        self.join()
        self.assertEqual(self.member().consent_source, "page")
        self.assertEqual(self.outcome(order).code, "awarded")
        self.assertBalance(170)

    def test_waiting_points_count_by_the_order_not_by_the_day_of_joining(self):
        self.club.enrolment = "ask"
        session = self.open_session()
        session.start_at = fields.Datetime.now() - timedelta(days=6)
        paid_at = fields.Datetime.now() - timedelta(days=5)
        self.sell([(self.coffee, 1)], self.ada, date_order=fields.Datetime.to_string(paid_at))
        self.env["club.member"].enrol(self.ada.id, self.club.id, has_agreed=True)
        entry = self.member().account_ids.entry_ids
        self.assertEqual(entry.business_at, paid_at.replace(microsecond=0))
        self.assertBalance(100)

    def test_refund_before_joining_is_in_what_joining_brings(self):
        self.club.enrolment = "ask"
        order = self.sell([(self.cake, 10)], self.ada)
        self.refund(order, {self.cake: 4})
        self.join()
        self.assertBalance(60)

    def test_nightly_repair_enrols_nobody_who_was_not_asked(self):
        self.club.enrolment = "ask"
        order = self.sell([(self.coffee, 1)], self.ada)
        order._club_sync()
        self.assertEqual(self.outcome(order).code, "consent")
        self.assertFalse(self.member())

    def test_members_earn_at_once_whatever_the_setting(self):
        self.enrol()
        for enrolment in ("ask", "off", "automatic"):
            self.club.enrolment = enrolment
            self.sell([(self.cake, 1)], self.ada)
        self.assertBalance(30)

    def test_staff_enrols_who_agreed_and_the_waiting_order_counts(self):
        self.club.enrolment = "ask"
        (self.env["club.club"].search([]) - self.club).active = False
        self.sell([(self.coffee, 1)], self.ada)
        self.assertTrue(self.ada.club_can_enrol)
        action = self.ada.action_club_enrol()
        self.assertEqual(action["res_id"], self.member().id)
        self.assertEqual(self.member().consent_source, "staff")
        self.assertFalse(self.ada.club_can_enrol)
        self.assertBalance(100)

    def test_customer_agrees_later_and_the_first_date_stays(self):
        member = self.enrol()
        self.assertFalse(member.consent_at)
        member.action_agree()
        first = member.consent_at
        self.assertEqual(member.consent_source, "staff")
        member.sudo()._join(self.club, self.ada, "page")
        self.assertEqual((member.consent_at, member.consent_source), (first, "staff"))

    # ------------------------------------------------------------------ off
    def test_nobody_becomes_a_member_by_an_order(self):
        self.club.enrolment = "off"
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertFalse(self.member())
        self.assertIn("this club makes nobody one by itself", order.club_explanation)
        root, text = self.page()
        self.assertIn("Ask our staff to make you one", text)
        self.assertFalse(root.xpath("//form[@action='/my/club/join']"))
        self.enrol()
        order._club_sync()
        self.assertBalance(0)
        self.sell([(self.cake, 1)], self.ada)
        self.assertBalance(10)

    # ------------------------------------------------------------------ attacks
    def test_forged_join_is_refused(self):
        self.authenticate("ada_signs_in", "ada_signs_in")
        with mute_logger("odoo.http"):
            response = self.url_open("/my/club/join", data={"csrf_token": "forged"})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.url_open("/my/club/join").status_code, 405)
        self.assertFalse(self.member())

    def test_joining_concerns_nobody_else(self):
        stranger = self.second_club(self.bob).member_ids
        self.join(partner_id=self.bob.id, club_id=stranger.club_id.id, member_id=stranger.id)
        self.assertTrue(self.member())
        self.assertFalse(self.member(self.bob))
        self.assertFalse(stranger.consent_at)

    def test_join_by_a_forged_post_while_the_club_enrols_nobody(self):
        self.club.enrolment = "ask"
        root, _text = self.page()
        [token] = root.xpath("//form[@action='/my/club/join']//input[@name='csrf_token']/@value")
        self.club.enrolment = "off"
        self.url_open("/my/club/join", data={"csrf_token": token})
        self.assertFalse(self.member())

    def test_customers_neither_enrol_nor_agree_for_others(self):
        member = self.enrol(self.bob)
        with self.assertRaises(AccessError):
            member.with_user(self.ada_user).action_agree()
        with self.assertRaises(AccessError):
            self.bob.with_user(self.ada_user).action_club_enrol()
        with self.assertRaises(AccessError):
            self.env["club.member"].with_user(self.ada_user).enrol(self.ada.id, self.club.id, has_agreed=True)
