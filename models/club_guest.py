from odoo import api, fields, models

from .club_claim import Answer


class ResPartner(models.Model):
    _inherit = "res.partner"

    _club_email_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")


class ClubMember(models.Model):
    """What is collected without an account, and how it comes to the account that is opened later.

    Example: two orders as a guest with ada@example.com, 12 and 8 points, each kept by its own contact. Ada signs up
    with that address, proves it, and has 20.

    Invariants: nobody gets anything by typing an address; only guests are merged, never somebody who has an account
    or whom staff knows.
    """

    _inherit = "club.member"

    @api.model
    def _guest_contacts(self, user):
        """Contacts with the user's address that nobody ever had an account for."""
        contacts = self.env["res.partner"].sudo().with_context(active_test=False)
        email = user.sudo().email_normalized
        if not email:
            return contacts.browse()
        found = contacts.search([("email_normalized", "=", email), ("id", "!=", user.partner_id.id)])
        return found.filtered(lambda contact: not contact.user_ids).with_context(active_test=True)

    @api.model
    def _guests(self, contacts):
        return (
            self.sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", contacts.ids), ("is_guest", "=", True), ("club_id.state", "!=", "off")])
        )

    @api.model
    def _guest_amounts(self, contacts):
        """What guests have and what waits for them to be members: dict unit → minor amount."""
        totals = {}
        if not contacts:
            return totals
        for unit, amount in self._guests(contacts)._club_owned():
            totals[unit] = totals.get(unit, 0) + amount
        for documents in self._guest_waiting(contacts):
            for document in documents:
                for unit, amount in document._club_preview().items():
                    totals[unit] = totals.get(unit, 0) + amount
        return {unit: amount for unit, amount in totals.items() if amount > 0}

    def _club_owned(self):
        """(unit, amount) of everything these members have now or later, less what they owe."""
        accounts = self.account_ids.filtered(lambda account: not account.merged_into_id)
        portfolio = accounts._portfolio()
        for account in accounts:
            own = portfolio[account.id]
            yield account.unit_id, own["active"] + sum(part for part, _day in own["inactive"]) - account.debt

    @api.model
    def _guest_waiting(self, contacts):
        """Webshop orders of guests that wait for a member."""
        clubs = self.env["club.club"].sudo().search([("state", "=", "on")])
        waiting = self._club_waiting(contacts, clubs) if clubs and contacts else []
        orders = [documents.filtered(lambda order: order._club_is_guest()) for documents in waiting]
        return [documents for documents in orders if documents]

    @api.model
    def _gather(self, user):
        """Give a user with a proven address all that guests collected with it.

        :return: ``Answer`` in the user's words
        """
        _, partner = self.env._, user.partner_id
        contacts = self._guest_contacts(user)
        amounts = self._guest_amounts(contacts)
        for documents in self._guest_waiting(contacts):
            for order in documents:
                club = order._club_outlet().club_id
                pair = [(club.id, order.partner_id.id)]
                self._enrol_partners(pair, is_guest=True, consent_source="mail")
            documents._club_sync_safely()
        guests = self._guests(contacts)
        own = self.sudo().with_context(active_test=False).search([("partner_id", "=", partner.id)])
        (own | guests)._lock()
        for club in guests.club_id:
            group = guests.filtered(lambda member, club=club: member.club_id == club)
            kept = own.filtered(lambda member, club=club: member.club_id == club) or group[:1]
            for member in group - kept:
                member._merge_into(kept)
            joined = {"joined_at": fields.Datetime.now()} if kept.is_guest else {}
            kept.write({"partner_id": partner.id, "is_guest": False, **joined})
        self.env.flush_all()
        self.env["res.partner"].invalidate_model(["club_member_ids"])
        words = " · ".join(unit._format(amount) for unit, amount in amounts.items())
        text = _("%s from your earlier orders are yours.", words) if words else _("Your e-mail address is confirmed.")
        if self._guest_rivals(user):
            text += " " + _(
                "There is another membership with this address. What it collected stays there: ask our staff to join "
                "the two."
            )
        return Answer(text, self.sudo().search([("partner_id", "=", partner.id)], limit=1))

    @api.model
    def _guest_rivals(self, user):
        """Members with the same address who have an account of their own, or whom staff knows."""
        others = (
            self.env["res.partner"]
            .sudo()
            .search([("email_normalized", "=", user.sudo().email_normalized), ("id", "!=", user.partner_id.id)])
        )
        return self.sudo().search([("partner_id", "in", others.ids), ("is_guest", "=", False)])

    @api.model
    def _club_page_guest(self, user, club):
        """What the own page says of orders without signing in; an unproven address learns no figure and no name."""
        _, email = self.env._, user.sudo().email_normalized
        if not club or not email or club.enrolment == "off":
            return None
        if not self.env["club.proof"]._has(user):
            return {
                "action": "/club/confirm/send",
                "is_unproven": True,
                "text": _("Confirm %s, and what you collected with it is added here.", email),
                "button": _("Confirm my e-mail"),
            }
        amounts = self._guest_amounts(self._guest_contacts(user))
        if not amounts:
            return None
        words = " · ".join(unit._format(amount) for unit, amount in amounts.items())
        return {
            "action": "/club/gather",
            "is_unproven": False,
            "text": _("You collected %s with orders for which you did not sign in.", words),
            "button": _("Add %s", words),
        }

    @api.model
    def _club_visitor_banner(self, order):
        """What a visitor's own last order brought, and that it can be kept; None if there is nothing to say.

        :param order: the order of the visitor's own session
        """
        order = order.sudo().exists()
        outlet = order._club_outlet() if order else None
        club = outlet.club_id if outlet else None
        if not club or club.state != "on" or not outlet.is_opted_in or not outlet.active or not order._club_is_guest():
            return None
        _, contact = self.env._, order.partner_id
        amounts = self._guest_amounts(contact)
        values = {
            "amounts": " · ".join(unit._format(amount) for unit, amount in amounts.items()),
            "email": contact.email_normalized or "",
        }
        if amounts:
            text = _("You have %(amounts)s. Sign up with %(email)s to keep and use them.", **values)
        elif order.state in ("sent", "sale") and order._club_not_due() == "not_paid":
            text = _("What this order collects in %s is kept for you. Sign up to use it.", club.name)
        else:
            return None
        return {"club": club, "text": text}
