from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .club_report import CHANNELS
from .fields import BigInteger
from .ledger_dates import Dates

TOPICS = [
    ("points", "Points"),
    ("orders", "Orders"),
    ("members", "Members"),
    ("games", "Games"),
    ("owed", "What Members Have"),
]
ACTIVE_MONTHS = 12  # a paid order within them makes an active member
LEAVING_DAYS = 90  # without one for so long, an active member is about to leave
SOON_DAYS = 30  # of what members have, what runs out within them
ZONES = timedelta(hours=14)  # the farthest a clock is from UTC


class ClubDay(models.Model):
    """What happened on a day, added up: what the dashboard reads instead of millions of movements.

    Nothing is known here that the ledger and the orders do not say: a month can be counted again at any time and
    comes to the same, whatever came late, was refunded or merged since. ``club.count`` says which months are due.

    - ``points``: movements by kind; ``extra`` is what bonus rules added to awards, ``number`` counts movements.
    - ``orders``: by whom they were sold to; ``customers`` counts each once a month, ``outlet_customers`` once a
      month and outlet, on the first order: so both add up.
    - ``members``: who joined and moved up or down to a tier that day; and as they stood at the last count of that
      day, by tier: ``total``, ``active``, ``leaving``. How they stood at the end of months before the first count is
      taken from their orders, without tiers; what was counted on its day stays.
      ``turn`` is no figure but whose turn it is to count, and ``counted_at`` when it was written down what is due.
    - ``games``: what rewards cost that were won.
    - ``owed``: what members have now by the month it was earned; ``soon`` runs out within 30 days.
    """

    _name = "club.day"
    _description = "Club by Day"
    _log_access = False
    _order = "day desc, id desc"
    _rec_name = "day"

    day = fields.Date(required=True, readonly=True)
    topic = fields.Selection(TOPICS, required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True)
    sort = fields.Char(string="Counts As", readonly=True)
    club_id = fields.Many2one("club.club", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    outlet_id = fields.Many2one("club.outlet", readonly=True, ondelete="set null")
    channel = fields.Selection(CHANNELS, readonly=True)
    unit_id = fields.Many2one("club.unit", readonly=True, ondelete="cascade")
    unit_decimals = fields.Integer(related="unit_id.decimals")
    tier_id = fields.Many2one("club.tier", readonly=True, ondelete="set null")
    reward_id = fields.Many2one("loyalty.program", readonly=True, ondelete="set null")
    number = fields.Integer(readonly=True)
    points = BigInteger(readonly=True)
    extra = BigInteger(readonly=True)
    money = fields.Float(readonly=True, help="In the company's currency.")
    customers = fields.Integer(readonly=True)
    outlet_customers = fields.Integer(readonly=True)
    counted_at = fields.Datetime(readonly=True)

    _topic_idx = models.Index("(club_id, topic, day)")
    _turn_uniq = models.UniqueIndex("(club_id) WHERE kind = 'turn'")

    # ------------------------------------------------------------------ one month
    @api.model
    def _count_month(self, club, month, now):
        """Count a calendar month of the club's zone again: what was there goes, what the records say comes."""
        last = fields.Date.end_of(month, "month")
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """DELETE FROM club_day WHERE club_id = %s AND day BETWEEN %s AND %s
                      AND (topic IN ('points', 'orders', 'games') OR kind IN ('joined', 'up', 'down'))""",
                club.id,
                month,
                last,
            )
        )
        for rows in (self._points_sql, self._orders_sql, self._moves_sql, self._prizes_sql):
            self.env.cr.execute(rows(club, month, last, now))
        self.invalidate_model(flush=False)

    def _within(self, column, first, last):
        """Moments that may be on those days: what an index can find."""
        moments = fields.Datetime.to_datetime(first) - ZONES, fields.Datetime.to_datetime(last) + timedelta(1) + ZONES
        return SQL("%s >= %s AND %s < %s", column, moments[0], column, moments[1])

    def _points_sql(self, club, first, last, now):
        return SQL(
            """INSERT INTO club_day (day, topic, kind, sort, club_id, company_id, outlet_id, channel, unit_id, tier_id,
                                     reward_id, number, points, extra, counted_at)
               SELECT day, 'points', kind, sort, club_id, company_id, outlet_id, channel, unit_id, tier_id, reward_id,
                      COUNT(*), SUM(minor)::bigint, SUM(extra_minor)::bigint, %s
                 FROM (%s) moved WHERE club_id = %s AND %s AND day BETWEEN %s AND %s
             GROUP BY 1, 3, 4, 5, 6, 7, 8, 9, 10, 11""",
            now,
            self.env["club.report"]._club_movements(),
            club.id,
            self._within(SQL("business_at"), first, last),
            first,
            last,
        )

    def _orders_sql(self, club, first, last, now):
        """A customer counts with the first order of the month, and with the first at each outlet."""
        return SQL(
            """INSERT INTO club_day (day, topic, kind, club_id, company_id, outlet_id, channel, number, money,
                                     customers, outlet_customers, counted_at)
               SELECT day, 'orders', who, club_id, company_id, outlet_id, channel, SUM(orders), SUM(money),
                      COUNT(*) FILTER (WHERE orders > 0 AND customer IS NOT NULL AND nth = 1),
                      COUNT(*) FILTER (WHERE orders > 0 AND customer IS NOT NULL AND outlet_nth = 1), %s
                 FROM (SELECT sold.*,
                              ROW_NUMBER() OVER (PARTITION BY customer, orders ORDER BY business_at, id) AS nth,
                              ROW_NUMBER() OVER (PARTITION BY customer, orders, outlet_id ORDER BY business_at, id)
                                  AS outlet_nth
                         FROM (%s) sold WHERE club_id = %s AND %s AND day BETWEEN %s AND %s) sold
             GROUP BY 1, 3, 4, 5, 6, 7""",
            now,
            self.env["club.report.order"]._club_orders(),
            club.id,
            self._within(SQL("business_at"), first, last),
            first,
            last,
        )

    def _moves_sql(self, club, first, last, now):
        return SQL(
            """INSERT INTO club_day (day, topic, kind, club_id, tier_id, number, counted_at)
               SELECT day, 'members', kind, %(club)s, tier_id, COUNT(*), %(now)s
                 FROM (SELECT (joined_at AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date AS day, 'joined' AS kind,
                              NULL::int AS tier_id
                         FROM club_member WHERE club_id = %(club)s AND merged_into_id IS NULL AND %(joined)s
                        UNION ALL
                       SELECT (move.moved_at AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date,
                              CASE WHEN tier.threshold > COALESCE(held.threshold, -1) THEN 'up' ELSE 'down' END,
                              move.tier_id
                         FROM club_move move JOIN club_tier tier ON tier.id = move.tier_id
                         LEFT JOIN club_tier held ON held.id = move.from_tier_id
                        WHERE tier.club_id = %(club)s AND move.from_tier_id IS DISTINCT FROM move.tier_id
                          AND %(moved)s) done
                WHERE day BETWEEN %(first)s AND %(last)s GROUP BY day, kind, tier_id""",
            club=club.id,
            now=now,
            tz=club.tz,
            first=first,
            last=last,
            joined=self._within(SQL("joined_at"), first, last),
            moved=self._within(SQL("move.moved_at"), first, last),
        )

    def _prizes_sql(self, club, first, last, now):
        """Points that were won are movements; the rest is what the merchant said that a prize costs."""
        return SQL(
            """INSERT INTO club_day (day, topic, kind, club_id, number, money, counted_at)
               SELECT day, 'games', 'prize', %s, COUNT(*), SUM(cost), %s
                 FROM (SELECT (p.drawn_at AT TIME ZONE 'UTC' AT TIME ZONE %s)::date AS day, p.cost
                         FROM club_play p JOIN club_game game ON game.id = p.game_id
                        WHERE game.club_id = %s AND p.prize_kind = 'reward' AND %s) won
                WHERE day BETWEEN %s AND %s GROUP BY 1""",
            club.id,
            now,
            club.tz,
            club.id,
            self._within(SQL("p.drawn_at"), first, last),
            first,
            last,
        )

    # ------------------------------------------------------------------ as things stand
    @api.model
    def _count_standing(self, club, now):
        """How the members of a club stand today, and what they have. One row at least, which says when that was."""
        today = club._today(now)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """DELETE FROM club_day WHERE club_id = %s
                      AND (topic = 'owed' OR day = %s AND kind IN ('total', 'active', 'leaving'))""",
                club.id,
                today,
            )
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO club_day (day, topic, kind, club_id, tier_id, number, counted_at)
                   SELECT %(today)s, 'members', kind, %(club)s, tier_id, number, %(now)s
                     FROM (SELECT m.tier_id, COUNT(*) AS total, COUNT(*) FILTER (WHERE %(active)s) AS active,
                                  COUNT(*) FILTER (WHERE %(leaving)s) AS leaving
                             FROM club_member m WHERE m.club_id = %(club)s AND m.active GROUP BY m.tier_id
                            UNION ALL SELECT NULL, 0, 0, 0) found,
                          LATERAL (VALUES ('total', total), ('active', active), ('leaving', leaving)) v (kind, number)
                    WHERE number > 0 OR kind = 'total'""",
                today=today,
                club=club.id,
                now=now,
                active=self._activity_sql("active", now),
                leaving=self._activity_sql("leaving", now),
            )
        )
        self.env.cr.execute(self._owed_sql(club, today, now))
        self.invalidate_model(flush=False)

    @api.model
    def _count_past(self, club, now):
        """How members stood at the ends of months before anybody counted, by the orders there are of them."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """WITH bought AS MATERIALIZED (
                       SELECT member_id, MAX(day) AS day FROM (%(sold)s) sold
                        WHERE club_id = %(club)s AND who = 'member' AND orders > 0
                     GROUP BY member_id, date_trunc('month', day)),
                   ends AS (
                       SELECT generate_series(date_trunc('month', MIN(day)) + interval '1 month',
                                              date_trunc('month', %(today)s::date), '1 month')::date - 1 AS day
                         FROM bought),
                   stood AS (
                       SELECT ends.day, COUNT(DISTINCT b.member_id) AS active,
                              COUNT(DISTINCT b.member_id) FILTER (WHERE b.day >= ends.day - %(quiet)s) AS lately
                         FROM ends JOIN bought b ON b.day <= ends.day
                              AND b.day > ends.day - make_interval(months => %(months)s)
                     GROUP BY 1)
                   INSERT INTO club_day (day, topic, kind, club_id, number, counted_at)
                   SELECT stood.day, 'members', kind, %(club)s, number, %(now)s
                     FROM stood,
                          LATERAL (SELECT COUNT(*) AS total FROM club_member m
                                    WHERE m.club_id = %(club)s AND m.merged_into_id IS NULL
                                      AND (m.joined_at AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date <= stood.day) m,
                          LATERAL (VALUES ('total', GREATEST(total, active)), ('active', active),
                                          ('leaving', active - lately)) v (kind, number)
                    WHERE NOT EXISTS (SELECT FROM club_day d WHERE d.club_id = %(club)s AND d.topic = 'members'
                                         AND d.kind = 'total' AND d.day = stood.day)""",
                sold=self.env["club.report.order"]._club_orders(),
                club=club.id,
                today=club._today(now),
                quiet=LEAVING_DAYS,
                months=ACTIVE_MONTHS,
                now=now,
                tz=club.tz,
            )
        )

    @api.model
    def _activity_sql(self, activity, now):
        """Is member ``m`` that? Who has joined without an order yet has bought nothing, whatever the dates say."""
        year, quiet = fields.Datetime.subtract(now, months=ACTIVE_MONTHS), now - timedelta(days=LEAVING_DAYS)
        bought = SQL(
            """(m.last_paid_at IS DISTINCT FROM m.joined_at
                OR EXISTS (SELECT FROM club_outcome done WHERE done.member_id = m.id))"""
        )
        seen = {
            "active": SQL("m.last_paid_at >= %s AND %s", year, bought),
            "leaving": SQL("m.last_paid_at >= %s AND m.last_paid_at < %s AND %s", year, quiet, bought),
            "gone": SQL("m.last_paid_at < %s AND %s", year, bought),
            "none": SQL("NOT %s", bought),
        }
        return SQL("(%s)", seen[activity])

    def _owed_sql(self, club, today, now):
        """What is left of what was earned in each month; what has run out is nobody's, whether booked or not."""
        dates = Dates(self.env, club)
        return SQL(
            """INSERT INTO club_day (day, topic, kind, club_id, unit_id, number, points, counted_at)
               SELECT date_trunc('month', l.earned_at AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date, 'owed',
                      CASE WHEN d.last_day < %(soon)s THEN 'soon' ELSE 'left' END, %(club)s, a.unit_id,
                      COUNT(DISTINCT a.member_id), SUM(l.left_amount)::bigint, %(now)s
                 FROM club_lot l JOIN club_account a ON a.id = l.account_id
                 JOIN LATERAL (%(dates)s) d ON TRUE
                WHERE a.club_id = %(club)s AND l.left_amount > 0
                  AND (d.last_day IS NULL OR d.last_day >= %(today)s)
             GROUP BY 1, 3, 5""",
            soon=today + timedelta(days=SOON_DAYS),
            club=club.id,
            now=now,
            dates=dates.lot(),
            today=today,
            tz=club.tz,
        )
