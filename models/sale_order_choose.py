"""Choosing how many points pay: one path for customers, staff and "apply automatically"."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine import caps
from ..engine.posting import spendable
from ..engine.values import exact, to_major, to_minor
from .club_cap import PAYING_KINDS
from .ledger_state import StateReader


class SaleOrder(models.Model):
    _inherit = "sale.order"

    club_is_points_offered = fields.Boolean(compute="_compute_club_is_points_offered", compute_sudo=True)

    @api.depends("partner_id", "state", "team_id", "website_id", "currency_id")
    def _compute_club_is_points_offered(self):
        """A member orders where points may pay."""
        for order in self:
            is_open = order.state in ("draft", "sent") and not order._club_points_refused()
            order.club_is_points_offered = is_open and bool(order._club_points_member())

    def _club_points_offer(self):
        """What may be used now, for whoever chooses: ``why`` always says the limit or the obstacle in a sentence.

        :return: dict ``why``, ``cap``, ``used``, ``free`` (minor units), ``money`` (of the cap) and ``unit``
        """
        self.ensure_one()
        order = self.sudo()
        nothing = {"cap": 0, "used": 0, "free": 0}
        try:
            member = order._club_check_choice()
        except UserError as refusal:
            return nothing | {"why": str(refusal)}
        account = order._club_points_accounts(member)[:1]
        if not account:
            return nothing | {"why": self.env._("There are no points to use yet.")}
        hold, unit = order._club_points_hold(), account.unit_id
        free = order._club_points_free(account)
        cap = order._club_points_cap(unit, free)
        used = order._club_points_money()
        return {
            "member": member,
            "account": account,
            "unit": unit,
            "free": free,
            "cap": cap.amount,
            "money": cap.money,
            "used": hold._units_for(used) if hold and used else 0,
            "why": order._club_cap_words(unit, cap),
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
        hold = self._club_points_hold()
        free = spendable(StateReader(self.env).read(account), account.club_id._today())
        is_own = hold and not hold.is_settled and hold._is_live() and hold.account_id._followed() == account
        return free + hold.amount if is_own else free

    def _club_choose(self, units, unit=None):
        """Pay with so many units, in the minor unit; 0 takes the points off.

        :raise UserError: why not, in a sentence; nothing was changed then
        """
        self.ensure_one()
        order, _ = self.sudo(), self.env._
        if isinstance(units, bool) or not isinstance(units, int) or units < 0:
            raise UserError(_("Choose how many points to use, as a whole number."))
        if order.state not in ("draft", "sent"):
            raise UserError(_("This order is confirmed already. Nothing was changed."))
        if not units:
            order.is_club_points_declined = True
            order._club_points_lines().with_context(club_recompute=None).unlink()
            order._club_unchoose()
            order._update_programs_and_rewards()
            return
        member = order._club_check_choice()
        member._lock()
        member._bring_along()
        accounts = order._club_points_accounts(member)
        account = accounts.filtered(lambda account: account.unit_id == unit)[:1] if unit else accounts[:1]
        if not account:
            raise UserError(_("There are no points to use yet."))
        free = order._club_points_free(account)
        cap = order._club_points_cap(account.unit_id, free)
        rule = account.unit_id._rule()
        if units > cap.amount or units < rule.redeem_min:
            raise UserError(order._club_cap_words(account.unit_id, cap))
        order._club_promise(account, units, free)
        order.is_club_points_declined = False
        order._update_programs_and_rewards()

    def _club_check_choice(self):
        """The member who may pay with points here.

        :raise UserError: why nobody may
        """
        _ = self.env._
        if refused := self._club_points_refused():
            raise UserError(refused)
        self._club_check_payments()
        self.invalidate_recordset(["club_points_member_id"], flush=False)  # who became a member meanwhile
        member = self._club_points_member()
        if not member:
            raise UserError(_("Points belong to members. The first paid order makes one."))
        return member

    def _club_check_payments(self):
        payments = self._club_live_payments()
        if any(payment.state in ("pending", "authorized", "done") for payment in payments):
            raise UserError(
                self.env._("A payment of this order is on its way, so its points stay as they are.")
            )

    def _club_promise(self, account, units, free):
        """Promise the points, and with them all that a payment that may still come was promised."""
        rule, decimals = account.unit_id._rule(), self.currency_id.decimal_places
        digits = {"unit_decimals": rule.decimals, "money_decimals": decimals}
        before = to_minor(self._club_before(), decimals)
        money = min(before, caps.to_money(units, rule.value, **digits))
        if money <= 0:
            raise UserError(
                self.env._("%s are worth less than the smallest coin. Use more.", account.unit_id._format(units))
            )
        promised = max(self._club_live_payments().mapped("club_points_money"), default=0.0)
        promised = caps.to_units(to_minor(promised, decimals), rule.value, covers=True, **digits)
        pinned = max(caps.to_units(money, rule.value, covers=True, **digits), min(promised, free))
        known = self._club_points_hold()
        card = known.card_id if known.state != "captured" else known.card_id.browse()
        card = card or self.company_id._club_points_card()
        used = self.env["club.hold"].search_count(  # an order that was cancelled and taken up again
            [("source_model", "=", self._name), ("source_key", "=", str(self.id)), ("state", "=", "captured")]
        )
        hold = self.env["club.hold"]._authorise(
            account,
            pinned,
            float(to_major(exact(money), decimals)),
            self.currency_id,
            self._club_channel(),
            (self._name, self.id),
            payment_key=f"{self.id}:{used}",
            expires_at=self._club_promise_ends(),
            order_total=self._club_before(),
        )
        hold._store({"card_id": card.id, "unit_value": account.unit_id.money_value})
        self.club_hold_id = hold
        return hold

    def _club_unchoose(self):
        """The customer wants to pay no points; what a payment on its way was promised stays promised."""
        hold = self._club_points_hold()
        if not hold or hold.is_settled or not hold.money:
            return
        hold.member_id._lock()
        hold._store({"money": 0.0})
        self.sudo().is_club_points_declined = True
        if not self._club_live_payments().filtered("club_points_money"):
            hold._release()

    def _club_revive(self, hold):
        """A promise whose time ran out is made anew where the points are still there."""
        try:
            with self.env.cr.savepoint():
                self.sudo()._club_choose(hold.amount, hold.unit_id)
        except UserError:
            return False
        return self.currency_id.compare_amounts(self._club_points_money(), hold.money) >= 0 if hold.exists() else True

    def _club_cap_words(self, unit, cap):
        """Why not more, in one sentence: the limit that decides."""
        _, currency = self.env._, self.currency_id

        def money(minor):
            return currency.format(float(to_major(exact(minor), currency.decimal_places)))

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
