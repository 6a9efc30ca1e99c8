"""A cart of 100.00 without tax, a member with 400 points that are worth 20.00, and payments of a provider."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .common_sale import OnlinePayments


class ShopCommon(OnlinePayments):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit.money_value = 0.05
        cls.mug = cls._product("Mug", 10.0, taxes_id=[Command.clear()], type="service")
        cls.company.portal_confirmation_pay = True

    def setUp(self):
        super().setUp()
        self.ada_member = self.enrol(points=400)

    def cart(self, quantity=10, partner=None, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": (partner or self.ada).id,
                "website_id": self.website.id,
                "pricelist_id": self.pricelist.id,
                "require_payment": True,
                "require_signature": False,
                "order_line": [Command.create({"product_id": self.mug.id, "product_uom_qty": quantity})],
                **values,
            }
        )

    def hold_of(self, order):
        return order.club_hold_id

    def pays(self, order):
        """(total, what points pay of it)"""
        order.invalidate_recordset()
        return order.amount_total, order._club_points_money()

    def assertPays(self, order, total, points):
        found = self.pays(order)
        self.assertAlmostEqual(found[0], total, 2)
        self.assertAlmostEqual(found[1], points, 2)

    def set_quantity(self, order, quantity):
        """As the cart does: the line changes, everything is computed anew."""
        order.order_line.filtered(lambda line: not line.is_reward_line).product_uom_qty = quantity
        order._update_programs_and_rewards()

    def run_out(self, order, hours=3):
        """The promise's time is over."""
        self.env.cr.execute(
            "UPDATE club_hold SET expires_at = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(hours=hours), order.club_hold_id.id),
        )
        self.env.invalidate_all()

    def spend_elsewhere(self, points, partner=None):
        """The member uses points for something else."""
        self.member(partner).adjust(self.unit.id, -points, "Spent elsewhere", counts_lifetime=False)

    def finish(self, payment):
        """The provider reports a payment as done."""
        payment._set_done()
        payment._post_process()

    def debt(self, partner=None):
        return sum(self.member(partner).account_ids.mapped("debt"))
