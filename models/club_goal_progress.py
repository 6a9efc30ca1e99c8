"""How far members are with their goals: what each order counts, what that comes to, and the reward for it."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from .batches import in_batches
from .club_reconcile import DAYS
from .fields import BigInteger
from .ledger import SENTINEL

MEMBERS = 1000  # looked at by one statement


class ClubGoalEvent(models.Model):
    """What one order counts for one goal."""

    _name = "club.goal.event"
    _description = "Order That Counts for a Goal"
    _inherit = ["club.counted.mixin"]
    _log_access = False

    goal_id = fields.Many2one("club.goal", required=True, ondelete="restrict", readonly=True)
    day = fields.Date(required=True, readonly=True, help="The outlet's own day.")
    period = fields.Date(required=True, readonly=True)

    _once = models.Constraint("UNIQUE (goal_id, source_model, source_id, part)", "This order counts already.")
    _member_idx = models.Index("(member_id, goal_id, period)")
    _source_idx = models.Index("(source_model, source_id)")
    _noted_idx = models.Index("(noted_at)")

    def _door_words(self):
        return self.env._("Paid orders count for goals by themselves.")

    @api.model
    def _record(self, rows):
        """Note what orders count, each once.

        :return: the (goal, member, period) that moved
        """
        return set(self._note(rows, ("goal_id", "day", "period"), ("goal_id", "member_id", "period")))

    @api.model
    def _shrink(self, documents):
        """Bring what these documents count to what is left of them by now.

        :return: the (goal, member, period) that moved
        """
        return {(row["goal_id"], row["member_id"], row["period"]) for row, _left in self._shrunk(documents)}

    @api.model
    def _known(self, documents):
        """The (goal, document) that count already."""
        return set(
            self.env.execute_query(
                SQL(
                    "SELECT goal_id, source_id FROM club_goal_event WHERE source_model = %s AND source_id = ANY(%s)",
                    documents._name,
                    list(documents.ids),
                )
            )
        )

    @api.model
    def _days(self, where):
        """(goal, member, period) → [(day, amount left)] of the events ``e`` of a condition."""
        found = defaultdict(list)
        for *key, day, amount in self.env.execute_query(
            SQL(
                """SELECT e.goal_id, e.member_id, e.period, e.day, SUM(e.remaining)::bigint FROM club_goal_event e
                    WHERE %s GROUP BY 1, 2, 3, 4""",
                where,
            )
        ):
            found[tuple(key)].append((day, amount))
        return found


class ClubGoalProgress(models.Model):
    """How far a member is with a goal in one period, and what it brought.

    Invariant: ``value`` is what the member's orders of that period come to; a movement of points or a voucher is
    there once for those who reached it.
    """

    _name = "club.goal.progress"
    _description = "Progress of a Member"
    _inherit = "club.door.mixin"
    _log_access = False
    _order = "period desc, id desc"

    goal_id = fields.Many2one("club.goal", required=True, ondelete="restrict", readonly=True, index=True)
    member_id = fields.Many2one("club.member", required=True, ondelete="restrict", index=True, readonly=True)
    club_id = fields.Many2one(related="goal_id.club_id")
    period = fields.Date(string="Period From", required=True, readonly=True)
    value = BigInteger(required=True, readonly=True)
    state = fields.Selection(
        [("open", "On the Way"), ("done", "Reached"), ("taken", "Taken Back")],
        required=True,
        default="open",
        readonly=True,
    )
    reached_at = fields.Datetime(string="Reached", readonly=True)
    entry_ids = fields.Many2many("club.entry", "club_goal_progress_entry", string="Brought", readonly=True)

    _once = models.Constraint("UNIQUE (member_id, goal_id, period)", "This progress is noted already.")

    def _door_words(self):
        return self.env._("Progress follows from paid orders. Adjust the member's points instead.")

    def _set(self, vals):
        self.with_context(club_door=SENTINEL).write(vals)

    def _key(self):
        """By which the reward is posted, once."""
        return f"goal:{self.goal_id.id}:{self.member_id.id}:{self.period}"

    # ------------------------------------------------------------------ what it comes to
    @api.model
    def _settle(self, keys):
        """Bring progress and rewards to what the orders come to by now. The members are locked.

        :param keys: (goal, member, period)
        :return: how many were reached
        """
        if not keys:
            return 0
        goal_ids, member_ids, periods = (list(set(part)) for part in zip(*keys, strict=True))
        days = self.env["club.goal.event"]._days(
            SQL("e.member_id = ANY(%s) AND e.goal_id = ANY(%s) AND e.period = ANY(%s)", member_ids, goal_ids, periods)
        )
        rules = self.env["club.goal"]._engines()
        values = {key: rules[key[0]].value(days.get(key, ())) for key in keys}
        self.flush_model()
        rows = self.env.cr.execute_values(
            """INSERT INTO club_goal_progress (goal_id, member_id, period, value, state) VALUES %s
               ON CONFLICT (member_id, goal_id, period) DO UPDATE SET value = EXCLUDED.value
               RETURNING id, goal_id, value, state""",
            [(*key, value, "open") for key, value in sorted(values.items())],
            fetch=True,
        )
        self.invalidate_model(flush=False)
        own = self.sudo()
        reached = own.browse(
            row_id for row_id, goal_id, value, state in rows if state != "done" and value >= rules[goal_id].target
        )
        reached._reward()
        own.browse(
            row_id for row_id, goal_id, value, state in rows if state == "done" and value < rules[goal_id].target
        )._take()
        return len(reached.filtered(lambda row: row.state == "done"))

    @api.model
    def _expected(self, counted):
        """How many goals would be reached if this counted beside what does by now.

        :param counted: dict (goal, member or anything else, period) → [(day, amount)]
        """
        if not counted:
            return 0
        members = [key[1] for key in counted if key[1] > 0]
        days = self.env["club.goal.event"]._days(SQL("e.member_id = ANY(%s)", members)) if members else {}
        done = [("member_id", "in", members), ("state", "=", "done")]
        known = {(row.goal_id.id, row.member_id.id, row.period) for row in self.sudo().search(done)}
        rules = self.env["club.goal"]._engines()
        return sum(
            key not in known and rules[key[0]].value([*own, *days.get(key, ())]) >= rules[key[0]].target
            for key, own in counted.items()
        )

    # ------------------------------------------------------------------ the nightly repair
    @api.model
    def _repair(self, days=DAYS):
        """Give or take what a fault left undone: two queries for every thousand members whose orders moved."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        members = self.env.execute_query(
            SQL("SELECT DISTINCT member_id FROM club_goal_event WHERE noted_at >= %s ORDER BY 1", since)
        )
        in_batches(self.env, [row[0] for row in members], self._repair_members, size=MEMBERS)

    @api.model
    def _repair_members(self, member_ids):
        if stale := self._stale(member_ids):
            self.env["club.member"].sudo().browse({member_id for _goal, member_id, _period in stale})._lock()
            self._settle(stale)

    @api.model
    def _stale(self, member_ids):
        """The (goal, member, period) whose progress or state is not what their orders come to."""
        days = self.env["club.goal.event"]._days(SQL("e.member_id = ANY(%s)", list(member_ids)))
        self.flush_model()
        known = {
            tuple(key): (value, state)
            for *key, value, state in self.env.execute_query(
                SQL(
                    """SELECT goal_id, member_id, period, value, state FROM club_goal_progress
                        WHERE member_id = ANY(%s)""",
                    list(member_ids),
                )
            )
        }
        rules, stale = self.env["club.goal"]._engines(), set()
        for key in days.keys() | known.keys():
            value = rules[key[0]].value(days.get(key, ()))
            noted, state = known.get(key, (None, "open"))
            if value != noted or (value >= rules[key[0]].target) != (state == "done"):
                stale.add(key)
        return stale

    # ------------------------------------------------------------------ two memberships of one person
    @api.model
    def _move_member(self, gone, kept):
        """What both collected adds up. A reward that either had stays, and is not given again."""
        own = self.sudo()
        mine = own.search([("member_id", "=", gone.id)])
        theirs = {(row.goal_id, row.period): row for row in own.search([("member_id", "=", kept.id)])}
        self.env.cr.execute(
            SQL("UPDATE club_goal_event SET member_id = %s WHERE member_id = %s", kept.id, gone.id)
        )
        self.env["club.goal.event"].invalidate_model(flush=False)
        keys = {(row.goal_id.id, kept.id, row.period) for row in mine}
        for row in mine:
            if other := theirs.get((row.goal_id, row.period)):
                state = max(row.state, other.state, key=("open", "taken", "done").index)
                other._set({
                    "entry_ids": [(4, entry.id) for entry in row.entry_ids],
                    "state": state,
                    "reached_at": min(filter(None, (row.reached_at, other.reached_at)), default=False),
                })  # fmt: skip
                row.with_context(club_door=SENTINEL).unlink()
            else:
                row._set({"member_id": kept.id})
        self._settle(keys)


class ClubReconcile(models.Model):
    _inherit = "club.outcome"

    @api.model
    def _cron_reconcile(self, days=DAYS):
        super()._cron_reconcile(days)
        self.env["club.goal.progress"]._repair(days)


class ClubMember(models.Model):
    _inherit = "club.member"

    goal_progress_ids = fields.One2many("club.goal.progress", "member_id", string="Goals")

