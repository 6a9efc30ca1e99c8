import logging
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine import lots as engine_lots
from ..engine.codes import is_same, token
from ..engine.posting import spendable
from .batches import in_batches
from .fields import BigInteger
from .ledger import SENTINEL, Intent
from .ledger_state import StateReader

_logger = logging.getLogger(__name__)

TOKEN_BYTES = 16
# How long points stay promised to an order nobody finished, by channel (hours); None = the order says.
LIFETIME_HOURS = {"pos": 12, "shop": 2, "sale": None, "kiosk": 2}


class ClubHold(models.Model):
    """Points promised to an unpaid order: authorised, then captured when it is paid, or released.

    A hold belongs to one order and one payment, names them by text, and pins the lots it will take.
    A hold whose time ran out stops blocking the balance; it can still be captured once money has arrived.
    """

    _name = "club.hold"
    _inherit = "club.door.mixin"
    _description = "Points Promised to an Order"
    _order = "id desc"

    member_id = fields.Many2one("club.member", required=True, ondelete="restrict", index=True, readonly=True)
    account_id = fields.Many2one("club.account", required=True, ondelete="restrict", index=True, readonly=True)
    unit_id = fields.Many2one(related="account_id.unit_id")
    unit_decimals = fields.Integer(related="unit_id.decimals")
    pool_id = fields.Many2one(related="account_id.pool_id")
    amount = BigInteger(required=True, readonly=True)
    money = fields.Monetary(required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    channel = fields.Selection(
        [
            ("pos", "Register"),
            ("shop", "Webshop"),
            ("sale", "Sales"),
            ("kiosk", "Kiosk"),
            ("api", "Other system"),
        ],
        required=True,
        readonly=True,
    )
    source_model = fields.Char(readonly=True)
    source_key = fields.Char(readonly=True, help="The order's uuid or number.")
    payment_key = fields.Char(readonly=True, copy=False)
    token = fields.Char(readonly=True, copy=False, groups="base.group_system")
    state = fields.Selection(
        [("held", "Held"), ("captured", "Used"), ("lapsed", "Ran Out"), ("released", "Released")],
        required=True,
        default="held",
        readonly=True,
    )
    order_total = fields.Monetary(readonly=True, help="The order's total when these points were promised.")
    expires_at = fields.Datetime(readonly=True)
    actor = fields.Char(string="By", readonly=True)
    entry_id = fields.Many2one("club.entry", ondelete="restrict", readonly=True, index="btree_not_null")
    pin_ids = fields.One2many("club.pin", "hold_id", readonly=True)

    _amount_positive = models.Constraint("CHECK (amount > 0)", "Promise more than 0 points.")
    _payment_once = models.UniqueIndex(
        "(source_model, payment_key) WHERE payment_key IS NOT NULL", "These points are promised already."
    )
    _token_once = models.UniqueIndex("(token)", "Draw another token.")
    _live_idx = models.Index("(expires_at) WHERE state = 'held'")
    _source_idx = models.Index("(source_model, source_key)")

    def _door_words(self):
        return self.env._("Points are promised and used by orders only.")

    # ------------------------------------------------------------------ authorise
    @api.model
    def _authorise(
        self,
        account,
        amount,
        money,
        currency,
        channel,
        source,
        payment_key=None,
        expires_at=False,
        order_total=0.0,
    ):
        """Promise points to an order. The member is locked here; the caller has capped the amount.

        The same ``payment_key`` again replaces its earlier promise, so a repeated request holds once.

        :param account: ``club.account``
        :param amount: int, minor unit
        :param money: float, what it pays in ``currency``
        :param source: (model name, key) of the order
        :param order_total: float, the total that the cap was found for
        :raise UserError: not enough points, or the payment's points were used already
        """
        source_model, source_key = source
        known = self.browse()
        if payment_key:
            known = self.search([("source_model", "=", source_model), ("payment_key", "=", payment_key)])
        (account.member_id | known.member_id)._lock()
        if known:
            known._check_replaceable(str(source_key))
            known.with_context(club_door=SENTINEL).unlink()
        today = account.club_id._today()
        state = StateReader(self.env).read(account)
        free = spendable(state, today)
        if amount <= 0 or amount > free:
            raise UserError(
                self.env._(
                    "%(member)s can use at most %(free)s now. Choose a smaller amount; nothing was taken.",
                    member=account.member_id.display_name,
                    free=account.unit_id._format(free),
                )
            )
        pins, _missing = engine_lots.pin(state.lots, amount, today)
        hours = LIFETIME_HOURS.get(channel)
        if not expires_at and hours:
            expires_at = fields.Datetime.now() + timedelta(hours=hours)
        return self.with_context(club_door=SENTINEL).create({
            "member_id": account.member_id.id,
            "account_id": account.id,
            "amount": amount,
            "money": money,
            "order_total": order_total,
            "currency_id": currency.id,
            "channel": channel,
            "source_model": source_model,
            "source_key": str(source_key),
            "payment_key": payment_key,
            "token": token(secrets.token_bytes(TOKEN_BYTES)),
            "expires_at": expires_at,
            "actor": self.env["club.entry"]._actor(),
            "pin_ids": [(0, 0, {"lot_id": lot_id, "amount": part}) for lot_id, part in pins],
        }).with_context(club_door=None)  # fmt: skip

    def _check_replaceable(self, source_key):
        if self.state == "captured":
            raise UserError(self.env._("These points were used already for this payment."))
        if self.source_key != source_key:
            raise UserError(self.env._("These points are promised to another order. Start the payment again."))

    def _matches(self, given):
        return is_same(given, self.sudo().token)

    def _is_live(self):
        self.ensure_one()
        return self.state == "held" and (not self.expires_at or self.expires_at > fields.Datetime.now())

    # ------------------------------------------------------------------ capture, release, return
    def _capture(self, source, business_at=None):
        """Turn the promise into a movement, once. Money has arrived: what is missing becomes a debt.

        :param source: ``models.ledger.Source`` of the paid order
        :return: the ``club.entry`` records
        :raise UserError: the promise was released
        """
        entries = self.env["club.entry"]
        self.member_id._lock()
        for hold in self:
            if hold.state == "captured":
                entries |= hold.entry_id
                continue
            if hold.state == "released":
                raise UserError(self.env._("These points were given back to the member. Ask for them again."))
            live = hold._is_live()
            account = hold.account_id._followed()
            intent = Intent(
                account_id=account.id,
                kind="spend",
                key=f"hold:{hold.id}:capture",
                amount=hold.amount,
                source=source,
                business_at=business_at,
                pins={pin.lot_id.id: pin.amount for pin in hold.pin_ids} if live else {},
                allow_debt=True,
                data=hold._capture_data(),
            )
            entry = entries._post([intent], is_locked=True)
            hold.with_context(club_door=SENTINEL).write({"state": "captured", "entry_id": entry.id})
            hold.flush_recordset()  # the next movement asks the database what is still promised
            entries |= entry
        return entries

    def _capture_data(self):
        """What the movement keeps of the promise."""
        return {"hold": self.id, "channel": self.channel, "money": self.currency_id.round(self.money)}

    def _release(self, state="released"):
        """Give the promise back; nothing was taken yet. Captured holds stay captured.

        ``lapsed`` is a promise whose time ran out by itself: an order that was paid meanwhile, out of reach
        of the server, can still capture it.
        """
        held = self.filtered(lambda hold: hold.state in ("held", "lapsed"))
        if not held:
            return
        held.member_id._lock()
        held = held.filtered(lambda hold: hold.state in ("held", "lapsed"))  # read anew under the lock
        held.with_context(club_door=SENTINEL).write({"state": state})
        held.flush_recordset()
        held.account_id._followed()._expire_overdue()

    def _give_back(self, amount, key, source, business_at=None):
        """Return captured points to the lots they came from.

        :param amount: int, minor unit; capped to what was captured and not yet given back
        :param key: makes this return happen once
        """
        self.ensure_one()
        self.member_id._lock()
        amount = min(amount, self.amount - sum(self._corrections().mapped("amount")))
        if amount <= 0:
            return self.env["club.entry"]
        intent = Intent(
            account_id=self.account_id._followed().id,
            kind="spend_return",
            key=key,
            amount=amount,
            source=source,
            business_at=business_at,
            own_entry_ids=(self.entry_id.id,),
            corrects_id=self.entry_id.id,
            grace_days=self.member_id.club_id.return_grace_days,
        )
        return self.env["club.entry"]._post([intent], is_locked=True)

    def _corrections(self):
        """What changed the captured promise since: returns, and what was taken again."""
        return self.env["club.entry"].search([("corrects_id", "=", self.entry_id.id)])

    def _settle_returned(self, due, source):
        """So much of it is given back by now: the difference moves, in either direction.

        Example: a credit note gives 80 Beans back; the order is billed once more with its discount: they go again.
        """
        self.ensure_one()
        known = self._corrections()
        change = min(due, self.amount) - sum(known.mapped("amount"))
        if change > 0:
            self._give_back(change, f"hold:{self.id}:return:{len(known)}:{due}", source)
        elif change < 0:
            self._take_again(-change, f"hold:{self.id}:again:{len(known)}:{due}", source)

    def _take_again(self, amount, key, source):
        """What came back is used after all. The order stands, so what is missing becomes a debt."""
        self.member_id._lock()
        amount = min(amount, sum(self._corrections().mapped("amount")))
        if amount <= 0:
            return self.env["club.entry"]
        data = self._capture_data()
        if "money" in data:
            data["money"] = self.currency_id.round(data["money"] * amount / self.amount)
        intent = Intent(
            account_id=self.account_id._followed().id,
            kind="spend",
            key=key,
            amount=amount,
            source=source,
            corrects_id=self.entry_id.id,
            allow_debt=True,
            data=data,
        )
        return self.env["club.entry"]._post([intent], is_locked=True)

    @api.model
    def _cron_release(self):
        """Book as released what no order can use any more; the dates decided already."""
        late = fields.Datetime.now() - timedelta(days=1)
        due = self.search([("state", "=", "held"), ("expires_at", "<=", late)])
        in_batches(self.env, due.ids, lambda ids: self.browse(ids)._release("lapsed"))

    # ------------------------------------------------------------------ public names
    def _check_manager(self):
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club do this. Ask one of them."))
        self.check_access("read")


class ClubPin(models.Model):
    """How much of which lot a hold has promised: what is pinned does not expire under it."""

    _name = "club.pin"
    _description = "Promised Part of a Portion"

    hold_id = fields.Many2one("club.hold", required=True, ondelete="cascade", index=True, readonly=True)
    lot_id = fields.Many2one("club.lot", required=True, ondelete="restrict", index=True, readonly=True)
    amount = BigInteger(required=True, readonly=True)

    _amount_positive = models.Constraint("CHECK (amount > 0)", "Promise more than 0 points.")
