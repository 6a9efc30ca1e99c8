from datetime import date, timedelta
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ..goals import ALWAYS, PERIODS, Goal, period_end, period_start, standing_run

DAY = st.dates(min_value=date(2019, 12, 1), max_value=date(2021, 3, 1))
EVENTS = st.lists(st.tuples(DAY, st.integers(0, 3)), max_size=40)
STEPS = st.sampled_from(["", "day", "week"])
GOALS = st.builds(Goal, target=st.integers(2, 9), period=st.sampled_from(PERIODS), step=STEPS)


def runs(days):
    """The longest run, told by walking over the calendar day by day."""
    longest = length = 0
    day = min(days, default=date.max)
    while day <= max(days, default=date.min):
        length = length + 1 if day in days else 0
        longest, day = max(longest, length), day + timedelta(days=1)
    return longest


class TestPeriods(TestCase):
    def test_calendar_periods_begin_and_end_where_the_calendar_says(self):
        day = date(2024, 2, 29)
        self.assertEqual(period_start(day, "week"), date(2024, 2, 26))
        self.assertEqual(period_end(date(2024, 2, 26), "week"), date(2024, 3, 3))
        self.assertEqual(period_start(day, "month"), date(2024, 2, 1))
        self.assertEqual(period_end(date(2024, 2, 1), "month"), day)
        self.assertEqual(period_start(day, "quarter"), date(2024, 1, 1))
        self.assertEqual(period_end(date(2024, 10, 1), "quarter"), date(2024, 12, 31))
        self.assertEqual(period_start(day, "always"), ALWAYS)
        self.assertIsNone(period_end(ALWAYS, "always"))

    @given(DAY, st.sampled_from(["week", "month", "quarter"]))
    def test_every_day_is_in_one_period_and_periods_follow_each_other(self, day, period):
        start = period_start(day, period)
        end = period_end(start, period)
        self.assertTrue(start <= day <= end)
        self.assertEqual(period_start(end, period), start)
        self.assertEqual(period_start(end + timedelta(days=1), period), end + timedelta(days=1))

    def test_week_counts_for_the_month_of_its_monday(self):
        goal = Goal(target=2, period="month", step="week")
        self.assertEqual(goal.period_of(date(2024, 3, 1)), date(2024, 2, 1))
        self.assertEqual(goal.period_of(date(2024, 3, 4)), date(2024, 3, 1))


class TestValues(TestCase):
    def test_challenge_adds_what_is_left_of_its_orders(self):
        goal = Goal(target=5, period="month")
        self.assertEqual(goal.value([(date(2024, 5, 1), 1), (date(2024, 5, 1), 1), (date(2024, 5, 9), 0)]), 2)

    def test_skipped_day_begins_anew_and_two_orders_of_a_day_are_one(self):
        goal = Goal(target=4, period="always", step="day")
        days = [date(2024, 2, 27), date(2024, 2, 28), date(2024, 2, 29), date(2024, 2, 29), date(2024, 3, 2)]
        self.assertEqual(goal.value([(day, 1) for day in days]), 3)
        self.assertEqual(goal.value([(day, 1) for day in [*days, date(2024, 3, 1)]]), 5)

    def test_weeks_in_a_row_over_new_year(self):
        goal = Goal(target=3, period="always", step="week")
        days = date(2024, 12, 22), date(2024, 12, 23), date(2025, 1, 5)
        self.assertEqual(goal.value([(day, 1) for day in days]), 3)
        self.assertEqual(goal.value([(day, 1) for day in (date(2024, 12, 22), date(2024, 12, 30))]), 1)

    @given(GOALS, EVENTS, st.randoms())
    def test_order_in_which_orders_become_known_does_not_matter(self, goal, events, random):
        shuffled = list(events)
        random.shuffle(shuffled)
        today = date(2020, 6, 1)
        self.assertEqual(goal.value(shuffled), goal.value(events))
        self.assertEqual(goal.shown(shuffled, today), goal.shown(events, today))

    @given(EVENTS)
    def test_streak_is_the_longest_run_of_the_calendar(self, events):
        goal = Goal(target=2, period="always", step="day")
        self.assertEqual(goal.value(events), runs({day for day, amount in events if amount}))

    @given(GOALS, EVENTS, st.tuples(DAY, st.integers(1, 3)))
    def test_one_order_more_never_takes_progress_and_its_return_takes_no_more_than_it_gave(self, goal, events, more):
        before, after = goal.value(events), goal.value([*events, more])
        self.assertGreaterEqual(after, before)
        self.assertEqual(goal.value([*events, (more[0], 0)]), before)

    @given(GOALS, EVENTS, DAY)
    def test_what_is_shown_never_promises_more_than_there_is(self, goal, events, today):
        value, shown = goal.value(events), goal.shown(events, today)
        self.assertLessEqual(shown, value)
        self.assertEqual(shown >= goal.target, value >= goal.target)

    def test_standing_run_lasts_until_its_next_day_is_over(self):
        days = {date(2024, 5, 1), date(2024, 5, 2)}
        self.assertEqual([standing_run(days, date(2024, 5, day), "day") for day in (2, 3, 4)], [2, 2, 0])
        mondays = {date(2024, 4, 29), date(2024, 5, 6)}
        self.assertEqual([standing_run(mondays, date(2024, 5, day), "week") for day in (12, 19, 20)], [2, 2, 0])


class TestPossible(TestCase):
    def test_streak_has_at_least_two_steps_and_fits_into_its_period(self):
        self.assertFalse(Goal(target=1, period="month", step="day").is_possible())
        self.assertTrue(Goal(target=31, period="month", step="day").is_possible())
        self.assertFalse(Goal(target=32, period="month", step="day").is_possible())
        self.assertFalse(Goal(target=2, period="week", step="week").is_possible())
        self.assertTrue(Goal(target=400, period="always", step="day").is_possible())
        self.assertFalse(Goal(target=0, period="month").is_possible())
        self.assertTrue(Goal(target=1, period="month").is_possible())
