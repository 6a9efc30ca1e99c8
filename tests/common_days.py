"""Figures by day, and what they must always agree with."""

from odoo import fields
from odoo.tools import SQL

COLUMNS = (
    "day, topic, kind, sort, company_id, outlet_id, channel, unit_id, tier_id, reward_id,"
    " number, points, extra, ROUND(money::numeric, 2), customers, outlet_customers"
)


class DaysMixin:
    """Counts as the job does, without its commits."""

    def count(self):
        self.env.flush_all()
        self.club._count()
        self.env.invalidate_all()

    def rows(self):
        self.env.cr.execute(
            f"""SELECT {COLUMNS} FROM club_day WHERE club_id = %s
                   AND (kind NOT IN ('total', 'active', 'leaving') OR day = %s) ORDER BY {COLUMNS}""",
            [self.club.id, self.club._today()],
        )
        return self.env.cr.fetchall()

    def figures(self, topic, kind=None, day=None):
        """number, points in the minor unit, money of a topic."""
        domain = [("club_id", "=", self.club.id), ("topic", "=", topic)]
        domain += [("kind", "=", kind)] if kind else []
        domain += [("day", "=", day)] if day else []
        found = self.env["club.day"].search(domain)
        return sum(found.mapped("number")), sum(found.mapped("points")), round(sum(found.mapped("money")), 2)

    def assertCounted(self):
        """What was counted bit by bit is what counting everything comes to, and what the ledger says."""
        self.count()
        bit_by_bit = self.rows()
        self.env["club.count"]._add(self.club)
        self.count()
        self.assertEqual(self.rows(), bit_by_bit)
        ledger = self.env.execute_query(
            SQL(
                """SELECT e.kind, COUNT(*), SUM(e.amount)::bigint FROM club_entry e
                     JOIN club_account a ON a.id = e.account_id WHERE a.club_id = %s GROUP BY 1 ORDER BY 1""",
                self.club.id,
            )
        )
        counted = self.env.execute_query(
            SQL(
                """SELECT kind, SUM(number)::bigint, SUM(points)::bigint FROM club_day
                    WHERE club_id = %s AND topic = 'points' GROUP BY 1 ORDER BY 1""",
                self.club.id,
            )
        )
        self.assertEqual(counted, ledger)
        self.assertCoherent()

    def long_ago(self):
        """Everything was written days before now, and counted since: what changes from now on must be noticed."""
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL loyalty_club.migration = 'on'")
        for table, column, days in (
            ("sale_order", "write_date", 2),
            ("pos_order", "write_date", 2),
            ("account_move", "write_date", 2),
            ("club_entry", "created_at", 2),
            ("club_outcome", "checked_at", 2),
            ("club_day", "counted_at", 1),
        ):
            name = SQL.identifier(column)
            self.env.cr.execute(
                SQL("UPDATE %s SET %s = %s - make_interval(days => %s)", SQL.identifier(table), name, name, days)
            )
        self.env.cr.execute("SET LOCAL loyalty_club.migration = ''")
        self.env.invalidate_all()

    def late(self, order, days):
        """The same order, rung up so many days ago by a register that was offline since before."""
        moment = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        session = self.open_session()
        session.start_at = fields.Datetime.subtract(moment, hours=1)
        return order | {"date_order": fields.Datetime.to_string(moment)}
