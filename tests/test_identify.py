from unittest.mock import patch
from uuid import uuid4

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_pos import TenderCommon


class TillCommon(TenderCommon):
    """Ada has 487 Beans, a phone in Belgium and an e-mail address; Bob has nothing but a name like hers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.be")
        cls.ada.write({"phone": "+32 470 12 34 56", "country_id": cls.env.ref("base.be").id})
        cls.order_uuid = str(uuid4())

    def asked(self, partner=None, **values):
        """What a register says of an open order."""
        return {
            "partner_id": partner.id if partner else 0,
            "order_uuid": self.order_uuid,
            "payment_uuid": self.order_uuid,
            "payment_uuids": [],
            "total": 60.0,
            "remaining": 60.0,
            **values,
        }

    def identify(self, kind, value, partner=None, **options):
        return self.till().club_identify(self.asked(partner), kind, value, **options)

    def presence(self, partner=None):
        return self.env["club.presence"]._of(self.order_uuid, self.member(partner))

    def found(self, kind, value, **options):
        """Who was found, when it is one."""
        answer = self.identify(kind, value, **options)
        self.assertIn("customer", answer, answer)
        return self.env["res.partner"].browse(answer["customer"]["partner_id"])


@tagged("post_install", "-at_install", "loyalty_club")
class TestIdentify(TillCommon):
    """A customer is found by card, phone, e-mail or name, and the server notes how."""

    def test_phone_is_found_in_every_spelling(self):
        for typed in (
            "+32 470 12 34 56", "0470123456", "0470/12.34.56", "0032470123456", "32470123456", "+32 (0)470 12 34 56",
            "123456",
        ):  # fmt: skip
            with self.subTest(typed=typed):
                self.assertEqual(self.found("phone", typed), self.ada)
                self.assertEqual(self.found("any", typed), self.ada)
        self.assertEqual(self.presence().how, "phone")
        self.assertEqual(self.presence().actor, "Cashier")
        self.assertEqual(self.presence().place, "Counter")

    def test_number_that_was_stored_as_it_is_spoken_at_home_is_found_from_abroad(self):
        self.ada.write({"phone": "0470/12.34.56", "country_id": False})
        self.assertEqual(self.found("phone", "+32470123456"), self.ada)
        self.assertEqual(self.found("phone", "0470 12 34 56"), self.ada)

    def test_number_that_is_spoken_with_another_digit_at_home_is_found(self):
        russia = self.env.ref("base.ru")
        self.company.country_id = russia
        self.ada.write({"phone": "8 (912) 345-67-89", "country_id": russia.id})
        self.assertEqual(self.found("phone", "+7 912 345 67 89"), self.ada)
        self.assertEqual(self.found("phone", "89123456789"), self.ada)

    def test_a_number_like_it_is_somebody_else(self):
        for typed in ("0470123457", "+49 470 12 34 56", "3457"):
            self.assertIn("Nobody has this phone number", self.identify("phone", typed)["refused"])
        self.assertIn("at least the last 4 digits", self.identify("phone", "456")["refused"])
        self.assertFalse(self.presence())

    def test_several_are_offered_by_masked_names_and_one_is_chosen(self):
        self.enrol(self.bob)
        self.bob.write({"phone": "0470 99 34 56", "name": "Bob Builder"})
        answer = self.identify("phone", "3456")
        self.assertEqual(answer["kind"], "phone")
        shown = {hit["name"]: hit for hit in answer["several"]}
        self.assertEqual(set(shown), {"A••", "B•• B••••••"})
        self.assertEqual(shown["B•• B••••••"]["hint"], "•• 56 · b••@example.com")
        self.assertNotIn("Builder", str(answer))
        self.assertFalse(self.env["club.presence"].search([("order_uuid", "=", self.order_uuid)]))
        self.assertEqual(self.found("phone", "3456", choice=self.bob.id), self.bob)
        self.assertEqual(self.presence(self.bob).how, "phone")
        self.assertIn("Nobody", self.identify("phone", "3456", choice=self.cashier.partner_id.id)["refused"])

    def test_members_come_before_contacts_and_contacts_before_nobody(self):
        self.bob.phone = "0470 12 34 56"
        self.assertEqual(self.found("phone", "0470123456"), self.ada)
        self.member().active = False
        self.assertEqual(len(self.identify("phone", "0470123456")["several"]), 2)
        self.ada.active = False
        answer = self.identify("phone", "0470123456")["customer"]
        self.assertEqual((answer["partner_id"], answer["is_member"]), (self.bob.id, False))

    def test_email_is_found_however_it_is_written(self):
        self.assertEqual(self.found("any", " ADA@Example.com "), self.ada)
        self.assertEqual(self.presence().how, "email")

    def test_card_is_found_and_proves(self):
        self.assertEqual(self.found("any", self.member().card_number), self.ada)
        self.assertTrue(self.presence()._is_proof())
        self.assertEqual(self.found("phone", "3456"), self.ada)
        self.assertEqual(self.presence().how, "card")
        self.assertIn("Nobody has this card", self.identify("card", "2990099999999")["refused"])

    def test_name_is_found_and_told_in_full(self):
        self.ada.name = "Ada Lovelace"
        self.bob.name = "Bob Lovelace"
        self.enrol(self.bob)
        names = {hit["name"] for hit in self.identify("any", "lovelace")["several"]}
        self.assertEqual(names, {"Ada Lovelace", "Bob Lovelace"})
        self.assertEqual(self.found("name", "Ada Love"), self.ada)
        self.assertEqual(self.presence().how, "name")

    def test_pass_is_good_once_and_brings_what_was_chosen(self):
        choice = {"kind": "points", "unit_id": self.unit.id, "amount": 50}
        token = self.env["club.pass"]._issue(self.member(), choice)
        answer = self.identify("any", token)
        self.assertEqual(answer["customer"]["partner_id"], self.ada.id)
        self.assertEqual(answer["redemption"]["amount"], 50)
        self.assertEqual(self.presence().how, "pass")
        self.order_uuid = str(uuid4())
        self.assertIn("was used already", self.identify("pass", token)["refused"])
        self.assertFalse(self.presence())

    def test_pin_proves_who_was_found_by_name(self):
        member = self.member()
        self.assertIn("has no PIN", self.identify("pin", "2580", self.ada)["refused"])
        member._set_pin("2580")
        self.assertIn("Find the customer first", self.identify("pin", "2580")["refused"])
        self.assertIn("not the PIN", self.identify("pin", "2581", self.ada)["refused"])
        self.assertFalse(self.presence())
        self.assertEqual(self.identify("pin", "2580", self.ada)["customer"]["how"], "pin")
        self.assertTrue(self.presence()._is_proof())

    def test_pin_counts_no_more_after_five_wrong_ones(self):
        self.member()._set_pin("2580")
        for _try in range(5):
            self.identify("pin", "0000", self.ada)
        self.assertIn("not the PIN", self.identify("pin", "2580", self.ada)["refused"])

    def test_customer_of_another_company_is_not_found(self):
        self.ada.write({"company_id": self.env["res.company"].create({"name": "Elsewhere"}).id, "name": "Adelaide"})
        for kind, value in (
            ("phone", "3456"), ("email", "ada@example.com"), ("card", self.member().card_number), ("name", "Adelaide"),
        ):  # fmt: skip
            self.assertIn("Nobody", self.identify(kind, value)["refused"])
        token = self.env["club.pass"]._issue(self.member())
        self.assertIn("another company", self.identify("pass", token)["refused"])

    def test_nobody_is_looked_up_while_the_outlet_is_out(self):
        self.outlet.is_opted_in = False
        self.assertIn("does not take part", self.identify("phone", "3456")["refused"])
        self.assertIn("does not take part", self.till().club_customer(self.asked(self.ada))["refused"])

    def test_nonsense_is_refused_in_words(self):
        for kind, value in (("any", ""), ("any", None), ("card", ["x"]), ("other", "x"), ("name", "x" * 200)):
            with self.subTest(kind=kind, value=value):
                self.assertIn("Scan a card", self.identify(kind, value)["refused"])
        self.assertIn("cannot be read", self.till().club_identify({"order_uuid": 3}, "any", "3456")["refused"])

    # ------------------------------------------------------------------ the dialog
    def test_dialog_shows_balance_vouchers_and_rewards_in_one_request(self):
        reward = self.env["loyalty.program"].create({
            "name": "Ten percent", "program_type": "coupons", "applies_on": "current", "trigger": "with_code",
            "rule_ids": [Command.clear()], "communication_plan_ids": [Command.clear()],
            "reward_ids": [Command.create({"reward_type": "discount", "discount": 10})],
            "company_id": self.company.id, "club_id": self.club.id, "club_price": 80,
        })  # fmt: skip
        dear = reward.copy({"name": "Everything", "club_price": 5000, "club_id": self.club.id})
        voucher = self.env["club.voucher"].sudo()._buy(self.member(), reward, "bought")
        shown = self.till().club_customer(self.asked(self.ada))
        self.assertEqual(shown["summary"], "Member · 407 Beans")
        self.assertEqual([unit["text"] for unit in shown["units"]], ["407 Beans"])
        [own] = shown["vouchers"]
        self.assertEqual((own["id"], own["name"], own["reason"]), (voucher.id, "Ten percent", ""))
        self.assertNotIn(voucher.card_id.code, str(shown))
        tiles = [(tile["name"], tile["is_open"], tile["reason"]) for tile in shown["rewards"]]
        self.assertEqual(tiles, [("Ten percent", True, ""), (dear.name, False, "4,593 Beans more")])
        self.assertEqual(self.presence().how, "name")

    def test_dialog_says_what_is_promised_to_another_order(self):
        self.authorise(self.ring_up([(self.cake, 2)]), 50)
        shown = self.till().club_customer(self.asked(self.ada))
        self.assertIn("50 Beans", shown["units"][0]["notes"][0])

    def test_dialog_takes_a_bounded_number_of_queries(self):
        self.till().club_customer(self.asked(self.ada))
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            self.till().club_customer(self.asked(self.ada))

    def test_customer_who_is_no_member_can_become_one(self):
        shown = self.till().club_customer(self.asked(self.bob))
        self.assertFalse(shown["is_member"])
        self.assertIn("Bob is not a member yet", shown["text"])
        self.assertEqual(self.till().club_customer(self.asked())["name"], "")

    # ------------------------------------------------------------------ proof above so many points
    def test_more_than_a_name_is_good_for_takes_proof(self):
        self.club.proof_above = 60
        self.assertIn("60 Beans", self.club.proof_text)
        order = self.ring_up([(self.cake, 5)])
        self.assertIn("token", self.authorise(order, 60))
        self.order_uuid = order["uuid"]
        self.assertIn("takes proof", self.refusal(order, 61))
        self.identify("phone", "3456")
        self.assertIn("takes proof", self.refusal(order, 61))
        self.assertIn("More than 60 Beans", self.club.proof_text.replace("Using more", "More"))
        self.identify("card", self.member().card_number)
        self.assertIn("token", self.authorise(order, 61))

    def test_parts_of_an_order_add_up_to_what_takes_proof(self):
        self.club.proof_above = 60
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 40)
        self.assertIn("takes proof", self.refusal(order, 40))
        self.assertIn("token", self.authorise(order, 20))

    def test_refusal_for_want_of_proof_is_kept_for_who_asks_why(self):
        self.club.proof_above = 10
        self.refusal(self.ring_up([(self.cake, 5)]), 50)
        self.assertEqual(self.env["club.refusal"].search([("member_id", "=", self.member().id)]).code, "proof")

    def test_nothing_is_asked_where_the_club_does_not(self):
        self.assertIn("token", self.authorise(self.ring_up([(self.cake, 5)]), 100))
        self.assertIn("is enough", self.club.proof_text)

    def test_dear_voucher_takes_proof_too(self):
        reward = self.env["loyalty.program"].create({
            "name": "Ten percent", "program_type": "coupons", "applies_on": "current", "trigger": "with_code",
            "rule_ids": [Command.clear()], "communication_plan_ids": [Command.clear()],
            "reward_ids": [Command.create({"reward_type": "discount", "discount": 10})],
            "company_id": self.company.id, "club_id": self.club.id, "club_price": 80,
        })  # fmt: skip
        voucher = self.env["club.voucher"].sudo()._buy(self.member(), reward, "bought")
        self.club.proof_above = 79
        code = self.till().club_voucher_code(self.asked(self.ada), voucher.id)
        self.assertIn("takes proof", code["refused"])
        self.identify("card", self.member().card_number)
        self.assertEqual(
            self.till().club_voucher_code(self.asked(self.ada), voucher.id), {"code": voucher.card_id.code}
        )
        for partner, voucher_id in ((self.bob, voucher.id), (self.ada, 0), (self.ada, "x")):
            answer = self.till().club_voucher_code(self.asked(partner), voucher_id)
            self.assertIn("not there any more", answer["refused"])


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
