"""What happened since: found by set in the ledger and beside it, never by who earns or pays.

A sale costs nothing for it. Looking twice finds the same events, and their keys make each of them one message.
"""

import json
import logging
from datetime import timedelta
from functools import cache
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL
from psycopg2 import OperationalError

from .batches import in_batches
from .message_triggers import LATE_DAYS, TRIGGERS

_logger = logging.getLogger(__name__)

AGAIN = timedelta(hours=1)  # looked at once more: transactions end in another order than they began
BATCH = 1000
# What was credited for the past, imported or moved is no event of today.
SILENT = ("backfill", "import", "move_in", "merge_in", "merge_out", "pool_in", "pool_out")
HISTORY = ("backfill", "import", "move_in")


@cache
def zone_of(name):
    """A contact's zone may be of a list that was longer once."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError):
        return ZoneInfo("UTC")


class ClubMessageRule(models.Model):
    _inherit = "club.message.rule"

    # ------------------------------------------------------------------ the job
    @api.model
    def _cron_run(self):
        """Look for events, then send what is due: in small commits, so that it goes on where it was killed."""
        for rule in self.sudo().search([("is_on", "=", True), ("club_id.state", "=", "on")]):
            try:
                if not rule._look():
                    return
            except (OperationalError, ConcurrencyError):
                raise
            except Exception:
                # The other messages go out all the same; this one is looked for again in some minutes.
                _logger.exception("Nobody could be told by message %s", rule.id)
                self.env.cr.rollback()
                self.env.transaction.reset()
        if self.sudo().search_count([("is_on", "=", True), ("is_sms", "=", True)], limit=1):
            self._ask_sms_provider()
        self.env["club.message"]._send_due()

    def _look(self):
        """Note what happened since the last look. False where time is up."""
        self.ensure_one()
        now, today = fields.Datetime.now(), self.club_id._today()
        is_daily = TRIGGERS[self.trigger].is_daily
        if is_daily and self.searched_at and self.club_id._today(self.searched_at) == today:
            return True
        self.env.flush_all()
        rows = self._unknown(getattr(self, f"_find_{self.trigger}")(self._since(now), today))
        if rows and in_batches(self.env, rows, self._note, size=BATCH) < len(rows):
            return False
        # Not by `write`: it would make every process read the club's rules anew.
        self.env.cr.execute(SQL("UPDATE club_message_rule SET searched_at = %s WHERE id = %s", now, self.id))
        self.invalidate_recordset(["searched_at"], flush=False)
        return True

    def _since(self, now):
        since = max(self.on_since or now, now - timedelta(days=LATE_DAYS))
        return max(since, self.searched_at - AGAIN) if self.searched_at else since

    def _unknown(self, rows):
        """Those that are not noted yet: (member id, key, when, day or none, data)."""
        fresh = []
        for start in range(0, len(rows), 10 * BATCH):
            part = rows[start : start + 10 * BATCH]
            known = set(
                self.env.execute_query(
                    SQL(
                        "SELECT member_id, event_key FROM club_message WHERE rule_id = %s AND member_id = ANY(%s)",
                        self.id,
                        list({row[0] for row in part}),
                    )
                )
            )
            fresh += [row for row in part if tuple(row[:2]) not in known]
        return fresh

    def _note(self, rows):
        """Make the messages of these events; where somebody was first there is one already."""
        self.ensure_one()
        is_giving = self.trigger == "idle" and self.bonus
        if is_giving:
            self.env["club.member"].sudo().browse(sorted({row[0] for row in rows}))._lock()
        timing = self._timing()
        zones = {member_id: zone_of(name) for member_id, name in self._zones({row[0] for row in rows}).items()}
        now = fields.Datetime.now()
        values = [
            (
                self.id, member_id, self.club_id.id, key, happened_at, day,
                json.dumps(data), timing.send_at(max(happened_at, now), zones[member_id]),
            )
            for member_id, key, happened_at, day, data in rows
        ]  # fmt: skip
        made = self.env.cr.execute_values(
            """INSERT INTO club_message (rule_id, member_id, club_id, event_key, happened_at, event_on, data, due_at,
                                         state, is_read, is_shown, is_mailed, is_texted)
               VALUES %s ON CONFLICT (rule_id, member_id, event_key) DO NOTHING RETURNING member_id, event_key""",
            values,
            template="(%s, %s, %s, %s, %s, %s, %s::jsonb, %s, 'waiting', FALSE, FALSE, FALSE, FALSE)",
            page_size=BATCH,
            fetch=True,
        )
        self.env["club.message"].invalidate_model(flush=False)
        if is_giving:
            self._win_back(made)

    def _zones(self, member_ids):
        """Member id → the zone whose clock counts."""
        own = SQL("p.tz") if self.zone == "customer" else SQL("NULL")
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT m.id, COALESCE(%s, home.tz, c.tz, 'UTC') FROM club_member m
                         JOIN club_club c ON c.id = m.club_id
                    LEFT JOIN res_partner p ON p.id = m.partner_id
                    LEFT JOIN LATERAL (SELECT o.tz FROM club_outlet o WHERE o.pool_id = m.home_pool_id AND o.active
                                     ORDER BY o.id LIMIT 1) home ON TRUE
                        WHERE m.id = ANY(%s)""",
                    own,
                    list(member_ids),
                )
            )
        )

    # ------------------------------------------------------------------ what is looked for
    def _rows(self, query):
        return [
            (member_id, key, happened_at, day, data or {})
            for member_id, key, happened_at, day, data in self.env.execute_query(query)
        ]

    def _member(self):
        """Members ``m`` that can be told of anything."""
        return SQL("m.club_id = %s AND m.active AND m.partner_id IS NOT NULL AND NOT m.is_guest", self.club_id.id)

    def _today_sql(self, moment):
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, self.club_id.tz)

    def _is_news(self, moment):
        """Not brought by the history that was credited just then."""
        return SQL(
            """NOT EXISTS (SELECT FROM club_account past JOIN club_entry old ON old.account_id = past.id
                            WHERE past.member_id = m.id AND old.kind = ANY(%s)
                              AND old.created_at BETWEEN %s - interval '10 minutes' AND %s + interval '10 minutes')""",
            list(HISTORY),
            moment,
            moment,
        )

    def _find_joined(self, since, _today):
        return self._rows(
            SQL(
                """SELECT m.id, 'joined', m.joined_at, NULL::date, NULL::jsonb FROM club_member m
                    WHERE %s AND m.joined_at >= %s AND %s ORDER BY m.id""",
                self._member(),
                since,
                self._is_news(SQL("m.joined_at")),
            )
        )

    def _grown(self, unit, since):
        """(member, lifetime total now, total before): of whom it grew since by what is news."""
        return SQL(
            """SELECT own.member_id, MAX(total.amount) AS total, MAX(total.amount) - SUM(e.lifetime_delta) AS before,
                      MAX(e.created_at) AS at
                 FROM club_entry e JOIN club_account own ON own.id = e.account_id
                 JOIN LATERAL (SELECT SUM(a.lifetime)::bigint AS amount FROM club_account a
                                WHERE a.member_id = own.member_id AND a.unit_id = own.unit_id) total ON TRUE
                WHERE e.created_at >= %s AND e.lifetime_delta <> 0 AND own.unit_id = %s AND e.kind <> ALL(%s)
             GROUP BY own.member_id""",
            since,
            unit.id,
            list(SILENT),
        )

    def _find_reached(self, since, _today):
        amount = self.unit_id._to_minor(self.units)
        return self._rows(
            SQL(
                """SELECT m.id, %(key)s, grown.at, NULL::date,
                          jsonb_build_object('amount', %(amount)s::bigint, 'unit_id', %(unit)s::int)
                     FROM (%(grown)s) grown JOIN club_member m ON m.id = grown.member_id
                    WHERE %(member)s AND grown.total >= %(amount)s AND grown.before < %(amount)s ORDER BY m.id""",
                key=f"reached:{amount}",
                amount=amount,
                unit=self.unit_id.id,
                grown=self._grown(self.unit_id, since),
                member=self._member(),
            )
        )

    def _grown_members(self, unit, since):
        rows = self.env.execute_query(
            SQL(
                """SELECT m.id, grown.at FROM (%s) grown JOIN club_member m ON m.id = grown.member_id
                    WHERE %s AND grown.total > grown.before ORDER BY m.id""",
                self._grown(unit, since),
                self._member(),
            )
        )
        return dict(rows)

    def _grown_orders(self, metric, since):
        """Of whom orders paid since count for tiers; those of long ago that were counted since are no news."""
        rows = self.env.execute_query(
            SQL(
                """SELECT m.id, MAX(c.noted_at) FROM club_tier_count c JOIN club_member m ON m.id = c.member_id
                    WHERE %s AND c.metric = %s AND c.noted_at >= %s AND c.paid_at >= %s AND c.remaining = c.amount
                 GROUP BY m.id ORDER BY m.id""",
                self._member(),
                metric,
                since,
                fields.Datetime.subtract(since, days=LATE_DAYS),
            )
        )
        return dict(rows)

    def _find_near(self, since, _today):
        """Again only after another tier was held meanwhile."""
        club = self.club_id
        unit, tiers, rows = club.tier_unit_id, club.tier_ids.sorted("threshold"), []
        most, metric = club._tier_minor(self.units), club.tier_metric
        grown = self._grown_members(unit, since) if metric == "points" else self._grown_orders(metric, since)
        for start in range(0, len(grown), BATCH):
            members = self.env["club.member"].sudo().browse(list(grown)[start : start + BATCH])
            figures = members._tier_figures()
            for member in members:
                above = [tier for tier in tiers if tier.threshold > member.tier_id.threshold]
                missing = above[0].threshold - figures[member.id] if above else 0
                if 0 < missing <= most:
                    key = f"near:{above[0].id}:{fields.Datetime.to_string(member.tier_since)}"
                    data = {"missing": missing, "metric": metric, "next_tier_id": above[0].id, "unit_id": unit.id}
                    rows.append((member.id, key, grown[member.id], None, data))
        return rows

    def _find_near_reward(self, since, _today):
        """Again only after something was used meanwhile."""
        reward, rows = self.reward_id, []
        unit = reward.club_unit_id
        most, grown = unit._to_minor(self.units), self._grown_members(unit, since)
        for start in range(0, len(grown), BATCH):
            ids = list(grown)[start : start + BATCH]
            balances, spent = self._balances(unit, ids), self._last_spent(unit, ids)
            for member_id in ids:
                missing = reward.club_price - balances.get(member_id, 0)
                if 0 < missing <= most:
                    key = f"near:{reward.id}:{spent.get(member_id, 0)}"
                    data = {"missing": missing, "reward_id": reward.id, "unit_id": unit.id}
                    rows.append((member_id, key, grown[member_id], None, data))
        return rows

    @api.model
    def _balances(self, unit, member_ids):
        """Member id → what is active of a unit today, whatever the nightly job has done."""
        accounts = (
            self.env["club.account"]
            .sudo()
            .search([("member_id", "in", member_ids), ("unit_id", "=", unit.id), ("merged_into_id", "=", False)])
        )
        portfolio, totals = accounts._portfolio(), {}
        for account in accounts:
            own = portfolio[account.id]
            total = own["active"] - own["held"] - account.debt
            totals[account.member_id.id] = totals.get(account.member_id.id, 0) + total
        return totals

    def _last_spent(self, unit, member_ids):
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT a.member_id, MAX(e.id) FROM club_account a JOIN club_entry e ON e.account_id = a.id
                        WHERE a.member_id = ANY(%s) AND a.unit_id = %s AND e.amount < 0
                          AND e.kind IN ('spend', 'voucher', 'play', 'convert_out', 'expire')
                     GROUP BY a.member_id""",
                    member_ids,
                    unit.id,
                )
            )
        )

    def _find_tier(self, since, _today):
        return self._rows(
            SQL(
                """SELECT m.id, 'move:' || move.id, move.moved_at, NULL::date,
                          jsonb_build_object('from_tier_id', move.from_tier_id, 'tier_id', move.tier_id)
                     FROM club_move move JOIN club_member m ON m.id = move.member_id
                     JOIN club_tier now ON now.id = move.tier_id
                     JOIN club_tier was ON was.id = move.from_tier_id
                    WHERE %s AND move.moved_at >= %s AND now.threshold > was.threshold
                      AND move.reason IN ('lifetime', 'hand') AND %s ORDER BY m.id""",
                self._member(),
                since,
                self._is_news(SQL("move.moved_at")),
            )
        )

    def _find_goal(self, since, _today):
        return self._rows(
            SQL(
                """SELECT m.id, 'goal:' || own.id, own.reached_at, NULL::date,
                          jsonb_build_object('goal_id', own.goal_id, 'progress_id', own.id)
                     FROM club_goal_progress own JOIN club_member m ON m.id = own.member_id
                    WHERE %s AND own.state = 'done' AND own.reached_at >= %s AND %s ORDER BY m.id""",
                self._member(),
                since,
                self._is_news(SQL("own.reached_at")),
            )
        )

    def _find_play(self, since, _today):
        """Several at once are one message. Of one that a goal brought the goal's own message tells, if there is one."""
        goals = self.sudo().search_count(
            [("club_id", "=", self.club_id.id), ("trigger", "=", "goal"), ("is_on", "=", True)], limit=1
        )
        origins = ["order", "staff", *(() if goals else ("goal",))]
        return self._rows(
            SQL(
                """SELECT m.id, 'play:' || MIN(play.id), play.granted_at, NULL::date,
                          jsonb_build_object('game_id', play.game_id, 'play_id', MIN(play.id))
                     FROM club_play play JOIN club_member m ON m.id = play.member_id
                    WHERE %s AND play.origin = ANY(%s) AND play.granted_at >= %s AND %s
                 GROUP BY m.id, play.game_id, play.granted_at ORDER BY m.id""",
                self._member(),
                origins,
                since,
                self._is_news(SQL("play.granted_at")),
            )
        )
