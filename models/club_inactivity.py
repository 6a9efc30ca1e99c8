from odoo import api, fields, models, tools
from odoo.tools import SQL
from odoo.tools.misc import format_date

from .ledger_dates import Dates
from .locking import take
from .rulebook import NOTICE_DAYS

MOST_MONTHS = 1200


class ClubClub(models.Model):
    """Points that lapse when a member buys nothing for so many months. See ``engine.dates`` for the rule.

    Example: 6 months; Ada's last paid order is of 15 January, so all she has is good until 15 July. An order of
    1 July moves that to 1 January. What has lapsed stays lapsed, whatever she buys later.
    """

    _inherit = "club.club"

    inactivity_months = fields.Integer(
        string="Lapse Without Orders (months)",
        tracking=True,
        help="All points of a member lapse so many months after the last paid order. 0 = never.",
    )
    inactivity_since = fields.Date(
        readonly=True, copy=False, help="When that was set or shortened: nobody lapses within 30 days of it."
    )
    inactivity_text = fields.Char(compute="_compute_inactivity_text", compute_sudo=True)

    _inactivity_sane = models.Constraint(
        f"CHECK (COALESCE(inactivity_months, 0) BETWEEN 0 AND {MOST_MONTHS})",
        "Points lapse after 1 to 1,200 months without an order. Use 0 for never.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        clubs = super().create(vals_list)
        for club in clubs.filtered("inactivity_months"):
            club.sudo().inactivity_since = club._today()
        return clubs

    def write(self, vals):
        months = vals.get("inactivity_months")
        changed = self.browse()
        if months is not None:
            changed = self.filtered(lambda club: (club.inactivity_months or 0) != (months or 0))
        if changed:
            # By the rule as it was: what it took is not given back by another one.
            self.env["club.member"]._keep_lapses(changed)
        tightened = changed.filtered(lambda club: months and not 0 < club.inactivity_months < months)
        for club in tightened:
            club.sudo().inactivity_since = club._today()
        return super().write(vals)

    @api.model
    @tools.ormcache(cache="default")
    def _all_ids(self):
        """Ids of every club there is, archived ones too."""
        return tuple(self.sudo().with_context(active_test=False).search([]).ids)  # pylint: disable=no-search-all

    @api.depends("inactivity_months")
    def _compute_inactivity_text(self):
        """Before it is saved: whom a change would concern, and from when."""
        for club in self:
            months, before = club.inactivity_months or 0, club._origin.inactivity_months or 0
            if months == before or not 0 <= months <= MOST_MONTHS or not club._origin:
                club.inactivity_text = ""
            elif not months:
                club.inactivity_text = self.env._(
                    "Points will no longer lapse for want of orders. What has lapsed already stays so."
                )
            elif before and months > before:
                club.inactivity_text = self.env._(
                    "Everybody gets more time to come back. What has lapsed already stays so."
                )
            else:
                club.inactivity_text = club._origin._inactivity_words(months)

    def _inactivity_words(self, months):
        self.ensure_one()
        today = self._today()
        first = fields.Date.add(today, days=NOTICE_DAYS)
        rows = self.env.execute_query(
            SQL(
                """SELECT a.unit_id, COUNT(DISTINCT m.id), SUM(l.left_amount)::bigint
                     FROM club_member m JOIN club_account a ON a.member_id = m.id
                     JOIN club_lot l ON l.account_id = a.id AND l.left_amount > 0
                     JOIN LATERAL (%(dates)s) d ON TRUE
                    WHERE m.club_id = %(club)s AND (d.last_day IS NULL OR d.last_day > %(first)s)
                      AND (COALESCE(m.last_paid_at, m.joined_at) AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date
                          + make_interval(months => %(months)s) <= %(first)s
                 GROUP BY GROUPING SETS ((a.unit_id), ()) ORDER BY a.unit_id""",
                dates=Dates(self.env, self).lot(),
                club=self.id,
                first=first,
                tz=self.tz,
                months=months,
            )
        )
        members = next((count for unit, count, _left in rows if not unit), 0)
        if not members:
            return self.env._(
                "As of today no points would lapse on %s, the first day possible.", format_date(self.env, first)
            )
        units = self.env["club.unit"]
        return self.env._(
            "On %(date)s points lapse of whoever has bought nothing for that long by then. As of today: %(amounts)s "
            "(members: %(members)s).",
            members=members,
            amounts=", ".join(units.browse(unit)._format(left) for unit, _count, left in rows if unit),
            date=format_date(self.env, first),
        )


class ClubMember(models.Model):
    _inherit = "club.member"

    last_paid_at = fields.Datetime(
        string="Last Paid Order",
        readonly=True,
        copy=False,
        help="The day they joined, for members who have not bought anything yet.",
    )
    lapsed_on = fields.Date(
        readonly=True, copy=False, help="What they had by then lapsed for want of orders and stays so."
    )

    @api.model
    def _keep_lapses(self, clubs=None, members=None):
        """Write down who has lapsed by today's rules, before something changes that they are read with."""
        dates = Dates(self.env, clubs if clubs is not None else members.club_id)
        if not dates.idle:
            return
        self._club_flush()
        take(
            self.env,
            SQL(
                """UPDATE club_member m SET lapsed_on = wanted.lapsed_on, lock_version = m.lock_version + 1
                     FROM (SELECT m.id, %(lapsed)s AS lapsed_on
                             FROM club_member m JOIN %(rules)s ON rule.club_id = m.club_id
                             JOIN LATERAL (%(lapse)s) lapse ON TRUE
                       CROSS JOIN LATERAL (SELECT (%(now)s AT TIME ZONE 'UTC' AT TIME ZONE rule.tz)::date AS day) today
                            WHERE %(which)s AND lapse.day < today.day
                         ORDER BY m.id FOR UPDATE OF m) wanted
                    WHERE m.id = wanted.id AND m.lapsed_on IS DISTINCT FROM wanted.lapsed_on
                RETURNING m.id""",
                lapsed=dates.lapsed(SQL("today.day")),
                rules=dates.rules(),
                lapse=dates.lapse(),
                now=fields.Datetime.now(),
                which=SQL("m.id = ANY(%s)", list(members.ids)) if clubs is None else SQL("TRUE"),
            ),
        )
        self.invalidate_model(["lapsed_on"], flush=False)

    @api.model
    def _paid_sql(self, paid):
        """What the statement that locks members ``m`` notes of orders paid meanwhile: more to set, what to join.

        What lapsed before such an order is gone for good: the same statement says until when.

        :param paid: dict (club id, partner id) → when the latest of their orders was paid (naive UTC)
        """
        dates = Dates(self.env, self.env["club.club"].browse({club_id for club_id, _partner in paid}))
        values = SQL(", ").join(SQL("(%s, %s, %s::timestamp)", *key, moment) for key, moment in sorted(paid.items()))
        joins = SQL(
            """LEFT JOIN (VALUES %s) paid (club_id, partner_id, paid_at)
                      ON (paid.club_id, paid.partner_id) = (m.club_id, m.partner_id)""",
            values,
        )
        sets = SQL(", last_paid_at = GREATEST(m.last_paid_at, paid.paid_at)")
        if dates.idle:
            day = SQL("(paid.paid_at AT TIME ZONE 'UTC' AT TIME ZONE rule.tz)::date")
            sets = SQL("%s, lapsed_on = %s", sets, dates.lapsed(day))
            joins = SQL(
                "%s LEFT JOIN %s ON rule.club_id = m.club_id LEFT JOIN LATERAL (%s) lapse ON TRUE",
                joins,
                dates.rules(),
                dates.lapse(),
            )
        self.invalidate_model(["last_paid_at", "lapsed_on"], flush=False)
        return sets, joins
