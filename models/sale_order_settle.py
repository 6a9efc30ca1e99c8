"""An order that is confirmed, cancelled, credited or made smaller: what becomes of the points it was promised."""

from odoo import fields, models

from .ledger import SENTINEL


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _club_settle(self):
        """Before an order is confirmed: money has come, so put the points lines where the money needs them.

        Only our own lines: recomputing promotions here would refuse orders that the host would have confirmed.
        """
        for order in self.sudo().with_context(club_recompute=SENTINEL):
            holds = order._club_points_holds()
            if not holds or order.state not in ("draft", "sent"):
                continue
            holds.member_id._lock()
            if not order._club_live_payments().filtered(lambda payment: payment.state in ("authorized", "done")):
                for hold in holds:
                    order.with_context(club_recompute=None)._club_check_promise(hold)
                continue
            usables = order._club_usables()
            make_room_first = sorted(usables, key=lambda hold: usables[hold] - order._club_points_money(hold))
            for hold in make_room_first:
                order._club_put(hold, usables[hold])

    def _club_put(self, hold, want):
        """Let this promise pay exactly so much."""
        line, card = self._club_points_lines(hold), hold.card_id
        if line or want:
            self.applied_coupon_ids |= card
        if not line and want:
            self._apply_program_reward(hold._reward(), card)
        elif line and self.currency_id.compare_amounts(-sum(line.mapped("price_total")), want):
            self._club_reprice(hold, want)

    def _club_check_promise(self, hold):
        """Nothing was paid: what points pay must still be promised, else the total would rise unseen."""
        shown = self._club_points_money(hold)
        if shown <= 0 or self.currency_id.compare_amounts(self._club_usable(hold), shown) >= 0:
            return
        if not self._club_revive(hold):
            raise self.env["club.refusal"]._because("gone")

    def _club_capture(self):
        """The order is confirmed: note what points paid, and take them."""
        for order in self.sudo():
            holds = order._club_points_holds()
            if not holds or order.state != "sale":
                continue
            for hold in holds.filtered(lambda hold: not hold.is_settled):
                hold.member_id._lock()
                money = order._club_points_money(hold)
                hold._store({"is_settled": True, "settled_money": money, "expires_at": False})
                hold._capture_settled(order)
                order._club_empty_card(hold)

    def _club_empty_card(self, hold):
        """The host books on the card; ours is never worth anything. Archived it would vanish from the order."""
        card = hold.card_id.with_context(tracking_disable=True, loyalty_no_mail=True)
        if card.points:
            card.points = 0

    def _club_captured_at(self):
        return fields.Datetime.now()

    # ------------------------------------------------------------------ given back
    def _club_return_points(self):
        """Give back what of the captured points the order no longer uses: cancelled, credited, refunded, smaller.

        What it uses again (billed once more, the credit note withdrawn) is taken again.
        """
        for order in self.sudo():
            for hold in order._club_points_holds().filtered(lambda hold: hold.state == "captured"):
                due = hold.amount - hold._units_for(order._club_points_kept(hold))
                hold._settle_returned(max(0, due), order._club_source())
                if order.state == "cancel" and hold.settled_money:
                    hold._store({"settled_money": 0.0})  # taken up again, it starts without

    def _club_points_kept(self, hold):
        """The part of what points paid that the customer still has goods for."""
        if self.state != "sale":
            return 0.0
        own = self._club_points_lines(hold)
        credited = self._club_credited_money(own, hold.settled_money)
        credited = max(credited, hold.settled_money * self._club_refunded_share())
        return self.currency_id.round(max(0.0, hold.settled_money - credited))

    def _club_drop_promise(self):
        """An order that was cancelled before it was confirmed needs no points."""
        for order in self:
            unused = order._club_points_holds().filtered(lambda hold: hold.state != "captured")
            unused._release()
            unused._unsettle()

    def _club_shrink(self):
        """A confirmed order became smaller: points that no longer fit go back, the total stays above 0."""
        for order in self:
            holds = order._club_points_holds().filtered("is_settled")
            if order.state != "sale" or not holds:
                continue
            left = max(0.0, order._club_before())
            for hold in holds:
                line = order._club_points_lines(hold)[:1]
                fits = order.currency_id.round(min(hold.settled_money, left))
                left -= fits
                if not line or order.currency_id.compare_amounts(fits, hold.settled_money) >= 0:
                    if line and order._club_reduces(hold) and not line.qty_invoiced:
                        order.with_context(club_recompute=SENTINEL)._club_reprice(hold, fits)  # by other taxes
                    continue
                hold.member_id._lock()
                hold._store({"settled_money": fits})
                order.with_context(club_recompute=SENTINEL)._club_reprice(hold, fits)
                order._club_empty_card(hold)
                order._club_return_points()
