"""A customer's choice on a self-order that is on the server: its lines, its total and, where points pay all, its
payment."""

from datetime import timedelta
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import caps
from ..engine.values import exact, to_major, to_minor
from .club_hold import LIFETIME_HOURS
from .pos_payment import SETTLED
from .self_order_lines import Wanted

SELF_SOURCES = ("kiosk", "mobile")


class PosOrder(models.Model):
    """What was chosen, put on an order each time its cart is sent.

    Example: Ada took 100 Beans off 121.00. The kiosk sends the cart: the order comes to 120.00, and the terminal
    charges that. She goes back and takes the coffee out: what no longer fits is lowered, and where that makes the
    order dearer than the screen said, it is refused with a sentence.

    Invariants: a line of the server's is made and changed by the server alone, whatever the browser sends. An order
    never comes to more than its customer was shown.
    """

    _inherit = "pos.order"

    def _club_self_wanted(self, uuid):
        """The coupons that are promised to an order: its rewards, vouchers and points."""
        picks = self.env["club.hold"]._picks_of("pos.order", uuid).filtered(lambda pick: pick._is_live())
        wanted = [
            Wanted(
                card=pick.card_id,
                reward=pick._club_benefit(),
                product=pick.product_id,
                money=pick.money if pick.program_id.is_club_reduction else None,
                hold=pick,
            )
            for pick in picks
        ]
        vouchers = self.env["club.voucher"]._promised_to(uuid)
        return wanted + [
            Wanted(card=own.card_id, reward=own.program_id.reward_ids[:1], product=None, voucher=own)
            for own in vouchers
            if own.state == "owned"
        ]

    def _club_apply_choice(self, visit):
        """Put what the customer chose to redeem on this order; without a visit, take off what is there."""
        super()._club_apply_choice(visit)
        for order in self.sudo():
            lines = order._club_self_lines()
            if order.state == "draft" and (lines or (visit and visit.choice)):
                order._club_put_choice(visit, lines)

    def _club_self_lines(self):
        """The lines that the server made of coupons of the club."""
        return self.lines.filtered(lambda line: line.coupon_id and line.coupon_id.sudo()._club_stands_for_points())

    def _club_put_choice(self, visit, lines):
        wanted = []
        if visit.is_proven:
            self._club_take_over(visit)
            for want in self._club_self_wanted(self.uuid):
                is_own = (want.hold or want.voucher).member_id.partner_id == self.partner_id
                if is_own or (want.voucher and want.voucher.is_giftable):
                    wanted.append(want)
        else:
            self.env["club.hold"]._picks_of(self._name, self.uuid)._drop_picks()
            self.env["club.voucher"]._promised_to(self.uuid)._promise(False)
        points = next((want for want in wanted if want.money is not None), None)
        goods = self.lines - lines
        goods._club_recount()
        others = self._club_self_parts([want for want in wanted if want is not points])
        total = self.currency_id.round(sum(goods.mapped("price_subtotal_incl")) - sum(part.off for part in others))
        if points and not self._club_fit_points(points, total):
            points.hold._drop_picks()
            wanted.remove(points)
            points = None
        pays = bool(points) and self._club_points_pay_all(points, total)
        if pays:
            wanted.remove(points)
        parts = self._club_self_parts(wanted)
        self._club_write_parts(parts, lines)
        if not visit:  # the host counts anew what is sent; what is let go is not
            gross, net = (sum(self.lines.mapped(name)) for name in ("price_subtotal_incl", "price_subtotal"))
            self.write({"amount_total": gross, "amount_tax": gross - net})
        self._club_renew(wanted, points)
        off = sum((self.lines - goods).mapped("price_subtotal_incl")) * -1 + (points.money if pays else 0.0)
        self._club_check_shown(visit, off, total - (points.money if points else 0.0))

    def _club_take_over(self, visit):
        """At a table a cart may become part of the order that is there: so does what was chosen for it."""
        choice = visit.choice or {}
        if choice.get("uuid") and choice["uuid"] != self.uuid:
            picks = self.env["club.hold"]._picks_of(self._name, choice["uuid"])
            picks.filtered(lambda pick: pick.member_id == visit._member())._store({"source_key": self.uuid})
            self.env["club.voucher"]._promised_to(choice["uuid"])._promise(self.uuid)
            visit.choice = choice | {"uuid": self.uuid}

    def _club_fit_points(self, points, total):
        """Lower what was chosen for a larger cart to what this one allows; False where that is nothing."""
        hold, currency, decimals = points.hold, self.currency_id, self.currency_id.decimal_places
        unit = hold.unit_id
        cap = unit._cap(
            currency,
            hold.amount,
            to_minor(max(total, 0.0), decimals),
            outlet=self._club_outlet(),
        )
        if not cap.amount:
            return False
        terms, digits = unit._terms(currency, self._club_outlet()), unit._digits(currency)
        minor = min(to_minor(total, decimals), caps.to_money(cap.amount, terms.value, **digits))
        money = float(to_major(exact(minor), decimals))
        money = min(money, hold.money)
        if money <= 0:
            return False
        vals = {"order_total": total}
        if currency.compare_amounts(money, hold.money) < 0 or cap.amount < hold.amount:
            vals |= {"money": money, "amount": max(1, min(hold.amount, cap.amount, hold._units_for(money)))}
            coins = round(money / currency.rounding)
            hold.card_id.with_context(loyalty_no_mail=True, tracking_disable=True).points = coins
        hold._store(vals)
        points.money = hold.money
        return True

    def _club_points_pay_all(self, points, total):
        """Points that cover everything are the payment, where they are a payment and the device has the tender."""
        return (
            points.card.program_id.is_club_paying
            and self.currency_id.compare_amounts(points.money, total) == 0
            and bool(self.config_id._club_tenders())
        )

    def _club_write_parts(self, parts, lines):
        """The lines of these coupons, and no other: what is there already stays the line it is."""
        spare, seen, values = list(lines), set(), []
        for part in parts:
            vals = part.values(part.wanted.card.id not in seen) | self._club_amounts_of(part)
            seen.add(part.wanted.card.id)
            known = next(
                (
                    line
                    for line in spare
                    if line.coupon_id == part.wanted.card and line.tax_ids == part.taxes and line.qty == part.quantity
                ),
                None,
            )
            if known:
                spare.remove(known)
                known.write(vals)
            else:
                values.append(vals | {"order_id": self.id})
        self.env["pos.order.line"].union(*spare).unlink()
        if values:
            self.env["pos.order.line"].create(values)

    def _club_renew(self, wanted, points):
        """The order is being placed: what is promised to it stays so until it should be paid."""
        hours = self._club_promise_hours() if wanted or points else 0
        until = fields.Datetime.now() + timedelta(hours=hours)
        holds = self.env["club.hold"].union(*(want.hold for want in wanted if want.hold))
        if points:
            holds |= points.hold
        if holds:
            holds._store({"expires_at": until})
        for want in wanted:
            if want.voucher:
                want.voucher._promise(self.uuid, hours)

    def _club_promise_hours(self):
        """An order that is paid on the device waits as a cart does, one that a cashier settles as at a register."""
        config, methods = self.config_id, self.env["pos.payment.method"]
        is_tab = self.source == "mobile" and config.self_ordering_pay_after == "meal"
        is_paid_here = not is_tab and methods.search_count(methods._load_pos_self_data_domain({}, config), limit=1)
        return LIFETIME_HOURS["kiosk" if is_paid_here else "pos"]

    def _club_check_shown(self, visit, off, total):
        """Nobody pays more than the screen said because something was not taken off any more."""
        shown, currency = visit.choice or {}, self.currency_id
        if shown.get("uuid") != self.uuid:
            return
        is_less = currency.compare_amounts(off, shown.get("off", 0.0)) < 0
        if is_less and currency.compare_amounts(total, shown.get("total", 0.0)) > 0:
            raise UserError(
                self.env._("What you chose does not fit this order any more. Look at the total again, then go on.")
            )

    # ------------------------------------------------------------------ points pay everything
    def _club_pay_choice(self, visit):
        """Pay an order whose total the promised points cover.

        :return: whether it is paid now
        """
        order = self.sudo()
        if order.state != "draft" or not visit.is_proven or (visit.choice or {}).get("uuid") != order.uuid:
            return False
        hold = order.config_id.with_company(order.company_id)._club_points_picks(order.uuid)
        is_whole = order.currency_id.compare_amounts(hold.money, order.amount_total) == 0
        tender = order.config_id._club_tenders()[:1]
        if not (hold.program_id.is_club_paying and hold._is_live() and is_whole and tender):
            return False
        payment_uuid = str(uuid4())
        hold._kill_cards()
        hold._store({"payment_key": payment_uuid, "program_id": False, "card_id": False})
        order.add_payment({
            "pos_order_id": order.id,
            "amount": order.amount_total,
            "payment_method_id": tender.id,
            "uuid": payment_uuid,
            "transaction_id": hold.token,
            "payment_status": "done",
        })  # fmt: skip
        order._process_saved_order(False)
        order._send_payment_result("Success")
        return True

    # ------------------------------------------------------------------ at a register
    def read_pos_data(self, data, config):
        """A cashier's register knows no coupons: it gets those that came with a self-order."""
        read = super().read_pos_data(data, config)
        orders = self.filtered(lambda order: order.source in SELF_SOURCES and order.state == "draft")
        cards = orders.lines.coupon_id.filtered(lambda card: card._club_stands_for_points()) if orders else None
        if cards:
            names = cards._load_pos_data_fields(config)
            read["loyalty.card"] = [*read.get("loyalty.card", ()), *cards.sudo().read(names, load=False)]
        return read

    # ------------------------------------------------------------------ given up
    def _club_release_tenders(self):
        super()._club_release_tenders()
        keys = [order.uuid for order in self if order.uuid and order.state not in SETTLED and order.source != "pos"]
        if keys:
            self.env["club.voucher"].sudo()._promised_to(*keys)._promise(False)

    def _club_settle_picks(self):
        """What a cashier took off a self-order is given back, whatever else the club offers in orders."""
        super()._club_settle_picks()
        if self.source in SELF_SOURCES:
            used = self.lines.coupon_id
            unused = self.env["club.hold"]._picks_of(self._name, self.uuid)
            unused.filtered(lambda pick: pick.card_id not in used)._drop_picks()
            vouchers = self.env["club.voucher"]._promised_to(self.uuid)
            vouchers.filtered(lambda own: own.card_id not in used)._promise(False)

    @api.model
    def _club_take_off_lapsed(self):
        """Self-orders that nobody paid in time: what was promised is free, and the order costs what it costs."""
        now = fields.Datetime.now()
        lapsed = self.env["club.hold"].search([
            ("channel", "=", "kiosk"), ("state", "in", ("held", "lapsed")), ("program_id", "!=", False),
            ("source_model", "=", self._name), ("expires_at", "<=", now),
        ])  # fmt: skip
        late = self.env["club.voucher"].search([("promised_key", "!=", False), ("promised_until", "<=", now)])
        keys = {*lapsed.mapped("source_key"), *late.mapped("promised_key")}
        orders = self.search([("uuid", "in", list(keys)), ("state", "=", "draft"), ("source", "in", SELF_SOURCES)])
        cards = lapsed.card_id | late.card_id
        for order in orders:
            order.lines.filtered(lambda line: line.coupon_id in cards).unlink()
            order._compute_prices()
            order.config_id.notify_synchronisation(order.session_id.id, 0)
        settled = set(self.search([("uuid", "in", list(keys)), ("state", "in", SETTLED)]).mapped("uuid"))
        lapsed.filtered(lambda hold: hold.source_key not in settled)._drop_picks()
        late._promise(False)


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _club_recount(self):
        """What lines come to by their price: a browser's own sum could be anything."""
        for line in self:
            told = {name: line[name] for name in ("price_subtotal", "price_subtotal_incl")}
            own = line._compute_amount_line_all()
            if any(line.currency_id.compare_amounts(told[name], own[name]) for name in told):
                line.write(own)


class ClubHold(models.Model):
    _inherit = "club.hold"

    @api.model
    def _cron_release(self):
        self._repair_picks()
        self.env["pos.order"]._club_take_off_lapsed()
        return super()._cron_release()


class PosPaymentMethod(models.Model):
    _inherit = "pos.payment.method"

    def _payment_request_from_kiosk(self, order):
        """An order that is paid, with points or by a request before, is not charged again."""
        if order.state in SETTLED:
            return {"status": "paid"}
        return super()._payment_request_from_kiosk(order)
