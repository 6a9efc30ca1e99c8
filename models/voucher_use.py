"""What becomes of a voucher once it is on an order: promised to one payment, used by one order, given back."""

from datetime import timedelta
from math import floor

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.values import exact
from .fields import BigInteger
from .ledger import Intent, Source
from .locking import take


class ClubClub(models.Model):
    _inherit = "club.club"

    voucher_return = fields.Selection(
        [
            ("voucher", "The voucher is good again"),
            ("points", "Its price goes back in points"),
            ("none", "Nothing: it stays used"),
        ],
        string="After a Refund",
        required=True,
        default="voucher",
        help="What a customer gets of a voucher whose order is refunded or cancelled. A voucher that has run out "
        "meanwhile is good for the days of grace; points go back in the ratio of what was refunded.",
    )


class ClubVoucher(models.Model):
    """From the first payment that was started with it a voucher is that order's alone; a paid order uses it.

    Example: Ada's voucher is in two carts. The first one's payment is on its way: the second is told before it
    pays. The payment fails: the voucher is free again.

    Invariant: one voucher pays one order at a time, and comes back once from each order that used it.
    """

    _inherit = "club.voucher"

    used_model = fields.Char(readonly=True)
    used_id = fields.Integer(string="Used By", readonly=True)
    used_name = fields.Char(string="Used For", readonly=True)
    used_at = fields.Datetime(string="Used", readonly=True)
    refund_reason = fields.Char(compute="_compute_refund_reason", string="Why Given Back")
    returned_amount = BigInteger(readonly=True, help="What of its price went back after the order was refunded.")

    _used_idx = models.Index("(used_model, used_id) WHERE used_id IS NOT NULL")

    @api.depends("refunded_at")
    def _compute_refund_reason(self):
        """Kept beside the movement, where it can be erased with the person."""
        entries = self.env["club.entry"].sudo().search([("corrects_id", "in", self.sudo().entry_id.ids)])
        remarks = self.env["club.remark"].sudo().search([("entry_id", "in", entries.ids)])
        texts = {remark.entry_id.corrects_id: remark.text for remark in remarks}
        for voucher in self:
            voucher.refund_reason = texts.get(voucher.sudo().entry_id, "")

    # ------------------------------------------------------------------ promised
    def _take_turn(self):
        """Whoever wants a voucher waits for the one before, fails, and reads anew what that one has left."""
        for voucher in self.sorted("id"):
            card = voucher.card_id
            card.flush_recordset()
            take(self.env, SQL("UPDATE loyalty_card SET points = points WHERE id = %s RETURNING id", card.id))

    def _promised_orders(self, besides=None):
        """Open orders that have it, of which a payment was started and may still come through."""
        payments = self.env["payment.transaction"].sudo().search([("club_voucher_ids", "in", self.ids)])
        orders = payments.sale_order_ids.filtered(lambda order: order.state in ("draft", "sent"))
        return orders.filtered(
            lambda order: (
                order != besides
                and order.order_line.coupon_id & self.card_id
                and order._club_live_payments() & payments
            )
        )

    def _busy_on(self):
        """Orders that count on it and may be paid any moment, and quotations that were sent with it."""
        lines = self.env["sale.order.line"].search([("coupon_id", "in", self.card_id.ids), ("state", "=", "sent")])
        return lines.order_id | self._promised_orders()

    # ------------------------------------------------------------------ used
    def _is_used_by(self, document):
        return self.used_model == document._name and self.used_id == document.id and not self._is_unused()

    def _use_for(self, document):
        """The order is there to stay, so it has used the voucher.

        :return: what was taken of the coupon; 0 where another order was first
        """
        self.ensure_one()
        cost = self.card_id.points
        if self.refunded_at or cost <= 0:
            return 0.0
        self.card_id.with_context(loyalty_no_mail=True, tracking_disable=True).points = 0
        self._set({
            "used_model": document._name,
            "used_id": document.id,
            "used_name": document._club_source().name,
            "used_at": fields.Datetime.now(),
            "returned_amount": 0,
        })  # fmt: skip
        return cost

    # ------------------------------------------------------------------ given back
    def _come_back(self, document, share):
        """So much of the order it was used for has come back: what the club's policy makes of it.

        :param share: Fraction from 0 to 1, of all that came back so far
        """
        self.ensure_one()
        if not self._is_used_by(document) or (share <= 0 and not self.returned_amount):
            return
        self.member_id._lock()
        self._take_turn()
        if self._take_price_again(share) or self.refunded_at:
            return
        policy = self.club_id.voucher_return
        if policy == "points" or (policy == "voucher" and share >= 1 and not self._is_still_offered()):
            self._return_price(share)
        elif policy == "voucher" and share >= 1:
            self._revive()

    def _is_still_offered(self):
        """Would the host still take the coupon?"""
        program = self.program_id
        return program.active and not (program.date_to and program.date_to < self.club_id._today())

    def _revive(self):
        """Good again: as long as it was, or for the days of grace where that has passed."""
        card, today = self.card_id, self.club_id._today()
        vals = {"points": self.program_id.reward_ids[:1].required_points}
        if card.expiration_date and card.expiration_date < today:
            vals["expiration_date"] = today + timedelta(days=self.club_id.return_grace_days)
        card.with_context(loyalty_no_mail=True, tracking_disable=True).write(vals)
        self._set({"used_model": False, "used_id": 0, "used_name": False, "used_at": False})

    def _return_price(self, share):
        """The price goes back in the ratio refunded, to the portions it came from; parts add up to the whole."""
        due = floor(self.price * min(exact(1), share))
        if due > self.returned_amount:
            key = f"voucher:{self.id}:return:{len(self._corrections())}:{due}"
            self._return_points(due - self.returned_amount, key)
            self._set({"returned_amount": due})
        if share >= 1:
            self._set({"refunded_at": fields.Datetime.now()})

    def _corrections(self, *domain):
        """Movements that changed what was paid for it."""
        return self.env["club.entry"].search([("corrects_id", "=", self.entry_id.id), *domain])

    # ------------------------------------------------------------------ used after all
    def _take_price_again(self, share):
        """Less is back than its price was returned for: the order is billed once more, or a note was withdrawn."""
        due = floor(self.price * min(exact(1), exact(share)))
        if due >= self.returned_amount:
            return False
        self._take_points(self.returned_amount - due, f"voucher:{self.id}:again:{len(self._corrections())}:{due}")
        self._set({"returned_amount": due, "refunded_at": False})
        return True

    def _use_again(self, document, share):
        """It came back from this order and is free again: if the order stands after all, it uses it once more.

        Used for another order or given back meanwhile, its price is owed instead, as long as the order stands.
        """
        self.ensure_one()
        self.member_id._lock()
        self._take_turn()
        begin = f"voucher:{self.id}:{document._name}:{document.id}:"
        own = self._corrections(("key", "=like", f"{begin}%"))
        owed, key = -sum(own.mapped("amount")), f"{begin}{len(own)}"
        if share >= 1 and owed > 0:
            self._return_points(owed, key)
        elif share < 1 and not owed and not self._use_for(document):
            self._take_points(self.price, key)

    def _take_points(self, amount, key):
        """The order stands, so what is missing becomes a debt."""
        account = self.entry_id.account_id._followed()
        return self.env["club.entry"]._post(
            [
                Intent(
                    account_id=account.id,
                    kind="voucher",
                    key=key,
                    amount=amount,
                    source=Source(model="loyalty.program", id=self.program_id.id, name=self.program_id.name),
                    corrects_id=self.entry_id.id,
                    allow_debt=True,
                )
            ],
            is_locked=True,
        )

    def _return_points(self, amount, key):
        account = self.entry_id.account_id._followed()
        return self.env["club.entry"]._post(
            [
                Intent(
                    account_id=account.id,
                    kind="spend_return",
                    key=key,
                    amount=amount,
                    source=Source(model="loyalty.program", id=self.program_id.id, name=self.program_id.name),
                    own_entry_ids=(self.entry_id.id,),
                    corrects_id=self.entry_id.id,
                    grace_days=self.club_id.return_grace_days,
                )
            ],
            is_locked=True,
        )

    @api.model
    def _used_by(self, documents):
        """Vouchers that these documents have used."""
        return self.sudo().search([("used_model", "=", documents._name), ("used_id", "in", documents.ids)])
