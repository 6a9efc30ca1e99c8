from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..engine import games as engine
from ..engine.values import exact, to_minor
from .locking import take
from .rulebook import GameRule


class ClubGame(models.Model):
    """A wheel or a scratch card: what can be won how often, and what brings a play.

    Example: "Wheel of Beans": every paid order from 5.00 on brings a play; a free coffee 1 in 20, 10 Beans 1 in 4.

    Invariant: an order brings a play of each game that was on when it was paid, once.
    """

    _name = "club.game"
    _description = "Game"
    _inherit = ["club.timed.mixin"]
    _order = "sequence, id"

    currency_id = fields.Many2one(related="club_id.currency_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    is_on = fields.Boolean(help="Off: members see nothing of it, and no order brings a play.")
    kind = fields.Selection(
        [("wheel", "Wheel"), ("scratch", "Scratch Card")], required=True, default="wheel", string="Type"
    )
    prize_ids = fields.One2many("club.game.prize", "game_id", string="Prizes", copy=True)
    is_odds_shown = fields.Boolean(
        string="Show the Odds", default=True, help="Members read how likely each prize is. Some countries ask for it."
    )

    is_on_order = fields.Boolean(string="With Every Paid Order", default=True)
    order_minimum = fields.Monetary(help="What an order has to bring in real money. 0: any.")
    is_for_history = fields.Boolean(
        string="For Earlier Orders Too", help="Crediting the history brings plays for orders before activation."
    )
    is_daily = fields.Boolean(string="Once a Day", help="Every member plays once a day without buying anything.")
    price = fields.Float(digits=(16, 6), min_display_digits=2, help="What a play costs. 0: plays are not sold.")
    price_unit_id = fields.Many2one(
        "club.unit",
        string="Price In",
        ondelete="restrict",
        domain="[('club_id', '=', club_id)]",
        compute="_compute_price_unit_id",
        store=True,
        readonly=False,
        precompute=True,
    )

    preview = fields.Char(compute="_compute_preview")
    expected_cost = fields.Monetary(string="1,000 Plays Cost", compute="_compute_preview")
    play_count = fields.Integer(compute="_compute_play_count", help="How often it was played.")
    draws = fields.Integer(readonly=True, copy=False, help="Counts the draws of games whose prizes may run out.")

    _sane = models.Constraint(
        "CHECK (order_minimum >= 0 AND price >= 0)", "What an order has to bring and what a play costs are 0 or more."
    )

    @api.depends("club_id")
    def _compute_price_unit_id(self):
        for game in self:
            if game.price_unit_id.club_id != game.club_id:
                game.price_unit_id = game.club_id.tier_unit_id or game.club_id.unit_ids[:1]

    # ------------------------------------------------------------------ what people may enter
    @api.constrains("name", "club_id", "prize_ids", "is_on", "active")
    def _check_prizes(self):
        for game in self:
            _ = game.env._
            texts = {
                "few": _("%s needs at least two prizes; “no win” is one too. Add them below.", game.name),
                "negative": _("A weight is 0 or more. 0 switches a prize off."),
                "off": _("All prizes of %s have the weight 0, so nothing can be drawn. Give one a weight.", game.name),
            }
            if code := engine.problem(game.prize_ids.mapped("weight")):
                raise ValidationError(texts[code])
            if game.is_on and game.active:
                game.prize_ids._check_reward()

    @api.constrains("club_id", "price_unit_id", "tier_ids", "outlet_ids", "prize_ids")
    def _check_same_club(self):
        for game in self:
            parts = game.price_unit_id.club_id | game.tier_ids.club_id | game.outlet_ids.club_id
            if (parts | game.prize_ids.unit_id.club_id | game.prize_ids.reward_id.club_id) - game.club_id:
                raise ValidationError(
                    game.env._("Prizes, units, tiers and outlets of a game belong to its own club. Choose others.")
                )

    @api.constrains("price", "price_unit_id")
    def _check_price(self):
        for game in self.filtered("price"):
            if not game.price_unit_id:
                raise ValidationError(game.env._("Choose what a play is paid in."))
            game.price_unit_id._to_minor(game.price)

    # ------------------------------------------------------------------ what is written
    @api.model
    def _club_noted(self):
        return super()._club_noted() | {"draws"}

    def write(self, vals):
        # Prizes may be taken off and put on in one go: they are looked at together, at the end.
        return super(ClubGame, self.with_context(club_game_saving=True)).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_played(self):
        if self.env["club.play"].sudo().search_count([("game_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("Members have plays of this game. Archive it instead."))

    # ------------------------------------------------------------------ for the rulebook
    @api.model
    def _is_giving(self, club):
        """Is there a game now that orders bring plays of? Else no receipt asks for any."""
        rules, now = club._rulebook(), fields.Datetime.now()
        return any(game.trigger.was_on(now) and game.trigger.covers(rules.today(now)) for game in rules.games)

    @api.model
    def _rules(self, club):
        domain = [("club_id", "=", club.id), ("is_on_order", "=", True)]
        games = self.sudo().with_context(active_test=False).search(domain)
        return tuple(game._rule() for game in games if game.on_times)

    def _rule(self):
        minimum = to_minor(self.order_minimum, self.currency_id.decimal_places)
        return GameRule(id=self.id, trigger=self._trigger(minimum), is_for_history=self.is_for_history)

    # ------------------------------------------------------------------ what can be won
    def _price_minor(self):
        return self.price_unit_id._to_minor(self.price) if self.price and self.price_unit_id else 0

    def _has_stock(self):
        return any(prize.stock_total or prize.stock_day for prize in self.prize_ids)

    def _take_turn(self):
        """Whoever draws from a stock waits for the one before: what is left is right afterwards."""
        self.flush_recordset()
        query = SQL("UPDATE club_game SET draws = COALESCE(draws, 0) + 1 WHERE id = %s RETURNING id", self.id)
        take(self.env, query)

    def _engine_prizes(self):
        """The prizes as the engine's values, in their order, with what is left of each now."""
        won = self.prize_ids._won() if self._has_stock() else {}
        return [prize._engine_prize(*won.get(prize._origin.id, (0, 0))) for prize in self.prize_ids]

    def _expected_cost(self, plays=1000):
        """Fraction of the club's currency."""
        costs = {prize._key(): exact(prize.cost or 0) for prize in self.prize_ids}
        return engine.expected_cost(self._engine_prizes(), costs, plays)

    @api.depends(
        "club_id",
        "price",
        "price_unit_id",
        "is_on_order",
        "is_daily",
        "prize_ids.weight",
        "prize_ids.cost",
        "prize_ids.kind",
        "prize_ids.stock_total",
        "prize_ids.stock_day",
        "prize_ids.reward_id",
    )
    def _compute_preview(self):
        """What a thousand plays come to, as sentences: before the game is switched on, and while it is typed in."""
        for game in self:
            game.preview = " ".join(game._preview_sentences())
            game.expected_cost = float(game._expected_cost())

    def _preview_sentences(self):
        _, currency = self.env._, self.currency_id
        if not currency:
            return []
        prizes = self._engine_prizes()
        gone = self.prize_ids.filtered(lambda own: own.weight and own.kind == "reward" and not own._is_reward_open())
        warned = [_("%s cannot be given any more and is not drawn: choose another reward.", own.name) for own in gone]
        if not engine.total_weight(prizes):
            return [_("Nothing can be won: give at least one prize a weight above 0."), *warned]
        cost, income = self._expected_cost(), self._expected_income()
        chance = sum(
            (odds for prize, odds in zip(self.prize_ids, self._odds_in_order(prizes), strict=True)
             if prize.kind != "nothing"), Fraction(0),
        )  # fmt: skip
        said = [
            _(
                "1,000 plays cost about %(money)s: %(each)s a play.",
                money=currency.format(float(cost)),
                each=currency.format(float(cost / 1000)),
            ),
            _("%s %% of them win something.", f"{float(100 * chance):.3g}"),
            *warned,
        ]
        if income:
            said.append(
                _("Where all of them are bought, they bring back %s.", currency.format(float(income)))
            )
        if self._has_stock():
            said.append(_("What runs out leaves its place to the others."))
        if not (self.is_on_order or self.is_daily or self.price):
            said.append(_("No play comes by itself: only those that you grant."))
        return said

    def _odds_in_order(self, prizes):
        """The chance of each prize, 0 for what cannot be won."""
        found = engine.odds(prizes)
        return [found.get(prize.id, Fraction(0)) for prize in prizes]

    def _expected_income(self, plays=1000):
        """What bought plays bring back, at what the unit is worth."""
        return plays * exact(self.price or 0) * exact(self.price_unit_id.money_value or 0)

    # ------------------------------------------------------------------ buttons
    def _compute_play_count(self):
        played = [("game_id", "in", self.ids), ("state", "in", ("drawn", "done"))]
        counts = dict(self.env["club.play"]._read_group(played, ["game_id"], ["__count"]))
        for game in self:
            game.play_count = counts.get(game._origin, 0)

    def action_view_plays(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_play_action")
        return action | {"domain": [("game_id", "=", self.id)]}

    def action_grant_plays(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_grant_plays_action")
        return action | {"context": {"default_game_id": self.id}}


class ClubClub(models.Model):
    _inherit = "club.club"

    game_ids = fields.One2many("club.game", "club_id", string="Games")
