"""Choosing a reward in a cart or a quotation: one path for customers and staff, on the host's own coupons."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .ledger import SENTINEL
from .sale_order_points_line import PRICED


class SaleOrder(models.Model):
    _inherit = "sale.order"

    club_is_reward_offered = fields.Boolean(compute="_compute_club_is_reward_offered", compute_sudo=True)

    @api.depends("partner_id", "state", "team_id", "website_id")
    def _compute_club_is_reward_offered(self):
        """A member orders where rewards can be chosen."""
        for order in self:
            club = order._club_outlet().club_id
            is_open = order.state in ("draft", "sent") and club and not order._club_redeem_refusal()
            offers = is_open and self.env["loyalty.program"]._club_is_in_orders(club.id)
            order.club_is_reward_offered = bool(offers and order._club_points_member())

    # ------------------------------------------------------------------ what can be chosen
    def _club_open_rewards(self):
        """The rewards that this order's channel offers, by the host's own conditions."""
        programs = self.env["loyalty.program"]._club_for_orders(self.sudo()._club_outlet().club_id)
        return programs.filtered_domain(self._get_program_domain()) if programs else programs

    def _club_reward_extra(self):
        """unit id → points that pay for this order: a reward may have them instead."""
        holds = self._club_points_holds().filtered(lambda hold: not hold.is_settled and hold._is_live())
        return {hold.unit_id.id: hold.amount for hold in holds}

    def _club_reward_tiles(self, member, known=None):
        """The rewards for this order as the card in the cart shows them: the chosen ones first, then by reach.

        :param known: dict unit id → what this order may use of it, as far as the caller knows
        """
        order, programs = self.sudo(), self.env["loyalty.program"].sudo()
        chosen = order._club_picks().filtered(lambda pick: pick.is_chosen and pick.state in ("held", "lapsed"))
        tiles = [order._club_chosen_tile(pick) for pick in chosen]
        outlet = order._club_outlet()
        catalogue = programs._club_catalogue(outlet.club_id.id)
        if not catalogue:
            return tiles
        domain = Domain(order._get_program_domain())
        open_ids = programs._club_ids_where(outlet.club_id.id, str(domain), domain) - set(chosen.program_id.ids)
        free = dict(known or {})
        if units := {shown.unit_id for shown in catalogue if shown.id in open_ids} - free.keys():
            extra = order._club_reward_extra()
            free |= {
                unit_id: amount + extra.get(unit_id, 0)
                for unit_id, amount in member._club_free_at(self.env["club.unit"].sudo().browse(units), outlet).items()
            }
        found = programs._club_shown_for(member, outlet, open_ids, free)
        return tiles + [order._club_reward_tile(shown, reason) for shown, reason in found]

    def _club_chosen_tile(self, pick):
        program = pick.program_id
        return {
            "id": program.id,
            "name": program.name,
            "text": program._club_benefit(),
            "price": pick.unit_id._format(pick.amount),
            "icon": program._club_icon(),
            "is_chosen": True,
            "reason": "",
            "options": [],
        }

    def _club_reward_tile(self, shown, reason):
        products = self.env["product.product"].sudo()
        return {
            "id": shown.id,
            "name": shown.name,
            "text": shown.text,
            "price": shown.price,
            "icon": shown.icon,
            "is_chosen": False,
            "reason": reason,
            "options": [
                {
                    "reward_id": reward_id,
                    "product_id": product_id,
                    "name": products.browse(product_id).display_name if product_id else benefit,
                }
                for reward_id, product_id, benefit in shown.options
            ],
        }

    # ------------------------------------------------------------------ choosing
    def _club_take_reward(self, program_id, reward_id=None, product_id=None):
        """Promise a reward to this order and put it on. Asking again changes nothing.

        :raise UserError: why not, in a sentence; nothing was changed then
        """
        self.ensure_one()
        order, _ = self.sudo(), self.env._
        numbers = (program_id, reward_id or 0, product_id or 0)
        if any(isinstance(number, bool) or not isinstance(number, int) for number in numbers):
            raise UserError(_("This reward is not offered any more. Choose another one."))
        member = order._club_check_reward_order()
        member._lock()
        member._bring_along()
        program = order.env["loyalty.program"].browse(program_id).exists()
        known = order._club_picks().filtered(lambda pick: pick.program_id == program and pick.state == "held")
        if known := known.filtered(lambda pick: pick._is_live() and pick.member_id == member):
            return order._club_take_again(known[:1])
        reward, product = order._club_chosen_option(program, reward_id, product_id)
        order._club_check_conditions(program)
        extra = order._club_reward_extra().get(program.club_unit_id.id, 0)
        account = member._club_check_reward(program, order._club_outlet(), order._club_open_rewards(), extra)
        used = order._club_make_room(account, program.club_price)
        pick = order.env["club.hold"]._pick(
            program,
            account,
            order._club_channel(),
            (order._name, order.id),
            order.currency_id,
            expires_at=order._club_promise_ends(order.env["club.hold"]),
            order_total=order.amount_total,
            reward_id=reward.id,
            product_id=product.id,
        )
        pick._store({"sale_order_id": order.id})
        order.has_club_picks = True
        return order._club_put_on(pick, used)

    def _club_put_on(self, pick, used=0):
        self._club_apply_pick(pick)
        self._update_programs_and_rewards()
        if not self._club_pick_lines(pick):
            raise UserError(self.env._("%s changes nothing of this order. Nothing was taken.", pick.program_id.name))
        if used:
            offer = self._club_points_offer(pick.account_id._followed())
            if units := min(used, offer["cap"].amount):
                self._club_choose(units, offer["unit"])
        return pick

    def _club_take_again(self, pick):
        """It is promised already: on the order, or taken off it while a payment that may still come counts on it."""
        if self._club_pick_lines(pick):
            return pick
        pick._store({"is_chosen": True})
        return self._club_put_on(pick)

    def _club_make_room(self, account, price):
        """Points that pay as money make way for a reward; what is left of them pays again afterwards.

        :return: how many paid until now, 0 where they may stay
        """
        used = self._club_reward_extra().get(account.unit_id.id, 0)
        if not used or self._club_points_free(account) - used >= price:
            return 0
        declined = self.is_club_points_declined
        self._club_choose(0, account.unit_id)
        self.is_club_points_declined = declined
        return used

    def _club_check_reward_order(self, is_fresh=True):
        """The member who may choose rewards here.

        :raise UserError: why nobody may
        """
        because = self.env["club.refusal"]._because
        if self.state not in ("draft", "sent"):
            raise because("confirmed")
        if refusal := self._club_redeem_refusal():
            raise refusal
        self._club_check_payments()
        if is_fresh:
            self.invalidate_recordset(["club_points_member_id"], flush=False)  # who became a member meanwhile
        member = self._club_points_member()
        if not member:
            raise because("members_only")
        return member

    def _club_reward_obstacle(self):
        """Why no reward can be chosen now, in a sentence; empty when one can."""
        try:
            self.sudo()._club_check_reward_order(is_fresh=False)
        except UserError as refusal:
            return str(refusal)
        return ""

    def _club_chosen_option(self, program, reward_id, product_id):
        """The benefit and the free product that were asked for, the only ones where there is no choice."""
        options = program._club_options()
        wanted = [
            (reward, product)
            for reward, product in options
            if (not reward_id or reward.id == reward_id) and (not product_id or product.id == product_id)
        ]
        if len(wanted) != 1 and (len(options) > 1 or not wanted):
            if len(options) <= 1 and options:
                return options[0]
            raise UserError(self.env._("Choose which of them it is to be."))
        return wanted[0]

    def _club_check_conditions(self, program):
        """What the host asks of an order for it: a least amount, a product in it."""
        if not program.rule_ids:
            return
        status = self._program_check_compute_points(program).get(program, {})
        if error := status.get("error"):
            raise UserError(error)

    def _club_drop_reward(self, program_id):
        """Take a reward off this order; its points are free, unless a payment on its way counts on them."""
        order = self.sudo()
        if order.state not in ("draft", "sent"):
            raise self.env["club.refusal"]._because("confirmed")
        order._club_check_payments()
        picks = order._club_picks().filtered(lambda pick: pick.program_id.id == program_id and pick.is_chosen)
        order._club_pick_lines(picks).unlink()
        order._club_sync_picks()
        order._update_programs_and_rewards()

    # ------------------------------------------------------------------ the host's machinery
    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        """A coupon made for an order counts there alone, and as long as its promise does."""
        if not coupon.sudo().club_is_bound:
            return super()._get_real_points_for_coupon(coupon, post_confirm)
        pick = self._club_picks().filtered(lambda pick: pick.card_id == coupon)[:1]
        worth = pick._club_benefit().required_points if pick and self._club_pick_counts(pick) else 0.0
        used = sum(self.order_line.filtered(lambda line: line.coupon_id == coupon).mapped("points_cost"))
        return coupon.currency_id.round(worth - used)

    def _get_point_changes(self):
        """Our own promise books what it costs; the coupon has nothing to keep."""
        changes = super()._get_point_changes()
        return {card: change for card, change in changes.items() if not card.sudo().club_is_bound}

    def _get_program_domain(self):
        """What a payment was promised stays, also where the reward ends or is archived meanwhile."""
        domain = super()._get_program_domain()
        picks = self._club_picks()
        kept = picks.filtered(lambda pick: self._club_pick_is_frozen(pick) or pick.is_settled)
        return Domain.OR([domain, Domain("id", "in", kept.program_id.ids)]) if kept else domain

    def _update_programs_and_rewards(self):
        if not self.has_club_picks:
            return super()._update_programs_and_rewards()
        self.ensure_one()
        self._club_keep_promise()
        order = self.with_context(club_recompute=SENTINEL)
        result = super(SaleOrder, order)._update_programs_and_rewards()
        order._club_sync_picks()
        if self.state == "sale":
            self._club_return_picks()
        return result

    def _try_apply_code(self, code):
        card = self.env["loyalty.card"].sudo().search([("code", "=", code)], limit=1) if code else None
        if card and card.club_is_bound:
            return {"error": self.env._("This code is invalid (%s).", code), "not_found": True}
        return super()._try_apply_code(code)

    # ------------------------------------------------------------------ the order's own life
    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            self._club_drop_strangers()
            self.filtered("has_club_picks")._club_sync_picks()
        return result

    def unlink(self):
        picks = self.env["club.hold"].sudo().union(*(order._club_picks() for order in self))
        result = super().unlink()
        picks._drop_picks()
        return result

    def _club_settle(self):
        self.filtered("has_club_picks")._club_settle_picks()
        return super()._club_settle()

    def _club_capture(self):
        self.filtered("has_club_picks")._club_capture_picks()
        return super()._club_capture()

    def _club_drop_promise(self):
        self.filtered("has_club_picks")._club_drop_open_picks()
        return super()._club_drop_promise()

    def _club_drop_open_picks(self):
        for order in self:
            order._club_picks()._drop_picks()

    def _club_sync_if_member(self):
        self.filtered("has_club_picks")._club_return_picks()
        return super()._club_sync_if_member()

    # ------------------------------------------------------------------ public names
    def action_club_use_reward(self):
        """Staff: open the window that lists what the customer can have."""
        self.ensure_one()
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(self.env._("Only staff choose a reward for a customer."))
        self.check_access("write")
        wizard = self.env["club.use.reward"].create({"order_id": self.id})
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_use_reward_action")
        return action | {"res_id": wizard.id}


class SaleOrderLine(models.Model):
    """The line of a reward: people take it off before the order is confirmed, and nothing else."""

    _inherit = "sale.order.line"

    def _is_club_pick(self):
        return bool(self.coupon_id) and self.coupon_id.sudo().club_is_bound

    def _club_check_picks(self):
        if self.filtered(lambda line: line.state == "sale" and line._is_club_pick()):
            raise UserError(
                self.env._("A reward of a confirmed order stays. Credit or cancel it, and its points go back.")
            )

    def write(self, vals):
        if PRICED & vals.keys() and not self.env["sale.order"]._club_is_recomputing():
            self._club_check_picks()
        lines = self
        if "points_cost" in vals and any(line.state == "sale" and line.coupon_id.program_id.club_id for line in self):
            lines = self.with_context(club_card=SENTINEL)
        return super(SaleOrderLine, lines).write(vals)

    def unlink(self):
        if self.env["sale.order"]._club_is_recomputing():
            return super(SaleOrderLine, self.with_context(club_card=SENTINEL)).unlink()
        self._club_check_picks()
        orders = self.filtered(lambda line: line._is_club_pick()).order_id
        result = super().unlink()
        orders.exists()._club_sync_picks()
        return result
