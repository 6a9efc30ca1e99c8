from collections import defaultdict
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..engine import tiers
from .batches import in_batches

NOTICE_DAYS = 30  # before the first reviews after tiers are no longer for good
MOST_DAYS = 365
BATCH = 1000


class ClubClub(models.Model):
    """Tiers for what was collected within a year: up at once, looked at again a year later.

    Example: Ada reaches Gold at 1500 on 3 May. On 3 May of next year the last twelve months count: 1500 and more
    keep Gold for another year, less loses it after the days of grace, unless she catches up in them.
    """

    _inherit = "club.club"

    tier_period = fields.Selection(
        [("good", "For good, by the lifetime total"), ("year", "For a year, by the last 12 months")],
        string="Tiers Are",
        required=True,
        default="good",
        tracking=True,
        help="For good: whoever reached a tier keeps it. For a year: it is reached anew with every 12 months.",
    )
    tier_grace_days = fields.Integer(
        string="Grace", default=30, tracking=True, help="Days after the review in which a member may still catch up."
    )
    tier_warn_days = fields.Integer(
        string="Warn", default=30, tracking=True, help="So many days ahead members read what keeps the tier."
    )

    _tier_days_sane = models.Constraint(
        f"CHECK (COALESCE(tier_grace_days, 0) BETWEEN 0 AND {MOST_DAYS}"
        f" AND COALESCE(tier_warn_days, 0) BETWEEN 0 AND {MOST_DAYS})",
        "Grace and warning are between 0 and 365 days.",
    )

    def write(self, vals):
        changed = self.filtered(lambda club: vals.get("tier_period", club.tier_period) != club.tier_period)
        result = super().write(vals)
        if changed:
            # What was looked at by the other rule is looked at anew by the night after.
            self.env["club.member"].sudo()._forget_reviews(changed)
        return result


class ClubMember(models.Model):
    _inherit = "club.member"

    tier_review_on = fields.Date(
        readonly=True, copy=False, help="When the tier is looked at again; the night after a move finds the day."
    )
    tier_review_text = fields.Char(string="Tier Review", compute="_compute_tier_review_text", compute_sudo=True)

    _tier_review_idx = models.Index("(club_id, tier_review_on)")

    def _compute_tier_review_text(self):
        texts = self._tier_review_texts()
        for member in self:
            member.tier_review_text = texts.get(member.id, "")

    @api.model
    def _forget_reviews(self, clubs):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE club_member SET tier_review_on = NULL, lock_version = lock_version + 1
                    WHERE club_id = ANY(%s) AND tier_review_on IS NOT NULL""",
                list(clubs.ids),
            )
        )
        self.invalidate_model(["tier_review_on"])

    # ------------------------------------------------------------------ figures
    def _tier_figures(self):
        """Member id → what tiers are reached by: the lifetime total, or what of it is of the last 12 months."""
        self.flush_recordset()
        return {member.id: member.lifetime for member in self} | self._counted_figures(
            [(member.id, member.club_id.id) for member in self]
        )

    @api.model
    def _counted_figures(self, pairs, at=None):
        """The same for (member id, club id) of clubs whose tiers do not go by the lifetime total; others ask nothing
        of the database.

        :param at: the day to count on, by default each club's today
        """
        by_club, result = defaultdict(list), {}
        for member_id, club_id in pairs:
            if club_id and member_id and self.env["club.club"].browse(club_id)._rulebook().is_tier_counted:
                by_club[club_id].append(member_id)
        for club_id, member_ids in by_club.items():
            rules = self.env["club.club"].browse(club_id)._rulebook()
            figures = self._counted_sql(rules, SQL("m.id = ANY(%s)", member_ids), at=at)
            result |= dict.fromkeys(member_ids, 0) | dict(self.env.execute_query(figures))
        return result

    @api.model
    def _counted_sql(self, rules, which, at=None, is_yearly=None, unit_id=None):
        """(member ``m``, figure) of a condition, by the club's own rules or others that are asked about."""
        start = None
        if rules.is_tier_yearly if is_yearly is None else is_yearly:
            start = self._window_start(rules, at or rules.today(fields.Datetime.now()))
        if rules.tier_metric == "points" or unit_id:
            return self._collected_sql(unit_id or rules.tier_unit_id, which, start)
        return SQL(
            """SELECT m.id, SUM(c.remaining)::bigint FROM club_member m
                 JOIN club_tier_count c ON c.member_id = m.id AND c.metric = %(metric)s
                WHERE %(which)s AND c.paid_at >= %(start)s GROUP BY m.id""",
            metric=rules.tier_metric,
            which=which,
            start=start or datetime.min,
        )

    @api.model
    def _window_start(self, rules, day):
        """The moment (naive UTC) from which on it counts: the first day's midnight in the club's zone."""
        local = datetime.combine(tiers.window_start(day), time(), ZoneInfo(rules.tz))
        return local.astimezone(timezone.utc).replace(tzinfo=None)

    @api.model
    def _collected_sql(self, unit_id, which, start):
        """(member ``m``, figure): what raised and lowered the total since, by the day of what it belongs to.

        What is taken back counts on the day of what had brought it. A merge brings what happened before it with
        its own days, not with the day of the merge.
        """
        if start is None:
            return SQL(
                """SELECT m.id, SUM(a.lifetime)::bigint FROM club_member m
                     JOIN club_account a ON a.member_id = m.id AND a.unit_id = %s WHERE %s GROUP BY m.id""",
                unit_id,
                which,
            )
        return SQL(
            """SELECT m.id, SUM(e.lifetime_delta)::bigint
                 FROM club_member m JOIN club_member own ON own.id = m.id OR own.merged_into_id = m.id
                 JOIN club_account a ON a.member_id = own.id AND a.unit_id = %(unit)s
                 JOIN club_entry e ON e.account_id = a.id AND e.lifetime_delta <> 0
                  AND e.kind NOT IN ('merge_in', 'merge_out', 'pool_in', 'pool_out')
                 LEFT JOIN club_entry cause ON cause.id = e.corrects_id
                WHERE %(which)s AND COALESCE(cause.business_at, e.business_at) >= %(start)s
             GROUP BY m.id""",
            unit=unit_id,
            which=which,
            start=start,
        )

    # ------------------------------------------------------------------ the nightly review
    @api.model
    def _review_years(self):
        yearly = [("tier_period", "=", "year"), ("state", "=", "on"), ("is_tier_counting", "=", False)]
        for club in self.env["club.club"].sudo().search(yearly):
            self._schedule_reviews(club)
            due = self.sudo().search(self._due_domain(club), order="id")
            if in_batches(self.env, due.ids, self._review_due, size=BATCH) < len(due):
                return

    def _due_domain(self, club):
        return [("club_id", "=", club.id), ("tier_review_on", "<=", club._today()), ("tier_until", "=", False)]

    @api.model
    def _schedule_reviews(self, club):
        """Whoever came to a tier since gets its day: a year after, and never before a notice is over."""
        rules, today = club._rulebook(), club._today()
        lowest = rules.tiers[0].id
        new = self.sudo().search(
            [("club_id", "=", club.id), ("tier_review_on", "=", False), ("tier_id", "!=", lowest),
             ("tier_until", "=", False)],
            order="id",
        )  # fmt: skip
        notice = today + timedelta(days=NOTICE_DAYS)

        def schedule(member_ids):
            members = self.sudo().browse(member_ids)
            members._lock()
            by_day = defaultdict(list)
            for member in members.filtered(lambda member: not member.tier_review_on and not member.tier_until):
                since = rules.today(member.tier_since or member.joined_at or fields.Datetime.now())
                by_day[max(tiers.next_review(since), notice)].append(member.id)
            for day, ids in by_day.items():
                self.sudo().browse(ids).tier_review_on = day

        in_batches(self.env, new.ids, schedule, size=BATCH)

    @api.model
    def _review_due(self, member_ids):
        """Keep, wait or move down; only what is still due after the lock, as another worker may have been here."""
        members = self.sudo().browse(member_ids)
        members._lock()
        members.invalidate_recordset(["tier_review_on", "tier_until", "tier_id"])
        rows = []
        for club in members.club_id:
            rules, today = club._rulebook(), club._today()
            due = members.filtered_domain(self._due_domain(club))
            figures, kept = due._tier_figures(), self.browse()
            for member in due:
                tier, figure = rules.tier(member.tier_id.id), figures[member.id]
                said = tiers.judge(tier.threshold, figure, member.tier_review_on, today, rules.tier_grace_days)
                if said == "keep":
                    kept |= member
                elif said == "fall":
                    target = tiers.reached(rules.thresholds(), figure)
                    rows.append((member.id, tier.id, target, figure))
            kept.tier_review_on = tiers.next_review(today)
        self.env["club.move"]._record(rows, "review")

    # ------------------------------------------------------------------ in words
    def _tier_review_texts(self, is_warning=False):
        """Member id → until when the tier is kept and what that takes, by what will still count on that day.

        :param is_warning: only where the day is near and something is missing
        """
        texts = {}
        for member in self.filtered(lambda member: member.tier_review_on and not member.tier_until):
            club, day = member.club_id, member.tier_review_on
            rules, today = club._rulebook(), club._today()
            if not rules.is_tier_yearly:
                continue
            at = max(day, today)
            figure = self._counted_figures([(member.id, club.id)], at)[member.id]
            missing = member.tier_id.threshold - figure
            last = day + timedelta(days=rules.tier_grace_days)
            if is_warning and (missing <= 0 or (day - today).days > club.tier_warn_days):
                continue
            values = {"tier": member.tier_id.name, "day": format_date(self.env, last, date_format="long")}
            if missing > 0:
                amount = club._tier_format(missing)
                texts[member.id] = self.env._("%(amount)s by %(day)s keep %(tier)s.", amount=amount, **values)
            else:
                values["day"] = format_date(self.env, tiers.next_review(at), date_format="long")
                texts[member.id] = self.env._("%(tier)s stays until %(day)s at least.", **values)
        return texts
