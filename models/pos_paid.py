"""An order is paid by its payments and by one action; what was promised to it and is not on it goes back then."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .ledger import SENTINEL
from .pos_payment import SETTLED


class PosOrder(models.Model):
    """Calling an order paid is no payment, whichever field a browser writes to say so.

    Example: "state" written to a draft of 121.00 that 1.00 in points pays: refused, and the points stay promised.
    Invariant: points, rewards, vouchers and wallets are taken for an order whose payments cover it, and for no other.
    """

    _inherit = "pos.order"

    def action_pos_order_paid(self):
        result = super(PosOrder, self.with_context(club_paying=SENTINEL)).action_pos_order_paid()
        for order in self.sudo():
            order._club_check_paid_up()
            if order.partner_id:  # an order of nobody asks for nothing: the next release finds what is left
                order._club_release_left()
        return result

    def write(self, vals):
        """Whoever calls a draft paid pays it by the action, with all that this asks for."""
        drafts = self.browse()
        if vals.get("state") in SETTLED and self.env.context.get("club_paying") is not SENTINEL:
            drafts = self.filtered(lambda order: order.state == "draft" and order._club_is_guarded())
        if not drafts:
            return super().write(vals)
        rest = {name: value for name, value in vals.items() if name != "state"}
        if rest:
            super().write(rest)
        for order in drafts:
            order.action_pos_order_paid()
        return super().write({"state": vals["state"]})

    @api.model
    def _process_order(self, order, existing_order):
        """An order that comes as cancelled and was never saved before had promises all the same."""
        is_cancelled, uuid = order.get("state") == "cancel", order.get("uuid")
        order_id = super()._process_order(order, existing_order)
        if is_cancelled and uuid and isinstance(uuid, str):
            self.browse(order_id)._club_release_tenders()
        return order_id

    def _club_is_guarded(self):
        return bool(self.config_id.sudo().club_outlet_id or self.payment_ids._club_tenders())

    def _club_check_paid_up(self):
        """
        :raise UserError: points or store credit pay a part of it, and nobody the rest
        """
        is_ours = self.payment_ids._club_tenders() or self.lines.coupon_id
        if not is_ours:
            return
        total, paid = self._club_total(), sum(self.payment_ids.mapped("amount"))
        rounding = self.config_id.rounding_method.rounding if self.config_id.cash_rounding else 0.0
        if self.currency_id.compare_amounts(total - paid, rounding + self._club_tolerance()) > 0:
            raise UserError(
                self.env._(
                    "%(order)s comes to %(total)s, of which %(paid)s are paid. Take the rest first; nothing was "
                    "booked.",
                    order=self.name,
                    total=self.currency_id.format(total),
                    paid=self.currency_id.format(paid),
                )
            )

    def _club_release_left(self):
        """What this paid order was promised in points and did not use, because the payment was taken off."""
        holds = self.env["club.hold"].search([
            ("source_model", "=", self._name), ("source_key", "=", self.uuid), ("state", "=", "held"),
            ("program_id", "=", False),
        ])  # fmt: skip
        holds.filtered(lambda hold: hold.payment_key not in self.payment_ids.mapped("uuid"))._release()


class ClubHold(models.Model):
    _inherit = "club.hold"

    @api.model
    def _release_left(self, limit=200):
        """Give back what registers' orders were promised that are paid without it, or cancelled."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT h.id FROM club_hold h JOIN pos_order o ON o.uuid = h.source_key AND o.state IN %s
                    WHERE h.source_model = 'pos.order' AND h.channel = 'pos' AND h.state = 'held'
                      AND h.program_id IS NULL AND NOT EXISTS (
                          SELECT FROM pos_payment p
                           WHERE p.pos_order_id = o.id AND p.uuid = h.payment_key AND o.state != 'cancel')
                 ORDER BY h.id LIMIT %s""",
                (*SETTLED, "cancel"),
                limit,
            )
        )
        self.browse(row[0] for row in rows)._release()

    @api.model
    def _cron_release(self):
        self._release_left()
        return super()._cron_release()
