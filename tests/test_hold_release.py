"""Promised points are seen where somebody looks for them, and given back by a manager with a reason."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common_pos import TenderCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestHoldRelease(ShopCommon, TenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club.condition_ids.unlink()
        cls.manager = new_test_user(cls.env, "club_boss", groups="loyalty_club.loyalty_club_group_manager")

    def promised(self, units=200):
        order = self.cart()
        order._club_choose(units)
        return order, self.hold_of(order)

    def give_back(self, hold, reason, user=None):
        hold = hold.with_user(user or self.manager)
        action = hold.action_release()
        form = Form(self.env["club.release"].with_user(user or self.manager).with_context(**action["context"]))
        form.reason = reason
        return form.save().action_release()

    # ------------------------------------------------------------------ seen
    def test_balance_says_to_which_order_it_is_promised(self):
        order, _hold = self.promised()
        account = self.member().account_ids
        account.invalidate_recordset()
        self.assertEqual(account.held_text, f"of which 200 Beans promised to {order.name}")
        self.assertRegex(order.club_promised_text, r"^200 Beans until ")
        self.assertIn(order.name, self.member()._club_page()["main"]["held"])
        self.assertIn("set aside for your order", self.member()._club_page()["main"]["held"])

    def test_points_and_a_reward_of_one_order_are_one_sum(self):
        order, hold = self.promised()
        account, source = hold.account_id, (hold.source_model, hold.source_key)
        self.env["club.hold"].sudo()._authorise(account, 80, 0.8, hold.currency_id, hold.channel, source, "a reward")
        account.invalidate_recordset()
        self.assertEqual(account.held_text, f"of which 280 Beans promised to {order.name}")

    def test_register_and_the_other_cart_name_the_order(self):
        order, _hold = self.promised()
        quote = self.quote(self.ring_up([(self.cake, 5)]))
        self.assertEqual(quote["choices"][0]["promised"], f"200 Beans are promised to {order.name}.")
        [tender] = self.cart()._club_shop_card(self.ada)["tenders"]
        self.assertEqual(tender["promised"], f"200 Beans are set aside for your order {order.name}.")
        [own] = order._club_shop_card(self.ada)["tenders"]
        self.assertEqual(own["promised"], "", "its own promise is no surprise")

    def test_more_orders_than_a_sentence_holds_are_counted(self):
        orders = [self.promised(50)[0] for _order in range(5)]
        text = self.member().account_ids._promised_text()
        self.assertEqual(text.count("are promised to"), 3)
        self.assertIn("2 more promises", text)
        self.assertIn(orders[-1].name, text)

    def test_order_at_the_register_that_is_not_saved_yet_has_words(self):
        self.authorise(self.ring_up([(self.cake, 5)]), 100)
        self.assertIn("an order at the register", self.member().account_ids._promised_text())

    def test_list_finds_by_the_orders_name(self):
        order, hold = self.promised()
        self.authorise(self.ring_up([(self.cake, 5)]), 60)
        found = self.env["club.hold"].search([("source_name", "=", order.name)])
        self.assertEqual(found, hold)
        shown = order.with_user(self.manager).sudo().action_club_view_holds()
        self.assertEqual(self.env["club.hold"].search(shown["domain"]), hold)

    # ------------------------------------------------------------------ given back
    def test_manager_gives_back_with_a_reason_that_stays(self):
        order, hold = self.promised()
        self.give_back(hold, "Asked for by phone")
        self.assertEqual((hold.state, hold.release_reason), ("released", "Asked for by phone"))
        self.assertEqual(hold.released_by, self.manager.name)
        self.assertTrue(hold.released_at)
        self.assertPays(order, 100.0, 0.0)
        order._club_choose(400)
        self.assertPays(order, 80.0, 20.0)
        self.assertCoherent()

    def test_without_a_reason_nothing_is_given_back(self):
        _order, hold = self.promised()
        for reason in (None, "", "   ", 7, ["x"]):
            with self.subTest(reason=reason), self.assertRaisesRegex(UserError, "Say why"):
                hold.with_user(self.manager).release(reason)
        self.assertEqual(hold.state, "held")
        hold.with_user(self.manager).release("Wrong customer")
        self.assertEqual(hold.release_reason, "Wrong customer")

    def test_promise_of_a_payment_on_its_way_is_not_given_back(self):
        for state in ("draft", "pending"):
            with self.subTest(state=state):
                order, hold = self.promised(100)
                payment = self._pay_online(order, state=state)
                with self.assertRaisesRegex(UserError, f"A payment of {order.name} is on its way"):
                    hold.with_user(self.manager).release("Because")
                wizard = self.env["club.release"].with_user(self.manager).create({"hold_id": hold.id, "reason": "x"})
                self.assertIn(payment.reference, wizard.refused)
                self.assertEqual(hold.state, "held")
                payment._set_canceled()
                self.give_back(hold, "The payment is cancelled")
                self.assertEqual(hold.state, "released")

    def test_what_is_used_is_not_given_back(self):
        order, hold = self.promised()
        self._pay_online(order)
        self.assertEqual(hold.state, "captured")
        with self.assertRaisesRegex(UserError, "are used"):
            hold.with_user(self.manager).release("Because")
        self.assertCoherent()

    def test_others_than_managers_cannot(self):
        _order, hold = self.promised()
        staff = new_test_user(self.env, "club_staff", groups="loyalty_club.loyalty_club_group_user")
        for user in (staff, self.cashier):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.give_back(hold, "Mine", user=user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                hold.with_user(user).release("Mine")
        self.assertEqual(hold.state, "held")

    # ------------------------------------------------------------------ lifetimes
    def test_each_channel_has_its_lifetime(self):
        now = fields.Datetime.now()
        cart, _hold = self.promised(50)
        quotation = self.cart(website_id=False, team_id=self.outlet.team_ids[:1].id, validity_date=now.date())
        answer = self.authorise(self.ring_up([(self.cake, 5)]), 60)
        till = self.hold(answer)
        self.assertAlmostEqual(self.hold_of(cart).expires_at, now + timedelta(hours=2), delta=timedelta(minutes=2))
        self.assertAlmostEqual(till.expires_at, now + timedelta(hours=12), delta=timedelta(minutes=2))
        quotation._club_choose(50)
        noon = fields.Datetime.to_datetime(now.date() + timedelta(days=1)) + timedelta(hours=12)
        self.assertEqual(self.hold_of(quotation).expires_at, noon)
        self._pay_online(cart, state="pending")
        self.assertFalse(self.hold_of(cart).expires_at)
