import logging
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from psycopg2 import OperationalError

from ..engine.caps import to_units
from ..engine.values import exact, to_minor
from .ledger import SENTINEL

_logger = logging.getLogger(__name__)

DRAFT_HOURS, ERROR_DAYS = 24, 4  # how long an unfinished and a failed payment may still come through


class ClubHold(models.Model):
    """Points promised to a quotation or a cart.

    ``amount`` is what no other order may use, ``money`` what the customer wants to pay with points now; what a
    payment was promised stands on the payment. Once the order is confirmed, ``settled_money`` is what it used.
    """

    _inherit = "club.hold"

    sale_order_id = fields.Many2one("sale.order", readonly=True, ondelete="set null", index="btree_not_null")
    card_id = fields.Many2one("loyalty.card", readonly=True, ondelete="set null", index="btree_not_null")
    unit_value = fields.Float(digits=(16, 6), readonly=True, help="What one unit was worth when it was promised.")
    settled_money = fields.Monetary(readonly=True, help="What the confirmed order used.")
    is_settled = fields.Boolean(readonly=True)
    fault = fields.Char(readonly=True)

    def _store(self, vals):
        self.sudo().with_context(club_door=SENTINEL).write(vals)
        self.flush_recordset()

    def _reward(self):
        """What the host applies to an order for this promise, archived or not."""
        return self.card_id.program_id.with_context(active_test=False).reward_ids[:1]

    def _units_for(self, money):
        """The units that this much money costs: the part of one counts as one."""
        self.ensure_one()
        value = exact(self.unit_value) if self.unit_value else self.unit_id._rule().value
        minor = to_minor(max(money, 0.0), self.currency_id.decimal_places)
        return to_units(minor, value, covers=True, **self.unit_id._digits(self.currency_id))

    def _capture_settled(self, order):
        """Use what the confirmed order settled. A fault never stops the order: it stays noted until repaired."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._capture_order(order)
        except (OperationalError, ConcurrencyError):
            raise
        except Exception as fault:
            _logger.exception("Points of %s could not be taken; the next repair will do it", order)
            self._store({"fault": f"{type(fault).__name__}: {fault}"})

    def _capture_order(self, order):
        units = self._units_for(self.settled_money)
        if units <= 0:
            self._release()
            return
        vals = {"amount": units, "money": self.settled_money, "fault": False}
        if self.state == "released":  # given back by hand, and then the money came: the promise stood
            vals["state"] = "lapsed"
        self._store(vals)
        self._capture(order._club_source(), order._club_captured_at())

    def _unsettle(self):
        """Never taken, for a fault, and the order is off: taken up again, it has to pay anew."""
        if settled := self.filtered("is_settled"):
            settled._store({"is_settled": False, "settled_money": 0.0, "fault": False})

    @api.model
    def _repair_settled(self, limit=200):
        """Use what confirmed orders settled and a fault left behind; what was tried last waits longest."""
        due = self.search(
            [
                ("source_model", "=", "sale.order"),
                ("sale_order_id.state", "=", "sale"),
                ("is_settled", "=", True),
                ("state", "in", ("held", "lapsed")),
            ],
            order="write_date, id",
            limit=limit,
        )
        for hold in due:
            hold._capture_settled(hold.sale_order_id)

    @api.model
    def _cron_release(self):
        self._repair_settled()
        return super()._cron_release()


class SaleOrder(models.Model):
    """How long points stay promised to an order, and which payments may still come through."""

    _inherit = "sale.order"

    club_hold_id = fields.Many2one(
        "club.hold",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The latest promise: an order without one never asked for points.",
    )
    club_hold_ids = fields.One2many(
        "club.hold",
        "sale_order_id",
        string="Promised Points",
        readonly=True,
        copy=False,
        groups="loyalty_club.loyalty_club_group_user",
    )

    def _club_points_holds(self):
        """The promises of points to this order, one a unit, in the order in which they pay.

        One that names another order is none.
        """
        self.ensure_one()
        order = self.sudo()
        if not order.club_hold_id:
            return order.club_hold_id
        key = str(self._origin.id)
        own = (order.club_hold_ids | order.club_hold_id).filtered(
            lambda hold: hold.source_model == self._name and hold.source_key == key and not hold.program_id
        )
        return own.sorted(lambda hold: (hold.unit_id.sequence, hold.unit_id.id))

    def _club_live_payments(self):
        """Payments that have come or may still come; a refund or a validation is none."""
        now = fields.Datetime.now()
        draft_since, error_since = now - timedelta(hours=DRAFT_HOURS), now - timedelta(days=ERROR_DAYS)

        def is_live(payment):
            if not payment._club_brings_money():
                return False
            if payment.state == "draft":
                return payment.create_date > draft_since
            if payment.state == "error":
                return (payment.last_state_change or payment.create_date) > error_since
            return payment.state in ("pending", "authorized", "done")

        return self.sudo().transaction_ids.filtered(is_live)

    def _club_promise_ends(self, pick=None):
        """Until when points stay promised: 2 hours for a cart, a quotation's validity, a payment's own time.

        :param pick: the reward they pay, where it is not money
        :return: naive UTC, or False where nothing ends it
        """
        payments = self._club_live_payments()
        payments = payments.filtered(lambda own: own.club_points_money if pick is None else pick in own.club_pick_ids)
        if any(payment.state in ("pending", "authorized", "done") for payment in payments):
            return False
        if self.website_id:
            ends = fields.Datetime.now() + timedelta(hours=2)
        elif self.validity_date:  # noon of the day after, when that day is over everywhere
            ends = datetime.combine(self.validity_date + timedelta(days=1), time(12))
        else:
            return False
        for payment in payments:
            if payment.state == "draft":
                ends = max(ends, payment.create_date + timedelta(hours=DRAFT_HOURS))
            else:
                ends = max(ends, (payment.last_state_change or payment.create_date) + timedelta(days=ERROR_DAYS))
        return ends

    def _club_keep_promise(self):
        """A touched cart, a payment that moved on: the promise lasts as long as it should from now on."""
        for order in self:
            holds = order._club_points_holds() | order._club_picks()
            holds = holds.filtered(lambda hold: not hold.is_settled and hold._is_live())
            ends_of_points = order._club_promise_ends() if holds else False
            for hold in holds:
                now = hold.expires_at
                ends = order._club_promise_ends(hold) if hold.program_id else ends_of_points
                # A cart is touched with every page: half an hour more or less is not worth a lock.
                if ends == now or (ends and now and timedelta(0) <= ends - now < timedelta(minutes=30)):
                    continue
                hold.member_id._lock()
                hold._store({"expires_at": ends})
