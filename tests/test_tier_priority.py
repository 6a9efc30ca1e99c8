from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ClubCommon
from .common_reserved import ReservedCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestTierPriority(ReservedCommon, ClubCommon):
    """Orders of a tier that come first, and free delivery for it."""

    def test_orders_of_the_tier_are_marked_and_found(self):
        self.silver.is_priority = True
        self.make(self.silver)
        self.enrol(self.bob)
        for model, mine, others in (
            ("pos.order", self.sell([(self.coffee, 1)], self.ada), self.sell([(self.coffee, 1)], self.bob)),
            ("sale.order", self.quotation([(self.coffee, 1)]), self.quotation([(self.coffee, 1)], self.bob)),
        ):
            with self.subTest(model=model):
                both = mine | others
                self.assertEqual(both.filtered("club_is_priority"), mine)
                own = [("id", "in", both.ids)]
                self.assertEqual(self.env[model].search([*own, ("club_is_priority", "=", True)]), mine)
                self.assertEqual(self.env[model].search([*own, ("club_is_priority", "=", False)]), others)
        self.lose_tier()
        order = self.quotation([(self.coffee, 1)])
        self.assertFalse(order.club_is_priority)
        self.assertFalse(self.env["sale.order"].search([("id", "=", order.id), ("club_is_priority", "=", True)]))

    def test_shops_without_such_a_tier_ask_nothing(self):
        order = self.quotation([(self.coffee, 1)])
        self.assertFalse(order.club_is_priority)
        order.invalidate_recordset(["club_is_priority"])
        with self.assertQueryCount(0):
            self.assertFalse(order.club_is_priority)

    def test_delivery_is_free_for_the_tier_alone(self):
        opened = self.silver.action_free_delivery()
        self.assertEqual(self.silver.action_free_delivery(), opened, "made once")
        parcel = self._product("Parcel", 0.0, type="service", taxes_id=[Command.clear()])
        carrier = self.env["delivery.carrier"].create(
            {"name": "Parcel", "delivery_type": "fixed", "fixed_price": 7.0, "product_id": parcel.id}
        )
        self.make(self.silver)
        self.enrol(self.bob)
        for partner, total in ((self.ada, 121), (self.bob, 128)):
            order = self.quotation([(self.coffee, 1)], partner, website_id=self.website.id)
            order.set_delivery_line(carrier, 7.0)
            order._update_programs_and_rewards()
            order._auto_apply_rewards()
            with self.subTest(partner=partner.name):
                self.assertAlmostEqual(order.amount_total, total)
                self.assertEqual(bool(self.reward_lines(order)), partner == self.ada)

    def test_only_managers_make_it(self):
        user = new_test_user(self.env, "priority_user", "loyalty_club.loyalty_club_group_user")
        with self.assertRaises(AccessError):
            self.silver.with_user(user).action_free_delivery()
