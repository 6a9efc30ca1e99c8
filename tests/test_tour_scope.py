from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourScope(ClubCommon, HttpCase):
    """A merchant decides where balances count, which outlets take part, and brings balances along."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # One club and its outlets, so that the screens choose it by themselves.
        others = cls.env["club.club"].search([]) - cls.club
        others.outlet_ids.active = False
        others.active = False
        cls.env.ref("base.user_admin").group_ids |= cls.env.ref("loyalty_club.loyalty_club_group_manager")
        cls.airport_pool = cls.env["club.pool"].create({"club_id": cls.club.id, "name": "Airport"})
        cls.airport = cls.env["club.outlet"].create(
            {"club_id": cls.club.id, "name": "Airport", "pool_id": cls.airport_pool.id}
        )

    def test_merchant_regroups_and_sees_first_what_moves(self):
        member = self.enrol(points=60)
        member.adjust(self.unit.id, 40, "Found there", pool_id=self.airport_pool.id)
        self.start_tour("/odoo/loyalty-outlets", "ClubOfficeRegroup", login="admin")
        self.env.invalidate_all()
        self.assertEqual(self.outlet.pool_id, self.pool)
        self.assertNotIn(self.airport.pool_id, self.pool | self.airport_pool)
        self.assertEqual(
            member.account_ids.filtered("balance").mapped(lambda account: (account.pool_id, account.balance)),
            [(self.pool, 100)],
        )
        self.assertBalance(100)

    def test_merchant_stops_everywhere_and_starts_again(self):
        self.enrol(points=60)
        self.start_tour("/odoo/loyalty-outlets", "ClubOfficeStopEverywhere", login="admin")
        self.assertBalance(60)

    def test_merchant_imports_opening_balances(self):
        action = self.env.ref("loyalty_club.club_import_action")
        self.start_tour(f"/odoo/action-{action.id}", "ClubOfficeImportBalances", login="admin")
        self.assertBalance(250)


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourScopePos(TestPointOfSaleHttpCommon):
    """A register whose outlet left the club while the register was open."""

    def test_register_of_an_outlet_that_is_out_shows_nothing(self):
        self.env.user.group_ids |= self.env.ref("loyalty_club.loyalty_club_group_manager")
        company = self.main_pos_config.company_id
        club = self.env["club.club"].create(
            {
                "name": "Beans",
                "company_ids": [Command.set(company.ids)],
                "currency_id": company.currency_id.id,
                "is_redeem_allowed": True,
            }
        )
        club.unit_ids.write({"name": "Bean", "name_plural": "Beans", "short_name": "B"})
        outlet = self.env["club.outlet"].create(
            {
                "club_id": club.id,
                "company_id": company.id,
                "name": "High Street",
                "pos_config_ids": [Command.set(self.main_pos_config.ids)],
            }
        )
        club.action_switch_on()
        self.env["product.product"].create(
            {"name": "Club Cake", "lst_price": 20.0, "available_in_pos": True, "taxes_id": False}
        )
        ada = self.env["res.partner"].create({"name": "Ada Club"})
        member = self.env["club.member"].enrol(ada.id, club.id)
        member.adjust(club.unit_ids.id, 487, "Opening", counts_lifetime=False)
        self.main_pos_config.with_user(self.pos_user).open_ui()
        outlet.is_opted_in = False
        self.assertTrue(self.main_pos_config._club_tenders(), "an open register keeps it until it closes")
        self.start_pos_tour("ClubPosOutletIsOut")
        self.env.invalidate_all()
        self.assertEqual(sum(member.account_ids.mapped("balance")), 487)
        self.assertEqual(club.prove(), [])
