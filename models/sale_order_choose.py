"""Choosing how many points pay: one path for customers, staff and "apply automatically"."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine import caps
from ..engine.posting import spendable
from ..engine.values import is_active
from .club_cap import PAYING_KINDS
from .ledger_state import StateReader


class SaleOrder(models.Model):
    _inherit = "sale.order"

    club_is_points_offered = fields.Boolean(compute="_compute_club_is_points_offered", compute_sudo=True)

    @api.depends("partner_id", "state", "team_id", "website_id", "currency_id")
    def _compute_club_is_points_offered(self):
        """A member orders where points may pay."""
        for order in self:
            is_open = order.state in ("draft", "sent") and not order._club_points_refusal()
            order.club_is_points_offered = is_open and bool(order._club_points_member())

    def _club_points_offers(self, accounts=None):
        """What may be used now of each unit, for whoever chooses.

        :return: (list of dicts ``account``, ``unit``, ``free``, ``promised``, ``cap`` (the engine's), ``used``,
            ``why``; in the order in which they pay), and why nothing can be chosen, a sentence or ""
        """
        self.ensure_one()
        order = self.sudo()
        try:
            member = order._club_check_choice(is_fresh=False)
        except UserError as refusal:
            return [], str(refusal)
        accounts = order._club_points_accounts(member) if accounts is None else accounts
        if not accounts:
            return [], str(self.env["club.refusal"]._because("no_points"))
        return [order._club_points_offer(account) for account in accounts], ""

    def _club_points_offer(self, account):
        unit, (free, balance) = account.unit_id, self._club_points_left(account)
        cap = self._club_points_cap(unit, free)
        hold = self._club_points_holds().filtered(lambda hold: hold.unit_id == unit)
        used = self._club_points_money(hold) if hold else 0.0
        return {
            "account": account,
            "unit": unit,
            "free": free,
            "balance": balance,
            "promised": max(0, balance - free),
            "cap": cap,
            "used": hold._units_for(used) if used > 0 else 0,
            "paid": used,
            "why": self._club_cap_words(unit, cap),
        }

    club_points_member_id = fields.Many2one("club.member", compute="_compute_club_points_member_id", compute_sudo=True)

    @api.depends("partner_id", "website_id", "team_id")
    def _compute_club_points_member_id(self):
        """Who orders, as a member of the outlet's club; a page asks for it more than once."""
        members = self.env["club.member"]
        for order in self:
            club = order._club_outlet().club_id
            domain = [("club_id", "=", club.id), ("partner_id", "=", order.partner_id.id)]
            is_known = club and order.partner_id
            order.club_points_member_id = members.search_fetch(domain, limit=1) if is_known else members

    def _club_points_member(self):
        """The member who orders, none for visitors."""
        return self.sudo().club_points_member_id

    def _club_points_accounts(self, member):
        """What the member may pay with here, the club's first unit first."""
        pool = self.sudo()._club_outlet().pool_id
        domain = [("member_id", "=", member.id), ("pool_id", "=", pool.id), ("merged_into_id", "=", False)]
        accounts = self.env["club.account"].sudo().search_fetch(domain)
        accounts = accounts.filtered(lambda account: account.unit_id.kind in PAYING_KINDS)
        return accounts.sorted(lambda account: (account.unit_id.sequence, account.unit_id.id))

    def _club_points_free(self, account):
        """What of a balance this order may use: what nobody was promised, and what it was promised itself."""
        return self._club_points_left(account)[0]

    def _club_points_left(self, account):
        """(what this order may use of a balance, all of it that is active)."""
        state, today = StateReader(self.env).read(account), account.club_id._today()
        own = self._club_points_holds().filtered(lambda hold: not hold.is_settled and hold._is_live())
        pinned = sum(hold.amount for hold in own if hold.account_id._followed() == account)
        active = sum(lot.left for lot in state.lots if is_active(lot, today)) - state.debt
        return spendable(state, today) + pinned, max(0, active)

    def _club_choose(self, units, unit=None):
        """Pay with so many units, in the minor unit; 0 takes the points off, those of one unit or all.

        :raise UserError: why not, in a sentence; nothing was changed then
        """
        self.ensure_one()
        order, because = self.sudo(), self.env["club.refusal"]._because
        if isinstance(units, bool) or not isinstance(units, int) or units < 0:
            raise because("no_number")
        if order.state not in ("draft", "sent"):
            raise because("confirmed")
        if not units:
            order.is_club_points_declined = True
            for hold in order._club_points_holds().filtered(lambda hold: unit in (None, hold.unit_id)):
                order._club_points_lines(hold).with_context(club_recompute=None).unlink()
                order._club_unchoose(hold)
            order._update_programs_and_rewards()
            return
        member = order._club_check_choice()
        member._lock()
        member._bring_along()
        accounts = order._club_points_accounts(member)
        account = (accounts if unit is None else accounts.filtered(lambda account: account.unit_id == unit))[:1]
        if not account:
            raise because("no_points")
        free = order._club_points_free(account)
        cap = order._club_points_cap(account.unit_id, free)
        if units > cap.amount or units < account.unit_id._rule().redeem_min:
            raise because("limit", why=order._club_cap_words(account.unit_id, cap))
        order._club_promise(account, units, free)
        order.is_club_points_declined = False
        order._update_programs_and_rewards()

    def _club_check_choice(self, is_fresh=True):
        """The member who may pay with points here.

        :raise UserError: why nobody may
        """
        if refusal := self._club_points_refusal():
            raise refusal
        self._club_check_payments()
        if is_fresh:
            self.invalidate_recordset(["club_points_member_id"], flush=False)  # who became a member meanwhile
        member = self._club_points_member()
        if not member:
            raise self.env["club.refusal"]._because("members_only")
        return member

    def _club_check_payments(self):
        payments = self._club_live_payments()
        if any(payment.state in ("pending", "authorized", "done") for payment in payments):
            raise self.env["club.refusal"]._because("on_its_way")

    def _club_promise(self, account, units, free):
        """Promise the points, and with them all that a payment that may still come was promised."""
        unit = account.unit_id
        digits, value = unit._digits(self.currency_id), unit._terms(self.currency_id, self._club_outlet()).value
        holds = self._club_points_holds()
        known = holds.filtered(lambda hold: hold.unit_id == unit)
        others = sum(money for hold, money in self._club_usables().items() if hold != known)
        money = min(self._club_minor(self._club_before() - others), caps.to_money(units, value, **digits))
        if money <= 0:
            raise self.env["club.refusal"]._because("dust", amount=unit._format(units))
        promised = max((payment._club_promised(unit) for payment in self._club_live_payments()), default=0.0)
        promised = caps.to_units(self._club_minor(promised), value, covers=True, **digits)
        pinned = max(caps.to_units(money, value, covers=True, **digits), min(promised, free))
        card = known.card_id
        if known.state == "captured":  # an order that was cancelled and taken up again
            known._store({"sale_order_id": False})
            card = card.browse()
        card = card or self.company_id._club_points_card()
        used = self.env["club.hold"].search_count(
            [
                ("source_model", "=", self._name), ("source_key", "=", str(self.id)),
                ("unit_id", "=", unit.id), ("state", "=", "captured"),
            ]
        )  # fmt: skip
        hold = self.env["club.hold"]._authorise(
            account,
            pinned,
            self._club_major(money),
            self.currency_id,
            self._club_channel(),
            (self._name, self.id),
            payment_key=f"{self.id}:{unit.id}:{used}",
            expires_at=self._club_promise_ends(),
            order_total=self._club_before(),
        )
        hold._store({"card_id": card.id, "unit_value": float(value), "sale_order_id": self.id})
        self.club_hold_id = hold
        return hold

    def _club_unchoose(self, hold):
        """The customer wants to pay no points; what a payment on its way was promised stays promised."""
        if not hold or hold.is_settled or not hold.money:
            return
        hold.member_id._lock()
        hold._store({"money": 0.0})
        self.sudo().is_club_points_declined = True
        if not any(payment._club_promised(hold.unit_id) for payment in self._club_live_payments()):
            hold._release()

    def _club_is_of_customer(self, hold):
        """Is it the member who orders, also where two memberships became one?"""
        member = self._club_points_member()
        return bool(member) and hold.member_id._club_current() == member

    def _club_drop_strangers(self):
        """The order is somebody else's now: points of the one before pay it only where a payment counts on them."""
        for order in self.sudo().filtered(lambda order: order.club_hold_id and order.state in ("draft", "sent")):
            payments = order._club_live_payments()
            on_way = payments.filtered(lambda payment: payment.state in ("pending", "authorized", "done"))
            for hold in order._club_points_holds().filtered(lambda hold: hold.state != "captured"):
                if order._club_is_of_customer(hold) or any(own._club_promised(hold.unit_id) for own in on_way):
                    continue
                order._club_points_lines(hold).with_context(club_recompute=None).unlink()
                order._club_unchoose(hold)

    def _club_revive(self, hold):
        """A promise whose time ran out is made anew where the points are still there."""
        unit = hold.unit_id
        self.invalidate_recordset(["club_points_member_id"], flush=False)
        if not self._club_is_of_customer(hold):
            return False  # nobody pays with points that somebody else chose
        try:
            with self.env.cr.savepoint():
                self.sudo()._club_choose(hold.amount, unit)
        except UserError:
            return False
        fresh = self._club_points_holds().filtered(lambda hold: hold.unit_id == unit)
        return self.currency_id.compare_amounts(self._club_points_money(fresh), fresh.money) >= 0

    def _club_cap_words(self, unit, cap):
        """Why not more, in one sentence: the limit that decides."""
        _, currency = self.env._, self.currency_id

        def money(minor):
            return currency.format(self._club_major(minor))

        limit, args = cap.args.get("limit"), cap.args
        if cap.code == "below_band":
            return _("%(units)s can be used for orders from %(minimum)s on.",
                     units=unit.name_plural, minimum=money(args["minimum"]))  # fmt: skip
        if cap.code == "below_minimum":
            return _("At least %(minimum)s are used at once, and here %(cap)s would be the most.",
                     minimum=unit._format(args["minimum"]), cap=unit._format(args["cap"]))  # fmt: skip
        if cap.code == "nothing":
            return {
                "total": _("Nothing is left to pay."),
                "maximum": _("The most that points pay of one order is used already."),
            }.get(limit, _("There are no %s to use now.", unit.name_plural))
        if cap.code == "band":
            return _("Most for this order: %s.", unit._format(cap.amount))
        if cap.code == "maximum":
            return _("Points pay at most %s of one order.", money(args["money"]))
        if cap.code == "total":
            return _("%s pay all that is left.", unit._format(cap.amount))
        return _("%s are all there is to use.", unit._format(cap.amount))

    # ------------------------------------------------------------------ public names
    def action_club_use_points(self):
        """Staff: open the window that says how many points pay."""
        self.ensure_one()
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(self.env._("Only staff choose points for a customer."))
        self.check_access("write")
        return self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_use_points_action") | {
            "context": {"default_order_id": self.id}
        }
