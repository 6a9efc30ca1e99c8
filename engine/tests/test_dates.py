import unittest
from datetime import date, timedelta

from .. import dates as rules
from .support import TODAY, cases, day, holds

GRACE = 30


def as_pauses(rows):
    return tuple(rules.Pause(first=day(first), last=day(last), good_until=day(until)) for first, last, until in rows)


def random_pauses(rng):
    times, at = [], rng.randint(-300, -100)
    for _time in range(rng.randint(0, 5)):
        end = at + rng.randint(0, 60)
        times.append((day(at), day(end)))
        at = end + rng.randint(0, 60)
    if times and rng.random() < 0.7:
        times[-1] = (times[-1][0], None)
    rng.shuffle(times)
    return times, rules.pauses(times, GRACE)


class TestDates(unittest.TestCase):
    def test_pauses(self):
        for case in cases("dates")["pauses"]:
            with self.subTest(case["name"]):
                found = rules.pauses([(day(began), day(ended)) for began, ended in case["on"]], GRACE)
                self.assertEqual(found, as_pauses(case["pauses"]))
                for before, after in case["shifts"]:
                    self.assertEqual(rules.shifted(day(before), found), day(after), before)

    def test_last_days(self):
        for case in cases("dates")["idle"]:
            with self.subTest(case["name"]):
                found = rules.counts_until(
                    case.get("written") and date.fromisoformat(case["written"]),
                    date.fromisoformat(case["born"]),
                    rules.Idle(
                        months=case["months"],
                        earliest=case.get("earliest") and date.fromisoformat(case["earliest"]),
                    ),
                    date.fromisoformat(case["active"]),
                    case.get("lapsed") and date.fromisoformat(case["lapsed"]),
                )
                self.assertEqual(found, (case["until"] and date.fromisoformat(case["until"]), case["idle"]))


class TestDatesProperties(unittest.TestCase):
    @holds
    def test_a_month_ends_in_the_month_meant_and_never_later_in_it(self, rng):
        start, months = day(rng.randint(-3000, 3000)), rng.randint(1, 60)
        end = rules.add_months(start, months)
        self.assertEqual(12 * (end.year - start.year) + end.month - start.month, months)
        self.assertLessEqual(end.day, start.day)
        self.assertTrue(end.day == start.day or (end + timedelta(days=1)).day == 1)
        self.assertLessEqual(rules.add_months(start, months - 1), end)

    @holds
    def test_a_pause_shortens_nobodys_time(self, rng):
        times, found = random_pauses(rng)
        for offset in range(-320, 120, 7):
            until = rules.shifted(day(offset), found)
            self.assertTrue(until is None or until >= day(offset))
            was_on = any(began <= day(offset) < (ended or date.max) for began, ended in times)
            if was_on:
                self.assertEqual(until, day(offset))
            elif until:
                back = min(began for began, _ended in times if began > day(offset))
                self.assertGreaterEqual(until, back + timedelta(days=GRACE))

    @holds
    def test_another_pause_never_ends_a_grace_sooner(self, rng):
        times, _found = random_pauses(rng)
        since = max((ended for _began, ended in times if ended), default=TODAY) + timedelta(days=rng.randint(1, 40))
        times = [time for time in times if time[1]]
        off = since + timedelta(days=rng.randint(0, 40))
        again = off + timedelta(days=rng.randint(0, 40))
        once = rules.pauses([*times, (since, None)], GRACE)
        twice = rules.pauses([*times, (since, off), (again, None)], GRACE)
        for offset in range(-320, 160, 5):
            self.assertGreaterEqual(rules.shifted(day(offset), twice), rules.shifted(day(offset), once))

    @holds
    def test_who_buys_later_never_loses_sooner(self, rng):
        idle = rules.Idle(months=rng.randint(1, 24), earliest=day(rng.randint(-100, 100)))
        written, born = rng.choice((None, day(rng.randint(0, 900)))), day(-400)
        first, second = sorted((rng.randint(-390, 0), rng.randint(-390, 0)))
        (sooner, _why), (later, _same) = (
            rules.counts_until(written, born, idle, day(active)) for active in (first, second)
        )
        self.assertLessEqual(sooner, later)
        self.assertGreaterEqual(sooner, min(idle.earliest, written or date.max))
        self.assertLessEqual(later, written or date.max)

    @holds
    def test_what_lapsed_stays_lapsed_whatever_is_bought_since(self, rng):
        idle = rules.Idle(months=rng.randint(0, 24))
        lapsed, born = day(rng.randint(-200, -1)), day(-200)
        until, is_idle = rules.counts_until(rng.choice((None, TODAY)), born, idle, TODAY, lapsed)
        self.assertEqual((until, is_idle), (lapsed, True))
