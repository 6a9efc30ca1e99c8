from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.figures import SORTS, sorts

CHANNELS = [("pos", "Register"), ("kiosk", "Kiosk and tables"), ("shop", "Webshop"), ("sale", "Orders and invoices")]


class ClubReportMixin(models.AbstractModel):
    """When and where something happened, and with whom; read from the records each time, so never behind."""

    _name = "club.report.mixin"
    _description = "Reporting"
    _order = "business_at desc, id desc"

    day = fields.Date(readonly=True, help="In the club's time zone.")
    business_at = fields.Datetime(string="Date", readonly=True)
    club_id = fields.Many2one("club.club", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    outlet_id = fields.Many2one("club.outlet", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    member_id = fields.Many2one("club.member", readonly=True)
    source_name = fields.Char(string="Document", readonly=True)


class ClubReport(models.Model):
    """Every movement of points as people count them: in whole units, in money, with where and in which tier.

    ``club.day`` adds it up by day.
    """

    _name = "club.report"
    _description = "Analysis of Points"
    _inherit = ["club.report.mixin"]
    _auto = False
    _rec_name = "kind"

    unit_id = fields.Many2one("club.unit", readonly=True)
    pool_id = fields.Many2one("club.pool", readonly=True)
    tier_id = fields.Many2one("club.tier", string="Tier Then", readonly=True)
    kind = fields.Selection("_selection_kind", readonly=True)
    sort = fields.Selection("_selection_sort", string="Counts As", readonly=True)
    reward_id = fields.Many2one("loyalty.program", readonly=True)
    points = fields.Float(
        string="Amount", digits=(16, 2), readonly=True, help="In whole units: points, stamps or money of cashback."
    )
    value = fields.Monetary(string="Worth", readonly=True, help="In the club's currency; stamps have no value.")
    extra = fields.Float(string="By Bonus Rules", digits=(16, 2), readonly=True)

    @api.model
    def _selection_kind(self):
        return self.env["club.entry"]._selection_kind()

    @api.model
    def _selection_sort(self):
        _ = self.env._
        labels = {
            "earned": _("Earned"),
            "taken": _("Taken back with refunds"),
            "spent": _("Used"),
            "returned": _("Given back"),
            "expired": _("Expired"),
            "staff": _("Adjusted by staff"),
            "opening": _("Opening balances"),
            "moved": _("Between balances of a member"),
        }
        return [(sort, labels[sort]) for sort in SORTS]

    @property
    def _table_query(self):
        return self._club_movements()

    def _read_group_select(self, aggregate_spec, query):
        """Points and stamps are no sum: across units there is none."""
        total = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec.partition(":")[0] not in ("points", "extra"):
            return total
        unit = self._field_to_sql(self._table, "unit_id", query)
        return SQL("CASE WHEN MIN(%s) = MAX(%s) THEN %s END", unit, unit, total)

    @api.model
    def action_report(self):
        """The movements of the club's main unit; those of another one are a choice away."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_report_action")
        units = self.env["club.unit"].search([("club_id.company_ids", "in", self.env.companies.ids)])
        main = units.club_id[:1].tier_unit_id or units[:1]
        return action | {"context": {"search_default_unit_id": main.id} if len(units) > 1 else {}}

    @api.model
    def _club_movements(self):
        """Movements as a select; ``minor`` and ``extra_minor`` are the amounts in the unit's minor unit."""
        return SQL(
            """SELECT e.id, (e.business_at AT TIME ZONE 'UTC' AT TIME ZONE c.tz)::date AS day, e.business_at,
                      a.club_id, COALESCE(po.company_id, so.company_id, am.company_id) AS company_id, c.currency_id,
                      COALESCE(pc.club_outlet_id, w.club_outlet_id, t.club_outlet_id) AS outlet_id,
                      CASE WHEN po.id IS NOT NULL THEN CASE po.source WHEN 'pos' THEN 'pos' ELSE 'kiosk' END
                           WHEN so.website_id IS NOT NULL THEN 'shop'
                           WHEN e.source_model IN ('sale.order', 'account.move') THEN 'sale' END AS channel,
                      a.unit_id, a.pool_id, a.member_id,
                      COALESCE((SELECT move.from_tier_id FROM club_move move
                                 WHERE move.member_id = m.id AND move.moved_at > e.business_at
                              ORDER BY move.moved_at, move.id LIMIT 1), m.tier_id) AS tier_id,
                      e.kind, %(sort)s AS sort, %(reward)s AS reward_id, e.source_name,
                      e.amount AS minor, %(extra)s AS extra_minor,
                      (e.amount / 10.0 ^ COALESCE(u.decimals, 0))::numeric AS points,
                      (%(extra)s / 10.0 ^ COALESCE(u.decimals, 0))::numeric AS extra,
                      CASE u.kind WHEN 'stamps' THEN 0
                           ELSE (e.amount * u.money_value / 10.0 ^ COALESCE(u.decimals, 0))::numeric END AS value
                 FROM club_entry e
                 JOIN club_account a ON a.id = e.account_id
                 JOIN club_unit u ON u.id = a.unit_id
                 JOIN club_club c ON c.id = a.club_id
                 JOIN club_member m ON m.id = a.member_id
                 LEFT JOIN club_entry mended ON e.kind = 'correction' AND mended.id = e.corrects_id
                 LEFT JOIN pos_order po ON e.source_model = 'pos.order' AND po.id = e.source_id
                 LEFT JOIN pos_config pc ON pc.id = po.config_id
                 LEFT JOIN sale_order so ON e.source_model = 'sale.order' AND so.id = e.source_id
                 LEFT JOIN account_move am ON e.source_model = 'account.move' AND am.id = e.source_id
                 LEFT JOIN website w ON w.id = so.website_id
                 LEFT JOIN crm_team t ON t.id = COALESCE(so.team_id, am.team_id)""",
            sort=self._club_sort_sql(),
            reward=self._club_reward_sql(),
            extra=self._club_extra_sql(),
        )

    def _club_sort_sql(self):
        """What movement ``e``, which may mend ``mended``, counts as: ``engine.figures.sort_of``."""
        whens = SQL(" ").join(SQL("WHEN %s THEN %s", kind, sort) for kind, sort in sorts().items())
        return SQL(
            """CASE CASE e.kind WHEN 'correction' THEN COALESCE(e.data ->> 'corrects_kind', mended.kind)
                                ELSE e.kind END %s ELSE 'moved' END""",
            whens,
        )

    def _club_reward_sql(self):
        """The reward that a movement paid for: bought as a voucher, or chosen in an order; given back, the same."""
        paid = """CASE WHEN {0}.kind = 'voucher'
                            THEN (SELECT MIN(v.program_id) FROM club_voucher v WHERE v.entry_id = {0}.id)
                       WHEN {0}.kind = 'spend' AND {0}.data ? 'reward'
                            THEN (SELECT h.program_id FROM club_hold h WHERE h.id = ({0}.data ->> 'hold')::int) END"""
        return SQL(
            """CASE WHEN e.kind IN ('voucher', 'spend') AND e.corrects_id IS NULL THEN %s
                    WHEN e.kind IN ('voucher', 'spend', 'spend_return', 'correction')
                         THEN (SELECT %s FROM club_entry paid WHERE paid.id = e.corrects_id) END""",
            SQL(paid.format("e")),
            SQL(paid.format("paid")),
        )

    def _club_extra_sql(self):
        """What bonus rules added to an award, as it is recorded with it."""
        return SQL(
            """CASE WHEN e.kind IN ('award', 'backfill') AND e.data #> '{award,bonuses,0}' IS NOT NULL
                    THEN (SELECT ROUND(SUM(split_part(b ->> 'gave', '/', 1)::numeric
                                           / split_part(b ->> 'gave', '/', 2)::numeric)
                                       * 10 ^ COALESCE(u.decimals, 0))::bigint
                            FROM jsonb_array_elements(e.data #> '{award,bonuses}') b)
                    ELSE 0 END"""
        )

    def action_open_entry(self):
        """The movement itself, with its calculation."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "club.entry",
            "res_id": self.id,
            "views": [(False, "form")],
        }
