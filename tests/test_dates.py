from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..models.ledger import Source
from .common_ledger import LedgerCommon


@tagged("post_install", "-at_install")
class TestDates(LedgerCommon):
    """Dates decide when they are read; the nightly job only books what is true already."""

    def expire_tonight(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_club.ir_cron_expire_points").method_direct_trigger()
        self.env.invalidate_all()

    def expiries(self, member=None):
        return self.account(member).entry_ids.filtered(lambda entry: entry.kind == "expire")

    # ------------------------------------------------------------------ a job that is late
    def test_expired_points_cannot_be_spent_though_no_job_ran(self):
        self.earn(100, valid=10)
        with self.days_later(10):
            self.assertEqual(self.active(), 100, "good to the end of the last day")
        with self.days_later(11):
            self.assertEqual(self.active(), 0)
            with self.assertRaises(UserError):
                self.post("spend", 1)
            with self.assertRaises(UserError):
                self.hold(1)
        self.assertBalance(100)

    def test_released_portion_can_be_spent_though_no_job_ran(self):
        self.earn(100, days=5)
        with self.assertRaises(UserError):
            self.post("spend", 1)
        with self.days_later(5):
            self.assertEqual(self.active(), 100)
            self.post("spend", 100)
        self.assertBalance(0)

    def test_day_ends_in_the_clubs_own_zone(self):
        self.club.tz = "Pacific/Auckland"
        with freeze_time("2030-06-15 11:00:00"):  # 23:00 there
            self.today = self.club._today()
            self.earn(10, valid=0)
            self.assertEqual(self.active(), 10)
        with freeze_time("2030-06-15 12:30:00"):  # past midnight there, still the 15th in UTC
            self.assertEqual(self.active(), 0)
        self.assertCoherent()

    # ------------------------------------------------------------------ the job
    def test_nightly_job_books_what_expired_and_only_that(self):
        self.earn(40, valid=10)
        self.earn(60, valid=20)
        self.earn(5, self.bob_member, valid=5)
        self.earn(7, self.bob_member)
        with self.days_later(11):
            self.expire_tonight()
        self.assertEqual(self.expiries().amount, -40)
        self.assertEqual(self.expiries(self.bob_member).amount, -5)
        self.assertEqual(self.ada_member.lifetime, 100, "expiry does not lower the lifetime total")
        self.assertBalance(60)
        self.assertBalance(7, self.bob)

    def test_second_run_of_a_night_books_nothing_more(self):
        self.earn(40, valid=10)
        with self.days_later(11):
            self.expire_tonight()
            self.expire_tonight()
        self.assertEqual(len(self.expiries()), 1)
        self.assertBalance(0)

    def test_job_in_bulk_says_what_the_rule_says(self):
        """One statement for all accounts, or the engine account by account: the same entries and takes."""
        offers = ((10, 3), (20, 3), (30, 8), (40, None))
        for member in (self.ada_member, self.bob_member):
            for amount, valid in offers:
                self.earn(amount, member, valid=valid)
            self.post("spend", 5, member)
            self.hold(12, member, order=f"order-{member.id}")
        with self.days_later(9):
            self.post("expire", 0, self.ada_member)
            self.expire_tonight()
        by_rule, in_bulk = self.expiries(), self.expiries(self.bob_member)
        self.assertEqual(by_rule.amount, in_bulk.amount)
        self.assertEqual(self.lefts(), self.lefts(self.bob_member))
        self.assertEqual(sorted(by_rule.take_ids.mapped("amount")), sorted(in_bulk.take_ids.mapped("amount")))
        self.assertEqual((by_rule.debt_delta, by_rule.lifetime_delta), (in_bulk.debt_delta, in_bulk.lifetime_delta))
        self.assertCoherent()

    def test_clubs_that_are_off_expire_nothing(self):
        self.earn(40, valid=10)
        self.club.action_switch_off()
        with self.days_later(11):
            self.expire_tonight()
        self.assertBalance(40)

    def test_debt_is_paid_by_points_that_came_free_meanwhile(self):
        self.earn(60, days=5, valid=30)
        self.post("spend", 20, allow_debt=True)
        self.assertEqual(self.account().debt, 20, "what is still to come pays nothing yet")
        with self.days_later(6):
            self.expire_tonight()
            self.assertEqual((self.account().debt, self.active()), (0, 40))
            self.expire_tonight()
        self.assertEqual(self.account().entry_ids.mapped("kind"), ["settle", "spend", "award"])
        self.assertBalance(40)

    # ------------------------------------------------------------------ what is promised
    def test_promised_points_do_not_expire_until_they_are_used(self):
        self.earn(100, valid=10)
        hold = self.hold(70)
        with self.days_later(11):
            self.expire_tonight()
            self.assertEqual(self.expiries().amount, -30)
            hold._capture(Source(name="Paid"))
        self.assertBalance(0)

    def test_released_promise_of_overdue_points_expires_at_once(self):
        self.earn(100, valid=10)
        hold = self.hold(70)
        with self.days_later(11):
            self.expire_tonight()
            self.assertEqual(self.balance(), 70)
            hold._release()
        self.assertEqual(self.expiries().mapped("amount"), [-70, -30])
        self.assertBalance(0)

    def test_promise_that_ran_out_blocks_nothing_though_no_job_ran(self):
        self.earn(100)
        self.hold(100, channel="pos")
        with self.assertRaises(UserError):
            self.post("spend", 1)
        with self.days_later(1):  # a register's promise lasts twelve hours
            self.post("spend", 100)
            self.assertBalance(0)

    def test_returned_points_that_expired_meanwhile_live_on_for_the_grace_days(self):
        self.earn(100, valid=10)
        spend = self.post("spend", 100)
        with self.days_later(20):
            self.today = self.club._today()
            self.post("spend_return", 40, own_entry_ids=(spend.id,), corrects_id=spend.id, grace_days=30)
            lot = self.account().lot_ids.filtered("successor_of_id")
            self.assertEqual((lot.left_amount, lot.expires_on), (40, self.today + timedelta(days=30)))
            self.assertEqual(self.active(), 40)
        with self.days_later(51):
            self.assertEqual(self.active(), 0)
            self.expire_tonight()
        self.assertBalance(0)
