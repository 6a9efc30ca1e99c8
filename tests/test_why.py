from datetime import timedelta
from uuid import uuid4

from lxml import html
from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common_pos import TenderCommon


class WhyCommon(TenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada.write({"name": "Ada Quillfeather", "phone": "+44 20 7946 0101"})

    def ask(self, question, user=None, company=None):
        """The paragraphs of an answer."""
        why = self.env(user=user or self.cashier)["club.why"]
        return why.with_company(company or self.company).ask(question)

    def said(self, question, **asker):
        """All of an answer on one line."""
        parts = self.ask(question, **asker)
        texts = [[part["title"], *part["sentences"], *(row["name"] for row in part["rows"])] for part in parts]
        return " ".join(" ".join(text) for text in texts).replace("\xa0", " ")

    def ada_member(self):
        return self.member(self.ada)


@tagged("post_install", "-at_install", "loyalty_club")
class TestWhyOrder(WhyCommon):
    """Why an order has its points, or none: asked by its number, answered in sentences."""

    def test_order_is_explained_line_by_line(self):
        order = self.sell([(self.coffee, 1), (self.cake, 2)], self.ada)
        head, earned = self.ask(order.pos_reference)
        self.assertEqual(head["sentences"][0], "Points were credited.")
        self.assertIn("Ada Quillfeather", head["title"])
        self.assertIn("Earned +120 Beans on", earned["title"])
        self.assertEqual([(row["name"], row["amount"]) for row in earned["rows"]], [("Coffee", "100"), ("Cake", "20")])
        self.assertEqual(earned["total"], "+120 Beans")
        self.assertIn("1 Bean per", earned["rows"][0]["text"])

    def test_number_is_found_as_people_type_it(self):
        order = self.sell([(self.cake, 1)], self.ada)
        number = order.pos_reference
        for typed in (number, f" {number} ", f"#{number}", f"Order {number}", number[-6:], order.name):
            self.assertIn("Earned +10 Beans", self.said(typed), typed)

    def test_wildcards_find_nothing(self):
        self.sell([(self.cake, 1)], self.ada)
        for typed in ("%%%%%%", "______", "\\", "'; DROP TABLE club_entry; --", "%", "x" * 5000):
            self.assertEqual(self.ask(typed)[0]["title"], "Nothing found", typed)

    def test_order_without_a_customer_says_what_to_do(self):
        order = self.sell([(self.cake, 1)])
        text = self.said(order.pos_reference)
        self.assertIn("Nobody was chosen on this order, so no points were added.", text)
        self.assertIn("the customer can enter it on their page", text)

    def test_sale_order_and_invoice_are_found_by_their_numbers(self):
        order = self.quotation([(self.coffee, 1)])
        self.assertIn("Points are added once the order is paid.", self.said(order.name))
        order.action_confirm()
        invoice = self.invoice(order)
        self.pay(invoice)
        self.assertIn("Earned +100 Beans", self.said(order.name.lower()))
        self.assertIn(invoice.name, self.said(invoice.name))

    def test_refund_is_told_with_what_it_took(self):
        order = self.sell([(self.cake, 5)], self.ada)
        refund = self.refund(order, {self.cake: 2})
        text = self.said(order.pos_reference)
        self.assertIn("Taken back with a refund", text)
        self.assertIn("Of 50 Beans, 20 Beans are taken back so far.", text)
        self.assertIn("It refunds", self.said(refund.pos_reference))

    def test_used_points_are_told(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        text = self.said(order.pos_reference)
        self.assertIn("Used -100 Beans", text)
        self.assertIn("They paid $ 1.00.", text)

    def test_promise_of_an_unpaid_order_is_told(self):
        order = self.ring_up([(self.cake, 5)], state="draft")
        self.assertIn("token", self.authorise(order, 50))
        draft = self.sync(order)
        self.assertIn("50 Beans are promised to an order until", self.said(draft.pos_reference or draft.name))

    def test_every_outcome_that_a_merchant_can_mend_has_its_advice(self):
        from ..models.why_order import WhyOrder

        order = self.sell([(self.cake, 1)], self.ada)
        codes = self.env["club.outcome"]._texts().keys()
        self.assertLessEqual(WhyOrder(order)._advice().keys(), codes)

    def test_unknown_number_says_what_can_be_typed(self):
        self.assertIn("Type the number as it is on the receipt", self.said("S99999999"))


@tagged("post_install", "-at_install", "loyalty_club")
class TestWhyCustomer(WhyCommon):
    """Why a customer has this balance and this tier, and what could be used now."""

    def test_member_is_found_by_name_phone_email_and_card(self):
        for typed in ("Quillfeather", "7946 0101", "ada@example.com", self.ada_member().card_number):
            text = self.said(typed)
            self.assertIn("Ada Quillfeather · Beans", text, typed)
            self.assertIn("487 Beans can be used now.", text, typed)

    def test_next_tier_is_told_with_what_is_missing(self):
        self.sell([(self.coffee, 1)], self.ada)
        text = self.said("Quillfeather")
        self.assertIn("Tier Member since", text)
        self.assertIn("Silver begins at 500 Beans ever earned; 100 Beans count so far, so 400 Beans are missing.", text)

    def test_tier_that_fell_says_why(self):
        order = self.sell([(self.coffee, 5)], self.ada)
        self.assertEqual(self.ada_member().tier_id, self.silver)
        self.refund(order)
        self.assertIn("it fell from Silver: what had reached it was refunded.", self.said("Quillfeather"))

    def test_expiring_inactive_promised_and_owed_are_told(self):
        account = self.ada_member().account_ids
        order = self.sell([(self.coffee, 6)], self.ada)
        self.ada_member().adjust(self.unit.id, -1087, "Gone")
        self.refund(order)
        self.assertEqual(account.debt, 600)
        text = self.said("Quillfeather")
        self.assertIn("600 Beans are owed: the next ones earned pay for them.", text)
        self.assertIn("600 Beans had been used before they were taken back.", text)
        self.assertIn("No Beans are free to use.", text)

    def test_open_promise_is_told(self):
        self.authorise(self.ring_up([(self.cake, 5)]), 50)
        text = self.said("Quillfeather")
        self.assertIn("50 Beans are promised to an order until", text)
        self.assertIn("437 Beans can be used now.", text)

    def test_what_blocks_paying_now_is_told(self):
        self.assertIn("Up to 487 Beans, as far as the order allows", self.said("Quillfeather"))
        self.unit.redeem_min = 500
        self.assertIn("487 Beans are fewer than the 500 Beans that are used at least.", self.said("Quillfeather"))
        self.club.is_redeem_pos = False
        self.assertIn("Not possible at the register: that is switched off", self.said("Quillfeather"))
        self.club.is_redeem_allowed = False
        self.assertIn("the club does not allow redeeming", self.said("Quillfeather"))
        self.club.action_switch_off()
        self.assertIn("Not possible: the club is switched off", self.said("Quillfeather"))

    def test_latest_orders_say_what_came_of_them(self):
        paid, small = self.sell([(self.cake, 1)], self.ada), self._product("Sweet", 0.1)
        self.sell([(small, 1)], self.ada)
        text = self.said("Quillfeather")
        self.assertIn(f"{paid.display_name}: +10 Beans", text)
        self.assertIn("The order was too small for a whole point.", text)

    def test_customer_who_is_no_member_is_told_apart(self):
        text = self.said("bob@example.com")
        self.assertIn("This customer is not a member.", text)
        self.assertIn("The first paid order with this customer on it makes a member.", text)
        (self.env["club.club"].search([]) - self.club).active = False
        self.club.enrolment = "off"
        self.assertIn("Staff make members by hand", self.said("bob@example.com"))

    def test_archived_membership_is_found_and_said(self):
        self.ada_member().active = False
        self.assertIn("The membership is archived", self.said("ada@example.com"))

    def test_many_of_a_name_are_asked_for_one_by_one(self):
        for number in range(7):
            self.enrol(self.env["res.partner"].create({"name": f"Twin {number}"}))
        [part] = self.ask("Twin")
        self.assertIn("Ask for one of them", part["sentences"][0])

    # ------------------------------------------------------------------ who may ask
    def test_asker_of_another_company_learns_nothing(self):
        order = self.sell([(self.cake, 1)], self.ada)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "club_stranger",
            groups="point_of_sale.group_pos_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.ada.company_id = self.company
        for typed in (order.pos_reference, self.ada_member().card_number, "Quillfeather", "ada@example.com"):
            [part] = self.ask(typed, user=stranger, company=other)
            self.assertEqual(part["title"], "Nothing found", typed)

    def test_people_outside_the_club_may_not_ask(self):
        plain = new_test_user(self.env, "club_plain", groups="base.group_user")
        portal = new_test_user(self.env, "club_portal", groups="base.group_portal")
        for user in (plain, portal, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.ask("Ada", user=user)

    def test_screen_answers_as_soon_as_it_is_asked(self):
        order = self.sell([(self.cake, 1)], self.ada)
        form = Form(self.env["club.why"].with_user(self.cashier), "loyalty_club.club_why_view_form")
        self.assertNotIn("Earned", str(form.answer))
        form.question = order.pos_reference
        self.assertIn("Earned +10 Beans", html.fromstring(form.answer).text_content())

    def test_answer_escapes_what_people_are_called(self):
        self.ada.name = "<script>alert(1)</script>"
        why = self.env["club.why"].with_user(self.cashier).create({"question": "ada@example.com"})
        self.assertNotIn("<script>", str(why.answer))
        self.assertIn("&lt;script&gt;", str(why.answer))


@tagged("post_install", "-at_install", "loyalty_club")
class TestRefusals(WhyCommon):
    """Why points could not be used is kept, and found by customer and by order."""

    def refusals(self):
        return self.env["club.refusal"].search([])

    def test_refusal_is_kept_with_its_figures_and_found_by_both(self):
        self.unit.redeem_min = 60
        order = self.ring_up([(self.cake, 5)])
        self.refusal(order, 59)
        refusal = self.refusals()
        self.assertEqual(refusal.message, "Use at least 60 Beans at once.")
        self.assertEqual((refusal.member_id, refusal.actor), (self.ada_member(), "Cashier"))
        self.assertIn("Use at least 60 Beans at once.", self.said("Quillfeather"))
        self.add_rest(order)
        paid = self.sync(order)
        self.assertIn("Use at least 60 Beans at once.", self.said(paid.pos_reference))
        refusal.invalidate_recordset()
        self.assertEqual(refusal.source_name, paid.pos_reference)
        found = self.env["club.refusal"].search([("source_name", "ilike", paid.pos_reference)])
        self.assertEqual(found, refusal)

    def test_refusal_of_the_dialog_is_kept_too(self):
        self.quote(self.ring_up([(self.cake, 1)]))
        self.assertRegex(self.refusals().message, r"^Beans can be used for orders from .*20\.00.* on")

    def test_gate_and_minimum_and_too_many_each_keep_their_reason(self):
        order = self.ring_up([(self.cake, 5)])
        self.assertIn("too many", self.refusal(order, 400))
        self.club.is_redeem_allowed = False
        self.refusal(order, 50)
        self.assertEqual({row.code for row in self.refusals()}, {"too_many", "gate"})

    def test_asked_again_is_counted_not_repeated(self):
        self.unit.redeem_min = 60
        order = self.ring_up([(self.cake, 5)])
        for _again in range(3):
            self.refusal(order, 59)
        self.assertEqual(self.refusals().times, 3)
        self.assertIn("(asked 3 times)", self.said("Quillfeather"))

    def test_customer_who_is_no_member_is_found_too(self):
        self.quote(self.ring_up([(self.cake, 5)], self.bob))
        self.assertEqual(self.refusals().partner_id, self.bob)
        self.assertIn("Bob is not a member yet.", self.said("bob@example.com"))

    def test_order_without_a_customer_keeps_its_reason(self):
        order = self.ring_up([(self.cake, 5)], self.env["res.partner"])
        self.quote(order)
        refusal = self.refusals()
        self.assertEqual(refusal.code, "no_customer")
        self.assertFalse(refusal.member_id or refusal.partner_id)
        self.add_rest(order)
        self.assertIn("Choose the customer first", self.said(self.sync(order).pos_reference))

    def test_what_succeeds_leaves_nothing(self):
        order = self.ring_up([(self.cake, 5)])
        self.quote(order)
        self.add_points(order, 50)
        self.assertFalse(self.refusals())

    def test_request_that_cannot_be_read_leaves_nothing(self):
        self.till().club_quote({"order_uuid": 7})
        self.till().club_authorise("nonsense", self.unit.id, 5)
        self.assertFalse(self.refusals())

    def test_refusals_go_along_with_a_merge(self):
        self.unit.redeem_min = 60
        self.enrol(self.bob, 100)
        shared = self.ring_up([(self.cake, 5)])
        self.refusal(shared, 59)
        self.refusal(shared | {"partner_id": self.bob.id}, 59)
        self.refusal(self.ring_up([(self.cake, 5)]), 59)
        self.env["club.member"]._merge_partners(self.ada, self.bob)
        self.assertEqual(self.refusals().member_id, self.member(self.bob))
        self.assertEqual(len(self.refusals()), 2)

    def test_erasing_forgets_refusals(self):
        self.unit.redeem_min = 60
        self.refusal(self.ring_up([(self.cake, 5)]), 59)
        self.ada_member()._erase()
        self.assertFalse(self.refusals())

    def test_old_refusals_are_forgotten(self):
        self.unit.redeem_min = 60
        self.refusal(self.ring_up([(self.cake, 5)]), 59)
        with freeze_time(fields.Datetime.now() + timedelta(days=91)):
            self.refusal(self.ring_up([(self.cake, 5)]), 58)
            self.assertEqual(len(self.refusals()), 2)
            self.env["club.refusal"]._gc_refusals()
        self.assertEqual(len(self.refusals()), 1)

    def test_cashier_writes_no_refusal(self):
        rows = self.env["club.refusal"].with_user(self.cashier)
        with self.assertRaises(AccessError):
            rows.create(
                {"club_id": self.club.id, "source_key": str(uuid4()), "code": "gate", "refused_at": "2026-01-01"}
            )
