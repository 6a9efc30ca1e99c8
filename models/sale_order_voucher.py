from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .club_refusal import Refusal


class SaleOrder(models.Model):
    """Vouchers in the webshop's cart and on quotations: the host applies them, we say whose they are.

    Invariant: an order whose payment was started with a voucher confirms with it when the money comes.
    """

    _inherit = "sale.order"

    club_back_voucher_ids = fields.Many2many(
        "club.voucher",
        "club_back_voucher_rel",
        "order_id",
        "voucher_id",
        string="Vouchers That Came Back",
        readonly=True,
        copy=False,
        groups="loyalty_club.loyalty_club_group_user",
        help="A credit note made them good again. Billed once more, the order uses them again.",
    )

    def _club_vouchers(self):
        """Vouchers that are on these orders."""
        cards = self.order_line.coupon_id.sudo().filtered("program_id.club_id")
        return self.env["club.voucher"].sudo().union(*self.env["club.voucher"]._of_cards(cards).values())

    # ------------------------------------------------------------------ in the cart
    def _try_apply_code(self, code):
        card = self.env["loyalty.card"].sudo().search([("code", "=", code)]) if code else self.env["loyalty.card"]
        voucher = self.env["club.voucher"]._of_cards(card).get(card)
        if voucher and (refusal := voucher._refused(self.partner_id, self._club_outlet(), self)):
            self._club_keep_refusal(refusal)
            return {"error": str(refusal)}
        return super()._try_apply_code(code)

    def _club_take_code(self, code):
        """Put a voucher into this cart: what went wrong as a sentence, or nothing.

        A choice that the customer has to make is made in the cart.
        """
        order = self.sudo()
        try:
            with self.env.cr.savepoint():
                status = order._try_apply_code(code)
                if "error" not in status and len(status) == 1:
                    [(coupon, rewards)] = status.items()
                    if len(rewards) == 1 and not rewards.multi_product:
                        status = order._apply_program_reward(rewards, coupon)
                if "error" not in status:
                    order._recompute_cart()
        except UserError as refusal:
            return str(refusal)
        return status.get("error", "")

    def _club_keep_refusal(self, refusal):
        """Note for who asks later why a voucher was not taken."""
        order = self.sudo()
        club = order._club_outlet().club_id
        if club and isinstance(refusal, Refusal):
            partner = order.partner_id.filtered(lambda partner: not partner.is_public)
            place = order.website_id.display_name or order.team_id.display_name
            self.env["club.refusal"]._keep_for(club, partner, place, (self._name, order.id), refusal)

    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        """Nothing for a customer who may not use it; all of it where a payment that has come was promised it."""
        points = super()._get_real_points_for_coupon(coupon, post_confirm)
        if self.state == "sale" or not coupon.program_id.club_id:
            return points
        voucher = self.env["club.voucher"]._of_cards(coupon).get(coupon)
        if not voucher:
            return points
        cost = sum(self.order_line.filtered(lambda line: line.coupon_id == coupon).mapped("points_cost"))
        if voucher in self._club_paid_vouchers():
            return max(points, coupon.program_id.sudo().reward_ids[:1].required_points - cost)
        if points < 0 or voucher.is_giftable or coupon.partner_id == self.partner_id:
            return points
        # Below 0 the host refuses to confirm: the order was given to another customer since.
        return min(points, 0.0) - cost

    def _get_program_domain(self):
        """What money that has come was promised stays, also where its reward is not offered any more."""
        domain = super()._get_program_domain()
        kept = self._club_paid_vouchers().program_id
        return Domain.OR([domain, Domain("id", "in", kept.ids)]) if kept else domain

    def _get_point_changes(self):
        """Not the host's to book: a voucher is used and comes back by the club's own rules."""
        changes = super()._get_point_changes()
        if not changes:
            return changes
        ours = self.env["club.voucher"]._of_cards(
            self.env["loyalty.card"].union(*changes).sudo().filtered("program_id.club_id")
        )
        return {card: change for card, change in changes.items() if card.sudo() not in ours}

    # ------------------------------------------------------------------ before payment
    def _club_paid_vouchers(self):
        """Vouchers that money was promised which has come."""
        paid = self._club_live_payments().filtered(lambda payment: payment.state in ("authorized", "done"))
        return paid.club_voucher_ids

    def _club_voucher_refusal(self):
        """Why one of its vouchers cannot be used for this order any more, as the ``Refusal``; None when all can."""
        vouchers = self._club_vouchers()
        for voucher in vouchers and vouchers - self._club_paid_vouchers():
            if refusal := voucher._refused(self.partner_id, self._club_outlet(), self):
                return refusal
        return None

    def _club_voucher_obstacle(self):
        """The same as a sentence for the payment page, and kept."""
        order = self.sudo()
        refusal = order.state in ("draft", "sent") and order._club_voucher_refusal()
        if refusal:
            order._club_keep_refusal(refusal)
        return str(refusal or "")

    def _club_reserve_vouchers(self):
        """From now on the vouchers are these orders' alone.

        :return: the ``club.voucher`` records
        :raise Refusal: another order's payment was started with one of them, or it was used meanwhile
        """
        orders = self.sudo().filtered(lambda order: order.state in ("draft", "sent"))
        vouchers = orders._club_vouchers()
        if vouchers:
            vouchers._take_turn()
            for order in orders:
                if refusal := order._club_voucher_refusal():
                    raise refusal
        return vouchers

    # ------------------------------------------------------------------ confirmed, cancelled, refunded
    def _club_settle_vouchers(self):
        """Money has come: off with what it was not promised and others have used, back with what it was promised.

        The cart may have been changed after the payment was started.
        """
        for order in self.sudo().filtered(lambda order: order.state in ("draft", "sent")):
            paid = order._club_live_payments().filtered(lambda payment: payment.state in ("authorized", "done"))
            on_order = order._club_vouchers() if paid else paid.club_voucher_ids
            if not (on_order | paid.club_voucher_ids):
                continue
            on_order._take_turn()
            order.invalidate_recordset(["amount_paid"])  # it does not depend on the payments' states
            for voucher in on_order - paid.club_voucher_ids:
                if voucher._refused(order.partner_id, order._club_outlet(), order):
                    order.order_line.filtered(lambda line, own=voucher: line.coupon_id == own.card_id).unlink()
                    order.applied_coupon_ids -= voucher.card_id
                    order._club_tell_taken_off(voucher.program_id)
            for voucher in paid.club_voucher_ids - on_order:
                reward = order._club_voucher_benefit(voucher)
                is_short = order.currency_id.compare_amounts(order.amount_total, sum(paid.mapped("amount"))) > 0
                if is_short or reward.reward_type == "product":
                    order.applied_coupon_ids |= voucher.card_id
                    chosen = order._club_chosen_before(voucher.card_id, reward)
                    order._apply_program_reward(reward, voucher.card_id, **chosen)

    def _club_voucher_benefit(self, voucher):
        """What was chosen of it when the payment was started; a voucher with one benefit has no choice."""
        rewards = voucher.program_id.with_context(active_test=False).reward_ids
        noted = [choice for payment in self._club_live_payments() for choice in payment.club_choices or ()]
        chosen = [reward_id for card_id, reward_id, _product in noted if card_id == voucher.card_id.id]
        return rewards.filtered(lambda reward: reward.id in chosen[-1:]) or rewards[:1]

    def action_confirm(self):
        self._club_reserve_vouchers()
        result = super().action_confirm()
        self._club_use_vouchers()
        return result

    def _club_use_vouchers(self):
        for order in self.sudo().filtered(lambda order: order.state == "sale"):
            for voucher in order._club_vouchers():
                if not voucher._is_used_by(order) and not voucher._use_for(order):
                    order.message_post(
                        body=self.env._(
                            "%(reward)s was used for another order before this payment came. What was paid stands, "
                            "so the order has it all the same.",
                            reward=voucher.program_id.name,
                        )
                    )

    def _action_cancel(self):
        result = super()._action_cancel()
        gone = self.filtered(lambda order: order.state == "cancel")
        for voucher in self.env["club.voucher"]._used_by(gone):
            voucher._come_back(self.browse(voucher.used_id), 1)
        for order in gone.sudo().filtered("club_back_voucher_ids"):
            for voucher in order.club_back_voucher_ids:
                voucher._use_again(order, 1)
            order.club_back_voucher_ids = False
        return result

    def _club_sync_if_member(self):
        result = super()._club_sync_if_member()
        self._club_return_vouchers()
        return result

    def _club_return_vouchers(self):
        """What credit notes and refunds of the provider took back so far decides over the vouchers.

        Billed once more, or the credit note withdrawn, the order uses them again.
        """
        sold = self.sudo().filtered(lambda order: order.state == "sale" and order.order_line.coupon_id)
        sold = sold.filtered("order_line.coupon_id.program_id.club_id")
        if not sold:
            return
        returned = sold._club_returned_by(is_paid=False)
        used = self.env["club.voucher"]._used_by(sold)
        for order in sold.filtered("club_back_voucher_ids"):
            for voucher in order.club_back_voucher_ids.filtered(lambda own, order=order: not own._is_used_by(order)):
                voucher._use_again(order, order._club_voucher_share(voucher, returned.get(order.id, {})))
        for voucher in used:
            order = sold.browse(voucher.used_id)
            voucher._come_back(order, order._club_voucher_share(voucher, returned.get(order.id, {})))
            if not voucher.used_id:
                order.club_back_voucher_ids |= voucher

    def _club_voucher_share(self, voucher, shares):
        """Share of what the voucher paid for that came back."""
        lines = self.order_line.filtered(lambda line: line.coupon_id == voucher.card_id and line.price_subtotal)
        if not lines:  # a free product has no amount of its own: it is back with all that was paid for
            lines = self.order_line.filtered(lambda line: line.price_subtotal > 0)
        return min((shares.get(str(line.id), 0) for line in lines), default=0)
