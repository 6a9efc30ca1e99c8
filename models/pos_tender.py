"""Points as a payment at the register: what a cashier asks, and what the server answers.

Whatever comes from the register is a request. Nothing here writes the ledger: points are promised now and
move when the order is paid, see ``pos_order_tender``.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import copysign, isfinite

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine import caps
from ..engine.posting import spendable
from ..engine.values import exact, is_active, to_major, to_minor
from .club_cap import PAYING_KINDS
from .club_refusal import Refusal
from .ledger_state import StateReader
from .pos_payment import SETTLED
from .tender_words import TenderWords

KEY_LENGTH = 64
# In a context: a customer asks at a self-order device, and no cashier at a register. No call can bring it along.
SELF = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the register says of the order at hand; money in its currency.

    ``total`` is without tips, ``remaining`` what the payment being made may cover; ``payment_uuids`` are the
    order's payments in points that the register still shows.
    """

    partner_id: int
    order_uuid: str
    payment_uuid: str
    payment_uuids: frozenset
    total: float
    remaining: float

    @classmethod
    def read(cls, env, told):
        try:
            asked = cls(
                partner_id=int(told.get("partner_id") or 0),
                order_uuid=cls._key(told["order_uuid"]),
                payment_uuid=cls._key(told["payment_uuid"]),
                payment_uuids=frozenset(cls._key(key) for key in told.get("payment_uuids") or ()),
                total=cls._money(told["total"]),
                remaining=cls._money(told["remaining"]),
            )
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as fault:
            raise UserError(
                env._("The register sent an order that cannot be read. Reload it and try again.")
            ) from fault
        return asked

    @staticmethod
    def _key(value):
        if not isinstance(value, str) or not 0 < len(value) <= KEY_LENGTH or "\0" in value:
            raise ValueError("not a key")
        return value

    @staticmethod
    def _money(value):
        value = float(value)
        if not isfinite(value) or abs(value) > 1e12:
            raise ValueError("not an amount of money")
        return max(value, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One balance the member could pay with, and how much of it."""

    account: object
    unit: object
    free: int  # minor unit, what no other order was promised
    promised: int  # minor unit, what other orders were
    remaining: int  # currency minor, what is left to pay
    cap: caps.Cap
    value: Fraction  # what one is worth here, in the register's currency
    taken: int = 0  # minor unit, what this order's other payments use


class PosConfig(models.Model):
    _inherit = "pos.config"

    # ------------------------------------------------------------------ public names, for the register
    def club_quote(self, told):
        """What the dialog shows: balances, rate, the most that may be used and why. Only a refusal is written.

        :param told: dict, see ``Asked``
        :return: dict ``member``, ``choices``, ``refused`` (a sentence when nothing can be used, else "")
        """
        till = self._club_till()
        try:
            asked = Asked.read(self.env, told)
        except UserError as fault:
            return {"member": "", "choices": [], "refused": str(fault)}
        try:
            member = till._club_redeemer(asked)
            quote, refusal = TenderWords(till, asked).quote(member, till._club_choices(asked, member))
        except UserError as refused:
            quote, refusal = {"member": "", "choices": []}, refused
        if refusal:
            till.env["club.refusal"]._keep(till, asked, refusal)
        return quote | {"refused": str(refusal or "")}

    def club_authorise(self, told, unit_id, amount):
        """Promise points to a payment of an order that is not paid yet.

        :param amount: int, in the unit's minor unit
        :return: dict ``token``, ``amount``, ``money``, ``text``; or ``refused``, its ``code`` and a fresh ``quote``
        """
        till = self._club_till()
        try:
            asked = Asked.read(self.env, told)
            with self.env.cr.savepoint():
                hold = till._club_authorise(asked, unit_id, amount)
        except UserError as refusal:
            if isinstance(refusal, Refusal):  # the request itself could be read
                till.env["club.refusal"]._keep(till, asked, refusal)
            return {
                "refused": str(refusal),
                "code": getattr(refusal, "code", ""),
                "quote": self.club_quote(told),
            }
        return {
            "token": hold.token,
            "code": hold.card_id.code or "",  # a discount of the order instead of a payment
            "amount": hold.amount,
            "money": hold.money,
            "text": hold.unit_id._format(hold.amount),
        }

    def club_release(self, order_uuid, payment_uuids):
        """Give back what payments of an unpaid order were promised. Twice does no harm."""
        till = self._club_till()
        order = till.env["pos.order"].search([("uuid", "=", str(order_uuid))], limit=1)
        if order.state in SETTLED:
            return False
        if not isinstance(payment_uuids, list):
            payment_uuids = [payment_uuids]
        holds = till._club_holds(str(order_uuid)).filtered(lambda hold: hold.payment_key in payment_uuids)
        holds._release()
        return True

    def club_quote_return(self, order_uuid, lines):
        """How much of a refund goes back as points.

        :param lines: list of dicts ``line_id`` (the line refunded) and ``amount`` (with tax, without its sign)
        :return: dict ``money``, ``text``, ``member``; ``money`` 0 when no points paid for these lines
        """
        till = self._club_till()
        try:
            values = {int(line["line_id"]): Asked._money(line["amount"]) for line in lines}
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            values = {}
        refunded = till.env["pos.order.line"].browse(values).exists()
        refunded = refunded.filtered(lambda line: line.order_id.company_id == till.company_id)
        amounts = {}
        for line in refunded:
            order = line.order_id
            # A discount that comes back takes from what the goods bring; what a wallet had paid brings nothing.
            if worth := order._club_goods_value(line):
                amounts[order] = amounts.get(order, 0.0) + copysign(values[line.id], worth)
        shares = till.env["pos.order"]._club_shares(amounts, str(order_uuid))
        return {
            "money": till.currency_id.round(sum(share.money for share in shares)),
            "text": " · ".join(share.hold.unit_id._format(share.amount) for share in shares),
            "member": ", ".join(dict.fromkeys(share.hold.member_id.display_name for share in shares)),
        }

    @api.model
    def _load_pos_data_read(self, records, config):
        """Tell the register whether its outlet takes part, so that receipts need no question."""
        read = super()._load_pos_data_read(records, config)
        if read:
            outlet = config.sudo().club_outlet_id
            read[0]["_club_on"] = bool(outlet) and not outlet._is_on(fields.Datetime.now(), "pos")
            read[0]["_club_shown"] = outlet._is_shown()
        return read

    # ------------------------------------------------------------------ who, where, with what
    def _club_till(self):
        """This register with full rights, after asking whether the user may work on it."""
        self.ensure_one()
        if not self.env.user.has_group("point_of_sale.group_pos_user"):
            raise AccessError(self.env._("Only people who work at the register do this."))
        self.check_access("read")
        return self.sudo()

    def _club_is_self(self):
        """Does a customer ask, at a kiosk or a table?"""
        return self.env.context.get("club_self") is SELF

    def _club_is_open_gate(self, club):
        """May points be used here, by the club's switches?"""
        return club.is_redeem_allowed and (club.is_redeem_kiosk if self._club_is_self() else club.is_redeem_pos)

    def _club_redeemer(self, asked):
        """The member who wants to pay with points.

        :raise UserError: why points cannot be used here and now
        """
        outlet, refuse = self.club_outlet_id, self._club_refuse
        club = outlet.club_id
        if not outlet or self.company_id not in club.company_ids:
            raise refuse("no_outlet")
        if club.state == "suspended":
            raise refuse("frozen", club=club.name)
        if outlet._is_on(fields.Datetime.now()):
            raise refuse("outlet_off", outlet=outlet.name)
        if not self._club_is_open_gate(club):
            raise refuse("gate")
        if not outlet._takes(self.currency_id):
            if self.currency_id == outlet.currency_id:
                raise refuse("no_worth", outlet=outlet.name, currency=self.currency_id.name)
            raise refuse("currency", currency=club.currency_id.name)
        order = self.env["pos.order"].search([("uuid", "=", asked.order_uuid)], limit=1)
        if order and (order.state != "draft" or order.company_id != self.company_id):
            raise refuse("paid")
        partner = self.env["res.partner"].browse(asked.partner_id).exists()
        if not partner:
            raise refuse("no_customer")
        if not partner.filtered_domain(partner._check_company_domain(self.company_id)):
            raise refuse("other_company", partner.display_name)
        member = self.env["club.member"].search([("club_id", "=", club.id), ("partner_id", "=", partner.id)])
        if not member:
            archived = member.with_context(active_test=False).search(
                [("club_id", "=", club.id), ("partner_id", "=", partner.id)], limit=1
            )
            if archived:
                raise refuse("archived", partner.display_name)
            raise refuse("not_member", partner.display_name)
        member._bring_along()
        return member

    def _club_holds(self, order_uuid):
        """What this company's registers promised to one unpaid order."""
        holds = self.env["club.hold"].search(
            [
                ("source_model", "=", "pos.order"),
                ("source_key", "=", order_uuid),
                ("channel", "=", "pos"),
                ("program_id", "=", False),
                ("state", "in", ("held", "lapsed")),
            ]
        )
        return holds.filtered(lambda hold: self.company_id in hold.member_id.club_id.company_ids)

    def _club_choices(self, asked, member):
        """What the member could pay with here, each with its cap; the club's own unit first."""
        club, pool = self.club_outlet_id.club_id, self.club_outlet_id.pool_id
        accounts = member.account_ids.filtered(
            lambda account: (
                account.pool_id == pool and account.unit_id.kind in PAYING_KINDS and not account.merged_into_id
            )
        )
        holds = self._club_holds(asked.order_uuid).filtered(lambda hold: hold.state == "held")
        kept = holds.filtered(
            lambda hold: hold.payment_key in asked.payment_uuids and hold.payment_key != asked.payment_uuid
        )
        today, choices = club._today(), []
        for account in accounts.sorted(lambda account: (account.unit_id.sequence, account.unit_id.id)):
            terms = account.unit_id._terms(self.currency_id, self.club_outlet_id)
            if not terms:
                continue
            state = StateReader(self.env).read(account)
            # A new request replaces what this very payment was promised before.
            given_up = (holds - kept | self._club_replaced(asked)).filtered(lambda hold: hold._is_live())
            replaced = sum(hold.amount for hold in given_up if hold.account_id._followed() == account)
            whole = max(0, sum(lot.left for lot in state.lots if is_active(lot, today)) - state.debt)
            free = min(spendable(state, today) + replaced, whole)
            own = kept.filtered(lambda hold, account=account: hold.unit_id == account.unit_id)
            choices.append(
                Choice(
                    account=account,
                    unit=account.unit_id,
                    free=free,
                    promised=max(0, whole - free - sum(own.mapped("amount"))),
                    remaining=self._club_payable(asked, kept),
                    taken=sum(own.mapped("amount")),
                    cap=self._club_cap(account.unit_id, asked, free, own, kept),
                    value=terms.value,
                )
            )
        return choices

    def _club_replaced(self, asked):
        """What else of this order a new request takes the place of."""
        return self.env["club.hold"]

    def _club_cap(self, unit, asked, free, own, kept):
        """The engine's answer for one unit; ``kept`` are the order's other payments, of any unit."""
        return unit._cap(
            self.currency_id,
            free,
            to_minor(asked.total, self.currency_id.decimal_places),
            remaining=self._club_payable(asked, kept),
            already=sum(own.mapped("amount")),
            other_money=sum((kept - own).mapped("money")),
            outlet=self.club_outlet_id,
        )

    def _club_payable(self, asked, kept):
        """What points may pay of the rest, in the currency's minor unit: goods, not a tip that leaves as cash."""
        total = asked.total
        if self.cash_rounding and not self.only_round_cash_method:
            total = max(total, self.rounding_method.round(total))
        goods = max(0.0, total - sum(kept.mapped("money")))
        return to_minor(min(asked.remaining, goods), self.currency_id.decimal_places)

    # ------------------------------------------------------------------ promising
    def _club_authorise(self, asked, unit_id, amount):
        """Hold ``amount`` for the payment; see ``club_authorise``.

        :raise UserError: why not, in a sentence
        """
        refuse = self._club_refuse
        member = self._club_redeemer(asked)
        member._lock()
        known = self.env["club.hold"]._of_payments([asked.payment_uuid])
        if known and known.source_key != asked.order_uuid:
            raise refuse("other_order")
        stale = self._club_holds(asked.order_uuid).filtered(
            lambda hold: hold.payment_key not in asked.payment_uuids | {asked.payment_uuid}
        )
        stale._release()
        choice = next((c for c in self._club_choices(asked, member) if c.unit.id == unit_id), None)
        if not choice:
            raise refuse("nothing", member.display_name)
        if isinstance(amount, bool) or not isinstance(amount, int) or amount <= 0:
            raise refuse("no_amount", units=choice.unit.name_plural)
        if amount > choice.cap.amount:
            raise TenderWords(self, asked).too_many(choice, amount)
        least, digits = choice.unit._rule().redeem_min, choice.unit._digits(self.currency_id)
        if amount < least:
            raise refuse("minimum", least=choice.unit._format(least))
        money = min(choice.remaining, caps.to_money(amount, choice.value, **digits))
        if money <= 0:
            raise refuse("dust", amount=choice.unit._format(amount))
        self._club_check_order_proof(asked, member, choice.unit, amount, replaced=known)
        hold = self.env["club.hold"]._authorise(
            choice.account,
            # What would buy nothing stays with the member.
            min(amount, caps.to_units(money, choice.value, covers=True, **digits)),
            float(to_major(exact(money), self.currency_id.decimal_places)),
            self.currency_id,
            "kiosk" if self._club_is_self() else "pos",
            ("pos.order", asked.order_uuid),
            payment_key=asked.payment_uuid,
            order_total=asked.total,
        )
        hold._store({"unit_value": float(choice.value)})
        return hold
