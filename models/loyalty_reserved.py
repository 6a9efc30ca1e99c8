"""Promotions for members from a tier on: the host's own programs, closed to everybody else."""

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

RESERVABLE = ("promotion", "promo_code", "buy_x_get_y", "loyalty", "next_order_coupons")


class LoyaltyProgram(models.Model):
    """A promotion may be reserved for a tier: only its members, and those above, have it.

    Example: "5 % for Silver" takes 5 % off Ada's order, who is Gold, and nothing off Bob's; Bob never reads of it.

    Invariant: what an order has to pay never rests on a reserved promotion that its customer may not have, whoever
    put it there.
    """

    _inherit = "loyalty.program"

    club_min_tier_id = fields.Many2one(
        "club.tier",
        string="Only for Members From",
        ondelete="restrict",
        index="btree_not_null",
        help="Members of this tier and above have it, wherever their club takes part. Others see nothing of it.",
    )
    club_min_tier_name = fields.Char(related="club_min_tier_id.name", string="Reserved for")

    @api.constrains("club_min_tier_id", "program_type")
    def _check_club_min_tier(self):
        for program in self.filtered("club_min_tier_id"):
            if program.program_type not in RESERVABLE:
                raise ValidationError(
                    self.env._("Gift cards, wallets and coupons belong to whoever has them. Reserve a promotion.")
                )

    @api.model
    @tools.ormcache()
    def _club_reserved_ids(self):
        """Programs that are reserved, read once for the whole process: most shops have none."""
        found = self.sudo().with_context(active_test=False).search([("club_min_tier_id", "!=", False)])
        return frozenset(found.ids)

    def _club_closed_to(self, partner, outlet, moments=()):
        """Those of these programs that are reserved, and not for this customer there.

        :param moments: times at which having had the tier is enough, beside now
        """
        reserved = self.sudo().filtered(lambda program: program.id in self._club_reserved_ids())
        if not reserved:
            return reserved
        tier_ids = outlet._club_open_tier_ids(partner, moments)
        return reserved.filtered(lambda program: program.club_min_tier_id.id not in tier_ids)

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "club_min_tier_name"]


class ClubOutlet(models.Model):
    _inherit = "club.outlet"

    def _club_open_tier_ids(self, partner, moments=()):
        """The tiers whose promotions a customer may have there: the own one and those below.

        A guest's address is nobody's proof, so guests have none.
        """
        outlet = self.sudo()
        if not partner or not outlet._is_shown() or outlet.club_id.state != "on":
            return []
        member = outlet.env["club.member"].search([
            ("club_id", "=", outlet.club_id.id), ("partner_id", "=", partner.id), ("is_guest", "=", False),
        ], limit=1)  # fmt: skip
        if not member:
            return []
        tiers = member.tier_id
        for moment in moments:
            tiers |= tiers.browse(member._tier_at(moment)[member.id])
        highest = max(tiers.mapped("threshold"))
        return outlet.club_id.tier_ids.filtered(lambda tier: tier.threshold <= highest).ids


class SaleOrder(models.Model):
    """Quotations and carts: a reserved promotion comes and goes with the customer."""

    _inherit = "sale.order"

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals and self.env["loyalty.program"]._club_reserved_ids():
            self._club_drop_reserved()
        return result

    def _club_drop_reserved(self):
        """The customer is another one: what was reserved for the former goes at once, not at the confirmation."""
        for order in self.filtered(lambda order: order.state in ("draft", "sent")):
            if order._club_closed_programs():
                order._update_programs_and_rewards()

    def _update_programs_and_rewards(self):
        """A line that names a reserved reward without its coupon is nothing the host would look at: it goes too."""
        order = self._club_with_archived() if self.env["loyalty.program"]._club_reserved_ids() else self
        result = super(SaleOrder, order)._update_programs_and_rewards()
        if self.env["loyalty.program"]._club_reserved_ids():
            for order in self.filtered(lambda order: order.state in ("draft", "sent")):
                closed = order._club_closed_programs()
                order.order_line.filtered(lambda line, own=closed: line.reward_id.program_id in own).unlink()
        return result

    def _club_closed_programs(self):
        """Reserved promotions on the order that its customer may not have."""
        programs = self.order_line.reward_id.program_id
        return programs._club_closed_to(*self._club_reserved_for()) - self._club_promised_programs()

    def _club_promised_programs(self):
        """Reserved promotions that a payment which may come through was started with: they stay, whatever was since."""
        return self._club_live_payments().club_reward_ids.program_id

    def _club_with_archived(self):
        """Where a promised promotion was archived, the host has to see its rules and rewards all the same."""
        is_gone = not all(program.active for program in self._club_promised_programs())
        return self.with_context(active_test=False) if is_gone else self

    def _club_reserved_for(self):
        """(customer, outlet, moments): once it is confirmed, the tier of that moment stays good."""
        order = self.sudo()
        moments = [order.date_order] if order.state == "sale" else []
        return order.partner_id, order._club_outlet(), moments

    def _club_reserved_for_tiers(self):
        partner, outlet, moments = self._club_reserved_for()
        return outlet._club_open_tier_ids(partner, moments)

    def _club_reserved_domain(self, domain, path=""):
        """The host's conditions and the tier; neither binds what a payment was promised, ended or archived since."""
        if not self.env["loyalty.program"]._club_reserved_ids():
            return domain
        field = f"{path}club_min_tier_id"
        is_open = Domain(field, "=", False) | Domain(field, "in", self._club_reserved_for_tiers())
        promised = self._club_promised_programs()
        domain = Domain(domain) & is_open
        return domain | Domain(path.rstrip(".") if path else "id", "in", promised.ids) if promised else domain

    def _get_program_domain(self):
        return self._club_reserved_domain(super()._get_program_domain())

    def _get_trigger_domain(self):
        return self._club_reserved_domain(super()._get_trigger_domain(), "program_id.")


class PosConfig(models.Model):
    _inherit = "pos.config"

    def club_open_programs(self, partner_id):
        """Which reserved promotions a customer may have at this register.

        :param partner_id: id of the contact on the order; False for none
        :return: list of ids of ``loyalty.program``
        """
        self.ensure_one()
        if not self.env.user.has_group("point_of_sale.group_pos_user"):
            raise AccessError(self.env._("Only people who work at the register do this."))
        self.check_access("read")
        programs = self.env["loyalty.program"].sudo()
        reserved = programs.browse(programs._club_reserved_ids())
        partner = self.env["res.partner"].sudo().browse(partner_id if type(partner_id) is int else ()).exists()
        return (reserved - reserved._club_closed_to(partner, self.sudo().club_outlet_id)).ids


class PosOrder(models.Model):
    """A register applies promotions by itself: whether a reserved one may be there, the server says."""

    _inherit = "pos.order"

    def action_pos_order_paid(self):
        if self.env["loyalty.program"]._club_reserved_ids():
            self._club_check_reserved()
        return super().action_pos_order_paid()

    def _club_check_reserved(self):
        """An order that a register sends late was right if its customer had the tier when it was paid."""
        for order in self:
            lines = order.lines.filtered(lambda line: line.reward_id and not line._club_gives_reward_back())
            programs = lines.reward_id.sudo().program_id
            partner = order._club_member_partner()
            closed = programs._club_closed_to(partner, order._club_outlet(), [order._club_paid_at()])
            if closed:
                raise UserError(
                    self.env._(
                        "%(promotion)s is for members from %(tier)s on. Take it off the order, or choose the "
                        "member first.",
                        promotion=closed[0].name,
                        tier=closed[0].club_min_tier_name,
                    )
                )


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _club_gives_reward_back(self):
        """A refund of a promotion takes nothing off: the customer may have lost the tier since."""
        return bool(self.refunded_orderline_id) and self.price_unit * self.qty >= 0
