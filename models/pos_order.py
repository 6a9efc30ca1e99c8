from dataclasses import replace

from odoo import api, fields, models

from .document_mixin import Sold

LAST_ID = 2**31 - 1
# For staff: a register neither loads nor sends them back.
STAFF_FIELDS = frozenset({
    "club_entry_ids", "club_points_earned", "club_points_text", "club_explanation", "club_no_points",
    "club_claim_id", "club_claim_text", "club_is_known", "club_self_text", "club_visit_id",
    "club_is_priority",
})  # fmt: skip
# Links of a line to what it settles, as the host's own loyalty knows them; another module brings the fields.
SETTLES = ("settled_order_id", "settled_invoice_id")


class PosOrder(models.Model):
    _name = "pos.order"
    _inherit = ["pos.order", "club.document.mixin"]

    # ------------------------------------------------------------------ events
    def action_pos_order_paid(self):
        """Every way to "paid" ends here: points are captured before, earned after."""
        self._club_settle_or_note()
        result = super().action_pos_order_paid()
        origins = self.lines.refunded_orderline_id.order_id if self._club_is_refunding() else self.browse()
        if origins:
            origins._club_sync_safely()
        if self.partner_id:
            self._club_sync_safely(is_fresh=True)
        return result

    @api.model
    def sync_from_ui(self, orders):
        """Lock the members of these orders before anything is read or made.

        Two tabs that send the same order at once then wait for each other and both get an answer, where the
        host would refuse the second by the order's unique uuid.
        """
        self._club_lock_customers(orders)
        return super().sync_from_ui(orders)

    @api.model
    def _club_lock_customers(self, orders):
        """What a browser names as a customer may be anything: what is no contact is the host's to refuse."""
        told = [order.get("partner_id") for order in orders if order.get("state") == "paid"]
        partner_ids = {given for given in told if type(given) is int and 0 < given <= LAST_ID}
        clubs = partner_ids and self.env["club.club"].sudo()._on_ids()
        if clubs:
            self.env["club.member"].sudo()._lock_partners(clubs, partner_ids)

    def _club_is_refunding(self):
        """Refund links count from a register only: a kiosk's browser could forge them."""
        return self.source == "pos" and any(line.refunded_orderline_id for line in self.lines)

    # ------------------------------------------------------------------ document hooks
    def _club_member_partner(self):
        return self.partner_id

    def _club_outlet(self):
        return self.config_id.club_outlet_id

    def _club_channel(self):
        return "pos" if self.source == "pos" else "kiosk"

    def _club_not_due(self):
        if self.state not in ("paid", "done"):
            return "not_paid"
        return "refund" if self.lines and all(line.refunded_orderline_id for line in self.lines) else ""

    def _club_source(self):
        """Points are used before the order gets its name: give them the name it will have."""
        source = super()._club_source()
        return source if self.name != "/" else replace(source, name=self._compute_order_name())

    def _club_paid_at(self):
        """The register's clock, kept between the session's opening and now: it comes from a browser.

        What a customer pays online is paid when the provider says so, however long the bill lay there.
        """
        now = fields.Datetime.now()
        opened = self.session_id.start_at or now
        return min(max(self.date_order or now, opened, *self._club_paid_online_at()), now)

    def _club_paid_online_at(self):
        if "online_account_payment_id" not in self.payment_ids._fields:
            return []
        return self.payment_ids.filtered("online_account_payment_id").mapped("payment_date")

    def _club_line_keys(self):
        return {str(line_id) for line_id in self.lines.ids}

    def _club_is_bought(self):
        return any(line.price_subtotal_incl > 0 for line in self.lines)

    def _club_lines(self):
        # Not `filtered`: the lines keep those of the other orders at hand, so that all of them are read at once.
        return [line._club_sold() for line in self.lines if not line.refunded_orderline_id]

    # ------------------------------------------------------------------ the register
    @api.model
    def _load_pos_data_fields(self, config):
        """All fields, as the host loads them, less those that are for staff in the back office."""
        names = super()._load_pos_data_fields(config)
        names = names or [name for name, column in self._fields.items() if self._has_field_access(column, "read")]
        return [name for name in names if name not in STAFF_FIELDS]


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _club_sold(self):
        """Amounts recomputed on the server: the register's figures are a request.

        The register's own figure stands within one minor unit, where only the tax rounding differs.
        """
        currency = self.currency_id
        taxes = self.order_id.fiscal_position_id.map_tax(self.tax_ids)
        computed = taxes._get_tax_details(
            self.price_unit * (1 - (self.discount or 0.0) / 100.0),
            self.qty,
            precision_rounding=currency.rounding,
            product=self.product_id,
        )
        net, gross = (
            told if abs(told - own) <= currency.rounding * 1.01 else currency.round(own)
            for told, own in (
                (self.price_subtotal, computed["total_excluded"]),
                (self.price_subtotal_incl, computed["total_included"]),
            )
        )
        return Sold(
            key=str(self.id),
            name=self.full_product_name or self.product_id.display_name,
            product=self.product_id,
            quantity=self.qty,
            net=net,
            gross=gross,
            kind=self._club_kind(),
            record=self,
        )

    def _club_kind(self):
        """Why a line is not spend, see ``Sold``: "" for one that is, what the host made of it, or an exclusion code."""
        if self.reward_id:
            return self.reward_id._club_line_kind(self.coupon_id)
        config = self.order_id.config_id
        if self._club_settles():
            return "settled"
        if self.product_id == config.tip_product_id:
            return "tip"
        if self.product_id == config.down_payment_product_id:
            return "deposit"
        return self.product_id._club_exclusion()

    def _club_settles(self):
        """Does the register take money here for what it sold before, on the customer's account?"""
        return any(name in self._fields and self[name] for name in SETTLES)
