"""Whose an order is that customers ring up themselves: theirs who were recognised first, or whom staff chose."""

from odoo import api, fields, models

from .pos_self import SELF


class PosOrder(models.Model):
    """A self-order is theirs who were recognised first, until staff says otherwise.

    Example: Ada signs in on her phone and orders a coffee at table 7; Bob signs in on his and adds a cake to the
    same order. The order is Ada's. A waiter who chooses Bob at the register makes it Bob's, whatever the phones
    send afterwards.
    """

    _inherit = "pos.order"

    club_visit_id = fields.Many2one("club.visit", compute="_compute_club_visit_id", compute_sudo=True)
    # What a register shows as the customer of an order on which there is nobody yet, to be told when it is taken off.
    club_self_customer = fields.Json(compute="_compute_club_self_customer", compute_sudo=True)

    @api.depends("uuid", "club_is_known")
    def _compute_club_visit_id(self):
        visits = self.filtered("club_is_known")._club_self_visits()
        by_uuid = {visit.order_uuid: visit for visit in visits}
        for order in self:
            order.club_visit_id = by_uuid.get(order.uuid, False)

    def _club_self_visits(self):
        keys = [uuid for uuid in self.mapped("uuid") if uuid]
        return self.env["club.visit"].sudo().search([("order_uuid", "in", keys)]) if keys else self.env["club.visit"]

    @api.depends("state", "club_visit_id")
    def _compute_club_self_customer(self):
        for order in self:
            customer = order.club_visit_id._customer() if order.state == "draft" else None
            order.club_self_customer = {"partner_id": customer.id} if customer else False

    # ------------------------------------------------------------------ hooks
    def _club_member_partner(self):
        """Who typed a number is on the order when it is paid."""
        is_waiting = self.source in SELF and self.club_is_known and not self.partner_id
        return (is_waiting and self.club_visit_id._customer()) or super()._club_member_partner()

    # ------------------------------------------------------------------ sent again
    def _club_self_has_customer(self):
        """Does the server know whose it is: by a visit or by staff?"""
        return self.club_is_known or bool(self.source not in SELF and self.partner_id)

    def _club_self_keep(self, order):
        """A cart that is known comes without its token: at a table another phone adds to it, and it stays whose it
        was; at a kiosk whoever was known has gone.

        :param order: what the browser sent, changed in place
        """
        if self.config_id.self_ordering_mode == "mobile":
            order.pop("partner_id", None)
            order["club_is_known"] = True
        else:
            self._club_self_visits().unlink()
            order["club_is_known"] = False

    def _club_self_owner(self):
        """The visit whose order it is though another phone at the table has sent it now; none for most."""
        return self.club_visit_id if len(self) == 1 and self.club_is_known else self.env["club.visit"]

    def _club_self_let_go(self, visit):
        """Somebody else was meant: a draft is nobody's again, and costs what it costs."""
        for order in self.filtered(lambda order: order.state == "draft" and order.club_is_known):
            order._club_apply_choice(self.env["club.visit"])
            order._compute_prices()
            self.env["club.hold"]._picks_of(self._name, order.uuid)._drop_picks()
            self.env["club.voucher"]._promised_to(order.uuid)._promise(False)
            values = {"club_is_known": False}
            if order.partner_id == visit._customer():
                values["partner_id"] = False
            order.write(values)

    # ------------------------------------------------------------------ the register
    def _club_self_by_staff(self, partner_id):
        """Whom staff puts on a self-order is its customer, and nobody else."""
        for order in self:
            visits = order._club_self_visits()
            visits.filtered(lambda visit: not partner_id or visit._customer().id != partner_id).unlink()
            order.club_is_known = bool(partner_id)

    def _club_self_drop(self, seen):
        """A register that showed the customer took them off; one that never showed them says nothing.

        :param seen: id of the contact that the register showed
        """
        if self.club_visit_id._customer().id == seen:
            self._club_self_by_staff(False)


class ClubVisit(models.Model):
    _inherit = "club.visit"

    def _who(self):
        return self.member_id._club_current(), self.phone

    def _may_have(self, order):
        """May this visit have an order that is on the server already?

        At a table it is theirs who were recognised first, unless staff chose somebody else. At a kiosk whoever is
        recognised now stands there.
        """
        others = self.search([("order_uuid", "=", order.uuid), ("id", "!=", self.id)])
        if self.config_id.self_ordering_mode == "mobile":
            is_by_staff = order._club_self_has_customer() and order.partner_id and self.order_uuid != order.uuid
            if is_by_staff and not others and order.partner_id != self._customer():
                return False
            if any(other._who() != self._who() for other in others):
                return False
        others.unlink()
        return True
