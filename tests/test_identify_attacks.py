from unittest.mock import patch
from uuid import uuid4

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_identify import TillCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestIdentifyAttacks(TillCommon):
    """What a browser says of who stands there proves nothing."""

    def test_nobody_writes_a_presence(self):
        values = {"order_uuid": self.order_uuid, "member_id": self.member().id, "how": "card", "seen_at": "2026-01-01"}
        manager = new_test_user(self.env, "club_head", "loyalty_club.loyalty_club_group_manager,base.group_system")
        for user in (self.cashier, manager, new_test_user(self.env, "portal_ada", "base.group_portal")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["club.presence"].with_user(user).create(values)
        presence = self.env["club.presence"]
        presence._note(self.order_uuid, self.member(), "name")
        with self.assertRaises(AccessError):
            self.presence().with_user(manager).write({"how": "card"})

    def test_proof_of_one_member_or_order_is_none_of_another(self):
        self.club.proof_above = 10
        self.enrol(self.bob, 300)
        order, other = self.ring_up([(self.cake, 5)]), self.ring_up([(self.cake, 5)])
        self.order_uuid = order["uuid"]
        self.identify("card", self.member(self.bob).card_number)
        self.assertIn("takes proof", self.refusal(order, 50))
        self.identify("card", self.member().card_number)
        self.assertIn("takes proof", self.refusal(other, 50))
        self.assertIn("token", self.authorise(order, 50))

    def test_what_a_register_claims_of_how_is_not_heard(self):
        self.club.proof_above = 10
        order = self.ring_up([(self.cake, 5)])
        self.assertIn("takes proof", self.refusal(order, 50, how="card", presence="card", proof=True))
        self.assertIn("Scan a card", self.identify("proof", "card", self.ada)["refused"])

    def test_proof_is_good_for_half_a_day(self):
        self.club.proof_above = 10
        order = self.ring_up([(self.cake, 5)])
        self.order_uuid = order["uuid"]
        self.identify("card", self.member().card_number)
        self.env.cr.execute(
            "UPDATE club_presence SET seen_at = %s", [fields.Datetime.subtract(fields.Datetime.now(), hours=13)]
        )
        self.env.invalidate_all()
        self.assertIn("takes proof", self.refusal(order, 50))
        self.identify("phone", "3456")
        self.assertEqual(self.presence().how, "phone")

    def test_customer_is_not_changed_while_points_of_another_are_on_the_order(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 50)
        self.enrol(self.bob, 100)
        self.order_uuid = order["uuid"]
        token = self.env["club.pass"]._issue(self.member(self.bob))
        for kind, value in (("card", self.member(self.bob).card_number), ("pass", token)):
            self.assertIn("uses the points of Ada", self.identify(kind, value)["refused"])
        self.assertFalse(self.presence(self.bob))
        self.order_uuid = str(uuid4())
        self.assertIn("customer", self.identify("pass", token))

    def test_paid_order_is_nobodys_to_be_found_for(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_rest(order)
        self.sync(order)
        self.order_uuid = order["uuid"]
        self.assertIn("paid already", self.identify("phone", "3456")["refused"])
        self.assertFalse(self.presence())

    def test_register_is_no_directory(self):
        with patch("odoo.addons.loyalty_club.models.pos_identify.MOST_AN_HOUR", 3):
            for _try in range(3):
                self.assertIn("customer", self.identify("phone", "3456"))
            self.assertIn("Too many customers were looked up", self.identify("phone", "3456")["refused"])
            values = {"has_agreed": True, "name": "Eve", "phone": "0470123456"}
            self.assertIn("Too many", self.till().club_enrol(self.asked(), values)["refused"])

    def test_people_without_a_register_are_turned_away(self):
        portal = new_test_user(self.env, "portal_ada", "base.group_portal")
        clerk = new_test_user(self.env, "clerk", "base.group_user")
        for user in (portal, clerk):
            till = self.register.with_user(user)
            for call in (
                lambda till=till: till.club_identify(self.asked(), "phone", "3456"),
                lambda till=till: till.club_customer(self.asked(self.ada)),
                lambda till=till: till.club_enrol(self.asked(), {"has_agreed": True}),
                lambda till=till: till.club_voucher_code(self.asked(self.ada), 1),
            ):
                with self.assertRaises(AccessError):
                    call()

    def test_merged_members_are_asked_again(self):
        self.enrol(self.bob)
        self.identify("card", self.member().card_number)
        self.env["base.partner.merge.automatic.wizard"]._merge((self.ada | self.bob).ids, self.ada)
        self.assertFalse(self.presence())
        self.assertCoherent()


@tagged("post_install", "-at_install", "loyalty_club")
class TestEnrolAtTheRegister(TillCommon):
    """A new member says yes at the counter, and is not made twice."""

    def join(self, partner=None, **values):
        return self.till().club_enrol(self.asked(partner), {"has_agreed": True, **values})

    def test_new_member_is_made_with_consent(self):
        answer = self.join(name="Eve Adams", phone="0471 00 11 22", email="eve@example.com")
        eve = self.env["res.partner"].browse(answer["customer"]["partner_id"])
        self.assertEqual((eve.name, eve.phone, eve.email), ("Eve Adams", "+32 471 00 11 22", "eve@example.com"))
        member = self.member(eve)
        self.assertEqual(member.consent_source, "staff")
        self.assertTrue(member.consent_at)
        self.assertEqual(self.presence(eve).how, "phone")
        self.assertTrue(member.card_number)

    def test_consent_name_and_a_way_to_be_found_are_needed(self):
        for values, words in (
            ({"name": "Eve", "phone": "0471001122", "has_agreed": False}, "Ask the customer first"),
            ({"phone": "0471001122"}, "Enter the customer's name"),
            ({"name": "Eve"}, "phone number or an e-mail"),
            ({"name": "Eve", "phone": "call me"}, "no phone number"),
            ({"name": "Eve", "email": "eve"}, "no e-mail address"),
            ({"name": "x" * 200, "email": "eve@example.com"}, "too long"),
        ):
            with self.subTest(values=values):
                self.assertIn(words, self.join(**values)["refused"])
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Eve")]))

    def test_whoever_has_the_number_or_address_is_offered_first(self):
        for values in ({"phone": "0032470123456"}, {"email": "ADA@example.com"}):
            answer = self.join(name="Eve", **values)
            self.assertEqual([hit["name"] for hit in answer["several"]], ["A••"])
            self.assertEqual(self.found(answer["kind"], answer["value"], choice=answer["several"][0]["id"]), self.ada)
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Eve")]))
        answer = self.join(name="Eve", phone="0470123456", is_other=True)
        self.assertEqual(answer["customer"]["name"], "Eve")

    def test_contact_becomes_a_member_and_waiting_orders_count(self):
        self.club.enrolment = "ask"
        self.sell([(self.cake, 5)], self.bob)
        answer = self.join(self.bob)
        self.assertTrue(answer["customer"]["is_member"])
        self.assertBalance(50, self.bob)
        self.assertEqual(self.member(self.bob).consent_source, "staff")

    def test_staff_make_members_however_orders_do(self):
        for enrolment in ("automatic", "ask", "off"):
            self.club.enrolment = enrolment
            answer = self.join(name=enrolment, email=f"{enrolment}@example.com")
            self.assertTrue(answer["customer"]["is_member"])
            self.assertIn("Ask the customer first", self.join(self.bob, has_agreed="yes")["refused"])

    def test_archived_membership_is_for_a_manager(self):
        self.member().active = False
        self.assertIn("archived", self.join(self.ada)["refused"])

    def test_nonsense_is_refused_in_words(self):
        for values in (None, [], "x", {"has_agreed": True, "name": ["x"]}):
            answer = self.till().club_enrol(self.asked(), values)
            self.assertTrue(answer["refused"])
