from uuid import uuid4

from odoo.fields import Command
from odoo.tests import tagged

from .common_identify import TillCommon


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

    def test_card_is_read_out_in_groups_and_a_mistyped_one_is_no_phone_number(self):
        number = self.member().card_number
        for spelling in (f"{number[:3]} {number[3:7]} {number[7:11]} {number[11:]}", f"{number[:7]}-{number[7:]}"):
            with self.subTest(spelling):
                self.assertEqual(self.found("any", spelling), self.ada)
                self.assertEqual(self.presence().how, "card")
        wrong = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
        self.assertIn("Nobody has this card", self.identify("any", wrong)["refused"])

    def test_name_is_found_and_told_in_full(self):
        self.ada.name = "Ada Lovelace"
        self.bob.name = "Bob Lovelace"
        self.enrol(self.bob)
        names = {hit["name"] for hit in self.identify("any", "lovelace")["several"]}
        self.assertEqual(names, {"Ada Lovelace", "Bob Lovelace"})
        self.assertEqual(self.found("name", "Ada Love"), self.ada)
        self.assertEqual(self.presence().how, "name")

    def test_registers_list_of_customers_finds_by_card_and_by_any_spelling(self):
        partners = self.env["res.partner"].with_user(self.cashier)
        for typed in (self.member().card_number, "0470 12 34 56", "0032470123456", "+32470123456"):
            domain = ["|", ["name", "ilike", f"{typed}%"], ["phone_mobile_search", "ilike", f"{typed}%"]]
            found = partners.get_new_partner(self.register.id, domain, 0)["res.partner"]
            self.assertEqual([partner["id"] for partner in found], self.ada.ids, typed)
        domain = ["|", ["name", "ilike", "Nobody%"], ["phone_mobile_search", "ilike", "Nobody%"]]
        self.assertFalse(partners.get_new_partner(self.register.id, domain, 0)["res.partner"])

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
        self.assertEqual(self.identify("phone", "3456")["customer"]["refused"], "")

    def test_points_become_a_voucher_at_the_register_once(self):
        reward = self.env["loyalty.program"].create({
            "name": "Ten percent", "program_type": "coupons", "applies_on": "current", "trigger": "with_code",
            "rule_ids": [Command.clear()], "communication_plan_ids": [Command.clear()],
            "reward_ids": [Command.create({"reward_type": "discount", "discount": 10})],
            "company_id": self.company.id, "club_id": self.club.id, "club_price": 80, "club_offer": "voucher",
        })  # fmt: skip
        buy = lambda program_id, key="touch", partner=self.ada: self.till().club_buy_voucher(  # noqa: E731
            self.asked(partner), program_id, key
        )
        first = buy(reward.id)
        self.assertEqual(buy(reward.id), first)
        self.assertBalance(407)
        self.club.proof_above = 79
        self.assertIn("takes proof", buy(reward.id, "again")["refused"])
        self.assertIn("not offered here", buy(0, "again")["refused"])
        self.assertIn("not a member", buy(reward.id, "again", self.bob)["refused"])
        self.club.proof_above = 0
        self.club.is_redeem_pos = False
        self.assertIn("switched off", buy(reward.id, "again")["refused"])
        self.assertBalance(407)

    def test_dialog_says_what_is_promised_to_another_order(self):
        self.authorise(self.ring_up([(self.cake, 2)]), 50)
        shown = self.till().club_customer(self.asked(self.ada))
        self.assertIn("50 Beans", shown["units"][0]["notes"][0])

    def test_dialog_takes_a_bounded_number_of_queries(self):
        self.till().club_customer(self.asked(self.ada))
        self.env.invalidate_all()
        with self.assertQueryCount(40):
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
