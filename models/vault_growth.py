"""What members were on the way to, as a part of a club file: tiers by spend, goals, plays, what they had once."""

from dataclasses import dataclass

from odoo import fields, models
from odoo.tools import SQL

from ..engine.goals import ALWAYS
from ..engine.vault_columns import HAD, MOST_TEXT
from .vault_export import safe

FILES = ("counts", "goals", "steps", "plays", "had")
MONTHS = "13 months"  # what a tier of a year and any period of a goal can still ask for
# What is in somebody's hands comes as a voucher of its own and is counted with that.
HAD_OUT = "v.refunded_at IS NULL AND NOT (c.points > 0 AND c.active)"
HAD_HOLD = "h.state = 'captured' AND h.is_given_back IS NOT TRUE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """These rows of a file by member."""

    counts: dict
    goals: dict
    steps: dict
    plays: dict
    had: dict


class ClubVault(models.Model):
    _inherit = "club.vault"

    # ------------------------------------------------------------------ out
    def _club_growth_queries(self, member):
        recent = SQL("period >= CURRENT_DATE - %s::interval OR period = %s", MONTHS, ALWAYS)
        return {
            "counts": SQL(
                """SELECT c.member_id, c.metric, MAX(c.paid_at) AS paid_at, SUM(c.remaining)::bigint AS amount
                     FROM club_tier_count c JOIN club_member m ON m.id = c.member_id WHERE %s
                 GROUP BY c.member_id, c.metric, CASE WHEN c.paid_at >= NOW() - %s::interval THEN c.paid_at END
                   HAVING SUM(c.remaining) > 0 ORDER BY 1, 2, 3""",
                member, MONTHS,
            ),
            "goals": SQL(
                """SELECT g.member_id, g.goal_id, g.period, g.state, g.reached_at
                     FROM club_goal_progress g JOIN club_member m ON m.id = g.member_id
                    WHERE %s AND (%s) ORDER BY g.id""",
                member, recent,
            ),
            "steps": SQL(
                """SELECT e.member_id, e.goal_id, e.period, e.day, SUM(e.remaining)::bigint AS amount
                     FROM club_goal_event e JOIN club_member m ON m.id = e.member_id
                    WHERE %s AND (%s) GROUP BY 1, 2, 3, 4 HAVING SUM(e.remaining) > 0 ORDER BY 1, 2, 3, 4""",
                member, recent,
            ),
            "plays": SQL(
                """SELECT y.id, y.member_id, y.game_id, y.origin, y.granted_at, %s, %s
                     FROM club_play y JOIN club_member m ON m.id = y.member_id
                    WHERE %s AND y.state = 'granted' ORDER BY y.id""",
                safe(f"LEFT(y.source_name, {MOST_TEXT})", "note"), safe("y.actor", "actor"), member,
            ),
            "had": self._club_had_sql(member),
        }  # fmt: skip

    def _club_had_sql(self, member):
        """What comes once: vouchers of a tier by their keys, and how often each reward was had and used."""
        return SQL(
            """SELECT had.member_id, had.what, had.about,
                      CASE WHEN had.what = 'reward' THEN SUM(had.count) ELSE 1 END::int AS count FROM (
                 SELECT v.member_id, key[1] AS what, key[2]::int AS about, 1 AS count
                   FROM club_voucher v, REGEXP_MATCH(v.request_key, '(birthday):(\\d{4})$|(welcome):(\\d{1,9})$') found,
                        LATERAL (SELECT ARRAY_REMOVE(found, NULL) AS key) keys WHERE found IS NOT NULL
                  UNION ALL
                 SELECT v.member_id, 'reward', v.program_id, 1 FROM club_voucher v
                   JOIN loyalty_card c ON c.id = v.card_id WHERE %(out)s
                  UNION ALL
                 SELECT h.member_id, 'reward', h.program_id, 1 FROM club_hold h
                  WHERE h.program_id IS NOT NULL AND %(hold)s
                  UNION ALL
                 SELECT b.id, SPLIT_PART(e.key, ':', 1), SPLIT_PART(e.key, ':', 2)::int, e.value::int
                   FROM club_member b, JSONB_EACH_TEXT(b.had_before) e
               ) had JOIN club_member m ON m.id = had.member_id
                LEFT JOIN club_tier t ON had.what = 'welcome' AND t.id = had.about AND t.club_id = m.club_id
                LEFT JOIN loyalty_program p ON had.what = 'reward' AND p.id = had.about AND p.club_id = m.club_id
                WHERE %(member)s AND (had.what = 'birthday' OR t.id IS NOT NULL OR p.id IS NOT NULL)
             GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
            out=SQL(HAD_OUT), hold=SQL(HAD_HOLD), member=member,
        )  # fmt: skip

    def _club_had(self, program):
        """How often a reward was had for good, whoever had it."""
        [[count]] = self.env.execute_query(SQL(
            """SELECT COALESCE(p.club_had_before, 0)
                    + (SELECT COUNT(*) FROM club_voucher v JOIN loyalty_card c ON c.id = v.card_id
                        WHERE v.program_id = p.id AND %s)
                    + (SELECT COUNT(*) FROM club_hold h WHERE h.program_id = p.id AND %s)
                 FROM loyalty_program p WHERE p.id = %s""",
            SQL(HAD_OUT), SQL(HAD_HOLD), program.id,
        ))  # fmt: skip
        return count

    # ------------------------------------------------------------------ back in
    def _club_bring_growth(self, plan, members):
        """What these members were on the way to; the members are locked."""
        growth = plan.growth
        self.env.flush_all()
        self._club_bring_counts({members[old]: growth.counts[old] for old in members})
        self._club_bring_goals(plan, members)
        self._club_bring_plays(plan, members)
        for old, member_id in members.items():
            had = {}
            for row in growth.had[old]:
                about = row["about"]
                if model := HAD.get(row["what"]):
                    about = plan.maps[model].get(about)
                if about:
                    had[f"{row['what']}:{about}"] = row["count"]
            if had:
                self.env["club.member"].sudo().browse(member_id).had_before = had

    def _club_bring_counts(self, rows):
        now = fields.Datetime.now()
        values = [
            (member_id, row["metric"], self._name, self.id, self._club_source().name, f"{member_id}:{number}",
             row["paid_at"], row["amount"], row["amount"], now)
            for member_id, own in rows.items()
            for number, row in enumerate(own)
        ]  # fmt: skip
        if values:
            self.env.cr.execute_values(
                """INSERT INTO club_tier_count (member_id, metric, source_model, source_id, source_name, part, paid_at,
                                                amount, remaining, noted_at) VALUES %s""",
                values,
            )
            self.env["club.tier.count"].invalidate_model(flush=False)

    def _club_bring_goals(self, plan, members):
        """What counted, day by day, and what was reached: its reward is among the balances and vouchers."""
        now, events, days, progress = fields.Datetime.now(), [], {}, []
        goals = plan.maps["club.goal"]
        for old, member_id in members.items():
            for row in plan.growth.steps[old]:
                if goal_id := goals.get(row["goal_id"]):
                    days.setdefault((goal_id, member_id, row["period"]), []).append((row["day"], row["amount"]))
                    events.append((
                        goal_id, member_id, self._name, self.id, self._club_source().name,
                        f"{member_id}:{row['period']}:{row['day']}", row["day"], row["day"], row["period"],
                        row["amount"], row["amount"], now,
                    ))  # fmt: skip
        rules = self.env["club.goal"]._engines()
        for old, member_id in members.items():
            for row in plan.growth.goals[old]:
                if goal_id := goals.get(row["goal_id"]):
                    key = goal_id, member_id, row["period"]
                    value = rules[goal_id].value(days.get(key, ()))
                    progress.append((*key, value, row["state"], row["reached_at"]))
        if events:
            self.env.cr.execute_values(
                """INSERT INTO club_goal_event (goal_id, member_id, source_model, source_id, source_name, part, paid_at,
                                                day, period, amount, remaining, noted_at)
                   VALUES %s ON CONFLICT DO NOTHING""",
                events,
            )
        if progress:
            self.env.cr.execute_values(
                "INSERT INTO club_goal_progress (goal_id, member_id, period, value, state, reached_at) VALUES %s",
                progress,
                template="(%s, %s, %s, %s, %s, %s::timestamp)",
            )
        for name in ("club.goal.event", "club.goal.progress"):
            self.env[name].invalidate_model(flush=False)

    def _club_bring_plays(self, plan, members):
        """Plays that wait: the document they came from stays a name."""
        games = plan.maps["club.game"]
        self.env["club.play"]._grant([
            {
                "key": f"vault:{plan.key}:{row['id']}",
                "game_id": games[row["game_id"]],
                "member_id": member_id,
                "origin": row["origin"],
                "granted_at": row["granted_at"],
                "source_name": row["note"],
                "actor": row["actor"],
            }
            for old, member_id in members.items()
            for row in plan.growth.plays[old]
            if row["game_id"] in games
        ])  # fmt: skip
