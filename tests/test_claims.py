from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.loyalty_club.engine import claims
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_claims import ClaimCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestClaims(ClaimCommon):
    """The receipt of a sale without a customer, and whoever comes with its code."""

    # ------------------------------------------------------------------ the receipt
    def test_receipt_says_what_waits_and_how_to_get_it(self):
        [ticket] = self.order.club_claim_ticket()
        self.assertEqual(ticket["text"], "120 Beans are waiting: scan within 14 days")
        self.assertTrue(ticket["url"].endswith("/club/claim/" + self.code()))
        self.assertGreaterEqual(5 * claims.LONG, 80)
        self.assertEqual(claims.read(ticket["code"]), claims.Code(self.order.id, self.order._club_proof(claims.SHORT)))
        self.assertTrue(ticket["site"].endswith("/club/claim"))

    def test_last_day_and_the_day_before_are_said(self):
        self.club.claim_days = 1
        self.assertIn("scan by tomorrow", self.order.club_claim_ticket()[0]["text"])
        order = self.paid_days_ago(1)
        self.assertIn("scan today", order.club_claim_ticket()[0]["text"])

    def test_receipt_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.unit.with_context(lang="fr_FR").write({"name": "Grain", "name_plural": "Grains"})
        [ticket] = self.order.with_context(lang="fr_FR").club_claim_ticket()
        self.assertIn("120 Grains", ticket["text"])

    def test_sales_without_a_code(self):
        named = self.sell([(self.coffee, 1)], self.ada)
        draft = self.sync(self.ui_order([(self.coffee, 1)], [], state="draft"))
        refund = self.refund(self.order, {self.cake: 1})
        gift = self._product("Poster", 0.0)
        nothing = self.sell([(gift, 1)])
        for order in (named, draft, refund, nothing):
            self.assertEqual(order.club_claim_ticket(), [])
        for owner, field in ((self.club, "is_claim_enabled"), (self.outlet, "is_opted_in")):
            owner[field] = False
            self.assertEqual(self.order.club_claim_ticket(), [])
            owner[field] = True
        self.register.club_outlet_id = False
        self.assertEqual(self.order.club_claim_ticket(), [])

    def test_printing_stores_nothing(self):
        before = self.env["club.claim"].search_count([])
        self.order.club_claim_ticket()
        self.env.flush_all()
        self.assertEqual(self.env["club.claim"].search_count([]), before)
        self.assertFalse(self.env["club.outcome"].search([("source_id", "=", self.order.id)]))

    def test_code_of_a_receipt_costs_few_queries(self):
        self.order.club_claim_ticket()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.order.club_claim_ticket()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 25)

    def test_register_is_told_whether_receipts_carry_codes(self):
        [read] = self.env["pos.config"]._load_pos_data_read(self.register, self.register)
        self.assertTrue(read["_club_claims"])
        self.club.is_claim_enabled = False
        [read] = self.env["pos.config"]._load_pos_data_read(self.register, self.register)
        self.assertFalse(read["_club_claims"])

    # ------------------------------------------------------------------ collecting
    def test_whoever_scans_gets_the_points_once(self):
        answer = self.collect()
        self.assertEqual(answer.text, "120 Beans from your purchase are yours.")
        self.assertBalance(120)
        self.assertFalse(self.order.partner_id, "the books keep an anonymous sale")
        self.assertEqual(self.member().consent_source, "claim")
        entry = self.member().account_ids.entry_ids
        self.assertEqual((entry.source_id, entry.business_at), (self.order.id, self.order._club_paid_at()))
        self.assertRefused("You have collected this purchase already.")
        self.assertRefused("Somebody else has collected", user=self.bob_user)
        self.assertBalance(120)

    def test_code_to_type_does_the_same(self):
        typed = claims.spoken(self.order.id, self.order._club_proof(claims.SHORT)).lower().replace("-", " ")
        self.assertTrue(self.collect(typed).is_collected)
        self.assertBalance(120)

    def test_outcome_of_the_sale_opens_again(self):
        self.order._club_sync()
        outcome = self.env["club.outcome"].search([("source_id", "=", self.order.id)])
        self.assertEqual(outcome.code, "no_customer")
        self.collect()
        self.assertEqual(outcome.code, "awarded")
        self.assertEqual(outcome.member_id, self.member())

    def test_refunds_before_are_in_it_and_later_ones_take_from_the_claimer(self):
        self.refund(self.order, {self.cake: 1})
        self.assertTrue(self.collect().is_collected)
        self.assertBalance(110)
        self.refund(self.order, {self.coffee: 1})
        self.assertBalance(10)

    def test_rules_and_time_of_the_sale_count(self):
        order = self.paid_days_ago(3)
        self.env.cr.execute(
            "UPDATE club_program SET live_from = now() - interval '30 days', ended_at = now() - interval '1 day'"
            " WHERE id = %s",
            (self.program.id,),
        )
        self.env.registry.clear_cache()
        self.env.invalidate_all()
        self.assertTrue(self.collect(self.code(order)).is_collected)
        self.assertEqual(self.member().account_ids.entry_ids.business_at, order.date_order)
        self.assertBalance(100)

    def test_claimers_own_tier_counts(self):
        member = self.enrol()
        member.sudo().write({"tier_id": self.gold.id, "tier_since": fields.Datetime.now() - timedelta(days=9)})
        self.collect()
        self.assertBalance(240)

    def test_points_follow_the_claimer_through_a_merge(self):
        self.collect()
        self.env["club.member"]._merge_partners(self.ada, self.bob)
        self.refund(self.order, {self.coffee: 1})
        self.assertBalance(20, self.bob)
        self.assertRefused("You have collected", user=self.bob_user)

    def test_staff_reads_on_the_order_what_became_of_the_code(self):
        self.assertIn("Waits to be collected", self.order.club_claim_text)
        self.assertIn("Waits to be collected", self.order.action_club_why()["params"]["message"])
        self.collect()
        self.assertIn("Collected by Ada", self.order.club_claim_text)
        self.assertIn("Nobody collected it", self.paid_days_ago(20).club_claim_text)

    def test_fault_while_crediting_is_repaired_at_night(self):
        broken = patch.object(type(self.env["club.account"]), "_ensure", side_effect=ValueError("broken"))
        with broken, mute_logger("odoo.addons.loyalty_club.models.document_mixin"):
            answer = self.collect()
        self.assertIn("The points follow within a day", answer.text)
        self.assertBalance(0)
        self.env["pos.order"].browse(self.env["pos.order"]._club_unsettled(fields.Datetime.now()))._club_sync()
        self.assertBalance(120)

    # ------------------------------------------------------------------ refusals
    def test_unknown_codes(self):
        other = self.sell([(self.cake, 1)])
        stolen = claims.code(self.order.id, other._club_proof(claims.LONG))
        gone = claims.code(2**31 - 1, self.order._club_proof(claims.LONG))
        for code in ("", "hello", stolen, gone, "'; DROP TABLE club_claim; --", "9" * 64, "\x00", self.code()[:-1]):
            with self.subTest(code=code):
                self.assertFalse(self.collect(code, address=code).is_collected)
                self.env["club.attempt"].search([]).unlink()
        self.assertFalse(self.member())

    def test_code_of_another_companys_club_is_as_unknown_as_any(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertRefused("not known here", company=elsewhere)
        self.assertFalse(self.member())

    def test_expired_code(self):
        order = self.paid_days_ago(15)
        self.assertRefused("This code was good until", code=self.code(order))
        order = self.paid_days_ago(13)
        self.assertTrue(self.collect(self.code(order)).is_collected)

    def test_outlet_that_is_off(self):
        self.outlet.is_opted_in = False
        self.assertRefused("High Street gives no points at the moment")
        self.outlet.is_opted_in = True
        self.club.action_switch_off()
        self.assertRefused("gives no points at the moment")
        self.club.action_switch_on()
        self.club.is_claim_enabled = False
        self.assertRefused("gives no points at the moment")

    def test_sale_of_a_customer_or_of_nothing(self):
        named = self.sell([(self.coffee, 1)], self.bob)
        self.assertRefused("belongs to a customer already", code=self.code(named))
        self.refund(self.order)
        self.assertRefused("Everything of this purchase was returned")

    def test_club_that_enrols_by_hand_only(self):
        self.club.enrolment = "off"
        self.assertRefused("Ask our staff to make you one")
        self.enrol()
        self.assertTrue(self.collect().is_collected)
        self.assertBalance(120)

    def test_club_that_asks_is_answered_by_the_code(self):
        self.club.enrolment = "ask"
        self.assertTrue(self.collect().is_collected)
        self.assertTrue(self.member().consent_at)
        self.assertBalance(120)
