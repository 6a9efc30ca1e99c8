from odoo import api, fields, models
from odoo.tools.misc import formatLang

from .fields import BigInteger

FIGURES = ("credited", "members", "newcomers")


class ClubBackfillReport(models.Model):
    """What a run is expected to bring, what it has brought so far, and how far it is."""

    _inherit = "club.backfill"

    progress = fields.Float(compute="_compute_figures", help="Per cent of the orders.")
    looked_at = fields.Integer(string="Orders Looked At", compute="_compute_figures")
    expected_credited = fields.Integer(string="Orders to Credit", compute="_compute_figures")
    expected_members = fields.Integer(string="Customers to Credit", compute="_compute_figures")
    expected_newcomers = fields.Integer(string="New Members Expected", compute="_compute_figures")
    credited = fields.Integer(string="Orders Credited", compute="_compute_figures")
    members = fields.Integer(string="Customers Credited", compute="_compute_figures")
    newcomers = fields.Integer(string="New Members", compute="_compute_figures")
    summary = fields.Text(compute="_compute_summary")
    unit_line_ids = fields.One2many("club.backfill.line", "backfill_id", domain=[("section", "=", "unit")])
    month_line_ids = fields.One2many("club.backfill.line", "backfill_id", domain=[("section", "=", "month")])
    tier_line_ids = fields.One2many("club.backfill.line", "backfill_id", domain=[("section", "=", "tier")])
    reason_line_ids = fields.One2many("club.backfill.line", "backfill_id", domain=[("section", "=", "reason")])

    @api.depends("tally", "order_count", "state")
    def _compute_figures(self):
        for job in self:
            tally = job.tally or {}
            expected, run = tally.get("expected", {}), tally.get("run", {})
            side = run or expected
            for name in FIGURES:
                job[f"expected_{name}"] = expected.get(name, 0)
                job[name] = run.get(name, 0)
            job.looked_at = side.get("orders", 0)
            job.progress = (
                min(100.0, 100.0 * job.looked_at / job.order_count) if job.order_count else 100.0 * bool(side)
            )

    @api.depends("tally", "order_count", "state")
    def _compute_summary(self):
        for job in self:
            if job.state == "previewed":
                job.summary = job._expectation()
            elif job.started_at:
                job.summary = self.env._(
                    "Credited: %(credited)s of %(looked)s orders looked at, %(members)s customers "
                    "(new members: %(newcomers)s), %(amounts)s.",
                    credited=job._number(job.credited),
                    looked=job._number(job.looked_at),
                    members=job._number(job.members),
                    newcomers=job._number(job.newcomers),
                    amounts=job._amounts("run") or self.env._("nothing"),
                )
            else:
                job.summary = ""

    def _expectation(self):
        if not self.order_count:
            return self.env._(
                "No orders were found there. Choose other dates or outlets, or switch off the limit to orders before "
                "activation."
            )
        if not self.expected_credited:
            return self.env._("None of %s orders can be credited. Below is why; nothing will change.", self.order_count)
        return self.env._(
            "%(credited)s of %(orders)s orders would be credited: %(members)s customers (new members: %(newcomers)s) "
            "get %(amounts)s.",
            credited=self._number(self.expected_credited),
            orders=self._number(self.order_count),
            members=self._number(self.expected_members),
            newcomers=self._number(self.expected_newcomers),
            amounts=self._amounts("expected"),
        )

    def _number(self, count):
        return formatLang(self.env, count, digits=0)

    def _amounts(self, side):
        units = self.env["club.unit"]
        figures = (self.tally or {}).get(side, {})
        said = [units.browse(int(unit_id))._format(amount) for unit_id, amount in figures.get("units", {}).items()]
        if plays := figures.get("plays"):
            said.append(self.env._("%s plays of games", self._number(plays)))
        if goals := figures.get("goals"):
            said.append(self.env._("goals reached: %s", self._number(goals)))
        return " · ".join(said)

    # ------------------------------------------------------------------ the tables
    def _write_lines(self):
        """The tally as rows that can be read, grouped and exported: what was expected beside what came."""
        for job in self:
            expected, run = (job.tally.get(side) or {} for side in ("expected", "run"))
            job.line_ids.unlink()
            self.env["club.backfill.line"].create([
                {"backfill_id": job.id, **row}
                for row in (
                    *job._unit_rows(expected, run),
                    *job._month_rows(expected, run),
                    *job._tier_rows(expected, run),
                    *job._reason_rows(expected, run),
                )
            ])  # fmt: skip

    def _unit_rows(self, expected, run):
        owed = expected.get("owed", {})
        for unit in self.unit_ids:
            key = str(unit.id)
            yield {
                "section": "unit", "unit_id": unit.id, "owed_before": owed.get(key, 0),
                "expected_amount": expected.get("units", {}).get(key, 0), "amount": run.get("units", {}).get(key, 0),
            }  # fmt: skip

    def _month_rows(self, expected, run):
        for key, was, came in _beside(expected, run, "months"):
            month, unit_id = key.split(":")
            yield {"section": "month", "period": f"{month}-01", "unit_id": int(unit_id)} | _figures(was, came)

    def _tier_rows(self, expected, run):
        rows = {key: (was, came) for key, was, came in _beside(expected, run, "tiers")}
        club = self.club_id
        before, after = expected.get("before", {}), expected.get("after", {})
        now = self._tier_counts() if run else {}
        for tier in club.tier_ids.sorted("threshold"):
            for unit in club.tier_unit_id | self.unit_ids:
                key = f"{tier.id}:{unit.id}"
                if unit != club.tier_unit_id and key not in rows:
                    continue
                row = {"section": "tier", "tier_id": tier.id, "unit_id": unit.id}
                if unit == club.tier_unit_id:
                    own = str(tier.id)
                    row |= {"members_before": before.get(own, 0), "expected_members": after.get(own, 0),
                            "members": now.get(own, 0)}  # fmt: skip
                yield row | _figures(*rows.get(key, (None, None)))

    def _reason_rows(self, expected, run):
        for code, was, came in _beside(expected, run, "reasons"):
            yield {"section": "reason", "code": code, "expected_orders": was or 0, "orders": came or 0}

    @api.model
    def _reasons(self):
        """Why an order is credited or left out, as sentences."""
        return self.env["club.outcome"]._texts() | {
            "awarded": self.env._("Credited."),
            "already": self.env._("Credited before."),
            "no_customer": self.env._("Nobody was chosen on the order, so nobody can be credited."),
            "other_dates": self.env._("Paid on other dates."),
            "after_activation": self.env._("Paid after the club was switched on there: what it earned then counts."),
            "consent": self.env._("The customer has not agreed to be a member. Run again once they have."),
            "not_member": self.env._("The customer is no member."),
            "archived": self.env._("The contact is archived."),
            "guest": self.env._("Ordered by a guest without an account."),
            "fault": self.env._("Something went wrong. Resume to try again."),
            "returned": self.env._("Everything on it was returned."),
            "not_paid": self.env._("Not paid in full."),
            "no_program": self.env._("No live program applies to this customer there."),
        }


def _beside(expected, run, table):
    was, came = expected.get(table, {}), run.get(table, {})
    return [(key, was.get(key), came.get(key)) for key in sorted({*was, *came})]


def _figures(was, came):
    was, came = was or (0, 0), came or (0, 0)
    return {"expected_orders": was[0], "expected_amount": was[1], "orders": came[0], "amount": came[1]}


class ClubBackfillLine(models.Model):
    """A row of the preview and of the report: a unit, a month, a tier, or a reason."""

    _name = "club.backfill.line"
    _description = "Figures of a Credited History"
    _log_access = False
    _order = "backfill_id desc, section, period, tier_id, unit_id, id"

    backfill_id = fields.Many2one("club.backfill", required=True, ondelete="cascade", index=True, readonly=True)
    club_id = fields.Many2one(related="backfill_id.club_id")
    state = fields.Selection(related="backfill_id.state")
    currency_id = fields.Many2one(related="backfill_id.club_id.currency_id")
    section = fields.Selection(
        [("unit", "Unit"), ("month", "Month"), ("tier", "Tier"), ("reason", "Outcome")], required=True, readonly=True
    )
    period = fields.Date(readonly=True)
    month = fields.Char(compute="_compute_words")
    tier_id = fields.Many2one("club.tier", ondelete="cascade", readonly=True)
    unit_id = fields.Many2one("club.unit", ondelete="cascade", readonly=True)
    unit_decimals = fields.Integer(related="unit_id.decimals")
    code = fields.Char(readonly=True)
    reason = fields.Char(compute="_compute_words")
    expected_orders = fields.Integer(readonly=True)
    orders = fields.Integer(readonly=True)
    expected_amount = BigInteger(readonly=True)
    amount = BigInteger(readonly=True)
    owed_before = BigInteger(string="Members Have Now", readonly=True)
    members_before = fields.Integer(string="Members Now", readonly=True)
    expected_members = fields.Integer(string="Members Afterwards", readonly=True)
    members = fields.Integer(readonly=True)
    expected_value = fields.Monetary(compute="_compute_values")
    value = fields.Monetary(compute="_compute_values")
    liability_before = fields.Monetary(string="Owed Now", compute="_compute_values")
    expected_liability = fields.Monetary(string="Owed Afterwards", compute="_compute_values")

    @api.depends("period", "code")
    def _compute_words(self):
        reasons = self.env["club.backfill"]._reasons()
        for line in self:
            line.month = fields.Date.to_string(line.period)[:7] if line.period else ""
            line.reason = reasons.get(line.code, line.code or "")

    @api.depends("unit_id", "amount", "expected_amount", "owed_before")
    def _compute_values(self):
        for line in self:
            unit = line.unit_id
            rate = unit.money_value / 10**unit.decimals if unit else 0.0
            line.value = line.amount * rate
            line.expected_value = line.expected_amount * rate
            line.liability_before = line.owed_before * rate
            line.expected_liability = (line.owed_before + line.expected_amount) * rate


class ClubBackfillCustomer(models.Model):
    """The work list of a run: who is left to do, and how far it got. Gone when the run ends."""

    _name = "club.backfill.customer"
    _description = "Customer of a Credited History"
    _log_access = False

    backfill_id = fields.Many2one("club.backfill", required=True, ondelete="cascade", index=True, readonly=True)
    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade", index=True, readonly=True)
    order_count = fields.Integer(readonly=True)
    state = fields.Selection(
        [("todo", "To Do"), ("done", "Done"), ("fault", "Failed")], required=True, default="todo", readonly=True
    )
    fault = fields.Char(readonly=True)
    tier_id = fields.Many2one("club.tier", ondelete="set null", readonly=True)
    is_credited = fields.Boolean(readonly=True)
    lifetime = BigInteger(readonly=True)
    # How far the work on somebody with very many orders got: kind of document, and its id.
    at_kind = fields.Integer(readonly=True)
    at_id = fields.Integer(readonly=True)

    _once = models.Constraint("UNIQUE (backfill_id, partner_id)", "A run knows a customer once.")
    _todo_idx = models.Index("(backfill_id, partner_id) WHERE state = 'todo'")
