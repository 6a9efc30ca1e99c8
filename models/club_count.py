"""Which months are to be counted again, and counting them."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

LATE = timedelta(hours=6)  # whoever wrote before the last count may have committed after it
TURN = 19_740_211  # of this add-on among advisory locks


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
        sold = self.env["club.report.order"].sudo()._club_orders()
        query = SQL(
            """INSERT INTO club_count (club_id, month)
               SELECT DISTINCT club_id, date_trunc('month', day)::date FROM (%s) sold WHERE partner_id = ANY(%s)""",
            sold,
            list(partners.ids),
        )
        if partners:
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

    def _is_all_due(self):
        """Never counted, or asked to be counted anew."""
        whole = self.env["club.count"].sudo().search_count([("club_id", "=", self.id), ("month", "=", False)], limit=1)
        return bool(whole) or not self._counted_at()

    def _due_months(self):
        """First days of the months to count again: this one, those that were marked, and those of late movements."""
        self.ensure_one()
        self.env.flush_all()
        since, now = self._counted_at()[self.id], fields.Datetime.now()
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
                           WHERE club_id = %(club)s AND topic IN ('points', 'orders')""",
                tz=self.tz,
                club=self.id,
                sold=self.env["club.report.order"]._club_orders(),
            )
        )
        return sorted(month for (month,) in rows)

    def _count(self, commit=lambda left: None):
        """Count what is due. Interrupted, it leaves right what it did and begins again where it was due.

        :param commit: called after each month with how many are left; false when time is up
        """
        self.ensure_one()
        club, now = self.sudo(), fields.Datetime.now()
        club._take_turn()
        marks = [row[0] for row in self.env.execute_query(SQL("SELECT id FROM club_count WHERE club_id = %s", club.id))]
        is_all = club._is_all_due()
        months = club._all_months() if is_all else club._due_months()
        for left, month in zip(range(len(months), 0, -1), months, strict=True):
            self.env["club.day"].sudo()._count_month(club, month, now)
            if commit(left) is False:
                return
            club._take_turn()
        if is_all:
            self.env["club.day"].sudo()._count_past(club, now)
        self.env["club.day"].sudo()._count_standing(club, now)
        self.env.cr.execute(SQL("DELETE FROM club_count WHERE id = ANY(%s)", marks))

    def _take_turn(self):
        """One at a time, until the end of the transaction."""
        [(is_mine,)] = self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", TURN, self.id))
        if not is_mine:
            raise UserError(self.env._("The figures are being counted right now. Look again in a minute."))

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
                club._count(commit=lambda left: bool(self.env["ir.cron"]._commit_progress(remaining=left)))
            except UserError:
                self.env.cr.rollback()  # somebody else is counting it
            if not self.env["ir.cron"]._commit_progress(remaining=len(clubs) - done - 1):
                return
