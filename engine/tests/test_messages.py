from datetime import datetime, timedelta, timezone
from unittest import TestCase
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ..messages import Timing, fill, is_over, problem

BRUSSELS = ZoneInfo("Europe/Brussels")
ZONES = st.sampled_from(
    [BRUSSELS, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kolkata"), timezone.utc]
)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31))
HOURS = st.integers(0, 23)


def local(moment, zone):
    return moment.replace(tzinfo=timezone.utc).astimezone(zone)


class TestSendAt(TestCase):
    def test_at_once_is_now(self):
        moment = datetime(2025, 3, 15, 12, 34, 56)
        self.assertEqual(Timing().send_at(moment, BRUSSELS), moment)

    def test_set_hour_is_this_evening_or_the_next(self):
        evening = Timing(hour=18)
        self.assertEqual(evening.send_at(datetime(2025, 1, 15, 9), BRUSSELS), datetime(2025, 1, 15, 17))
        self.assertEqual(evening.send_at(datetime(2025, 1, 15, 17), BRUSSELS), datetime(2025, 1, 15, 17))
        self.assertEqual(evening.send_at(datetime(2025, 1, 15, 17, 0, 1), BRUSSELS), datetime(2025, 1, 16, 17))

    def test_evening_is_that_of_the_zone_and_moves_with_summer_time(self):
        evening = Timing(hour=18)
        # The night to 30 March 2025 the clock goes from 2 to 3, the night to 26 October from 3 to 2.
        self.assertEqual(evening.send_at(datetime(2025, 3, 29, 17, 1), BRUSSELS), datetime(2025, 3, 30, 16))
        self.assertEqual(evening.send_at(datetime(2025, 10, 25, 16, 1), BRUSSELS), datetime(2025, 10, 26, 17))

    def test_hour_that_the_clock_skips_is_the_moment_after(self):
        sent = Timing(hour=2).send_at(datetime(2025, 3, 29, 20), BRUSSELS)
        self.assertEqual(sent, datetime(2025, 3, 30, 1))
        self.assertEqual(local(sent, BRUSSELS).hour, 3)

    def test_hour_that_comes_twice_is_the_first(self):
        at_two = Timing(hour=2)
        self.assertEqual(at_two.send_at(datetime(2025, 10, 25, 20), BRUSSELS), datetime(2025, 10, 26, 0))
        self.assertEqual(at_two.send_at(datetime(2025, 10, 26, 0, 30), BRUSSELS), datetime(2025, 10, 27, 1))

    def test_quiet_night_ends_in_the_morning(self):
        night = Timing(quiet_from=21, quiet_to=8)
        self.assertEqual(night.send_at(datetime(2025, 1, 15, 21, 30), BRUSSELS), datetime(2025, 1, 16, 7))
        self.assertEqual(night.send_at(datetime(2025, 1, 15, 23, 30), BRUSSELS), datetime(2025, 1, 16, 7))
        self.assertEqual(night.send_at(datetime(2025, 1, 16, 7), BRUSSELS), datetime(2025, 1, 16, 7))

    @given(MOMENTS, ZONES, HOURS, HOURS, st.none() | HOURS)
    def test_never_early_never_quiet_and_within_a_day(self, moment, zone, quiet_from, quiet_to, hour):
        timing = Timing(hour=hour, quiet_from=quiet_from, quiet_to=quiet_to)
        if timing.problem():
            return
        sent = timing.send_at(moment, zone)
        self.assertGreaterEqual(sent, moment)
        self.assertLessEqual(sent - moment, timedelta(hours=25))
        shown = local(sent, zone)
        # An hour that the clock skips, or half of it where it jumps by half an hour, is the moment after.
        wanted = {hour, (hour + 1) % 24} if hour is not None else set(range(24))
        self.assertIn(shown.hour, wanted)
        before = local(sent - timedelta(minutes=61), zone)
        if shown.hour == hour or before.utcoffset() == shown.utcoffset():
            self.assertFalse(timing.is_quiet(shown.hour))

    @given(MOMENTS, ZONES, HOURS, HOURS, st.none() | HOURS)
    def test_what_may_go_out_then_may_go_out_then(self, moment, zone, quiet_from, quiet_to, hour):
        timing = Timing(hour=hour, quiet_from=quiet_from, quiet_to=quiet_to)
        if timing.problem():
            return
        sent = timing.send_at(moment, zone)
        self.assertEqual(timing.send_at(sent, zone), sent)


class TestProblems(TestCase):
    def test_hours_are_of_a_day(self):
        for timing in (Timing(hour=24), Timing(hour=-1), Timing(quiet_from=24), Timing(quiet_to=-3)):
            self.assertEqual(timing.problem(), "hour")
        self.assertIsNone(Timing(hour=0, quiet_from=21, quiet_to=0).problem())

    def test_hour_in_the_quiet_ones_is_refused(self):
        self.assertEqual(Timing(hour=22, quiet_from=21, quiet_to=8).problem(), "quiet")
        self.assertIsNone(Timing(hour=8, quiet_from=21, quiet_to=8).problem())
        self.assertIsNone(Timing(hour=8, quiet_from=8, quiet_to=8).problem())

    @given(HOURS, HOURS)
    def test_quiet_hours_are_as_many_as_lie_between(self, quiet_from, quiet_to):
        timing = Timing(quiet_from=quiet_from, quiet_to=quiet_to)
        self.assertEqual(sum(map(timing.is_quiet, range(24))), (quiet_to - quiet_from) % 24)


class TestCap(TestCase):
    def test_so_many_in_so_many_days(self):
        at = datetime(2025, 3, 15, 12)
        sent = [at - timedelta(days=1), at - timedelta(days=6), at - timedelta(days=7)]
        self.assertTrue(is_over(sent, at, 2, 7))
        self.assertFalse(is_over(sent, at, 3, 7))
        self.assertFalse(is_over(sent, at, 0, 7))
        self.assertFalse(is_over(sent, at, 2, 0))

    @given(st.lists(st.integers(0, 60 * 24 * 30), max_size=60), st.integers(1, 5), st.integers(1, 10))
    def test_never_more_than_that_in_any_so_many_days(self, minutes, most, days):
        start, sent = datetime(2025, 3, 1), []
        for minute in sorted(minutes):
            at = start + timedelta(minutes=minute)
            if not is_over(sent, at, most, days):
                sent.append(at)
        for first in sent:
            self.assertLessEqual(sum(first <= at < first + timedelta(days=days) for at in sent), most)


class TestText(TestCase):
    def test_placeholders_are_checked(self):
        known = {"name", "points"}
        self.assertIsNone(problem("Hello {name}, {points} {points}", known))
        self.assertEqual(problem("Hello {nmae}", known), ("unknown", "nmae"))
        self.assertEqual(problem("Hello {name", known), ("brace", "{"))
        self.assertEqual(problem("Hello name}", known), ("brace", "}"))
        self.assertEqual(problem("{name.__class__}", known), ("unknown", "name.__class__"))
        self.assertEqual(problem("{}", known), ("unknown", ""))

    def test_what_a_value_brings_is_no_placeholder(self):
        self.assertEqual(fill("{name}: {points}", {"name": "{points}", "points": "3"}), "{points}: 3")

    @given(st.text(alphabet="ab{}", max_size=12))
    def test_text_without_a_problem_has_no_brace_when_filled(self, text):
        if problem(text, {"a", "b", "ab"}) is None:
            filled = fill(text, {"a": "1", "b": "2", "ab": "3"})
            self.assertFalse(set("{}") & set(filled))
