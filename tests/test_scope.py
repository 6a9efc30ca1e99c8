from uuid import uuid4

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_pos import TenderCommon

WHERE = {"pos.order": ("paid", "done"), "sale.order": ("sale",), "account.move": ("posted",)}


@tagged("post_install", "-at_install", "loyalty_club")
class TestScope(TenderCommon):
    """Taking part, or not: at one outlet, at all of them; and one balance for several."""

    def ask(self, records, method):
        """The window that asks, as its user sees it."""
        action = getattr(records, method)()
        self.assertEqual(action["target"], "new")
        return self.env["club.participation"].browse(action["res_id"])

    def since_ever(self, outlet):
        outlet.opted_in_at = fields.Datetime.subtract(fields.Datetime.now(), days=30)

    # ------------------------------------------------------------------ all at once
    def test_stopping_everywhere_says_what_it_does_and_keeps_balances(self):
        airport = self.env["club.outlet"].create({"club_id": self.club.id, "name": "Airport"})
        asked = self.ask(self.club, "action_stop_everywhere")
        self.assertIn("Outlets that stop (2): High Street, Airport.", asked.text)
        self.assertIn("the 1 members keep their balances", asked.text)
        self.assertTrue(self.outlet.is_opted_in and airport.is_opted_in, "it only asks")
        asked.action_confirm()
        self.assertFalse(self.outlet.is_opted_in or airport.is_opted_in)
        self.assertEqual(self.club.participation_text, "Not taking part: High Street, Airport")
        asked = self.ask(self.club, "action_take_part")
        self.assertIn("Orders paid before earn nothing by themselves", asked.text)
        asked.action_confirm()
        self.env.invalidate_all()
        self.assertTrue(self.outlet.is_opted_in and airport.is_opted_in)
        self.assertEqual(self.club.participation_text, "All outlets take part")
        self.assertBalance(487)

    def test_stopping_some_leaves_the_others(self):
        airport = self.env["club.outlet"].create({"club_id": self.club.id, "name": "Airport"})
        harbour = self.env["club.outlet"].create({"club_id": self.club.id, "name": "Harbour", "is_opted_in": False})
        asked = self.ask(airport | harbour, "action_stop")
        self.assertIn("Outlets that stop (1): Airport.", asked.text)
        self.assertIn("Already so: 1 more.", asked.text)
        asked.action_confirm()
        self.assertEqual((airport.is_opted_in, self.outlet.is_opted_in), (False, True))
        self.assertIn("none of them takes part", self.ask(airport, "action_stop").text)

    def test_button_without_a_choice_means_all_outlets(self):
        asked = self.ask(self.env["club.outlet"], "action_take_part")
        self.assertIn(self.outlet, asked.outlet_ids)

    def test_only_managers_switch_outlets(self):
        asked = self.ask(self.club, "action_stop_everywhere")
        for records, method in ((self.club, "action_stop_everywhere"), (self.outlet, "action_stop")):
            with self.assertRaises(AccessError):
                getattr(records.with_user(self.cashier), method)()
        with self.assertRaises(AccessError):
            asked.with_user(self.cashier).action_confirm()
        self.assertTrue(self.outlet.is_opted_in)

    def test_off_keeps_what_members_have_and_on_restores_it(self):
        order = self.ring_up([(self.cake, 5)])
        self.outlet.is_opted_in = False
        self.assertFalse(self.quote(order)["choices"])
        self.assertIn("does not take part", self.refusal(order, 100))
        self.sell([(self.cake, 5)], self.ada)
        self.assertBalance(487)
        self.outlet.is_opted_in = True
        self.since_ever(self.outlet)
        self.assertEqual([choice["balance"] for choice in self.quote(order)["choices"]], ["487 Beans"])
        self.sell_for_points([(self.cake, 5)], 100)
        self.assertBalance(487 - 100 + 49)

    # ------------------------------------------------------------------ nothing of it anywhere
    def test_register_is_told_to_show_nothing(self):
        def shown():
            [told] = self.register._load_pos_data_read(self.register, self.register)
            return told["_club_shown"]

        self.assertTrue(shown())
        self.outlet.is_opted_in = False
        self.assertFalse(shown())
        self.outlet.is_opted_in = True
        self.club.action_switch_off()
        self.assertFalse(shown())
        self.club.state = "suspended"
        self.assertTrue(shown(), "suspended shows all and moves nothing")
        self.register.club_outlet_id = False
        self.assertFalse(shown())

    def test_earning_switched_off_at_the_register_still_lets_members_pay_with_points(self):
        self.club.is_earn_pos = False
        self.sell_for_points([(self.cake, 5)], 100)
        self.assertBalance(387)

    def test_orders_of_an_outlet_that_is_out_have_no_button(self):
        self.outlet.is_opted_in = False
        sale = self.quotation([(self.cake, 1)])
        sale.action_confirm()
        web = self.quotation([(self.cake, 1)], website_id=self.website.id)
        web.action_confirm()
        order = self.sell([(self.cake, 1)], self.ada)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.ada.id,
                "team_id": self.team.id,
                "invoice_line_ids": [Command.create({"product_id": self.cake.id, "quantity": 1})],
            }
        )
        invoice.action_post()
        documents = (sale, web, order, invoice)
        for document in documents:
            with self.subTest(document=document._name):
                self.assertIn(document.state, WHERE[document._name])
                self.assertFalse(document.club_explanation)
                self.assertFalse(document.club_points_text)
                self.assertFalse(document.club_entry_ids)
        self.assertFalse(order.club_receipt)
        self.outlet.is_opted_in = True
        self.env.invalidate_all()
        for document in documents:
            with self.subTest(document=document._name, part="on again"):
                self.assertTrue(document.club_explanation)

    def test_points_used_before_are_given_back_though_the_outlet_is_out(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        self.assertBalance(487 - 100 + 49)
        session = self.register.current_session_id
        session.action_pos_session_closing_control()
        self.outlet.is_opted_in = False
        self.assertIn(self.tender, self.register.payment_method_ids, "out of sight, but there")
        lines = [
            (line.product_id, -line.qty, {"refunded_orderline_id": line.id, "price_unit": line.price_unit})
            for line in order.lines
        ]
        refund = self.ui_order(lines, [], self.ada, is_refund=True)
        self.add_payment(refund, self.tender, -1.0, uuid=str(uuid4()), payment_status="done")
        self.add_rest(refund)
        self.sync(refund)
        self.assertBalance(487)

    def test_register_without_used_points_loses_the_tender(self):
        self.outlet.is_opted_in = False
        self.assertNotIn(self.tender, self.register.payment_method_ids)

    # ------------------------------------------------------------------ shops of one club
    def _shop(self, name, pool=None):
        """Another shop of the same company."""
        register = self._register(name)
        outlet = self.env["club.outlet"].create(
            {
                "club_id": self.club.id,
                "name": name,
                "pool_id": (pool or self.pool).id,
                "pos_config_ids": [Command.set(register.ids)],
            }
        )
        self.since_ever(outlet)
        return register

    def _buy(self, register, quantity):
        order = self.ui_order([(self.cake, quantity)], [], self.ada, config=register)
        cash = register.payment_method_ids.filtered("is_cash_count")
        self.add_payment(order, cash, order["amount_total"])
        return self.sync(order)

    def _may_use(self, register):
        order = self.ui_order([(self.cake, 9)], [], self.ada, config=register)
        quote = register.with_user(self.cashier).club_quote(self.told(order, str(uuid4())))
        return [choice["balance"] for choice in quote["choices"]]

    def test_shops_of_one_pool_share_what_a_member_has(self):
        airport = self._shop("Airport")
        self._buy(airport, 2)
        self.assertEqual(self._may_use(airport), ["507 Beans"])
        self.assertEqual(self._may_use(self.register), ["507 Beans"])
        self.assertBalance(507)

    def test_shops_with_balances_of_their_own_share_members_and_nothing_else(self):
        airport = self._shop("Airport", self.env["club.pool"].create({"club_id": self.club.id, "name": "Airport"}))
        self._buy(airport, 2)
        self.assertEqual(self._may_use(airport), ["20 Beans"])
        self.assertEqual(self._may_use(self.register), ["487 Beans"])
        self.assertEqual(len(self.member()), 1)
        self.assertEqual(self.member().lifetime, 20, "all pools count for the tier")
        self.assertBalance(507)

    def test_groups_of_shops_share_within_the_group(self):
        gates = self.env["club.pool"].create({"club_id": self.club.id, "name": "Gates"})
        first, second = self._shop("Gate 1", gates), self._shop("Gate 2", gates)
        self._buy(first, 1)
        self._buy(second, 3)
        self.assertEqual(self._may_use(second), ["40 Beans"])
        self.assertEqual(self._may_use(self.register), ["487 Beans"])
        self.assertEqual(self.club.balance_scope, "groups")
        self.assertBalance(527)

    def test_manager_of_one_company_sees_only_its_outlets(self):
        other = self.env["res.company"].create({"name": "Airport Ltd"})
        self.club.company_ids += other
        airport = self.env["club.outlet"].create({"club_id": self.club.id, "name": "Airport", "company_id": other.id})
        manager = new_test_user(self.env, "scope_manager", "loyalty_club.loyalty_club_group_manager")
        asked = self.env["club.participation"].browse(self.club.with_user(manager).action_stop_everywhere()["res_id"])
        asked.with_user(manager).action_confirm()
        self.assertEqual((self.outlet.is_opted_in, airport.is_opted_in), (False, True))
