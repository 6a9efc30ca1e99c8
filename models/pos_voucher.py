from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .locking import take


class PosConfig(models.Model):
    _inherit = "pos.config"

    def use_coupon_code(self, code, creation_date, partner_id, pricelist_id):
        """A voucher is used by its owner, or by anybody where it may be given away; the answer says why not."""
        card = self.env["loyalty.card"].sudo().with_context(active_test=False).search([("code", "=", code)], limit=1)
        voucher = self.env["club.voucher"]._of_cards(card).get(card)
        if voucher:
            partner = self.env["res.partner"].browse(partner_id or ())
            refusal = voucher._refusal(partner, self.sudo().club_outlet_id)
            if refusal and not partner and not voucher.is_giftable and voucher._is_unused():
                refusal = self.env._("This voucher belongs to a member. Choose the customer first.")
            if refusal:
                return {"successful": False, "payload": {"error_message": refusal}}
        return super().use_coupon_code(code, creation_date, partner_id, pricelist_id)


class PosOrder(models.Model):
    """Vouchers at the register: used when the order is paid, in the same transaction, and by the server alone.

    Invariant: one voucher pays one order, whatever a register says before, after or twice.
    """

    _inherit = "pos.order"

    def action_pos_order_paid(self):
        self._club_use_vouchers()
        result = super().action_pos_order_paid()
        self._club_return_vouchers()
        return result

    def _club_voucher_lines(self, lines):
        """voucher → its reward lines among these."""
        cards = lines.coupon_id.sudo().filtered("program_id.club_id")
        return {
            voucher: lines.filtered(lambda line, card=card: line.coupon_id == card)
            for card, voucher in self.env["club.voucher"]._of_cards(cards).items()
        }

    def _club_use_vouchers(self):
        for order in self:
            lines = order.lines.filtered(lambda line: line.is_reward_line and not line.refunded_orderline_id)
            for voucher in order._club_voucher_lines(lines):
                order._club_use_voucher(voucher)

    def _club_use_voucher(self, voucher):
        card = voucher.card_id
        if card.history_ids.filtered(lambda used: used.order_model == self._name and used.order_id == self.id):
            return
        # Two registers at once: the second waits, fails and reads anew what the first has left.
        card.flush_recordset()
        take(self.env, SQL("UPDATE loyalty_card SET points = points WHERE id = %s RETURNING id", card.id))
        if refusal := voucher._refusal(self.partner_id, self.sudo()._club_outlet()):
            raise UserError(self.env._("%s Take it off the order.", refusal))
        cost = card.points
        card.with_context(loyalty_no_mail=True).points = 0
        self._club_note_voucher(card, used=cost)

    def _club_note_voucher(self, card, used=0.0, issued=0.0):
        self.env["loyalty.history"].sudo().create({
            "card_id": card.id,
            "order_model": self._name,
            "order_id": self.id,
            "description": self.env._("Onsite %s", self.display_name),
            "used": used,
            "issued": issued,
        })  # fmt: skip

    def _club_return_vouchers(self):
        """The line a voucher paid for is refunded: the customer has the voucher again, while it is good."""
        for order in self.filtered(lambda order: order._club_is_refunding()):
            # What a browser sends may link to any line: only one that comes back whole counts.
            refunded = order.lines.refunded_orderline_id.filtered("is_reward_line")
            shares = refunded.order_id._club_returned()
            whole = [line.id for line in refunded if shares.get(line.order_id.id, {}).get(str(line.id), 0) >= 1]
            for voucher, lines in order._club_voucher_lines(refunded.browse(whole)).items():
                order._club_return_voucher(voucher, lines.order_id)

    def _club_return_voucher(self, voucher, origins):
        card = voucher.card_id
        notes = card.history_ids
        here = notes.filtered(lambda note: note.order_model == self._name and note.order_id in origins.ids)
        used = here.filtered("used")
        if voucher.state != "used" or not used or notes.filtered(lambda note: note.issued and note.id > max(used.ids)):
            return
        if card.expiration_date and card.expiration_date < voucher.club_id._today():
            return
        given = used.sorted("id")[-1].used
        card.with_context(loyalty_no_mail=True).points = given
        self._club_note_voucher(card, issued=given)

    def confirm_coupon_programs(self, coupon_data):
        """What the register reports of vouchers is left aside: the server used them when the order was paid."""
        ids = [int(key) for key in coupon_data if int(key) > 0]
        cards = self.env["loyalty.card"].sudo().browse(ids).exists().filtered("program_id.club_id")
        ours = {card.id for card in self.env["club.voucher"]._of_cards(cards)}
        return super().confirm_coupon_programs({key: told for key, told in coupon_data.items() if int(key) not in ours})
