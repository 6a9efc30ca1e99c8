from datetime import timedelta
from unittest.mock import patch

from lxml import html
from odoo import fields
from odoo.addons.loyalty_club.engine import claims
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from ..models.club_claim import WRONG_BY_ADDRESS, WRONG_BY_USER
from .common_portal import PortalCommon
from .common_races import RacesCase


@tagged("post_install", "-at_install", "loyalty_club")
class TestClaims(PortalCommon):
    """The receipt of a sale without a customer, and whoever comes with its code."""

    def setUp(self):
        super().setUp()
        self.order = self.sell([(self.coffee, 1), (self.cake, 2)])

    def code(self, order=None, length=claims.LONG):
        order = order or self.order
        return claims.code(order.id, order._club_proof(length))

    def collect(self, code=None, user=None, address="192.0.2.1", company=None):
        user = user or self.ada_user
        company = company or self.company
        answer = self.env["club.claim"]._collect(self.code() if code is None else code, user, company, address)
        self.env.invalidate_all()
        return answer

    def assertRefused(self, sentence, **values):
        answer = self.collect(**values)
        self.assertFalse(answer.is_collected)
        self.assertIn(sentence, answer.text)

    def paid_days_ago(self, days, **values):
        session = self.open_session()
        moment = fields.Datetime.now() - timedelta(days=days)
        session.start_at = moment - timedelta(hours=1)
        order = self.sell([(self.coffee, 1)], date_order=fields.Datetime.to_string(moment), **values)
        self.club.on_since = self.outlet.opted_in_at = moment - timedelta(days=1)
        return order

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
        kiosk = self.sell([(self.cake, 1)])
        kiosk.source = "kiosk"
        for order in (named, draft, refund, nothing, kiosk):
            self.assertEqual(order.club_claim_ticket(), [], order.source)
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

    # ------------------------------------------------------------------ guessing
    def test_codes_tried_at_random_end_in_an_hours_pause(self):
        for number in range(WRONG_BY_USER):
            self.assertRefused("not known here", code=f"3F-7QK-2M{number}")
        self.assertRefused("Too many tries. Wait an hour")
        self.assertFalse(self.member(), "not even the right code counts now")
        self.assertTrue(self.collect(user=self.bob_user).is_collected, "others are not concerned")

    def test_pause_ends_after_an_hour(self):
        for number in range(WRONG_BY_USER + 3):
            self.collect(f"3F-7QK-2M{number % 10}")
        self.tried_ago(59)
        self.assertRefused("Too many tries")
        self.tried_ago(61)
        self.assertTrue(self.collect().is_collected)

    def tried_ago(self, minutes):
        self.env["club.attempt"].search([]).since = fields.Datetime.now() - timedelta(minutes=minutes)
        self.env.flush_all()

    def test_many_accounts_of_one_address_are_stopped_too(self):
        users = self.env["res.users"].create(
            [
                {
                    "name": f"Guesser {number}",
                    "login": f"guesser{number}",
                    "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
                }
                for number in range(WRONG_BY_ADDRESS // WRONG_BY_USER + 1)
            ]
        )
        answers = [self.collect("3F-7QK-2MX", user=user).text for user in users for _try in range(WRONG_BY_USER)]
        self.assertNotIn("Too many", answers[WRONG_BY_ADDRESS - 1])
        self.assertIn("Too many", answers[WRONG_BY_ADDRESS])
        self.assertTrue(self.collect(address="198.51.100.7").is_collected)

    def test_right_codes_are_no_tries(self):
        orders = [self.sell([(self.cake, 1)]) for _number in range(WRONG_BY_USER + 2)]
        for order in orders:
            self.assertTrue(self.collect(self.code(order)).is_collected)

    def test_no_name_and_no_address_is_kept_of_who_tried(self):
        self.collect("wrong")
        attempts = self.env["club.attempt"].search([("kind", "=", "claim")])
        self.assertEqual(len(attempts), 2)
        for who in attempts.mapped("who"):
            self.assertRegex(who, "^[0-9a-f]{32}$")
        attempts.since = fields.Datetime.now() - timedelta(days=2)
        self.env["club.attempt"]._gc_attempts()
        self.assertFalse(attempts.exists())

    # ------------------------------------------------------------------ over the web
    def post_code(self, code, login="ada_signs_in", path="/club/claim", **values):
        root, _text = self.page(path, login=login)
        token = root.xpath("//form[@action='/club/claim/collect']//input[@name='csrf_token']/@value")[0]
        return self.url_open("/club/claim/collect", data={"csrf_token": token, "code": code, **values})

    def test_visitor_signs_in_and_comes_back_to_the_code(self):
        self.authenticate(None, None)
        response = self.url_open("/club/claim/" + self.code())
        self.assertIn("/web/login?redirect=%2Fclub%2Fclaim%2F" + self.code(), response.text)
        self.assertNotIn("120", response.text)
        response = self.url_open("/web/login?redirect=%2Fclub%2Fclaim%2F" + self.code())
        self.assertIn(f'value="/club/claim/{self.code()}"', response.text)

    def test_visitor_learns_nothing_of_a_code(self):
        self.authenticate(None, None)
        right = self.url_open("/club/claim/" + self.code()).text.replace(self.code(), "CODE")
        wrong = self.url_open("/club/claim/" + "3" * 24).text.replace("3" * 24, "CODE")
        self.assertEqual(self.words_of(right), self.words_of(wrong))

    def words_of(self, page):
        return html.fromstring(page).xpath("//*[@id='wrap']")[0].text_content().split()

    def test_scanning_alone_changes_nothing_and_the_button_collects(self):
        root, _text = self.page("/club/claim/" + self.code())
        self.assertEqual(root.xpath("//input[@name='code']/@value")[:1], [self.code()])
        self.assertFalse(self.member())
        response = self.post_code(self.code())
        self.assertIn("120 Beans from your purchase are yours.", response.text)
        self.assertTrue(response.url.endswith("/my/club"))
        self.assertBalance(120)
        self.assertNotIn("from your purchase", self.url_open("/my/club").text)

    def test_own_page_has_a_place_for_the_code(self):
        self.enrol()
        response = self.post_code(self.code(length=claims.SHORT), path="/my/club")
        self.assertIn("120 Beans from your purchase are yours.", response.text)
        self.club.is_claim_enabled = False
        root, _text = self.page("/my/club")
        self.assertFalse(root.xpath("//form[@action='/club/claim/collect']"))

    def test_wrong_code_is_refused_in_a_sentence_beside_the_field(self):
        response = self.post_code('<script>alert("x")</script>')
        self.assertIn("This code is not known here.", response.text)
        self.assertNotIn('<script>alert("x")', response.text)

    def test_replay_and_forgery(self):
        self.post_code(self.code())
        self.assertIn("You have collected this purchase already.", self.post_code(self.code()).text)
        with mute_logger("odoo.http"):
            response = self.url_open("/club/claim/collect", data={"csrf_token": "forged", "code": self.code()})
        self.assertEqual(response.status_code, 400)
        self.assertBalance(120)

    def test_what_else_a_browser_sends_names_nobody(self):
        self.enrol(self.bob)
        self.post_code(
            self.code(), partner_id=self.bob.id, user_id=self.bob_user.id, member_id=self.member(self.bob).id
        )
        self.assertBalance(120)
        self.assertBalance(0, self.bob)

    def test_visitor_cannot_collect(self):
        self.authenticate(None, None)
        response = self.url_open(
            "/club/claim/collect",
            data={"csrf_token": self.csrf_of_visitor(), "code": self.code()},
            allow_redirects=False,
        )
        self.assertIn("/web/login", response.headers["Location"])
        self.assertIn("Waits", self.order.club_claim_text)

    def csrf_of_visitor(self):
        return html.fromstring(self.url_open("/web/login").text).xpath("//input[@name='csrf_token']/@value")[0]

    def test_codes_are_given_to_registers_only(self):
        with self.assertRaises(AccessError):
            self.order.with_user(self.ada_user).club_claim_ticket()
        self.authenticate("ada_signs_in", "ada_signs_in")
        for method, args in (("club_claim_ticket", [self.order.ids]), ("_club_by_code", ["x"])):
            with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/pos.order/{method}",
                    {"model": "pos.order", "method": method, "args": args, "kwargs": {}},
                )

    def test_register_cannot_forge_who_collected(self):
        order = self.ui_order([(self.coffee, 1)], [])
        order |= {"club_claim_id": 1, "club_claim_text": "Collected by Bob"}
        order["payment_ids"] = [
            Command.create({"uuid": "club-forged", "payment_method_id": self.cash.id, "amount": order["amount_total"]})
        ]
        sold = self.sync({name: value for name, value in order.items() if name in self.env["pos.order"]._fields})
        self.assertFalse(sold.club_claim_id)
        sold._club_sync()
        self.assertFalse(self.member(self.bob))
        self.assertNotIn("club_claim_id", self.env["pos.order"]._load_pos_data_fields(self.register))


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_races")
class TestClaimRaces(RacesCase):
    """Two who come with one receipt, and many guesses at once."""

    def users(self, names):
        users = self.env["res.users"].create(
            [
                {
                    "name": name,
                    "login": f"race_{name}",
                    "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
                }
                for name in names
            ]
        )
        self.fresh()
        self.addCleanup(self.remove, users)
        return users

    def remove(self, users):
        partners = users.partner_id
        self.env["club.attempt"].search([]).unlink()
        users.unlink()
        type(self).partners |= partners
        self.fresh()

    def test_two_collect_one_receipt_at_once_and_one_gets_it(self):
        order = self.sell([(self.coffee, 1)])
        users = self.users(["one", "two"])
        code = claims.code(order.id, order._club_proof(claims.LONG))
        self.fresh()

        def work(user):
            return lambda env: (
                env["club.claim"]
                ._collect(
                    code, env["res.users"].browse(user.id), env["res.company"].browse(self.company.id), str(user.id)
                )
                .text
            )

        answers = self.race([work(user) for user in users])
        self.assertEqual(
            sorted(answers),
            ["100 Beans from your purchase are yours.", "Somebody else has collected this purchase already."],
        )
        self.assertEqual(sum(self.balance(user.partner_id) for user in users), 100)
        self.assertCoherent()

    def test_guesses_at_once_count_one_by_one(self):
        [user] = self.users(["guesser"])

        def guess(env):
            return env["club.attempt"]._take("guess", {f"user:{user.id}": 2})

        with self.without_waiting():
            answers = self.race([guess] * 4)
        self.assertEqual(answers.count(True), 2, answers)
