from collections import defaultdict

from odoo import api, fields, models
from odoo.tools.misc import format_date

from .fields import BigInteger


class ClubMove(models.Model):
    """A member's move from one tier to another, and why."""

    _name = "club.move"
    _description = "Tier Move"
    _inherit = ["club.source.mixin"]
    _order = "moved_at desc, id desc"

    member_id = fields.Many2one("club.member", required=True, ondelete="cascade", index=True, readonly=True)
    from_tier_id = fields.Many2one("club.tier", ondelete="restrict", readonly=True)
    tier_id = fields.Many2one("club.tier", required=True, ondelete="restrict", readonly=True)
    moved_at = fields.Datetime(string="Date", required=True, readonly=True)
    lifetime = BigInteger(readonly=True, help="What counted by then.")
    metric = fields.Selection(
        [("points", "Collected"), ("spend", "Spent"), ("orders", "Orders")], readonly=True, default="points"
    )
    reason = fields.Selection(
        [
            ("lifetime", "Reached by lifetime total"),
            ("refund", "What reached it was refunded"),
            ("merge", "Kept from a merged membership"),
            ("hand", "Set by hand"),
            ("hand_end", "End of what was set by hand"),
            ("review", "Not reached again within a year"),
        ],
        required=True,
        readonly=True,
    )
    until = fields.Date(readonly=True, help="The last day of a tier that was set by hand.")
    note = fields.Char(readonly=True, help="The reason in the words of whoever set it.")
    actor = fields.Char(string="By", readonly=True)
    source_model = fields.Char(readonly=True)
    source_id = fields.Many2oneReference(model_field="source_model", readonly=True)
    source_name = fields.Char(string="Document", readonly=True)
    text = fields.Char(string="Why", compute="_compute_text")

    @api.depends("reason", "lifetime", "until", "note", "tier_id", "from_tier_id")
    @api.depends_context("lang")
    def _compute_text(self):
        for move in self:
            words = [move._words()]
            if move.note:
                words.append(move.note)
            move.text = " ".join(words)

    def _words(self):
        """The reason as a sentence that the member may read too."""
        self.ensure_one()
        _ = self.env._
        values = {
            "total": self.member_id.club_id._tier_format(self.lifetime, metric=self.metric or "points"),
            "tier": self.tier_id.name,
            "from_tier": self.from_tier_id.name,
        }
        if self.reason == "hand":
            return _("Set by us until %s.", format_date(self.env, self.until))
        if self.metric in ("spend", "orders"):
            return self._words_of_orders(values)
        return {
            "lifetime": _("%(total)s were collected.", **values),
            "refund": _("What had reached %(from_tier)s was given back: %(total)s are left.", **values),
            "merge": _("Kept from another membership.", **values),
            "review": _("%(total)s were collected within the last year.", **values),
            "hand_end": _("What we had set for a time has ended; %(total)s were collected.", **values),
        }.get(self.reason, "")

    def _words_of_orders(self, values):
        """The same where tiers go by spend or by the number of orders."""
        _ = self.env._
        return {
            "lifetime": _("What you bought came to %(total)s.", **values),
            "refund": _("What had reached %(from_tier)s was given back: %(total)s are left.", **values),
            "merge": _("Kept from another membership.", **values),
            "review": _("What you bought within the last year came to %(total)s.", **values),
            "hand_end": _("What we had set for a time has ended; what you bought came to %(total)s.", **values),
        }.get(self.reason, "")

    @api.model
    def _record(self, moves, reason, **values):
        """Move members: (member id, from tier id, to tier id, lifetime[, source document]) rows.

        A tier that was set by hand ends with the next move, and the day of the next review is found anew.
        """
        if not moves:
            return self.browse()
        now = fields.Datetime.now()
        by_tier = defaultdict(list)
        for member_id, from_id, tier_id, *_rest in moves:
            by_tier[tier_id, from_id == tier_id].append(member_id)
        for (tier_id, is_same), member_ids in by_tier.items():
            since = {} if is_same else {"tier_since": now}
            self.env["club.member"].sudo().browse(member_ids).write({
                "tier_id": tier_id, "tier_until": False, "hand_move_id": False, "tier_review_on": False, **since,
            })  # fmt: skip
        actor = self.env["club.entry"]._actor()
        clubs = {member.id: member.club_id for member in self.env["club.member"].sudo().browse(row[0] for row in moves)}
        recorded = self.sudo()._record_rows([
            {
                "member_id": member_id,
                "from_tier_id": from_id,
                "tier_id": tier_id,
                "moved_at": now,
                "lifetime": lifetime,
                "reason": reason,
                "metric": clubs[member_id]._rulebook().tier_metric,
                "actor": actor,
                **self._source_values(*source),
                **values,
            }
            for member_id, from_id, tier_id, lifetime, *source in moves
        ])  # fmt: skip
        self.env["club.event"]._note(recorded)
        return recorded

    def _record_rows(self, vals_list):
        """Past what automation rules put around ``create``: they hear of it by ``club.event``, once it is committed."""
        return super().create(vals_list)  # pylint: disable=super-method-mismatch

    @api.model
    def _source_values(self, source=None):
        if not source:
            return {}
        return {"source_model": source.model, "source_id": source.id, "source_name": source.name}
