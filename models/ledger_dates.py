"""Until when points count, asked in SQL: the one place. ``engine.dates`` is the rule, this is it for sets.

A portion's dates never change. What changes is what they are read with: the times the club was off, and when the
member bought something last.
"""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

REMEMBERED = timedelta(days=400)


class Dates:
    """The rules of some clubs (all of them by default) as SQL. Costs nothing where no club has any."""

    def __init__(self, env, clubs=None):
        ids = clubs.ids if clubs is not None else env["club.club"]._all_ids()
        books = [club._rulebook() for club in env["club.club"].browse(ids)]
        now = fields.Datetime.now()
        self.is_one = len(books) == 1
        self.idle = [book for book in books if book.has_lapses]
        # What a pause long over had put off is past its day with it or without it: only histories would show it.
        self.pauses = [
            (book.club_id, pause)
            for book in books
            for pause in book.pauses
            if pause.good_until is None or pause.good_until + REMEMBERED >= book.today(now)
        ]

    @property
    def is_plain(self):
        """Do the days written on the lots count as they are?"""
        return not self.idle and not self.pauses

    def _shifted(self, day, club):
        """``engine.dates.shifted``: a last day that fell into a pause."""
        if not self.pauses:
            return day
        whens = SQL(" ").join(
            SQL(
                "WHEN %s %s BETWEEN %s::date AND %s::date THEN %s::date",
                SQL() if self.is_one else SQL("%s = %s AND", club, club_id),
                day,
                pause.first or "-infinity",
                pause.last or "infinity",
                pause.good_until,
            )
            for club_id, pause in self.pauses
        )
        return SQL("CASE %s ELSE %s END", whens, day)

    def rules(self):
        """A list of ``rule``: club_id, months, earliest, tz."""
        rows = SQL(", ").join(
            SQL("(%s, %s, %s::date, %s)", book.club_id, book.idle.months, book.idle.earliest, book.tz)
            for book in self.idle
        )
        return SQL("(VALUES %s) rule (club_id, months, earliest, tz)", rows)

    def lapse(self):
        """A select of ``day``, the last one of member ``m`` by ``rule``: ``engine.dates.Idle.lapse``."""
        return SQL(
            """SELECT %s AS day FROM (
                   SELECT GREATEST(
                          ((COALESCE(m.last_paid_at, m.joined_at) AT TIME ZONE 'UTC' AT TIME ZONE rule.tz)::date
                           + make_interval(months => rule.months))::date, rule.earliest) AS day
                    WHERE rule.months > 0) plain""",
            self._shifted(SQL("plain.day"), SQL("m.club_id")),
        )

    def lapsed(self, day):
        """What ``lapsed_on`` of member ``m`` is on a day, by ``rule`` and its ``lapse``.

        Gifts to somebody who had lapsed live on for the same months: those that did not last to that day are gone.
        """
        gifts = SQL(", (%s - make_interval(months => rule.months))::date - 1", day)
        return SQL(
            "CASE WHEN lapse.day < %s THEN GREATEST(m.lapsed_on, lapse.day%s) ELSE m.lapsed_on END",
            day,
            SQL() if self.pauses else gifts,
        )

    def lot(self):
        """A select of ``last_day`` and ``is_idle`` of lot ``l``: ``engine.dates.counts_until``."""
        if self.is_plain:
            return SQL("SELECT l.expires_on AS last_day, FALSE AS is_idle")
        written = self._shifted(SQL("l.expires_on"), SQL("own.club_id"))
        if not self.idle:
            source = SQL() if self.is_one else SQL("FROM club_account own WHERE own.id = l.account_id")
            return SQL("SELECT %s AS last_day, FALSE AS is_idle %s", written, source)
        return SQL(
            """SELECT LEAST(written.day, idle.day) AS last_day,
                      COALESCE(idle.day < COALESCE(written.day, 'infinity'), FALSE) AS is_idle
                 FROM club_account own
                 JOIN club_member m ON m.id = CASE WHEN own.merged_into_id IS NULL THEN own.member_id ELSE (
                      SELECT home.member_id FROM club_account home WHERE home.id = own.merged_into_id) END
                 JOIN club_entry birth ON birth.id = l.entry_id
            LEFT JOIN %(rules)s ON rule.club_id = m.club_id
           CROSS JOIN LATERAL (SELECT %(written)s AS day) written
           CROSS JOIN LATERAL (
                      SELECT (birth.created_at AT TIME ZONE 'UTC' AT TIME ZONE rule.tz)::date AS day) born
            LEFT JOIN LATERAL (%(lapse)s) lapse ON TRUE
           CROSS JOIN LATERAL (
                      SELECT CASE WHEN m.lapsed_on >= born.day THEN m.lapsed_on
                                  WHEN born.day > lapse.day THEN %(gift)s
                                  ELSE lapse.day END AS day) idle
                WHERE own.id = l.account_id""",
            rules=self.rules(),
            written=written,
            lapse=self.lapse(),
            gift=self._shifted(SQL("(born.day + make_interval(months => rule.months))::date"), SQL("m.club_id")),
        )
