"""Money on cards that an order was promised: store credit, the host's own eWallets and gift cards.

It is kept from the order's first payment on, and there when the money comes. Example: 20.00 on the wallet, two carts
that use them. The first one's payment is on its way: the second is told before it pays, and once it is looked at anew
uses what is left. The payment fails: the 20.00 are free again.
"""

from odoo import models
from odoo.fields import Domain

PAID = ("authorized", "done")
COMING = ("pending", *PAID)
STARTED = ("draft", *COMING)  # a draft of yesterday is no live payment any more


class SaleOrder(models.Model):
    """Invariant: an order whose payment was started with store credit confirms with it when the money comes.

    What is missing on the wallet by then (an order that a register sent late, a change by hand) leaves it below
    zero, for all to see.
    """

    _inherit = "sale.order"

    def _club_is_shared_money(self, card):
        """Does this card hold money that other orders could take too? The host's own alone in places that take part."""
        program = card.sudo().program_id
        if program.id in self.env["club.club"]._wallet_clubs():
            return True
        return program.is_payment_program and not program.is_club_technical and bool(self.sudo()._club_outlet())

    def _club_money_lines(self):
        """Lines that such cards pay."""
        return self.order_line.filtered(lambda line: line.coupon_id and self._club_is_shared_money(line.coupon_id))

    def _club_wallet_costs(self):
        """(order, card) → what the order takes from a wallet or gift card"""
        costs = {}
        for order in self.sudo().filtered(lambda order: order.state in ("draft", "sent")):
            for card, lines in order._club_money_lines().grouped("coupon_id").items():
                if (cost := sum(lines.mapped("points_cost"))) > 0:
                    costs[order, card] = cost
        return costs

    def _club_wallet_promise(self, card, states):
        """What payments of this order, as far as they got, were promised of the wallet."""
        payments = self._club_live_payments().filtered(lambda payment: payment.state in states)
        return max((payment._club_wallet_part(self, card) for payment in payments), default=0.0)

    def _club_wallet_elsewhere(self, card):
        """other order → what it is promised of the wallet by a payment that may come through"""
        payments = self.env["payment.transaction"].sudo().search([("club_wallet_ids", "in", card.ids)])
        orders = payments.sale_order_ids.filtered(lambda order: order.state in ("draft", "sent")) - self
        promises = {order: order._club_wallet_promise(card, STARTED) for order in orders}
        return {order: money for order, money in promises.items() if money > 0}

    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        """Not what other orders are promised; what money that has come was promised, neither more nor less."""
        points = super()._get_real_points_for_coupon(coupon, post_confirm)
        if self.state == "sale" or not self._club_is_shared_money(coupon):
            return points
        cost = sum(self.order_line.filtered(lambda line: line.coupon_id == coupon).mapped("points_cost"))
        if promised := self._club_wallet_promise(coupon, PAID):
            return coupon.currency_id.round(promised - cost)
        free = points - sum(self._club_wallet_elsewhere(coupon).values())
        return coupon.currency_id.round(max(free, self._club_wallet_promise(coupon, STARTED) - cost))

    def _get_program_domain(self):
        """What a payment was promised stays, also where the wallet's program is archived meanwhile."""
        domain = super()._get_program_domain()
        cards = self._club_money_lines().coupon_id
        kept = cards.filtered(lambda card: self._club_wallet_promise(card, STARTED))
        return Domain.OR([domain, Domain("id", "in", kept.program_id.ids)]) if kept else domain

    # ------------------------------------------------------------------ before payment
    def _club_wallet_refusal(self, card, cost, states):
        """Why the wallet cannot pay its part, as the ``Refusal``; None when it can, or a payment was promised it.

        :param states: how far a payment has to be to count
        """
        currency, because = card.currency_id, self.env["club.refusal"]._because
        if self._club_wallet_promise(card, PAID) > 0:
            return None
        if currency.compare_amounts(self._club_wallet_promise(card, states), cost) >= 0:
            return None
        others = self._club_wallet_elsewhere(card)
        if currency.compare_amounts(card.points - sum(others.values()), cost) >= 0:
            return None
        is_gift = card.program_type == "gift_card"
        if not others:
            code = "card_short" if is_gift else "wallet_short"
            return because(code, left=currency.format(max(card.points, 0.0)), used=currency.format(cost))
        own = [order.name for order in others if order.partner_id == self.partner_id]
        return because(
            "card_promised" if is_gift else "wallet_promised",
            money=currency.format(sum(others.values())),
            order=", ".join(own) or self.env._("another order"),
        )

    def _club_wallet_obstacle(self):
        """The same as a sentence for the payment page, and kept."""
        for (order, card), cost in self._club_wallet_costs().items():
            if refusal := order._club_wallet_refusal(card, cost, STARTED):
                order._club_keep_refusal(refusal)
                return str(refusal)
        return ""

    def _club_reserve_wallets(self):
        """From now on this part of the wallets is these orders' alone: whoever comes second reads it anew.

        :return: dict as ``_club_wallet_costs``
        :raise Refusal: what is left after the payments of other orders does not cover it
        """
        costs = self._club_wallet_costs()
        if costs:
            self.env["loyalty.card"].sudo().union(*(card for _order, card in costs))._club_take()
            for (order, card), cost in costs.items():
                if refusal := order._club_wallet_refusal(card, cost, COMING):
                    raise refusal
        return costs

    # ------------------------------------------------------------------ the money is there
    def _club_settle_wallets(self):
        """Money has come: the wallets pay what it was promised, or what is free where it was promised nothing.

        The cart may have been changed while the payment was on its way.
        """
        for order in self.sudo().filtered(lambda order: order.state in ("draft", "sent")):
            paid = order._club_live_payments().filtered(lambda payment: payment.state in PAID)
            if not paid:
                continue
            costs = {card: cost for (_order, card), cost in order._club_wallet_costs().items()}
            for card in paid.club_wallet_ids | self.env["loyalty.card"].sudo().union(*costs):
                cost = costs.get(card, 0.0)
                target = order._club_wallet_target(card, cost, sum(paid.mapped("amount")))
                if card.currency_id.compare_amounts(target, cost):
                    order.order_line.filtered(lambda line, card=card: line.coupon_id == card).unlink()
                    if target > 0:
                        order.applied_coupon_ids |= card
                        reward = card.program_id.with_context(active_test=False).reward_ids[:1]
                        order._apply_program_reward(reward, card)

    def _club_wallet_target(self, card, cost, paid):
        """What the wallet shall pay of this order, to which so much money has come."""
        if promised := self._club_wallet_promise(card, PAID):
            is_short = self.currency_id.compare_amounts(self.amount_total, paid) > 0
            return promised if is_short else min(promised, cost)
        return min(cost, max(0.0, card.points - sum(self._club_wallet_elsewhere(card).values())))

    def action_confirm(self):
        self._club_settle_wallets()
        costs = self._club_reserve_wallets()
        result = super().action_confirm()
        for order, card in costs:
            if order.state == "sale" and card.points < 0:
                order.message_post(
                    body=self.env._(
                        "What paid a part of this order (%(card)s) was used elsewhere before its payment came. What "
                        "was paid stands, so the order has it all the same: the card is %(missing)s short.",
                        card=card.program_id.name,
                        missing=card.currency_id.format(-card.points),
                    )
                )
        return result
