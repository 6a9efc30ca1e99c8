from odoo import api, fields, models
from odoo.tools import SQL

WHO = [("member", "Members"), ("known", "Customers who are no members"), ("unknown", "No customer named")]


class ClubReportOrder(models.Model):
    """What was sold at outlets of a club, to members and to others, so that both can be compared.

    An order of a register counts on the day it was paid, one of the webshop or of sales on the day it was
    confirmed, an invoice without an order on its date. What came back lowers the sum and is no order.
    """

    _name = "club.report.order"
    _description = "Analysis of Orders"
    _inherit = ["club.report.mixin"]
    _auto = False
    _rec_name = "source_name"

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    who = fields.Selection(WHO, string="Sold To", readonly=True)
    source_model = fields.Char(readonly=True)
    source_id = fields.Many2oneReference(model_field="source_model", string="Document Number", readonly=True)
    orders = fields.Integer(readonly=True)
    money = fields.Monetary(string="Sold For", readonly=True, help="With tax, in the company's currency.")

    @property
    def _table_query(self):
        return SQL("SELECT * FROM (%s) sold", self._club_orders())

    @api.model
    def _club_orders(self):
        """Orders as a select; ``customer`` is the same for all orders of one person in a club."""
        return SQL(
            """SELECT d.document::bigint * 3 + d.place AS id, d.business_at,
                      (d.business_at AT TIME ZONE 'UTC' AT TIME ZONE c.tz)::date AS day,
                      outlet.club_id, d.company_id, company.currency_id, outlet.id AS outlet_id, d.channel,
                      d.partner_id, COALESCE(result.member_id, own.id) AS member_id,
                      CASE WHEN COALESCE(result.member_id, own.id) IS NOT NULL THEN 'member'
                           WHEN d.partner_id IS NOT NULL THEN 'known' ELSE 'unknown' END AS who,
                      CASE WHEN COALESCE(result.member_id, own.id) IS NOT NULL
                           THEN COALESCE(result.member_id, own.id) ELSE -d.partner_id END AS customer,
                      d.source_model, d.document AS source_id, d.source_name,
                      CASE WHEN d.money < 0 OR d.is_return THEN 0 ELSE 1 END AS orders, d.money
                 FROM (%s) d
                 JOIN club_outlet outlet ON outlet.id = d.outlet_id
                 JOIN club_club c ON c.id = outlet.club_id
                 JOIN res_company company ON company.id = d.company_id
                 LEFT JOIN club_outcome result ON result.source_model = d.source_model
                       AND result.source_id = d.document AND result.club_id = outlet.club_id
                 LEFT JOIN club_member own ON own.club_id = outlet.club_id AND own.partner_id = d.partner_id
                       AND (own.joined_at AT TIME ZONE 'UTC' AT TIME ZONE c.tz)::date
                           <= (d.business_at AT TIME ZONE 'UTC' AT TIME ZONE c.tz)::date""",
            SQL(" UNION ALL ").join([self._club_registers(), self._club_sales(), self._club_invoices()]),
        )

    def _club_registers(self):
        return SQL(
            """SELECT po.id AS document, 0 AS place, 'pos.order' AS source_model, po.name AS source_name,
                      po.date_order AS business_at, po.company_id, pc.club_outlet_id AS outlet_id, po.partner_id,
                      CASE po.source WHEN 'pos' THEN 'pos' ELSE 'kiosk' END AS channel, FALSE AS is_return,
                      (po.amount_total / COALESCE(NULLIF(po.currency_rate, 0), 1))::numeric AS money
                 FROM pos_order po JOIN pos_config pc ON pc.id = po.config_id
                WHERE po.state IN ('paid', 'done') AND pc.club_outlet_id IS NOT NULL"""
        )

    def _club_sales(self):
        """What a register took of an order is sold there; all of it leaves no order here."""
        return SQL(
            """SELECT so.id, 1, 'sale.order', so.name, so.date_order, so.company_id,
                      COALESCE(w.club_outlet_id, t.club_outlet_id), so.partner_id,
                      CASE WHEN so.website_id IS NULL THEN 'sale' ELSE 'shop' END,
                      till.money IS NOT NULL AND so.amount_total <= till.money,
                      ((so.amount_total - COALESCE(till.money, 0)) / COALESCE(NULLIF(so.currency_rate, 0), 1))::numeric
                 FROM sale_order so
                 LEFT JOIN website w ON w.id = so.website_id
                 LEFT JOIN crm_team t ON t.id = so.team_id
                 LEFT JOIN LATERAL (
                      SELECT SUM(l.price_subtotal_incl) AS money FROM pos_order_line l
                        JOIN pos_order o ON o.id = l.order_id AND o.state IN ('paid', 'done')
                       WHERE l.sale_order_origin_id = so.id) till ON TRUE
                WHERE so.state = 'sale' AND COALESCE(w.club_outlet_id, t.club_outlet_id) IS NOT NULL"""
        )

    def _club_invoices(self):
        """Invoices of no order, and every credit note; a register's own are in its orders."""
        return SQL(
            """SELECT am.id, 2, 'account.move', am.name, am.invoice_date + interval '12 hours', am.company_id,
                      t.club_outlet_id, am.partner_id, 'sale', am.move_type = 'out_refund',
                      am.amount_total_signed
                 FROM account_move am JOIN crm_team t ON t.id = am.team_id
                WHERE am.state = 'posted' AND t.club_outlet_id IS NOT NULL
                  AND am.move_type IN ('out_invoice', 'out_refund')
                  AND NOT EXISTS (SELECT FROM pos_order po WHERE po.account_move = am.id)
                  AND (am.move_type = 'out_refund' OR NOT EXISTS (
                       SELECT FROM account_move_line l
                         JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = l.id
                        WHERE l.move_id = am.id))"""
        )

    def action_open_source(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.source_model,
            "res_id": self.source_id,
            "views": [(False, "form")],
        }
