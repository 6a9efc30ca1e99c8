from odoo.tests import tagged

from .common_kiosk import CONFIRMED, KioskCommon


@tagged("post_install", "-at_install")
class TestKioskIdentify(KioskCommon):
    """Who stands at a kiosk: what it shows, and what it does not."""

    def test_code_of_the_own_page_shows_name_and_balance_and_proves(self):
        answer = self.identify(scanned=self.pass_of())
        token = answer.pop("token")
        self.assertEqual(
            answer,
            {
                "name": "Ada",
                "balances": ["487 Beans"],
                "tier": "Member",
                "text": "Welcome back!",
                "is_proven": True,
            },
        )
        self.assertGreaterEqual(len(token), 26)
        self.assertNotIn(token, str(self.visit(token).read()))

    def test_card_alone_shows_the_balance_and_spends_nothing(self):
        answer = self.identify(scanned=self.member_ada.card_number)
        self.assertEqual((answer["name"], answer["balances"]), ("Ada", ["487 Beans"]))
        self.assertFalse(answer["is_proven"])

    def test_card_with_a_pin_shows_nothing_before_it_and_proves_with_it(self):
        self.member_ada._set_pin("2580")
        asked = self.identify(scanned=self.member_ada.card_number)
        self.assertEqual(asked.keys(), {"ask", "token"})
        self.assertIn("not the PIN", self.identify(pin="2581", token=asked["token"])["refused"])
        answer = self.identify(pin="2580", token=asked["token"])
        self.assertTrue(answer["is_proven"])
        self.assertEqual(answer["name"], "Ada")

    def test_club_may_take_the_card_alone_or_the_code_alone(self):
        self.member_ada._set_pin("2580")
        self.club.self_proof = "card"
        self.assertTrue(self.identify(scanned=self.member_ada.card_number)["is_proven"])
        self.club.self_proof = "code"
        asked = self.identify(scanned=self.member_ada.card_number)
        self.assertEqual(asked.keys(), {"ask", "token"})
        answer = self.identify(pin="2580", token=asked["token"])
        self.assertEqual((answer["name"], answer["is_proven"]), ("Ada", False))

    def test_phone_known_or_not_is_answered_alike(self):
        known = self.identify(phone="0470 12 34 56", consent=True)
        unknown = self.identify(phone="0470 99 99 99", consent=True)
        member, nobody = self.visit(known.pop("token")), self.visit(unknown.pop("token"))
        self.assertEqual(known, unknown)
        self.assertEqual(
            known, {"name": "", "balances": [], "tier": "", "text": CONFIRMED, "is_proven": False}
        )
        self.assertEqual((member.member_id, member.phone), (self.member_ada, False))
        self.assertEqual((nobody.member_id.id, nobody.phone), (False, "+32 470 99 99 99"))

    def test_phone_takes_consent_and_all_its_digits(self):
        self.assertIn("Agree", self.identify(phone="0470 12 34 56")["refused"])
        self.assertIn("whole", self.identify(phone="3456", consent=True)["refused"])

    def test_order_with_a_visit_is_its_members_and_earns_when_paid(self):
        order = self.order([(self.coffee, 1)], self.recognise())
        self.assertEqual((order.partner_id, order.club_is_known), (self.ada, True))
        self.assertBalance(487)
        self.pay_by_terminal(order)
        self.assertBalance(587)

    def test_order_without_a_visit_is_nobodys(self):
        order = self.order([(self.coffee, 1)], partner_id=self.ada.id)
        self.assertFalse(order.partner_id)
        self.pay_by_terminal(order)
        self.assertBalance(487)
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["kiosk_unknown"])

    def test_forgotten_token_says_nothing(self):
        token = self.recognise()
        self.assertEqual(self.post("/club/self/forget", token=token), {})
        self.assertFalse(self.order([(self.coffee, 1)], token).partner_id)

    def test_kiosk_of_an_outlet_that_is_out_shows_nothing(self):
        self.assertTrue(self.kiosk.club_self["is_on"])
        self.outlet.is_opted_in = False
        self.env.invalidate_all()
        self.assertFalse(self.kiosk.club_self)
        self.assertIn("refused", self.identify(phone="0470 12 34 56", consent=True))
