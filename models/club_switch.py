from odoo import api, fields, models


class ClubSwitch(models.Model):
    """A time during which a club, an outlet or a place to buy was on: an order paid then earns, however late it comes.

    The time that runs now is not here: it began at the club's ``on_since`` or the outlet's ``opted_in_at``.
    """

    _name = "club.switch"
    _description = "Time a Club Was On"
    _order = "started_at desc"

    club_id = fields.Many2one("club.club", required=True, ondelete="cascade", index=True, readonly=True)
    outlet_id = fields.Many2one("club.outlet", ondelete="cascade", index="btree_not_null", readonly=True)
    channel = fields.Char(readonly=True)
    started_at = fields.Datetime(required=True, readonly=True)
    ended_at = fields.Datetime(required=True, readonly=True)

    @api.model
    def _record(self, ended):
        """Keep times that end now: (club, outlet or none, when it began[, channel])."""
        now = fields.Datetime.now()
        self.sudo().create([
            {
                "club_id": club.id,
                "outlet_id": outlet.id,
                "started_at": started_at,
                "ended_at": now,
                "channel": channel[0] if channel else False,
            }
            for club, outlet, started_at, *channel in ended
            if started_at and started_at < now
        ])  # fmt: skip
