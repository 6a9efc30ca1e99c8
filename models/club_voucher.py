import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..engine.codes import token
from ..engine.posting import spendable
from ..engine.rewards import good_until
from .asked import one, record_id
from .fields import BigInteger
from .ledger import SENTINEL, Intent, Source
from .ledger_state import StateReader

CODE_BYTES = 10  # 80 random bits
# What registers know a coupon by when it is scanned.
CODE_PREFIX = "044"
KEY_LENGTH = 64
# What is given and not bought has keys of the club's own: a caller's key beginning so would take the place of a gift.
RESERVED = ("birthday:", "goal:", "play:", "stamps:", "welcome:")


class ClubVoucher(models.Model):
    """A reward that a member has: the points are gone, the host's single-use coupon is there.

    Invariant: for each voucher one movement of points and one coupon; what is given back is worth nothing.
    """

    _name = "club.voucher"
    _inherit = "club.door.mixin"
    _description = "Voucher"
    _order = "id desc"

    member_id = fields.Many2one("club.member", required=True, ondelete="restrict", index=True, readonly=True)
    club_id = fields.Many2one(related="member_id.club_id")
    program_id = fields.Many2one(
        "loyalty.program", string="Reward", required=True, ondelete="restrict", index=True, readonly=True
    )
    card_id = fields.Many2one(
        "loyalty.card", required=True, ondelete="restrict", readonly=True, index=True, bypass_search_access=True
    )
    entry_id = fields.Many2one("club.entry", required=True, ondelete="restrict", readonly=True, index=True)
    price = BigInteger(readonly=True, required=True)
    unit_decimals = fields.Integer(compute="_compute_state")
    price_text = fields.Char(string="Paid", compute="_compute_state")
    request_key = fields.Char(required=True, readonly=True, copy=False)
    is_giftable = fields.Boolean(readonly=True, help="Whoever has the code may use it.")
    issued_at = fields.Datetime(string="Bought", required=True, readonly=True)
    refunded_at = fields.Datetime(string="Given Back", readonly=True)
    code = fields.Char(compute="_compute_code", groups="loyalty_club.loyalty_club_group_manager")
    expires_on = fields.Date(string="Use By", compute="_compute_state")
    state = fields.Selection(
        [("owned", "Not Used Yet"), ("used", "Used"), ("expired", "Expired"), ("refunded", "Given Back")],
        compute="_compute_state",
        search="_search_state",
    )

    _request_once = models.Constraint("UNIQUE (member_id, request_key)", "This voucher was bought already.")
    _card_once = models.Constraint("UNIQUE (card_id)", "This coupon is another voucher already.")

    @api.depends("program_id")
    def _compute_display_name(self):
        for voucher in self:
            voucher.display_name = voucher.sudo().program_id.name or ""

    def _compute_code(self):
        for voucher in self:
            voucher.code = voucher.sudo().card_id.code

    @api.depends("refunded_at", "price")
    def _compute_state(self):
        for voucher in self:
            own = voucher.sudo()
            card, unit = own.card_id, own.entry_id.unit_id
            voucher.expires_on, voucher.unit_decimals = card.expiration_date, unit.decimals
            voucher.price_text = unit._format(own.price)
            if own.refunded_at:
                voucher.state = "refunded"
            elif not own._is_unused():
                voucher.state = "used"
            elif card.expiration_date and card.expiration_date < own.club_id._today():
                voucher.state = "expired"
            else:
                voucher.state = "owned"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        returned, used = Domain("refunded_at", "!=", False), Domain("card_id.points", "<=", 0)
        late = Domain("card_id.expiration_date", "<", today)
        domains = {
            "refunded": returned,
            "used": ~returned & used,
            "expired": ~returned & ~used & late,
            "owned": ~returned & ~used & ~late,
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    def _is_unused(self):
        return self.card_id.points > 0

    def _door_words(self):
        return self.env._("Vouchers are bought for points, and given back by their own button.")

    # ------------------------------------------------------------------ buying
    @api.model
    def _buy(self, member, program, key, kind="voucher", outlet=None):
        """The points leave now, the coupon is the member's. The same key again returns the same voucher.

        :param outlet: where it is bought: its pool pays; nowhere, as on the member's page: the home pool does
        :raise UserError: the reward is out of reach; nothing was taken
        """
        if not isinstance(key, str) or not 0 < len(key) <= KEY_LENGTH or "\0" in key:
            raise UserError(self.env._("A key is a text of at most 64 characters."))
        if key.startswith(RESERVED):
            raise UserError(self.env._("This request was for another reward. Start again from the list."))
        member._lock()
        if known := self.search([("member_id", "=", member.id), ("request_key", "=", key)]):
            if known.program_id != program:
                raise UserError(self.env._("This request was for another reward. Start again from the list."))
            return known
        club = member.club_id
        if outlet and outlet.club_id != club:
            raise UserError(self.env._("Choose an outlet of the member's own club."))
        is_sold = program.club_price > 0 and program.club_offer != "order"
        if program.club_id != club or not is_sold or not program.active:
            raise UserError(self.env._("This reward is not offered any more. Choose another one."))
        if club.state != "on" or not club.is_redeem_allowed or not member.active or not member.partner_id:
            raise UserError(self.env._("Redeeming is switched off in this club."))
        if program.club_limit_total:
            program._club_take_turns()
        member._bring_along()
        pool_id = outlet.pool_id.id if outlet else None
        free = member._club_free(program.club_unit_id, pool_id)
        [(_program, verdict)] = program._club_verdicts(member, free)
        if verdict.code:
            raise UserError(
                self.env._(
                    "%(reward)s is not in reach: %(reason)s Nothing was taken.",
                    reward=program.name,
                    reason=program._club_reason(verdict).rstrip(".") + ".",
                )
            )
        return self._issue(member, program, member._club_account(program.club_unit_id, pool_id), key, kind)

    @api.model
    def _issue(self, member, program, account, key, kind):
        """Take the price from a locked account and make the coupon."""
        entry = self.env["club.entry"]._post(
            [
                Intent(
                    account_id=account.id,
                    kind=kind,
                    key=f"bought:{member.id}:{key}",
                    amount=program.club_price,
                    source=Source(model="loyalty.program", id=program.id, name=program.name),
                )
            ],
            is_locked=True,
        )
        card = self._make_card(member, program)
        return self.with_context(club_door=SENTINEL).create({
            "member_id": member.id,
            "program_id": program.id,
            "card_id": card.id,
            "entry_id": entry.id,
            "price": program.club_price,
            "request_key": key,
            "is_giftable": program.club_is_giftable,
            "issued_at": fields.Datetime.now(),
        }).with_context(club_door=None)  # fmt: skip

    @api.model
    def _make_card(self, member, program):
        today = member.club_id._today()
        cards = self.env["loyalty.card"].sudo().with_context(loyalty_no_mail=True, tracking_disable=True)
        return cards.create({
            "program_id": program.id,
            "partner_id": not program.club_is_giftable and member.partner_id.id,
            "points": program.reward_ids[:1].required_points,
            "expiration_date": good_until(today, program.club_validity_days, program.date_to or None),
            "code": CODE_PREFIX + token(secrets.token_bytes(CODE_BYTES)),
        })  # fmt: skip

    # ------------------------------------------------------------------ giving back
    def action_refund(self, reason=""):
        """For managers: an unused voucher becomes points again, in the portions they came from.

        :param reason: why; it stays in the member's history
        """
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club give vouchers back. Ask one of them."))
        self.check_access("read")
        self.sudo()._refund(reason.strip() if isinstance(reason, str) else "")
        return True

    def _refund(self, reason=""):
        self.member_id._lock()
        for voucher in self.filtered(lambda voucher: not voucher.refunded_at):
            voucher._check_refundable()
            entry = voucher._give_back()
            if reason:
                voucher.env["club.remark"].create({"entry_id": entry.id, "text": reason})

    def _check_refundable(self):
        self._take_turn()
        if not self._is_unused():
            raise UserError(self.env._("This voucher was used. Refund the order it was used for instead."))
        if busy := self._busy_on():
            raise UserError(
                self.env._("This voucher is on %s, which is being paid. Cancel that first.", busy[0].display_name)
            )

    def _set(self, vals):
        self.with_context(club_door=SENTINEL).write(vals)

    def _give_back(self):
        """The coupon is worth nothing from now on, and the price goes back to where it came from."""
        self.card_id.with_context(loyalty_no_mail=True, tracking_disable=True).write({"points": 0, "active": False})
        entry = self._return_points(self.price, f"voucher:{self.id}:return")
        self._set({"refunded_at": fields.Datetime.now()})
        return entry

    @api.model
    def _move_member(self, gone, kept):
        """Two memberships became one: so do their vouchers."""
        own = self.sudo().with_context(club_door=SENTINEL).search([("member_id", "=", gone.id)])
        for voucher in own:
            voucher.write({"member_id": kept.id, "request_key": f"{gone.id}:{voucher.request_key}"[-KEY_LENGTH:]})

    # ------------------------------------------------------------------ who may use it
    @api.model
    def _of_cards(self, cards):
        """card → its voucher, for the cards that are one."""
        return {voucher.card_id: voucher for voucher in cards.sudo().club_voucher_ids}

    def _refused(self, partner, outlet, order=None, at=None):
        """Why this customer cannot use it there, as the ``Refusal`` to raise; None when they can.

        :param order: the ``sale.order`` that wants it, whose own payments do not count
        :param at: when it was used (naive UTC), by default now
        """
        own, because = self.sudo(), self.env["club.refusal"]._because
        if own.refunded_at:
            return because("voucher_returned")
        if not own._is_unused():
            return because("voucher_used")
        if not own.is_giftable and own.card_id.partner_id != partner:
            return because("voucher_foreign")
        outlets = own.program_id.club_outlet_ids
        if outlets and outlet not in outlets:
            return because("voucher_elsewhere", outlets=", ".join(outlets.mapped("name")))
        if own._promised_orders(order):
            return because("voucher_promised")
        return outlet._club_frozen(at or fields.Datetime.now())

    def _refusal(self, partner, outlet, order=None, at=None):
        """The same as a sentence; empty when they can."""
        return str(self._refused(partner, outlet, order, at) or "")


class ClubMember(models.Model):
    _inherit = "club.member"

    voucher_ids = fields.One2many("club.voucher", "member_id", string="Vouchers")

    @api.readonly
    def rewards_in_reach(self, include_others=False, outlet_id=None):
        """The rewards this member can have now, cheapest first.

        :param include_others: those out of reach as well, with the reason
        :param outlet_id: where they would be bought: its pool pays; by default the member's home pool
        :return: list of ``{"reward_id", "name", "text", "price", "unit", "unit_id", "is_in_reach", "missing",
            "reason"}``; price and missing are decimal strings in the unit
        """
        one(self).check_access("read")
        found = self.sudo()._club_rewards(self._club_outlet_of(outlet_id).pool_id.id)
        return [
            {
                "reward_id": program.id,
                "name": program.name,
                "text": program.club_sentence,
                "price": program.club_unit_id._to_decimal_string(program.club_price),
                "unit": program.club_unit_id.name_plural,
                "unit_id": program.club_unit_id.id,
                "is_in_reach": not verdict.code,
                "missing": program.club_unit_id._to_decimal_string(verdict.missing),
                "reason": program._club_reason(verdict),
            }
            for program, verdict in found
            if include_others or not verdict.code
        ]

    def _club_outlet_of(self, outlet_id):
        """The outlet of the member's own club that was named, none where none was."""
        outlet = self.env["club.outlet"].sudo().browse(record_id(self.env, outlet_id) if outlet_id else ()).exists()
        if outlet_id and outlet.club_id != self.sudo().club_id:
            raise UserError(self.env._("Choose an outlet of the member's own club."))
        return outlet

    def buy_voucher(self, reward, key, outlet_id=None):
        """Staff buy a reward for a member who is there: the points leave now.

        :param reward: id of a reward of the member's club, see ``rewards_in_reach``
        :param key: the caller's own text of at most 64 characters: the same key again buys nothing more
        :param outlet_id: where it is bought: its pool pays; by default the member's home pool
        :return: ``{"voucher_id", "code", "name", "expires_on"}``
        :raise UserError: the reward is out of reach
        """
        one(self)
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_user"):
            raise AccessError(self.env._("Only staff of the club redeem for a member."))
        self.check_access("read")
        program = self.env["loyalty.program"].sudo().browse(record_id(self.env, reward)).exists()
        voucher = self.env["club.voucher"].sudo()._buy(
            self.sudo(), program, key, outlet=self._club_outlet_of(outlet_id)
        )
        return {
            "voucher_id": voucher.id,
            "code": voucher.card_id.code,
            "name": program.name,
            "expires_on": voucher.expires_on and voucher.expires_on.isoformat(),
        }

    def _club_rewards(self, pool_id=None):
        """(program, verdict) of all rewards of the club: those in reach first, then by price."""
        programs = self.env["loyalty.program"]._club_on_sale(self.club_id)
        found = programs._club_verdicts(self, self._club_free(programs.club_unit_id, pool_id))
        gone = ("over",)
        return sorted((pair for pair in found if pair[1].code not in gone), key=lambda pair: bool(pair[1].code))

    def _club_free(self, units, pool_id=None):
        """unit id → what the member can spend of it in a pool, by default the home pool."""
        pool, today, free = self._club_pool(pool_id), self.club_id._today(), {}
        for unit in units:
            own = self.account_ids.filtered(lambda a, u=unit: a.unit_id == u and a.pool_id == pool)._followed()
            free[unit.id] = spendable(StateReader(self.env).read(own), today) if own else 0
        return free


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    # A cart asks for it with every change: read once, for all of its coupons.
    club_voucher_ids = fields.One2many(
        "club.voucher", "card_id", string="Bought for Points", groups="loyalty_club.loyalty_club_group_user"
    )

    def _club_is_voucher(self):
        return bool(self.sudo().club_voucher_ids)

    @api.model_create_multi
    def create(self, vals_list):
        cards = super().create(vals_list)
        if not self.env.su:
            cards.filtered("points")._club_check_wallet_write()
        return cards

    def write(self, vals):
        """What a voucher or store credit is worth and whose it is follows from documents, whoever may edit coupons.

        Managers of the club still correct a wallet by hand, with the host's own "Update Balance".
        """
        guarded = {"points", "code", "program_id", "partner_id", "active", "expiration_date"} & vals.keys()
        if guarded and not self.env.su:
            if self._club_is_voucher():
                raise AccessError(
                    self.env._("This coupon was bought for points. Use Give Back on the voucher to cancel it.")
                )
            self._club_check_wallet_write()
        return super().write(vals)

    def _club_check_wallet_write(self):
        is_host = self.env.context.get("club_wallet") is SENTINEL  # while it books a confirmed order
        if is_host or self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            return
        wallets = self.env["club.club"]._wallet_clubs()
        if any(card.program_id.id in wallets for card in self.sudo()):
            raise AccessError(
                self.env._("Only managers of the club change store credit by hand. Top it up with an order instead.")
            )
