from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError

from ..engine.figures import Points

KPIS = ("kpi_club_joined", "kpi_club_orders", "kpi_club_sales", "kpi_club_used")


class DigestDigest(models.Model):
    """The club's figures in the host's summaries by e-mail; each is on or off in each summary."""

    _inherit = "digest.digest"

    kpi_club_joined = fields.Boolean("New Club Members")
    kpi_club_joined_value = fields.Integer(compute="_compute_kpi_club_joined_value")
    kpi_club_orders = fields.Boolean("Orders of Club Members")
    kpi_club_orders_value = fields.Integer(compute="_compute_kpi_club_orders_value")
    kpi_club_sales = fields.Boolean("Sold to Club Members")
    kpi_club_sales_value = fields.Monetary(compute="_compute_kpi_club_sales_value")
    kpi_club_used = fields.Boolean("Worth of the Points They Used")
    kpi_club_used_value = fields.Monetary(compute="_compute_kpi_club_used_value")

    def _compute_kpi_club_joined_value(self):
        for digest, company in self._club_companies():
            clubs = self.env["club.club"].sudo().search([("company_ids", "in", company.ids)])
            rows = self._club_rows([("club_id", "in", clubs.ids), ("kind", "=", "joined")], "number:sum")
            digest.kpi_club_joined_value = rows[0][0] or 0

    def _compute_kpi_club_orders_value(self):
        for digest, company in self._club_companies():
            digest.kpi_club_orders_value = self._club_sold(company, "number:sum") or 0

    def _compute_kpi_club_sales_value(self):
        for digest, company in self._club_companies():
            digest.kpi_club_sales_value = self._club_sold(company, "money:sum") or 0.0

    def _compute_kpi_club_used_value(self):
        for digest, company in self._club_companies():
            domain = [("topic", "=", "points"), ("sort", "in", ("spent", "returned")), *self._club_own(company)]
            sums = defaultdict(dict)
            for unit, sort, points in self._club_rows(domain, "points:sum", ["unit_id", "sort"]):
                sums[unit][sort] = points
            worth = 0.0
            for unit, points in sums.items():
                club, used = unit.club_id, Points(**points).used
                money = float(club._dashboard_worth(unit, used))
                worth += club.currency_id._convert(money, company.currency_id, company, fields.Date.today())
            digest.kpi_club_used_value = worth

    def _club_companies(self):
        """Each summary with the company it is about.

        :raise AccessError: the reader may not see the club's figures, and the summary leaves them out
        """
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Do not have access, skip this data for user's digest email"))
        return [(digest, digest.company_id or self.env.company) for digest in self]

    def _club_own(self, company):
        """What a document of the company moved; what no document did is the club's first company's."""
        clubs = self.env["club.club"].sudo().search([("company_ids", "in", company.ids)])
        own = clubs.filtered(lambda club: club.company_ids.sorted("id")[:1] == company)
        return [
            "|",
            ("company_id", "=", company.id),
            "&",
            ("company_id", "=", False),
            ("club_id", "in", own.ids),
        ]

    def _club_sold(self, company, what):
        domain = [("company_id", "=", company.id), ("topic", "=", "orders"), ("kind", "=", "member")]
        return self._club_rows(domain, what)[0][0]

    def _club_rows(self, domain, what, groups=()):
        """Sums over the whole days of the timeframe: the last one is today."""
        start, end, _companies = self._get_kpi_compute_parameters()
        days = [fields.Datetime.to_datetime(moment).date() + timedelta(days=1) for moment in (start, end)]
        within = [("day", ">=", days[0]), ("day", "<", days[1])]
        return self.env["club.day"].sudo()._read_group([*domain, *within], groups, [what])

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("loyalty_club.loyalty_club_menu_root")
        return actions | dict.fromkeys(KPIS, f"loyalty_club.club_dashboard_action?menu_id={menu.id}")
