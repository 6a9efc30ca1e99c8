from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ..engine import goals as engine
from ..engine.values import exact, scale
from .club_bonus import CHANNELS
from .items_mixin import ITEMS
from .rulebook import GoalRule

# What decides which orders count how: fixed once orders have counted, or their progress would mean something else.
RULES = (
    "kind", "metric", "target", "period", "step", "date_from", "date_to", "tier_ids", "outlet_ids", *ITEMS,
    *(f"is_{channel}" for channel in CHANNELS),
)  # fmt: skip
ITEM_DECIMALS = 3  # dozens and halves of an item add up exactly
MOST = 10**9


class ClubGoal(models.Model):
    """What members set out for, with a reward once a period: so much spend, so many orders or items, or a streak.

    Example: "5 visits in a calendar month: 50 Beans"; "3 days in a row: a free coffee".

    Invariant: a member has the reward of a goal and period once, as long as what is left of the orders reaches it.
    """

    _name = "club.goal"
    _description = "Goal"
    _inherit = ["club.items.mixin", "club.timed.mixin"]
    _order = "sequence, id"

    currency_id = fields.Many2one(related="club_id.currency_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    is_on = fields.Boolean(help="Off: orders paid from now on do not count for it.")
    kind = fields.Selection(
        [("challenge", "Challenge: reach a figure"), ("streak", "Streak: come without a gap")],
        required=True,
        default="challenge",
    )
    metric = fields.Selection(
        [("orders", "Orders"), ("spend", "Spend"), ("units", "Items bought")], required=True, default="orders"
    )
    step = fields.Selection([("day", "Days in a row"), ("week", "Weeks in a row")], required=True, default="day")
    target = fields.Float(required=True, default=5.0, digits=(16, 6), min_display_digits=2)
    period = fields.Selection(
        [
            ("week", "Calendar week"),
            ("month", "Calendar month"),
            ("quarter", "Calendar quarter"),
            ("always", "All time, once for good"),
        ],
        required=True,
        default="month",
        string="Within",
    )
    is_for_history = fields.Boolean(
        string="Earlier Orders Too",
        default=True,
        help="Crediting the history counts orders from before the activation, and gives what they reach.",
    )

    reward_kind = fields.Selection(
        [("points", "Points"), ("reward", "A reward, as a voucher"), ("play", "A play of a game")],
        required=True,
        default="points",
        string="Brings",
    )
    unit_id = fields.Many2one(
        "club.unit",
        ondelete="restrict",
        domain="[('club_id', '=', club_id)]",
        compute="_compute_unit_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    units = fields.Float(string="Amount", digits=(16, 6), min_display_digits=2, default=50.0)
    reward_id = fields.Many2one(
        "loyalty.program",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('club_id', '=', club_id), ('club_price', '>', 0), ('club_offer', '!=', 'order')]",
    )
    reached_count = fields.Integer(compute="_compute_reached_count", help="How often members reached it.")

    @api.depends("club_id")
    def _compute_unit_id(self):
        for goal in self:
            if goal.unit_id.club_id != goal.club_id:
                goal.unit_id = goal.club_id.tier_unit_id or goal.club_id.unit_ids[:1]

    def _compute_reached_count(self):
        done = [("goal_id", "in", self.ids), ("state", "=", "done")]
        counts = dict(self.env["club.goal.progress"]._read_group(done, ["goal_id"], ["__count"]))
        for goal in self:
            goal.reached_count = counts.get(goal._origin, 0)

    # ------------------------------------------------------------------ what people may enter
    @api.constrains("kind", "metric", "target", "period", "step", "club_id")
    def _check_target(self):
        for goal in self:
            _, decimals = goal.env._, goal._decimals()
            if not 0 < goal.target <= MOST:
                raise ValidationError(_("Enter what is to be reached: above 0, and at most a billion."))
            if (exact(goal.target) * scale(decimals)).denominator != 1:
                raise ValidationError(
                    _("What is to be reached is a whole number.")
                    if not decimals
                    else _("What is to be reached has at most %s decimals.", decimals)
                )
            if goal.kind == "streak" and goal.target < 2:
                raise ValidationError(_("A streak is at least 2 in a row. For one order, make a challenge."))
            if not goal._engine().is_possible():
                raise ValidationError(
                    _("So many in a row do not fit into the period. Choose a longer period or a shorter streak.")
                )

    @api.constrains("club_id", "unit_id", "tier_ids", "outlet_ids", "product_ids", "reward_id")
    def _check_same_club(self):
        for goal in self.sudo():
            parts = goal.unit_id.club_id | goal.tier_ids.club_id | goal.outlet_ids.club_id
            if parts - goal.club_id:
                raise ValidationError(goal.env._("Unit, tiers and outlets of a goal belong to its own club."))
            if strangers := goal.product_ids.filtered("company_id").filtered(
                lambda product, goal=goal: product.company_id not in goal.club_id.company_ids
            ):
                raise ValidationError(
                    goal.env._(
                        "%s is sold by a company outside the club, so nobody could buy it for this goal. "
                        "Choose another product.",
                        strangers[0].display_name,
                    )
                )

    @api.constrains("reward_kind", "unit_id", "units", "reward_id", "game_id", "club_id", "is_on", "active")
    def _check_reward(self):
        for goal in self.sudo():
            _, reward = goal.env._, goal.reward_id
            if goal.reward_kind == "play":
                goal._check_game()
            elif goal.reward_kind == "points":
                if not goal.unit_id or not 0 < goal.units <= MOST:
                    raise ValidationError(_("Say how many points the goal brings: above 0."))
                goal.unit_id._to_minor(goal.units)
            elif not reward:
                raise ValidationError(_("Choose the reward that the goal brings."))
            elif reward.club_id != goal.club_id:
                raise ValidationError(_("%s is no reward of this club. Choose one of its own.", reward.name))
            elif reward.club_offer == "order" or reward.club_credit:
                raise ValidationError(
                    _("%s cannot be had as a voucher. Choose a reward that is redeemed as one.", reward.name)
                )
            elif goal.is_on and goal.active and not reward.active:
                raise ValidationError(
                    _("%s is archived, so nobody could use it. Choose another reward.", reward.name)
                )

    # ------------------------------------------------------------------ what is fixed
    def write(self, vals):
        fixed = self._with_progress() if {*RULES, "club_id"} & vals.keys() else self.browse()
        before = {goal: goal._rule_values() for goal in fixed}
        result = super().write(vals)
        for goal, values in before.items():
            if goal._rule_values() != values:
                raise UserError(
                    self.env._(
                        "Orders count for %s already, so what is to be reached stays as it is. "
                        "Switch it off and duplicate it to set another goal.",
                        goal.name,
                    )
                )
        return result

    def _rule_values(self):
        return [self.club_id, *(self[name] for name in RULES)]

    def _with_progress(self):
        groups = self.env["club.goal.event"].sudo()._read_group([("goal_id", "in", self.ids)], ["goal_id"])
        return self.browse(goal.id for [goal] in groups)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if begun := self._with_progress():
            raise UserError(self.env._("Orders of members count for %s. Archive it instead.", begun[0].name))

    # ------------------------------------------------------------------ for the engine and the rulebook
    def _decimals(self):
        """What a figure of this goal is kept in: cents, orders, thousandths of an item."""
        if self.kind == "streak" or self.metric == "orders":
            return 0
        return self.currency_id.decimal_places if self.metric == "spend" else ITEM_DECIMALS

    def _engine(self):
        return engine.Goal(
            target=int(exact(self.target) * scale(self._decimals())),
            period=self.period,
            step=self.step if self.kind == "streak" else "",
        )

    @api.model
    def _is_counting(self, club):
        """Is there a goal now that orders count for? Else no receipt asks for any."""
        rules, now = club._rulebook(), fields.Datetime.now()
        return any(goal.trigger.was_on(now) and goal.trigger.covers(rules.today(now)) for goal in rules.goals)

    @api.model
    @tools.ormcache()
    def _engines(self):
        """Goal's id → what the engine knows of it."""
        return {goal.id: goal._engine() for goal in self.sudo().with_context(active_test=False).search([])}

    @api.model
    def _rules(self, club):
        goals = self.sudo().with_context(active_test=False).search([("club_id", "=", club.id)])
        return tuple(goal._rule() for goal in goals if goal.on_times)

    def _rule(self):
        items = self._items()
        return GoalRule(
            id=self.id,
            goal=self._engine(),
            metric="orders" if self.kind == "streak" else self.metric,
            decimals=self._decimals(),
            items=None if items.is_everything else items,
            trigger=self._trigger(),
            is_for_history=self.is_for_history,
        )


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    def write(self, vals):
        goals = self.env["club.goal"].sudo()
        if vals.get("active") is False and (
            goals := goals.search([("reward_id", "in", self.ids), ("is_on", "=", True)], limit=1)
        ):
            raise UserError(
                self.env._(
                    "The goal %(goal)s brings %(reward)s. Switch the goal off or let it bring another reward first.",
                    goal=goals.name,
                    reward=goals.reward_id.name,
                )
            )
        return super().write(vals)


class ClubClub(models.Model):
    _inherit = "club.club"

    goal_ids = fields.One2many("club.goal", "club_id", string="Goals")
