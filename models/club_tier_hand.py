from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..engine import tiers
from .asked import one, record_id
from .batches import in_batches

SHOWN_MOVES = 12


class ClubMember(models.Model):
    """A tier that a manager sets by hand, until a day; and the moves that a member reads.

    Example: Ada is Member; Anna makes her Gold until 31 December for a lost parcel. The night after, she has the
    tier again that her points reach by then. Collecting enough for a higher tier meanwhile ends it early.
    """

    _inherit = "club.member"

    tier_until = fields.Date(string="Tier Set by Hand Until", readonly=True, copy=False, index="btree_not_null")
    hand_move_id = fields.Many2one(
        "club.move", readonly=True, copy=False, ondelete="set null", index="btree_not_null",
        help="Which move set it: what was held before is known from it.",
    )  # fmt: skip
    tier_hand_text = fields.Char(compute="_compute_tier_hand_text")

    @api.depends("tier_until")
    def _compute_tier_hand_text(self):
        for member in self:
            member.tier_hand_text = (
                self.env._("Set by hand until %s", format_date(self.env, member.tier_until))
                if member.tier_until
                else ""
            )

    def set_tier(self, tier_id, until, reason):
        """Give a member a tier by hand, up to and including a day of the club's calendar.

        :param tier_id: id of a ``club.tier`` of the member's club
        :param until: date or ISO text
        :param reason: stays in the member's history
        :return: the ``club.move``
        :raise UserError: another club's tier, a day that is over or no day, no reason, an archived membership
        """
        one(self)
        self._check_tier_manager()
        number = record_id(self.env, tier_id) if tier_id else 0
        member, tier = self.sudo(), self.env["club.tier"].browse(number).sudo().exists()
        if not tier or tier.club_id != member.club_id:
            raise UserError(self.env._("Choose a tier of the member's own club."))
        try:
            until = fields.Date.to_date(until)
        except (TypeError, ValueError):
            until = None
        if not until:
            raise UserError(self.env._("Say until which day the tier is set: a date."))
        if until < member.club_id._today():
            raise UserError(
                self.env._("%s is over already. Choose today or a later day.", format_date(self.env, until))
            )
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Give a reason: it stays in the member's history."))
        if not member.active or member.merged_into_id:
            raise UserError(self.env._("This membership is archived. Restore it first."))
        move = member._set_tier(tier, until, reason.strip())
        return self.env["club.move"].browse(move.id)

    def _check_tier_manager(self):
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club set a tier by hand. Ask one of them."))
        self.check_access("write")

    def _set_tier(self, tier, until, reason):
        self._lock()
        # Set anew, what was held before the first time still counts.
        first = self.hand_move_id
        row = (self.id, self.tier_id.id, tier.id, self._tier_figures()[self.id])
        move = self.env["club.move"]._record([row], "hand", until=until, note=reason)
        self.write({"tier_until": until, "hand_move_id": (first or move).id})
        return move

    def action_end_tier(self):
        """The button: what was set by hand ends now."""
        self._check_tier_manager()
        members = self.sudo().filtered("tier_until")
        members._lock()
        members._end_hand()

    def _end_hand(self):
        """The tier that the points reach by now, or what was held before for another reason. Members are locked."""
        rows, figures = [], self._tier_figures()
        for member in self.filtered("tier_until"):
            rules, hand, figure = member.club_id._rulebook(), member.hand_move_id, figures[member.id]
            target = tiers.after_hand(rules.thresholds(), figure, hand.from_tier_id.id, hand.lifetime)
            rows.append((member.id, member.tier_id.id, target, figure))
        return self.env["club.move"]._record(rows, "hand_end")

    @api.model
    def _hand_over_domain(self):
        """Whose tier was set until a day that is over in the club's zone."""
        clubs = self.env["club.club"].sudo().search([("member_ids", "!=", False), ("state", "=", "on")])
        return Domain.OR(
            Domain("club_id", "=", club.id) & Domain("tier_until", "<", club._today()) for club in clubs
        )

    @api.model
    def _cron_review_tiers(self):
        """Every night, in batches that are committed one by one; what is done is not due any more."""
        members = self.sudo().with_context(active_test=False).search(self._hand_over_domain(), order="id")
        if in_batches(self.env, members.ids, self._end_hand_due) == len(members):
            self._review_years()

    @api.model
    def _end_hand_due(self, member_ids):
        """Another worker may have been here meanwhile: only what is still due after the lock is done."""
        members = self.sudo().with_context(active_test=False).browse(member_ids)
        members._lock()
        members.invalidate_recordset(["tier_until", "tier_id", "lifetime", "hand_move_id"])
        members.filtered_domain(self._hand_over_domain())._end_hand()

    def _club_page_moves(self):
        """The latest moves as a member reads them."""
        self.ensure_one()
        return [
            {
                "title": self.env._(
                    "%(tier)s since %(day)s",
                    tier=move.tier_id.name,
                    day=format_date(self.env, self.club_id._today(move.moved_at), date_format="long"),
                ),
                "text": move._words(),
            }
            for move in self.env["club.move"].search([("member_id", "=", self.id)], limit=SHOWN_MOVES)
        ]
