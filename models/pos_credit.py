from odoo import models
from odoo.exceptions import UserError

LATE_MINUTES = 15


class PosOrder(models.Model):
    """Store credit at the register: charged by the server when the order is paid, in the same transaction.

    Invariant: a wallet pays once what it holds, whatever a register says before, after or twice. Only an order
    that was paid out of the server's reach may leave a wallet below zero, for all to see.
    """

    _inherit = "pos.order"

    def action_pos_order_paid(self):
        self._club_charge_wallets()
        return super().action_pos_order_paid()

    def _club_wallet_lines(self):
        """Lines that a club's wallet pays."""
        wallets = self.env["club.club"]._wallet_clubs()
        if not wallets:
            return self.lines.browse()
        return self.lines.filtered(
            lambda line: line.reward_id.program_id.id in wallets and line.coupon_id and not line.refunded_orderline_id
        )

    def _club_charge_wallets(self):
        for order in self:
            for card, lines in order._club_wallet_lines().sudo().grouped("coupon_id").items():
                used = order.currency_id.round(-order._club_value(lines))
                if used > 0:
                    order._club_charge_wallet(card, lines, used)

    def _club_charge_wallet(self, card, lines, used):
        is_own = card.partner_id and card.partner_id == self.partner_id
        if self.source != "pos" or not is_own or card.program_id != lines.reward_id.program_id:
            raise UserError(self.env._("This store credit belongs to another customer. Take it off the order."))
        source = self._club_source()
        member = self.env["club.credit"]._owner(card)
        member._lock()
        if self._club_is_charged(card, member, used):
            return
        card._club_take()
        promised = sum(self.env["sale.order"]._club_wallet_elsewhere(card).values())
        if self.currency_id.compare_amounts(used, card.points - promised) > 0 and not self._club_is_late():
            if promised:
                raise UserError(
                    self.env._(
                        "%(promised)s of the %(left)s on the wallet are promised to an order that is being paid "
                        "online. Take the store credit off this order, or use less of it; nothing was taken.",
                        promised=self.currency_id.format(promised),
                        left=self.currency_id.format(max(card.points, 0.0)),
                    )
                )
            raise UserError(
                self.env._(
                    "There are %(left)s on the wallet and the order takes %(used)s. "
                    "Take the store credit off the order and choose again; nothing was taken.",
                    left=self.currency_id.format(max(card.points, 0.0)),
                    used=self.currency_id.format(used),
                )
            )
        card._club_move(-used, self.env._("Onsite %s", source.name), self._name, self.id)
        if member:
            self.env["club.credit"]._bring(member, card.program_id, source, used)

    def _club_is_charged(self, card, member, used):
        """Did it pay before? Our own notes say so: the host's history can be written by any cashier."""
        if not member:
            here = card.history_ids.filtered(lambda row: row.order_model == self._name and row.order_id == self.id)
            return self.currency_id.compare_amounts(sum(here.mapped("used")), used) >= 0
        rows = self.env["club.credit"]._of_document(self._club_source())
        rows = rows.filtered(lambda row: row.kind == "use" and row.program_id == card.program_id)
        return any(rows.mapped("wallet_money"))

    def _club_is_late(self):
        """Was it paid a while ago, out of the server's reach? The goods are gone then."""
        return (self.env.cr.now() - self._club_paid_at()).total_seconds() > LATE_MINUTES * 60

    # ------------------------------------------------------------------ what the register reports afterwards
    def confirm_coupon_programs(self, coupon_data):
        """What the register says of a club's wallet is a request: the server has charged and topped it up."""
        wallets = set(self.env["club.club"]._wallet_clubs())
        cards = self.env["loyalty.card"].sudo().browse([int(key) for key in coupon_data if int(key) > 0]).exists()
        of_card = {card.id: card.program_id.id for card in cards if card.program_id.id in wallets}
        # Whose card it is, the server knows: a register that names another programme still means this wallet.
        own = {
            key: {**told, "program_id": of_card.get(int(key), told.get("program_id"))}
            for key, told in coupon_data.items()
            if int(key) in of_card or {told.get("program_id")} & wallets
        }
        result = super().confirm_coupon_programs({key: t for key, t in coupon_data.items() if key not in own})
        if own:
            self.check_access("write")
        updates = [self.sudo()._club_wallet_update(int(key), told) for key, told in own.items()]
        result["coupon_updates"] = [*result.get("coupon_updates", ()), *filter(None, updates)]
        return result

    def _club_wallet_update(self, key, told):
        """The wallet as the register shall know it from now on; none where there is none."""
        program = self.env["loyalty.program"].browse(told["program_id"])
        self._club_top_up(program, told)
        card = program._club_card_of(self.partner_id)
        return card and {
            "old_id": key,
            "id": card.id,
            "points": card.points,
            "code": card.code,
            "program_id": program.id,
            "partner_id": card.partner_id.id,
        }

    def _club_wallets(self):
        """Credit that points were converted to is no money; what a customer paid in is."""
        real = super()._club_wallets()
        if real and self._club_wallet_lines():
            real -= self.env["club.credit"]._used_by(self._club_source())
        return max(0.0, real)
