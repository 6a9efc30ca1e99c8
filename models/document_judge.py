"""What documents earn of each unit: by the programs and bonuses that were live when they were paid."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..engine import earning
from ..engine.values import exact
from .document_mixin import AWARDING


class ClubDocumentMixin(models.AbstractModel):
    """Judging is reading alone, for many documents at once; awarding comes after it.

    Invariant: two documents of one batch are judged as if they came one after the other, by their payment.
    """

    _inherit = "club.document.mixin"

    def _club_judge_all(self, cases, is_preview=False):
        """Fill ``judged`` or ``code`` of every case, in the order in which they were paid.

        :param is_preview: nothing will be awarded, so the budgets of bonuses are not locked
        """
        if not cases:
            return
        cases = sorted(cases, key=lambda case: (case.paid_at, case.document.id))
        past = self._club_past(cases, is_preview)
        for case in cases:
            case.document._club_judge(case, past)

    def _club_past(self, cases, is_preview=False):
        """What earlier orders and today's budgets allow, asked only where a rule of these clubs depends on it."""
        clubs = self.env["club.club"].browse({case.club_id for case in cases})
        bonuses = [bonus for club in clubs for bonus in club._rulebook().bonuses]
        programs = [program for club in clubs for program in club._rulebook().programs]
        limited = {bonus.id: bonus.budget for bonus in bonuses if bonus.budget}
        member_ids = {case.member_id for case in cases if case.member_id}
        past = Past(given=self.env["club.bonus"]._read_budgets(limited, is_locking=not is_preview))
        daily = {program.unit_id for program in programs if program.is_daily}
        is_first_asked = any(bonus.is_first_order for bonus in bonuses)
        if not is_first_asked and not daily:
            return past
        past.addresses = self._club_addresses(cases)
        members = self._club_same_people(member_ids, past.addresses)
        if is_first_asked:
            past.buyers |= self._club_buyers(members)
        if daily:
            since = min(case.paid_at for case in cases) - timedelta(days=2)
            past.visits |= self._club_visits(members, daily, since)
        return past

    def _club_addresses(self, cases):
        """Partner id → e-mail address of who bought without an account: each such order is a new contact."""
        guests = {case.partner_id for case in cases if case.partner_id and case.document._club_channel() == "shop"}
        partners = self.env["res.partner"].sudo().browse(guests)
        return {partner.id: partner.email_normalized for partner in partners if partner.email_normalized}

    def _club_same_people(self, member_ids, addresses):
        """Member id → the keys by which ``Past`` knows them: their own, and the address they buy under."""
        members = {member_id: [("member", member_id)] for member_id in member_ids}
        if addresses:
            self.env["res.partner"].flush_model(["email_normalized"])
            for member_id, club_id, address in self.env.execute_query(
                SQL(
                    """SELECT m.id, m.club_id, p.email_normalized FROM res_partner p
                         JOIN club_member m ON m.partner_id = p.id WHERE p.email_normalized = ANY(%s)""",
                    sorted(set(addresses.values())),
                )
            ):
                members.setdefault(member_id, []).append(("address", club_id, address))
        return members

    def _club_buyers(self, members):
        """The keys of those among these members who earned on an order before."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT a.member_id FROM club_account a JOIN club_entry e ON e.account_id = a.id
                    WHERE a.member_id = ANY(%s) AND e.kind = ANY(%s)""",
                list(members),
                list(AWARDING),
            )
        )
        return {key for row in rows for key in members[row[0]]}

    def _club_visits(self, members, unit_ids, since):
        """(key, unit, the club's day) of these members' visits since a moment that were stamped."""
        rows = self.env.execute_query(
            SQL(
                """SELECT a.member_id, a.unit_id, a.club_id, e.business_at
                     FROM club_account a JOIN club_entry e ON e.account_id = a.id
                    WHERE a.member_id = ANY(%s) AND a.unit_id = ANY(%s) AND e.kind = ANY(%s)
                      AND e.business_at >= %s""",
                list(members),
                list(unit_ids),
                list(AWARDING),
                since,
            )
        )
        clubs = self.env["club.club"]
        return {
            (key, unit_id, clubs.browse(club_id)._rulebook().today(moment))
            for member_id, unit_id, club_id, moment in rows
            for key in members[member_id]
        }

    def _club_judge(self, case, past):
        """What this document earns of each unit, by the rules that were live when it was paid."""
        rules, codes = case.outlet.club_id._rulebook(), []
        who = past.who(case)
        day, facts = rules.today(case.paid_at), None
        for unit in rules.units.values():
            program = self._club_program(rules, unit, case)
            if not program:
                continue
            if program.is_daily and any((key, unit.id, day) in past.visits for key in who):
                codes.append("visited")
                continue
            facts = facts or self._club_facts(rules, case.outlet.id)
            order = self._club_narrow(self._club_order(rules, facts, unit, program), case.only)
            bonuses = self._club_bonuses(rules, facts, unit, case, is_first=who.isdisjoint(past.buyers), past=past)
            award = earning.award(order, self._club_rules(rules, unit, program, case, bonuses))
            codes.append(award.code)
            if award.amount > 0:
                case.judged.append((program, unit, award))
                if program.is_daily:
                    past.visits |= {(key, unit.id, day) for key in who}
                for key, gave in award.gave.items():
                    past.given[int(key)] = past.given.get(int(key), 0) + gave
        if case.judged:
            past.buyers |= who
        else:
            case.code = codes[0] if codes else self._club_no_program(rules, case)

    def _club_program(self, rules, unit, case):
        return rules.program_for(unit.id, case.tier_id, case.outlet.id, case.as_of)

    def _club_no_program(self, rules, case):
        is_foreign = self._club_currency_id(rules, case.outlet.id) != rules.currency_id
        return "other_currency" if is_foreign else "no_program"

    def _club_order(self, rules, facts, unit, program):
        """The engine's order for one unit: the lines its program means, with their own ratios."""
        is_own_money = program.currency_id == rules.currency_id or program.counts != "money"
        lines = []
        for line, sold in facts.lines:
            # A product's ratio is a figure in the club's currency.
            ratio, source = sold.product._club_ratio(rules, unit.id) if is_own_money else (None, "")
            excluded = line.excluded
            if program.counts == "items":
                count, is_measured = sold.count(self.env.ref("uom.product_uom_unit"))
                share = line.quantity / exact(sold.quantity) if sold.quantity else 1
                line = replace(line, quantity=count * share, is_measured=is_measured)
            if not excluded and program.items and not facts.is_meant(program.items, sold):
                excluded = "not_meant"
            lines.append(replace(line, ratio=ratio, ratio_source=source, excluded=excluded))
        is_redemption = facts.is_redemption and (
            rules.earn_on_redemption or len(rules.units) == 1 or unit.id in self._club_redeemed_unit_ids()
        )
        return replace(facts.order, lines=tuple(lines), is_redemption=is_redemption)

    def _club_bonuses(self, rules, facts, unit, case, is_first, past):
        """The bonuses of one unit that this document gets, with the lines each matches."""

        def birthday():
            if case.birthday is False:
                partner = self.env["res.partner"].browse(case.partner_id)
                day = rules.local(case.outlet.id, case.paid_at).date()
                case.birthday = partner._club_birthday_on(day) if partner else None
            return case.birthday

        if not rules.bonuses:
            return ()
        channel = self._club_channel()
        return tuple(
            earning.Bonus(
                key=str(bonus.id),
                name=bonus.name,
                kind=bonus.kind,
                factor=bonus.factor,
                lines=bonus.items
                and frozenset(line.key for line, sold in facts.lines if facts.is_meant(bonus.items, sold)),
                left=max(bonus.budget - past.given.get(bonus.id, 0), 0) if bonus.budget else None,
            )
            for bonus in self._club_live_bonuses(rules, unit, case, channel, birthday)
            if is_first or not bonus.is_first_order
        )

    def _club_live_bonuses(self, rules, unit, case, channel, birthday):
        return rules.bonuses_for(unit.id, case.outlet.id, channel, case.paid_at, case.tier_id, birthday)

    def _club_rules(self, rules, unit, program, case, bonuses=()):
        tier = rules.tier(case.tier_id)
        return earning.Rules(
            decimals=unit.decimals,
            rounding=rules.rounding if program.counts == "money" else "down",
            counts=program.counts,
            basis=rules.basis,
            earn_on_discounted=rules.earn_on_discounted,
            earn_on_redemption=rules.earn_on_redemption,
            ratio=program.ratio,
            tier_multiplier=tier.factor(unit.kind),
            bonuses=bonuses,
            program=program.name,
            tier=tier.name,
        )

    def _club_count_budgets(self, cases):
        """Note what limited bonuses gave with these awards."""
        limited, given = {}, defaultdict(int)
        for case in cases:
            bonuses = case.outlet.club_id._rulebook().bonuses
            limited |= {str(bonus.id): bonus.id for bonus in bonuses if bonus.budget}
            for _program, _unit, award in case.judged:
                for key, gave in award.gave.items():
                    if key in limited and gave:
                        given[limited[key]] += gave
        self.env["club.bonus"]._add_given(given)


def who_bought(case):
    """The customer, who may become a member only by this very document."""
    return ("member", case.member_id) if case.member_id else ("partner", case.club_id, case.partner_id)


class Past:
    """What counts beside the document: who bought before, which visits were stamped, what bonuses have given."""

    def __init__(self, given):
        self.given = given
        self.buyers = set()
        self.visits = set()
        self.addresses = {}

    def who(self, case):
        """The keys by which this customer is known: who buys without an account is known by the address too."""
        address = self.addresses.get(case.partner_id)
        return {who_bought(case)} | ({("address", case.club_id, address)} if address else set())
