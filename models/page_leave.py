from odoo import fields, models

ACTIVITY = "loyalty_club.activity_leave"
MAILS_A_DAY = 2  # whoever presses both buttons in turns fills no manager's mailbox


class ClubMember(models.Model):
    """Leaving is asked for on the own page and done by staff, who erase the member.

    Example: who left, came back and filled in the profile once more would get its bonus each time, if nobody looked.
    """

    _inherit = "club.member"

    leave_asked_at = fields.Datetime(string="Asked to Leave", readonly=True, copy=False)

    def _club_page_membership(self):
        """Since when, how they agreed, and whether they asked to leave, as sentences."""
        _, said = self.env._, []
        if self.joined_at:
            said.append(_("You are a member since %s.", self._club_page_day(self.joined_at)))
        if self.consent_at:
            said.append(_("You agreed to it on %s.", self._club_page_day(self.consent_at)))
        return [*said, *filter(None, [self._club_page_asked()])]

    def _club_page_asked(self):
        """That they asked to leave, as a sentence; empty for everybody else."""
        if not self.leave_asked_at:
            return ""
        day = self._club_page_day(self.leave_asked_at)
        return self.env._("You asked to leave on %s. Our staff sees to it.", day)

    def _club_page_day(self, moment):
        return self.env["club.entry"]._club_day(self.club_id._today(moment))

    def _club_page_leaving(self):
        """What leaving means for this member, as sentences."""
        _, said = self.env._, []
        amounts = [f"{own['number']} {own['name']}" for own in self._club_page_units() if own["number"] != "0"]
        if amounts:
            said.append(_("You have %s. Nobody can use them any more then.", " · ".join(amounts)))
        if vouchers := len(self.voucher_ids.filtered(lambda own: own.state == "owned")):
            said.append(_("Vouchers that you have not used: %s. Use them before.", vouchers))
        said.append(_("Our staff removes your name, your card and your codes from the club. There is no way back."))
        said.append(_("Your account here, your orders and your invoices stay."))
        if self.club_id.enrolment == "automatic":
            said.append(_("An order that you pay after that makes you a new member, with nothing."))
        return said

    def _club_ask_to_leave(self):
        """Managers find it among their activities; no more e-mails and SMS from now on."""
        self.ensure_one()
        if self.leave_asked_at:
            return
        own = self.sudo()
        is_mailed = self.env["club.attempt"].sudo()._take("leave", {f"member:{self.id}": MAILS_A_DAY}, hours=24)
        own.leave_asked_at = fields.Datetime.now()
        own._club_choose(mail=False, sms=False)
        for manager in own._club_leave_managers():
            words = self.env(context=dict(self.env.context, lang=manager.lang))._
            own.partner_id.with_context(mail_activity_quick_update=not is_mailed).activity_schedule(
                ACTIVITY,
                user_id=manager.id,
                club_member_id=own.id,
                summary=words("Asks to leave the club %s", own.club_id.with_context(lang=manager.lang).name),
                note=words("Open the membership of this contact and use Erase."),
            )

    def _club_leave_managers(self):
        """One manager of the club's companies: somebody has to do it, not everybody."""
        managers = self.env.ref("loyalty_club.loyalty_club_group_manager").all_user_ids
        own = managers.filtered(lambda user: user.active and user.company_ids & self.club_id.company_ids)
        return own.sorted(lambda user: (user.share, user.id))[:1]

    def _club_stay(self):
        own = self.sudo()
        own.leave_asked_at = False
        own._club_settle_leaving()

    def _club_settle_leaving(self):
        """What was to be done for these, and not what is to be done for other clubs of the same customer."""
        domain = ["|", ("club_member_id", "in", self.ids), ("club_member_id.merged_into_id", "in", self.ids)]
        self.env["mail.activity"].sudo().search(domain).unlink()

    def _club_forget_leaving(self):
        """Before the add-on goes: the kind of activity could not be removed under them."""
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        if kind:
            self.env["mail.activity"].sudo().search([("activity_type_id", "=", kind.id)]).unlink()

    def _erase(self):
        members = self.sudo()
        members._club_settle_leaving()
        members.leave_asked_at = False
        return super()._erase()


class MailActivity(models.Model):
    _inherit = "mail.activity"

    club_member_id = fields.Many2one(
        "club.member", readonly=True, ondelete="cascade", index="btree_not_null", groups="base.group_system"
    )
