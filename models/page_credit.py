import secrets

from odoo import models

from ..engine.codes import token
from .page_reward import KEY_BYTES


class ClubMember(models.Model):
    """Store credit as its owner reads it."""

    _inherit = "club.member"

    def _club_page_credit(self):
        """The wallet and what can become more of it; None where the club has no store credit."""
        club, _ = self.club_id, self.env._
        program = club.credit_program_id
        if not program or not program.active:
            return None
        wallet, converted = self._club_wallet_money(program), self._club_credit_left(program)
        offers = self._club_credit_offers()
        if not offers and not wallet:
            return None
        money = club.currency_id.format
        return {
            "wallet": money(wallet),
            "part": _("%s of it from points", money(converted)) if converted else "",
            "offers": [offer | self._club_page_offer(offer) for offer in offers],
            "card_id": program._club_card_of(self.partner_id).id,
        }

    def _club_page_offer(self, offer):
        """Why a unit cannot become store credit now, and the figures as a form takes them."""
        unit, scale = self.env["club.unit"].browse(offer["unit_id"]), 10 ** offer["decimals"]
        figures = {"least": unit._format(offer["least"]), "balance": offer["balance"]}
        return {
            "reason": "" if offer["most"] else self.env._("From %(least)s on. You have %(balance)s.", **figures),
            "min": offer["least"] / scale if offer["decimals"] else offer["least"],
            "max": offer["most"] / scale if offer["decimals"] else offer["most"],
            "input_step": 1 / scale if offer["decimals"] else 1,
        }

    def _club_page_conversion(self, unit_id, amount):
        """One conversion before it is made, with a key that makes it happen once.

        :raise UserError: why not
        """
        unit = self.club_id.unit_ids.filtered(lambda own: own.id == unit_id)
        minor = unit._to_minor(amount) if unit else 0
        self._club_check_convert(unit, minor, None)
        used, money = unit._club_credit_for(minor)
        currency = self.club_id.currency_id
        return {
            "unit_id": unit.id,
            "amount": unit._to_decimal_string(minor),
            "points": unit._format(used),
            "money": currency.format(money / 10**currency.decimal_places),
            "is_nothing": not used,
            "left": self.env._("You will have %s left.", unit._format(self._club_free(unit)[unit.id] - used)),
            "key": token(secrets.token_bytes(KEY_BYTES)),
        }

    def _club_has_rewards(self):
        return super()._club_has_rewards() or bool(self._club_page_credit())


class ClubVoucher(models.Model):
    _inherit = "club.voucher"

    def _club_page_voucher(self):
        values = super()._club_page_voucher()
        if self.credit_id:
            values |= {"state": self.env._("On your wallet"), "text": self.program_id._club_benefit(), "until": ""}
        return values
