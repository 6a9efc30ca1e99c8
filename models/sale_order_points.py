"""Points that pay a part of a quotation or a cart, on the host's own machinery of gift cards.

Every figure follows from one question, ``_club_usable``: how much may this order use now? Rule 1, confirmed:
what it settled. Rule 2, money has come: what completes it, up to the promise that payment was given. Rule 3:
what the customer wishes, up to the cap; or what a payment on its way was promised.
"""

import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..engine.values import exact, to_major, to_minor
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
                            "required_points": 0.01,
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

    # ------------------------------------------------------------------ what the order may use
    def _club_points_lines(self):
        return self.order_line.filtered(lambda line: line._is_club_points())

    def _club_points_money(self):
        """What points pay of this order as it stands."""
        return self.currency_id.round(-sum(self._club_points_lines().mapped("price_total")))

    def _club_before(self):
        """The total without what points pay."""
        return self.amount_total + self._club_points_money()

    def _club_points_cap(self, unit, free):
        """The engine's answer for this order as it is now."""
        decimals = self.currency_id.decimal_places
        payments = self.order_line.filtered(lambda line: line.reward_id.program_id.is_payment_program)
        total = self.amount_total - sum(payments.mapped("price_total"))
        return unit._cap(
            self.currency_id,
            free,
            to_minor(max(total, 0.0), decimals),
            remaining=to_minor(max(self._club_before(), 0.0), decimals),
        )

    def _club_points_refused(self):
        """Why points cannot pay here and now, in a sentence; empty when they can."""
        self.ensure_one()
        outlet, _ = self.sudo()._club_outlet(), self.env._
        club = outlet.club_id
        if not outlet or (self.company_id != outlet.company_id and self.company_id not in club.company_ids):
            return _("This order belongs to no outlet of the club.")
        if outlet._is_on(fields.Datetime.now()):
            return _("%s does not take part in the club at present. Points stay as they are.", outlet.name)
        if not club.is_redeem_allowed or (self.website_id and not club.is_redeem_shop):
            return _("Paying with points is switched off here. Points stay as they are.")
        if self.currency_id != club.currency_id:
            return _(
                "Points are worth %s, which this order is not in. Choose another price list, or pay without points.",
                club.currency_id.name,
            )
        return ""

    def _club_usable(self, hold):
        """How much money points may pay of this order now, by the three rules above."""
        self.ensure_one()
        if self.state == "sale" and hold.is_settled:
            return hold.settled_money
        if hold.state == "captured" or self.state == "cancel":
            return 0.0
        payments = self._club_live_payments()
        paid = payments.filtered(lambda payment: payment.state in ("authorized", "done"))
        if paid:
            # Not amount_paid: the host keeps an old figure within the transaction that sets "done".
            gap = self._club_before() - sum(paid.mapped("amount"))
            return self.currency_id.round(max(0.0, min(max(paid.mapped("club_points_money")), gap)))
        now = 0.0
        if hold.money > 0 and hold._is_live() and self._club_is_own(hold) and not self._club_points_refused():
            cap = self.sudo()._club_points_cap(hold.unit_id, hold.amount)
            now = min(hold.money, float(to_major(exact(cap.money), self.currency_id.decimal_places)))
        return max(now, min(max(payments.mapped("club_points_money"), default=0.0), hold.money))

    def _club_is_own(self, hold):
        outlet = self.sudo()._club_outlet()
        return hold.member_id.partner_id == self.partner_id and bool(outlet) and outlet._honours(hold)

    # ------------------------------------------------------------------ the host's machinery
    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        if not coupon.program_id.is_club_technical:
            return super()._get_real_points_for_coupon(coupon, post_confirm)
        hold = self._club_points_hold()
        if hold.card_id != coupon:
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
        unit = order._club_points_hold().unit_id
        sequence = max(self.order_line.filtered(lambda line: not line.is_reward_line).mapped("sequence"), default=10)
        return [
            {
                "name": order.env._("Paid with %s", unit.name_plural),
                "product_id": reward.discount_line_product_id.id,
                "product_uom_qty": 1.0,
                "tax_ids": [Command.clear()],
                "reward_id": reward.id,
                "coupon_id": coupon.id,
                "sequence": sequence + 1,
                "reward_identifier_code": secrets.token_hex(4),
                "price_unit": -money,
                "technical_price_unit": -money,
                "points_cost": money,
            }
        ]

    def _get_program_domain(self):
        """Archiving the technical programme, a website or a price list cannot raise a total that was promised."""
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
        hold = self._club_points_hold()
        if not hold.card_id or self._club_points_lines():
            return
        if self.currency_id.compare_amounts(self._club_usable(hold), 0) > 0 and self.amount_total > 0:
            self.sudo().applied_coupon_ids |= hold.card_id
            self.sudo()._apply_program_reward(hold._reward(), hold.card_id)

    def _try_apply_code(self, code):
        card = self.env["loyalty.card"].sudo().search([("code", "=", code)], limit=1) if code else None
        if card and card.program_id.is_club_technical:
            return {"error": self.env._("This code is invalid (%s).", code), "not_found": True}
        return super()._try_apply_code(code)

    def unlink(self):
        holds = self.sudo().club_hold_id.filtered(lambda hold: hold.source_model == self._name)
        holds = holds.filtered(lambda hold: hold.source_key in {str(order_id) for order_id in self.ids})
        result = super().unlink()
        holds._release()
        return result

    # ------------------------------------------------------------------ confirmed, cancelled, given back
    def _club_settle(self):
        """Before an order is confirmed: money has come, so put the points line where the money needs it.

        Only our own line: recomputing promotions here would refuse orders that the host would have confirmed.
        """
        for order in self.sudo().with_context(club_recompute=SENTINEL):
            hold = order._club_points_hold()
            if not hold or order.state not in ("draft", "sent"):
                continue
            hold.member_id._lock()
            if not order._club_live_payments().filtered(lambda payment: payment.state in ("authorized", "done")):
                order.with_context(club_recompute=None)._club_check_promise(hold)
                continue
            want, line, card = order._club_usable(hold), order._club_points_lines(), hold.card_id
            if line or want:
                order.applied_coupon_ids |= card
            if not line and want:
                order._apply_program_reward(hold._reward(), card)
            elif line and order.currency_id.compare_amounts(-sum(line.mapped("price_total")), want):
                line[:1].write({"price_unit": -want, "technical_price_unit": -want, "points_cost": want})
                line[1:].unlink()

    def _club_check_promise(self, hold):
        """Nothing was paid: what points pay must still be promised, else the total would rise unseen."""
        shown = self._club_points_money()
        if shown <= 0 or self.currency_id.compare_amounts(self._club_usable(hold), shown) >= 0:
            return
        if not self._club_revive(hold):
            raise UserError(
                self.env._(
                    "The points of this order are not promised to it any more. Take them off it, or choose them anew, "
                    "and look at the total before you go on. Nothing was taken."
                )
            )

    def _club_capture(self):
        """The order is confirmed: note what points paid, and take them."""
        for order in self.sudo():
            hold = order._club_points_hold()
            if not hold or order.state != "sale" or hold.is_settled:
                continue
            hold.member_id._lock()
            hold._store({"is_settled": True, "settled_money": order._club_points_money(), "expires_at": False})
            hold._capture_settled(order)
            order._club_empty_card()

    def _club_empty_card(self):
        """The host books on the card; ours is never worth anything. Archived it would vanish from the order."""
        card = self._club_points_hold().card_id.with_context(tracking_disable=True, loyalty_no_mail=True)
        if card.points:
            card.points = 0

    def _club_captured_at(self):
        return fields.Datetime.now()

    def _club_return_points(self):
        """Give back what of the captured points the order no longer uses: cancelled, credited, refunded, smaller."""
        for order in self.sudo():
            hold = order._club_points_hold()
            if hold.state != "captured":
                continue
            back = hold.amount - hold._units_for(order._club_points_kept(hold)) - hold._returned()
            if back > 0:
                key = f"hold:{hold.id}:return:{hold._returned() + back}"
                hold._give_back(back, key, order._club_source())

    def _club_points_kept(self, hold):
        """The part of what points paid that the customer still has goods for."""
        if self.state != "sale":
            return 0.0
        lines = self._club_credit_notes().invoice_line_ids.filtered(
            lambda line: any(sold._is_club_points() for sold in line.sale_line_ids & self.order_line)
        )
        credited = -sum(min(line.price_total, 0.0) for line in lines)
        refunds = self._club_done_transactions().filtered(lambda payment: payment.operation == "refund")
        refunded = -sum(self._club_own_part(refund, refund.amount) for refund in refunds)
        if refunded > 0 and self.amount_total > 0:
            credited = max(credited, hold.settled_money * min(1.0, refunded / self.amount_total))
        return self.currency_id.round(max(0.0, hold.settled_money - credited))

    def _club_drop_promise(self):
        """An order that was cancelled before it was confirmed needs no points."""
        for order in self:
            hold = order._club_points_hold()
            if hold and hold.state != "captured":
                hold._release()

    def _club_shrink(self):
        """A confirmed order became smaller: points that no longer fit go back, the total stays above 0."""
        for order in self:
            hold, line = order._club_points_hold(), order._club_points_lines()[:1]
            if order.state != "sale" or not hold.is_settled or not line:
                continue
            fits = max(0.0, min(hold.settled_money, order._club_before()))
            if order.currency_id.compare_amounts(fits, hold.settled_money) < 0:
                hold.member_id._lock()
                hold._store({"settled_money": fits})
                line.sudo().with_context(club_recompute=SENTINEL).write(
                    {"price_unit": -fits, "technical_price_unit": -fits, "points_cost": fits}
                )
                order._club_empty_card()
                order._club_return_points()

    @api.model
    def _club_is_recomputing(self):
        return self.env.context.get("club_recompute") is SENTINEL
