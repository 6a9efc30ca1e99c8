"""Why an order has the points it has, or none: for whoever is asked about a receipt."""

from dataclasses import dataclass, field

from odoo.tools.misc import format_date, format_datetime

from .document_mixin import AWARDING


@dataclass(slots=True, kw_only=True)
class Part:
    """One paragraph of an answer: sentences, and rows of a calculation (name, text, amount)."""

    title: str
    said: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    total: str = ""
    model: str = ""  # what the title opens
    id: int = 0

    def to_data(self):
        return {
            "title": self.title, "sentences": self.said, "rows": self.rows, "total": self.total,
            "model": self.model, "id": self.id,
        }  # fmt: skip


def day_of(env, club, moment):
    """The club's calendar day of a moment, as the reader writes dates."""
    return format_date(env, club._today(moment) if club else moment)


class WhyOrder:
    """Everything there is to say of one order or invoice, in sudo: who may ask was decided before."""

    def __init__(self, document):
        self.document, self.env = document, document.env
        entries = self.env["club.entry"]
        own = entries.search([("source_model", "=", document._name), ("source_id", "=", document.id)], order="id")
        self.entries = own | entries.search([("corrects_id", "in", own.ids)], order="id")
        self.outcome = self.env["club.outcome"].search(
            [("source_model", "=", document._name), ("source_id", "=", document.id)], limit=1
        )
        self.key = document.uuid if document._name == "pos.order" else str(document.id)

    def parts(self):
        """The head, then what was earned, used, taken back, promised and refused."""
        parts = [self._head()]
        parts += [self._movement(entry) for entry in self.entries if entry.kind in AWARDING]
        parts += [self._movement(entry) for entry in self.entries if entry.kind not in AWARDING]
        return parts + [part for part in (self._promises(), self._refusals()) if part.said]

    def _head(self):
        document, _ = self.document, self.env._
        name = document.pos_reference if document._name == "pos.order" else ""
        customer = document.partner_id.display_name
        title = " · ".join(filter(None, (document.display_name, name, customer)))
        part = Part(title=title, model=document._name, id=document.id)
        said = document.club_explanation or _("No club runs where this was sold, so there are no points.")
        part.said.append(said)
        if advice := self._advice().get(self._code()):
            part.said.append(advice)
        if fault := self.outcome.fault:
            part.said.append(_("What went wrong: %s", fault.strip().splitlines()[-1][:200]))
        originals = self._refunded()
        if originals:
            part.said.append(_("It refunds %s: ask for that number, too.", ", ".join(originals.mapped("display_name"))))
        return part

    def _code(self):
        """Why it earned nothing, as a code; by today's switches where it was never looked at."""
        if self.outcome:
            return self.outcome.code
        texts = {text: code for code, text in self.env["club.outcome"]._texts().items()}
        return texts.get(self.document.club_explanation, "")

    def _advice(self):
        """What can be done about it, by the code of the outcome."""
        _ = self.env._
        by_hand = _("If it was promised, a manager can add the points on the member: Adjust, with this number.")
        earlier = _("A manager can credit orders like this one: Loyalty Club, Credit Past Orders.")
        code = _("If the receipt carries a code, the customer can enter it on their page. Else a manager can adjust.")
        return {
            "no_customer": code,
            "kiosk_unknown": code,
            "no_outlet": _("Put the register, website or team into an outlet: orders paid from then on earn."),
            "outlet_off": by_hand,
            "channel_off": by_hand,
            "club_off": by_hand,
            "before_activation": earlier,
            "not_paid": _("Once the payment that completes it has arrived, the points come by themselves."),
            "no_program": _("Make a program for this tier live. If it was promised, a manager can adjust."),
            "not_member": _("Staff can enrol the customer: orders paid from then on earn."),
            "other_currency": _("State a ratio of this outlet's currency on a program that is live there."),
            "no_points": _("Whoever may change the order can take the mark away: the points follow."),
            "fault": _("Nothing is lost. If it is still so tomorrow, tell your administrator."),
        }

    def _refunded(self):
        document = self.document
        if document._name == "pos.order":
            return document.lines.refunded_orderline_id.order_id
        if document._name == "account.move":
            return document.reversed_entry_id
        return document.browse()

    # ------------------------------------------------------------------ what moved
    def _movement(self, entry):
        """One movement: its calculation by line, what is said about it, and its dates."""
        spoken = self.env["club.explanation"]._spoken
        day = day_of(self.env, entry.club_id, entry.business_at)
        part = Part(
            title=self.env._("%(what)s on %(day)s", what=entry.display_name, day=day),
            rows=[row | {"amount": spoken(row["amount"])} for row in entry._explain()],
            total=entry.amount_text,
            model="club.entry",
            id=entry.id,
        )
        part.said += entry._club_sentences()
        part.said += [entry._club_portion_text(*portion) for portion in entry._club_portions()[entry.id]]
        part.said += self._returned(entry) + self._worth(entry)
        if entry.source_name and (entry.source_model, entry.source_id) != (self.document._name, self.document.id):
            part.said.append(self.env._("Booked with %s.", entry.source_name))
        if entry.member_id.partner_id and entry.member_id.partner_id != self.document.partner_id:
            part.said.append(self.env._("It moved the balance of %s.", entry.member_id.display_name))
        return part

    def _returned(self, entry):
        """What was taken back of an award, in one sentence."""
        award = entry.corrects_id
        if entry.kind != "clawback" or not award:
            return []
        taken = -sum(other.amount for other in self.entries if other.corrects_id == award)
        return [
            self.env._(
                "Of %(awarded)s, %(taken)s are taken back so far.",
                awarded=award.unit_id._format(award.amount),
                taken=award.unit_id._format(taken),
            )
        ]

    def _worth(self, entry):
        """What points that were used paid for."""
        if entry.kind != "spend" or "money" not in (entry.data or {}):
            return []
        return [self.env._("They paid %s.", entry.club_id.currency_id.format(entry.data["money"]))]

    # ------------------------------------------------------------------ what did not
    def _promises(self):
        holds = self.env["club.hold"].search(
            [("source_model", "=", self.document._name), ("source_key", "=", self.key), ("state", "=", "held")]
        )
        return Part(title=self.env._("Promised"), said=[promise_text(hold) for hold in holds])

    def _refusals(self):
        refusals = self.env["club.refusal"].search([("source_key", "=", self.key)])
        return Part(title=self.env._("Points that could not be used"), said=[refusal_text(row) for row in refusals])


def promise_text(hold):
    """ "50 Beans are promised to an order until 14:30"."""
    _, amount = hold.env._, hold.unit_id._format(hold.amount)
    if not hold.expires_at:
        return _("%s are promised to an order until it is paid or cancelled.", amount)
    until = format_datetime(hold.env, hold.expires_at, dt_format="short")
    if not hold._is_live():
        return _(
            "%(amount)s were promised to an order until %(until)s; they are free again.", amount=amount, until=until
        )
    return _("%(amount)s are promised to an order until %(until)s.", amount=amount, until=until)


def refusal_text(refusal):
    """ "3 May 2026 14:30, Counter: Use at least 50 Beans at once. (2 times)"."""
    _ = refusal.env._
    head = ", ".join(filter(None, (format_datetime(refusal.env, refusal.refused_at, dt_format="short"), refusal.place)))
    text = f"{head}: {refusal.message}"
    if refusal.source_name:
        text += f" · {refusal.source_name}"
    if refusal.times > 1:
        text += " " + _("(asked %s times)", refusal.times)
    return text
