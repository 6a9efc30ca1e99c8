from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..engine import games as engine
from ..engine.values import exact

MOST_WEIGHT = 1_000_000


class ClubGamePrize(models.Model):
    """What a game gives: points, a reward as a voucher, or nothing; how likely, and how many there are."""

    _name = "club.game.prize"
    _description = "Prize of a Game"
    _order = "sequence, id"

    game_id = fields.Many2one("club.game", required=True, ondelete="cascade", index=True)
    club_id = fields.Many2one(related="game_id.club_id")
    currency_id = fields.Many2one(related="game_id.currency_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Label", required=True, translate=True)
    kind = fields.Selection(
        [("points", "Points"), ("reward", "Reward"), ("nothing", "No Win")], required=True, default="points"
    )
    amount = fields.Float(digits=(16, 6), min_display_digits=2)
    unit_id = fields.Many2one(
        "club.unit",
        ondelete="restrict",
        domain="[('club_id', '=', club_id)]",
        compute="_compute_unit_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    reward_id = fields.Many2one(
        "loyalty.program",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('club_id', '=', club_id), ('club_offer', '!=', 'order'), '!', ('club_credit', '>', 0)]",
        help="The winner gets it as a voucher, without paying its price.",
    )
    weight = fields.Integer(default=1, required=True, help="How often it comes, beside the others. 0: switched off.")
    stock_total = fields.Integer(string="Stock", help="How many can be won in all. 0: no limit.")
    stock_day = fields.Integer(string="Per Day", help="How many can be won on one day. 0: no limit.")
    cost = fields.Monetary(
        string="Costs You",
        compute="_compute_cost",
        store=True,
        readonly=False,
        help="What one costs you. Proposed: what its points are worth.",
    )
    odds_text = fields.Char(string="Odds", compute="_compute_odds_text")
    won_count = fields.Integer(string="Won", compute="_compute_won_count")

    _weight_sane = models.Constraint(
        f"CHECK (weight BETWEEN 0 AND {MOST_WEIGHT})", "A weight is a whole number from 0 (switched off) to 1,000,000."
    )
    _stock_sane = models.Constraint(
        "CHECK (COALESCE(stock_total, 0) >= 0 AND COALESCE(stock_day, 0) >= 0 AND COALESCE(cost, 0) >= 0)",
        "Stock and cost of a prize are 0 or more.",
    )

    @api.depends("kind", "game_id.club_id")
    def _compute_unit_id(self):
        for prize in self:
            club = prize.game_id.club_id
            if prize.kind != "points":
                prize.unit_id = False
            elif not prize.unit_id or prize.unit_id.club_id != club:
                prize.unit_id = club.tier_unit_id or club.unit_ids[:1]

    @api.depends("kind", "amount", "unit_id", "reward_id")
    def _compute_cost(self):
        for prize in self:
            reward = prize.reward_id.sudo()
            if prize.kind == "points":
                prize.cost = prize.amount * prize.unit_id.money_value
            elif prize.kind == "reward" and reward:
                unit = reward.club_unit_id
                prize.cost = reward.club_price / 10**unit.decimals * unit.money_value
            else:
                prize.cost = 0

    def _key(self):
        """What a prize is known by while it is typed in."""
        return self._origin.id or self

    @api.depends("weight", "stock_total", "stock_day", "kind", "reward_id", "game_id.prize_ids.weight")
    def _compute_odds_text(self):
        for game, prizes in self.grouped("game_id").items():
            found = engine.odds(game._engine_prizes())
            for prize in prizes:
                prize.odds_text = prize._say_odds(found.get(prize._key()))

    def _say_odds(self, chance):
        """ "1 in 20 (5 %)"; what cannot be won now says so."""
        if not chance:
            return self.env._("Switched off") if not self.weight else self.env._("None left")
        some, many = engine.some_in(chance)
        return self.env._(
            "%(some)s in %(all)s (%(percent)s %%)", some=some, all=many, percent=f"{float(100 * chance):.3g}"
        )

    def _compute_won_count(self):
        counts = dict(
            self.env["club.play"].sudo()._read_group([("prize_id", "in", self.ids)], ["prize_id"], ["__count"])
        )
        for prize in self:
            prize.won_count = counts.get(prize._origin, 0) + prize.won_before

    # ------------------------------------------------------------------ what people may enter
    @api.constrains("kind", "amount", "unit_id", "reward_id")
    def _check_kind(self):
        for prize in self:
            _ = prize.env._
            if prize.kind == "points":
                if prize.amount <= 0 or not prize.unit_id:
                    raise ValidationError(_("Say how many points %s brings: above 0.", prize.name))
                prize.unit_id._to_minor(prize.amount)
            elif prize.kind == "reward":
                prize._check_reward()

    def _check_reward(self):
        for prize in self.filtered(lambda own: own.kind == "reward"):
            _, reward = prize.env._, prize.reward_id.sudo()
            if not reward:
                raise ValidationError(_("Choose the reward that %s brings.", prize.name))
            if not reward.active:
                raise ValidationError(
                    _(
                        "%(reward)s is archived, so nobody could use what they win. Choose another reward for "
                        "%(prize)s, or bring it back first.",
                        reward=reward.name,
                        prize=prize.name,
                    )
                )
            if reward.club_id != prize.game_id.club_id:
                raise ValidationError(_("%s is no reward of this club. Choose one of its own.", reward.name))
            if reward.club_offer == "order" or not reward.reward_ids:
                raise ValidationError(
                    _("%s is no voucher that can be won. Let it be redeemed as a voucher.", reward.name)
                )
            if reward.club_credit:
                raise ValidationError(
                    _("%s is store credit, which is bought with points. Choose a reward that is a coupon.", reward.name)
                )

    @api.constrains("weight", "game_id")
    def _check_game(self):
        self._check_games(self.game_id)

    def _check_games(self, games):
        """A game that is being saved as a whole is looked at in the end."""
        if not self.env.context.get("club_game_saving"):
            games.exists()._check_prizes()

    @api.constrains("unit_id", "game_id")
    def _check_same_club(self):
        self.game_id._check_same_club()

    @api.model_create_multi
    def create(self, vals_list):
        prizes = super().create(vals_list)
        self.env.registry.clear_cache()
        return prizes

    def unlink(self):
        games = self.game_id
        result = super().unlink()
        self._check_games(games)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_won(self):
        if self.env["club.play"].sudo().search_count([("prize_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("This prize was won, so it stays. Give it the weight 0 to switch it off."))

    # ------------------------------------------------------------------ what is left
    def _won(self):
        """prize id → (won in all, won today in the club's zone)."""
        if not self.ids:
            return {}
        self.env["club.play"].flush_model(["prize_id", "day"])
        self.flush_recordset(["won_before"])
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id, COALESCE(p.won_before, 0) + COUNT(y.id), COUNT(y.id) FILTER (WHERE y.day = %s)
                     FROM club_game_prize p LEFT JOIN club_play y ON y.prize_id = p.id
                    WHERE p.id = ANY(%s) GROUP BY p.id""",
                self.club_id[:1]._today(),
                list(self.ids),
            )
        )
        return {prize_id: (total, today) for prize_id, total, today in rows}

    def _engine_prize(self, won, won_today):
        is_gone = self.kind == "reward" and not self._is_reward_open()
        return engine.Prize(
            id=self._key(),
            weight=0 if is_gone else max(self.weight, 0),
            left=max(self.stock_total - won, 0) if self.stock_total else None,
            left_today=max(self.stock_day - won_today, 0) if self.stock_day else None,
        )

    def _is_reward_open(self):
        """Is it there to be given? Not if it was archived or has ended meanwhile, or all there are of it are taken."""
        reward = self.reward_id.sudo()
        if not reward or not reward.active or (reward.date_to and reward.date_to < reward.club_id._today()):
            return False
        limit = reward.club_limit_total
        return not limit or reward._club_counts().get((reward.id, None), 0) < limit

    def _minor(self):
        return self.unit_id._to_minor(self.amount)

    def _worth(self):
        return exact(self.cost or 0)
