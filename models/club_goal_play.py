"""A play of a game for who reached a goal: it comes, goes and comes back with the goal, and once used it stays."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import format_date


class ClubGoal(models.Model):
    _inherit = "club.goal"

    game_id = fields.Many2one(
        "club.game", ondelete="restrict", index="btree_not_null", domain="[('club_id', '=', club_id)]"
    )

    def _check_game(self):
        _, game = self.env._, self.game_id
        if not game:
            raise ValidationError(_("Choose the game that the goal brings a play of."))
        if game.club_id != self.club_id:
            raise ValidationError(_("%s is no game of this club. Choose one of its own.", game.name))
        if self.is_on and self.active and not (game.is_on and game.active):
            raise ValidationError(
                _("%s is off, so nobody could play it. Switch it on or choose another game.", game.name)
            )

    def _play_text(self):
        """ "A play of Wheel of Beans"."""
        game = self.sudo().game_id
        return self.env._("a play of %s", game.name) if game else ""

    @api.depends("game_id", "game_id.date_to")
    def _compute_warning(self):
        return super()._compute_warning()

    def _warning_text(self):
        game = self.sudo().game_id if self.reward_kind == "play" else self.env["club.game"]
        if game.date_to and game.date_to < self.club_id._origin._today():
            last = format_date(self.env, game.date_to)
            return self.env._(
                "Nobody can play what this goal brings: the last day of %(game)s was %(day)s.", game=game.name, day=last
            )
        return super()._warning_text()

    def _is_there_to_give(self):
        """A reward or a game that is archived, or a reward that has ended, is given to nobody."""
        if self.reward_kind == "reward":
            return self.reward_id._club_can_be_given()
        return self.reward_kind != "play" or self.game_id.active


class ClubGoalProgress(models.Model):
    _inherit = "club.goal.progress"

    def _give_play(self, entry):
        goal = self.goal_id
        self.env["club.play"]._grant([{
            "key": entry.key, "game_id": goal.game_id.id, "member_id": self.member_id.id, "origin": "goal",
            "source_model": goal._name, "source_id": goal.id, "source_name": goal.name,
        }])  # fmt: skip

    def _plays(self):
        """By the keys of what was brought: members may have been merged since."""
        keys = self.entry_ids.sudo().mapped("key")
        return self.env["club.play"].sudo().search([("key", "in", keys), ("origin", "=", "goal")])


class ClubGame(models.Model):
    _inherit = "club.game"

    def write(self, vals):
        if vals.get("active") is False or vals.get("is_on") is False:
            domain = [("game_id", "in", self.ids), ("reward_kind", "=", "play"), ("is_on", "=", True)]
            if goal := self.env["club.goal"].sudo().search(domain, limit=1):
                raise UserError(
                    self.env._(
                        "The goal %(goal)s brings a play of %(game)s. Switch the goal off or let it bring something "
                        "else first.",
                        goal=goal.name,
                        game=goal.game_id.name,
                    )
                )
        return super().write(vals)


class ClubEntry(models.Model):
    _inherit = "club.entry"

    def _club_sentences(self):
        said = super()._club_sentences()
        if game := (self.data or {}).get("play"):
            said.insert(0, self.env._("You won a play of %s. It is on your page.", game))
        return said
