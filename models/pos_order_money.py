from collections import defaultdict
from fractions import Fraction

from odoo import models

from ..engine.values import exact
from .pos_payment import SETTLED

ZERO, ONE = Fraction(0), Fraction(1)


class PosOrder(models.Model):
    """How much of an order was paid in real money, and how much of it went back.

    Whatever a register claims, points are earned on money that came in and go back with money that went out.

    Example: a cake of 12.10 exchanged for a coffee of 121.00 brings 12.10, once, whatever its line says.
    """

    _inherit = "pos.order"

    def _club_not_real(self, total, negative):
        """Points and unlinked negative lines are not money.

        And whatever the lines claim, what was really paid, with what a linked refund brought in, is all that
        earns; a cash rounding is no difference.
        """
        tendered = sum(max(p.amount, 0) for p in self.payment_ids if p.payment_method_id._is_club_tender())
        paid = sum(p.amount for p in self.payment_ids if not p.payment_method_id._is_club_tender())
        rounding = self.config_id.rounding_method.rounding if self.config_id.cash_rounding else 0.0
        deposits = self._club_deposits()  # among the negative lines, and paid for all the same
        brought = self._club_brought() + self._club_wallets() + deposits + rounding
        real = min(paid + brought, total - tendered - negative + deposits)
        return total - max(real, 0.0), tendered > 0

    def _club_brought(self):
        """What returned goods bring in real money towards new ones."""
        return self._club_brought_value()

    def _club_brought_value(self):
        """What returned goods are worth towards new ones: at most what is left of what was paid for them."""
        brought = 0.0
        for sold, lines in self.lines.grouped("refunded_orderline_id").items():
            if sold:
                left = self._club_value(sold | (sold._club_returns() - lines))
                brought += max(0.0, min(-self._club_value(lines), left))
        return brought

    def _club_wallets(self):
        """What gift cards and wallets paid in real money."""
        return self._club_wallets_value()

    def _club_wallets_value(self):
        """What gift cards and wallets paid, as far as the cards have it."""
        return sum(self._club_wallets_by_card().values())

    def _club_wallets_by_card(self):
        """Gift card or wallet → what it paid, as far as it has that."""
        paid = {}
        lines = self.lines.filtered(lambda line: line._club_kind() == "payment" and line.coupon_id)
        for card, own in lines.grouped("coupon_id").items():
            if card.program_id == own.reward_id.program_id:
                history = card.history_ids.filtered(
                    lambda row: row.order_model == self._name and row.order_id == self.id
                )
                paid[card] = max(0.0, min(-self._club_value(own), card.points + sum(history.mapped("used"))))
        return paid

    def _club_deposits(self):
        """What was paid before for sale orders that are settled here, where that money has not earned yet."""
        deposits = 0.0
        lines = self.lines.filtered(lambda line: line._club_kind() == "deposit")
        for order, own in lines.grouped("sale_order_origin_id").items():
            if order and not order.club_entry_ids:
                here = sum(own.filtered("sale_order_line_id.is_downpayment").mapped("price_subtotal_incl"))
                real = order._club_received() - here - order._club_points_in_deposits()
                deposits += max(0.0, min(-self._club_value(own), real))
        return deposits

    # ------------------------------------------------------------------ what came back
    def _club_returned(self):
        """Share of each line that came back, by the money that went with it."""
        returned = self._club_returned_goods()
        for order in self.browse(returned):
            order._club_return_by_money(returned[order.id])
        return returned

    def _club_returned_beside(self, returned, gifts):
        shares = self._club_returned_goods()[self.id] if returned and gifts else returned
        if shares is not returned:
            self._club_return_by_money(shares, gifts)
        return shares

    def _club_returned_goods(self):
        """Share of each line that paid refunds from registers, or credit notes for the invoice, took back."""
        lines = self.env["pos.order.line"].search([
            ("refunded_orderline_id.order_id", "in", self.ids),
            ("order_id.state", "in", SETTLED),
            ("order_id.source", "=", "pos"),
        ])  # fmt: skip
        returned = defaultdict(dict)
        for sold, own in lines.grouped("refunded_orderline_id").items():
            returned[sold.order_id.id][str(sold.id)] = sold._club_share_of(own)
        for order in self.filtered("account_move"):
            if credited := order._club_credited():
                shares = returned[order.id]
                for key in map(str, order.lines.ids):
                    shares[key] = max(credited, shares.get(key, ZERO))
        return returned

    def _club_return_by_money(self, shares, gifts=()):
        """Goods returned at full price take more money along than they brought, where the discount they had stays.

        Example: ten coffees of 121.00 less 10 %, five return for 605.00: of 1,089.00 are 484.00 kept, 44.4 %.

        :param shares: dict line id as text → share that came back; those of discounted goods rise here
        :param gifts: ids as text of discounts that are left out: what they gave had earned nothing
        """
        sold = self.lines.filtered(lambda line: not line.refunded_orderline_id and line._club_kind() != "payment")
        groups = defaultdict(lambda: [ZERO, ZERO])  # goods → what is off them, and what of that stays
        for discount in sold.filtered(lambda line: line.qty > 0 and str(line.id) not in gifts)._club_negative():
            goods = self._club_rewarded(discount.reward_id) if discount.reward_id else sold - sold._club_negative()
            off = exact(discount._club_sold().gross)
            groups[goods][0] += off
            groups[goods][1] += off * (1 - shares.get(str(discount.id), ZERO))
        kept = {}
        for goods, (off, stays) in groups.items():
            values = {line: exact(line._club_sold().gross) for line in goods}
            whole = sum(values.values())
            left = sum(value * (1 - shares.get(str(line.id), ZERO)) for line, value in values.items())
            if whole + off > 0 and left > 0:
                part = max(ZERO, left + stays) / (left * (whole + off) / whole)
                kept.update({line: min(part, kept.get(line, ONE)) for line in goods})
        for line, part in kept.items():
            if part < 1:
                shares[str(line.id)] = 1 - (1 - shares.get(str(line.id), ZERO)) * part

    def _club_credited(self):
        """Share of the invoice that credit notes took back which no register made."""
        invoice = self.account_move
        credits = invoice.reversal_move_ids.filtered(
            lambda move: move.state == "posted" and not move._club_is_from_register()
        )
        credited = exact(sum(credits.mapped("amount_total")))
        return min(ONE, credited / exact(invoice.amount_total)) if invoice.amount_total else ZERO


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _club_returns(self):
        """The lines of paid orders of registers that took these back."""
        return self.refund_orderline_ids.filtered(
            lambda line: line.order_id.state in SETTLED and line.order_id.source == "pos"
        )

    def _club_negative(self):
        """Those of these lines that take something off the order."""
        return self.filtered(lambda line: line._club_sold().gross < 0)

    def _club_share_of(self, returns):
        """Share of this line that ``returns`` took back: by quantity, by value where the price is another."""
        whole, share = exact(self._club_sold().net), ZERO
        for line in returns:
            is_same_price = line.price_unit == self.price_unit and line.discount == self.discount
            if is_same_price or not whole:
                share -= exact(line.qty) / exact(self.qty) if self.qty else ZERO
            else:
                share -= exact(line._club_sold().net) / whole
        return min(ONE, max(ZERO, share))
