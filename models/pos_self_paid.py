"""A self-order is paid: its customer arrives on it, and reads what it brought."""

import logging

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.http import request
from psycopg2 import OperationalError

from .pos_self import SELF, noted

_logger = logging.getLogger(__name__)
PAID = ("paid", "done")
MOST_JOINS = 1_000_000  # counted to wait for one another, not to be refused


def own_contacts():
    """Numbers of the contacts that were typed in this browser, for a delivery."""
    return request.session.get("club_contacts", ()) if request else ()


class PosOrder(models.Model):
    """Who only typed a phone number, or has shown a card, is not on the order before it is paid.

    Example: somebody types Ada's number at a kiosk and orders a coffee. Until the coffee is paid nobody is on the
    order, so that no page that opens with the order's token shows or takes anything of Ada's; then it is hers and
    has earned.
    """

    _inherit = "pos.order"

    club_self_text = fields.Json(compute="_compute_club_self_text", compute_sudo=True)

    def action_pos_order_paid(self):
        if self.club_is_known and not self.partner_id and self.source in SELF:
            self.sudo()._club_self_arrive()
        return super().action_pos_order_paid()

    def _club_self_visit(self):
        visits = self.env["club.visit"].sudo()
        return visits.search([("order_uuid", "=", self.uuid)], order="id desc", limit=1) if self.uuid else visits

    def _club_self_arrive(self):
        """Put on the order who was recognised for it; a fault of ours never stops the sale."""
        try:
            with self.env.cr.savepoint():
                visit = self._club_self_visit()
                partner = visit and (visit._customer() or visit._join())
                if partner:
                    self.partner_id = partner
        except (OperationalError, ConcurrencyError):
            raise
        except Exception:
            _logger.exception("The customer of self-order %s could not be put on it", self.uuid)

    def _club_self_hide(self, user):
        """Somebody opened a page with the token of this order: nobody else's contact goes to it.

        Whose the order is stays with the visit, and comes back when it is paid.
        """
        order = self.sudo()
        if order.state == "draft" and order._club_self_is_closed_to(user) and order._club_self_visit():
            order.partner_id = False

    def _club_self_is_closed_to(self, user):
        """Is its customer somebody else, whom its token alone is not to show?"""
        order = self.sudo()
        is_somebodys = order.source in SELF and order.club_is_known and order.partner_id
        return bool(is_somebodys and (user._is_public() or user.partner_id != order.partner_id))

    # ------------------------------------------------------------------ what the device shows
    @api.depends_context("lang")
    def _compute_club_self_text(self):
        """For the confirmation and the ticket of a self-order, see ``_club_self_words``."""
        for order in self:
            is_self = order.id and order.source in SELF and (order.state in PAID or order.club_is_known)
            is_shown = is_self and order.config_id._club_self_is_on()
            order.club_self_text = order._club_self_words() if is_shown else {}

    def _club_self_words(self):
        """What a self-order brought, as far as whoever stands there may know.

        :return: dict ``title``, ``lines``, ``receipt`` (lines of the ticket), ``claim`` (see ``_club_ticket``)
        """
        if self.state not in PAID:
            return {"title": self.env._("Your points are added when you have paid.")} if self.state == "draft" else {}
        if not self.club_is_known:
            claim = self._club_self_is_here("club_sent") and self._club_ticket()
            return {"title": claim["text"], "claim": claim} if claim else {}
        told = self._club_self_visit().is_shown and self._club_self_is_here() and self._club_receipts().get(self.id)
        if not told:
            added = self.env._("Your points will be added.")
            return {"title": added, "receipt": [added]}
        # The ticket may stay at the device: there is no name on it.
        who = " · ".join(filter(None, (told["member"], told["tier"])))
        lines = [told["tier"] if line == who else line for line in told["text"]]
        return {"title": self.club_points_earned or self.env._("Thank you!"), "lines": lines, "receipt": lines}

    def _club_self_is_here(self, name="club_orders"):
        """Of a table's orders all phones there have the tokens: only where it was placed one reads of its customer, or
        the code that brings its points."""
        if self.config_id.self_ordering_mode != "mobile":
            return True
        return bool(request) and self.uuid in request.session.get(name, ())

    def _load_pos_data_fields(self, config):
        """A self-order is answered by what its device loads: what a register shows is not looked up for it."""
        names = super()._load_pos_data_fields(config)
        if self.env.su and noted("club_visit") is not None:
            return [name for name in names if not name.startswith("club_")]
        return names

    def _load_pos_self_data_fields(self, config):
        return [*super()._load_pos_self_data_fields(config), "club_self_text"]

    def _load_pos_self_data_read(self, records, config):
        told = {"pos.order": super()._load_pos_self_data_read(records, config)}
        return self._club_self_mask(told, own_contacts())["pos.order"]

    def _load_pos_data_read(self, records, config):
        """Staff sees at the register who is recognised on an order that is paid there."""
        read = super()._load_pos_data_read(records, config)
        if self.env.su:
            return read  # the server's own reading, of which no register hears
        waiting = records.sudo().filtered(
            lambda order: order.source in SELF and order.club_is_known and not order.partner_id
        )
        found = {order.id: order.club_visit_id._customer().id for order in waiting}
        for row in read if found else ():
            row["partner_id"] = found.get(row["id"]) or row["partner_id"]
        return read


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _load_pos_self_data_read(self, records, config):
        """A self-order's browser reads the contacts that it has typed itself, and no other is even looked up."""
        if not noted("club_is_typed"):
            typed = own_contacts()
            records = records.filtered(lambda own: own.id in typed)
        return super()._load_pos_self_data_read(records, config)


class PosConfig(models.Model):
    _inherit = "pos.config"

    def _notify(self, *notifications, private=True):
        """Whoever has the device's token hears what is sent to it: no customer is in it."""
        if isinstance(notifications[0], str):
            notifications = [notifications]
        for _name, message in notifications:
            data = message.get("data") if isinstance(message, dict) else None
            if isinstance(data, dict) and "pos.order" in data:
                self.env["pos.order"]._club_self_mask(data)
                if self.self_ordering_mode == "mobile":
                    for row in data["pos.order"]:
                        row.pop("club_self_text", None)
        return super()._notify(*notifications, private=private)


class ClubVisit(models.Model):
    _inherit = "club.visit"

    def _join(self):
        """Make a member of who agreed with a phone number: the contact has no name until they give one.

        :return: the contact; none where nobody becomes a member by an order
        """
        config, club = self.config_id, self.club_id
        partners = self.env["res.partner"]
        if not self.phone or self.member_id or club.enrolment == "off":
            return partners
        # Two orders with one new number at once: the second waits, starts again and finds the member.
        self.env["club.attempt"]._take("join", {f"{club.id}:{self.phone}": MOST_JOINS})
        known = config._club_partners_by_phone(self.phone)
        members = self.env["club.member"].with_context(active_test=False)
        theirs = members.search([("club_id", "=", club.id), ("partner_id", "in", known.ids)])
        member = theirs.filtered("active")[:1]
        if theirs and not member:
            return partners  # who left stays away until staff lets them in again
        partner = member.partner_id or known[:1]
        partner = partner or partners.create({
            "name": self.phone,
            "phone": self.phone,
            "country_id": config.company_id.country_id.id,
            "lang": self.env.lang or config.company_id.partner_id.lang,
        })  # fmt: skip
        member = member or self.env["club.member"]._join(club, partner, "kiosk")
        self.write({"member_id": member.id, "phone": False})
        return partner
