"""Automation rules and webhooks on movements and tier moves: told after the ledger has written, and committed."""

import logging

from odoo import api, fields, models
from psycopg2 import OperationalError

_logger = logging.getLogger(__name__)

BATCH = 200
CREATED = ("on_create", "on_create_or_write")


class ClubEvent(models.Model):
    """A new movement or tier move that automation rules have not heard of yet.

    Example: a rule "Points Movement, when created: send a webhook" tells another system of each award.

    A rule of Odoo's runs within the transaction that makes its record, and stops it when it fails. A sale may wait
    for nobody's rule and fail by none: the row is noted with the sale, where a rule listens at all, and a job that
    starts at the commit runs the rules, a few hundred rows at a time.

    Invariant: where no rule listens nothing is noted, and no query is asked.
    """

    _name = "club.event"
    _description = "Movement That Automation Rules Wait For"
    _log_access = False
    _order = "id"

    res_model = fields.Char(string="Model", required=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", required=True)

    @api.model
    def _note(self, records):
        """Remember new records of one model for the rules that listen to it."""
        if not records or not self._is_heard(records):
            return
        self.env.cr.execute_values(
            "INSERT INTO club_event (res_model, res_id) VALUES %s",
            [(records._name, record_id) for record_id in records.ids],
        )
        self.env.ref("loyalty_club.ir_cron_tell_rules").sudo()._trigger()

    @api.model
    def _is_heard(self, records):
        """Is there a rule for new records of this model? Automation rules wrap ``create`` where there is one."""
        return hasattr(type(records).create, "origin") and "base.automation" in self.env

    @api.model
    def _cron_tell(self):
        """Run the rules on what was noted, a batch a transaction; what a rule sends leaves at its commit."""
        while batch := self.search([], limit=BATCH):
            batch._tell()
            batch.unlink()
            if not self.env["ir.cron"]._commit_progress(len(batch), remaining=self.search_count([])):
                break

    def _tell(self):
        """Run each rule on each of its records, in the order in which they came to be: an award before the tier that
        it reached. One that fails is logged, and stops neither others nor a sale.
        """
        if "base.automation" not in self.env:
            return
        there, rules = {}, {}
        for name, events in self.grouped("res_model").items():
            there[name] = self.env[name].sudo().browse(events.mapped("res_id")).exists()
            found = self.env["base.automation"]._get_actions(there[name], CREATED)
            rules[name] = found.with_context(old_values=None)
        for event in self.sorted("id"):
            record = there[event.res_model].browse(event.res_id)
            for rule in rules[event.res_model] if record in there[event.res_model] else ():
                self._run(rule, record)

    @api.model
    def _run(self, rule, record):
        try:
            with self.env.cr.savepoint():
                rule._process(rule._filter_post(record, feedback=True))
        except OperationalError:
            raise  # somebody was first: the job repeats
        except Exception:
            _logger.exception("The automation rule %s failed for %s", rule.sudo().name, record)


class ClubEntry(models.Model):
    _inherit = "club.entry"

    decimal_amount = fields.Char(
        string="Amount (Decimal)",
        compute="_compute_decimal_amount",
        help="In the unit, as other programs read it: -12.50.",
    )

    @api.depends("amount")
    def _compute_decimal_amount(self):
        for entry in self:
            entry.decimal_amount = entry.unit_id._to_decimal_string(entry.amount)
