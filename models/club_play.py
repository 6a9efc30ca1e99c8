"""A play of a game: granted, drawn on the server, seen by its member. What a browser says decides nothing."""

import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine import games as engine
from ..engine.lots import portions
from .asked import record_id
from .club_voucher import KEY_LENGTH
from .fields import BigInteger
from .ledger import SENTINEL, Intent, Source

MOST_AT_ONCE = 20_000  # plays given by one click: some twenty seconds


class ClubPlay(models.Model):
    """One play. It is drawn before anything moves on a screen, with its member locked, and used once.

    What was drawn and not seen yet is shown again, whoever asks how often: twenty clicks on two tabs are one draw.
    A play that cannot be drawn changes nothing: it stays, and what it cost is not taken.

    Invariant: a drawn play has one prize, which was given in the same transaction.
    """

    _name = "club.play"
    _inherit = ["club.door.mixin", "club.source.mixin"]
    _description = "Play of a Game"
    _order = "id desc"
    _rec_name = "prize_name"

    game_id = fields.Many2one("club.game", required=True, ondelete="restrict", index=True, readonly=True)
    member_id = fields.Many2one("club.member", required=True, ondelete="restrict", index=True, readonly=True)
    club_id = fields.Many2one(related="member_id.club_id")
    origin = fields.Selection(
        [("order", "Paid order"), ("daily", "Once a day"), ("paid", "Bought"), ("staff", "Given by staff"),
         ("goal", "Goal reached")],
        required=True,
        readonly=True,
        string="Why",
    )
    state = fields.Selection(
        [
            ("granted", "To Be Played"),
            ("drawn", "Played, Not Seen Yet"),
            ("done", "Played"),
            ("taken", "Taken Back"),
        ],
        required=True,
        readonly=True,
        default="granted",
    )
    key = fields.Char(required=True, readonly=True, copy=False)
    request_key = fields.Char(readonly=True, copy=False)
    source_model = fields.Char(readonly=True)
    source_id = fields.Many2oneReference(model_field="source_model", readonly=True)
    source_name = fields.Char(string="Document", readonly=True)
    order_data = fields.Json(readonly=True, help="What the order brought, by which a refund takes the play back.")
    actor = fields.Char(string="Given By", readonly=True)
    granted_at = fields.Datetime(string="Given", required=True, readonly=True)
    drawn_at = fields.Datetime(string="Played At", readonly=True)
    day = fields.Date(readonly=True, help="On which it was played, in the club's zone.")
    done_at = fields.Datetime(string="Seen", readonly=True)
    prize_id = fields.Many2one("club.game.prize", ondelete="restrict", index="btree_not_null", readonly=True)
    prize_name = fields.Char(string="Prize Drawn", readonly=True)
    prize_kind = fields.Selection(
        [("points", "Points"), ("reward", "Reward"), ("nothing", "No Win")], string="Won", readonly=True
    )
    roll = fields.Integer(readonly=True, help="The random number, from 0 to below the weights in all.")
    rolls = fields.Integer(string="Weights in All", readonly=True, help="Of the prizes that could be won then.")
    weight = fields.Integer(string="Weight of the Prize", readonly=True, aggregator=None)
    amount = BigInteger(readonly=True, help="Points won, in the unit's minor unit.")
    cost = fields.Monetary(string="Cost of the Prize", readonly=True)
    currency_id = fields.Many2one(related="game_id.currency_id")
    price = BigInteger(readonly=True)
    paid_entry_id = fields.Many2one("club.entry", string="Paid With", ondelete="restrict", readonly=True, index=True)
    entry_id = fields.Many2one("club.entry", string="Points Won", ondelete="restrict", readonly=True, index=True)
    voucher_id = fields.Many2one(
        "club.voucher", string="Voucher Won", ondelete="restrict", readonly=True, index="btree_not_null"
    )

    _key_once = models.Constraint("UNIQUE (key)", "This play was given already.")
    _request_once = models.UniqueIndex(
        "(member_id, request_key) WHERE request_key IS NOT NULL", "This play was asked for already."
    )
    _source_idx = models.Index("(source_model, source_id) WHERE source_id IS NOT NULL")

    @api.depends("game_id", "prize_name")
    def _compute_display_name(self):
        for play in self:
            names = [play.sudo().game_id.name or "", play.prize_name or ""]
            play.display_name = " · ".join(filter(None, names))

    def _door_words(self):
        return self.env._("Plays are given by orders or by “Grant plays”, and used by their members alone.")

    def _set(self, vals):
        self.with_context(club_door=SENTINEL).write(vals)

    # ------------------------------------------------------------------ giving
    @api.model
    def _grant(self, rows):
        """Give plays, each once by its key.

        :param rows: dicts ``key``, ``game_id``, ``member_id``, ``origin`` and what else is known
        :return: the plays that are new
        """
        keys = [row["key"] for row in rows]
        known = set(self.sudo().search([("key", "in", keys)]).mapped("key")) if rows else set()
        fresh = [row for row in rows if row["key"] not in known]
        now = fields.Datetime.now()
        plays = self.sudo().with_context(club_door=SENTINEL)
        return plays.create([{"granted_at": now, **row} for row in fresh]).with_context(club_door=None)

    @api.model
    def _move_member(self, gone, kept):
        """Two memberships became one: so do their plays."""
        for play in self.sudo().search([("member_id", "=", gone.id)]):
            key = play.request_key and f"{gone.id}:{play.request_key}"[-KEY_LENGTH:]
            play._set({"member_id": kept.id, "request_key": key})

    @api.model
    def _forget_members(self, members):
        """What staff wrote when they gave these members plays is gone."""
        self.sudo().search([("member_id", "in", members.ids), ("origin", "=", "staff")])._set({"source_name": False})

    # ------------------------------------------------------------------ playing
    @api.model
    def _play(self, member, game, key, is_bought=False):
        """Draw the member's next play of the game: what is shown after it is decided here.

        :param key: the browser's own text for this click: sent again it gives the same play
        :param is_bought: pay for one if there is none to be had for nothing
        :raise UserError: why not; nothing changed
        """
        if not isinstance(key, str) or not 0 < len(key) <= KEY_LENGTH or "\0" in key:
            raise UserError(self.env._("A key is a text of at most 64 characters."))
        own = self.sudo()
        member._lock()
        if known := own.search([("member_id", "=", member.id), ("request_key", "=", key)]):
            if known.game_id != game:
                raise UserError(self.env._("This request was for another game. Start again from its page."))
            return known
        if unseen := own._unseen(member, game):
            return unseen
        if refusal := game._refusal(member):
            raise UserError(refusal)
        with self.env.cr.savepoint():
            play = own._next(member, game) or (is_bought and own._buy(member, game, key))
            if not play:
                raise UserError(self.env._("You have no play left. %s", game._how_to_get(member)).strip())
            play._draw(key)
        return play

    @api.model
    def _unseen(self, member, game):
        domain = [("member_id", "=", member.id), ("game_id", "=", game.id), ("state", "=", "drawn")]
        return self.search(domain, order="drawn_at, id", limit=1)

    @api.model
    def _next(self, member, game):
        """The play that is used next: one that was given, the oldest first, else today's own."""
        domain = [("member_id", "=", member.id), ("game_id", "=", game.id), ("state", "=", "granted")]
        if granted := self.search(domain, order="id", limit=1):
            return granted
        if not game._has_daily(member):
            return self.browse()
        day = member.club_id._today()
        return self._grant([{
            "key": f"daily:{member.id}:{game.id}:{day}", "game_id": game.id, "member_id": member.id, "origin": "daily",
            "day": day,
        }])  # fmt: skip

    @api.model
    def _buy(self, member, game, key):
        """A play for points: they leave together with the draw, or not at all."""
        price, unit = game._price_minor(), game.price_unit_id
        if reason := game._price_refusal(member):
            raise UserError(reason)
        play = self._grant([{
            "key": f"paid:{member.id}:{key}", "game_id": game.id, "member_id": member.id, "origin": "paid",
            "price": price,
        }])  # fmt: skip
        entry = self.env["club.entry"]._post(
            [
                Intent(
                    account_id=member._club_account(unit).id,
                    kind="play",
                    key=f"play:{play.id}:paid",
                    amount=price,
                    source=play._source(),
                )
            ],
            is_locked=True,
        )
        play._set({"paid_entry_id": entry.id})
        return play

    def _source(self):
        return Source(model=self._name, id=self.id, name=self.game_id.name)

    def _draw(self, key):
        """Roll, note what was rolled, and give the prize."""
        game, club = self.game_id, self.club_id
        if game._has_stock():
            game._take_turn()
        for reward in game.prize_ids.reward_id.filtered("club_limit_total").sorted("id"):
            reward._club_take_turns()
        prizes = game._engine_prizes()
        total = engine.total_weight(prizes)
        if not total:
            raise UserError(
                self.env._("All prizes of %s are gone for now. Your play stays yours: try again later.", game.name)
            )
        roll = self._roll(total)
        hit = engine.draw(prizes, roll)
        prize = game.prize_ids.filtered(lambda own: own.id == hit.id)
        self._set({
            "state": "drawn",
            "request_key": key,
            "drawn_at": fields.Datetime.now(),
            "day": club._today(),
            "prize_id": prize.id,
            "prize_name": prize.name,
            "prize_kind": prize.kind,
            "roll": roll,
            "rolls": total,
            "weight": hit.weight,
            "cost": prize.cost,
        })  # fmt: skip
        getattr(self, f"_give_{prize.kind}")(prize)

    @api.model
    def _roll(self, total):
        """From the operating system's generator: nobody can foresee it."""
        return secrets.randbelow(total)

    # ------------------------------------------------------------------ prizes
    def _give_nothing(self, prize):
        """Nothing is what it brings."""

    def _give_points(self, prize):
        unit, amount = prize.unit_id, prize._minor()
        days, months = next((said for rule in (unit, self.club_id) if any(said := rule._validity())), (0, 0))
        born = portions(amount, 1, 0, self.club_id._today(), days, months)
        self._set({"amount": amount, "entry_id": self._post_win(unit, amount, born).id})

    def _give_reward(self, prize):
        """The voucher of the reward, for nothing: its movement says so and moves no point."""
        program = prize.reward_id
        entry = self._post_win(program.club_unit_id, 0, (), {"won": program.name})
        voucher = self.env["club.voucher"].sudo()._win(self.member_id, program, entry, f"play:{self.id}")
        self._set({"entry_id": entry.id, "voucher_id": voucher.id})

    def _post_win(self, unit, amount, born, data=None):
        member = self.member_id
        accounts = self.env["club.account"].sudo()._ensure([(member.id, unit.id, member._club_pool().id)])
        [account_id] = accounts.values()
        return self.env["club.entry"].sudo()._post(
            [
                Intent(
                    account_id=account_id,
                    kind="game",
                    key=f"play:{self.id}:prize",
                    amount=amount,
                    source=self._source(),
                    born=born,
                    data=data or {},
                )
            ],
            is_locked=True,
        )

    # ------------------------------------------------------------------ seen
    @api.model
    def _see(self, member, play_id):
        """The member has seen what was drawn: the next click is another play. Of others' plays nothing happens."""
        play = self.sudo().search([("id", "=", play_id), ("member_id", "=", member.id), ("state", "=", "drawn")])
        if play:
            member._lock()
            play._set({"state": "done", "done_at": fields.Datetime.now()})
        return play


class ClubMember(models.Model):
    _inherit = "club.member"

    play_ids = fields.One2many("club.play", "member_id", string="Plays")

    def grant_plays(self, game, count=1, key=None, reason=""):
        """Managers give plays of a game, from 1 to 20 to each of these members.

        :param game: id of a ``club.game`` of the members' club
        :param key: the caller's own text of at most 64 characters: the same key again gives nothing more
        :param reason: why; it is noted beside who gave them
        :return: list of dicts ``{"play_id", "member_id"}`` of what is new
        """
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club give plays. Ask one of them."))
        self.check_access("read")
        found = self.env["club.game"].browse(record_id(self.env, game)).exists()
        found.check_access("read")
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= engine.MOST_GRANTED:
            raise UserError(self.env._("Give from 1 to %s plays at once.", engine.MOST_GRANTED))
        if not found or not found.active:
            raise UserError(self.env._("Choose a game that is not archived."))
        if len(self) * count > MOST_AT_ONCE:
            raise UserError(
                self.env._("Give at most %s plays in all at once: choose fewer members.", f"{MOST_AT_ONCE:,}")
            )
        if key is not None and (not isinstance(key, str) or not 0 < len(key) <= KEY_LENGTH or "\0" in key):
            raise UserError(self.env._("A key is a text of at most 64 characters."))
        if strangers := self.filtered(lambda member: member.club_id != found.club_id or not member.active):
            raise UserError(
                self.env._(
                    "%(member)s is no member of %(club)s. Choose members of the game's own club; nobody got a play.",
                    member=strangers[0].display_name,
                    club=found.club_id.name,
                )
            )
        plays = self.sudo()._grant_plays(found.sudo(), count, key or secrets.token_hex(16), (reason or "").strip())
        return [{"play_id": play.id, "member_id": play.member_id.id} for play in plays]

    def _grant_plays(self, game, count, key, reason=""):
        self._lock()
        actor = self.env["club.entry"]._actor()
        return self.env["club.play"]._grant([
            {
                "key": f"staff:{key}:{game.id}:{member.id}:{number}",
                "game_id": game.id,
                "member_id": member.id,
                "origin": "staff",
                "actor": actor,
                "source_name": reason or False,
            }
            for member in self
            for number in range(count)
        ])  # fmt: skip


class ClubVoucher(models.Model):
    _inherit = "club.voucher"

    @api.model
    def _win(self, member, program, entry, key):
        """A voucher that nothing was paid for; the member is locked."""
        card = self._make_card(member, program)
        voucher = self.with_context(club_door=SENTINEL).create({
            "member_id": member.id,
            "program_id": program.id,
            "card_id": card.id,
            "entry_id": entry.id,
            "price": 0,
            "request_key": key,
            "is_giftable": program.club_is_giftable,
            "issued_at": fields.Datetime.now(),
        }).with_context(club_door=None)  # fmt: skip
        voucher._queue_mail()
        return voucher
