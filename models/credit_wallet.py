"""Where store credit lives: the host's eWallet, one program for a club, one card for a member."""

import secrets

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..engine.codes import token
from .club_voucher import CODE_BYTES, CODE_PREFIX
from .locking import take

PAYMENT_TYPES = ("gift_card", "ewallet")


class ClubClub(models.Model):
    _inherit = "club.club"

    credit_program_id = fields.Many2one(
        "loyalty.program",
        string="Store Credit",
        ondelete="restrict",
        domain="[('program_type', '=', 'ewallet'), ('currency_id', '=', currency_id)]",
        help="The eWallet that points become money in. Left empty, one is made when a unit or a reward needs it.",
    )

    @api.constrains("credit_program_id", "currency_id", "company_ids")
    def _check_credit_program(self):
        for club in self.filtered("credit_program_id"):
            if not club.sudo().credit_program_id._club_may_be_wallet(club):
                raise ValidationError(
                    self.env._(
                        "Store credit needs an eWallet in %(currency)s that every company of the club can use, "
                        "whose credit is worth what it says. Choose another one, or leave it empty to get a new one.",
                        currency=club.currency_id.name,
                    )
                )
            if self.search_count([("credit_program_id", "=", club.credit_program_id.id), ("id", "!=", club.id)]):
                raise ValidationError(self.env._("Another club uses this eWallet. Choose one for this club alone."))

    @api.model
    @tools.ormcache(cache="default")
    def _wallet_clubs(self):
        """dict id of an eWallet program → id of the club whose store credit it is; read once for the process."""
        clubs = self.sudo().with_context(active_test=False).search([("credit_program_id", "!=", False)])
        return {club.credit_program_id.id: club.id for club in clubs}

    def _club_ensure_wallet(self):
        """The club's eWallet: the one it has, else the merchant's own if it fits, else a new one."""
        self.ensure_one()
        own = self.sudo()
        if own.credit_program_id:
            return own.credit_program_id
        programs = self.env["loyalty.program"].sudo()
        found = programs.search([("program_type", "=", "ewallet"), ("currency_id", "=", self.currency_id.id)])
        taken = set(self._wallet_clubs())
        fits = found.filtered(lambda program: program.id not in taken and program._club_may_be_wallet(own))
        own.credit_program_id = fits[:1] or programs.create(own._club_wallet_values())
        return own.credit_program_id

    def _club_wallet_values(self):
        """An eWallet needs a product that tops it up: without one, whatever is bought would."""
        return {
            "name": self.env._("Store Credit"),
            "program_type": "ewallet",
            "company_id": self.company_ids.id if len(self.company_ids) == 1 else False,
            "currency_id": self.currency_id.id,
            "applies_on": "future",
            "trigger": "auto",
            "portal_visible": True,
            "portal_point_name": self.currency_id.symbol,
            "communication_plan_ids": [Command.clear()],
            "rule_ids": [
                Command.clear(),
                Command.create({
                    "reward_point_amount": 1,
                    "reward_point_mode": "money",
                    "reward_point_split": False,
                    "product_ids": [Command.set(self._club_top_up_product().ids)],
                }),
            ],
            "reward_ids": [
                Command.clear(),
                Command.create({
                    "reward_type": "discount",
                    "discount_mode": "per_point",
                    "discount": 1,
                    "discount_applicability": "order",
                    "required_points": 0.001,  # less than any coin: what is left of it pays too
                    "description": self.env._("Store credit"),
                }),
            ],
        }  # fmt: skip

    def _club_top_up_product(self):
        """The host's own top-up product, unless it is gone or tops up another wallet already."""
        product = self.env.ref("loyalty.ewallet_product_50", raise_if_not_found=False)
        rules = self.env["loyalty.rule"].sudo()
        if product and product.active and not rules.search_count([("product_ids", "in", product.ids)], limit=1):
            return product
        return self.env["product.product"].sudo().create({
            "name": self.env._("Store credit top-up"),
            "type": "service",
            "list_price": 50,
            "taxes_id": [Command.clear()],
            "purchase_ok": False,
            "available_in_pos": True,
        })  # fmt: skip


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    def _club_may_be_wallet(self, club):
        reward = self.reward_ids
        return (
            self.program_type == "ewallet"
            and self.currency_id == club.currency_id
            and (not self.company_id or all(self.company_id in company.parent_ids for company in club.company_ids))
            and len(reward) == 1
            and reward.discount_mode == "per_point"
            and reward.discount == 1
        )

    def _club_own_top_ups(self):
        """Products that top up this wallet and no other one."""
        rules = self.env["loyalty.rule"].sudo().search([
            ("program_id.program_type", "in", PAYMENT_TYPES),
            ("program_id", "not in", self.ids),
            ("product_ids", "in", self.rule_ids.product_ids.ids),
        ])  # fmt: skip
        return self.rule_ids.product_ids - rules.product_ids

    def _club_card_of(self, partner, is_wanted=False):
        """The partner's card of this wallet, the oldest that is good; a new one if wanted.

        The caller has locked the member, so that two requests do not make two.
        """
        self.ensure_one()
        cards = self.env["loyalty.card"].sudo()
        today = fields.Date.context_today(self)
        good = Domain("expiration_date", "=", False) | Domain("expiration_date", ">=", today)
        own = Domain("program_id", "=", self.id) & Domain("partner_id", "=", partner.id)
        card = cards.search(own & good, order="id", limit=1) if partner else cards
        if card or not is_wanted:
            return card
        return cards.with_context(loyalty_no_mail=True, tracking_disable=True).create({
            "program_id": self.id,
            "partner_id": partner.id,
            "points": 0,
            "code": CODE_PREFIX + token(secrets.token_bytes(CODE_BYTES)),
        }).with_context(loyalty_no_mail=None, tracking_disable=None)  # fmt: skip


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    def _club_take(self):
        """Take these cards for this transaction: whoever comes second fails and reads anew what is left."""
        if self:
            self.flush_recordset()
            take(
                self.env,
                SQL(
                    """UPDATE loyalty_card SET points = points
                        WHERE id IN (SELECT id FROM loyalty_card WHERE id = ANY(%s) ORDER BY id FOR UPDATE)
                    RETURNING id""",
                    list(self.ids),
                ),
            )

    def _club_move(self, money, description, model=False, res_id=False):
        """Put money on a wallet, or take it off (below 0), with the line of the host's history."""
        self.ensure_one()
        card = self.sudo().with_context(loyalty_no_mail=True)
        card.points = card.currency_id.round(card.points + money)
        self.env["loyalty.history"].sudo().create({
            "card_id": card.id,
            "description": description,
            "order_model": model,
            "order_id": res_id,
            "issued": max(money, 0.0),
            "used": max(-money, 0.0),
        })  # fmt: skip


class PosConfig(models.Model):
    _inherit = "pos.config"

    def _get_program_ids(self):
        """A club's store credit pays in the club's companies, where the eWallet itself names none."""
        programs = super()._get_program_ids()
        wallets, clubs = self.env["club.club"]._wallet_clubs(), self.env["club.club"].sudo()
        return programs.filtered(
            lambda program: (
                program.id not in wallets
                or clubs.browse(wallets[program.id])._rulebook().company_ids & set(self.company_id.parent_ids.ids)
            )
        )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_program_domain(self):
        domain = super()._get_program_domain()
        wallets, clubs = self.env["club.club"]._wallet_clubs(), self.env["club.club"].sudo()
        own = set(self.company_id.parent_ids.ids)
        foreign = [
            program_id
            for program_id, club_id in wallets.items()
            if not clubs.browse(club_id)._rulebook().company_ids & own
        ]
        return Domain.AND([domain, [("id", "not in", foreign)]]) if foreign else domain
