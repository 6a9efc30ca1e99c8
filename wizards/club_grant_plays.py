from uuid import uuid4

from odoo import api, fields, models


class ClubGrantPlays(models.TransientModel):
    """Give plays of a game by hand: to say sorry, or thank you.

    Example: 3 plays of "Wheel of Beans" for the twelve guests of a tasting.
    """

    _name = "club.grant.plays"
    _description = "Grant Plays"
    _inherit = ["club.window.mixin"]

    member_ids = fields.Many2many(
        "club.member", string="Members", required=True, default=lambda self: self.env["club.member"]._ticked()
    )
    member_count = fields.Integer(string="For So Many Members", compute="_compute_club_ids")
    club_ids = fields.Many2many("club.club", compute="_compute_club_ids")
    game_id = fields.Many2one(
        "club.game",
        required=True,
        domain="[('club_id', 'in', club_ids)]",
        compute="_compute_game_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    count = fields.Integer(string="Plays Each", required=True, default=1, help="From 1 to 20.")
    reason = fields.Char(help="Noted with the plays, beside your name.")
    key = fields.Char(default=lambda self: str(uuid4()), required=True, readonly=True)
    summary = fields.Char(compute="_compute_summary")

    @api.depends("member_ids")
    def _compute_club_ids(self):
        for wizard in self:
            wizard.member_count = len(wizard.member_ids)
            wizard.club_ids = wizard.member_ids.club_id or self.env["club.club"]._only()

    @api.depends("member_ids")
    def _compute_game_id(self):
        for wizard in self:
            if not wizard.game_id:
                own = [("club_id", "in", wizard.club_ids.ids)]
                wizard.game_id = self.env["club.game"].search(own, order="is_on desc, sequence, id", limit=1)

    @api.depends("member_ids", "game_id", "count")
    def _compute_summary(self):
        for wizard in self:
            total = len(wizard.member_ids) * max(wizard.count, 0)
            off = "" if not wizard.game_id or wizard.game_id.is_on else self.env._(
                "The game is off: they see their plays once it is on."
            )  # fmt: skip
            wizard.summary = " ".join(filter(None, [self.env._("Plays in all: %s.", total), off]))

    def action_grant(self):
        self.ensure_one()
        given = self.member_ids.grant_plays(self.game_id.id, self.count, self.key, self.reason or "")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("%(count)s plays of %(game)s given.", count=len(given), game=self.game_id.name),
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
