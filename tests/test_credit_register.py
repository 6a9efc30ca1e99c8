from uuid import uuid4

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_credit import CreditCommon
from .common_pos import TenderCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestCreditRegister(RewardCommon, CreditCommon, TenderCommon):
    """What a register asks: points of the customer of the order at hand become store credit, once."""

    def setUp(self):
        super().setUp()
        self.order = self.ring_up([(self.coffee, 1)])

    def ask(self, amount, key="one", unit=None, order=None, **values):
        told = self.told(order or self.order, str(uuid4()), **values)
        return self.till().club_convert(told, (unit or self.unit).id, amount, key)

    def test_points_are_on_the_wallet_at_once(self):
        answer = self.ask(250)
        self.assertIn("250 Beans became", answer["text"])
        self.assertEqual(answer["wallet"]["card_id"], self.card_of().id)
        self.assertEqual(answer["wallet"]["points"], 2.0)
        self.assertIn("2.00 of store credit", answer["customer"]["credit"]["text"])
        self.assertEqual(self.ask(250)["wallet"], answer["wallet"])
        self.assertWallet(2.0, 2.0)
        self.assertBalance(237)

    def test_dialog_is_told_what_can_become_store_credit(self):
        self.unit.credit_rate = 0.0083
        shown = self.till().club_customer(self.told(self.order, str(uuid4())))["credit"]
        [offer] = shown["units"]
        self.assertEqual((shown["text"], offer["least"], offer["most"]), ("", 50, 487))
        self.assertEqual(offer["rate"], [83, 100])
        self.club.is_redeem_allowed = False
        self.assertEqual(self.till().club_customer(self.told(self.order, str(uuid4())))["credit"]["units"], [])

    def test_nonsense_and_too_much_are_refused_in_words(self):
        for amount in (0, -1, 488, 10**30, 1.5, "100", None, True, [100]):
            with self.subTest(amount=amount):
                self.assertTrue(self.ask(amount)["refused"])
        for told in (None, [], {}, {"order_uuid": 7}, {"order_uuid": "x", "partner_id": "x"}):
            with self.subTest(told=told):
                self.assertTrue(self.till().club_convert(told, self.unit.id, 100, "k")["refused"])
        for unit_id in (0, None, "x", 10**9):
            told = self.told(self.order, str(uuid4()))
            self.assertTrue(self.till().club_convert(told, unit_id, 100, "k")["refused"])
        self.assertTrue(self.ask(100, key="")["refused"])
        self.assertBalance(487)

    def test_customer_is_of_the_order_that_is_not_paid(self):
        self.assertTrue(self.ask(100, partner_id=self.bob.id)["refused"])
        self.add_rest(self.order)
        self.sync(self.order)
        self.assertTrue(self.ask(100)["refused"])
        self.assertFalse(self.card_of())

    def test_proof_is_asked_for_above_the_limit_by_parts_too(self):
        self.club.proof_above = 150
        self.assertTrue(self.ask(200)["refused"])
        self.assertIn("wallet", self.ask(100, key="a"))
        other = self.ring_up([(self.coffee, 1)])
        self.assertTrue(self.ask(100, key="b", order=other)["refused"])
        self.env["club.presence"]._note(other["uuid"], self.member(), "card")
        self.assertIn("wallet", self.ask(100, key="b", order=other))
        self.assertBalance(287)

    def test_reward_of_store_credit_is_bought_at_once(self):
        reward = self.reward("Five back", 400, club_credit=5.0, club_offer="voucher")
        told = self.told(self.order, str(uuid4()))
        shown = self.till().club_customer(told)
        self.assertFalse(shown["rewards"])
        self.assertEqual([(row["id"], row["is_open"]) for row in shown["credit"]["rewards"]], [(reward.id, True)])
        self.assertTrue(self.till().club_take_reward(told, reward.id)["refused"])
        self.assertTrue(self.till().club_buy_voucher(told, reward.id, "v")["refused"])
        answer = self.till().club_buy_credit(told, reward.id, "one")
        self.assertEqual(answer["wallet"]["points"], 5.0)
        self.assertEqual(self.till().club_buy_credit(told, reward.id, "one")["wallet"], answer["wallet"])
        self.assertBalance(87)
        coupon = self.reward("Ten percent", 10)
        self.assertTrue(self.till().club_buy_credit(told, coupon.id, "two")["refused"])
        self.assertWallet(5.0, 5.0)

    def test_customers_and_others_cannot_ask(self):
        portal = new_test_user(self.env, "portal_ada", "base.group_portal", partner_id=self.ada.id)
        plain = new_test_user(self.env, "plain", "base.group_user")
        told = self.told(self.order, str(uuid4()))
        for user in (portal, plain):
            with self.assertRaises(AccessError):
                self.till(user).club_convert(told, self.unit.id, 100, "k")
            with self.assertRaises(AccessError):
                self.till(user).club_buy_credit(told, 1, "k")
        sold = self.sell([(self.cake, 1)], self.ada)
        with self.assertRaises(AccessError):
            sold.with_user(portal).confirm_coupon_programs({"1": {"points": 1, "program_id": self.wallet.id}})
