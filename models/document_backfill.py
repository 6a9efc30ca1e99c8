from dataclasses import dataclass, field
from datetime import datetime

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import clawback, earning
from .document_enrol import REFUSALS
from .document_judge import who_bought
from .document_mixin import Case

# Not about these orders' history: they keep the outcome they have.
LEFT_ALONE = frozenset({"other_dates", "after_activation", "guest", "archived"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited:
    """What one order of the history comes to. ``amounts``: unit id → minor, after what was returned since."""

    partner_id: int
    paid_at: datetime | None
    tier_id: int
    code: str
    amounts: dict


@dataclass(slots=True, kw_only=True, eq=False)
class Plan:
    """Which history is credited, how, and what it came to so far.

    It travels in the context of the documents: an object cannot come over RPC, so nobody outside can hold one.

    ``outlets``: outlet id → when the club was first on there. ``tiers``: partner id → the tier that counts for
    all of the partner's history, from the first order on.
    """

    now: datetime
    outlets: dict
    unit_ids: frozenset
    since: datetime | None = None
    until: datetime | None = None
    is_before_only: bool = True
    has_guests: bool = True
    is_dry: bool = False
    tiers: dict = field(default_factory=dict)
    results: list = field(default_factory=list)
    newcomers: set = field(default_factory=set)  # partners who were not members
    touched: set = field(default_factory=set)  # members whose lifetime total changed: their tier is reviewed once
    decided: set = field(default_factory=set)  # documents whose outcome was decided while the club was on
    net: dict = field(default_factory=dict)  # document id → unit id → minor
    lacking: dict = field(default_factory=dict)  # document id → units that an earlier run did not credit
    # What a preview has judged so far, as the ledger would know it: see ``Past``.
    buyers: set = field(default_factory=set)
    visits: set = field(default_factory=set)
    given: dict = field(default_factory=dict)
    plays: int = 0  # of games, that these orders bring
    reached: int = 0  # goals, by these orders
    # Of a preview: (goal, member or −partner, period) → [(day, what counts)]
    counted: dict = field(default_factory=dict)
    tier_counts: list = field(default_factory=list)  # of a preview: (partner, paid when, what counts for tiers)

    def excludes(self, paid_at):
        return bool(self.since and paid_at < self.since) or bool(self.until and paid_at >= self.until)

    def is_history(self, outlet_id, paid_at):
        """Was it paid before the club was ever on there?"""
        first = self.outlets.get(outlet_id)
        return bool(first) and paid_at < first

    def note(self, case):
        """What the ledger knows of an award once it is posted."""
        if case.kind == "backfill":
            self.tiers.setdefault(case.partner_id, case.tier_id)
        if not case.member_id:
            self.newcomers.add(case.partner_id)
        who = who_bought(case)
        self.buyers.add(who)
        day = case.outlet.club_id._rulebook().today(case.paid_at)
        for _program, unit, award in case.judged:
            self.visits.add((who, unit.id, day))
            for key, gave in award.gave.items():
                self.given[int(key)] = self.given.get(int(key), 0) + gave


class ClubDocumentMixin(models.AbstractModel):
    """Orders paid before the club was on, credited by what is live today.

    The only exception to "what was live when the order was paid": today's programs and the member's tier of
    today, validity from today. Whatever else is as in any sync, keys included, so no order is credited twice.

    Example: three orders of 100.00 of last year, one half refunded since, bring 250 today.
    """

    _inherit = "club.document.mixin"

    def _club_backfill(self, plan):
        """Sync these documents by a plan, which then knows what came of it."""
        documents = self.with_context(club_backfill=plan)
        documents._club_read_ahead()
        documents._club_sync()

    def _club_read_ahead(self):
        """Read at once, for all of these documents, what each would ask for alone."""

    @api.model
    def _club_plan(self):
        plan = self.env.context.get("club_backfill")
        return plan if isinstance(plan, Plan) else None

    @api.model
    def _club_history_domain(self, outlet_ids, before=None, since=None):
        """Documents of these outlets that may have been paid between two moments, where given."""
        return Domain.FALSE

    @api.model
    def _club_date_field(self):
        """The date of a document itself, whenever it was paid."""
        return "date_order"

    # ------------------------------------------------------------------ what is judged
    def _club_cases(self):
        """What was decided while the club was off is opened again; what was decided while it was on is not."""
        cases = super()._club_cases()
        for case in cases if self._club_plan() else ():
            if not case.awards and case.outlet is None:
                decided, code = case.code, case.document._club_open(case)
                if case.paid_at and case.kind != "backfill":
                    case.code = decided
                    self._club_plan().decided.add(case.document.id)
                else:
                    case.code = code
        return cases

    def _club_open(self, case):
        plan, code = self._club_plan(), super()._club_open(case)
        if not plan or code:
            return code
        if not self._club_member_partner().active:
            return "archived"  # somebody who left, and may have asked to be forgotten
        return "guest" if not plan.has_guests and self._club_is_guest() else ""

    def _club_off(self, case):
        plan = self._club_plan()
        if plan is None:
            return super()._club_off(case)
        if case.outlet.id not in plan.outlets or plan.excludes(case.paid_at):
            return "other_dates"
        if plan.is_history(case.outlet.id, case.paid_at):
            case.kind, case.as_of = "backfill", plan.now
            return case.outlet._is_on(plan.now, self._club_channel())
        return "after_activation" if plan.is_before_only else super()._club_off(case)

    def _club_lock(self, cases):
        super()._club_lock(cases)
        if plan := self._club_plan():
            for case in cases:
                if case.kind == "backfill":
                    case.tier_id = plan.tiers.get(case.partner_id) or case.tier_id

    def _club_paid(self, cases):
        """Orders of long ago make nobody active: what they bring is good from today."""
        return super()._club_paid([case for case in cases if case.kind != "backfill"])

    def _club_judge_all(self, cases, is_preview=False):
        plan = self._club_plan()
        super()._club_judge_all(cases, is_preview or bool(plan and plan.is_dry))

    def _club_past(self, cases, is_preview=False):
        """A preview writes nothing, so what it has judged before is carried along."""
        past, plan = super()._club_past(cases, is_preview), self._club_plan()
        if plan and plan.is_dry:
            past.buyers |= plan.buyers
            past.visits |= plan.visits
            for bonus_id, given in plan.given.items():
                past.given[bonus_id] = past.given.get(bonus_id, 0) + given
        return past

    def _club_program(self, rules, unit, case):
        plan = self._club_plan()
        if plan and unit.id not in plan.lacking.get(case.document.id, plan.unit_ids):
            return None
        return super()._club_program(rules, unit, case)

    def _club_live_bonuses(self, rules, unit, case, channel, birthday):
        """Bonuses of today whose own dates cover the order of then."""
        if case.kind != "backfill":
            return super()._club_live_bonuses(rules, unit, case, channel, birthday)
        day = rules.local(case.outlet.id, case.paid_at).date()
        found = rules.bonuses_for(
            unit.id, case.outlet.id, channel, case.paid_at, case.tier_id, birthday, live_at=case.as_of
        )
        return [bonus for bonus in found if bonus.is_dated_for(day)]

    # ------------------------------------------------------------------ what is posted
    def _club_award(self, cases):
        plan = self._club_plan()
        if plan and plan.is_dry:
            self._club_enrol(cases)
        else:
            super()._club_award(cases)

    def _club_enrol(self, cases):
        """Where nothing is left of an award, nobody becomes a member by it; in a preview nobody does at all."""
        plan = self._club_plan()
        if plan:
            self._club_weigh(plan, cases)
            self._club_refuse_strangers(cases)
            for case in cases:
                if case.judged:
                    plan.note(case)
        if not (plan and plan.is_dry):
            super()._club_enrol(cases)

    def _club_weigh(self, plan, cases):
        """What is left of each award after what came back since; what came back whole earns nothing."""
        judged = [case for case in cases if case.judged]
        returned = self.browse(case.document.id for case in judged)._club_returned() if judged else {}
        for case in judged:
            net, came = {}, returned.get(case.document.id)
            for _program, unit, award in case.judged:
                net[unit.id] = award.amount
                if came:
                    recorded = earning.Recorded.from_data(award.to_data())
                    shares = case.document._club_returned_beside(came, recorded.gift_keys)
                    shares = self._club_scaled(shares, case.document._club_parts())
                    net[unit.id] -= clawback.due(recorded, shares, 0)
            if not any(net.values()):
                case.judged, case.code = [], "returned"
                continue
            plan.net[case.document.id] = net

    def _club_grow(self, cases):
        """Units that an earlier run over the history left out; lines added since are a matter of every day."""
        plan = self._club_plan()
        if plan is None:
            super()._club_grow(cases)
            return
        grown = []
        for case in cases:
            if case.judged or not case.awards or any(row["kind"] != "backfill" for row in case.awards):
                continue
            units = plan.unit_ids - {row["unit_id"] for row in case.awards}
            if not units:
                continue
            more = Case(document=case.document)
            if not case.document._club_open(more) and more.kind == "backfill":
                plan.lacking[case.document.id] = units
                grown.append((case, more))
        if not grown:
            return
        self._club_lock([more for _case, more in grown])
        self._club_judge_all([more for _case, more in grown])
        self._club_award([more for _case, more in grown])
        for case, more in grown:
            case.awards += more.awards
            if more.judged:
                case.judged, case.paid_at, case.partner_id = more.judged, more.paid_at, more.partner_id
                case.tier_id, case.kind = more.tier_id, more.kind

    def _club_take_back(self, cases):
        plan = self._club_plan()
        if plan:
            cases = [] if plan.is_dry else [case for case in cases if case.judged]
        super()._club_take_back(cases)

    def _club_record_outcomes(self, cases):
        plan = self._club_plan()
        if plan is None:
            super()._club_record_outcomes(cases)
            return
        new = []
        for case in cases:
            code = "awarded" if case.judged else "already" if case.awards else case.code
            # Who is no member yet is asked about the orders of every day, not about those of long ago.
            is_left = case.kind == "backfill" and code in REFUSALS.values() or code in LEFT_ALONE
            if case.judged or (case.paid_at and not is_left and case.document.id not in plan.decided):
                new.append(case)
            plan.results.append(
                Credited(
                    partner_id=case.partner_id,
                    paid_at=case.paid_at,
                    tier_id=case.tier_id,
                    code=code,
                    amounts=plan.net.get(case.document.id, {}) if case.judged else {},
                )
            )
        if new and not plan.is_dry:
            super()._club_record_outcomes(new)


class ClubMember(models.Model):
    """Members in a run over the history: a preview locks nobody, and tiers move once, at its end."""

    _inherit = "club.member"

    @api.model
    def _lock_partners(self, club_ids, partner_ids, member_ids=(), paid=None):
        plan = self.env.context.get("club_backfill")
        if not isinstance(plan, Plan) or not plan.is_dry:
            return super()._lock_partners(club_ids, partner_ids, member_ids, paid)
        self._club_flush()
        rows = self.env.execute_query(
            SQL(
                """SELECT club_id, partner_id, id, tier_id, tier_since FROM club_member
                    WHERE club_id = ANY(%s) AND partner_id = ANY(%s)""",
                list(club_ids),
                list(partner_ids),
            )
        )
        return {(club_id, partner_id): row for club_id, partner_id, *row in rows}

    @api.model
    def _club_review_tiers(self, rows):
        plan = self.env.context.get("club_backfill")
        if isinstance(plan, Plan):
            plan.touched.update(row[0] for row in rows)
        else:
            super()._club_review_tiers(rows)

    def _club_review_now(self):
        """Move these members up where their lifetime total reaches further, once for all that came together."""
        self.invalidate_recordset(["lifetime", "tier_id", "tier_until"])
        self._club_review_tiers([
            (member.id, member.club_id.id, member.tier_id.id, member.lifetime, member.tier_until, 0)
            for member in self
        ])  # fmt: skip


class PosOrder(models.Model):
    _inherit = "pos.order"

    @api.model
    def _club_history_domain(self, outlet_ids, before=None, since=None):
        domain = Domain([("state", "in", ("paid", "done")), ("config_id.club_outlet_id", "in", outlet_ids)])
        if since:
            domain &= Domain("date_order", ">=", since) | Domain("session_id.start_at", ">=", since)
        return domain & Domain("date_order", "<", before) if before else domain


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _club_history_domain(self, outlet_ids, before=None, since=None):
        website, team = "website_id.club_outlet_id", "team_id.club_outlet_id"
        by_team = (Domain("website_id", "=", False) | Domain(website, "=", False)) & Domain(team, "in", outlet_ids)
        ours = Domain(website, "in", outlet_ids) | by_team
        domain = Domain("state", "=", "sale") & ours
        # Imported orders carry their own date, not that of their row.
        return domain & (Domain("create_date", "<", before) | Domain("date_order", "<", before)) if before else domain

    def _club_read_ahead(self):
        lines, invoices = self.order_line, self.invoice_ids
        sold = lines.pos_order_line_ids
        sold.order_id.mapped("state")
        invoices.reversal_move_ids.mapped("state")
        invoices.pos_order_ids.mapped("state")
        booked = invoices.line_ids
        booked.mapped("quantity")
        booked.sale_line_ids.mapped("order_id")
        booked.matched_credit_ids.mapped("create_date")
        invoices.matched_payment_ids.mapped("state")
        transactions = self.transaction_ids | self.transaction_ids.child_transaction_ids
        transactions.child_transaction_ids.mapped("operation")
        transactions.payment_id.move_id.line_ids.mapped("account_id.account_type")
        transactions.sale_order_ids.mapped("amount_total")


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model
    def _club_date_field(self):
        return "invoice_date"

    @api.model
    def _club_history_domain(self, outlet_ids, before=None, since=None):
        domain = Domain([
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "in", ("paid", "in_payment")),
            ("team_id.club_outlet_id", "in", outlet_ids),
            ("pos_order_ids", "=", False),
        ])  # fmt: skip
        domain &= ~Domain("invoice_line_ids", "any", [("sale_line_ids", "!=", False)])
        return domain & (Domain("create_date", "<", before) | Domain("invoice_date", "<", before)) if before else domain
