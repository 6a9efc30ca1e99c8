"""Ready-made set-ups: what a café, a boutique or a grocer starts with, as records that the merchant may change."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class ClubProgram(models.Model):
    _inherit = "club.program"

    is_ready_made = fields.Boolean(
        readonly=True, copy=False, help="Came with a ready-made set-up: a draft until the club is first switched on."
    )


class ClubClub(models.Model):
    """Fills a club that has nothing in it yet.

    Example: a café gets points for every 1.00, a stamp a visit whose tenth is a voucher, and a reward for points.

    Invariant: whatever a merchant made is never touched: a club with anything of its own is refused.
    """

    _inherit = "club.club"

    ready_made = fields.Selection(
        [("cafe", "Café"), ("boutique", "Boutique"), ("grocer", "Grocer")],
        string="Ready-Made Set-Up",
        readonly=True,
        copy=False,
        help="What the club was filled with. Everything of it can be changed.",
    )

    def set_up(self, ready_made):
        """Fill an empty club with a ready-made set-up; the same one again changes nothing.

        Its programs are drafts, and go live when the club is first switched on.

        :param ready_made: "cafe", "boutique" or "grocer"
        :raise UserError: the club has something of its own already, or there is no such set-up
        """
        self.ensure_one()
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers set up a club. Ask one of them."))
        self.check_access("write")
        if ready_made not in dict(self._fields["ready_made"].selection):
            raise UserError(self.env._("There is no such set-up. Choose cafe, boutique or grocer."))
        if self.ready_made == ready_made:
            return True
        if there := self._set_up_already():
            raise UserError(
                self.env._(
                    "%(club)s is set up already: %(there)s. A ready-made set-up only fills an empty club. Change what "
                    "is there, or make another club.",
                    club=self.name,
                    there=", ".join(there),
                )
            )
        # Whoever clicks at the same time waits here, and finds it done.
        self.sudo().ready_made = ready_made
        self.flush_recordset(["ready_made"])
        getattr(self, f"_set_up_{ready_made}")()
        self.invalidate_recordset()  # what it has was made beside it
        return True

    def _set_up_already(self):
        """What there is of the merchant's own, in words."""
        _, club = self.env._, self.with_context(active_test=False)
        found = [
            (club.ready_made, dict(self._fields["ready_made"]._description_selection(self.env)).get(club.ready_made)),
            (club.state != "off" or club.on_since, _("it is or was switched on")),
            (club.program_ids, _("programs")),
            (club.reward_ids, _("rewards")),
            (club.bonus_ids, _("bonus rules")),
            (club.game_ids, _("games")),
            (club.goal_ids, _("goals")),
            (len(club.unit_ids) > 1, _("several units")),
            (len(club.tier_ids) > 1, _("several tiers")),
            (club.member_ids[:1], _("members")),
        ]
        return [words for is_there, words in found if is_there]

    # ------------------------------------------------------------------ what each of them makes
    def _set_up_scale(self):
        """1.00 is nothing in a currency without cents."""
        return 1 if self.currency_id.decimal_places else 100

    def _set_up_money(self, amount):
        return self.currency_id.format(amount * self._set_up_scale())

    def _set_up_program(self, name, unit, tier=None, **vals):
        tier = tier or self.tier_ids.sorted("threshold")[0]
        return self.env["club.program"].create({
            "name": name, "tier_id": tier.id, "unit_id": unit.id, "ratio": self._set_up_scale(),
            "is_ready_made": True, **vals,
        })  # fmt: skip

    def _set_up_reward(self, amount, unit, price, **vals):
        """So much off an order, for so many units."""
        money = self._set_up_money(amount)
        discount = {
            "reward_type": "discount", "discount_mode": "per_order", "discount_applicability": "order",
            "discount": amount * self._set_up_scale(), "description": self.env._("%s off your order", money),
        }  # fmt: skip
        return self.env["loyalty.program"].create({
            "name": self.env._("%s off", money), "program_type": "coupons", "applies_on": "current",
            "trigger": "with_code", "rule_ids": [Command.clear()], "communication_plan_ids": [Command.clear()],
            "reward_ids": [Command.create(discount)], "club_id": self.id, "club_unit_id": unit.id,
            "club_price": price * 10**unit.decimals,
            "company_id": self.company_ids.id if len(self.company_ids) == 1 else False, **vals,
        })  # fmt: skip

    def _set_up_cafe(self):
        """Points for every 1.00, and a card of ten stamps beside them."""
        _, points = self.env._, self.tier_unit_id
        stamps = self.env["club.unit"].create({
            "club_id": self.id, "kind": "stamps", "name": _("stamp"), "name_plural": _("stamps"),
            "short_name": _("stamps"), "sequence": 20,
        })  # fmt: skip
        self._set_up_program(_("Points for every order"), points)
        self._set_up_program(_("A stamp a visit"), stamps, stamp_by="visit", is_daily=True)
        self._set_up_reward(
            5, stamps, 10, name=_("Tenth visit: %s off", self._set_up_money(5)), club_is_automatic=True,
            club_offer="voucher", club_validity_days=90,
        )  # fmt: skip
        self._set_up_reward(5, points, 400)
        self.is_redeem_allowed = True

    def _set_up_boutique(self):
        """Points, two tiers to reach that earn faster, and vouchers to buy."""
        _, points = self.env._, self.tier_unit_id
        self._set_up_program(_("Points for every order"), points)
        voucher = {"club_offer": "voucher", "club_validity_days": 180, "club_is_giftable": True}
        small = self._set_up_reward(5, points, 400, **voucher)
        self._set_up_reward(25, points, 1800, **voucher)
        self.is_redeem_allowed = True
        self.env["club.tier"].create([
            {"club_id": self.id, "name": _("Silver"), "threshold": 500, "multiplier": 1.25, "color": 8},
            {
                "club_id": self.id, "name": _("Gold"), "threshold": 1500, "multiplier": 1.5, "color": 2,
                "welcome_reward_id": small.id,
            },
        ])  # fmt: skip

    def _set_up_grocer(self):
        """A share of every order back, to pay the next one with."""
        cash = self.tier_unit_id
        cash.write({
            "kind": "cashback", "decimals": self.currency_id.decimal_places, "money_value": 1.0, "redeem_min": 1,
        })  # fmt: skip
        self._set_up_program(self.env._("%s back on every order", "2 %"), cash, cashback_percent=2)
        self.is_redeem_allowed = True

    def action_add_program(self):
        """A new draft, for the tier that everybody has first."""
        self.ensure_one()
        self.check_access("read")
        return self.tier_ids.sorted("threshold")[:1].action_add_program()

    # ------------------------------------------------------------------ switching on
    def _ensure_program(self):
        """What came ready-made goes live with the club, the first time it is switched on."""
        for club in self:
            programs = club.program_ids
            if club.ready_made and set(programs.mapped("state")) == {"draft"}:
                programs.filtered("is_ready_made").action_go_live()
        return super()._ensure_program()

    @api.depends("ready_made", "program_ids.state")
    def _compute_switch_text(self):
        super()._compute_switch_text()
        for club in self.filtered(lambda own: own.ready_made and own.state != "on"):
            waiting = club.program_ids.filtered("is_ready_made")
            if waiting and set(club.program_ids.mapped("state")) == {"draft"}:
                club.switch_text += " " + self.env._(
                    "Its ready-made programs go live with it: %s.", "; ".join(waiting.mapped("summary"))
                )
