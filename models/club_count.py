"""Which months are to be counted again, and counting them."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from psycopg2.errors import SerializationFailure

LATE = timedelta(hours=6)  # whoever wrote before the last count may have committed after it
TURN = 19_740_211  # of this add-on among advisory locks
SOME, ALL = 1, 2  # what is being counted


class ClubCount(models.Model):
    """A month of a club that something happened to which its orders and movements do not show by their dates.

    Rows are only added and done, never changed: whoever adds one waits for nobody. No month means all of them.
    """

    _name = "club.count"
    _description = "Month to Count Again"
    _log_access = False

    club_id = fields.Many2one("club.club", required=True, ondelete="cascade", index=True, readonly=True)
    month = fields.Date(readonly=True)

    @api.model
    def _add(self, clubs, months=(None,)):
        self.sudo().create([{"club_id": club.id, "month": month} for club in clubs for month in months])

    @api.model
    def _add_partners(self, partners):
        """Orders of these contacts are about to belong to somebody else."""
        self.env.flush_all()
        self._add_sold(SQL("partner_id = ANY(%s)", list(partners.ids)) if partners else SQL("FALSE"))

    @api.model
    def _add_documents(self, documents):
        """These were sold, and are about to be sold elsewhere, on another day or not at all."""
        self._add_sold(
            SQL("source_model = %s AND source_id = ANY(%s)", documents._name, list(documents.ids))
            if documents
            else SQL("FALSE")
        )

    @api.model
    def _add_sold(self, which):
        sold = self.env["club.report.order"].sudo()._club_orders()
        query = SQL(
            """INSERT INTO club_count (club_id, month)
               SELECT DISTINCT club_id, date_trunc('month', day)::date FROM (%s) sold WHERE %s""",
            sold,
            which,
        )
        self.env.cr.execute(query)


class ClubClub(models.Model):
    _inherit = "club.club"

    def _counted_at(self):
        """When each of these clubs was counted last, none for one that never was."""
        rows = self.env.execute_query(
            SQL(
                """SELECT club_id, MAX(counted_at) FROM club_day
                    WHERE club_id = ANY(%s) AND topic = 'members' AND kind = 'total' GROUP BY 1""",
                list(self.ids),
            )
        )
        return dict(rows)

    def _due_months(self, since, now):
        """First days of the months to count again: this one, those that were marked, and those of late movements."""
        self.env.flush_all()
        marked = self.env.execute_query(SQL("SELECT month FROM club_count WHERE club_id = %s", self.id))
        late = since - LATE
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT date_trunc('month', business_at AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date
                     FROM club_entry e JOIN club_account a ON a.id = e.account_id
                    WHERE a.club_id = %(club)s AND e.created_at >= %(late)s
                    UNION
                   SELECT DISTINCT date_trunc('month', day)::date FROM (%(sold)s) sold
                     JOIN (SELECT 'pos.order' AS model, id FROM pos_order WHERE write_date >= %(late)s
                            UNION ALL SELECT 'sale.order', id FROM sale_order WHERE write_date >= %(late)s
                            UNION ALL SELECT 'sale.order', l.sale_order_origin_id FROM pos_order_line l
                                        JOIN pos_order o ON o.id = l.order_id
                                       WHERE o.write_date >= %(late)s AND l.sale_order_origin_id IS NOT NULL
                            UNION ALL SELECT 'account.move', id FROM account_move
                                       WHERE write_date >= %(late)s AND team_id IS NOT NULL
                            UNION ALL SELECT source_model, source_id FROM club_outcome WHERE checked_at >= %(late)s
                          ) changed ON changed.model = sold.source_model AND changed.id = sold.source_id
                    WHERE club_id = %(club)s
                    UNION SELECT generate_series(date_trunc('month', %(since)s::date),
                                                 date_trunc('month', %(today)s::date), '1 month')::date""",
                tz=self.tz,
                club=self.id,
                late=late,
                since=self._today(since),
                today=self._today(now),
                sold=self.env["club.report.order"]._club_orders(),
            )
        )
        return sorted({month for (month,) in rows + marked})

    def _all_months(self):
        """Every month there is anything of, and those that were counted though there is nothing any more."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT date_trunc('month', e.business_at AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date
                     FROM club_entry e JOIN club_account a ON a.id = e.account_id WHERE a.club_id = %(club)s
                    UNION SELECT DISTINCT date_trunc('month', day)::date FROM (%(sold)s) sold WHERE club_id = %(club)s
                    UNION SELECT DISTINCT date_trunc('month', joined_at AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date
                            FROM club_member WHERE club_id = %(club)s
                    UNION SELECT DISTINCT date_trunc('month', day)::date FROM club_day
                           WHERE club_id = %(club)s
                                 AND (topic IN ('points', 'orders', 'games') OR kind IN ('joined', 'up', 'down'))""",
                tz=self.tz,
                club=self.id,
                sold=self.env["club.report.order"]._club_orders(),
            )
        )
        return sorted(month for (month,) in rows)

    def _count(self, commit=lambda left: None):
        """Count what is due. Interrupted, it leaves right what it did and goes on with the months that are left.

        :param commit: called after each month with how many are left; false when time is up
        """
        self.ensure_one()
        club, day, now = self.sudo(), self.env["club.day"].sudo(), fields.Datetime.now()
        club._take_turn()
        months, is_past_due = club._plan_count(now)
        for left, month in zip(range(len(months), 0, -1), months, strict=True):
            day._count_month(club, month, now)
            self.env.cr.execute(SQL("DELETE FROM club_count WHERE club_id = %s AND month = %s", club.id, month))
            if commit(left) is False:
                return
            club._take_turn()
        if is_past_due:
            day._count_past(club, now)
        day._count_standing(club, now)
        self.env.cr.execute(SQL("UPDATE club_day SET number = 0 WHERE club_id = %s AND kind = 'turn'", club.id))

    def _plan_count(self, now):
        """The months that are due, in order, and whether the ends of earlier ones are to be told from orders.

        They are written down first, and one that was counted is not due again: what was interrupted goes on. What
        came meanwhile is due the next time, so that time counts from when they were written down.
        """
        [(since, left, marks, is_all)] = self.env.execute_query(
            SQL(
                """SELECT COALESCE(MAX(counted_at) FILTER (WHERE kind = 'turn'), MAX(counted_at)),
                          MAX(number) FILTER (WHERE kind = 'turn'),
                          (SELECT array_agg(DISTINCT month ORDER BY month) FROM club_count WHERE club_id = %(club)s),
                          EXISTS (SELECT FROM club_count WHERE club_id = %(club)s AND month IS NULL)
                     FROM club_day WHERE club_id = %(club)s AND kind IN ('total', 'turn')""",
                club=self.id,
            )
        )
        is_all = is_all or not since
        if left and not is_all:
            return marks or [], left == ALL
        months = self._all_months() if is_all else self._due_months(since, now)
        left = ALL if is_all else SOME
        own = SQL("club_id = %s", self.id)
        for query in (
            SQL("UPDATE club_day SET counted_at = %s, number = %s WHERE %s AND kind = 'turn'", now, left, own),
            SQL("DELETE FROM club_count WHERE %s", own),
            SQL("INSERT INTO club_count (club_id, month) SELECT %s, unnest(%s::date[])", self.id, months),
        ):
            self.env.cr.execute(query)
        return months, is_all

    def _take_turn(self):
        """One at a time, until the end of the transaction.

        Who has not seen yet what another one counted collides with it here and begins again, as with any record:
        without days to delete it would add them a second time.
        """
        [(is_mine,)] = self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", TURN, self.id))
        if not is_mine:
            raise UserError(self.env._("The figures are being counted right now. Look again in a minute."))
        self.env.cr.execute(
            SQL(
                """INSERT INTO club_day (day, topic, kind, club_id, number) VALUES (%s, 'members', 'turn', %s, 0)
                   ON CONFLICT (club_id) WHERE kind = 'turn' DO UPDATE SET day = EXCLUDED.day""",
                self._today(),
                self.id,
            )
        )

    def action_count(self):
        """The button: count what is due, now."""
        self._check_may_count()
        for club in self:
            club._count()
        return True

    def action_count_all(self):
        """The button: count every day again from the ledger and the orders, in the background."""
        self._check_may_count()
        self.env["club.count"]._add(self)
        self.env.ref("loyalty_club.ir_cron_count_days").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": self.env._("Every day is counted again; this takes some minutes."), "type": "info"},
        }

    def _check_may_count(self):
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club do this. Ask one of them."))
        self.check_access("read")

    @api.model
    def _cron_count(self):
        """Every hour, each month in a transaction of its own."""
        clubs = self.sudo().search([])  # pylint: disable=no-search-all
        for done, club in enumerate(clubs):
            try:
                club._count(commit=lambda left: bool(self.env["ir.cron"]._commit_progress(1, remaining=left)))
            except (UserError, SerializationFailure):
                self.env.cr.rollback()  # somebody else is counting it
            if not self.env["ir.cron"]._commit_progress(remaining=len(clubs) - done - 1):
                return
