"""An outlet in another currency than the club's says itself what points are worth there, or they pay nothing."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common_pos import TenderCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestOutletWorth(ShopCommon, TenderCommon):
    """The club reckons in yen; its shop, register and website sell in the company's currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club.condition_ids.unlink()
        yen = cls.env.ref("base.JPY")
        yen.active = True
        cls.club.write({"currency_id": yen.id, "redeem_max_money": 3.0})
        cls.unit.money_value = 5

    def state_worth(self, value=0.04, **values):
        worth = self.env["club.worth"].create(
            {"outlet_id": self.outlet.id, "unit_id": self.unit.id, "money_value": value}
        )
        self.outlet.write(values)
        return worth

    def band(self, minimum, maximum, outlet=True):
        return self.env["club.condition"].create(
            {
                "club_id": self.club.id, "unit_id": self.unit.id, "minimum_total": minimum, "maximum": maximum,
                "outlet_id": self.outlet.id if outlet else False,
            }
        )  # fmt: skip

    def caps(self):
        """(at the register, in the cart, on a quotation) for 100.00."""
        rung, cart = self.ring_up([(self.mug, 10)]), self.cart()
        quotation = self.quotation([(self.mug, 10)])
        quoted = self.quote(rung)["choices"][0]["cap"]
        return quoted, *(order._club_points_offers()[0][0]["cap"].amount for order in (cart, quotation))

    def test_nothing_stated_pays_nothing_and_says_so(self):
        words = "sells in .*, and nobody said what points are worth there"
        for order in (self.cart(), self.quotation([(self.mug, 10)])):
            with self.assertRaisesRegex(UserError, words):
                order._club_choose(10)
            offers, why = order._club_points_offers()
            self.assertFalse(offers)
            self.assertRegex(why, words)
        rung = self.ring_up([(self.mug, 10)])
        self.assertRegex(self.quote(rung)["refused"], words)
        self.assertRegex(self.refusal(rung, 10), words)
        self.assertIn("no_worth", self.env["club.refusal"].search([]).mapped("code"))

    def test_stated_worth_pays_the_same_everywhere(self):
        self.state_worth(0.04)
        order = self.cart()
        order._club_choose(400)
        self.assertPays(order, 84.0, 16.0)
        quotation = self.quotation([(self.mug, 10)])
        quotation._club_choose(100)
        self.assertEqual(quotation._club_points_money(), 4.0)
        sold = self.sell_for_points([(self.mug, 1)], 50)
        self.assertEqual(sold.payment_ids._club_tenders().amount, 2.0)
        self.finish(self._pay_online(order, state="draft"))
        self.assertEqual(order.state, "sale")
        self.assertEqual(order._club_points_holds().amount, 400)
        order._action_cancel()
        self.assertEqual(order._club_points_holds()._returned(), 400)
        self.assertCoherent()

    def test_limits_of_the_outlet_count_and_those_of_the_club_do_not(self):
        self.state_worth(0.04)
        self.band(1, 7, outlet=False)  # in yen
        self.assertEqual(len(set(self.caps())), 1)
        self.assertEqual(self.caps()[0], 887)
        self.outlet.redeem_max_money = 10.0
        self.assertEqual(self.caps(), (250, 250, 250))
        self.outlet.redeem_max_money = 0
        self.band(50, 60)
        self.band(100, 90)
        self.assertEqual(self.caps(), (90, 90, 90))

    def test_worth_that_changes_leaves_what_is_promised_at_its_own(self):
        worth = self.state_worth(0.04)
        order = self.cart()
        order._club_choose(400)
        payment = self._pay_online(order, state="pending")
        worth.money_value = 0.01
        self.finish(payment)
        self.assertPays(order, 84.0, 16.0)
        self.assertEqual(order._club_points_holds().amount, 400)

    def test_worth_taken_away_stops_paying_and_keeps_what_a_payment_was_promised(self):
        worth = self.state_worth(0.04)
        order, other = self.cart(), self.cart()
        order._club_choose(200)
        other._club_choose(100)
        payment = self._pay_online(order, state="pending")
        worth.unlink()
        other._update_programs_and_rewards()
        self.assertPays(other, 100.0, 0.0)
        self.finish(payment)
        self.assertPays(order, 92.0, 8.0)
        self.assertEqual(order.state, "sale")
        self.assertCoherent()

    def test_price_list_in_the_clubs_currency_is_worth_what_the_club_says(self):
        self.state_worth(0.04)
        yen = self.env["product.pricelist"].create({"name": "Yen", "currency_id": self.club.currency_id.id})
        order = self.cart(pricelist_id=yen.id)
        for line in order.order_line:
            line.price_unit = 1000
        self.club.redeem_max_money = 0
        order._club_choose(400)
        self.assertEqual(order._club_points_money(), 2000)

    def test_worth_is_configured_on_the_outlet(self):
        with Form(self.outlet) as form, form.worth_ids.new() as worth:
            worth.unit_id = self.unit
            worth.money_value = 0.05
        with Form(self.outlet) as form, form.condition_ids.new() as band:
            band.minimum_total = 20
            band.maximum = 30
        self.assertEqual(self.outlet.worth_ids.display_name, f"100 Beans = {self.company.currency_id.format(5)}")
        self.assertIn(self.company.currency_id.format(20), self.outlet.condition_ids.display_name)
        self.assertFalse(self.club.condition_ids)
        self.assertEqual(self.caps(), (30, 30, 30))

    def test_worth_of_another_club_and_below_nothing_are_refused(self):
        other = self.env["club.club"].create({"name": "Other", "company_ids": [(6, 0, self.company.ids)]})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.env["club.worth"].create(
                {"outlet_id": self.outlet.id, "unit_id": other.unit_ids[:1].id, "money_value": 1}
            )
        for value in (0, -1):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.state_worth(value)
