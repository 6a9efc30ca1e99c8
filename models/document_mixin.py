import logging
from dataclasses import dataclass, field

from odoo import fields, models
from odoo.exceptions import AccessError, ConcurrencyError
from odoo.tools import SQL
from psycopg2 import OperationalError

from ..engine.lots import portions
from ..engine.values import exact
from .ledger import Intent, Source

_logger = logging.getLogger(__name__)

AWARDING = ("award", "backfill")
# Outcomes that were decided when the order was paid: later settings do not reopen them.
FINAL = frozenset({
    "awarded", "outlet_off", "club_off", "channel_off", "before_activation", "no_program", "other_currency",
    "no_real_money", "nothing_eligible", "redemption_order", "below_one", "visited", "not_member",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A line as it was sold. ``kind``: "" for spend, "payment", "promotion", "reward" and
    "voucher" (what points bought), or why it is not spend.

    ``uom``: what ``quantity`` is counted in, where that is not the product's own unit. ``record``: the line itself,
    where rewards may be on such a document.
    """

    key: str
    name: str
    product: object
    quantity: float
    net: float
    gross: float
    kind: str = ""
    uom: object = None
    record: object = None

    def count(self, unit):
        """(how many items, is it measured): dozens count as twelve, what is weighed is one item."""
        own = self.product.uom_id
        uom = self.uom or own
        if not uom:
            return exact(self.quantity), False
        if self.product.to_weight or not uom._has_common_reference(unit):
            return exact(self.quantity), True
        return exact(self.quantity) * exact(uom.factor) / exact(unit.factor), False


@dataclass(slots=True)
class Case:
    """One document on its way through ``_club_sync``."""

    document: object
    code: str = ""
    club_id: int = 0
    outlet: object = None
    partner_id: int = 0
    paid_at: object = None
    as_of: object = None  # rules, tier and validity are those of this moment: when it was paid
    kind: str = "award"
    member_id: int = 0
    tier_id: int = 0
    awards: list = field(default_factory=list)  # rows of award entries
    takings: list = field(default_factory=list)  # rows of claw-backs and their corrections
    judged: list = field(default_factory=list)  # (program rule, unit rule, engine Award)
    birthday: object = False  # the customer's, once it was asked for
    only: frozenset = frozenset()  # keys of the lines that are judged, where an earlier award has the others
    suffix: str = ""  # of the award's key, likewise
    grown: object = None  # the case of lines that it got since


class ClubDocumentMixin(models.AbstractModel):
    """A document that earns: ``_club_sync()`` posts what it should have earned by now, less what it has.

    Every event (paid, refunded, cancelled, late sync, nightly repair) just calls it; calling it twice changes
    nothing. What was recorded with the award decides what a refund takes; nothing is looked up again.
    """

    _name = "club.document.mixin"
    _description = "Document That Earns Points"

    # ------------------------------------------------------------------ hooks of the channels
    def _club_member_partner(self):
        """The contact who earns."""
        return self.partner_id

    def _club_outlet(self):
        """The outlet the document belongs to, or none."""
        return self.env["club.outlet"]

    def _club_channel(self):
        """``pos``, ``shop``, ``sale``, ``kiosk``."""
        return "sale"

    def _club_not_due(self):
        """Why it does not earn yet or ever, as a code; empty when it is paid and may."""
        return "not_paid"

    def _club_nobody(self):
        """What it is called that nobody earns, as a code."""
        return "no_customer"

    def _club_paid_at(self):
        """When it was paid (naive UTC)."""
        return fields.Datetime.now()

    def _club_lines(self):
        """What was sold, as ``Sold`` values: amounts recomputed on the server, in the document's currency."""
        raise NotImplementedError

    def _club_not_real(self, total, negative):
        """(how much of ``total`` no real money paid, whether points paid any of it), in its currency.

        :param negative: what negative lines without a link to a sale take off; nobody paid that either
        """
        return negative, False

    def _club_currency_rate(self):
        """Units of the document's currency for one of its company's."""
        return self.currency_rate

    def _club_returned(self):
        """dict document id → {line key: share returned so far}, for all of ``self`` at once."""
        return {}

    def _club_line_keys(self):
        """Keys of the lines that the document has now."""
        return set()

    def _club_is_final(self, code):
        """Was this outcome decided for good when the document was paid?"""
        return code in FINAL

    def _club_parts(self):
        """{line key: share of the line that this document earns on}, where that is not all of it."""
        return {}

    def _club_source(self):
        return Source(model=self._name, id=self.id, name=self.display_name)

    # ------------------------------------------------------------------ the one path
    def club_sync(self):
        """Compute again what these documents earned. For staff; customers have no say in it."""
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_user"):
            raise AccessError(self.env._("Only staff of the club do this."))
        self.check_access("read")
        self.sudo()._club_sync()
        return True

    def _club_sync_safely(self, is_fresh=False):
        """Sync without ever stopping a sale: a fault is recorded and the nightly repair does the rest.

        A serialization failure is not a fault: the host repeats the whole transaction.
        """
        try:
            with self.env.cr.savepoint():
                self._club_sync(is_fresh)
        except (OperationalError, ConcurrencyError):
            raise
        except Exception as fault:
            _logger.exception("Points of %s could not be credited; the nightly repair will do it", self)
            self.env["club.outcome"].sudo()._record([
                {
                    "source_model": document._name,
                    "source_id": document.id,
                    "source_name": document.display_name,
                    "code": "fault",
                    "fault": f"{type(fault).__name__}: {fault}",
                }
                for document in self
            ])  # fmt: skip

    def _club_sync(self, is_fresh=False):
        """Post the difference between what these documents should have earned by now and what they have.

        :param is_fresh: they were paid in this very transaction, so nothing can have come back yet
        """
        documents = self.sudo()
        if not documents:
            return
        cases = documents._club_cases()
        documents._club_lock(cases)
        documents._club_judge_all([case for case in cases if not case.code and not case.awards])
        documents._club_award(cases)
        if not is_fresh:
            documents._club_grow(cases)
            documents._club_take_back(cases)
        documents._club_grant_plays(cases, is_fresh)
        documents._club_count_goals(cases, is_fresh)
        documents._club_count_tiers(cases, is_fresh)
        documents._club_record_outcomes(cases)

    def _club_cases(self):
        """Everything known about each document before the members are locked: one query for all."""
        cases = {document.id: Case(document=document) for document in self}
        for row in self._club_ledger_rows():
            case = cases[row["source_id"]]
            if row["kind"].startswith("outcome:"):
                case.code = row["kind"][8:]
            elif row["kind"] in AWARDING:
                case.awards.append(row)
            else:
                case.takings.append(row)
        for case in cases.values():
            if case.awards:
                case.code = "awarded"
            elif not case.document._club_is_final(case.code):
                case.code = case.document._club_open(case)
        return list(cases.values())

    def _club_ledger_rows(self):
        return self.env.execute_query_dict(
            SQL(
                """SELECT e.id, e.source_id, e.kind, e.amount, e.data, e.corrects_id, a.member_id, a.club_id,
                          a.id AS account_id, a.unit_id
                     FROM club_entry e JOIN club_account own ON own.id = e.account_id
                     JOIN club_account a ON a.id = COALESCE(own.merged_into_id, own.id)
                    WHERE e.source_model = %(model)s AND e.source_id = ANY(%(ids)s)
                      AND e.kind IN ('award', 'backfill', 'clawback', 'correction')
                UNION ALL
                   SELECT 0, source_id, 'outcome:' || code, 0, NULL, NULL, NULL, NULL, NULL, NULL
                     FROM club_outcome WHERE source_model = %(model)s AND source_id = ANY(%(ids)s)
                 ORDER BY 1""",
                model=self._name,
                ids=list(self.ids),
            )
        )

    def _club_open(self, case):
        """Fill a case that has no award; return why it cannot have one, or nothing."""
        case.partner_id = self._club_member_partner().id
        case.outlet = self._club_outlet()
        case.club_id = case.outlet.club_id.id
        companies = self.company_id.parent_ids.ids
        if not case.outlet or case.outlet.club_id._rulebook().company_ids.isdisjoint(companies):
            return "no_outlet"  # a sales team may be shared with companies outside the club
        if self.club_no_points:
            return "no_points"
        if code := self._club_not_due():
            return code
        case.paid_at = case.as_of = self._club_paid_at()
        if code := self._club_off(case):
            return code
        return "" if case.partner_id else self._club_nobody()

    def _club_off(self, case):
        """Why nothing could be earned there when it was paid, as a code; empty when it could."""
        return case.outlet._is_on(case.paid_at, self._club_channel())

    def _club_lock(self, cases):
        """Lock every member concerned, in one statement."""
        open_cases = [case for case in cases if not case.code]
        member_ids = {row["member_id"] for case in cases for row in case.awards}
        paid = self._club_paid(cases)
        if not open_cases and not member_ids and not paid:
            return
        concerned = {(case.club_id, case.partner_id) for case in open_cases} | paid.keys()
        members = self.env["club.member"]._lock_partners(
            {club_id for club_id, _partner in concerned},
            {partner_id for _club, partner_id in concerned},
            member_ids,
            paid,
        )
        self._club_undo_lapses(paid)
        moved = self.env["club.member"]
        for case in open_cases:
            if row := members.get((case.club_id, case.partner_id)):
                case.member_id, case.tier_id, tier_since = row
                if tier_since and tier_since > case.as_of:
                    moved |= moved.browse(case.member_id)
        for case in open_cases if moved else ():
            if case.member_id in moved._ids:
                case.tier_id = moved.browse(case.member_id)._tier_at(case.as_of)[case.member_id]

    def _club_undo_lapses(self, paid):
        """An order that is known late may have kept alive what the night had booked as lapsed meanwhile."""
        late = {}
        for (club_id, partner_id), moment in paid.items():
            rules = self.env["club.club"].browse(club_id)._rulebook()
            if rules.has_lapses and rules.today(moment) < rules.today(fields.Datetime.now()):
                late[club_id, partner_id] = moment
        if late:
            self.env["club.account"]._undo_lapses(late)

    def _club_paid(self, cases):
        """(club id, partner id) → when their latest order was paid, whether it earns or not: who buys is active."""
        paid = {}
        for case in cases:
            if case.paid_at and case.partner_id and case.document._club_is_bought():
                key = case.club_id, case.partner_id
                paid[key] = max(case.paid_at, paid.get(key, case.paid_at))
        return paid

    def _club_is_bought(self):
        """Is anything in it that costs something? An order of nothing is no purchase."""
        return self.amount_total > 0

    def _club_award(self, cases):
        """Post what the judged documents earned, enrolling who was not a member yet."""
        self._club_enrol(cases)
        earning_cases = [case for case in cases if case.judged]
        if not earning_cases:
            return
        accounts = self.env["club.account"]._ensure(
            (case.member_id, unit.id, case.outlet.pool_id.id)
            for case in earning_cases
            for _program, unit, _award in case.judged
        )
        intents, owners = [], []
        for case in earning_cases:
            source, day = case.document._club_source(), case.outlet.club_id._rulebook().today(case.as_of)
            for program, unit, award in case.judged:
                account_id = accounts[case.member_id, unit.id, case.outlet.pool_id.id]
                born = portions(
                    award.amount,
                    program.portion_count,
                    program.portion_interval_days,
                    day,
                    program.validity_days,
                    program.validity_months,
                )
                intents.append(
                    Intent(
                        account_id=account_id,
                        kind=case.kind,
                        key=f"{source.model}:{source.id}:award:{unit.id}{case.suffix}",
                        amount=award.amount,
                        source=source,
                        business_at=case.paid_at,
                        born=born,
                        data={
                            "award": award.to_data()
                            | {
                                "currency_id": case.document._club_currency_id(
                                    case.outlet.club_id._rulebook(), case.outlet.id
                                )
                            },
                            "program_id": program.id,
                            "outlet_id": case.outlet.id,
                            "parts": {key: str(part) for key, part in case.document._club_parts().items()},
                        },
                    )
                )
                owners.append((case, account_id, intents[-1]))
        self._club_count_budgets(earning_cases)
        entries = self.env["club.entry"]._post(intents, is_locked=True)
        for (case, account_id, intent), entry in zip(owners, entries, strict=True):
            case.code = "awarded"
            case.awards.append({"id": entry.id, "account_id": account_id, "member_id": case.member_id,
                                "club_id": case.club_id, "data": intent.data, "kind": case.kind})  # fmt: skip

    def _club_record_outcomes(self, cases):
        self.env["club.outcome"]._record([
            {
                "source_model": case.document._name,
                "source_id": case.document.id,
                "source_name": case.document.display_name,
                "club_id": case.club_id or (case.awards[0]["club_id"] if case.awards else None),
                "member_id": case.member_id or (case.awards[0]["member_id"] if case.awards else None),
                "code": case.code,
            }
            for case in cases
            if case.code != "no_outlet"
        ])  # fmt: skip
        self.invalidate_recordset(["club_entry_ids", "club_points_earned", "club_explanation"], flush=False)
