from odoo import models

from .document_mixin import Case

REFUSALS = {"ask": "consent", "off": "not_member"}


class ClubDocumentMixin(models.AbstractModel):
    """Who becomes a member by an order, and what an order would earn for somebody who is none yet."""

    _inherit = "club.document.mixin"

    def _club_is_guest(self):
        """Was it bought by somebody who has no account here?"""
        return False

    def _club_enrol(self, cases):
        """Give every judged case its member; where the club does not enrol by itself, say so instead."""
        wanted = {False: {}, True: {}}  # (club, partner) → where the first order was
        self._club_refuse_strangers(cases)
        for case in cases:
            if case.judged and not case.member_id:
                wanted[case.document._club_is_guest()][case.club_id, case.partner_id] = case.outlet.pool_id.id
        enrolled, paid = {}, self._club_paid(cases)
        for is_guest, pairs in wanted.items():
            enrolled |= self.env["club.member"]._enrol_partners(pairs, is_guest=is_guest, pools=pairs, paid=paid)
        for case in cases:
            if case.judged and not case.member_id:
                case.member_id = enrolled[case.club_id, case.partner_id][0]

    def _club_refuse_strangers(self, cases):
        for case in cases:
            enrolment = case.outlet.club_id._rulebook().enrolment if case.judged and not case.member_id else None
            if enrolment in REFUSALS:
                case.code = REFUSALS[enrolment]
                case.judged.clear()

    def _club_preview(self):
        """What this paid document earns as soon as somebody has a right to it: dict unit → minor amount."""
        self.ensure_one()
        case = Case(document=self.sudo())
        if self.sudo()._club_open(case) not in ("", "no_customer", "kiosk_unknown"):
            return {}
        self.sudo()._club_judge_all([case], is_preview=True)
        return {self.env["club.unit"].browse(unit.id): award.amount for _program, unit, award in case.judged}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _club_is_guest(self):
        """A webshop's customer without an account."""
        return bool(self.website_id) and not self.partner_id.with_context(active_test=False).user_ids
