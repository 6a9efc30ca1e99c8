from odoo import models
from odoo.exceptions import AccessError


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
        refusals = self.env["club.refusal"].sudo()
        refusals.search(["|", ("member_id", "in", members.ids), ("partner_id", "in", members.partner_id.ids)]).unlink()
        people = members.partner_id
        self.env["club.proof"].sudo().search([("user_id", "in", people.user_ids.ids)]).unlink()
        members.former_card_ids.unlink()
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
