"""Whose an order is that customers ring up themselves: theirs who were recognised first, or whom staff chose."""

from odoo import api, fields, models

from .pos_self import SELF

# What the host broadcasts to every device of a shop, and everybody in it may listen to.
BROADCASTS = frozenset({"PAYMENT_STATUS", "ONLINE_PAYMENT_STATUS"})
CONTACT = ("partner_id", "email", "mobile")
NOT_BROADCAST = {False: CONTACT, True: (*CONTACT, "club_self_text")}
# What somebody holds in the hand, or has signed in with, at a device that is theirs for the moment.
OWN = frozenset({"pin", "pass", "login"})


class PosOrder(models.Model):
    """A self-order's customer stays with its visit until the order is paid.

    Example: somebody types Ada's number at a kiosk. The order has no customer yet, because whoever holds its link
    may open pages of the host that show and change the customer's address, and pay with the customer's saved cards.
    The register says that it is Ada's; when it is paid, it is hers and earns for her.
    """

    _inherit = "pos.order"

    club_visit_id = fields.Many2one("club.visit", compute="_compute_club_visit_id", compute_sudo=True)
    # For registers, whatever the order itself says.
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
        own = self.club_visit_id._customer() if self.source in SELF and self.club_is_known else None
        return own or super()._club_member_partner()

    def action_pos_order_paid(self):
        self._club_self_arrive()
        return super().action_pos_order_paid()

    def _club_self_arrive(self):
        """The money is here: the order is its customer's from now on."""
        for order in self.sudo():
            if order.source in SELF and order.club_is_known and not order.partner_id:
                customer = order.club_visit_id._arrive()
                if customer:
                    order.write({"partner_id": customer.id, "club_is_known": True})

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

    def _club_self_let_go(self, visit):
        """Somebody else was meant: a draft is nobody's again, and costs what it costs."""
        for order in self.filtered(lambda order: order.state == "draft" and order.club_is_known):
            order._club_apply_choice(self.env["club.visit"])
            values = {"club_is_known": False}
            if order.partner_id == visit._customer():
                values["partner_id"] = False
            order.write(values)

    # ------------------------------------------------------------------ the register
    @api.model
    def _load_pos_data_read(self, records, config):
        """A register shows whose order it is; the order itself says so when it is paid."""
        rows = super()._load_pos_data_read(records, config)
        for row in rows:
            if row.get("club_self_customer") and not row.get("partner_id"):
                row["partner_id"] = row["club_self_customer"]["partner_id"]
        return rows

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

    def _is_own(self):
        """Is the device theirs alone, and did they show who they are?"""
        return self.is_proven and self.how in OWN and self.config_id.self_ordering_mode == "kiosk"

    def _arrive(self):
        """Who the customer of the paid order is."""
        return self._customer()

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


class PosConfig(models.Model):
    _inherit = "pos.config"

    def _notify(self, *notifications, private=True):
        """Everybody in the shop may listen: an order's customer, and at a table what it brought, are asked for by the
        order's own link."""
        told = [notifications] if notifications and isinstance(notifications[0], str) else notifications
        for name, message in told:
            rows = (message.get("data") or {}) if name in BROADCASTS else {}
            for row in (*rows.get("pos.order", ()), *rows.get("pos.payment", ())):
                for key in NOT_BROADCAST[self.self_ordering_mode == "mobile"]:
                    row.pop(key, None)
        return super()._notify(*notifications, private=private)
