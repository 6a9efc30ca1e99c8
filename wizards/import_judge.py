"""Rows of a file of opening balances, judged: whose, how much, whether known, or what is wrong and what to do."""

from collections import defaultdict
from dataclasses import dataclass, field

from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.mail import email_normalize
from odoo.tools.misc import get_lang

from ..engine import opening
from ..models.import_cards import is_own_card, judge_cards

KEY_LENGTH = 64
MOST = 10**9  # units: beyond it somebody slipped a column
NAMED = 3  # customers that a message lists


@dataclass(slots=True)
class Verdict:
    """One row: ``problems`` in sentences, else what it means."""

    number: int
    external_id: str
    cells: dict
    problems: list = field(default_factory=list)
    unit: object = None
    pool_id: int = 0
    minor: int = 0
    lifetime: int = 0
    expires_on: object = None
    partner_id: int = 0
    stranger: tuple = ()  # (e-mail, phone) of a contact that is to be made
    card: str = ""  # of a new member
    is_known: bool = False


class Judge:
    """Judges all rows of a sheet with a fixed number of queries, whatever their number."""

    def __init__(self, wizard, decimal):
        self.env, self.club, self.wizard = wizard.env, wizard.club_id.sudo(), wizard
        self._ = self.env._
        self.decimal = decimal
        self.own_dates = get_lang(self.env).date_format
        self.today = self.club._today()
        self.units = self._named(self.club.unit_ids, ("name", "name_plural", "short_name"))
        self.pools = self._named(self.club.pool_ids, ("name",))

    def judge(self, sheet):
        verdicts = [self._cells(row) for row in sheet.rows]
        self._once(verdicts)
        found = self._customers(verdicts)
        self._namesakes(verdicts)
        self._known(verdicts)
        judge_cards(self, verdicts, found)
        return verdicts

    def _named(self, records, names):
        """dict lower-case name, in any language of the database, → record."""
        found = {}
        for code, _name in self.env["res.lang"].get_installed():
            for record in records.with_context(lang=code):
                for name in names:
                    found.setdefault((record[name] or "").strip().casefold(), records.browse(record.id))
        return found

    # ------------------------------------------------------------------ cell by cell
    def _cells(self, row):
        _, cells = self._, row.cells
        verdict = Verdict(number=row.number, external_id=cells.get("external_id", ""), cells=cells)
        problems = verdict.problems
        if row.extra:
            problems.append(_("It has more cells than the heading: put a text with the separator in quotes."))
        if not verdict.external_id:
            problems.append(_("external_id is empty: give each row a number of its own, so that it counts once."))
        elif len(verdict.external_id) > KEY_LENGTH:
            problems.append(_("external_id is longer than 64 characters: use a shorter one."))
        elif "@" in verdict.external_id:
            problems.append(
                _("external_id is an e-mail, which would stay in the history for good: use a number or code.")
            )
        self._unit(verdict)
        self._pool(verdict)
        if verdict.unit:
            self._amounts(verdict)
        self._expiry(verdict)
        return verdict

    def _unit(self, verdict):
        name, units = verdict.cells.get("unit", ""), self.club.unit_ids
        verdict.unit = self.units.get(name.casefold()) if name else (units if len(units) == 1 else None)
        if not verdict.unit:
            known = ", ".join(units.mapped("name_plural"))
            if name:
                text = self._('There is no unit "%(name)s": write one of %(known)s.', name=name, known=known)
            else:
                text = self._("The unit is missing: write one of %s.", known)
            verdict.problems.append(text)

    def _pool(self, verdict):
        name = verdict.cells.get("pool", "")
        chosen = self.wizard.pool_id
        pool = self.pools.get(name.casefold()) if name else chosen.filtered(lambda own: own.club_id == self.club)
        if name and not pool:
            known = ", ".join(self.club.pool_ids.mapped("name"))
            verdict.problems.append(
                self._('There is no pool "%(name)s": write one of %(known)s.', name=name, known=known)
            )
        verdict.pool_id = pool.id if pool else 0

    def _amounts(self, verdict):
        verdict.minor = self._minor(verdict, "amount")
        verdict.lifetime = self._minor(verdict, "lifetime")

    def _minor(self, verdict, column):
        """A cell in the unit's minor unit; 0 with a problem noted where it is no sensible amount."""
        _, text, unit = self._, verdict.cells.get(column, ""), verdict.unit
        told = {"column": column, "text": text}
        if not text:
            if column == "amount":
                verdict.problems.append(_("amount is empty: write a number, 0 where there is only a lifetime."))
            return 0
        try:
            value = opening.number(text, self.decimal)
        except ValueError:
            mark = _("comma") if self.decimal == "," else _("point")
            verdict.problems.append(_('%(column)s "%(text)s" is not a number (decimal %(mark)s).', mark=mark, **told))
            return 0
        minor = value * 10**unit.decimals
        if value < 0:
            text = _("%(column)s %(text)s is below 0: a debt is not imported. Use Adjust for it later.", **told)
        elif value > MOST:
            text = _("%(column)s %(text)s is more than anybody has: check the columns.", **told)
        elif minor.denominator != 1:
            text = _(
                "%(column)s %(text)s has too many decimals: %(unit)s are kept with %(decimals)s.",
                unit=unit.name_plural,
                decimals=unit.decimals,
                **told,
            )
        else:
            return int(minor)
        verdict.problems.append(text)
        return 0

    def _expiry(self, verdict):
        text = verdict.cells.get("expires_on", "")
        if not text:
            return
        try:
            verdict.expires_on = opening.day(text, self.own_dates)
        except ValueError:
            verdict.problems.append(self._('expires_on "%s" is not a date: write it as 2027-12-31.', text))
            return
        if verdict.expires_on < self.today:
            verdict.problems.append(
                self._("It expired on %s: leave the row out, or give a later date.", verdict.expires_on.isoformat())
            )

    def _once(self, verdicts):
        """An external id stands for one row of the file."""
        first = {}
        for verdict in verdicts:
            number = first.setdefault(verdict.external_id, verdict.number)
            if verdict.external_id and number != verdict.number:
                verdict.problems.append(
                    self._("external_id %(id)s is on line %(line)s already.", id=verdict.external_id, line=number)
                )

    # ------------------------------------------------------------------ whose
    def _customers(self, verdicts):
        found = Contacts(self.env, self.club, verdicts)
        for verdict in verdicts:
            self._customer(verdict, found)
        return found

    def _customer(self, verdict, found):
        _, sets = self._, []
        for column in ("contact_id", "card_number", "email", "phone"):
            text = verdict.cells.get(column, "")
            if not text:
                continue
            ids = found.by[column].get(found.clean(column, text))
            if ids:
                sets.append(ids)
            elif column == "contact_id":
                verdict.problems.append(_("No contact has the external ID %s: correct or remove it.", text))
            elif column == "card_number" and is_own_card(text):
                verdict.card = text
            elif column == "card_number":
                verdict.problems.append(
                    _("No member has the card %s: name the customer by e-mail or phone instead.", text)
                )
            elif not found.clean(column, text):
                verdict.problems.append(_('%(column)s "%(text)s" cannot be read.', column=column, text=text))
        if not sets:
            self._stranger(verdict, found)
            return
        both = frozenset.intersection(*sets)
        if not both:
            owners = _(" and ").join(found.names(ids) for ids in sets)
            verdict.problems.append(_("It names different customers: %s. Keep one of them.", owners))
            return
        members = frozenset(partner_id for partner_id in both if partner_id in found.members)
        chosen = members if len(members) == 1 else both
        if len(chosen) > 1:
            verdict.problems.append(
                _("Several customers fit: %s. Name the one by card_number or contact_id.", found.names(chosen))
            )
            return
        [verdict.partner_id] = chosen
        if verdict.partner_id in found.archived:
            verdict.problems.append(_("The membership of %s is archived: restore it first.", found.names(chosen)))

    def _stranger(self, verdict, found):
        """Nobody fits: a new contact where the merchant wants that, else what to do."""
        _, cells = self._, verdict.cells
        email, phone = found.clean("email", cells.get("email", "")), found.clean("phone", cells.get("phone", ""))
        if verdict.problems:
            return
        if not email and not phone and verdict.card:
            verdict.problems.append(
                _("No member has the card %s: name the customer by e-mail or phone too.", verdict.card)
            )
        elif not email and not phone:
            verdict.problems.append(_("It names no customer: fill in email, phone, card_number or contact_id."))
        elif not self.wizard.is_creating:
            verdict.problems.append(
                _(
                    "No contact has %s: correct it, or tick that unknown customers become contacts.",
                    cells.get("email") or cells.get("phone"),
                )
            )
        else:
            verdict.stranger = (email, "") if email else ("", phone)

    def _namesakes(self, verdicts):
        """A couple shares an address: two names by one address would become one contact."""
        first = {}
        for verdict in verdicts:
            name = verdict.cells.get("name", "")
            if not verdict.stranger or not name:
                continue
            before, line = first.setdefault(verdict.stranger, (name, verdict.number))
            if opening.plain(before) != opening.plain(name):
                verdict.problems.append(
                    self._(
                        "%(address)s is that of %(name)s on line %(line)s too: give each customer an address of their "
                        "own, or make the contacts first and name them by contact_id.",
                        address="".join(verdict.stranger),
                        name=before,
                        line=line,
                    )
                )

    # ------------------------------------------------------------------ known from an earlier import
    def _known(self, verdicts):
        keys = {self.wizard._key(verdict.external_id): verdict for verdict in reversed(verdicts)}
        rows = self.env.execute_query(
            SQL(
                """SELECT e.key, e.amount, e.lifetime_delta, a.unit_id, m.partner_id
                     FROM club_entry e JOIN club_account own ON own.id = e.account_id
                     JOIN club_account a ON a.id = COALESCE(own.merged_into_id, own.id)
                     JOIN club_member m ON m.id = a.member_id
                    WHERE e.key = ANY(%s)""",
                list(keys),
            )
        )
        for key, amount, lifetime, unit_id, partner_id in rows:
            verdict = keys[key]
            if verdict.problems:
                continue
            verdict.is_known, unit = True, verdict.unit
            if (amount, lifetime, unit_id) != (verdict.minor, verdict.lifetime, unit.id):
                before = unit.browse(unit_id)._format(amount)
                verdict.problems.append(
                    self._(
                        "external_id %(id)s was imported before with %(before)s and stays so: "
                        "use Adjust on the member to correct a balance.",
                        id=verdict.external_id,
                        before=before,
                    )
                )
            elif partner_id and partner_id != verdict.partner_id:
                verdict.problems.append(
                    self._(
                        "external_id %s was imported before for another customer: give this row another one.",
                        verdict.external_id,
                    )
                )


class Contacts:
    """The customers that a file's rows may mean, looked up all at once."""

    def __init__(self, env, club, verdicts):
        self.env, self.club = env, club
        self.country = env.company.country_id
        self.cleaned = {}
        self.by = {column: {} for column in ("contact_id", "card_number", "email", "phone")}
        told = {
            column: {self.clean(column, verdict.cells.get(column, "")) for verdict in verdicts} - {""}
            for column in self.by
        }
        self._read_partners("email", "email_normalized", told["email"])
        self._read_partners("phone", "phone_sanitized", told["phone"])
        self._read_cards(told["card_number"])
        self._read_contacts(told["contact_id"])
        self._read_members()

    def clean(self, column, text):
        """The form in which a value is compared; empty where it is none."""
        if (column, text) not in self.cleaned:
            if column == "email":
                value = email_normalize(text) or ""
            elif column == "phone":
                value = text and self.env["res.partner"]._phone_format(number=text, country=self.country) or ""
            else:
                value = text
            self.cleaned[column, text] = value
        return self.cleaned[column, text]

    def _partner_domain(self):
        return [("company_id", "in", [False, *self.club.company_ids.ids])]

    def _read_partners(self, column, name, values):
        found = defaultdict(set)
        partners = self.env["res.partner"].search_fetch([(name, "in", list(values)), *self._partner_domain()], [name])
        for partner in partners:
            found[partner[name]].add(partner.id)
        self.by[column] = {value: frozenset(ids) for value, ids in found.items()}

    def _read_cards(self, cards):
        members = (
            self.env["club.member"]
            .sudo()
            .with_context(active_test=False)
            .search([("club_id", "=", self.club.id), ("card_number", "in", list(cards))])
        )
        for member in members:
            if partner := member._club_current().partner_id:
                self.by["card_number"][member.card_number] = frozenset(partner.ids)

    def _read_contacts(self, names):
        wanted = {name: tuple(name.split(".", 1)) if "." in name else ("__import__", name) for name in names}
        rows = (
            self.env["ir.model.data"]
            .sudo()
            .search_read(
                [("model", "=", "res.partner"), ("name", "in", [name for _module, name in wanted.values()])],
                ["module", "name", "res_id"],
            )
        )
        partners = self.env["res.partner"].search(
            [("id", "in", [row["res_id"] for row in rows]), *self._partner_domain()]
        )
        found = {(row["module"], row["name"]): row["res_id"] for row in rows if row["res_id"] in partners._ids}
        for told, name in wanted.items():
            if name in found:
                self.by["contact_id"][told] = frozenset([found[name]])

    def _read_members(self):
        partner_ids = {partner_id for found in self.by.values() for ids in found.values() for partner_id in ids}
        rows = (
            self.env["club.member"]
            .sudo()
            .with_context(active_test=False)
            .search_fetch(
                [("club_id", "=", self.club.id), ("partner_id", "in", list(partner_ids))], ["partner_id", "active"]
            )
        )
        self.members = {member.partner_id.id: member.id for member in rows if member.active}
        self.archived = {member.partner_id.id for member in rows if not member.active}

    def names(self, partner_ids):
        """ "Ada Byron (member) and Bob": who they are, at most three of them."""
        partners = self.env["res.partner"].browse(sorted(partner_ids)[:NAMED])
        told = [
            self.env._("%s (member)", partner.display_name) if partner.id in self.members else partner.display_name
            for partner in partners
        ]
        return self.env._(" and ").join(told)


def check_may_create(env):
    if not env["res.partner"].has_access("create"):
        raise UserError(
            env._("You may not make contacts. Untick that unknown customers become contacts, or ask for the right.")
        )
