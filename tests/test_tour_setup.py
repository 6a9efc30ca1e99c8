from odoo.tests import HttpCase, tagged

from .test_setup import SetupCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourSetup(SetupCommon, HttpCase):
    """A merchant from the apps menu to the first award, and back to work."""

    browser_size = "1366x768"

    def test_merchant_from_installing_to_the_first_award(self):
        # One register is left to opt in: nothing was sold there before, so no history is offered.
        elsewhere = self.env["club.outlet"].create(
            {"club_id": self.used.id, "company_id": self.used.company_ids.id, "name": "Elsewhere"}
        )
        for places in (self.env["pos.config"].search([]) - self.register, self.env["website"].search([])):
            places.filtered(lambda place: not place.club_outlet_id).club_outlet_id = elsewhere
        self.env.ref("base.user_admin").group_ids |= self.env.ref("loyalty_club.loyalty_club_group_manager")
        self.start_tour("/odoo", "ClubOfficeFromInstallingToOn", login="admin")
        self.club = self.env["club.club"].search([("name", "=", "Bean Street")])
        self.assertEqual((self.club.state, self.club.ready_made), ("on", "cafe"))
        self.assertIn(self.register, self.club.outlet_ids.pos_config_ids)
        self.sell([(self.cake, 1)], self.ada)
        self.start_tour("/odoo", "ClubOfficeFirstAwardSeen", login="admin")
        unit = self.club.tier_unit_id
        self.assertEqual(self.member().account_ids.filtered(lambda own: own.unit_id == unit).balance, 10)
        self.assertCoherent()
