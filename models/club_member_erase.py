from odoo import api, models
from odoo.exceptions import AccessError

from .ledger import SENTINEL


class ClubMemberErase(models.Model):
    """People leave, figures stay: erasing removes who it was, never what happened."""

    _inherit = "club.member"

    def action_erase(self):
        """The button, for managers: forget the person. There is no way back."""
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club erase a member. Ask one of them."))
        self.check_access("write")
        self.sudo()._erase()
        return True

    def _erase(self):
        """Clear the contact, card, code and every free text; entries, lots and totals stay as they are.

        Memberships that were merged into these go along.
        """
        members = self.sudo().with_context(active_test=False)
        members |= members.search([("merged_into_id", "in", members.ids)])
        members._lock()
        remarks = self.env["club.remark"].sudo().search([("entry_id.account_id.member_id", "in", members.ids)])
        remarks.write({"text": self.env._("Erased")})
        self.env["club.outcome"].sudo()._forget_members(members)
        self.env["club.play"]._forget_members(members)
        moves = self.env["club.move"].sudo().search([("member_id", "in", members.ids), ("note", "!=", False)])
        moves.write({"note": self.env._("Erased")})
        holds = self.env["club.hold"].sudo().search([("member_id", "in", members.ids), ("release_reason", "!=", False)])
        holds.with_context(club_door=SENTINEL).write({"release_reason": self.env._("Erased")})
        refusals = self.env["club.refusal"].sudo()
        refusals.search(["|", ("member_id", "in", members.ids), ("partner_id", "in", members.partner_id.ids)]).unlink()
        people = members.partner_id
        self.env["club.proof"].sudo().search([("user_id", "in", people.user_ids.ids)]).unlink()
        members.former_card_ids.unlink()
        self._erase_traces(members, people)
        self.env["club.pass"].sudo().search([("member_id", "in", members.ids)]).unlink()
        members.write({
            "partner_id": False,
            "pin_hash": False,
            "card_number": False,
            "secret": False,
            "consent_at": False,
            "consent_source": False,
            "active": False,
        })  # fmt: skip
        members.flush_recordset()
        (people - members.search([("partner_id", "in", people.ids)]).partner_id)._club_forget_birthday()

    @api.model
    def _erase_traces(self, members, people):
        """Who stood where, whose coupons these were, and what runs and files remember by name."""
        for model in ("club.visit", "club.presence"):
            own = [("member_id", "in", members.ids)]
            if "partner_id" in self.env[model]._fields:
                own = ["|", *own, ("partner_id", "in", people.ids)]
            self.env[model].sudo().search(own).unlink()
        cards = members.voucher_ids.card_id.filtered("partner_id")
        cards.with_context(loyalty_no_mail=True, tracking_disable=True).write({"partner_id": False})
        self.env["club.backfill.customer"].sudo().search([("partner_id", "in", people.ids)]).unlink()
        for name in filter(None, people.mapped("name")):
            self.env["club.vault.problem"].sudo().search([("message", "ilike", name)]).unlink()
