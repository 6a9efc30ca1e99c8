from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..engine.kinds import KINDS
from ..engine.posting import spendable
from .ledger_state import StateReader

# What fills a stamp card. A voucher given back does not: it would come again at once.
FILLING = frozenset(code for code, kind in KINDS.items() if kind.is_award) | {"adjust_in", "import"}
# What takes stamps away that an unused reward may have cost.
EMPTYING = frozenset({"clawback"})


@dataclass(frozen=True, slots=True)
class Filled:
    """What became of the vouchers that came with the stamps of one order; those given back do not count."""

    program_id: int
    owned: int
    used: int
    until: object = None  # the first day on which one that is owned runs out


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    club_is_automatic = fields.Boolean(
        string="Issued at Once",
        help="As soon as a member has enough stamps the voucher is theirs. Otherwise they redeem it themselves.",
    )
    club_unit_kind = fields.Selection(related="club_unit_id.kind")

    @api.constrains("club_is_automatic", "club_unit_id", "club_price", "active")
    def _check_club_automatic(self):
        for program in self.filtered(lambda own: own.club_is_automatic and own.club_id):
            unit = program.club_unit_id
            if unit.kind != "stamps":
                raise ValidationError(self.env._("Only rewards for stamps are issued at once. Choose such a unit."))
            others = unit._automatic_rewards() - program
            if program.active and program.club_price and others:
                raise ValidationError(
                    self.env._(
                        "%(reward)s is issued at once for these stamps already. Let one of them be redeemed.",
                        reward=others[0].name,
                    )
                )


class ClubUnit(models.Model):
    _inherit = "club.unit"

    def _automatic_rewards(self):
        domain = [("club_unit_id", "in", self.ids), ("club_is_automatic", "=", True), ("club_price", ">", 0)]
        return self.env["loyalty.program"].sudo().search(domain)

    def _stamp_reward(self):
        """What a card of these stamps is filled for: what is issued at once, else the cheapest."""
        rewards = self.env["loyalty.program"]._club_on_sale(self.club_id)
        own = rewards.filtered(lambda program: program.club_unit_id == self)
        return (own.filtered("club_is_automatic") or own)[:1]


    def _full_card_text(self, reward, filled):
        """What a receipt or a page says of cards that were filled, in the reader's language.

        The code is not named: whoever reads the receipt at a register, or finds it, could use what is not theirs.

        :param reward: its name
        :param filled: what became of their vouchers, see ``Filled``
        """
        _ = self.env._
        words = {"reward": reward, "cards": filled.owned, "day": filled.until and format_date(self.env, filled.until)}
        if filled.owned > 1:
            if filled.until:
                return _("%(cards)s cards full: a voucher each for %(reward)s is yours, to use by %(day)s.", **words)
            return _("%(cards)s cards full: a voucher each for %(reward)s is yours.", **words)
        if filled.owned:
            if filled.until:
                return _("Card full: a voucher for %(reward)s is yours, to use by %(day)s.", **words)
            return _("Card full: a voucher for %(reward)s is yours.", **words)
        if filled.used:
            return _("Card full: its voucher for %(reward)s was used.", **words)
        return _("Card full: its voucher for %(reward)s has run out.", **words)


class ClubEntry(models.Model):
    _inherit = "club.entry"

    @api.model
    def _club_posted(self, batch):
        """Movements of stamps fill cards, or take back what a refund undid; other units cost nothing here."""
        filled, emptied = {}, {}
        for intent, _posting, _lifetime in batch.rows:
            wanted = filled if intent.kind in FILLING else emptied if intent.kind in EMPTYING else None
            if wanted is not None:
                club_id, unit_id, _member = batch.accounts[intent.account_id]
                if reward_id := self.env["club.club"].browse(club_id)._rulebook().stamp_reward(unit_id):
                    wanted[intent.account_id] = (reward_id, intent.key)
        vouchers = self.env["club.voucher"].sudo()
        for account_id in emptied:
            vouchers._revoke_unused(self.env["club.account"].sudo().browse(account_id))
        for account_id, (reward_id, key) in filled.items():
            vouchers._fill_cards(self.env["club.account"].sudo().browse(account_id), reward_id, key)


class ClubVoucher(models.Model):
    """Full stamp cards become vouchers; what is too much begins the next card.

    Invariant: stamps are in the balance or in a voucher, never in both; a refund takes back a voucher that was
    not used before it leaves a debt.
    """

    _inherit = "club.voucher"

    is_automatic = fields.Boolean(readonly=True, help="For a full stamp card, without being asked for.")
    filled_entry_id = fields.Many2one(
        "club.entry",
        string="Last Stamp",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The movement that filled the card.",
    )

    @api.model
    def _fill_cards(self, account, reward_id, key):
        """As many vouchers as there are full cards. The member is locked.

        :param key: of the movement that brought the last stamps
        """
        member, reward = account.member_id, self.env["loyalty.program"].browse(reward_id)
        club = member.club_id
        may = club.state == "on" and club.is_redeem_allowed and member.active and member.partner_id
        if not may or spendable(StateReader(self.env).read(account), club._today()) < reward.club_price:
            return
        if reward.club_limit_total:
            reward._club_take_turns()
        number = self.search_count([("member_id", "=", member.id), ("is_automatic", "=", True)])
        last = self.env["club.entry"].sudo().search([("key", "=", key)], limit=1)
        while True:
            free = spendable(StateReader(self.env).read(account), club._today())
            [(_program, verdict)] = reward._club_verdicts(member, {reward.club_unit_id.id: free})
            if verdict.code:
                return
            number += 1
            voucher = self._issue(member, reward, account, f"stamps:{account.id}:{number}", "voucher")
            voucher._set({"is_automatic": True, "filled_entry_id": last.id})

    @api.model
    def _revoke_unused(self, account):
        """A refund left the card in debt: rewards that nobody used become stamps again, the latest first."""
        own = self.search([
            ("member_id", "=", account.member_id.id),
            ("is_automatic", "=", True),
            ("refunded_at", "=", False),
        ])  # fmt: skip
        for voucher in own:
            if voucher.entry_id.account_id._followed() == account and voucher._is_unused() and not voucher._busy_on():
                account.invalidate_recordset(["debt"])
                if account.debt <= 0:
                    return
                voucher._give_back()

    def _filled_by(self):
        """What became of these vouchers, by the movement that filled their cards: {entry: ``Filled``}."""
        found = {}
        for entry, own in self.filtered(lambda voucher: not voucher.refunded_at).grouped("filled_entry_id").items():
            owned = own.filtered(lambda voucher: voucher.state == "owned")
            used = own.filtered(lambda voucher: voucher.state == "used")
            until = min(filter(None, owned.mapped("expires_on")), default=None)
            found[entry] = Filled(own[0].program_id.id, len(owned), len(used), until)
        return found
