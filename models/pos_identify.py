"""Who is the customer of a register's order: by card, code, phone number, e-mail address or name.

What is typed or scanned is looked up here, and how it was found is noted for the order: see ``club.presence``.
"""

import re

from odoo import models
from odoo.exceptions import UserError

from ..engine.people import LEAST_DIGITS, masked_email, masked_name, masked_number, significant
from .club_member import CARD_PREFIX
from .club_member_find import MOST_FOUND
from .pos_tender import Asked

LONGEST = 128
LEAST_LETTERS = 2
# A shared login at a busy counter stays far below; somebody who tries numbers does not.
MOST_AN_HOUR = 600
KINDS = ("card", "pass", "pin", "phone", "email", "name")
NUMBER = re.compile(r"[-+()./\s0-9]+")
SPACES = re.compile(r"[-.\s]+")  # cards are read out in groups
CARD = re.compile(rf"{CARD_PREFIX}\d{{10}}")


class PosConfig(models.Model):
    _inherit = "pos.config"

    # ------------------------------------------------------------------ public name, for the register
    def club_identify(self, told, kind, value, choice=None):
        """Find the customer of an order by what was typed or scanned.

        :param told: dict, see ``pos_tender.Asked``
        :param kind: "card", "pass", "phone", "email", "name"; "pin" of the customer who is chosen already; "any"
            for what one field takes
        :param choice: id of the contact, of several that were found by the same value
        :return: dict ``customer`` (see ``club_customer``), with ``redemption`` and ``note`` of a pass, see
            ``club.pass._consume``; or ``several``, ``kind``; or ``refused``, a sentence
        """
        till = self._club_till()
        try:
            asked = Asked.read(self.env, told)
            kind, value = till._club_read_value(kind, value)
            till._club_count_try()
            if kind == "pin":
                return till._club_identify_by_pin(asked, value)
            if kind == "pass":
                with self.env.cr.savepoint():  # a code that was refused here is good elsewhere
                    return till._club_identify_by_pass(asked, value)
            found = till._club_look_up(asked, kind, value)
            if choice:
                found = found.filtered(lambda partner: partner.id == choice)
            if len(found) > 1:
                return {"kind": kind, "several": [till._club_candidate(partner, kind) for partner in found]}
            if not found:
                raise UserError(till._club_unknown(kind))
            return {"customer": till._club_recognised(asked, found, kind)}
        except UserError as refusal:
            return {"refused": str(refusal)}

    # ------------------------------------------------------------------ reading
    def _club_read_value(self, kind, value):
        """What was typed, and what it is.

        :raise UserError: nothing that somebody could be found by
        """
        value = value.strip() if isinstance(value, str) else ""
        if kind in ("any", "card") and CARD.fullmatch(SPACES.sub("", value)):
            value = SPACES.sub("", value)
        if kind == "any":
            kind = self._club_guess_kind(value)
        if kind not in KINDS or not value or len(value) > LONGEST:
            raise UserError(self.env._("Scan a card, or type a phone number, an e-mail address or a name."))
        if kind == "phone" and len(significant(value)) < LEAST_DIGITS:
            raise UserError(self.env._("Type at least the last %s digits of the phone number.", LEAST_DIGITS))
        if kind == "name" and len(value) < LEAST_LETTERS:
            raise UserError(self.env._("Type at least %s letters of the name.", LEAST_LETTERS))
        return kind, value

    def _club_guess_kind(self, value):
        if CARD.fullmatch(value):
            return "card"
        if self.env["club.pass"]._is_pass(value):
            return "pass"
        if "@" in value:
            return "email"
        return "phone" if NUMBER.fullmatch(value) else "name"

    def _club_count_try(self):
        """Each user may look up so many customers an hour: a register is no directory."""
        if not self.env["club.attempt"]._take("identify", {f"user:{self.env.uid}": MOST_AN_HOUR}):
            raise UserError(self.env._("Too many customers were looked up within an hour. Wait, or ask a manager."))

    # ------------------------------------------------------------------ looking up
    def _club_look_up(self, asked, kind, value):
        """The contacts of this register's company that a value is of; members where there are any.

        :raise Refusal: the club is not on here, or the order is somebody else's
        """
        club = self._club_open_here()
        self._club_check_order(asked)
        members, partners = self.env["club.member"], self.env["res.partner"]
        if kind == "card":
            found = members._find(club, card=value).partner_id
        elif kind == "phone":
            found = partners._club_by_phone(value, self.company_id.country_id)
        elif kind == "email":
            found = partners._club_by_email(value)
        else:
            found = partners.search([("complete_name", "ilike", value)], limit=MOST_FOUND * 2)
        found = found.filtered_domain(partners._check_company_domain(self.company_id))
        known = members.search([("club_id", "=", club.id), ("partner_id", "in", found.ids)]).partner_id
        found = found & known or found
        if len(found) > MOST_FOUND:
            raise UserError(self.env._("Too many customers match. Type more of it."))
        return found

    def _club_identify_by_pin(self, asked, pin):
        """The customer who was found otherwise shows that it is them."""
        club = self._club_open_here()
        self._club_check_order(asked)
        partner = self._club_partner(asked)
        member = self.env["club.member"].search([("club_id", "=", club.id), ("partner_id", "=", partner.id)])
        if not partner or not member:
            raise UserError(self.env._("Find the customer first, then ask for the PIN."))
        if not member.has_pin:
            raise UserError(self.env._("This customer has no PIN. Scan the card or the code on their page."))
        if not member._check_pin(pin):
            raise UserError(
                self.env._("This is not the PIN. After a few wrong ones it counts no more for an hour; the card does.")
            )
        return {"customer": self._club_recognised(asked, partner, "pin")}

    def _club_identify_by_pass(self, asked, token):
        """Who shows the code, and what they chose on their page."""
        self._club_open_here()
        self._club_check_order(asked)
        used = self.env["club.pass"]._consume(token, self)
        partner = used["member"].partner_id
        if not partner.filtered_domain(partner._check_company_domain(self.company_id)):
            raise self._club_refuse("other_company", partner.display_name)
        customer = self._club_recognised(asked, partner, "pass")
        return {"customer": customer, "redemption": used["redemption"], "note": used["refused"]}

    def _club_open_here(self):
        """The club of this register, while it is on."""
        outlet = self.club_outlet_id
        if not outlet or self.company_id not in outlet.club_id.company_ids:
            raise self._club_refuse("no_outlet")
        if not outlet._is_shown():
            raise self._club_refuse("outlet_off", outlet=outlet.name)
        return outlet.club_id

    def _club_check_order(self, asked):
        """The order is open here, and nobody's points are on it but those of whom is found next."""
        order = self.env["pos.order"].search([("uuid", "=", asked.order_uuid)], limit=1)
        if order and (order.state != "draft" or order.company_id != self.company_id):
            raise self._club_refuse("paid")

    def _club_recognised(self, asked, partner, how):
        """Note it and answer with all there is to show.

        :raise Refusal: the order uses the points of somebody else
        """
        club = self.club_outlet_id.club_id
        member = self.env["club.member"].search([("club_id", "=", club.id), ("partner_id", "=", partner.id)])
        others = self._club_holds(asked.order_uuid).filtered(lambda hold: hold._is_live()).member_id - member
        if others:
            raise self._club_refuse("others_points", others[0].display_name)
        if member:
            self.env["club.presence"]._note(asked.order_uuid, member, how, self.display_name)
        return self._club_customer(asked, partner)

    # ------------------------------------------------------------------ words
    def _club_candidate(self, partner, kind):
        """One of several. What was said fits more than one person: nobody's name is read out but what tells them
        apart, unless it was the name that was said."""
        name = partner.display_name if kind == "name" else masked_name(partner.display_name)
        hints = (masked_number(partner.phone), masked_email(partner.email))
        return {"id": partner.id, "name": name, "hint": " · ".join(filter(None, hints))}

    def _club_unknown(self, kind):
        _ = self.env._
        return {
            "card": _("Nobody has this card. Try the phone number, or make a new member."),
            "phone": _("Nobody has this phone number. Check it, or make a new member."),
            "email": _("Nobody has this e-mail address. Check it, or make a new member."),
            "name": _("Nobody has this name. Check it, or make a new member."),
        }[kind]
