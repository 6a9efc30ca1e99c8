from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class LoyaltyProgram(models.Model):
    """A reward that is money on the wallet: 500 Beans for 5.00, at once, instead of a coupon for later."""

    _inherit = "loyalty.program"

    club_currency_id = fields.Many2one(related="club_id.currency_id", string="Currency of the Club")
    club_credit = fields.Monetary(
        string="Store Credit",
        currency_field="club_currency_id",
        help="Comes on the member's wallet at once, in place of a coupon. 0: the reward is a coupon.",
    )

    _club_credit_sane = models.Constraint(
        "CHECK (COALESCE(club_credit, 0) >= 0)", "Store credit cannot be negative. Use 0 for a reward without it."
    )

    @api.constrains("club_credit", "club_id", "club_is_giftable", "club_offer")
    def _check_club_credit(self):
        for program in self.filtered("club_credit"):
            if not program.club_id:
                raise ValidationError(self.env._("Choose the club whose points pay for the store credit."))
            if program.club_offer == "order":
                raise ValidationError(
                    self.env._("Store credit is no part of an order: let it be redeemed as a voucher.")
                )
            if program.club_is_giftable:
                raise ValidationError(
                    self.env._("Store credit comes on the member's own wallet: there is no code to give away.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        programs = super().create(vals_list)
        programs._club_open_wallets()
        return programs

    def write(self, vals):
        result = super().write(vals)
        if vals.get("club_credit"):
            self._club_open_wallets()
        return result

    def _club_open_wallets(self):
        for club in self.filtered("club_credit").club_id:
            club._club_ensure_wallet()

    def _club_benefit(self):
        if self.club_credit:
            return self.env._("%s of store credit", self.club_currency_id.format(self.club_credit))
        return super()._club_benefit()

    def _club_conditions(self):
        said = super()._club_conditions()
        if self.club_credit and self.club_validity_days:
            said.remove(self.env._("Good for %s days.", self.club_validity_days))
        return said

    def _club_icon(self):
        return "fa-money" if self.club_credit else super()._club_icon()


class ClubVoucher(models.Model):
    """Store credit that was bought with points is a voucher that is used the moment it is bought."""

    _inherit = "club.voucher"

    credit_id = fields.Many2one(
        "club.credit", string="Store Credit", ondelete="restrict", readonly=True, index="btree_not_null"
    )

    @api.model
    def _issue(self, member, program, account, key, kind):
        voucher = super()._issue(member, program, account, key, kind)
        if program.club_credit:
            wallet = member.club_id._club_ensure_wallet()
            credit = member._club_credit(
                wallet, "reward", f"reward:{voucher.id}", program.club_credit, voucher.entry_id, program.name
            )
            voucher._set({"credit_id": credit.id})
        return voucher

    @api.model
    def _make_card(self, member, program):
        """Its coupon is worth nothing: what was bought is on the wallet."""
        card = super()._make_card(member, program)
        if program.club_credit:
            card.with_context(loyalty_no_mail=True, tracking_disable=True).points = 0
        return card

    def _check_refundable(self):
        if self.credit_id:
            raise UserError(
                self.env._("This is store credit. Turn it back on the member, under Store Credit, with a reason.")
            )
        return super()._check_refundable()


class ClubCredit(models.Model):
    _inherit = "club.credit"

    def _reverse(self, reason, amount=None, key=None):
        """A reward that is wholly given back counts no more towards its limits."""
        entry = super()._reverse(reason, amount, key)
        voucher = self.env["club.voucher"].search([("credit_id", "=", self.id), ("refunded_at", "=", False)])
        back = -sum(self.search([("corrects_id", "=", self.id)]).mapped("money"))
        if voucher and self.currency_id.compare_amounts(back, self.money) >= 0:
            voucher._set({"refunded_at": fields.Datetime.now()})
        return entry


class ClubMember(models.Model):
    _inherit = "club.member"

    def buy_voucher(self, reward, key, outlet_id=None):
        """Store credit has no code: ``code`` is False then, and ``money`` is what came on the wallet."""
        told = super().buy_voucher(reward, key, outlet_id)
        credit = self.env["club.voucher"].sudo().browse(told["voucher_id"]).credit_id
        if credit:
            told |= {"code": False, "money": credit._club_told()["money"]}
        return told
