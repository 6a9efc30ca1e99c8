from collections import defaultdict
from fractions import Fraction

from odoo import api, fields, models

from ..engine.values import exact
from .document_mixin import Sold

ONE = Fraction(1)
# Non-stored and for staff: a register neither loads nor sends them back.
STAFF_FIELDS = frozenset({"club_entry_ids", "club_points_earned", "club_explanation"})


class PosOrder(models.Model):
    _name = "pos.order"
    _inherit = ["pos.order", "club.document.mixin"]

    club_receipt = fields.Json(compute="_compute_club_receipt", compute_sudo=True)

    # ------------------------------------------------------------------ events
    def action_pos_order_paid(self):
        """Every way to "paid" ends here: points are captured before, earned after."""
        self._club_capture_tenders()
        result = super().action_pos_order_paid()
        origins = self.lines.refunded_orderline_id.order_id if self._club_is_refunding() else self.browse()
        if origins:
            origins._club_sync_safely()
        if self.partner_id:
            self._club_sync_safely()
        return result

    @api.model
    def sync_from_ui(self, orders):
        """Lock the members of these orders first: whoever comes second repeats before any work is done."""
        self._club_lock_customers(orders)
        return super().sync_from_ui(orders)

    @api.model
    def _club_lock_customers(self, orders):
        partner_ids = {order.get("partner_id") for order in orders if order.get("state") == "paid"} - {None, False}
        if partner_ids:
            clubs = self.env["club.club"].sudo()._on_ids()
            if clubs:
                self.env["club.member"].sudo()._lock_partners(clubs, partner_ids)

    def _club_is_refunding(self):
        """Refund links count from a register only: a kiosk's browser could forge them."""
        return self.source == "pos" and any(line.refunded_orderline_id for line in self.lines)

    # ------------------------------------------------------------------ document hooks
    def _club_member_partner(self):
        return self.partner_id if self._club_channel() == "pos" else self.env["res.partner"]

    def _club_outlet(self):
        return self.config_id.club_outlet_id

    def _club_channel(self):
        return "pos" if self.source == "pos" else "kiosk"

    def _club_not_due(self):
        return "" if self.state in ("paid", "done") else "not_paid"

    def _club_paid_at(self):
        """The register's clock, kept between the session's opening and now: it comes from a browser."""
        now = fields.Datetime.now()
        opened = self.session_id.start_at or now
        return min(max(self.date_order or now, opened), now)

    def _club_lines(self):
        own = self.lines.filtered(lambda line: not line.refunded_orderline_id)
        return [line._club_sold() for line in own]

    def _club_not_real(self, total, negative):
        """Points and unlinked negative lines are not money.

        And whatever the lines claim, what was really paid, with what a linked refund brought in, is all that
        earns; a cash rounding is no difference.
        """
        tendered = sum(max(p.amount, 0) for p in self.payment_ids if p.payment_method_id._is_club_tender())
        paid = sum(p.amount for p in self.payment_ids if not p.payment_method_id._is_club_tender())
        brought = -sum(line.price_subtotal_incl for line in self.lines if line.refunded_orderline_id)
        wallets = -sum(line.price_subtotal_incl for line in self.lines if line._club_kind() == "payment")
        rounding = self.config_id.rounding_method.rounding if self.config_id.cash_rounding else 0.0
        real = min(paid + brought + wallets + rounding, total - tendered - negative)
        return total - max(real, 0.0), tendered > 0

    def _club_returned(self):
        """Share of each line that paid refunds from registers have taken back."""
        groups = self.env["pos.order.line"]._read_group(
            [
                ("refunded_orderline_id.order_id", "in", self.ids),
                ("order_id.state", "in", ("paid", "done")),
                ("order_id.source", "=", "pos"),
            ],
            ["refunded_orderline_id"],
            ["qty:sum"],
        )
        returned = defaultdict(dict)
        for line, quantity in groups:
            if line.qty:
                returned[line.order_id.id][str(line.id)] = min(ONE, abs(exact(quantity) / exact(line.qty)))
        return returned

    # ------------------------------------------------------------------ the register
    @api.model
    def _load_pos_data_fields(self, config):
        """All fields, as the host loads them, less those that are for staff in the back office."""
        names = super()._load_pos_data_fields(config)
        names = names or [name for name, column in self._fields.items() if self._has_field_access(column, "read")]
        return [name for name in names if name not in STAFF_FIELDS]

    def _compute_club_receipt(self):
        """What the receipt says of points, for all orders in a fixed number of queries; False without a member."""
        done = self.filtered(lambda order: order.partner_id and order.state in ("paid", "done"))
        receipts = done._club_receipts() if done else {}
        for order in self:
            order.club_receipt = receipts.get(order.id, False)

    def _club_receipts(self):
        """dict order id → {"member", "tier", "lines": [{"unit", "earned", "balance"}]}, amounts as text."""
        entries = self.env["club.entry"].search([("source_model", "=", "pos.order"), ("source_id", "in", self.ids)])
        receipts = {}
        for order_id, own in entries.grouped("source_id").items():
            totals = defaultdict(int)
            for entry in own:
                totals[entry.account_id] += entry.amount if entry.kind != "spend" else 0
            member = own[:1].member_id
            receipts[order_id] = {
                "member": member.display_name,
                "tier": member.tier_id.name,
                "lines": [
                    {
                        "unit": account.unit_id.name_plural,
                        "earned": account.unit_id._format(earned, name=False) if earned > 0 else "",
                        "balance": account.unit_id._format(account.balance),
                    }
                    for account, earned in totals.items()
                ],
            }
        return receipts

    def _club_capture_tenders(self):
        """Points given as payment become movements, or the order is refused; see ``pos_payment``."""
        tenders = self.payment_ids.filtered(lambda payment: payment.payment_method_id._is_club_tender())
        if tenders:
            tenders.sudo()._club_capture()


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _club_sold(self):
        """Amounts recomputed on the server: the register's figures are a request.

        The register's own figure stands within one minor unit, where only the tax rounding differs.
        """
        computed, one = self._compute_amount_line_all(), self.currency_id.rounding * 1.01
        net, gross = (
            self[name] if abs(self[name] - computed[name]) <= one else computed[name]
            for name in ("price_subtotal", "price_subtotal_incl")
        )
        return Sold(
            key=str(self.id),
            name=self.full_product_name or self.product_id.display_name,
            product=self.product_id,
            quantity=self.qty,
            net=net,
            gross=gross,
            kind=self._club_kind(),
        )

    def _club_kind(self):
        """Why a line is not spend: "" for one that is, "payment", "promotion", or an exclusion code."""
        if self.is_reward_line or self.reward_id:
            return "payment" if self.reward_id.program_id.is_payment_program else "promotion"
        config = self.order_id.config_id
        if self.product_id == config.tip_product_id:
            return "tip"
        if self.product_id == config.down_payment_product_id:
            return "deposit"
        return self.product_id._club_exclusion()
