from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from odoo import api, models
from odoo.exceptions import UserError

from ..engine.values import exact, to_minor
from .club_refusal import Refusal
from .pos_payment import SETTLED, Saving

FORGIVEN = 20  # roundings never stand for more than this part of an order, however many pieces come back


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a refund gives back of one promise: ``amount`` in the unit's minor unit, and its ``money``."""

    hold: object
    amount: int
    money: float


class PosOrder(models.Model):
    """An order that is paid with points, and a refund that gives them back.

    Before an order counts as paid, every payment in points is checked against its promise and the order as
    the server sees it, and the points-paid part of a refund goes back to the balance it came from.

    Example: 60.00 paid with 100 Beans (1.00) and 59.00 cash; a refund of half gives back 50 Beans and 29.50.
    Invariant: points never leave as cash, neither as change nor as a refund.
    """

    _inherit = "pos.order"

    # ------------------------------------------------------------------ events
    @api.model
    def _process_order(self, order, existing_order):
        if order.get("state") == "draft":
            order["payment_ids"] = self._club_promised_only(order)
        saving = self.with_context(club_saving=Saving(order.get("uuid")))
        return super(PosOrder, saving)._process_order(order, existing_order)

    def write(self, vals):
        if vals.get("state") in SETTLED:
            for order in self.filtered(lambda order: order.state not in SETTLED):
                order._club_settle_or_note()
        result = super().write(vals)
        if vals.get("state") == "cancel":
            self._club_release_tenders()
        return result

    def unlink(self):
        self._club_release_tenders()
        return super().unlink()

    def _club_release_tenders(self):
        """Orders that nobody will pay give back what they were promised."""
        holds = self.env["club.hold"].sudo()
        keys = [order.uuid for order in self if order.uuid and order.state not in SETTLED]
        if keys:
            holds.search(
                [("source_model", "=", "pos.order"), ("source_key", "in", keys), ("state", "=", "held")]
            )._release()

    @api.model
    def _club_promised_only(self, order):
        """A draft is saved in passing: a payment in points that has no promise yet stays away."""
        commands = order.get("payment_ids") or []
        tenders = set()
        for command in commands:
            if command[0] in (0, 1) and command[2].get("payment_method_id"):
                tenders.add(command[2]["payment_method_id"])
        methods = self.env["pos.payment.method"].browse(tenders).exists()
        tenders = {method.id for method in methods if method._is_club_tender()}
        if not tenders:
            return commands
        holds = self.env["club.hold"].sudo()

        def is_promised(values):
            hold = holds._of_payments([values.get("uuid")])
            return hold.state == "held" and hold._matches(values.get("transaction_id"))

        return [
            command
            for command in commands
            if command[0] not in (0, 1) or command[2].get("payment_method_id") not in tenders or is_promised(command[2])
        ]

    # ------------------------------------------------------------------ settling
    def _club_settle_or_note(self):
        """A refusal undoes the whole order, its own reason too: that one is noted afterwards."""
        try:
            self._club_settle_tenders()
        except UserError as refused:
            self._club_note_refused(refused)
            raise

    def _club_note_refused(self, refused):
        order = self.sudo()
        is_coded = isinstance(refused, Refusal)
        refusal = refused if is_coded else self.env["club.refusal"]._because("sync", why=str(refused))
        club, source = order.config_id.club_outlet_id.club_id, ("pos.order", order.uuid)
        place, partner = order.config_id.display_name, order.partner_id
        self.env["club.refusal"]._keep_after_rollback(club, partner, place, source, refusal)

    def _club_settle_tenders(self):
        """Take and give back the points of an order that is about to count as paid, or refuse it.

        :raise UserError: what does not fit, and what to do; nothing is taken then
        """
        for order in self:
            tenders = order.payment_ids._club_tenders()
            origins = order.lines.refunded_orderline_id.order_id if order._club_is_refunding() else order.browse()
            paid_in_points = origins.sudo().payment_ids._club_tenders()
            if not tenders and not paid_in_points:
                continue
            order = order.sudo()
            used = order.payment_ids._club_tenders().filtered(lambda payment: payment.amount > 0)
            shares = order._club_own_shares() if paid_in_points else []
            order._club_check_returned(shares)
            if used:
                order._club_check_used(used, shares)
                used._club_capture()
            for share in shares:
                key = f"hold:{share.hold.id}:return:{order.id}"
                share.hold._give_back(share.amount, key, order._club_source(), order._club_paid_at())

    def _club_check_used(self, used, shares):
        """The promises against the order: it may have shrunk since the cashier asked."""
        _, currency = self.env._, self.currency_id
        holds = self.env["club.hold"].union(*(payment._club_hold() for payment in used))
        tips = self._club_value(self.lines.filtered(lambda line: line._club_kind() == "tip"))
        points, total = sum(used.mapped("amount")), self._club_total() - max(tips, 0.0)
        if currency.compare_amounts(points, total) > 0:
            raise UserError(
                _(
                    "%(points)s are paid in points and the order comes to %(total)s. "
                    "Reverse the payment in points and choose again; nothing was taken.",
                    points=currency.format(points),
                    total=currency.format(total),
                )
            )
        others = (self.payment_ids - self.payment_ids._club_tenders()).mapped("amount")
        cash = self.payment_ids.filtered(lambda p: p.payment_method_id.is_cash_count and p.amount > 0)
        returned = self._club_refunded_value() - sum(share.money for share in shares)
        change = -sum(amount for amount in others if amount < 0)
        if currency.compare_amounts(change, sum(cash.mapped("amount")) + max(returned, 0.0)) > 0:
            raise UserError(_("The change is more than the cash that was given. Points are never changed into cash."))
        for unit, own in holds.grouped("unit_id").items():
            self._club_check_band(unit, own)

    def _club_check_band(self, unit, holds, lowered=0.0):
        """What was allowed for the total that the cashier told stays allowed, unless the order shrank.

        :param lowered: what points took off the total instead of paying for it
        """
        _, total = self.env._, self._club_band_total() + lowered
        promised = holds.filtered(lambda hold: hold.state != "captured")
        told = promised.mapped("order_total")
        if all(told) and self.currency_id.compare_amounts(total, max(told, default=0.0)) >= 0:
            return
        decimals, amount = self.currency_id.decimal_places, sum(holds.mapped("amount"))
        others = self.payment_ids._club_tenders().filtered(lambda payment: payment.amount > 0).mapped("amount")
        money = sum(holds.mapped("money"))
        cap = unit._cap(
            self.currency_id,
            amount,
            to_minor(total, decimals),
            remaining=to_minor(money, decimals),
            other_money=max(0.0, sum(others) + lowered - money),
            outlet=self.config_id.club_outlet_id,
        )
        if cap.amount < amount:
            raise UserError(
                _(
                    "The order comes to %(total)s now, which allows %(cap)s and not %(amount)s. "
                    "Reverse the payment in points and choose again; nothing was taken.",
                    total=self.currency_id.format(total),
                    cap=unit._format(cap.amount),
                    amount=unit._format(amount),
                )
            )

    def _club_total(self):
        """What there is to pay: the register's figure where the lines bear it out, else theirs."""
        total = self._club_value(self.lines)
        tolerance = self.currency_id.rounding * max(1, len(self.lines))
        total = self.amount_total if abs(self.amount_total - total) <= tolerance else total
        config = self.config_id
        if config.cash_rounding and not config.only_round_cash_method:
            total = max(total, config.rounding_method.round(total))
        return total

    def _club_band_total(self):
        """What chooses the band: with tax and delivery, after promotions and coupons, without tips."""
        sold = [line._club_sold() for line in self.lines]
        return self.currency_id.round(sum(line.gross for line in sold if line.kind not in ("tip", "payment")))

    @api.model
    def _club_value(self, lines):
        """What lines come to with tax, recomputed here."""
        return sum(line._club_sold().gross for line in lines)

    # ------------------------------------------------------------------ giving back
    def _club_refunded_value(self):
        return -self._club_value(self.lines.filtered("refunded_orderline_id"))

    def _club_own_shares(self):
        """What this refund gives back of what its original orders were paid with."""
        values = defaultdict(float)
        for line in self.lines.filtered("refunded_orderline_id"):
            values[line.refunded_orderline_id.order_id] -= self._club_goods_value(line)
        return self._club_shares(values, self.uuid)

    @api.model
    def _club_shares(self, values, own_uuid):
        """How a refund is shared between points and money: in the ratio refunded, cumulatively.

        :param values: dict original order → value refunded now, with tax
        :param own_uuid: the refund itself, which does not count as an earlier one
        :return: list of ``Share``
        :raise UserError: more is refunded than was sold
        """
        shares = []
        for origin, value in values.items():
            holds = self.env["club.hold"]._of_payments(origin.payment_ids._club_tenders().mapped("uuid"))
            for hold in holds.filtered(lambda hold: hold.state in ("held", "lapsed")):
                if origin.state in SETTLED:  # a fault left it behind, and the repair was not there yet
                    hold._club_capture_for(origin)
            holds = holds.filtered(lambda hold: hold.state == "captured")
            if not holds:
                continue
            sold = origin._club_sold_value()
            earlier = origin._club_refunded_before(own_uuid)
            tolerance = origin._club_tolerance()
            origin._club_check_refundable(value, own_uuid)
            before, now = (origin._club_ratio(part, sold, tolerance) for part in (earlier, earlier + value))
            for hold in holds:
                money = [hold.currency_id.round(float(exact(hold.money) * ratio)) for ratio in (before, now)]
                amount = floor(hold.amount * now) - hold._returned()
                shares.append(Share(hold=hold, amount=max(amount, 0), money=money[1] - money[0]))
        return shares

    def _club_check_refundable(self, value, own_uuid):
        """No more comes back than was sold: not in points, and not to a wallet.

        :param value: what the refund ``own_uuid`` takes back of this order now, with tax
        """
        sold, earlier = self._club_sold_value(), self._club_refunded_before(own_uuid)
        if earlier + value > sold + self._club_tolerance():
            raise UserError(
                self.env._(
                    "%(order)s came to %(sold)s, of which %(earlier)s were refunded before. "
                    "Refund at most what is left.",
                    order=self.name,
                    sold=self.currency_id.format(sold),
                    earlier=self.currency_id.format(earlier),
                )
            )

    def _club_tolerance(self):
        """How far refunds of single pieces may add up beside the whole: each of them was rounded on its own."""
        return self.currency_id.rounding * (len(self.lines.refund_orderline_ids) + len(self.lines) + 0.5)

    def _club_ratio(self, part, whole, tolerance):
        """The share that is back, 0 to 1; all of it where only roundings are missing."""
        if part >= whole - min(tolerance, whole / FORGIVEN):
            return Fraction(1)
        return max(Fraction(0), exact(part) / exact(whole))

    def _club_refunded_before(self, own_uuid):
        """The value of this order's lines that other paid refunds took back.

        A line that is linked and sells once more takes nothing back, nor does it undo what others took.
        """
        lines = self.lines.refund_orderline_ids.filtered(
            lambda line: (
                line.order_id.state in SETTLED
                and line.order_id.source == "pos"
                and line.order_id.uuid != own_uuid
                and line.qty * line.refunded_orderline_id.qty < 0
                and line.price_unit * line.refunded_orderline_id.price_unit >= 0
            )
        )
        return -self._club_goods_value(lines)

    def _club_check_returned(self, shares):
        """The points-paid part of a refund leaves as points, neither less nor more."""
        _, currency = self.env._, self.currency_id
        payments = self.payment_ids._club_tenders().filtered(lambda payment: payment.amount < 0)
        given, due = -sum(payments.mapped("amount")), sum(share.money for share in shares)
        if not currency.compare_amounts(given, due) and (not given or self.source == "pos"):
            return
        if not shares or self.source != "pos":
            raise UserError(
                _(
                    "Points are given back only with what they paid for. "
                    "Choose the lines of the original order and refund those."
                )
            )
        text = " · ".join(share.hold.unit_id._format(share.amount) for share in shares)
        raise UserError(
            _(
                "Part of this was paid in points: give %(money)s back as points (%(points)s) "
                "with %(method)s, and the rest as before. Nothing was booked.",
                money=currency.format(due),
                points=text,
                method=self.config_id._club_tenders()[:1].name or _("Loyalty"),
            )
        )
