from datetime import date, datetime, time, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from odoo import SUPERUSER_ID, api
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import ClubCommon

ZONE = ZoneInfo("Europe/Brussels")
YEAR = relativedelta(years=1)
GRACE = 20


class Expected:
    """What a member's tier should be, told in days of the calendar and nothing else."""

    def __init__(self, thresholds):
        self.thresholds, self.level, self.since, self.review = thresholds, 0, None, None
        self.collected = []

    def figure(self, day):
        return sum(amount for when, amount in self.collected if when > day - YEAR and when <= day)

    def reached(self, day):
        return max(i for i, threshold in enumerate(self.thresholds) if threshold <= self.figure(day))

    def collect(self, day, amount):
        self.collected.append((day, amount))
        if self.reached(day) > self.level:
            self.level, self.since, self.review = self.reached(day), day, None

    def night(self, day):
        if self.level and not self.review:
            self.review = max(self.since + YEAR, day + timedelta(days=30))
        if not self.level or day < self.review:
            return
        if self.figure(day) >= self.thresholds[self.level]:
            self.review = day + YEAR
        elif day > self.review + timedelta(days=GRACE):
            self.level, self.since, self.review = self.reached(day), day, None


@tagged("post_install", "-at_install", "loyalty_club")
class TestTierLife(ClubCommon):
    """Two years and more of a club by the year: a leap day, changes of the clock, collecting around midnight."""

    def test_any_years_end_with_the_tier_that_the_calendar_says(self):
        self.club.write({"tz": ZONE.key, "tier_period": "year", "tier_grace_days": GRACE})
        tiers = self.tier | self.silver | self.gold
        dice, seed = Random(), Random().randrange(10**6)
        dice.seed(seed)
        people = self.env["res.partner"].create([{"name": f"Year {number}"} for number in range(3)])
        with freeze_time("2027-02-01 12:00:00"):
            members = [(self.enrol(person), Expected((0, 500, 1500))) for person in people]
        day = date(2027, 2, 20)
        # The days on which the clock changes, the leap day and those after them are among the others.
        special = [date(2027, 3, 28), date(2027, 10, 31), date(2028, 2, 29), date(2028, 3, 26), date(2029, 2, 28)]
        days = {day + timedelta(days=36 * step + dice.randrange(20)) for step in range(24)}
        for day in sorted(days | {one + timedelta(days=more) for one in special for more in (0, 1)}):
            local = datetime.combine(day, dice.choice((time(0, 0), time(12, 0), time(23, 59))), ZONE)
            with freeze_time(local.astimezone(timezone.utc).replace(tzinfo=None)):
                for member, expected in members:
                    if dice.random() < 0.5:
                        amount = dice.choice((99, 250, 500, 800))
                        member.adjust(self.unit.id, amount, "Collected")
                        expected.collect(day, amount)
                self.env.flush_all()
                with self.enter_registry_test_mode(), self.registry.cursor() as cr:
                    api.Environment(cr, SUPERUSER_ID, {})["club.member"]._cron_review_tiers()
                self.env.invalidate_all()
                for member, expected in members:
                    expected.night(day)
                    self.assertEqual(
                        (tiers.sorted("threshold").ids.index(member.tier_id.id), member.tier_review_on or None),
                        (expected.level, expected.review),
                        f"seed {seed}, {day}: {expected.figure(day)} count",
                    )
        self.assertCoherent()


@tagged("post_install", "-at_install", "loyalty_club")
class TestTierInput(ClubCommon):
    """Tiers that make no sense are refused in a sentence; the order in which they are typed in does not matter."""

    def test_two_tiers_at_one_figure_are_refused_the_lowest_too(self):
        tier = {"club_id": self.club.id, "name": "Again"}
        for constraint, work in (
            ("club_tier_threshold_once", lambda: self.env["club.tier"].create(tier | {"threshold": 0})),
            ("club_tier_threshold_once", lambda: self.env["club.tier"].create(tier | {"threshold": 500})),
            ("club_tier_threshold_once", lambda: self.silver.write({"threshold": 0})),
            ("club_tier_threshold_not_negative", lambda: self.silver.write({"threshold": -1})),
        ):
            refused = self.assertRaisesRegex(IntegrityError, constraint)
            with self.subTest(constraint=constraint), mute_logger("odoo.sql_db"), refused, self.cr.savepoint():
                work()
                self.env.flush_all()

    def test_thresholds_out_of_order_are_put_in_order(self):
        self.gold.threshold = 200
        self.env["club.tier"].create([
            {"club_id": self.club.id, "name": name, "threshold": threshold}
            for name, threshold in (("Platinum", 9000), ("Bronze", 100))
        ])  # fmt: skip
        rules = self.club._rulebook()
        self.assertEqual([tier.name for tier in rules.tiers], ["Member", "Bronze", "Gold", "Silver", "Platinum"])
        member = self.enrol()
        member.adjust(self.unit.id, 200, "Collected")
        self.assertEqual(member.tier_id, self.gold)
        member.adjust(self.unit.id, 300, "Collected")
        self.assertEqual(member.tier_id, self.silver)
        self.assertCoherent()
