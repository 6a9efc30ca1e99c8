"""A reward that is chosen in an order: its points are promised now, and leave when the order is paid."""

import secrets
from math import floor

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..engine.codes import token
from ..engine.posting import spendable
from ..engine.values import exact
from .club_voucher import CODE_BYTES, CODE_PREFIX
from .ledger import SENTINEL
from .ledger_state import StateReader

OPEN = ("held", "lapsed")


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    club_is_bound = fields.Boolean(
        readonly=True, copy=False, help="Made for one order, in which a member chose a reward: worth nothing elsewhere."
    )

    def _club_is_voucher(self):
        return bool(self.sudo().filtered("club_is_bound")) or super()._club_is_voucher()

    def write(self, vals):
        """The host books on its coupons while it computes a confirmed order anew; ours are not its to book."""
        if "points" not in vals or self.env.context.get("club_card") is not SENTINEL:
            return super().write(vals)
        ours = self.filtered(lambda card: card._club_is_voucher())
        rest = {name: value for name, value in vals.items() if name != "points"}
        if ours and rest:
            super(LoyaltyCard, ours).write(rest)
        return super(LoyaltyCard, self - ours).write(vals)


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    @api.model
    @tools.ormcache("club_id")
    def _club_is_in_orders(self, club_id):
        """Does this club offer rewards in orders? Cached: any change of a program forgets it."""
        domain = [("club_id", "=", club_id), ("club_price", ">", 0), ("club_offer", "!=", "voucher")]
        return bool(self.sudo().with_context(active_test=False).search_count(domain, limit=1))

    @api.model
    def _club_for_orders(self, club):
        """The rewards of a club that can be chosen in an order, cheapest first."""
        if not self._club_is_in_orders(club.id):
            return self.sudo().browse()
        domain = [("club_id", "=", club.id), ("club_price", ">", 0), ("club_offer", "!=", "voucher")]
        rewards = self.sudo().search(domain).filtered(lambda own: own.reward_ids and not own.club_credit)
        return rewards.sorted(lambda program: (program.club_price, program.sequence, program.id))

    def _club_options(self):
        """What can be had of a reward: (benefit, product or none) for each choice."""
        options = []
        for reward in self.reward_ids:
            products = reward.reward_product_ids if reward.reward_type == "product" else reward.reward_product_id
            options += [(reward, product) for product in products] if products else [(reward, products)]
        return options


class LoyaltyReward(models.Model):
    _inherit = "loyalty.reward"

    def _club_line_kind(self, coupon):
        """What a line of this reward is to the club, see ``document_mixin.Sold``."""
        program = self.program_id
        if program.is_payment_program:
            return "payment"
        if not program.club_id:
            return "promotion"
        # A free item of a stamp card does not make an order one that redeems.
        is_chosen_here = coupon.sudo().club_is_bound and program.sudo().club_unit_id.kind != "stamps"
        return "reward" if is_chosen_here else "voucher"


class ClubHold(models.Model):
    """A promise that pays a reward instead of money: it has a coupon that counts in its own order alone.

    Invariant: a coupon is worth something while its promise is; the promise is captured or given back once.
    """

    _inherit = "club.hold"

    program_id = fields.Many2one(
        "loyalty.program", string="Reward", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    reward_id = fields.Many2one("loyalty.reward", string="Benefit", readonly=True, ondelete="set null")
    product_id = fields.Many2one("product.product", string="Free Product", readonly=True, ondelete="set null")
    is_chosen = fields.Boolean(readonly=True, default=True, help="The customer wants it in the order.")
    is_given_back = fields.Boolean(readonly=True, help="All its points went back.")

    @api.model
    def _pick(self, program, account, channel, source, currency, **values):
        """Promise the price of a reward to an order and make its coupon. The member is locked, the caller judged.

        :param source: (model name, key) of the order
        :param values: ``expires_at``, ``order_total``, ``reward_id``, ``product_id``
        """
        kept = {name: values.pop(name) for name in ("reward_id", "product_id") if name in values}
        pick = self._authorise(account, program.club_price, 0.0, currency, channel, source, **values)
        cards = self.env["loyalty.card"].sudo().with_context(loyalty_no_mail=True, tracking_disable=True)
        card = cards.create({
            "program_id": program.id,
            "partner_id": account.member_id.partner_id.id,
            "points": program.reward_ids[:1].required_points,
            "code": CODE_PREFIX + token(secrets.token_bytes(CODE_BYTES)),
            "club_is_bound": True,
        })  # fmt: skip
        pick._store({"program_id": program.id, "card_id": card.id, **kept})
        return pick

    def _club_benefit(self):
        """What the host applies, also where the reward was archived meanwhile."""
        return self.reward_id or self.program_id.with_context(active_test=False).reward_ids[:1]

    @api.model
    def _picks_of(self, model, key):
        """The rewards chosen for one order that is not paid yet."""
        return self.search([
            ("source_model", "=", model), ("source_key", "=", str(key)), ("program_id", "!=", False),
            ("state", "in", OPEN),
        ])  # fmt: skip

    def _drop_picks(self):
        """Nobody uses them any more: their points are free and their coupons worth nothing."""
        unused = self.filtered(lambda hold: hold.program_id and hold.state in OPEN)
        unused._release()
        unused._unsettle()
        unused._kill_cards()

    def _kill_cards(self):
        """Not archived: an order shows it, and its code says that it is over."""
        cards = self.card_id.sudo().filtered(lambda card: card.club_is_bound and card.points)
        if cards:
            cards.with_context(loyalty_no_mail=True, tracking_disable=True).points = 0

    def _release(self, state="released"):
        """Given back by hand, or run out for good: the coupon dies with the promise."""
        result = super()._release(state)
        if state == "released":
            self.filtered(lambda hold: hold.program_id and hold.state == "released")._kill_cards()
        return result

    def _capture(self, source, business_at=None):
        entries = super()._capture(source, business_at)
        self.filtered("program_id")._kill_cards()
        return entries

    def _capture_data(self):
        data = super()._capture_data()
        if self.program_id:
            data.pop("money", None)
            data["reward"] = self.program_id.name
        return data

    def _return_part(self, share, source, is_final=True):
        """Points go back as far as the reward was: ``share`` of it by now, 0 to 1, all returns together.

        :param is_final: what went back stays there; else a smaller share takes it again
        """
        self.ensure_one()
        if self.state != "captured":
            return
        due, returned = floor(self.amount * min(1, max(0, exact(share)))), self._returned()
        if due == returned or (is_final and due < returned):
            return
        self._settle_returned(due, source)
        self._store({"is_given_back": self._returned() >= self.amount})


class ClubMember(models.Model):
    _inherit = "club.member"

    def _club_pays_from(self, program, outlet):
        """The balance that pays a reward at an outlet, an empty one where there is none."""
        pool = outlet.pool_id
        accounts = self.account_ids.filtered(
            lambda account: account.unit_id == program.club_unit_id and not account.merged_into_id
        )
        return accounts.filtered(lambda account: account.pool_id == pool)[:1]

    def _club_free_at(self, units, outlet):
        """unit id → what the member can spend of it at an outlet."""
        if not units:
            return {}
        today, free = self.club_id._today(), {}
        own = self.account_ids.filtered(lambda account: account.pool_id == outlet.pool_id)
        for unit in units:
            account = own.filtered(lambda a, unit=unit: a.unit_id == unit and not a.merged_into_id)[:1]
            free[unit.id] = spendable(StateReader(self.env).read(account), today) if account else 0
        return free

    def _club_order_rewards(self, outlet, is_open, known=None, extra=None):
        """(program, verdict) of the rewards for orders at an outlet, those in reach first.

        :param is_open: the rewards that the order's channel offers
        :param known: dict unit id → what this order may use of it, as far as the caller knows
        :param extra: dict unit id → what else it may use, promised to it already
        """
        if not is_open:
            return []
        known, extra = known or {}, extra or {}
        units = is_open.club_unit_id
        free = self._club_free_at(units.filtered(lambda unit: unit.id not in known), outlet)
        free = {unit_id: amount + extra.get(unit_id, 0) for unit_id, amount in free.items()} | known
        found = is_open._club_verdicts(self, free, outlet)
        gone = ("over", "channel", "outlet")
        return sorted((pair for pair in found if pair[1].code not in gone), key=lambda pair: bool(pair[1].code))

    def _club_check_reward(self, program, outlet, is_open, extra=0):
        """The balance that pays for it. The member is locked; of limited ones, whoever asks takes turns.

        :raise UserError: why the reward is out of reach
        """
        self.ensure_one()
        club = outlet.club_id
        offered = self.env["loyalty.program"]._club_for_orders(club)
        if program not in offered:
            raise UserError(self.env._("This reward is not offered any more. Choose another one."))
        if program.club_limit_total:
            program._club_take_turns()
        account = self._club_pays_from(program, outlet)
        free = {program.club_unit_id.id: self._club_free_at(program.club_unit_id, outlet)[program.club_unit_id.id]}
        free[program.club_unit_id.id] += extra
        [(_program, verdict)] = program._club_verdicts(self, free, outlet, program & is_open)
        if verdict.code:
            raise UserError(
                self.env._(
                    "%(reward)s is not in reach: %(reason)s Nothing was taken.",
                    reward=program.name,
                    reason=program._club_reason(verdict).rstrip(".") + ".",
                )
            )
        return account
