from dataclasses import dataclass

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .club_refusal import Refusal

SETTLED = ("paid", "done")
# What makes a payment the one that was promised points.
KEPT = frozenset({"amount", "payment_method_id", "pos_order_id", "uuid", "transaction_id", "is_change"})


@dataclass(frozen=True, slots=True)
class Saving:
    """The order that the register is saving, in a context: an object, so no call can bring one along."""

    uuid: str


class PosPayment(models.Model):
    """A payment in points needs the promise it was made with, and stays as it was once the order is paid.

    Example: the register asks for 100 Beans, keeps the token in ``transaction_id`` and sends both with the
    order; "Force done" sends none and is refused.

    Invariant: no row in points is added to, changed in or taken from a paid order, so points never become
    cash afterwards.
    """

    _inherit = "pos.payment"

    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        tenders = payments._club_tenders()
        if tenders:
            tenders.sudo()._club_check_added()
        return payments

    def write(self, vals):
        if not KEPT & vals.keys():
            return super().write(vals)
        before = self._club_tenders()
        before._club_check_unsettled()
        result = super().write(vals)
        after = self._club_tenders()
        (after - before)._club_check_unsettled()
        if after:
            after.sudo()._club_check_added()
        return result

    def unlink(self):
        tenders = self._club_tenders()
        tenders._club_check_unsettled()
        keys = [(payment.pos_order_id.uuid, payment.uuid) for payment in tenders]
        result = super().unlink()
        for order_key, payment_key in keys:
            holds = self.env["club.hold"].sudo()._of_payments([payment_key])
            holds.filtered(lambda hold, order_key=order_key: hold.source_key == order_key)._release()
        return result

    def _club_tenders(self):
        """Those of these payments that are in points."""
        return self.filtered(lambda payment: payment.payment_method_id._is_club_tender())

    # ------------------------------------------------------------------ guards
    def _club_check_unsettled(self):
        saving = self.env.context.get("club_saving")
        own_uuid = saving.uuid if isinstance(saving, Saving) else None
        if self.pos_order_id.filtered(lambda order: order.state in SETTLED and order.uuid != own_uuid):
            raise UserError(
                self.env._(
                    "This order is paid, so its payments in points stay as they are. "
                    "Refund the order and sell it again."
                )
            )

    def _club_check_added(self):
        """A payment in points comes with its promise, and only before the order is paid."""
        self._club_check_unsettled()
        for payment in self:
            if payment.amount > 0:
                try:
                    payment._club_hold()
                except UserError as refused:
                    payment.pos_order_id._club_note_refused(refused)
                    raise

    def _club_hold(self):
        """The promise behind this payment.

        :raise UserError: there is none, or it belongs to another order, customer, place or amount
        """
        self.ensure_one()
        _, order = self.env._, self.pos_order_id
        hold = self.env["club.hold"]._of_payments([self.uuid])
        if not hold or not hold._matches(self.transaction_id) or hold.source_key != order.uuid:
            raise UserError(
                _(
                    "%s were not promised to this payment. Remove it and pay with points again; nothing was taken.",
                    self.currency_id.format(self.amount),
                )
            )
        entry = hold.entry_id
        is_ours = (entry.source_model, entry.source_id) == ("pos.order", order.id)
        if hold.state == "released" or (hold.state == "captured" and not is_ours):
            raise UserError(_("These points were given back or used before. Remove the payment and choose them again."))
        if hold.member_id.partner_id != order.partner_id:
            text = _(
                "These points were promised by %(member)s, and the order is for %(customer)s now. "
                "Choose %(member)s again or reverse the payment in points.",
                member=hold.member_id.display_name,
                customer=order.partner_id.display_name or _("nobody"),
            )
            raise Refusal(text, "whose", {})
        outlet = order.config_id.club_outlet_id
        if outlet and not outlet._honours(hold):
            raise UserError(
                _("These points belong to another location. Reverse the payment and pay with points again.")
            )
        if self.currency_id.compare_amounts(hold.money, self.amount):
            raise UserError(
                _(
                    "%(promised)s were promised in points and %(paid)s are on the order. "
                    "Reverse the payment and pay with points again.",
                    promised=self.currency_id.format(hold.money),
                    paid=self.currency_id.format(self.amount),
                )
            )
        return hold

    # ------------------------------------------------------------------ capture
    def _club_capture(self):
        """Turn the promises of these payments into movements, after refusing what does not fit."""
        for payment in self:
            payment._club_hold()._club_capture_for(payment.pos_order_id)

    @api.model
    def _club_repair(self, limit=200):
        """Capture what paid orders were promised and a fault left behind."""
        rows = self.env.execute_query(
            SQL(
                """SELECT h.id, p.pos_order_id
                     FROM club_hold h
                     JOIN pos_payment p ON p.uuid = h.payment_key
                     JOIN pos_order o ON o.id = p.pos_order_id AND o.uuid = h.source_key AND o.state IN %s
                    WHERE h.source_model = 'pos.order' AND h.channel IN ('pos', 'kiosk')
                      AND h.state IN ('held', 'lapsed')
                 ORDER BY h.id LIMIT %s""",
                SETTLED,
                limit,
            )
        )
        for hold_id, order_id in rows:
            self.env["club.hold"].browse(hold_id)._club_capture_for(self.env["pos.order"].browse(order_id))
        return len(rows)
