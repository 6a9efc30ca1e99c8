from functools import partial

from odoo import fields
from odoo.tests import tagged

from .common_races import RacesCase

NUMBER = "+32 470 77 88 99"


@tagged("post_install", "-at_install")
class TestRacesJoin(RacesCase):
    def join(self, visit_id, env):
        return env["club.visit"].browse(visit_id)._join().id

    def test_two_orders_with_one_new_number_make_one_member(self):
        visits = self.env["club.visit"].create([
            {"config_id": config.id, "club_id": self.club.id, "phone": NUMBER, "how": "phone",
             "digest": f"race {config.id}", "expires_at": fields.Datetime.now()}
            for config in (self.register, self.second)
        ])  # fmt: skip
        self.fresh()
        with self.without_waiting():
            results = self.race([partial(self.join, visit.id) for visit in visits])
        partners = self.env["res.partner"].search([("phone", "=", NUMBER)])
        type(self).partners |= partners
        self.assertEqual(results, partners.ids * 2)
        self.assertEqual(len(partners.club_member_ids), 1)
        visits.unlink()
