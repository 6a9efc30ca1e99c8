from odoo import models
from odoo.exceptions import UserError

from .club_refusal import Refusal
from .pos_tender import Asked


class PosConfig(models.Model):
    """Store credit at the counter: points of the customer of the order at hand become money on the wallet."""

    _inherit = "pos.config"

    # ------------------------------------------------------------------ public names, for the register
    def club_convert(self, told, unit_id, amount, key):
        """Turn points of the order's customer into store credit, which can pay this very order.

        :param told: dict, as for ``club_quote``; of it the order and the customer count
        :param amount: int, in the unit's minor unit
        :param key: the register's own text of at most 64 characters: the same key again converts nothing more
        :return: dict ``text`` (a sentence), ``wallet`` (``card_id``, ``program_id``, ``points``) and ``customer``, see
            ``club_customer``; or ``refused``
        """
        return self._club_for_credit(told, lambda till, asked: till._club_convert(asked, unit_id, amount, key))

    def club_buy_credit(self, told, program_id, key):
        """Buy a reward that is store credit; parameters and answer as of ``club_convert``."""
        return self._club_for_credit(told, lambda till, asked: till._club_buy_credit(asked, program_id, key))

    def _club_for_credit(self, told, action):
        till = self._club_till()
        told = told if isinstance(told, dict) else {}
        try:
            asked = Asked.read(self.env, {"total": 0, "remaining": 0, "payment_uuid": told.get("order_uuid")} | told)
        except UserError as fault:
            return {"refused": str(fault)}
        try:
            with self.env.cr.savepoint():
                credit = action(till, asked)
        except UserError as refusal:
            if isinstance(refusal, Refusal):
                till.env["club.refusal"]._keep(till, asked, refusal)
            return {"refused": str(refusal)}
        card = credit.program_id._club_card_of(credit.member_id.partner_id)
        return {
            "text": credit._club_sentence(),
            "wallet": {"card_id": card.id, "program_id": card.program_id.id, "points": card.points},
            "customer": till._club_customer(asked, till._club_partner(asked)),
        }

    # ------------------------------------------------------------------ what is allowed
    def _club_convert(self, asked, unit_id, amount, key):
        """See ``club_convert``.

        :raise UserError: why not; nothing was taken
        """
        member = self._club_redeemer(asked)
        unit = member.club_id.unit_ids.filtered(lambda own: own.id == unit_id)
        if not unit:
            raise self._club_refuse("nothing", member.display_name)
        if isinstance(amount, bool) or not isinstance(amount, int) or amount <= 0:
            raise self._club_refuse("no_amount", units=unit.name_plural)
        self._club_check_order_proof(asked, member, unit, amount)
        return member._club_convert(unit, amount, key, self.club_outlet_id.pool_id)

    def _club_buy_credit(self, asked, program_id, key):
        member = self._club_redeemer(asked)
        program = member.club_id.reward_ids.filtered(lambda own: own.id == program_id and own.club_credit)
        if not program:
            raise UserError(self.env._("This reward is not offered any more. Choose another one."))
        self._club_check_purchase_proof(asked, member, program, key)
        return self.env["club.voucher"]._buy(member, program, key, outlet=self.club_outlet_id).credit_id

    # ------------------------------------------------------------------ what the dialog shows
    def _club_customer(self, asked, partner):
        shown = super()._club_customer(asked, partner)
        if shown["is_member"]:
            shown["credit"] = self._club_shown_credit(partner, is_open=not shown["refused"])
        return shown

    def _club_shown_credit(self, partner, is_open):
        """What the customer's wallet holds, and the units that can become more of it here."""
        club = self.club_outlet_id.club_id
        member = self.env["club.member"].search([("club_id", "=", club.id), ("partner_id", "=", partner.id)])
        wallet = member._club_wallet_money(club.credit_program_id)
        return {
            "text": self.env._("%s of store credit", club.currency_id.format(wallet)) if wallet else "",
            "units": member._club_credit_offers(self.club_outlet_id.pool_id.id),
            "rewards": self._club_shown_credit_rewards(member, is_open),
        }

    def _club_shown_credit_rewards(self, member, is_open):
        """Rewards that are store credit: bought at once, no part of an order."""
        rewards = self.env["loyalty.program"]._club_on_sale(member.club_id).filtered("club_credit")
        outlet = self.club_outlet_id
        rewards = rewards.filtered(lambda own: not own.club_outlet_ids or outlet in own.club_outlet_ids)
        free = member._club_free(rewards.club_unit_id, outlet.pool_id.id)
        return [
            {
                "id": program.id,
                "name": program.name,
                "text": program._club_benefit(),
                "price": program.club_price_text,
                "icon": program._club_icon(),
                "reason": program._club_reason(verdict),
                "is_open": is_open and not verdict.code,
            }
            for program, verdict in rewards._club_verdicts(member, free)
        ]

    def _club_sold_vouchers(self):
        """What is money on the wallet has no code for an order."""
        return super()._club_sold_vouchers().filtered(lambda program: not program.club_credit)
