from odoo import models
from odoo.exceptions import UserError

from .pos_payment import SETTLED


class PosConfig(models.Model):
    _inherit = "pos.config"

    def use_coupon_code(self, code, creation_date, partner_id, pricelist_id):
        """A voucher is used by its owner, or by anybody where it may be given away; the answer says why not."""
        card = self.env["loyalty.card"].sudo().with_context(active_test=False).search([("code", "=", code)], limit=1)
        voucher = self.env["club.voucher"]._of_cards(card).get(card)
        if voucher:
            partner = self.env["res.partner"].browse(partner_id or ()).exists()
            order = voucher._promised_order_of(partner)  # taken off it, and scanned again
            refusal = voucher._refused(partner, self.sudo().club_outlet_id, order)
            if refusal and refusal.code == "voucher_foreign" and not partner:
                refusal = self._club_refuse("voucher_nobody")
            if refusal:
                source = (voucher._name, f"{voucher.id} {self.id}")  # a scan names no order
                self.env["club.refusal"].sudo()._keep_for(
                    voucher.club_id, partner.sudo(), self.sudo().display_name, source, refusal
                )
                return {"successful": False, "payload": {"error_message": str(refusal)}}
        return super().use_coupon_code(code, creation_date, partner_id, pricelist_id)


class PosOrder(models.Model):
    """Vouchers at the register: used when the order is paid, in the same transaction, and by the server alone.

    Invariant: one voucher pays one order, whatever a register says before, after or twice.
    """

    _inherit = "pos.order"

    def action_pos_order_paid(self):
        self._club_use_vouchers()
        self._club_check_voucher_refund()
        result = super().action_pos_order_paid()
        if self._club_is_refunding():
            self.lines.refunded_orderline_id.order_id._club_return_vouchers()
        return result

    def _club_voucher_lines(self, lines):
        """voucher → its lines among these; what a register calls a reward or not does not count."""
        cards = lines.coupon_id.sudo().filtered("program_id.club_id")
        return {
            voucher: lines.filtered(lambda line, card=card: line.coupon_id == card)
            for card, voucher in self.env["club.voucher"]._of_cards(cards).items()
        }

    def _club_use_vouchers(self):
        for order in self:
            lines = order.lines.filtered(lambda line: not line.refunded_orderline_id)
            for voucher, own in order._club_voucher_lines(lines).items():
                order._club_use_voucher(voucher, own)

    def _club_use_voucher(self, voucher, lines):
        if voucher._is_used_by(self):
            return
        voucher._take_turn()
        paid_at = self.sudo()._club_paid_at()
        if refusal := voucher._refusal(self.partner_id, self.sudo()._club_outlet(), self, at=paid_at):
            raise UserError(self.env._("%s Take it off the order.", refusal))
        self.sudo()._club_check_worth(voucher.card_id, lines.sudo())
        self.env["loyalty.history"].sudo().create({
            "card_id": voucher.card_id.id,
            "order_model": self._name,
            "order_id": self.id,
            "description": self.env._("Onsite %s", self.display_name),
            "used": voucher._use_for(self),
            "issued": 0.0,
        })  # fmt: skip

    # ------------------------------------------------------------------ refunds
    def _club_check_voucher_refund(self):
        """What a voucher paid never leaves as money: no more goes back than came in.

        :raise UserError: goods are refunded without the line of the voucher that paid for them
        """
        for refund in self.filtered(lambda order: order._club_is_refunding()):
            refund = refund.sudo()
            for origin, lines in refund.lines.filtered("refunded_orderline_id").grouped(
                lambda line: line.refunded_orderline_id.order_id
            ).items():
                if not origin._club_pick_lines() and not refund._club_voucher_lines(origin.lines):
                    continue
                paid = origin._club_sold_value()
                earlier = origin._club_refunded_before(refund.uuid)
                if earlier - refund._club_goods_value(lines) > paid + origin._club_tolerance():
                    raise UserError(
                        self.env._(
                            "%(order)s came to %(paid)s, because a reward paid a part of it, and %(earlier)s were "
                            "refunded before. Refund the line of the reward as well: nothing was booked.",
                            order=origin.name,
                            paid=origin.currency_id.format(paid),
                            earlier=origin.currency_id.format(earlier),
                        )
                    )

    def _club_return_vouchers(self, is_final=True):
        """What registers and credit notes took back so far of these orders decides over their vouchers.

        What a browser sends may link to any line: what counts is the share of each line that came back.

        :param is_final: what has come back stays there; else a credit note may have been withdrawn
        """
        sold = self.sudo().filtered(lambda order: order.state in SETTLED)
        sold = sold.filtered(lambda order: any(line.coupon_id for line in order.lines))
        vouchers = self.env["club.voucher"]._used_by(sold) if sold else self.env["club.voucher"]
        used = [(sold.browse(voucher.used_id), voucher, True) for voucher in vouchers]
        for order in sold if not is_final else ():
            came_back = self.env["club.voucher"].union(*order._club_voucher_lines(order.lines)) - vouchers
            used += [(order, voucher, False) for voucher in came_back.sudo()]
        returned = sold._club_returned() if used else {}
        for order, voucher, is_used in used:
            shares = returned.get(order.id, {})
            lines = order.lines.filtered(lambda line, card=voucher.card_id: line.coupon_id == card)
            share = min((shares.get(str(line.id), 0) for line in lines), default=0)
            share = min(share, order._club_rewarded_share(lines, shares))
            if is_used:
                voucher._come_back(order, share)
            else:
                voucher._use_again(order, share)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _club_sync_documents(self):
        """A credit note for a register's invoice is a refund of its order."""
        result = super()._club_sync_documents()
        notes = self.filtered(lambda move: move.move_type == "out_refund" and not move._club_is_from_register())
        if sold := notes.reversed_entry_id.pos_order_ids:
            sold._club_return_vouchers(is_final=False)
        return result
