"""Games as their players see them: what may be played now, what a play brought, and how to get the next one."""

from datetime import timedelta
from math import cos, pi, sin

from odoo import models
from odoo.exceptions import UserError

from ..engine import games as engine
from .day_words import say_day

RADIUS = 100
LONGEST_LABEL = 15  # characters that fit into a slice


class ClubGame(models.Model):
    _inherit = "club.game"

    # ------------------------------------------------------------------ may it be played
    def _refusal(self, member):
        """Why this member cannot play it now, as a sentence; empty when they can."""
        _, club = self.env._, member.club_id
        if self.club_id != club or not member.active or not member.partner_id:
            return _("This game is not one of your club's.")
        if club.state != "on":
            return _("The club is paused. Your plays are safe and come back when it opens again.")
        if not self._is_open_on(club._today()):
            return _("This game is over. Look at your page for others.")
        return ""

    def _is_for(self, member):
        return not self.tier_ids or member.tier_id in self.tier_ids

    def _has_daily(self, member):
        """Is today's free play of this member still to be had?"""
        return self in self._with_daily(member)

    def _with_daily(self, member):
        """The games whose free play of today this member has not used."""
        offered = self.filtered(lambda game: game.is_daily and game._is_for(member))
        domain = [
            ("game_id", "in", offered.ids),
            ("member_id", "=", member.id),
            ("origin", "=", "daily"),
            ("day", "=", member.club_id._today()),
        ]
        return offered - self.env["club.play"].sudo().search(domain).game_id if offered else offered

    def _price_refusal(self, member, owned=None):
        """Why this member cannot buy a play, as a sentence; empty when they can.

        :param owned: unit id → what they can spend, where it is known already
        """
        _, club, price = self.env._, member.club_id, self._price_minor()
        if not price or not self._is_for(member):
            return _("Plays of this game are not sold.")
        if not club.is_redeem_allowed:
            return _("Redeeming is switched off in this club.")
        free = (owned or member._club_free(self.price_unit_id))[self.price_unit_id.id]
        if free < price:
            return _("%s more for a play.", self.price_unit_id._format(price - free))
        return ""

    def _how_to_get(self, member):
        """What brings the next play, as sentences."""
        _, said = self.env._, []
        if self.is_daily and self._is_for(member):
            tomorrow = member.club_id._today() + timedelta(days=1)
            if not self.date_to or tomorrow <= self.date_to:
                said.append(_("Your next free play is here tomorrow, %s.", say_day(self.env, tomorrow)))
        if self.is_on_order and self._is_for(member):
            if self.order_minimum:
                money = self.currency_id.format(self.order_minimum)
                said.append(_("Every paid order of %s or more brings a play.", money))
            else:
                said.append(_("Every paid order brings a play."))
        return " ".join(said)

    # ------------------------------------------------------------------ what is shown
    def _page(self, status):
        """All that the page shows of one game."""
        shown = self.prize_ids.filtered("weight")
        return status | {
            "game": self,
            "slices": self._slices(shown) if self.kind == "wheel" else [],
            "prizes": ", ".join(shown.mapped("name")),
            "odds": [{"name": prize.name, "text": prize.odds_text} for prize in shown] if self.is_odds_shown else [],
            "style": self._page_style(),
        }

    def _page_style(self):
        """The club's own colour, with black or white on it; the theme's where it has none."""
        color = self.club_id.color or ""
        if not self.club_id._club_card_style():
            return ""
        return f"--club-game: {color}; --club-game-ink: {self.club_id._readable_on(color)};"

    def _page_status(self, member):
        """What may be played now, in texts: asked again after each play."""
        return self._page_statuses(member)[self.id]

    def _page_statuses(self, member):
        """dict game id → what may be played now; as many queries for one game as for all."""
        waiting = {
            (game.id, state): count
            for game, state, count in self.env["club.play"].sudo()._read_group(
                [("game_id", "in", self.ids), ("member_id", "=", member.id), ("state", "in", ("granted", "drawn"))],
                ["game_id", "state"],
                ["__count"],
            )
        }
        daily, owned = self._with_daily(member), member._club_free(self.price_unit_id)
        return {
            game.id: game._status_texts(
                member, waiting.get((game.id, "granted"), 0), game in daily, (game.id, "drawn") in waiting, owned
            )
            for game in self
        }

    def _status_texts(self, member, granted, has_daily, has_unseen, owned):
        _, refusal = self.env._, self._refusal(member)
        count, has_daily = 0 if refusal else granted, has_daily and not refusal
        said = [_("You played already: see what it brought.")] if has_unseen else []
        if count:
            said.append(_("You have one play.") if count == 1 else _("You have %s plays.", count))
        if has_daily:
            said.append(_("Your free play of today is here."))
        price, price_refusal = self._price_minor(), self._price_refusal(member, owned)
        is_sold = bool(price) and not refusal and self._is_for(member) and member.club_id.is_redeem_allowed
        return {
            "game_id": self.id,
            "free": count + has_daily + has_unseen,
            "text": " ".join(said) or refusal or self._how_to_get(member) or _("You have no play left."),
            "price": self.price_unit_id._format(price) if is_sold else "",
            "can_buy": is_sold and not price_refusal,
            "price_text": price_refusal if is_sold else "",
        }

    def _slices(self, prizes):
        """The wheel as shapes: each prize as often as it takes for a few slices, all of one size."""
        labels = [(prize.id, prize.name) for prize in prizes] * engine.wheel(len(prizes))
        count, slices = max(len(labels), 1), []
        for number, (prize_id, name) in enumerate(labels):
            begin, end = (2 * pi * part / count - pi / 2 for part in (number, number + 1))
            x, y, to_x, to_y = (
                round(RADIUS * place, 3) for place in (cos(begin), sin(begin), cos(end), sin(end))
            )
            slices.append({
                "prize_id": prize_id,
                "path": f"M0 0 L{x} {y} A{RADIUS} {RADIUS} 0 0 1 {to_x} {to_y} Z",
                "middle": round((number + 0.5) * 360 / count, 3),
                "shade": number % 3 if count % 3 != 1 or number < count - 1 else 1,
                "label": name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1].rstrip()}…",
            })  # fmt: skip
        return slices


class ClubPlay(models.Model):
    _inherit = "club.play"

    def _page_result(self):
        """What the player is shown once it has stopped: never before it was drawn and kept."""
        _, won = self.env._, ""
        if self.prize_kind == "points":
            unit = self.prize_id.unit_id
            won = _("You won %s. They are on your balance.", unit._format(self.amount))
        elif self.prize_kind == "reward":
            won = _("You won: %s. The voucher is yours, at no cost.", self.voucher_id.program_id.name)
        return {
            "play_id": self.id,
            "prize_id": self.prize_id.id,
            "prize": self.prize_id.name or self.prize_name,
            "kind": self.prize_kind,
            "is_win": self.prize_kind != "nothing",
            "text": won or _("No win this time: %s.", (self.prize_id.name or self.prize_name).rstrip(".")),
            "voucher_id": self.voucher_id.id or False,
        }


class ClubMember(models.Model):
    _inherit = "club.member"

    def _club_games(self):
        """The games that there is something to see of for this member."""
        club = self.club_id
        if club.id not in self.env["club.game"]._clubs() or club.state == "off":
            return self.env["club.game"]
        found = self.env["club.game"].sudo().search([("club_id", "=", club.id), ("is_on", "=", True)])
        found = found.filtered(lambda game: game._is_open_on(club._today()))
        waiting = self.env["club.play"].sudo().search(
            [("member_id", "=", self.id), ("game_id", "in", found.ids), ("state", "in", ("granted", "drawn"))]
        )  # fmt: skip
        return found.filtered(lambda game: game._is_for(self) or game in waiting.game_id)

    def _club_has_games(self):
        return bool(self._club_games())

    def _club_game_teaser(self):
        """The line on the card while there is something to play; empty else."""
        games = self._club_games()
        statuses = games._page_statuses(self) if games else {}
        open_games = [game for game in games if statuses[game.id]["free"]]
        if not open_games:
            return ""
        return self.env._("Try your luck: %s", ", ".join(game.name for game in open_games))

    def _club_page_games(self):
        games = self._club_games()
        statuses = games._page_statuses(self) if games else {}
        return [game._page(statuses[game.id]) for game in games]

    def _club_page_play(self, game_id, key, is_bought):
        """A click on "Play": the result, or why there is none.

        :return: dict ``refused`` (a sentence), or what was drawn, and in both cases ``status``
        """
        game = self.env["club.game"].sudo().browse(game_id).exists()
        if not game or game.club_id != self.club_id:
            return {"refused": self.env._("This game is not one of your club's.")}
        try:
            play = self.env["club.play"]._play(self, game, key, is_bought)
        except UserError as refusal:
            return {"refused": str(refusal), "status": game._page_status(self)}
        return play._page_result()

    def _club_page_see(self, play_id):
        """The result was shown: what may be played next, of that game alone."""
        play = self.env["club.play"]._see(self, play_id)
        return {"status": play.game_id._page_status(self)} if play else {}


class ClubEntry(models.Model):
    _inherit = "club.entry"

    def _club_sentences(self):
        said = super()._club_sentences()
        if won := (self.data or {}).get("won"):
            said.insert(0, self.env._("You won: %s. It is under your vouchers.", won))
        return said
