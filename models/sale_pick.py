"""Rewards chosen in a quotation or a cart: as long as what was chosen stands, and what a payment was promised."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.values import exact
from .ledger import SENTINEL


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    club_pick_ids = fields.Many2many(
        "club.hold",
        "club_pick_payment_rel",
        "payment_id",
        "hold_id",
        string="Rewards Promised",
        readonly=True,
        copy=False,
        help="Rewards of the order when this payment was started: should it come through, they still count.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A payment is promised the rewards that its order has at this moment, and keeps them."""
        payments = super().create(vals_list)
        for payment in payments:
            order = payment.sale_order_ids
            if len(order) != 1 or not payment._club_brings_money():
                continue
            if order.has_club_picks and order.state in ("draft", "sent"):
                payment.sudo().club_pick_ids = order._club_promise_picks()
                order._club_keep_promise()
        return payments


class ClubHold(models.Model):
    _inherit = "club.hold"

    def _check_releasable(self):
        for pick in self.filtered("program_id"):
            if pick.sale_order_id and pick.sale_order_id._club_pick_is_frozen(pick):
                raise UserError(
                    self.env._(
                        "A payment of %s is on its way and counts on this reward. Wait for it, or cancel the payment "
                        "first. Nothing was changed.",
                        pick.source_name,
                    )
                )
        return super()._check_releasable()

    def _capture_order(self, order):
        if not self.program_id:
            return super()._capture_order(order)
        vals = {"fault": False}
        if self.state == "released":  # given back by hand, and then the money came: the promise stood
            vals["state"] = "lapsed"
        self._store(vals)
        return self._capture(order._club_source(), order._club_captured_at())


class SaleOrder(models.Model):
    _inherit = "sale.order"

    has_club_picks = fields.Boolean(readonly=True, copy=False, help="A reward was chosen in this order.")

    def _club_with_promises(self):
        return self.filtered(lambda order: order.sudo().club_hold_id or order.has_club_picks)

    def _club_picks(self):
        """The rewards chosen for this order; one that names another order is none."""
        self.ensure_one()
        order = self.sudo()
        if not order.has_club_picks:
            return self.env["club.hold"].sudo()
        key = str(self._origin.id)
        return order.club_hold_ids.filtered(
            lambda pick: pick.program_id and (pick.source_model, pick.source_key) == (self._name, key)
        )

    def _club_pick_lines(self, picks=None):
        lines = self.order_line.filtered(lambda line: line._is_club_pick())
        return lines if picks is None else lines.filtered(lambda line: line.coupon_id.sudo() in picks.card_id)

    def _club_pick_counts(self, pick):
        """Does this reward count in the order now? Confirmed: what was settled. Paid: what was promised."""
        if self.state == "sale":
            return pick.is_settled
        if self.state == "cancel" or pick.state == "captured":
            return False
        payments = self._club_live_payments()
        on_way = payments.filtered(lambda payment: payment.state in ("pending", "authorized", "done"))
        if pick in on_way.club_pick_ids:
            return True
        return pick.is_chosen and pick._is_live() and self._club_is_own(pick)

    def _club_pick_is_frozen(self, pick):
        """A payment that may still come was promised it."""
        return pick in self._club_live_payments().club_pick_ids

    def _club_promise_picks(self):
        """What a payment that begins now is promised. Under the lock: what is not promised any more is told."""
        picks = self._club_picks().filtered(lambda pick: pick.is_chosen and self._club_pick_lines(pick))
        picks.member_id._lock()
        if not all(self._club_pick_counts(pick) for pick in picks):
            raise UserError(
                self.env._("A reward of this order was promised to it for a while only. Reload the page.")
            )
        return picks

    # ------------------------------------------------------------------ the order changes
    def _club_sync_picks(self):
        """What is not in the order any more is given up, unless a payment that may still come counts on it."""
        for order in self.sudo():
            if order.state not in ("draft", "sent"):
                continue
            for pick in order._club_picks().filtered(lambda pick: pick.state in ("held", "lapsed")):
                lines = order._club_pick_lines(pick)
                if lines and order._club_pick_counts(pick):
                    continue
                if lines:
                    lines.with_context(club_recompute=SENTINEL).unlink()
                if order._club_pick_is_frozen(pick):
                    pick._store({"is_chosen": False})
                else:
                    pick._drop_picks()

    def _club_apply_pick(self, pick):
        """Put its line on the order, as the host does for a coupon.

        :raise UserError: the host's reason why it changes nothing here
        """
        order = self.sudo()
        reward = pick._club_benefit()
        order.applied_coupon_ids |= pick.card_id
        choice = {"product": pick.product_id} if pick.product_id else {}
        status = order._apply_program_reward(reward, pick.card_id, **choice)
        if error := status.get("error"):
            raise UserError(error)

    def _club_settle_picks(self):
        """Before an order is confirmed: money has come, so what it was promised is there, whatever was since."""
        for order in self.sudo().with_context(club_recompute=SENTINEL):
            picks = order._club_picks().filtered(lambda pick: pick.state != "captured")
            if not picks or order.state not in ("draft", "sent"):
                continue
            picks.member_id._lock()
            paid = order._club_live_payments().filtered(lambda payment: payment.state in ("authorized", "done"))
            for pick in picks & paid.club_pick_ids:
                order.applied_coupon_ids |= pick.card_id
                if not order._club_pick_lines(pick):
                    order._club_apply_pick(pick)
            for pick in picks - paid.club_pick_ids:
                if order._club_pick_lines(pick) and not order._club_pick_counts(pick):
                    if paid:  # chosen after the payment was started: its money was for the price without it
                        order._club_pick_lines(pick).unlink()
                        order._club_tell_taken_off(pick.program_id)
                        continue
                    raise UserError(
                        order.env._(
                            "%s is not promised to this order any more. Take it off or choose it anew, and look at "
                            "the total before you go on. Nothing was taken.",
                            pick.program_id.name,
                        )
                    )

    def _club_tell_taken_off(self, program):
        self.message_post(
            body=self.env._(
                "%s was put on the order after its payment was started and was not promised to it any more when the "
                "money came, so it was taken off.",
                program.name,
            )
        )

    def _club_capture_picks(self):
        """The order is confirmed: what is on it is used, what is not is free again."""
        for order in self.sudo():
            if order.state != "sale":
                continue
            for pick in order._club_picks().filtered(lambda pick: pick.state != "captured" and not pick.is_settled):
                if not order._club_pick_lines(pick):
                    pick._drop_picks()
                    continue
                pick._store({"is_settled": True, "expires_at": False})
                pick._capture_settled(order)
                pick._kill_cards()

    def _club_return_picks(self):
        """Points go back as far as the reward's line was credited, the money refunded, or the order cancelled.

        They go again where it is billed once more, or the credit note is withdrawn.
        """
        for order in self.sudo():
            for pick in order._club_picks().filtered(lambda pick: pick.state == "captured"):
                pick._return_part(order._club_pick_returned(pick), order._club_source(), is_final=False)
                pick._kill_cards()

    def _club_pick_returned(self, pick):
        """The share of a reward that is back, 0 to 1."""
        lines = self._club_pick_lines(pick)
        if self.state != "sale" or not lines:
            return 1
        shares = self._club_returned_by(is_paid=False).get(self.id, {})
        weights = {line: exact(abs(line.price_total) or line.product_uom_qty) for line in lines}
        back = sum(exact(shares.get(str(line.id), 0)) * weight for line, weight in weights.items())
        if free := lines.filtered(lambda own: not own.price_total):  # a free product
            credited, billed = (
                sum(exact(line.quantity) for line in moves.invoice_line_ids if line.sale_line_ids & free)
                for moves in (self._club_credit_notes(), self._club_invoices())
            )
            back += max(0, credited - max(0, billed - sum(weights[line] for line in free)))
        whole = sum(weights.values())
        return back / whole if whole else 0
