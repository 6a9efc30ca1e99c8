from odoo.fields import Command
from odoo.tests import tagged

from .common_mobile import MobileCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourMobile(MobileCommon):
    """A customer's phone at table 7."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        category = cls.env["pos.category"].create({"name": "Drinks"})
        goods = cls.coffee | cls.cake
        goods.write({"pos_categ_ids": [Command.set(category.ids)], "self_order_available": True})
        cls.env["club.condition"].create({"club_id": cls.club.id, "minimum_total": 100, "maximum": 250})
        cls.tables.write({"limit_categories": True, "iface_available_categ_ids": [Command.set(category.ids)]})

    def walk(self, tour, login=None):
        self.env.flush_all()
        self.start_tour(self.tables._get_self_order_route(self.table.id), tour, login=login)
        self.env.invalidate_all()
        return self.env["pos.order"].search([("config_id", "=", self.tables.id)], order="id desc", limit=1)

    def test_signed_in(self):
        order = self.walk("ClubMobileSignedIn", "ada_orders")
        self.assertEqual((order.club_visit_id.member_id, order.club_visit_id.how), (self.member_ada, "login"))
        self.pay_by_terminal(order)
        self.assertBalance(587)

    def test_ordered_first_and_signed_in_then(self):
        order = self.walk("ClubMobileSignIn")
        self.assertFalse(order.club_is_known)
        order.table_id = self.table  # as the register does, so that all of the table's phones see it
        self.walk("ClubMobileBack", "ada_orders")
        self.assertEqual(order.club_visit_id.member_id, self.member_ada)
        self.pay_by_terminal(order)
        self.assertBalance(587)

    def test_points_stay_on_an_order_of_two_rounds(self):
        order = self.walk("ClubMobileTwoRounds", "ada_orders")
        self.assertEqual((order.amount_total, order.club_visit_id.member_id), (130.6, self.member_ada))
        self.pay_at_counter(order)
        used = self.member_ada.hold_ids.filtered(lambda hold: hold.state != "released")
        self.assertEqual((used.mapped("state"), sum(used.mapped("amount"))), (["captured"], 250))
        self.assertCoherent()

    def test_number_typed(self):
        order = self.walk("ClubMobilePhone")
        self.assertEqual((order.partner_id.id, order.club_visit_id.member_id), (False, self.member_ada))

    def test_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        languages = self.env["res.lang"].search([("code", "in", ("en_US", "fr_FR"))])
        self.tables.self_ordering_available_language_ids = languages
        self.walk("ClubMobileFrench")

    def test_somebody_elses_phone(self):
        order = self.walk("ClubMobileNotMe", "ada_orders")
        self.assertFalse(order.club_is_known)

    def test_table_of_an_outlet_that_is_out_shows_nothing(self):
        self.outlet.is_opted_in = False
        order = self.walk("ClubMobileOut", "ada_orders")
        self.pay_by_terminal(order)
        self.assertBalance(487)
