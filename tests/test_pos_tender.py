from unittest.mock import patch
from uuid import uuid4

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.posting import Batch
from .common_pos import TenderCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestPosQuote(TenderCommon):
    """What the dialog at the register shows."""

    def test_quote_says_balance_rate_cap_and_why(self):
        quote = self.quote(self.ring_up([(self.cake, 5)]))
        [choice] = quote["choices"]
        self.assertEqual(quote["member"], "Ada")
        self.assertEqual(choice["balance"], "487 Beans")
        self.assertIn("4.87", choice["balance_money"])
        self.assertTrue(choice["rate"].endswith("= 100 Beans"), choice["rate"])
        self.assertEqual((choice["cap"], choice["cap_money"]), (100, 100))
        self.assertRegex(choice["why"], r"^Most for an order of .*60\.50.*: 100 Beans\.$")
        self.assertEqual([(q["name"], q["amount"]) for q in choice["quick"]], [("all", 100), ("half", 50)])

    def test_exact_rest_is_offered_when_points_cover_it(self):
        self.club.redeem_below_bands = "allow"
        self.cake.lst_price = 3.0
        [choice] = self.quote(self.ring_up([(self.cake, 1)]))["choices"]
        self.assertEqual([(q["name"], q["amount"]) for q in choice["quick"]], [("rest", 363), ("half", 181)])
        self.assertEqual(choice["why"], "363 Beans pay all that is left.")

    def test_order_below_the_lowest_band_redeems_nothing(self):
        quote = self.quote(self.ring_up([(self.cake, 1)]))
        self.assertRegex(quote["refused"], r"^Beans can be used for orders from .*20\.00.* on; this one .*12\.10")

    def test_each_limit_has_its_sentence(self):
        order = self.ring_up([(self.coffee, 1)])
        self.club.redeem_max_money = 0.4
        self.assertIn("Points pay at most", self.quote(order)["choices"][0]["why"])
        self.unit.redeem_min = 50
        self.assertRegex(self.quote(order)["refused"], "At least 50 Beans are used at once, and here 40 Beans")
        self.club.redeem_max_money = 0
        self.env["club.condition"].search([]).unlink()
        self.assertEqual(self.quote(order)["choices"][0]["why"], "487 Beans are all there is to use.")

    def test_minimum_counts_for_each_use(self):
        self.unit.redeem_min = 60
        order = self.ring_up([(self.cake, 5)])
        self.assertEqual(self.refusal(order, 59), "Use at least 60 Beans at once.")
        self.assertEqual([q["name"] for q in self.quote(order)["choices"][0]["quick"]], ["all"])

    def test_stamps_are_no_money(self):
        self.unit.kind = "stamps"
        self.assertEqual(self.quote(self.ring_up([(self.cake, 5)]))["refused"], "Ada has nothing to pay with here.")

    def test_quote_changes_nothing(self):
        order = self.ring_up([(self.cake, 5)])
        self.env.flush_all()
        version = self.member().lock_version
        self.quote(order)
        self.assertEqual((self.member().lock_version, self.member().hold_ids.ids), (version, []))


@tagged("post_install", "-at_install", "loyalty_club")
class TestPosAuthorise(TenderCommon):
    """Who gets points promised, and who does not."""

    def test_more_than_the_cap_is_refused_with_the_next_best_choice(self):
        answer = self.authorise(self.ring_up([(self.cake, 5)]), 101)
        self.assertRegex(answer["refused"], "^101 Beans are too many. Most for an order of .*60.50")
        self.assertEqual(answer["quote"]["choices"][0]["cap"], 100)

    def test_more_than_the_balance_is_refused(self):
        self.enrol(self.bob, 30)
        order = self.ring_up([(self.cake, 5)], self.bob)
        self.assertEqual(self.refusal(order, 31), "31 Beans are too many. 30 Beans are all there is to use.")

    def test_archived_membership_is_named_as_such(self):
        self.member().active = False
        self.assertRegex(self.refusal(self.ring_up([(self.coffee, 1)]), 10), "archived")

    def test_order_without_customer_is_refused(self):
        order = self.ring_up([(self.cake, 5)], self.env["res.partner"])
        self.assertRegex(self.refusal(order, 10), "^Choose the customer first")

    def test_customer_without_account_is_refused(self):
        order = self.ring_up([(self.cake, 5)], self.bob)
        self.assertRegex(self.refusal(order, 10), "^Bob is not a member yet")
        self.env["club.member"].enrol(self.bob.id, self.club.id)
        self.assertEqual(self.refusal(order, 10), "Bob has nothing to pay with here.")

    def test_customer_of_another_company_is_refused(self):
        self.ada.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertRegex(self.refusal(self.ring_up([(self.cake, 5)]), 10), "customer of another company")

    def test_member_of_a_club_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Elsewhere", "currency_id": self.company.currency_id.id})
        self.club.company_ids = other
        self.assertRegex(self.refusal(self.ring_up([(self.cake, 5)]), 10), "belongs to no outlet")

    def test_gate_switch_club_and_outlet_each_refuse(self):
        order = self.ring_up([(self.cake, 5)])
        for record, name in ((self.club, "is_redeem_allowed"), (self.club, "is_redeem_pos")):
            record[name] = False
            self.assertRegex(self.refusal(order, 10), "switched off at the register")
            record[name] = True
        self.outlet.is_opted_in = False
        self.assertRegex(self.refusal(order, 10), "High Street does not take part")
        self.outlet.is_opted_in = True
        self.club.action_switch_off()
        self.assertRegex(self.refusal(order, 10), "High Street does not take part")

    def test_absurd_amounts_are_refused(self):
        order = self.ring_up([(self.cake, 5)])
        for amount in (0, -10, 1.5, "10", None, True, 10**30):
            with self.subTest(amount=amount):
                self.assertTrue(self.refusal(order, amount))
        for values in (
            {"total": "much"},
            {"total": float("nan")},
            {"order_uuid": ""},
            {"payment_uuids": [7]},
        ):
            with self.subTest(values=values):
                self.assertRegex(self.refusal(order, 10, **values), "cannot be read")
        self.assertFalse(self.member().hold_ids)

    def test_only_people_of_the_register_may_ask(self):
        told = self.told(self.ring_up([(self.cake, 5)]), str(uuid4()))
        portal = new_test_user(self.env, "club_portal", groups="base.group_portal")
        office = new_test_user(self.env, "club_office", groups="base.group_user")
        for user in (portal, office):
            with self.assertRaises(AccessError):
                self.till(user).club_quote(told)
            with self.assertRaises(AccessError):
                self.till(user).club_authorise(told, self.unit.id, 10)
            with self.assertRaises(AccessError):
                self.till(user).club_release(told["order_uuid"], [told["payment_uuid"]])

    def test_cashier_of_another_company_may_not_ask(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = new_test_user(
            self.env, "club_elsewhere", "point_of_sale.group_pos_user",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )  # fmt: skip
        told = self.told(self.ring_up([(self.cake, 5)]), str(uuid4()))
        with self.assertRaises(AccessError):
            self.till(user).club_authorise(told, self.unit.id, 10)

    def test_payments_of_one_order_are_capped_together(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 60)
        self.assertEqual(self.quote(order)["choices"][0]["cap"], 40)
        self.assertRegex(self.refusal(order, 41), "Most for an order of .*60.50.*: 100 Beans")
        self.add_points(order, 40)
        self.assertRegex(self.refusal(order, 1), "is used already")

    def test_asking_again_for_one_payment_replaces_its_promise(self):
        order, payment = self.ring_up([(self.cake, 5)]), str(uuid4())
        first = self.authorise(order, 100, payment)
        again = self.authorise(order, 80, payment)
        self.assertNotEqual(first["token"], again["token"])
        self.assertEqual(self.member().hold_ids.mapped("amount"), [80])

    def test_refused_request_keeps_the_promise_there_was(self):
        order, payment = self.ring_up([(self.cake, 5)]), str(uuid4())
        self.authorise(order, 100, payment)
        self.authorise(order, 101, payment)
        self.assertEqual(self.member().hold_ids.mapped("amount"), [100])

    def test_payment_that_left_the_register_does_not_count(self):
        order = self.ring_up([(self.cake, 5)])
        forgotten = self.authorise(order, 100)
        self.add_points(order, 100)
        self.assertEqual(self.hold(forgotten).state, "released")

    def test_points_promised_to_another_order_are_not_free(self):
        self.add_points(self.ring_up([(self.coffee, 1)]), 250)
        [choice] = self.quote(self.ring_up([(self.coffee, 1)]))["choices"]
        self.assertEqual((choice["balance"], choice["cap"]), ("237 Beans", 237))
        self.assertEqual(choice["promised"], "250 Beans are promised to an order at the register.")

    def test_release_frees_the_points_and_may_come_twice(self):
        order = self.ring_up([(self.cake, 5)])
        answer = self.authorise(order, 100)
        for _time in range(2):
            self.till().club_release(order["uuid"], [answer["payment_uuid"]])
        self.assertEqual(self.hold(answer).state, "released")
        self.assertEqual(self.quote(order)["choices"][0]["balance"], "487 Beans")

    def test_paid_order_cannot_ask_again(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 50)
        self.add_rest(order)
        self.sync(order)
        self.assertRegex(self.refusal(order, 10), "paid already")

    def test_release_of_a_paid_order_changes_nothing(self):
        order = self.ring_up([(self.cake, 5)])
        answer = self.add_points(order, 50)
        self.add_rest(order)
        with (
            patch.object(Batch, "write", side_effect=ZeroDivisionError),
            mute_logger("odoo.addons.loyalty_club"),
        ):
            self.sync(order)
        self.till().club_release(order["uuid"], [answer["payment_uuid"]])
        self.assertEqual(self.hold(answer).state, "held")

    def test_payment_of_another_order_cannot_be_asked_for(self):
        first = self.ring_up([(self.cake, 5)])
        answer = self.authorise(first, 50)
        refusal = self.refusal(self.ring_up([(self.cake, 5)]), 50, payment_uuid=answer["payment_uuid"])
        self.assertRegex(refusal, "belongs to another order")
        self.assertEqual(self.hold(answer).state, "held")

    def test_another_unit_is_a_second_choice_with_limits_of_its_own(self):
        cashback = self.env["club.unit"].create(
            {
                "club_id": self.club.id,
                "name": "credit",
                "name_plural": "credit",
                "short_name": "cr",
                "kind": "cashback",
                "decimals": 2,
                "money_value": 1,
                "sequence": 20,
            }
        )
        self.member().adjust(cashback.id, 12.5, "Opening")
        order = self.ring_up([(self.cake, 5)])
        beans, credit = self.quote(order)["choices"]
        self.assertEqual((beans["unit_id"], beans["cap"]), (self.unit.id, 100))
        self.assertEqual((credit["unit_id"], credit["cap"], credit["cap_money"]), (cashback.id, 1250, 1250))
        self.club.redeem_max_money = 1.2
        self.add_points(order, 100)
        beans, credit = self.quote(order)["choices"]
        self.assertEqual((beans["cap"], credit["cap"]), (0, 20))

    def test_register_in_another_currency_takes_no_points(self):
        self.club.currency_id = self.env["res.currency"].search(
            [("id", "!=", self.company.currency_id.id), ("active", "in", (True, False))], limit=1
        )
        self.assertRegex(self.refusal(self.ring_up([(self.cake, 5)]), 10), "nobody said what points are worth there")
