from odoo import models
from odoo.exceptions import UserError

from ..engine.credit import share
from ..engine.values import to_minor
from .pos_payment import SETTLED


class PosOrder(models.Model):
    """A top-up that is refunded leaves the wallet, as its price leaves the till.

    Example: 50.00 topped up, 10.00 of that used since; the 50.00 are not refunded, for the wallet holds 40.00.
    Invariant: money that came for a top-up is in the till or on the wallet, never in the customer's hand and there.
    """

    _inherit = "pos.order"

    def action_pos_order_paid(self):
        for order in self.filtered(lambda order: order._club_is_refunding()):
            order.sudo()._club_take_top_ups_back()
        return super().action_pos_order_paid()

    def _club_take_top_ups_back(self):
        wallets = self.env["club.club"]._wallet_clubs()
        if not wallets:
            return
        origins = self.lines.refunded_orderline_id.order_id
        for program in self.env["loyalty.program"].browse(wallets):
            products = program.rule_ids.product_ids
            for origin in origins if products & self.lines.product_id else ():
                self._club_take_top_up_back(origin, program, origin._club_top_up_lines(products))

    def _club_take_top_up_back(self, origin, program, sold):
        """Take off the wallet what comes back of the lines that topped it up."""
        rows = origin._club_wallet_rows(program)
        digits = self.currency_id.decimal_places
        # What a refund's wallet line put there is no top-up.
        issued = to_minor(sum(rows.mapped("issued")) - origin._club_wallet_lines_back(program), digits)
        total = to_minor(self._club_value(sold), digits)
        if issued <= 0 or total <= 0:
            return
        lines = sold.refund_orderline_ids.filtered(lambda line: line.order_id.source == "pos")
        now = lines.filtered(lambda line: line.order_id == self)
        earlier = lines.filtered(lambda line: line.order_id != self and line.order_id.state in SETTLED)
        if not now:
            return
        before, back = (
            to_minor(sum(max(0.0, -self._club_value(line)) for line in own), digits) for own in (earlier, now)
        )
        if before + back > total + to_minor(origin._club_tolerance(), digits):
            raise UserError(
                self.env._(
                    "The top-up of %(order)s was refunded before. Refund at most what is left.", order=origin.name
                )
            )
        card = rows.filtered("issued").card_id[:1]
        member = self.env["club.credit"]._owner(card)
        member._lock()
        card._club_take()
        noted = self.env["club.credit"]._of_document(origin._club_source()).filtered(
            lambda row: row.program_id == program and row.wallet_money > 0 and row.key.endswith(":top_up")
        )
        was = to_minor(sum(noted.mapped("money")), digits)
        money, converted = (
            self.currency_id.round((share(part, before + back, total) - share(part, before, total)) / 10**digits)
            for part in (issued, was)
        )
        if converted and "return" in noted.mapped("kind"):
            raise UserError(
                self.env._("This put store credit from points back on the eWallet. It stays there: refund the rest.")
            )
        left = member._club_credit_left(program) if member else 0.0
        converted = min(converted, left)
        free = card.points - left + converted
        if self.currency_id.compare_amounts(money, free) > 0:
            raise UserError(
                self.env._(
                    "%(money)s of store credit would leave the eWallet, and %(free)s of the customer's own money are "
                    "on it. Refund at most that.",
                    money=self.currency_id.format(money),
                    free=self.currency_id.format(max(free, 0.0)),
                )
            )
        source, key = self._club_source(), f"{self._name}:{self.id}:{program.id}:{origin.id}:taken"
        card._club_move(-money, self.env._("Refunded: %s", origin.name), self._name, self.id)
        if member:
            values = {"corrects_id": noted[:1].id}
            self.env["club.credit"]._note(member, program, "top_up", key, -converted, -money, source, **values)
