"""What tiers go by: what was collected, what was spent, or how many orders were paid; and that in words."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ClubClub(models.Model):
    """Tiers by what was collected are by the lifetime total of a unit; by spend or orders, by what orders count.

    Example: Silver from 3 orders, Gold from 500.00. Using points is no spend, and what came back is none either.
    """

    _inherit = "club.club"

    tier_metric = fields.Selection(
        [("points", "What members collect"), ("spend", "What members spend"), ("orders", "How many orders they pay")],
        string="Tiers Go By",
        required=True,
        default="points",
        tracking=True,
        help="Spend is what orders earn on: without what is excluded, and without what points paid.",
    )
    is_tier_counting = fields.Boolean(
        readonly=True, copy=False, help="Orders of before the choice are being counted; until then nothing is reviewed."
    )
    tier_counted_to = fields.Integer(readonly=True, copy=False)

    @api.model
    def _club_noted(self):
        return super()._club_noted() | {"is_tier_counting", "tier_counted_to"}

    @api.onchange("tier_metric")
    def _onchange_tier_metric(self):
        """The form shows the thresholds as they will be."""
        decimals = self._origin._tier_decimals() if self._origin else self._tier_decimals()
        for tier in self.tier_ids.filtered(lambda tier: tier._origin):
            tier.threshold = self._rescaled(tier._origin.threshold, self._tier_decimals() - decimals)

    def write(self, vals):
        before = {club: (club.tier_metric, club._tier_decimals()) for club in self if "tier_metric" in vals}
        result = super().write(vals)
        # What comes with the choice is meant by it.
        told = {
            command[1]
            for command in vals.get("tier_ids") or ()
            if command[0] == Command.UPDATE and "threshold" in command[2]
        }
        for club, (metric, decimals) in before.items():
            if club.tier_metric != metric:
                club._rescale_tiers(decimals, told)
                is_counting = club.tier_metric != "points"
                club.sudo().write({"is_tier_counting": is_counting, "tier_counted_to": 0})
                if is_counting:
                    self.env.ref("loyalty_club.ir_cron_count_for_tiers").sudo()._trigger()
                else:
                    self.env["club.member"].sudo()._review_by_figures(club)
        return result

    @api.model
    def _rescaled(self, threshold, shift):
        return threshold * 10**shift if shift > 0 else threshold // 10**-shift

    def _rescale_tiers(self, decimals, told=()):
        """500 points are 500.00 of spend and 500 orders: what was typed in stays, whatever it is kept in.

        :param told: ids of tiers that have their figure already
        """
        shift = self._tier_decimals() - decimals
        for tier in self.tier_ids.filtered(lambda tier: tier.id not in told).sorted("threshold", reverse=shift > 0):
            if shift < 0 and tier.threshold % 10**-shift:
                raise UserError(
                    self.env._(
                        "%(tier)s starts at a figure with decimals, and orders are whole. Round it first.",
                        tier=tier.name,
                    )
                )
            tier.threshold = self._rescaled(tier.threshold, shift)

    # ------------------------------------------------------------------ figures in words
    def _tier_decimals(self):
        if self.tier_metric == "points":
            return self.tier_unit_id.decimals or 0
        return self.currency_id.decimal_places if self.tier_metric == "spend" else 0

    def _tier_format(self, minor, name=True, metric=None):
        """ "2 orders", "$ 34.00" or "80 Beans" in the reader's language: a figure that tiers go by.

        :param metric: what the figure counts, where that is not what the club's tiers go by now
        """
        metric = metric or self.tier_metric
        if metric == "points":
            return self.tier_unit_id._format(minor, name) if self.tier_unit_id else str(minor)
        if metric == "spend":
            return self.currency_id.format(minor / 10**self.currency_id.decimal_places)
        if not name:
            return str(minor)
        return self.env._("1 order") if minor == 1 else self.env._("%(count)s orders", count=minor)

    def _tier_counted(self):
        """What stands behind a figure that tiers go by, on its own: "Beans", "USD spent", "orders"."""
        if self.tier_metric == "points":
            return self.tier_unit_id.name_plural or ""
        if self.tier_metric == "spend":
            return self.env._("%(currency)s spent", currency=self.currency_id.name)
        return self.env._("orders")

    def _tier_minor(self, amount):
        """What a person typed as a figure that tiers go by: rounded, as they may go by something else since."""
        return round(amount * 10 ** self._tier_decimals())


class ClubTier(models.Model):
    _inherit = "club.tier"

    unit_decimals = fields.Integer(related=None, compute="_compute_unit_decimals")
    threshold_unit = fields.Char(compute="_compute_unit_decimals")

    @api.depends("club_id.tier_metric", "club_id.tier_unit_id.decimals", "club_id.currency_id")
    def _compute_unit_decimals(self):
        for tier in self:
            tier.unit_decimals = tier.club_id._tier_decimals()
            tier.threshold_unit = tier.club_id._tier_counted()


class ClubMember(models.Model):
    _inherit = "club.member"

    @api.model
    def _review_counted(self, deltas, sources=None):
        """Move members by what their orders count since: as what is collected moves them.

        :param deltas: dict member id → by how much the figure changed; they are locked
        :param sources: dict member id → the document it comes from
        """
        changed = [member_id for member_id, delta in deltas.items() if delta]
        if not changed:
            return
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL("SELECT id, club_id, tier_id, 0, tier_until FROM club_member WHERE id = ANY(%s) ORDER BY id", changed)
        )
        self._club_review_tiers([(*row, deltas[row[0]], (sources or {}).get(row[0])) for row in rows])

    @api.model
    def _review_by_figures(self, club):
        """Tiers go by something else: whoever reaches a higher one by it moves up, nobody down."""
        self.env.flush_all()
        figures, figure = club._figure_sql()
        rows = self.env.execute_query(
            SQL(
                """SELECT m.id FROM club_member m JOIN club_tier held ON held.id = m.tier_id %(figures)s
                    WHERE m.club_id = %(club)s AND m.merged_into_id IS NULL
                      AND EXISTS (SELECT FROM club_tier higher WHERE higher.club_id = m.club_id
                                     AND higher.threshold > held.threshold AND higher.threshold <= %(figure)s)""",
                figures=figures,
                figure=figure,
                club=club.id,
            )
        )
        members = self.browse([row[0] for row in rows])
        members._lock()
        members._club_review_now()
