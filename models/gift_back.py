"""What a gift card from points had paid comes back to a register: into other goods or a new card, never as money."""

from odoo import models
from odoo.exceptions import UserError

from ..engine.credit import share
from ..engine.values import to_minor


class PosOrder(models.Model):
    """Example: a coffee of 121.00 was paid with 50.00 of a card that points had bought, and 71.00 in cash.

    It comes back for 71.00 and a new card of 50.00, which points have bought like the first.
    """

    _inherit = "pos.order"

    def _club_gifted_back(self):
        """What gift cards from points had paid of what comes back here."""
        back = 0.0
        for origin, lines in self.lines.refunded_orderline_id.order_id._club_with_gift_cards(self.lines):
            gifted = origin._club_gifted()
            if gifted <= 0:
                continue
            digits = origin.currency_id.decimal_places
            paid, sold = to_minor(gifted, digits), to_minor(origin._club_sold_value(), digits)
            before = to_minor(origin._club_refunded_before(self.uuid), digits)
            now = before - to_minor(self._club_goods_value(lines), digits)
            back += (share(paid, now, sold) - share(paid, before, sold)) / 10**digits
        return max(0.0, back)

    def _club_with_gift_cards(self, returned):
        """[(order that a gift card paid in part, the lines among those returned that take its goods back)]"""
        paid = self.filtered(lambda order: order.lines.coupon_id.filtered(lambda own: own.program_type == "gift_card"))
        return [
            (order, returned.filtered(lambda line, own=order: line.refunded_orderline_id.order_id == own))
            for order in paid
        ]

    def _club_check_credit_back(self, dues):
        super()._club_check_credit_back(dues)
        gifted = self._club_gifted_back()
        if self.currency_id.is_zero(gifted):
            return
        missing = sum(max(0.0, due.converted - due.came) for due in dues.values())
        if self._club_pays_out_more(dues, missing + gifted):
            raise UserError(
                self.env._(
                    "%(money)s of this was paid with a gift card that points had bought. Sell a new gift card of "
                    "%(money)s with this refund, or other goods, and give the rest back as before. Nothing was booked.",
                    money=self.currency_id.format(gifted),
                )
            )

    def _club_points_money(self):
        return super()._club_points_money() + self._club_gifted_back()

    def _club_brought(self):
        """Returned goods that such a card had paid bring no money towards new ones."""
        return max(0.0, super()._club_brought() - self._club_gifted_back())
