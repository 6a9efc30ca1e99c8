from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..engine.values import exact
from .document_backfill import Plan

CRITERIA = frozenset({
    "club_id", "outlet_ids", "unit_ids", "date_from", "date_to", "before_activation_only", "include_guests",
})  # fmt: skip
OPEN = ("draft", "previewed")  # states in which what to credit can still be changed
UNFINISHED = ("running", "paused", "failed")


class ClubBackfill(models.Model):
    """A run over the history: orders paid before the club was on are credited by what is live today.

    Example: "High Street and the webshop, all dates, points": a preview says what it would bring, the run does it
    in the background, can be paused and resumed, and leaves its report. A second run credits nothing twice.

    Invariant: what the preview says is what the run brings, as long as nothing changes in between.
    """

    _name = "club.backfill"
    _description = "Credit Past Orders"
    _inherit = ["club.owned.mixin"]
    _order = "id desc"

    currency_id = fields.Many2one(related="club_id.currency_id")
    outlet_ids = fields.Many2many(
        "club.outlet",
        string="Outlets",
        domain="[('club_id', '=', club_id), ('is_opted_in', '=', True)]",
        compute="_compute_outlet_ids",
        store=True,
        readonly=False,
        precompute=True,
    )
    unit_ids = fields.Many2many(
        "club.unit",
        string="Credit",
        domain="[('club_id', '=', club_id)]",
        compute="_compute_unit_ids",
        store=True,
        readonly=False,
        precompute=True,
        help="What these orders bring. Only what a live program gives can be credited.",
    )
    date_from = fields.Date(string="Paid From", help="Empty: from the first order on.")
    date_to = fields.Date(string="Paid Until", help="Empty: until today.")
    before_activation_only = fields.Boolean(
        string="Only Orders Before Activation",
        default=True,
        help="On: orders paid before the club was first on at their outlet. Off: orders paid since that were "
        "missed too, by the programs and the tier of their time.",
    )
    include_guests = fields.Boolean(
        default=True, help="Webshop orders of guests who left an address but have no account."
    )

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("previewing", "Being Computed"),
            ("previewed", "Previewed"),
            ("running", "Running"),
            ("paused", "Paused"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    user_id = fields.Many2one("res.users", string="Started By", readonly=True, copy=False)
    previewed_at = fields.Datetime(readonly=True, copy=False)
    started_at = fields.Datetime(string="Started", readonly=True, copy=False)
    ended_at = fields.Datetime(string="Ended", readonly=True, copy=False)
    note = fields.Char(readonly=True, copy=False)
    order_count = fields.Integer(string="Orders in All", readonly=True, copy=False)
    tally = fields.Json(readonly=True, copy=False)
    line_ids = fields.One2many("club.backfill.line", "backfill_id", readonly=True, copy=False)
    customer_ids = fields.One2many("club.backfill.customer", "backfill_id", readonly=True, copy=False)

    _one_at_a_time = models.UniqueIndex(
        "(club_id) WHERE state IN ('running', 'paused', 'failed')",
        "Another run over the history of this club has not ended. Resume or cancel that one first.",
    )

    @api.depends("club_id")
    def _compute_outlet_ids(self):
        for job in self:
            if job.outlet_ids.club_id != job.club_id:
                ours = job.club_id.outlet_ids.filtered(lambda outlet: outlet.company_id in self.env.companies)
                job.outlet_ids = ours.filtered("is_opted_in")

    @api.depends("club_id")
    def _compute_unit_ids(self):
        for job in self:
            if job.unit_ids.club_id != job.club_id:
                live = job.club_id.program_ids.filtered(lambda program: program.state == "live").unit_id
                job.unit_ids = live or job.club_id.unit_ids

    @api.depends("club_id", "create_date")
    def _compute_display_name(self):
        for job in self:
            day = fields.Datetime.context_timestamp(job, job.create_date).date() if job.create_date else ""
            job.display_name = self.env._(
                "Past orders of %(club)s, %(day)s", club=job.club_id.name or "", day=day
            ).strip(" ,")

    @api.constrains("date_from", "date_to", "club_id")
    def _check_dates(self):
        for job in self:
            today = job.club_id._today()
            if job.date_from and job.date_to and job.date_to < job.date_from:
                raise ValidationError(self.env._("The last day is before the first. Swap the two dates."))
            if any(day and day > today for day in (job.date_from, job.date_to)):
                raise ValidationError(
                    self.env._("History ends today. Choose dates that are not in the future, or leave them empty.")
                )

    @api.constrains("outlet_ids", "unit_ids", "club_id")
    def _check_scope(self):
        for job in self:
            if (job.outlet_ids.club_id | job.unit_ids.club_id) - job.club_id:
                raise ValidationError(self.env._("Choose outlets and units of the same club."))

    # ------------------------------------------------------------------ who may change what
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_written(vals)
            vals["state"] = "draft"
        return super().create(vals_list)

    def write(self, vals):
        self._check_written(vals)
        if not self.env.su and vals.keys() & CRITERIA:
            if self.filtered(lambda job: job.state not in OPEN):
                raise UserError(self.env._("This run has begun. Make a new one for other orders."))
            self.sudo().write({"state": "draft", "tally": False, "order_count": 0, "line_ids": [(5,)]})
        return super().write(vals)

    def _check_written(self, vals):
        if not self.env.su and vals.keys() - CRITERIA:
            raise AccessError(self.env._("What a run came to is not typed in. Use its buttons."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if self.filtered("started_at"):
            raise UserError(self.env._("The report of a run stays. Only drafts can be deleted."))

    def _check_manager(self):
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club credit its history. Ask one of them."))
        self.check_access("write")
        self.ensure_one()
        outlets = self.sudo().outlet_ids
        outlets.with_env(self.env).check_access("read")  # those of other companies are for their own managers

    # ------------------------------------------------------------------ the buttons
    def action_preview(self):
        """Compute what the run would bring, at once or in the background; nothing is credited."""
        self._check_manager()
        if self.state not in OPEN:
            raise UserError(self.env._("This run has begun. Make a new one for other orders."))
        self.sudo()._preview()
        return self._action_open() if self.env.context.get("club_offer") else True

    def action_start(self):
        """Credit what the preview showed, in the background."""
        self._check_manager()
        if self.state != "previewed":
            raise UserError(self.env._("Look at the preview first: it says what the run will bring."))
        self.sudo()._start(self.env.user)
        return True

    def action_pause(self):
        self._check_manager()
        if self.state != "running":
            raise UserError(self.env._("Only a run that is under way can be paused."))
        self.sudo()._halt("paused", self.env._("Paused by %s.", self.env.user.name))
        return True

    def action_resume(self):
        self._check_manager()
        if self.state not in ("paused", "failed"):
            raise UserError(self.env._("Only a run that was paused can be resumed."))
        self.sudo()._resume()
        return True

    def action_cancel(self):
        """Stop for good: what was credited stays, the rest is left alone."""
        self._check_manager()
        if self.state in ("done", "cancelled"):
            raise UserError(self.env._("This run has ended. Nothing is left to cancel."))
        self.sudo()._cancel(self.env._("Cancelled by %s. What was credited before stays.", self.env.user.name))
        return True

    def action_view_entries(self):
        """The movements of this run."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_entry_action")
        domain = [("club_id", "=", self.club_id.id), ("kind", "=", "backfill"), ("created_at", ">=", self.started_at)]
        if self.ended_at:
            domain.append(("created_at", "<=", self.ended_at))
        return action | {"domain": domain, "context": {}}

    def _action_open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit Past Orders"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------------ what stands in the way
    def _obstacle(self):
        """Why nothing can be credited now, in a sentence that says what to do; empty when it can."""
        club, now = self.club_id, fields.Datetime.now()
        rules = club._rulebook()
        if rules.state != "on":
            return self.env._("%s is not switched on. Switch it on first.", club.name)
        if not self.outlet_ids:
            return self.env._("Choose at least one outlet.")
        for outlet in self.outlet_ids:
            if not (outlet.active and outlet.is_opted_in):
                return self.env._("%s does not take part in the club. Let it take part, or leave it out.", outlet.name)
        if not self.unit_ids:
            return self.env._("Choose what to credit.")
        for unit in self.unit_ids:
            if not any(
                program.unit_id == unit.id and program.covers(rules.outlets[outlet_id], now)
                for program in rules.programs
                for outlet_id in self.outlet_ids.ids
            ):
                return self.env._(
                    "No live program of these outlets gives %s. Let one go live first, or leave them out.",
                    unit.name_plural,
                )
        return ""

    def _others(self):
        return self.search([("club_id", "=", self.club_id.id), ("state", "in", UNFINISHED), ("id", "!=", self.id)])

    # ------------------------------------------------------------------ the plan
    def _plan(self, customers):
        """What the documents of these customers are judged by now."""
        is_dry, given = self.state == "previewing", self.tally["expected"].get("given", {})
        return Plan(
            now=fields.Datetime.now(),
            outlets={outlet.id: outlet._first_on() for outlet in self.outlet_ids},
            unit_ids=frozenset(self.unit_ids.ids),
            since=self._since(),
            until=self._until(),
            is_before_only=self.before_activation_only,
            has_guests=self.include_guests,
            is_dry=is_dry,
            given={int(key): exact(given) for key, given in given.items()} if is_dry else {},
            tiers={customer.partner_id.id: customer.tier_id.id for customer in customers if customer.tier_id},
        )

    def _since(self):
        """Of an imported club, what was paid by then is in the balances that came with it."""
        since = (self.club_id.vault_made_at, self.date_from and self._midnight(self.date_from))
        return max(filter(None, since), default=None)

    def _until(self):
        """The first moment that is not meant any more, or nothing."""
        return self._midnight(self.date_to + timedelta(days=1)) if self.date_to else None

    def _midnight(self, day):
        """The begin of a day at the club, in naive UTC."""
        local = datetime.combine(day, time.min, ZoneInfo(self.club_id.tz))
        return local.astimezone(timezone.utc).replace(tzinfo=None)
