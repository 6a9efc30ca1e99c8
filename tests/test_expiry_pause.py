import random
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from ..engine.dates import counts_until
from ..models.ledger_dates import Dates
from .common_expiry import ExpiryCommon


@tagged("post_install", "-at_install")
class TestPauses(ExpiryCommon):
    """Points that were due while the club was off live on for thirty days after it is on again."""

    def pause(self, first, back, how="action_switch_off"):
        """Off on day ``first``, on again on day ``back``."""
        with self.days_later(first):
            if how == "archive":
                self.club.active = False
            elif how == "suspend":
                self.club.state = "suspended"
            else:
                self.club.action_switch_off()
        if back is not None:
            with self.days_later(back):
                self.club.write({"active": True, "state": "on"})

    def assertGoodUntil(self, day, amount=100):
        with self.days_later(day):
            self.assertEqual(self.active(), amount)
        with self.days_later(day + 1):
            self.assertEqual(self.active(), 0)

    def test_due_while_off_is_good_for_thirty_days_after(self):
        for how in ("action_switch_off", "suspend", "archive"):
            with self.subTest(how=how), self.env.cr.savepoint() as savepoint:
                self.earn(100, valid=10)
                self.pause(5, 40, how)
                with self.days_later(39):
                    self.night()
                self.assertGoodUntil(70)
                with self.days_later(69):
                    self.assertEqual(self.expiring(), [("100", self.today + timedelta(days=70), "date")])
                    self.assertEqual(self.account().lot_ids.expires_on, self.today + timedelta(days=10))
                    self.night()
                    self.assertEqual(self.active(), 100)
                with self.days_later(71):
                    self.night()
                    [line] = [line for line in self.ada_member.get_history() if line["kind"] == "expire"]
                day = self.env["club.entry"]._club_day(self.today + timedelta(days=70))
                self.assertEqual(line["text"], f"The last day to use them was {day}.")
                self.assertBalance(0)
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()

    def test_due_before_or_after_keeps_its_day(self):
        self.earn(100, valid=4)
        self.earn(50, valid=40)
        self.pause(5, 40)
        with self.days_later(41):
            self.assertEqual(self.active(), 0)
            self.night()
        self.assertBalance(0)

    def test_nothing_ends_while_it_is_off(self):
        self.earn(100, valid=10)
        self.pause(5, None)
        with self.days_later(500):
            self.assertEqual(self.active(), 100)
            self.assertEqual(self.expiring(), [])
            self.night()
        self.assertBalance(100)

    def test_off_again_within_the_thirty_days_shortens_nobodys_time(self):
        self.earn(100, valid=10)
        self.pause(5, 40)
        self.pause(60, 65)
        self.assertGoodUntil(95)
        self.pause(96, 100)
        with self.days_later(101):
            self.assertEqual(self.active(), 0, "they were over before")
            self.night()
        self.assertBalance(0)

    def test_lapse_that_falls_into_a_pause_waits_as_well(self):
        self.lapse_rule()
        self.earn(100)
        day = (self.last_day() - self.today).days
        self.pause(day - 5, day + 5)
        self.assertGoodUntil(day + 35)
        with self.days_later(day + 36):
            self.buy()
            self.assertEqual(self.active(), 100)
            self.night()
        self.assertBalance(100)

    # ------------------------------------------------------------------ the rule and the question to the database
    def test_database_says_what_the_rule_says(self):
        for seed in range(25):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self.compare(random.Random(seed))
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()

    def moment(self, days):
        return fields.Datetime.now() + timedelta(days=days)

    def compare(self, rng):
        self.scatter(rng)
        dates, rules, member = Dates(self.env), self.club._rulebook(), self.ada_member
        rows = self.env.execute_query(
            SQL(
                "SELECT l.id, d.last_day, d.is_idle FROM club_lot l, LATERAL (%s) d WHERE l.account_id = %s",
                dates.lot(),
                self.account().id,
            )
        )
        self.assertEqual(len(rows), 12)
        active_on, today = self.club._today(member.last_paid_at), self.club._today()
        for lot_id, last_day, is_idle in rows:
            lot = self.env["club.lot"].browse(lot_id)
            born_on = self.club._today(lot.entry_id.created_at)
            wanted = counts_until(
                lot.expires_on or None, born_on, rules.idle, active_on, member.lapsed_on or None, rules.pauses
            )
            # A day that is long over may be another one: it is over all the same.
            if wanted[0] and wanted[0] < today:
                self.assertLess(last_day, today)
            else:
                self.assertEqual((last_day, is_idle), wanted)

    def scatter(self, rng):
        """A club with pauses and a rule, or without, and a member with points of all ages."""
        self.club.tz = rng.choice(("UTC", "Pacific/Auckland", "America/Los_Angeles"))
        at, switches = -rng.randint(300, 400), []
        for _pause in range(rng.randint(0, 3)):
            end = at + rng.randint(1, 90)
            if end >= -1:
                break
            switches.append({"club_id": self.club.id, "started_at": self.moment(at), "ended_at": self.moment(end)})
            at = end + rng.randint(0, 40)
        self.env["club.switch"].create(switches)
        self.club.on_since = self.moment(min(at, 0))
        if rng.random() < 0.2:
            self.club.state = "suspended"
        if rng.random() < 0.8:
            self.club.inactivity_months = rng.choice((0, 1, 3, 12))
            self.club.inactivity_since = self.today - timedelta(days=rng.randint(0, 200))
        for _lot in range(12):
            self.earn(10, valid=rng.choice((None, rng.randint(-300, 200))))
        self.ada_member.write(
            {
                "last_paid_at": self.moment(-rng.randint(0, 400)),
                "lapsed_on": self.club.inactivity_since
                and rng.choice((False, self.today - timedelta(days=rng.randint(1, 300)))),
            }
        )
        with self.tampered():
            for entry in self.account().entry_ids:
                self.env.cr.execute(
                    "UPDATE club_entry SET created_at = %s WHERE id = %s",
                    [self.moment(-rng.randint(0, 400)), entry.id],
                )
        self.env.flush_all()
