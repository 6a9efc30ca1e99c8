from collections import defaultdict

from odoo import api, fields, models

from .fields import BigInteger


class ClubMove(models.Model):
    """A member's move from one tier to another, and why."""

    _name = "club.move"
    _description = "Tier Move"
    _order = "moved_at desc, id desc"

    member_id = fields.Many2one("club.member", required=True, ondelete="cascade", index=True, readonly=True)
    from_tier_id = fields.Many2one("club.tier", ondelete="restrict", readonly=True)
    tier_id = fields.Many2one("club.tier", required=True, ondelete="restrict", readonly=True)
    moved_at = fields.Datetime(required=True, readonly=True)
    lifetime = BigInteger(readonly=True)
    reason = fields.Selection(
        [
            ("lifetime", "Reached by lifetime total"),
            ("refund", "What reached it was refunded"),
            ("merge", "Kept from a merged membership"),
        ],
        required=True,
        readonly=True,
    )

    @api.model
    def _record(self, moves, reason):
        """Move members: (member id, from tier id, to tier id, lifetime) rows."""
        if not moves:
            return
        now = fields.Datetime.now()
        by_tier = defaultdict(list)
        for member_id, _from_id, tier_id, _lifetime in moves:
            by_tier[tier_id].append(member_id)
        for tier_id, member_ids in by_tier.items():
            self.env["club.member"].sudo().browse(member_ids).write({"tier_id": tier_id, "tier_since": now})
        self.sudo().create([
            {
                "member_id": member_id,
                "from_tier_id": from_id,
                "tier_id": tier_id,
                "moved_at": now,
                "lifetime": lifetime,
                "reason": reason,
            }
            for member_id, from_id, tier_id, lifetime in moves
        ])  # fmt: skip
