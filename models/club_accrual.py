import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, float_round, format_date

from ..engine.liability import Piece, moved, rows, worth
from ..engine.values import scale
from .fields import BigInteger
from .locking import take

_logger = logging.getLogger(__name__)

LOOK_BACK = 1000  # numbers of entries that a transaction still at work may have drawn
SHOWN_ENTRIES = 10_000
NOTHING = {"values": {}, "standing": {}, "worth": 0, "waiting": 0, "owed": 0, "due": 0}


class ClubAccrual(models.Model):
    """One booking of a company's points liability: what moved since the one before, summed up by cause.

    Example: since yesterday 1,000 Beans were earned and 200 expired: the liability rises by 10.00 and falls by
    2.00; what was used is booked by registers and invoices.

    Invariant: after a booking the account says what members have, at its value, and what documents on their
    way to the books will still take off it.
    """

    _name = "club.accrual"
    _description = "Points Liability Booking"
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    booked_at = fields.Datetime(string="Booked", required=True, readonly=True)
    entry_from = BigInteger(string="From Movement", readonly=True)
    entry_to = BigInteger(string="To Movement", readonly=True)
    late_entries = fields.Json(readonly=True)  # drawn before `entry_to`, not there yet when this was booked
    standing = fields.Json(readonly=True)  # unit id → points and money, to revalue from
    granted = fields.Json(readonly=True)  # eWallet id → what points became on it so far
    is_end = fields.Boolean(readonly=True)
    worth = fields.Monetary(
        string="Members Have", readonly=True, help="All points, active or not, at the value they are booked with."
    )
    waiting = fields.Monetary(
        string="Not Booked Yet",
        readonly=True,
        help="Used points whose register is not closed, or whose order is not invoiced yet.",
    )
    total = fields.Monetary(string="Change", readonly=True)
    note = fields.Char(readonly=True)
    move_id = fields.Many2one("account.move", string="Journal Entry", readonly=True, index="btree_not_null")
    line_ids = fields.One2many("club.accrual.line", "accrual_id", string="Causes", readonly=True)

    @api.depends("booked_at", "company_id")
    def _compute_display_name(self):
        for accrual in self:
            accrual.display_name = self.env._(
                "Points of %(company)s, %(day)s",
                company=accrual.company_id.name,
                day=format_date(self.env, accrual.booked_at),
            )

    # ------------------------------------------------------------------ booking
    @api.model
    def action_book_now(self):
        """The button: book what moved since the last booking, for the companies of this user."""
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club do this. Ask one of them."))
        companies = self.env.companies.filtered(lambda company: company.sudo()._club_has_liability())
        if not companies:
            raise UserError(
                self.env._(
                    "No club here books points when they are awarded. Choose that under Accounting on the club first."
                )
            )
        booked = self.sudo()._book(companies.sudo())
        message = (
            self.env._("The points liability is booked.")
            if booked
            else self.env._("Nothing moved since the last booking.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _cron_book(self):
        """Every night, each company by itself: one that cannot be booked does not keep the others from it."""
        companies = self.env["res.company"].sudo().search([("chart_template", "!=", False)])
        for company in companies.filtered(lambda company: company._club_has_liability()):
            try:
                with self.env.cr.savepoint():
                    self.sudo()._book(company)
            except UserError as refusal:
                _logger.error("The points liability of company %s could not be booked: %s", company.id, refusal)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _book(self, companies):
        """Book what moved since the last time; companies where nothing did are passed over."""
        made = self.browse()
        for company in companies:
            made |= self._book_one(company.with_company(company))
        return made

    def _book_one(self, company):
        # One at a time: a second booking of the same movements waits, and is repeated by the host.
        take(self.env, SQL("UPDATE res_company SET club_accrual_turn = COALESCE(club_accrual_turn, 0) + 1"
                           " WHERE id = %s RETURNING id", company.id))  # fmt: skip
        last = self.search([("company_id", "=", company.id)], limit=1)
        is_end, before = not company._club_accruing(), None
        if last and not last.is_end:
            before = {int(unit): tuple(pair) for unit, pair in (last.standing or {}).items()}
        totals, grants, is_new = company._club_grants(last)
        found, now = [], NOTHING
        if not is_end or before is not None:
            company._club_account("club_liability_account_id")
            now = company._club_liability()
            pieces = company._club_pieces(now["values"], last.entry_to, last.late_entries or ()) if last else ()
            found = rows(pieces, company.id, values=now["values"], before=before, owed=now["owed"], due=now["due"])
        if last and not (found or grants or is_new) and last.is_end == is_end:
            return self.browse()
        accrual = self._record(company, last, now, found, is_end)
        accrual.granted = totals
        accrual._add_grants(grants)
        accrual._post_entry()
        return accrual

    def _add_grants(self, grants):
        places = self.currency_id.decimal_places
        self.line_ids = [
            fields.Command.create(
                {
                    "cause": "granted",
                    "money": self._major(amount, places),
                    "is_booked": True,
                    "account_id": self.company_id._club_grant_against(program).id,
                    "owed_account_id": account.id,
                }
            )
            for program, account, amount in grants
        ]

    def _record(self, company, last, now, found, is_end):
        top, late = self._window()
        places = company.currency_id.decimal_places
        money = {name: self._major(now[name], places) for name in ("worth", "waiting")}
        return self.create(
            {
                "company_id": company.id,
                "booked_at": fields.Datetime.now(),
                "entry_from": last.entry_to,
                "entry_to": top,
                "late_entries": late,
                "is_end": is_end,
                "standing": {
                    unit: (points, worth(points, now["values"][unit])) for unit, points in now["standing"].items()
                },
                "total": self._major(now["due"] - now["owed"], places),
                **money,
                "line_ids": [
                    fields.Command.create(
                        {
                            "cause": row.cause,
                            "unit_id": row.unit,
                            "points": row.points,
                            "money": self._major(row.money, places),
                            "is_booked": row.is_booked,
                            "account_id": row.is_booked and company._club_cause_account(row.cause).id,
                        }
                    )
                    for row in found
                ],
            }
        )

    @api.model
    def _major(self, minor, places):
        return float_round(float(minor / scale(places)), precision_digits=places)

    @api.model
    def _window(self):
        """The last entry there is, and the numbers below it that somebody may still be writing."""
        [[top, late]] = self.env.execute_query(
            SQL(
                """WITH top AS (SELECT COALESCE(MAX(id), 0) AS id FROM club_entry)
                   SELECT top.id, (SELECT COALESCE(jsonb_agg(number), '[]'::jsonb)
                                     FROM generate_series(GREATEST(top.id - %s, 1), top.id) number
                                    WHERE NOT EXISTS (SELECT FROM club_entry e WHERE e.id = number))
                     FROM top""",
                LOOK_BACK,
            )
        )
        return top, late

    def _post_entry(self):
        """One journal entry with two items a cause; in a locked period it goes to the first open day."""
        company = self.company_id
        booked = self.line_ids.filtered(lambda line: line.is_booked and line.money)
        if not booked:
            return
        journal = company.root_id._club_accrual_journal()
        day = fields.Date.context_today(self.with_context(tz=company._club_accruing()[:1].tz))
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "entry",
                    "company_id": company.id,
                    "journal_id": journal.id,
                    "date": day,
                    "ref": self.env._(
                        "Loyalty points, movements %(first)s to %(last)s", first=self.entry_from + 1, last=self.entry_to
                    ),
                    "line_ids": [fields.Command.create(vals) for line in booked for vals in line._items()],
                }
            )
        )
        move.action_post()
        self.move_id = move
        if move.date != day:
            self.note = self.env._(
                "%(day)s is locked: booked on %(date)s.",
                day=format_date(self.env, day),
                date=format_date(self.env, move.date),
            )

    # ------------------------------------------------------------------ looking at it
    def action_view_move(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }

    def action_view_entries(self):
        self.ensure_one()
        return self.line_ids._show_entries(self)

    def _entries(self, lines):
        """Ids of the movements that these lines of one booking sum up, the newest first."""
        self.ensure_one()
        self.check_access("read")
        company, wanted = self.company_id.sudo(), {(line.cause, line.unit_id.id) for line in lines}
        units = lines.unit_id.sudo().ids
        before = self.search([("company_id", "=", company.id), ("id", "<", self.id)], limit=1)
        query = SQL(
            "SELECT * FROM (%s) piece WHERE id <= %s AND (owner = %s OR company = %s)",
            company._club_pieces_sql(units, self.entry_from, before.late_entries or ()),
            self.entry_to,
            company.id,
            company.id,
        )
        self.env.flush_all()
        names, found = ("kind", "corrected", "unit", "owner", "company", "points"), set()
        for entry_id, *values in self.env.execute_query(query):
            piece = Piece(**dict(zip(names, values, strict=True)))
            causes = {cause for cause, _unit in moved([piece], company.id)}
            if not self.entry_from or any((cause, piece.unit) in wanted for cause in causes):
                found.add(entry_id)
        return sorted(found, reverse=True)[:SHOWN_ENTRIES]


class ClubAccrualLine(models.Model):
    """Points and money of one cause in a booking."""

    _name = "club.accrual.line"
    _description = "Cause in a Points Liability Booking"
    _order = "accrual_id desc, id"

    accrual_id = fields.Many2one("club.accrual", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="accrual_id.company_id", store=True, index=True)
    booked_at = fields.Datetime(related="accrual_id.booked_at")
    currency_id = fields.Many2one(related="accrual_id.currency_id")
    cause = fields.Selection(
        [
            ("opening", "What members had before"),
            ("earned", "Earned"),
            ("imported", "Opening balances"),
            ("refunded", "Taken back with refunds"),
            ("owed", "Paid what members owed"),
            ("used", "Used: booked by registers and invoices"),
            ("elsewhere", "Used in another system"),
            ("reward", "Spent on rewards and games"),
            ("expired", "Expired"),
            ("converted", "Converted into store credit"),
            ("granted", "Store credit granted"),
            ("moved", "Between balances of a member"),
            ("adjusted", "Adjusted by staff"),
            ("borrowed", "Used at another company"),
            ("lent", "Used here, owed by another company"),
            ("revalued", "Another value of a point"),
            ("difference", "Used at another value, and rounding"),
        ],
        required=True,
        readonly=True,
    )
    unit_id = fields.Many2one("club.unit", readonly=True, ondelete="set null")
    unit_decimals = fields.Integer(related="unit_id.decimals")
    points = BigInteger(string="Count", readonly=True)
    points_text = fields.Char(string="Points", compute="_compute_points_text")
    money = fields.Monetary(string="Liability", readonly=True, help="Above 0: the company owes its members more.")
    is_booked = fields.Boolean(readonly=True)
    account_id = fields.Many2one("account.account", string="Against", readonly=True)
    owed_account_id = fields.Many2one("account.account", string="Owed On", readonly=True)

    @api.depends("points", "unit_id")
    def _compute_points_text(self):
        for line in self:
            line.points_text = line.unit_id._format(line.points) if line.unit_id and line.points else ""

    def _items(self):
        """The journal items of this cause: the liability, and the account against it."""
        label = dict(self._fields["cause"]._description_selection(self.env))[self.cause]
        name = f"{label}: {self.points_text}" if self.points_text else label
        liability = self.owed_account_id or self.company_id.root_id.club_liability_account_id
        more, less = max(self.money, 0.0), max(-self.money, 0.0)
        common = {"name": name, "tax_ids": [fields.Command.clear()]}
        return [
            {**common, "account_id": self.account_id.id, "debit": more, "credit": less},
            {**common, "account_id": liability.id, "debit": less, "credit": more},
        ]

    def action_view_entries(self):
        self.ensure_one()
        return self._show_entries(self.accrual_id)

    def _show_entries(self, accrual):
        """The movements that these figures are made of."""
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_entry_action")
        return action | {"domain": [("id", "in", accrual._entries(self))], "context": {}}


class ClubClub(models.Model):
    _inherit = "club.club"

    def action_view_liability(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_accrual_action")
        return action | {"domain": [("company_id", "in", self.company_ids.ids)]}

    def prove_liability(self):
        """Compare the liability accounts of these clubs' companies with what members have; empty when all agrees.

        What has not been booked yet is no difference: it is booked tonight. A booking that somebody took back or
        changed is one.

        :return: list of dicts ``company_id``, ``code``, ``expected``, ``found``, ``message``
        """
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club do this. Ask one of them."))
        self.check_access("read")
        companies = self.sudo().company_ids
        return [found for company in companies for found in company._club_prove_liability()]
