"""What paid orders have to do with games: they bring plays, and their refunds take unused ones back."""

from collections import defaultdict

from odoo import fields, models

from ..engine import games as engine
from ..engine.values import exact

# Outcomes of an order that counts as bought by a member, whether it earned points or not.
BOUGHT = frozenset({
    "awarded", "no_program", "other_currency", "nothing_eligible", "redemption_order", "below_one", "visited",
})  # fmt: skip


class ClubDocumentMixin(models.AbstractModel):
    """An order brings one play of each game whose conditions it met when it was paid.

    A refund takes an unused play back once what is left of the order would not have brought it; a refund that is
    withdrawn gives it again. A play that was used stays, and so does its prize.
    """

    _inherit = "club.document.mixin"

    def _club_grant_plays(self, cases, is_fresh=False):
        """For clubs without games this asks nothing of the database."""
        clubs = self.env["club.game"]._clubs()
        # Whose club a document is that was decided earlier without an award, only its play knows.
        asked = [case for case in cases if self._club_may_have_plays(case, clubs)] if clubs else []
        if not asked:
            return
        rows = [row for case in asked for row in self._club_play_rows(case)]
        if (plan := self._club_plan()) is not None:
            plan.plays += len(rows)
            if plan.is_dry:
                return
        if rows:
            self.env["club.play"]._grant(rows)
        if not is_fresh:
            self.browse(case.document.id for case in asked)._club_recall_plays()

    def _club_may_have_plays(self, case, clubs):
        if case.awards:
            return any(row["club_id"] in clubs for row in case.awards)
        return not case.club_id or case.club_id in clubs

    def _club_play_rows(self, case):
        """The plays that a document brings which was judged just now."""
        code = case.code or ("awarded" if case.judged else "")  # in a preview nothing is awarded
        is_bought = case.paid_at and code in BOUGHT and case.outlet
        rules = case.outlet.club_id._rulebook() if is_bought else None
        if not is_bought or not rules.games or not (case.member_id or self._club_plan()):
            return []
        document, is_history = case.document, case.kind == "backfill"
        is_own_money = document._club_currency_id(rules, case.outlet.id) == rules.currency_id
        games = [
            game
            for game in rules.games
            if (game.is_for_history or not is_history)
            # A figure in the club's money says nothing about another.
            and (is_own_money or not game.trigger.minimum)
            and game.trigger.meets(
                moment=case.as_of,
                day=rules.local(case.outlet.id, case.paid_at).date(),
                outlet=case.outlet.id,
                channel=document._club_channel(),
                tier=rules.tier(case.tier_id).id,
            )
        ]
        if not games:
            return []
        facts, source = document._club_facts(rules, case.outlet.id), document._club_source()
        paid = facts.order.total - facts.order.not_real
        order = {
            "paid": paid,
            "lines": {line.key: line.gross for line, _sold in facts.lines if line.gross > 0},
            "parts": {key: str(part) for key, part in document._club_parts().items()},
        }
        return [
            {
                "key": f"{source.model}:{source.id}:{game.id}",
                "game_id": game.id,
                "member_id": case.member_id,
                "origin": "order",
                "source_model": source.model,
                "source_id": source.id,
                "source_name": source.name,
                "order_data": order | {"minimum": game.trigger.minimum},
            }
            for game in games
            if engine.is_earned(paid, game.trigger.minimum)
        ]

    def _club_recall_plays(self):
        """Bring unused plays to what is left of their orders by now."""
        plays = self.env["club.play"].sudo().search([
            ("source_model", "=", self._name),
            ("source_id", "in", self.ids),
            ("state", "in", ("granted", "taken")),
        ])  # fmt: skip
        if not plays:
            return
        returned = self.browse(plays.mapped("source_id"))._club_returned()
        wanted = defaultdict(lambda: self.env["club.play"])
        for play in plays:
            document = self.browse(play.source_id)
            state = "granted" if document._club_keeps_play(play.order_data, returned) else "taken"
            if state != play.state:
                wanted[state] |= play
        if wanted:
            plays.member_id._lock()
        for state, changed in wanted.items():
            # What was played since it was read here stays as it is: the lock would have failed.
            changed._set({"state": state, "done_at": fields.Datetime.now() if state == "taken" else False})

    def _club_keeps_play(self, data, returned):
        """Would what is left of this order have brought the play?"""
        if self.club_no_points:
            return False
        lines = data["lines"]
        shares = self._club_scaled(returned.get(self.id, {}), data["parts"])
        shares = {key: exact(share) for key, share in shares.items()}
        shares |= dict.fromkeys(lines.keys() - self._club_line_keys(), exact(1))
        return engine.is_earned(engine.paid_after(data["paid"], lines, shares), data["minimum"])

    def _club_play_texts(self, club):
        """What the customer of this order is told of plays that it brought and that wait, a sentence a game."""
        return self._club_plays_said().get(self.id, []) if self.env["club.game"]._is_giving(club) else []

    def _club_plays_said(self):
        """The same for many documents, as dict id → sentences, in the language of the context."""
        said = defaultdict(list)
        waiting = self.env["club.play"].sudo().search([
            ("source_model", "=", self._name), ("source_id", "in", self.ids), ("state", "=", "granted"),
            ("game_id.is_on", "=", True),
        ])  # fmt: skip
        for play in waiting:
            lang = self.browse(play.source_id).partner_id.lang or self.env.lang
            game = play.game_id.with_context(lang=lang)
            said[play.source_id].append(game.env._("You have a play: %s. Play it on your page.", game.name))
        return said
