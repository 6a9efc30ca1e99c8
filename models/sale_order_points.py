"""Points that pay a part of a quotation or a cart, on the host's own machinery of gift cards.

Every figure follows from one question, ``_club_usables``: how much may this order use now, of each unit? Each unit
has its own promise, card and line.
"""

import secrets

from odoo import api, models
from odoo.fields import Command, Domain

from .ledger import SENTINEL

CARD_BYTES = 16


class ResCompany(models.Model):
    _inherit = "res.company"

    def _club_points_program(self):
        """The technical gift card that carries points into this company's orders; it earns and issues nothing."""
        programs = self.env["loyalty.program"].sudo().with_context(active_test=False)
        program = programs.search([("is_club_technical", "=", True), ("company_id", "=", self.id)], limit=1)
        return program or programs.create(
            {
                "name": self.env._("Points of the Loyalty Club"),
                "program_type": "gift_card",
                "applies_on": "future",
                "trigger": "auto",
                "is_club_technical": True,
                "company_id": self.id,
                "currency_id": self.currency_id.id,
                "pos_ok": False,
                "portal_visible": False,
                "rule_ids": [Command.clear()],
                "communication_plan_ids": [Command.clear()],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount_mode": "per_point",
                            "discount": 1,
                            "discount_applicability": "order",
                            "required_points": 0.001,  # less than any coin
                            "description": self.env._("Paid with points"),
                        }
                    )
                ],
            }
        )

    def _club_points_card(self):
        """A new card for one promise, worth nothing to whoever guesses its code."""
        program = self._club_points_program()
        program._reward_product_account(self)
        cards = self.env["loyalty.card"].sudo().with_context(loyalty_no_mail=True, tracking_disable=True)
        return cards.create(
            {"program_id": program.id, "partner_id": False, "points": 0, "code": secrets.token_urlsafe(CARD_BYTES)}
        )


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    def _reward_product_account(self, company):
        """Invoices book what points paid on the club's own account, by its policy, as registers do."""
        root = company.root_id
        if not (root.chart_template or root._existing_accounting()):
            return
        account = root._club_points_account(root._club_find_journal())
        product = self.with_context(active_test=False).reward_ids.discount_line_product_id.with_company(company)
        if product.property_account_income_id != account:
            product.sudo().property_account_income_id = account


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # ------------------------------------------------------------------ the host's machinery
    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        if not coupon.program_id.is_club_technical:
            return super()._get_real_points_for_coupon(coupon, post_confirm)
        hold = self._club_points_holds().filtered(lambda hold: hold.card_id == coupon)
        if not hold:
            return 0.0
        used = sum(self.order_line.filtered(lambda line: line.coupon_id == coupon).mapped("points_cost"))
        return max(0.0, self.currency_id.round(self._club_usable(hold) - used))

    def _get_reward_line_values(self, reward, coupon, **kwargs):
        if not reward.program_id.is_club_technical:
            return super()._get_reward_line_values(reward, coupon, **kwargs)
        money = self.currency_id.round(min(self.amount_total, self._get_real_points_for_coupon(coupon)))
        if money <= 0:
            return []
        order = self.with_context(lang=self._get_lang())
        hold = order._club_points_holds().filtered(lambda hold: hold.card_id == coupon)
        sequence = max(self.order_line.filtered(lambda line: not line.is_reward_line).mapped("sequence"), default=10)
        common = {
            "name": order.env._("Paid with %s", hold.unit_id.name_plural),
            "product_id": reward.discount_line_product_id.id,
            "reward_id": reward.id,
            "coupon_id": coupon.id,
            "sequence": sequence + 4,  # after all that lowers the price: see stacking
            "reward_identifier_code": secrets.token_hex(4),
        }
        return [common | part for part in self._club_priced(hold, money)]

    def _get_program_domain(self):
        """Archiving the technical program, a website or a price list cannot raise a total that was promised."""
        own = Domain("is_club_technical", "=", True) & Domain("company_id", "=", self.company_id.id)
        return Domain.OR([super()._get_program_domain(), own])

    def _update_programs_and_rewards(self):
        if not self.sudo().club_hold_id:
            return super()._update_programs_and_rewards()
        self.ensure_one()
        self._club_keep_promise()
        order = self.with_context(club_recompute=SENTINEL)
        result = super(SaleOrder, order)._update_programs_and_rewards()
        order._club_reapply()
        return result

    def _club_reapply(self):
        """The host forgets a card whose line had to go; while points may pay, it comes back."""
        for hold in self._club_points_holds():
            if not hold.card_id or self._club_points_lines(hold):
                continue
            if self.currency_id.compare_amounts(self._club_usable(hold), 0) > 0 and self.amount_total > 0:
                self.sudo().applied_coupon_ids |= hold.card_id
                self.sudo()._apply_program_reward(hold._reward(), hold.card_id)

    def _try_apply_code(self, code):
        card = self.env["loyalty.card"].sudo().search([("code", "=", code)], limit=1) if code else None
        if card and card.program_id.is_club_technical:
            return {"error": self.env._("This code is invalid (%s).", code), "not_found": True}
        return super()._try_apply_code(code)

    def unlink(self):
        holds = self.env["club.hold"].sudo().union(*(order._club_points_holds() for order in self))
        result = super().unlink()
        holds._release()
        return result

    @api.model
    def _club_is_recomputing(self):
        return self.env.context.get("club_recompute") is SENTINEL
