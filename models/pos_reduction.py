"""Points at a register that lower the price: a discount line of the register's own instead of a payment.

Example: 121.00 with 21 % in it, 21.00 in Beans: the order comes to 100.00, of which 17.36 is tax, on the receipt,
the invoice and the closing alike. The promise is made and kept like that of a reward chosen in the order.
"""

import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..engine.codes import token
from .club_voucher import CODE_BYTES, CODE_PREFIX

SELF_ORDERING = ("kiosk", "mobile")


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    is_club_reduction = fields.Boolean(readonly=True, copy=False, help="Carries points that lower a register's price.")
    is_club_paying = fields.Boolean(
        readonly=True, copy=False, help="Carries points that pay a part of a kiosk's order and leave its taxes alone."
    )

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "is_club_reduction", "is_club_paying"]


class LoyaltyReward(models.Model):
    _inherit = "loyalty.reward"

    def _club_line_kind(self, coupon):
        return "reward" if self.program_id.is_club_reduction else super()._club_line_kind(coupon)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _club_reduction_program(self, is_paying=False):
        """The technical coupon that carries points into this company's registers: one of it takes off one coin.

        :param is_paying: the one for self-order devices of clubs where points pay and lower no tax
        """
        programs = self.env["loyalty.program"].sudo().with_context(active_test=False)
        domain = [("is_club_reduction", "=", True), ("is_club_paying", "=", is_paying), ("company_id", "=", self.id)]
        program = programs.search(domain, limit=1)
        if not program:
            program = programs.create(
                {
                    "name": self.env._("Points"),
                    "program_type": "coupons",
                    "is_club_reduction": True,
                    "is_club_paying": is_paying,
                    "company_id": self.id,
                    "currency_id": self.currency_id.id,
                    "sale_ok": False,
                    "ecommerce_ok": False,
                    "pos_ok": True,
                    "portal_visible": False,
                    "rule_ids": [Command.clear()],
                    "communication_plan_ids": [Command.clear()],
                    "reward_ids": [
                        Command.clear(),
                        Command.create(
                            {
                                "reward_type": "discount",
                                "discount_mode": "per_point",
                                "discount": self.currency_id.rounding,
                                "discount_applicability": "order",
                                "required_points": 1,
                                "description": self.env._("Paid with points"),
                            }
                        ),
                    ],
                }
            )
        if is_paying:
            program.reward_ids.discount_line_product_id.sudo().taxes_id = False
        program._reward_product_account(self)
        return program


class ClubHold(models.Model):
    _inherit = "club.hold"

    def _reduce(self):
        """Let this promise be a coupon of its order that takes its money off the price."""
        is_paying = self.member_id.club_id.points_tax != "reduction"
        program = self.env.company._club_reduction_program(is_paying)
        coins = round(self.money / self.currency_id.rounding)
        cards = self.env["loyalty.card"].sudo().with_context(loyalty_no_mail=True, tracking_disable=True)
        card = cards.create(
            {
                "program_id": program.id,
                "partner_id": self.member_id.partner_id.id,
                "points": coins,
                "code": CODE_PREFIX + token(secrets.token_bytes(CODE_BYTES)),
                "club_is_bound": True,
            }
        )
        self._store({"program_id": program.id, "card_id": card.id, "payment_key": False})

    def _capture_data(self):
        data = super()._capture_data()
        if self.program_id.is_club_reduction:
            data.pop("reward", None)
            data["money"] = self.currency_id.round(self.money)
        return data


class ClubClub(models.Model):
    _inherit = "club.club"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("points_tax") == "reduction":
            self.sudo().outlet_ids.pos_config_ids._club_add_reduction()
        return result


class PosConfig(models.Model):
    _inherit = "pos.config"

    def _club_add_tender(self):
        """Registers read their programs when they open: by then the coupon for points is there."""
        super()._club_add_tender()
        self._club_add_reduction()

    def _club_add_reduction(self):
        for register in self.sudo():
            club = register.club_outlet_id.club_id
            if club.points_tax == "reduction":
                register.company_id._club_reduction_program()
            elif club and register.self_ordering_mode in SELF_ORDERING:
                # A cashier's register gets the orders of kiosks, and knows the programs it was opened with.
                register.company_id._club_reduction_program(is_paying=True)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("self_ordering_mode") in SELF_ORDERING:
            self._club_add_reduction()
        return result

    def _club_authorise(self, asked, unit_id, amount):
        # One at a time: what was promised before, perhaps at a kiosk, was for another amount.
        self._club_picks(asked.order_uuid).filtered(lambda pick: pick.program_id.is_club_reduction)._drop_picks()
        if self.club_outlet_id.club_id.points_tax != "reduction" and not self._club_is_self():
            return super()._club_authorise(asked, unit_id, amount)
        hold = super()._club_authorise(asked, unit_id, amount)
        hold.with_company(self.company_id)._reduce()
        return hold


class PosOrder(models.Model):
    _inherit = "pos.order"

    def _club_settle_picks(self):
        super()._club_settle_picks()
        if self.partner_id and self._club_outlet().club_id.points_tax == "reduction":
            # What was chosen and taken off again, also where the register could not say so.
            unused = self.env["club.hold"]._picks_of(self._name, self.uuid)
            unused.filtered(lambda pick: pick.card_id not in self.lines.coupon_id)._drop_picks()

    def _club_check_pick(self, pick, lines):
        super()._club_check_pick(pick, lines)
        if not pick.program_id.is_club_reduction or pick.state == "captured":
            return
        used, currency = -self._club_value(lines), self.currency_id
        slack = currency.rounding * len(lines)  # each tax is rounded by itself
        if used < 0 or used > pick.money + slack:
            raise UserError(
                self.env._(
                    "%(promised)s were promised in points and %(used)s are on the order. "
                    "Take the points off it and choose them again.",
                    promised=currency.format(pick.money),
                    used=currency.format(used),
                )
            )
        if currency.compare_amounts(used, pick.money - slack) < 0:
            # The order became smaller: what would buy nothing stays with the member.
            pick._store({"amount": max(1, min(pick.amount, pick._units_for(used))), "money": used})
        self._club_check_band(pick.unit_id, pick, lowered=used + slack)
