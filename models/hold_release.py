"""A manager frees what is promised to an order: never silently, and never under a payment that is on its way."""

from odoo import fields, models
from odoo.exceptions import UserError


class ClubHold(models.Model):
    _inherit = "club.hold"

    release_reason = fields.Char(string="Given Back Because", readonly=True, copy=False)
    released_by = fields.Char(string="Given Back By", readonly=True, copy=False)
    released_at = fields.Datetime(string="Given Back", readonly=True, copy=False)

    def _check_releasable(self):
        """
        :raise UserError: it is over already, or a payment relies on it
        """
        for hold in self:
            if hold.state == "captured" or hold.is_settled:
                raise UserError(self.env._("These points are used. Credit or cancel the order, and they go back."))
            if hold.state == "released":
                raise UserError(self.env._("These points are free already."))
            payments = hold.sale_order_id._club_live_payments() if hold.sale_order_id else ()
            under_way = [
                payment
                for payment in payments
                if payment.state in ("draft", "pending", "authorized", "done") and payment._club_promised(hold.unit_id)
            ]
            if under_way:
                raise UserError(
                    self.env._(
                        "A payment of %(order)s is on its way (%(payment)s) and counts on these points. "
                        "Wait for it, or cancel the payment first. Nothing was changed.",
                        order=hold.source_name,
                        payment=under_way[0].reference,
                    )
                )

    def _release_because(self, reason):
        """
        :param reason: str, kept with the promise
        :raise UserError: no reason, or the promise cannot be given back
        """
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Say why: the reason stays with the promise."))
        self.member_id._lock()
        self.invalidate_recordset(["state", "is_settled"])
        self._check_releasable()
        self._store(
            {
                "release_reason": reason.strip(),
                "released_by": self.env["club.entry"]._actor(),
                "released_at": fields.Datetime.now(),
            }
        )
        self._release()
        orders = self.sale_order_id.filtered(lambda order: order.state in ("draft", "sent"))
        for order in orders:
            order._update_programs_and_rewards()

    def action_release(self):
        """The window that asks for the reason."""
        self.ensure_one()
        self._check_manager()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_release_action")
        return action | {"context": {"default_hold_id": self.id}}
