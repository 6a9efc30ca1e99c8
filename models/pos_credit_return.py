from dataclasses import dataclass

from odoo import models
from odoo.exceptions import UserError

from ..engine.credit import share
from ..engine.values import to_minor
from .pos_payment import SETTLED


@dataclass(slots=True)
class Due:
    """What a refund owes to one wallet: ``converted`` of the refunded value had been paid with credit from points."""

    use: object  # the club.credit that the original order used
    converted: float = 0.0
    came: float = 0.0  # what the refund puts on the wallet


class PosOrder(models.Model):
    """Store credit that a register puts on a wallet: topped up, or given back with a refund.

    Example: 40.00 of 100.00 were paid with a wallet, 30.00 of that with credit from Beans. A refund of half puts
    at least 15.00 on the wallet, which is credit from Beans again; the rest may leave as money.
    Invariant: credit from points never leaves as cash; what goes into other goods stays credit from points.
    """

    _inherit = "pos.order"

    def action_pos_order_paid(self):
        dues = {order: order._club_credit_dues() for order in self}
        for order, due in dues.items():
            order._club_check_wallet_lines_back()
            order._club_check_credit_back(due)
            order._club_carry_credit(due)
        result = super().action_pos_order_paid()
        for order, due in dues.items():
            order._club_put_back_lines(due)
            order._club_top_up_wallets(due)
        return result

    # ------------------------------------------------------------------ what a refund owes to wallets
    def _club_goods_value(self, lines):
        """What lines come to with tax, without what gift cards and wallets paid."""
        return self._club_value(
            lines.filtered(lambda line: (line.refunded_orderline_id or line)._club_kind() != "payment")
        )

    def _club_sold_value(self):
        return self._club_goods_value(self.lines.filtered(lambda line: not line.refunded_orderline_id))

    def _club_credit_dues(self):
        """(member, program) → ``Due`` of this order, one for each wallet that paid what comes back here."""
        dues = {}
        if not self.env["club.club"]._wallet_clubs() or not self._club_is_refunding():
            return dues
        for origin, lines in (
            self.lines.filtered("refunded_orderline_id")
            .grouped(lambda line: line.refunded_orderline_id.order_id)
            .items()
        ):
            uses = self.env["club.credit"]._of_document(origin._club_source())
            uses = uses.filtered(lambda row: row.kind == "use")
            if not uses:
                continue
            digits = origin.currency_id.decimal_places
            sold = to_minor(origin._club_sold_value(), digits)
            origin._club_check_refundable(-self._club_goods_value(lines), self.uuid)
            before = to_minor(origin._club_refunded_before(self.uuid), digits)
            now = before - to_minor(self._club_goods_value(lines), digits)
            for use in uses:
                paid = to_minor(-use.money, digits)
                part = share(paid, now, sold) - share(paid, before, sold)
                due = dues.setdefault((use.member_id, use.program_id), Due(use))
                due.converted += part / 10**digits
        for (_member, program), due in dues.items():
            due.came = self._club_top_up_money(program) + self._club_wallet_lines_back(program)
        return dues

    def _club_check_credit_back(self, dues):
        """Money leaves the till for what was paid in money: credit from points goes back to the wallet."""
        missing = sum(max(0.0, due.converted - due.came) for due in dues.values())
        currency = self.currency_id
        if currency.is_zero(missing):
            return
        if self._club_pays_out_more(dues, missing):
            raise UserError(
                self.env._(
                    "%(money)s of this was paid with store credit that came from points. Put that on the eWallet "
                    "(eWallet Refund) and give the rest back as before. Nothing was booked.",
                    money=currency.format(sum(due.converted for due in dues.values())),
                )
            )

    def _club_pays_out_more(self, dues, missing):
        """Does more money leave the till than came in for what is returned?

        :param missing: what no money had paid, and does not go back to where it came from
        """
        tenders = self.payment_ids._club_tenders()
        out = -sum((self.payment_ids - tenders).mapped("amount"))
        came = sum(due.came for due in dues.values()) - sum(tenders.mapped("amount"))
        value = -self._club_goods_value(self.lines.filtered("refunded_orderline_id"))
        return self.currency_id.compare_amounts(out, max(0.0, value - came - missing) + self._club_tolerance()) > 0

    def _club_carry_credit(self, dues):
        """Goods for goods: what credit from points had paid, it pays again."""
        for (member, program), due in dues.items():
            money = self.currency_id.round(due.converted - due.came)
            if money > 0:
                key, source = f"{self._name}:{self.id}:{program.id}", self._club_source()
                member._lock()
                note = self.env["club.credit"]._note
                note(member, program, "return", f"{key}:carried", money, 0.0, source, corrects_id=due.use.id)
                note(member, program, "use", f"{key}:carries", -money, 0.0, source)

    def _club_brought(self):
        """Returned goods that credit from points had paid bring no money towards new ones."""
        brought = super()._club_brought()
        if brought and self.env["club.club"]._wallet_clubs():
            uses = self.env["club.credit"]._of_document(self._club_source())
            brought += sum(uses.filtered(lambda row: row.kind == "use" and not row.wallet_money).mapped("money"))
        return max(0.0, brought)

    # ------------------------------------------------------------------ onto the wallet
    def _club_wallet_lines_back(self, program):
        """What lines of a wallet come to that are refunded themselves, as the back office does."""
        lines = self.lines.filtered(lambda line: line.refunded_orderline_id.reward_id.program_id == program)
        return max(0.0, self._club_value(lines)) if program and lines else 0.0

    def _club_check_wallet_lines_back(self):
        """A wallet gets back what it paid and once, whatever price a register puts on the line.

        :raise UserError: more would come back to it
        """
        wallets = self.env["club.club"]._wallet_clubs()
        if not wallets or not self._club_is_refunding():
            return
        lines = self.lines.filtered(lambda line: line.refunded_orderline_id.reward_id.program_id.id in wallets)
        for (origin, program), own in lines.grouped(
            lambda line: (line.refunded_orderline_id.order_id, line.refunded_orderline_id.reward_id.program_id)
        ).items():
            uses = self.env["club.credit"]._of_document(origin._club_source())
            uses = uses.filtered(lambda row, program=program: row.kind == "use" and row.program_id == program)
            charged = -sum(uses.mapped("wallet_money"))
            sold = origin.lines.filtered(lambda line, program=program: line.reward_id.program_id == program)
            earlier = sum(
                max(0.0, self._club_value(line))
                for line in sold.refund_orderline_ids
                if line.order_id.state in SETTLED and line.order_id != self
            )
            back = sum(max(0.0, self._club_value(line)) for line in own)
            if uses and earlier + back > charged + origin._club_tolerance():
                raise UserError(
                    self.env._(
                        "The eWallet paid %(charged)s of %(order)s, of which %(earlier)s came back before. "
                        "Put back at most what is left.",
                        order=origin.name,
                        charged=self.currency_id.format(charged),
                        earlier=self.currency_id.format(earlier),
                    )
                )

    def _club_put_back_lines(self, dues):
        for (member, program), due in dues.items():
            if money := self.currency_id.round(self._club_wallet_lines_back(program)):
                self._club_put(member, program, money, due, "lines")

    def _club_top_up_lines(self, products):
        return self.lines.filtered(
            lambda line: line.product_id in products and line.qty > 0 and not line.refunded_orderline_id
        )

    def _club_top_up_money(self, program, products=None):
        """What this order puts on a wallet by the product that tops it up."""
        products = program.rule_ids.product_ids if products is None else products
        return self.currency_id.round(max(0.0, self._club_value(self._club_top_up_lines(products))))

    def _club_top_up_wallets(self, dues):
        """Top up what a club's wallet alone is topped up by; the register need not say so."""
        wallets = self.env["club.club"]._wallet_clubs()
        if not wallets or self.source != "pos" or not self.partner_id:
            return
        sold = self.lines.filtered(lambda line: not line.reward_id and line.qty > 0).product_id
        for program in self.env["loyalty.program"].sudo().browse(wallets).filtered("active"):
            if not program.rule_ids.product_ids & sold:
                continue
            money = self._club_top_up_money(program, program._club_own_top_ups())
            self._club_top_up_by(program, money, dues)

    def _club_top_up(self, program, told):
        """A product that tops up several wallets: the register says which one, the order how much at most."""
        shared = program.rule_ids.product_ids - program._club_own_top_ups()
        if not shared or self.source != "pos" or not self.partner_id or self.state not in ("paid", "done"):
            return
        try:
            wanted = float(told.get("points") or 0.0)
        except (TypeError, ValueError):
            return
        rows = self._club_wallet_rows(program)
        wanted = self.currency_id.round(wanted + sum(rows.mapped("used")))
        self._club_top_up_by(program, min(wanted, self._club_top_up_money(program, shared)), self._club_credit_dues())

    def _club_wallet_rows(self, program):
        return self.env["loyalty.history"].sudo().search([
            ("card_id.program_id", "=", program.id), ("order_model", "=", self._name), ("order_id", "=", self.id),
        ])  # fmt: skip

    def _club_top_up_by(self, program, money, dues):
        if not money > 0 or any(self._club_wallet_rows(program).mapped("issued")):
            return
        self._club_check_paid_for()
        money = self._club_paid_part(money)
        if not money > 0:
            return
        clubs = self.env["club.club"]._wallet_clubs()
        member = self.env["club.member"].sudo().with_context(active_test=False).search(
            [("club_id", "=", clubs[program.id]), ("partner_id", "=", self.partner_id.id)]
        )  # fmt: skip
        self._club_put(member, program, money, dues.get((member, program)), "top_up")

    def _club_paid_part(self, money):
        """So much of a top-up was paid for: what promotions take off the order nobody pays in.

        :raise UserError: lines that take off more without being promotion, gift card or return
        """
        missing = self.currency_id.round(money - self._club_paid_in())
        rounding = self.config_id.rounding_method.rounding if self.config_id.cash_rounding else 0.0
        if self.currency_id.compare_amounts(missing, rounding + self._club_tolerance()) <= 0:
            return money
        if self.lines.filtered(lambda line: not line.reward_id and not line.refunded_orderline_id)._club_negative():
            raise UserError(
                self.env._(
                    "%(money)s would go on the eWallet and %(paid)s of it were paid. Take the line that lowers the "
                    "order off it, or refund the lines of the order that the goods come from.",
                    money=self.currency_id.format(money),
                    paid=self.currency_id.format(max(0.0, money - missing)),
                )
            )
        return max(0.0, self.currency_id.round(money - missing))

    def _club_paid_in(self):
        """What came for this order: payments, what goods were worth that came back, gift cards, points, rewards."""
        rewards = self._club_pick_lines().filtered(lambda line: not line.refunded_orderline_id)
        for lines in self._club_voucher_lines(self.lines.filtered(lambda own: not own.refunded_orderline_id)).values():
            rewards |= lines
        wallets = self.env["loyalty.program"].browse(self.env["club.club"]._wallet_clubs())
        back = sum(self._club_wallet_lines_back(program) for program in wallets)
        paid = sum(self.payment_ids.mapped("amount")) + self._club_brought_value() + self._club_wallets_value()
        return paid + max(0.0, -self._club_value(rewards)) - back

    def _club_check_paid_for(self):
        """What a wallet gets was asked for: a total that the lines do not bear out was never paid.

        :raise UserError: the total that the register told is another one
        """
        rounding = self.config_id.rounding_method.rounding if self.config_id.cash_rounding else 0.0
        tolerance = self.currency_id.rounding * max(1, len(self.lines)) + rounding
        if self.currency_id.compare_amounts(abs(self.amount_total - self._club_value(self.lines)), tolerance) > 0:
            raise UserError(
                self.env._(
                    "The lines come to %(lines)s and the order says %(total)s. Ring it up again: nothing was put on "
                    "the eWallet.",
                    lines=self.currency_id.format(self._club_value(self.lines)),
                    total=self.currency_id.format(self.amount_total),
                )
            )

    def _club_put(self, member, program, money, due, what):
        """Put money on this customer's wallet, and note what of it is credit from points."""
        self._club_check_paid_for()
        member._lock()
        partner = member.partner_id or self.partner_id
        card = program._club_card_of(partner, is_wanted=True)
        card._club_take()
        source = self._club_source()
        card._club_move(money, self.env._("Onsite %s", source.name), self._name, self.id)
        if not member:
            return
        kind, values = "top_up", {}
        converted = self._club_points_in(money)
        if due:
            kind, values = "return", {"corrects_id": due.use.id}
            converted = self.currency_id.round(min(money, due.converted))
            due.converted -= converted
        if converted or due:
            key = f"{self._name}:{self.id}:{program.id}:{what}"
            self.env["club.credit"]._note(member, program, kind, key, converted, money, source, **values)

    def _club_points_money(self):
        """What was paid with points, or with credit from points."""
        tenders = self.payment_ids._club_tenders().filtered(lambda payment: payment.amount > 0)
        return sum(tenders.mapped("amount")) + self.env["club.credit"]._used_by(self._club_source())

    def _club_points_in(self, money):
        """How much of ``money`` that this order sold was paid with points, or with credit from points."""
        paid = self._club_points_money()
        digits = self.currency_id.decimal_places
        # Rewards were bought with points: they pay, and do not make what they pay for any cheaper.
        rewards = self.lines.filtered(
            lambda line: not line.refunded_orderline_id and line._club_kind() in ("reward", "voucher")
        )
        by_rewards = max(0.0, -self._club_value(rewards))
        paid += by_rewards
        total = to_minor(self._club_sold_value() + by_rewards, digits)
        if paid <= 0:
            return 0.0
        return self.currency_id.round(share(to_minor(paid, digits), to_minor(money, digits), total) / 10**digits)
