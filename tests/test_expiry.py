from datetime import date

from odoo.tests import Form, freeze_time, tagged

from .common import ClubCommon


@tagged("post_install", "-at_install")
class TestValidity(ClubCommon):
    """How long points of an order are good: the nearest that says days or months counts."""

    def last_day(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        return order.club_entry_ids.lot_ids.expires_on

    def rules(self, program=None, **vals):
        """A programme made live afresh, since a live one keeps its rules."""
        self.program.action_end()
        program = self.env["club.program"].create({"name": "Anew", "tier_id": self.tier.id, **vals})
        program.action_go_live()

    def test_nearest_that_says_days_or_months_wins(self):
        with freeze_time("2030-01-31 12:00:00"):
            self.assertFalse(self.last_day(), "nobody says: they never expire")
            self.club.validity_months = 12
            self.assertEqual(self.last_day(), date(2031, 1, 31))
            self.unit.validity_days = 30
            self.assertEqual(self.last_day(), date(2030, 3, 2))
            self.unit.write({"validity_days": 0, "validity_months": 1})
            self.assertEqual(self.last_day(), date(2030, 2, 28), "the end of the shorter month")
        with freeze_time("2030-01-31 12:00:01"):
            self.rules(validity_days=5)
        with freeze_time("2030-01-31 12:00:02"):
            self.assertEqual(self.last_day(), date(2030, 2, 5))
        self.assertCoherent()

    def test_form_keeps_days_or_months(self):
        with Form(self.club) as form:
            form.validity_days = 90
            form.validity_months = 6
            self.assertEqual(form.validity_days, 0)
            form.validity_days = 90
        self.assertEqual((self.club.validity_days, self.club.validity_months), (90, 0))
