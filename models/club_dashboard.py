"""The figures of a period: what the dashboard shows, read from what was counted by day."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine import figures
from ..engine.values import exact

LONGEST = 3700  # days of a period
EARLIEST, LATEST = date(1950, 1, 1), date(2950, 1, 1)
AGES = (3, 6, 12)  # months that points are old
BEST = 5  # rewards
# What is read of whom: the dashboard is opened often, and these models are wide.
CLUB_FIELDS = ("name", "tz", "currency_id", "tier_unit_id", "is_redeem_allowed", "sequence")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is looked at: a club's period beside the one before, of one unit, at one outlet or at all of them."""

    club: object
    unit: object
    units: object
    outlet: object
    outlets: object
    first: date
    last: date
    step: str

    @property
    def before(self):
        return figures.before(self.first, self.last)

    @property
    def is_whole(self):
        """Does the user see all of what the club sold?"""
        companies = self.club.sudo().with_context(active_test=False).company_ids
        return not self.outlet and set(companies.ids) <= set(self.club.env.companies.ids)


class ClubClub(models.Model):
    _inherit = "club.club"

    @api.model
    def action_dashboard(self):
        """The figures of the club of this company; for whoever may not see them, the members."""
        self.check_access("read")
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            return self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_member_action")
        return self.env["ir.actions.client"]._for_xml_id("loyalty_club.club_dashboard_action")

    @api.model
    @api.readonly
    def get_dashboard(
        self, club_id=None, period="month", first=None, last=None, outlet_id=None, unit_id=None, step=None
    ):
        """Figures of a period; amounts come as texts in the user's language, bars as numbers.

        :param period: ``week``, ``month``, ``quarter``, ``year`` (all until today), ``before`` (the last whole
            month), or ``own`` with ``first`` and ``last``, both included
        :param step: ``day``, ``week`` or ``month`` of each bar; by default what suits the period
        :return: dict, see ``models/club_dashboard_words.py``; without a club ``{"is_new": True, "clubs": []}``
        """
        self._check_may_count()
        clubs = self.search_fetch([], CLUB_FIELDS)  # pylint: disable=no-search-all
        club = clubs.filtered(lambda club: club.id == club_id) or self._only() or clubs[:1]
        if not club:
            return {"is_new": True, "clubs": []}
        view = club._dashboard_view(period, first, last, outlet_id, unit_id, step)
        return club._dashboard_words(view, club._dashboard_figures(view), clubs)

    def _dashboard_view(self, period, first=None, last=None, outlet_id=None, unit_id=None, step=None):
        own = [("club_id", "=", self.id)]
        units = self.env["club.unit"].search_fetch(own, ["name", "name_plural", "decimals", "kind", "money_value"])
        outlets = self.env["club.outlet"].search_fetch(own, ["name"])
        unit = units.filtered(lambda unit: unit.id == unit_id) or self.tier_unit_id or units[:1]
        outlet = outlets.filtered(lambda outlet: outlet.id == outlet_id)
        first, last = self._dashboard_days(period, first, last)
        step = step if step in ("day", "week", "month") else figures.grain(first, last)
        return View(
            club=self, unit=unit, units=units, outlet=outlet, outlets=outlets, first=first, last=last, step=step
        )

    def _dashboard_days(self, period, first=None, last=None):
        today, period = self._today(), str(period)
        begin = {
            "week": today - timedelta(days=6),
            "month": today - timedelta(days=29),
            "quarter": today - timedelta(days=89),
            "year": today - relativedelta(years=1) + timedelta(days=1),
        }
        if period in begin:
            return begin[period], today
        if period == "before":
            end = today.replace(day=1) - timedelta(days=1)
            return end.replace(day=1), end
        try:
            first, last = fields.Date.to_date(first), fields.Date.to_date(last)
        except (TypeError, ValueError):
            first = None
        if not first or not last or not EARLIEST <= first <= last <= LATEST or (last - first).days > LONGEST:
            raise UserError(self.env._("Choose a first day and a last day that is not before it."))
        return first, last

    # ------------------------------------------------------------------ figures
    def _dashboard_figures(self, view):
        """All sums there are to tell of: four statements, whatever the number of days, outlets or members.

        Each goes over the days once: what is left of them is then added up in every direction.
        """
        return {
            "points": self._dashboard_points(view),
            "orders": self._dashboard_orders(view),
            "members": self._dashboard_members(view),
            "owed": self._dashboard_owed(view),
        }

    def _dashboard_where(self, view, topic, since=None):
        """Rows of one topic, in this period and the one before, that the user may see."""
        places = SQL("AND outlet_id = %s", view.outlet.id) if view.outlet else SQL()
        ids = self.env.companies.ids
        own = SQL("company_id = %s", ids[0]) if len(ids) == 1 else SQL("company_id = ANY(%s)", ids)
        return SQL(
            "club_id = %s AND topic = %s AND day BETWEEN %s AND %s %s AND (%s) IS NOT FALSE",
            self.id,
            topic,
            min(since or view.before[0], view.before[0]),
            view.last,
            places,
            own,
        )

    def _dashboard_points(self, view):
        """Rows (set, is this period, sort, kind, bar, outlet, channel, reward, number, points, extra)."""
        return self._dashboard_rows(
            SQL(
                """WITH found AS MATERIALIZED (
                       SELECT day >= %(first)s AS is_now, sort, kind, date_trunc(%(step)s, day::timestamp)::date AS bar,
                              outlet_id, channel, reward_id, SUM(number) AS number, SUM(points) AS points,
                              SUM(extra) AS extra
                         FROM club_day WHERE %(where)s AND unit_id = %(unit)s GROUP BY 1, 2, 3, 4, 5, 6, 7)
                   SELECT GROUPING(kind, bar, outlet_id, channel, reward_id), is_now, sort, kind, bar, outlet_id,
                          channel, reward_id, SUM(number)::bigint, SUM(points)::bigint, SUM(extra)::bigint FROM found
                 GROUP BY GROUPING SETS ((is_now, sort, kind), (is_now, sort, bar), (is_now, sort, outlet_id),
                                         (is_now, sort, channel), (is_now, sort, reward_id))""",
                first=view.first,
                step=view.step,
                where=self._dashboard_where(view, "points"),
                unit=view.unit.id,
            ),
            {0b01111: "kind", 0b10111: "bar", 0b11011: "outlet", 0b11101: "channel", 0b11110: "reward"},
        )

    def _dashboard_orders(self, view):
        """Rows (set, is this period, who, company, outlet, channel, orders, money, customers, how often).

        The last two are of whole months, from the first day of the one that the period begins in: there each customer
        counts once, with the first order. A row of none of both periods is there for them only.
        """
        month = view.first.replace(day=1)
        return self._dashboard_rows(
            SQL(
                """WITH found AS MATERIALIZED (
                       SELECT CASE WHEN day >= %(first)s THEN TRUE WHEN day >= %(before)s THEN FALSE END AS is_now,
                              kind, company_id, outlet_id, channel, SUM(number) AS number, SUM(money) AS money,
                              SUM(%(customers)s) FILTER (WHERE day >= %(month)s) AS customers,
                              SUM(number) FILTER (WHERE day >= %(month)s) AS often
                         FROM club_day WHERE %(where)s GROUP BY 1, 2, 3, 4, 5)
                   SELECT GROUPING(outlet_id, channel), is_now, kind, company_id, outlet_id, channel,
                          SUM(number)::bigint, SUM(money), COALESCE(SUM(customers), 0)::bigint,
                          COALESCE(SUM(often), 0)::bigint FROM found
                 GROUP BY GROUPING SETS ((is_now, kind, company_id), (is_now, kind, company_id, outlet_id),
                                         (is_now, kind, company_id, channel))""",
                customers=SQL.identifier("customers" if view.is_whole else "outlet_customers"),
                first=view.first,
                before=view.before[0],
                month=month,
                where=self._dashboard_where(view, "orders", month),
            ),
            {0b11: "all", 0b01: "outlet", 0b10: "channel"},
        )

    def _dashboard_members(self, view):
        """Rows (kind, is this period, tier, number): moves of both periods, standing at their ends."""
        return self.env.execute_query(
            SQL(
                """SELECT kind, day >= %(first)s, tier_id, SUM(number)::bigint FROM club_day
                    WHERE club_id = %(club)s AND topic = 'members' AND kind IN ('joined', 'up', 'down')
                      AND day BETWEEN %(since)s AND %(last)s GROUP BY 1, 2, 3
                    UNION ALL
                   SELECT kind, is_now, tier_id, SUM(number)::bigint
                     FROM (SELECT is_now, (SELECT MAX(day) FROM club_day WHERE club_id = %(club)s AND topic = 'members'
                                              AND kind = 'total' AND day <= period.day) AS day
                             FROM (VALUES (TRUE, %(last)s::date), (FALSE, %(before)s::date)) period (is_now, day)
                          ) ended
                     JOIN club_day d ON d.club_id = %(club)s AND d.topic = 'members' AND d.day = ended.day
                          AND d.kind IN ('total', 'active', 'leaving')
                    GROUP BY 1, 2, 3
                    UNION ALL
                   SELECT 'prizes', day >= %(first)s, NULL, ROUND(SUM(money) * 1000000)::bigint FROM club_day
                    WHERE club_id = %(club)s AND topic = 'games' AND day BETWEEN %(since)s AND %(last)s GROUP BY 2""",
                club=self.id,
                first=view.first,
                last=view.last,
                since=view.before[0],
                before=view.before[1],
            )
        )

    def _dashboard_owed(self, view):
        """Rows (month earned, kind, accounts, points) as of the last count."""
        return self.env.execute_query(
            SQL(
                """SELECT day, kind, SUM(number)::bigint, SUM(points)::bigint FROM club_day
                    WHERE club_id = %s AND topic = 'owed' AND unit_id = %s GROUP BY 1, 2""",
                self.id,
                view.unit.id,
            )
        )

    def _dashboard_rows(self, query, names):
        """Set name → its rows without the mask."""
        found = {name: [] for name in names.values()}
        for mask, *row in self.env.execute_query(query):
            found[names[mask]].append(row)
        return found

    # ------------------------------------------------------------------ money
    def _dashboard_worth(self, unit, minor):
        """What points are worth in the club's currency; stamps are worth nothing before their card is full."""
        if unit.kind == "stamps":
            return Fraction(0)
        return Fraction(int(minor)) * exact(unit.money_value) / 10 ** (unit.decimals or 0)

    def _dashboard_money(self, rates, company_id, money):
        """Money of a company in the club's currency, at today's rate."""
        if company_id not in rates:
            company = self.env["res.company"].sudo().browse(company_id)
            company.fetch(["currency_id"])
            change = self.env["res.currency"]._get_conversion_rate
            rates[company_id] = change(company.currency_id, self.currency_id, company, fields.Date.today())
        return float(money or 0) * rates[company_id]
