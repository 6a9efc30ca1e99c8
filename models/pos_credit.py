from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .credit_wallet import PAYMENT_TYPES
from .ledger import SENTINEL
from .pos_payment import SETTLED

LATE_MINUTES = 15
SENDING = timedelta(minutes=2)  # what a register that is within reach needs to send an order


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
        is_over = self.currency_id.compare_amounts(used, card.points - promised) > 0
        if is_over and not self._club_is_late(card, used):
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
                    "Take the store credit off the order and choose again; nothing was taken. If the goods are gone "
                    "already, a manager of the club puts the difference on the wallet first.",
                    left=self.currency_id.format(max(card.points, 0.0)),
                    used=self.currency_id.format(used),
                )
            )
        card._club_move(-used, self.env._("Onsite %s", source.name), self._name, self.id)
        if self.currency_id.compare_amounts(card.points, 0.0) < 0:
            self._club_tell_overdrawn(card)
        if member:
            self.env["club.credit"]._bring(member, card.program_id, source, used)

    def _club_is_charged(self, card, member, used):
        """Did it pay before? Our own notes say so, or the history of who was no member then."""
        here = card.history_ids.filtered(lambda row: row.order_model == self._name and row.order_id == self.id)
        if self.currency_id.compare_amounts(sum(here.mapped("used")), used) >= 0:
            return True
        if not member:
            return False
        rows = self.env["club.credit"]._of_document(self._club_source())
        rows = rows.filtered(lambda row: row.kind == "use" and row.program_id == card.program_id)
        return any(rows.mapped("wallet_money"))

    def _club_is_late(self, card, used):
        """May it have been paid out of the server's reach, with a wallet that held enough? The goods are gone then.

        The register's clock proves nothing. Who was heard meanwhile was within reach, and what a wallet never held
        since the register was opened no register can have shown; one that is below zero went there only once.
        """
        if (self.env.cr.now() - self._club_paid_at()).total_seconds() <= LATE_MINUTES * 60 or self._club_was_heard():
            return False
        held = card.points + self._club_used_since(card, self.session_id.start_at)
        return self.currency_id.compare_amounts(used, card.points + max(held, 0.0)) <= 0

    def _club_was_heard(self):
        """Did the register send another order since this one is said to be paid, and this one was not among them?

        A register that is back sends what has waited one by one: those do not count, nor what is sold meanwhile.
        """
        now = self.env.cr.now()
        others = self.search([
            ("session_id", "=", self.session_id.id), ("id", "!=", self.id),
            ("create_date", ">", self._club_paid_at()), ("create_date", "<", now - SENDING),
        ])  # fmt: skip
        return any(
            order.create_date < now - timedelta(minutes=LATE_MINUTES) or order.create_date - order.date_order < SENDING
            for order in others
        )

    def _club_used_since(self, card, moment):
        """What orders took from a wallet since."""
        if member := self.env["club.credit"]._owner(card):
            rows = self.env["club.credit"].sudo().search([
                ("member_id", "=", member.id), ("program_id", "=", card.program_id.id), ("kind", "=", "use"),
                ("create_date", ">=", moment),
            ])  # fmt: skip
            return -sum(rows.mapped("wallet_money"))
        lines = self.env["pos.order.line"].sudo().search([
            ("coupon_id", "=", card.id), ("refunded_orderline_id", "=", False), ("create_date", ">=", moment),
            ("order_id.state", "in", SETTLED), ("order_id", "!=", self.id),
        ])  # fmt: skip
        return -self._club_value(lines)

    def _club_tell_overdrawn(self, card):
        """Below zero never goes unseen: the order says so, and members who owe are found among the members."""
        self.sudo().message_post(
            body=self.env._(
                "The store credit had been used elsewhere when this order arrived: the wallet of %(customer)s is at "
                "%(left)s now.",
                customer=card.partner_id.display_name,
                left=self.currency_id.format(card.points),
            )
        )

    # ------------------------------------------------------------------ what the register reports afterwards
    def confirm_coupon_programs(self, coupon_data):
        """What the register says of a club's wallet is a request: the server has charged and topped it up."""
        wallets = set(self.env["club.club"]._wallet_clubs())
        cards = self.env["loyalty.card"].sudo().browse([int(key) for key in coupon_data if int(key) > 0]).exists()
        of_card = {card.id: card.program_id.id for card in cards if card.program_id.id in wallets}
        # Whose card it is, the server knows: a register that names another program still means this wallet.
        own = {
            key: {**told, "program_id": of_card.get(int(key), told.get("program_id"))}
            for key, told in coupon_data.items()
            if int(key) in of_card or {told.get("program_id")} & wallets
        }
        others = {key: told for key, told in coupon_data.items() if key not in own}
        others = self._club_not_wallets(others) if wallets else others
        till = self.with_context(club_till=SENTINEL)
        result = super(PosOrder, till).confirm_coupon_programs(others)
        if own:
            self.check_access("write")
        updates = [self.sudo()._club_wallet_update(int(key), told) for key, told in own.items()]
        result["coupon_updates"] = [*result.get("coupon_updates", ()), *filter(None, updates)]
        return result

    def _club_not_wallets(self, coupon_data):
        """Other coupons' reports, without those that name a wallet as the coupon they mean."""
        named = [{told.get("code"), told.get("barcode"), told.get("coupon_id")} for told in coupon_data.values()]
        codes = [name for names in named for name in names if isinstance(name, str) and name]
        ids = [name for names in named for name in names if type(name) is int]
        domain = ["&", ("program_id", "in", list(self.env["club.club"]._wallet_clubs())),
                  "|", ("code", "in", codes), ("id", "in", ids)]  # fmt: skip
        found = self.env["loyalty.card"].sudo().with_context(active_test=False).search(domain) if codes + ids else ()
        taken = {name for card in found for name in (card.id, card.code)}
        return {
            key: told for (key, told), names in zip(coupon_data.items(), named, strict=True) if not names & taken
        }

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


class LoyaltyHistory(models.Model):
    """What orders of registers did to cards that are money is written with those orders, by nobody else.

    Whether an order charged a wallet, and what a gift card paid, is read here: a line out of nothing would be money.
    """

    _inherit = "loyalty.history"

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._club_check_till()
        return rows

    def write(self, vals):
        self._club_check_till()
        result = super().write(vals)
        self._club_check_till()
        return result

    def unlink(self):
        self._club_check_till()
        return super().unlink()

    def _club_check_till(self):
        is_free = self.env.su or self.env.context.get("club_till") is SENTINEL
        if is_free or self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            return
        rows = self.sudo().filtered(lambda row: row.order_model == "pos.order")
        if any(program.program_type in PAYMENT_TYPES for program in rows.card_id.program_id):
            raise AccessError(
                self.env._("What orders did to gift cards and wallets is not changed by hand. Correct the order.")
            )
