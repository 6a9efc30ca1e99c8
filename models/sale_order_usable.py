"""How much points may pay of a quotation or a cart, for all units of the member together.

Rule 1, confirmed: what it settled. Rule 2, money has come: what completes it, up to the promise that payment was
given. Rule 3: what the customer wishes, up to the cap; or what a payment on its way was promised.

Example: 100.00 with 10.00 in Beans and 5.00 in cashback; the cart falls to 12.00: Beans 10.00, cashback 2.00.
Invariant: what all units pay of one order never comes to more than the order, nor the club's most an order.
"""

from odoo import fields, models

from ..engine.values import exact, to_major, to_minor


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # ------------------------------------------------------------------ figures of the order
    def _club_points_lines(self, hold=None):
        """The lines that say what points pay, of one promise or of all."""
        lines = self.order_line.filtered(lambda line: line._is_club_points())
        return lines if hold is None else lines.filtered(lambda line: line.coupon_id == hold.card_id)

    def _club_points_money(self, hold=None):
        """What points pay of this order as it stands."""
        return self.currency_id.round(-sum(self._club_points_lines(hold).mapped("price_total")))

    def _club_before(self):
        """The total without what points pay."""
        return self.amount_total + self._club_points_money()

    def _club_minor(self, money):
        return to_minor(max(money, 0.0), self.currency_id.decimal_places)

    def _club_major(self, minor):
        return float(to_major(exact(minor), self.currency_id.decimal_places))

    # ------------------------------------------------------------------ what may be used
    def _club_points_cap(self, unit, free, others=None):
        """The engine's answer for this order as it is now.

        :param others: money, what the member's other units pay; by default what they may pay now
        """
        payments = self.order_line.filtered(lambda line: line.reward_id.program_id.is_payment_program)
        total = self.amount_total - sum(payments.mapped("price_total"))
        if others is None:
            others = sum(money for hold, money in self._club_usables().items() if hold.unit_id != unit)
        return unit._cap(
            self.currency_id,
            free,
            self._club_minor(total),
            remaining=self._club_minor(self._club_before() - others),
            other_money=others,
            outlet=self.sudo()._club_outlet(),
        )

    def _club_points_refusal(self):
        """Why points cannot pay here and now, as a refusal to raise; None when they can."""
        if refusal := self._club_redeem_refusal():
            return refusal
        outlet, because = self.sudo()._club_outlet(), self.env["club.refusal"]._because
        club = outlet.club_id
        if not outlet._takes(self.currency_id):
            if self.currency_id == outlet.currency_id:
                return because("no_worth", outlet=outlet.name, currency=self.currency_id.name)
            return because("order_currency", currency=club.currency_id.name)
        return None

    def _club_redeem_refusal(self):
        """Why nothing can be redeemed here and now, as a refusal to raise; None when it can."""
        self.ensure_one()
        outlet, because = self.sudo()._club_outlet(), self.env["club.refusal"]._because
        club = outlet.club_id
        if not outlet or (self.company_id != outlet.company_id and self.company_id not in club.company_ids):
            return because("other_place")
        if frozen := outlet._club_frozen(fields.Datetime.now()):
            return frozen
        if outlet._is_on(fields.Datetime.now()):
            return because("outlet_off", outlet=outlet.name)
        if not club.is_redeem_allowed or (self.website_id and not club.is_redeem_shop):
            return because("gate_here")
        return None

    def _club_usable(self, hold):
        """How much money this promise may pay of the order now, by the three rules above."""
        return self._club_usables().get(hold, 0.0)

    def _club_usables(self):
        """The same for each promise of the order, in the order in which they pay."""
        self.ensure_one()
        usables, still = {}, self.env["club.hold"]
        for hold in self._club_points_holds():
            if self.state == "sale" and hold.is_settled:
                usables[hold] = hold.settled_money
            elif hold.state == "captured" or self.state == "cancel":
                usables[hold] = 0.0
            else:
                still |= hold
        if not still:
            return usables
        payments = self._club_live_payments()
        paid = payments.filtered(lambda payment: payment.state in ("authorized", "done"))
        return usables | (self._club_completing(still, paid) if paid else self._club_wished(still, payments))

    def _club_completing(self, holds, paid):
        """Rule 2: what is missing beside the money that has come, of what the largest promise was."""
        # Not amount_paid: the host keeps an old figure within the transaction that sets "done".
        promise = max(paid, key=lambda payment: payment.club_points_money)
        gap = self._club_before() - sum(paid.mapped("amount"))
        left = self.currency_id.round(max(0.0, min(promise.club_points_money, gap)))
        usables = {}
        for hold in holds:
            usables[hold] = self.currency_id.round(min(left, promise._club_promised(hold.unit_id)))
            left -= usables[hold]
        return usables

    def _club_wished(self, holds, payments):
        """Rule 3: the wish up to the cap, one unit after the other; never less than a payment was promised."""
        usables, taken, is_open = {}, 0.0, not self._club_points_refusal()
        for hold in holds:
            now = 0.0
            if is_open and hold.money > 0 and hold._is_live() and self._club_is_own(hold):
                cap = self.sudo()._club_points_cap(hold.unit_id, hold.amount, others=taken)
                now = min(hold.money, self._club_major(cap.money))
            promised = max((payment._club_promised(hold.unit_id) for payment in payments), default=0.0)
            usables[hold] = self.currency_id.round(max(now, min(promised, hold.money)))
            taken += usables[hold]
        return usables

    def _club_is_own(self, hold):
        outlet = self.sudo()._club_outlet()
        return hold.member_id.partner_id == self.partner_id and bool(outlet) and outlet._honours(hold)
