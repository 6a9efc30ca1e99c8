from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

ACTIVITIES = [
    ("active", "Active: an order within 12 months"),
    ("leaving", "About to leave: none for 90 days"),
    ("gone", "Gone: none for 12 months"),
    ("none", "No order yet"),
]


class ClubMember(models.Model):
    """How long ago a member bought something, as a word; who is about to leave is active, too."""

    _inherit = "club.member"

    activity = fields.Selection(ACTIVITIES, compute="_compute_activity", search="_search_activity")

    @api.depends("last_paid_at")
    def _compute_activity(self):
        now, day = fields.Datetime.now(), self.env["club.day"]
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT m.id, CASE WHEN %s THEN 'leaving' WHEN %s THEN 'active' WHEN %s THEN 'gone' ELSE 'none' END"
                " FROM club_member m WHERE m.id = ANY(%s)",
                day._activity_sql("leaving", now),
                day._activity_sql("active", now),
                day._activity_sql("gone", now),
                list(self.ids),
            )
        )
        found = dict(rows)
        for member in self:
            member.activity = found.get(member.id)

    def _search_activity(self, operator, value):
        if operator != "in":
            return NotImplemented
        now, day = fields.Datetime.now(), self.env["club.day"]
        wanted = [day._activity_sql(activity, now) for activity, _label in ACTIVITIES if activity in value]
        if "active" in value and "leaving" not in value:  # each by the word it has
            wanted[0] = SQL("%s AND NOT %s", wanted[0], day._activity_sql("leaving", now))
        if not wanted:
            return Domain.FALSE
        return Domain("id", "in", SQL("(SELECT m.id FROM club_member m WHERE %s)", SQL(" OR ").join(wanted)))
