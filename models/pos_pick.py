"""A reward chosen in an order at the register: promised when it is chosen, used when the order is paid."""

from odoo import api, models
from odoo.exceptions import UserError

from ..engine.values import exact
from .club_refusal import Refusal
from .pos_payment import SETTLED
from .pos_tender import Asked


class PosConfig(models.Model):
    _inherit = "pos.config"

    # ------------------------------------------------------------------ public names, for the register
    def club_take_reward(self, told, program_id):
        """Promise the price of a reward to an order that is not paid yet. Asking again gives the same code.

        :param told: dict, as for ``club_quote``; of it the order and the customer count
        :return: dict ``code`` (to activate in this order), ``name`` and ``text`` (its price); or ``refused``
        """
        till = self._club_till()
        try:
            asked = till._club_asked_for_reward(told)
        except UserError as fault:
            return {"refused": str(fault)}
        try:
            with self.env.cr.savepoint():
                pick = till._club_take_reward(asked, program_id)
        except UserError as refusal:
            if isinstance(refusal, Refusal):
                till.env["club.refusal"]._keep(till, asked, refusal)
            return {"refused": str(refusal)}
        return {
            "code": pick.card_id.code,
            "name": pick.program_id.name,
            "text": pick.unit_id._format(pick.amount),
        }

    def club_drop_reward(self, order_uuid, code):
        """The reward is off the order: its points are free, its code is worth nothing. Twice does no harm."""
        till = self._club_till()
        order = till.env["pos.order"].search([("uuid", "=", str(order_uuid))], limit=1)
        if order.state in SETTLED:
            return False
        picks = till._club_picks(str(order_uuid)).filtered(lambda pick: pick.card_id.code == code)
        picks._drop_picks()
        return True

    def _club_asked_for_reward(self, told):
        told = told if isinstance(told, dict) else {}
        key = told.get("order_uuid")
        return Asked.read(self.env, {"total": 0, "remaining": 0} | told | {"payment_uuid": key, "payment_uuids": []})

    def _club_take_reward(self, asked, program_id):
        """:raise UserError: why not; nothing was taken"""
        program = self.env["loyalty.program"]
        if isinstance(program_id, int) and not isinstance(program_id, bool):
            program = program.browse(program_id).exists()
        member = self._club_redeemer(asked)
        member._lock()
        picks = self._club_picks(asked.order_uuid)
        strange = picks.filtered(lambda pick: pick.member_id != member or not pick._is_live())
        strange._drop_picks()
        if known := (picks - strange).filtered(lambda pick: pick.program_id == program):
            return known[:1]
        outlet = self.club_outlet_id
        account = member._club_check_reward(program, outlet, self._club_open_rewards())
        self._club_check_order_proof(asked, member, program.club_unit_id, program.club_price)
        channel, source = "kiosk" if self._club_is_self() else "pos", ("pos.order", asked.order_uuid)
        return self.env["club.hold"]._pick(
            program, account, channel, source, self.currency_id, order_total=asked.total
        )

    def _club_open_rewards(self):
        """What this register can apply: the host knows no delivery there."""
        rewards = self.env["loyalty.program"]._club_for_orders(self.club_outlet_id.club_id)
        programs = rewards & self._get_program_ids() if rewards else rewards
        return programs.filtered(lambda program: "shipping" not in program.reward_ids.mapped("reward_type"))

    def _club_picks(self, order_uuid):
        """The rewards chosen for one unpaid order of this company's registers."""
        picks = self.env["club.hold"]._picks_of("pos.order", order_uuid)
        return picks.filtered(lambda pick: self.company_id in pick.member_id.club_id.company_ids)

    def use_coupon_code(self, code, creation_date, partner_id, pricelist_id):
        """What was chosen for an order counts while it is promised; the order says so when it is paid."""
        card = self.env["loyalty.card"].sudo().search([("code", "=", code), ("club_is_bound", "=", True)], limit=1)
        if card:
            pick = self.env["club.hold"].sudo().search([("card_id", "=", card.id)], limit=1)
            is_here = pick.source_model == "pos.order" and pick._is_live()
            if not is_here or pick.member_id.partner_id.id != partner_id:
                message = self.env._("This code was for one order only. Choose the reward again.")
                return {"successful": False, "payload": {"error_message": message}}
        return super().use_coupon_code(code, creation_date, partner_id, pricelist_id)


class ClubHold(models.Model):
    _inherit = "club.hold"

    @api.model
    def _repair_picks(self, limit=200):
        """Take what paid orders of registers used and a fault left behind."""
        due = self.search(
            [("source_model", "=", "pos.order"), ("program_id", "!=", False), ("state", "in", ("held", "lapsed"))],
            limit=limit,
            order="id",
        )
        orders = self.env["pos.order"].search([("uuid", "in", due.mapped("source_key")), ("state", "in", SETTLED)])
        by_key = {order.uuid: order for order in orders}
        for pick in due:
            order = by_key.get(pick.source_key)
            if order and pick.card_id in order.lines.coupon_id:
                pick._club_capture_for(order)

    @api.model
    def _cron_release(self):
        self._repair_picks()
        return super()._cron_release()


class PosOrder(models.Model):
    """Rewards chosen in this order: what is on it is used, what is not goes back.

    Invariant: a reward of another order, another customer or twice on one order is refused, whatever a register
    sends; what is refunded of it goes back to the portions it came from.
    """

    _inherit = "pos.order"

    def _club_settle_tenders(self):
        super()._club_settle_tenders()
        for order in self:
            order.sudo()._club_settle_picks()

    def _club_pick_lines(self):
        """The lines that rewards chosen in an order made: the coupon says so, not the register."""
        return self.lines.filtered(lambda line: line.coupon_id and line.coupon_id.sudo().club_is_bound)

    def _club_settle_picks(self):
        """Take the rewards of an order that is about to count as paid, or refuse it.

        :raise UserError: what does not fit, and what to do; nothing is taken then
        """
        lines = self._club_pick_lines().filtered(lambda line: not line.refunded_orderline_id)
        points = self.lines.filtered(lambda line: line.reward_id.program_id.is_club_reduction)
        if points - lines - self.lines.filtered("refunded_orderline_id"):
            raise UserError(self.env._("Points were taken off this order that nobody chose. Take them off it."))
        picks = self.env["club.hold"]
        for card, own in lines.grouped("coupon_id").items():
            pick = picks.search([("card_id", "=", card.id), ("program_id", "!=", False)], limit=1)
            self._club_check_pick(pick, own)
            picks |= pick
        for pick in picks:
            self._club_use_pick(pick)
        club = self.partner_id and self._club_outlet().club_id
        if club and self.env["loyalty.program"]._club_is_in_orders(club.id):
            # What was chosen and taken off again, also where the register could not say so.
            (self.env["club.hold"]._picks_of(self._name, self.uuid) - picks)._drop_picks()

    def _club_check_pick(self, pick, lines):
        _ = self.env._
        if not pick or (pick.source_model, pick.source_key) != (self._name, self.uuid):
            raise UserError(
                _("%s was chosen for another order. Take it off this one.", lines.coupon_id.program_id.name)
            )
        entry, name = pick.entry_id, pick.program_id.name
        is_ours = (entry.source_model, entry.source_id) == (self._name, self.id)
        if pick.state == "released" or (pick.state == "captured" and not is_ours):
            raise UserError(_("%s was given back before. Take it off the order and choose it again.", name))
        if pick.member_id.partner_id != self.partner_id:
            raise UserError(
                _(
                    "%(reward)s was chosen by %(member)s, and the order is for %(customer)s now. "
                    "Take it off or choose %(member)s again.",
                    reward=name,
                    member=pick.member_id.display_name,
                    customer=self.partner_id.display_name or _("nobody"),
                )
            )
        outlet = self._club_outlet()
        if outlet and not outlet._honours(pick):
            raise UserError(_("%s is paid with points of another location. Take it off the order.", name))
        rewards, codes = lines.reward_id, set(lines.mapped("reward_identifier_code"))
        free = sum(lines.filtered(lambda line: line.reward_id.reward_type == "product").mapped("qty"))
        is_more = free > max(rewards.mapped("reward_product_qty"), default=0)
        if rewards.program_id != pick.program_id or len(rewards) > 1 or len(codes) > 1 or (free and is_more):
            raise UserError(_("%s counts once. Take it off the order and choose it again.", name))
        if pick.state != "captured" and not pick.program_id.is_club_reduction:
            self._club_check_worth(pick.card_id, lines)

    def _club_use_pick(self, pick):
        if pick.state == "captured":
            return
        pick._club_capture_for(self)
        self.env["loyalty.history"].create({
            "card_id": pick.card_id.id,
            "order_model": self._name,
            "order_id": self.id,
            "description": self.env._("Onsite %s", self.display_name),
            "used": pick._club_benefit().required_points,
            "issued": 0.0,
        })  # fmt: skip

    def _club_return_vouchers(self, is_final=True):
        super()._club_return_vouchers(is_final)
        for order in self.sudo().filtered(lambda order: order.state in SETTLED):
            order._club_return_picks(is_final)

    def _club_return_picks(self, is_final):
        """What registers and credit notes took back of a reward's lines: its points go back in that ratio."""
        lines = self._club_pick_lines()
        shares = self._club_returned().get(self.id, {}) if lines else {}
        for card, own in lines.grouped("coupon_id").items() if shares or not is_final else ():
            pick = self.env["club.hold"].search([("card_id", "=", card.id), ("state", "=", "captured")], limit=1)
            weights = {line: exact(abs(line.price_subtotal_incl) or abs(line.qty)) for line in own}
            back = sum(exact(shares.get(str(line.id), 0)) * weight for line, weight in weights.items())
            if pick and any(weights.values()):
                share = min(back / sum(weights.values()), self._club_rewarded_share(own, shares))
                pick._return_part(share, self._club_source(), is_final)
