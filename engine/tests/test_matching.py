"""When a bonus applies, against a calendar of minutes that is filled in by hand."""

import random
import unittest
from dataclasses import replace
from datetime import date, datetime, timedelta

from ..matching import EVERYTHING, MINUTES, Item, Items, When, birthday_in, is_birthday
from .support import TODAY, holds

DAYS = 14
MONDAY = TODAY - timedelta(days=TODAY.weekday())
MIDNIGHT = datetime.combine(MONDAY, datetime.min.time())


def random_when(rng):
    begins, ends = rng.choice(((0, 0), (rng.randrange(MINUTES), rng.randrange(MINUTES)), (rng.randrange(MINUTES), 0)))
    first = rng.choice((None, MONDAY + timedelta(days=rng.randint(-3, DAYS - 3))))
    last = rng.choice((None, (first or MONDAY) + timedelta(days=rng.randint(0, DAYS))))
    weekdays = frozenset(rng.sample(range(7), rng.choice((0, 0, 1, 2, 5))))
    return When(weekdays=weekdays, begins=begins, ends=ends, first_day=first, last_day=last)


def calendar(when, since=0, days=DAYS):
    """Every minute that it applies at, from day `since` on, counted from the midnight of day 0."""
    minutes = set()
    for number in range(since - 1, days):
        day = MONDAY + timedelta(days=number)
        if when.weekdays and day.weekday() not in when.weekdays:
            continue
        if not (when.first_day or day) <= day <= (when.last_day or day):
            continue
        length = (when.ends - when.begins) % MINUTES or MINUTES
        start = number * MINUTES + (0 if when.begins == when.ends else when.begins)
        minutes.update(range(start, start + length))
    return {minute for minute in minutes if since * MINUTES <= minute < days * MINUTES}


class TestWhen(unittest.TestCase):
    def test_it_covers_each_minute_of_its_calendar_and_no_other(self):
        for seed in range(12):
            when = random_when(random.Random(seed))
            with self.subTest(when):
                found = {n for n in range(DAYS * MINUTES) if when.covers(MIDNIGHT + timedelta(minutes=n))}
                self.assertEqual(found, calendar(when))

    @holds
    def test_it_covers_the_minutes_about_its_edges(self, rng):
        when = random_when(rng)
        minutes = calendar(when)
        for _time in range(20):
            day, edge = rng.randrange(DAYS), rng.choice((when.begins, when.ends, 0, rng.randrange(MINUTES)))
            minute = day * MINUTES + edge + rng.choice((-1, 0, 1))
            if 0 <= minute < DAYS * MINUTES:
                moment = MIDNIGHT + timedelta(minutes=minute, seconds=rng.randrange(60))
                self.assertEqual(when.covers(moment), minute in minutes, moment)

    @holds
    def test_it_has_days_while_its_calendar_has_minutes(self, rng):
        when = random_when(rng)
        today = rng.randrange(DAYS)
        left = calendar(when, today, 3 * DAYS)
        self.assertEqual(when.has_days(MONDAY + timedelta(days=today)), bool(left))

    @holds
    def test_two_meet_where_their_calendars_do(self, rng):
        one, other = random_when(rng), random_when(rng)
        both = calendar(one, -DAYS, 3 * DAYS) & calendar(other, -DAYS, 3 * DAYS)
        self.assertEqual(one.meets(other), bool(both))
        self.assertEqual(other.meets(one), bool(both))

    def test_the_night_of_one_weekday_meets_the_morning_of_the_next(self):
        night = When(weekdays=frozenset({1}), begins=22 * 60, ends=2 * 60)
        morning = When(weekdays=frozenset({2}), begins=60, ends=9 * 60)
        self.assertTrue(night.meets(morning))
        self.assertFalse(replace(night, ends=60).meets(morning))

    def test_a_window_that_ended_with_yesterday_has_no_days_and_one_that_runs_until_the_morning_has(self):
        yesterday = TODAY - timedelta(days=1)
        evening = When(begins=18 * 60, ends=23 * 60, last_day=yesterday)
        self.assertFalse(evening.has_days(TODAY))
        self.assertFalse(replace(evening, ends=0).has_days(TODAY))
        self.assertTrue(replace(evening, ends=2 * 60).has_days(TODAY))


class TestBirthdays(unittest.TestCase):
    def test_it_is_once_a_year_on_the_day_and_a_month_long_in_the_month(self):
        for birthday in (date(1988, 3, 15), date(1988, 2, 29), date(1999, 12, 31), date(2001, 1, 1)):
            for year in (2023, 2024, 2100):
                with self.subTest(birthday=birthday, year=year):
                    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
                    days = [day for day in days if day.year == year]
                    self.assertEqual([d for d in days if is_birthday(birthday, d)], [birthday_in(birthday, year)])
                    month = [day for day in days if is_birthday(birthday, day, "month")]
                    self.assertEqual(month, [day for day in days if day.month == birthday.month])

    def test_nobody_has_a_birthday_that_nobody_knows(self):
        when = When(birthday="month")
        self.assertFalse(when.covers(MIDNIGHT))
        self.assertTrue(when.covers(MIDNIGHT, MIDNIGHT.date()))


def random_items(rng):
    def some():
        return frozenset(rng.sample(range(6), rng.choice((0, 0, 1, 3))))

    names = ("products", "templates", "categories", "pos_categories", "public_categories", "tags")
    return {name: some() for name in names}


class TestItems(unittest.TestCase):
    @holds
    def test_either_list_will_do_and_none_at_all_means_everything(self, rng):
        lists, own = random_items(rng), random_items(rng)
        item = Item(
            product=rng.randrange(6),
            template=rng.randrange(6),
            **{name: own[name] for name in ("categories", "pos_categories", "public_categories", "tags")},
        )
        hits = {
            "product": item.product in lists["products"] or item.template in lists["templates"],
            "category": any(lists[name] & own[name] for name in ("categories", "pos_categories", "public_categories")),
            "tag": bool(lists["tags"] & own["tags"]),
        }
        items = Items(**lists)
        self.assertEqual(items.matches(item), any(hits.values()) or not any(lists.values()))
        self.assertEqual(items.named_by(item), next((name for name, hit in hits.items() if hit), ""))

    def test_everything_names_nothing(self):
        self.assertTrue(EVERYTHING.matches(Item(product=1)))
        self.assertEqual(EVERYTHING.named_by(Item(product=1)), "")
