from odoo.tests import tagged

from .common_races import RacesCase

MADE = ("club_liability_account_id", "club_expense_account_id", "club_accrual_journal_id")


@tagged("post_install", "-at_install")
class TestRacesLiability(RacesCase):
    """The nightly job and two managers who press Book Now at the same moment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.was = {name: cls.company[name] for name in MADE}
        cls.club.points_accounting = "accrue"
        cls.cr.commit()

    @classmethod
    def close_shop(cls):
        cls.cr.rollback()
        cls.env.invalidate_all()
        accruals = cls.env["club.accrual"].search([("company_id", "=", cls.company.id)])
        moves = accruals.move_id
        accruals.line_ids.unlink()
        accruals.unlink()
        moves.button_draft()
        moves.with_context(force_delete=True).unlink()
        made = {name: cls.company[name] - cls.was[name] for name in MADE}
        cls.company.write({name: cls.was[name].id for name in MADE})
        cls.club.points_accounting = "discount"
        for records in made.values():
            records.unlink()
        cls.cr.commit()
        super().close_shop()

    def book(self, env):
        return env["club.accrual"]._book(env["res.company"].browse(self.company.id)).ids

    def test_three_bookings_at_once_book_once(self):
        member = self.enrol(self.ada, 1000)
        self.fresh()
        self.book(self.env)
        member.adjust(self.unit.id, 500, "Raced")
        self.fresh()
        with self.without_waiting():
            results = self.race([self.book] * 3)
        self.assertEqual(sorted(map(len, results)), [0, 0, 1], results)
        booked = self.env["club.accrual"].browse(sum(results, []))
        self.assertEqual(booked.line_ids.mapped("money"), [5.0])
        self.assertEqual(self.club.prove_liability(), [])
