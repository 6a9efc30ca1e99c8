"""What a club's receipts and customer displays say, and of what: read once for the whole process."""

from dataclasses import dataclass

from odoo import fields, models, tools

from ..engine.rewards import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A reward that is sold for points, as a receipt names it."""

    id: int
    unit_id: int
    name: str
    offer: Offer
    is_automatic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRules:
    """Which lines the merchant wants, and what they may name; names in one language."""

    shows: frozenset
    shelves: tuple[Shelf, ...]  # cheapest first
    tiers: dict  # tier id → (name, threshold)
    kinds: dict  # unit id → kind
    is_redeemed: bool  # rewards can be had now

    def stamp_card(self, unit_id):
        """What a card of these stamps is filled for: what is issued at once, else the cheapest."""
        own = [shelf for shelf in self.shelves if shelf.unit_id == unit_id]
        return next((shelf for shelf in own if shelf.is_automatic), own[0] if own else None)


class ClubClub(models.Model):
    _inherit = "club.club"

    is_receipt_balance = fields.Boolean(
        string="Balance", default=True, tracking=True, help="What the customer has after the sale."
    )
    is_receipt_earned = fields.Boolean(
        string="Earned and Used", default=True, tracking=True, help="What the sale brought and cost, beside it."
    )
    is_receipt_reward = fields.Boolean(
        string="Next Reward", default=True, tracking=True, help="The nearest reward, and how much is missing."
    )
    is_receipt_tier = fields.Boolean(
        string="Name and Tier", default=True, tracking=True, help="The customer's name, and the tier after the sale."
    )
    is_receipt_stamps = fields.Boolean(
        string="Stamp Cards", default=True, tracking=True, help="How full each card is, and what a full one brought."
    )

    def _receipt_shows(self):
        """The lines that are switched on, as a set of words."""
        names = ("balance", "earned", "reward", "tier", "stamps")
        shows = {name for name in names if self[f"is_receipt_{name}"]}
        return frozenset(shows | ({"display"} if self.is_display_balance else set()))

    @tools.ormcache("self.id", "self.env.lang")
    def _receipt_rules(self):
        club = self.sudo()
        priced = [("club_id", "=", club.id), ("club_price", ">", 0)]
        rewards = club.env["loyalty.program"].search(priced).sorted(lambda own: (own.club_price, own.sequence, own.id))
        # What is had in an order alone has to be offered at registers; vouchers are anybody's to buy on their page.
        rewards = rewards.filtered(lambda reward: reward.pos_ok or reward.club_offer != "order")
        return ReceiptRules(
            shows=club._receipt_shows(),
            shelves=tuple(
                Shelf(
                    id=reward.id,
                    unit_id=reward.club_unit_id.id,
                    name=reward.name,
                    offer=reward._club_offer(),
                    is_automatic=bool(reward.club_is_automatic),
                )
                for reward in rewards
            ),
            tiers={tier.id: (tier.name, tier.threshold) for tier in club.tier_ids},
            kinds={unit.id: unit.kind for unit in club.with_context(active_test=False).unit_ids},
            is_redeemed=club.state == "on" and club.is_redeem_allowed,
        )
