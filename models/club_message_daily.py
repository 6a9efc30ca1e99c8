"""What follows from the day and not from a movement: looked for once a day, in the club's zone."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..engine.matching import is_birthday
from .ledger_dates import Dates
from .message_triggers import LATE_DAYS


class ClubMessageRule(models.Model):
    _inherit = "club.message.rule"

    def _find_tier_ends(self, _since, today):
        """By what will still count on the day of the review."""
        club, rows = self.club_id, []
        rules, unit = club._rulebook(), club.tier_unit_id
        if not rules.is_tier_yearly:
            return []
        near = self.env["club.member"].sudo().search(
            [("club_id", "=", club.id), ("partner_id", "!=", False), ("is_guest", "=", False),
             ("tier_until", "=", False), ("tier_review_on", ">=", today),
             ("tier_review_on", "<=", today + timedelta(days=self.days))],
            order="id",
        )  # fmt: skip
        for day, members in near.grouped("tier_review_on").items():
            figures = members._counted_figures([(member.id, club.id) for member in members], day)
            last = day + timedelta(days=rules.tier_grace_days)
            for member in members:
                missing = member.tier_id.threshold - figures[member.id]
                if missing > 0:
                    data = {
                        "missing": missing, "metric": rules.tier_metric, "unit_id": unit.id,
                        "tier_id": member.tier_id.id, "date": str(last),
                    }  # fmt: skip
                    rows.append((member.id, f"review:{member.tier_id.id}:{day}", fields.Datetime.now(), day, data))
        return rows

    def _find_released(self, _since, today):
        first = max(today - timedelta(days=LATE_DAYS), self.club_id._today(self.on_since))
        return self._rows(
            SQL(
                """SELECT m.id, 'released:' || a.unit_id || ':' || l.available_on, %(now)s::timestamp, l.available_on,
                          jsonb_build_object('amount', SUM(l.left_amount)::bigint, 'unit_id', a.unit_id)
                     FROM club_lot l JOIN club_account a ON a.id = l.account_id
                     JOIN club_member m ON m.id = a.member_id
                    WHERE %(member)s AND l.left_amount > 0 AND l.available_on BETWEEN %(first)s AND %(today)s
                      AND l.available_on > %(earned)s
                 GROUP BY m.id, a.unit_id, l.available_on ORDER BY m.id""",
                now=fields.Datetime.now(),
                member=self._member(),
                first=first,
                today=today,
                earned=self._today_sql(SQL("l.earned_at")),
            )
        )

    def _expiring(self, today, which):
        """(member, unit, first last day, days to the latest one, how much): what is good for so many more at most."""
        return SQL(
            """SELECT m.id AS member_id, a.unit_id, MIN(d.last_day) AS day,
                      MAX(d.last_day) - %(today)s AS days, SUM(l.left_amount)::bigint AS amount
                 FROM club_member m JOIN club_account a ON a.member_id = m.id
                 JOIN club_lot l ON l.account_id = a.id AND l.left_amount > 0 AND l.available_on <= %(today)s
                 JOIN LATERAL (%(dates)s) d ON TRUE
                WHERE %(member)s AND %(which)s AND d.last_day BETWEEN %(today)s AND %(last)s
             GROUP BY m.id, a.unit_id""",
            dates=Dates(self.env, self.club_id).lot(),
            member=self._member(),
            which=which,
            today=today,
            last=today + timedelta(days=self.days),
        )

    def _find_expiring(self, _since, today):
        """Whoever was told waits for the day that was named: points of every day are not a message a day."""
        return self._rows(
            SQL(
                """SELECT own.member_id, 'expiring:' || own.unit_id || ':' || own.day, %s::timestamp, own.day,
                          jsonb_build_object('amount', own.amount, 'unit_id', own.unit_id, 'days', own.days,
                                             'date', own.day::text)
                     FROM (%s) own
                    WHERE NOT EXISTS (SELECT FROM club_message told
                                       WHERE told.rule_id = %s AND told.member_id = own.member_id
                                         AND told.event_on >= %s
                                         AND (told.data->>'unit_id')::int = own.unit_id)
                 ORDER BY own.member_id""",
                fields.Datetime.now(),
                self._expiring(today, SQL("TRUE")),
                self.id,
                today,
            )
        )

    def _find_voucher(self, _since, today):
        """In place of the vouchers' own reminder; whoever bought one for so few days knows."""
        return self._rows(
            SQL(
                """SELECT m.id, 'voucher:' || v.id, %(now)s::timestamp, c.expiration_date,
                          jsonb_build_object('voucher_id', v.id, 'reward_id', v.program_id,
                                             'date', c.expiration_date::text)
                     FROM club_voucher v JOIN club_member m ON m.id = v.member_id
                     JOIN loyalty_card c ON c.id = v.card_id
                    WHERE %(member)s AND v.refunded_at IS NULL AND v.warned_at IS NULL AND c.points > 0
                      AND c.expiration_date BETWEEN %(today)s AND %(last)s
                      AND c.expiration_date - v.issued_at::date > %(days)s ORDER BY m.id""",
                now=fields.Datetime.now(),
                member=self._member(),
                today=today,
                last=today + timedelta(days=self.days),
                days=self.days,
            )
        )

    def _find_birthday(self, _since, today):
        """Today's, and those of the last days that nobody was there to wish; never before it was switched on."""
        rows, begun = [], self.club_id._today(self.on_since)
        for day in (today - timedelta(days=late) for late in range(LATE_DAYS)):
            if day < begun:
                break
            found = self.env.execute_query(
                SQL(
                    """SELECT m.id FROM club_member m JOIN res_partner p ON p.id = m.partner_id
                        WHERE %s AND (EXTRACT(month FROM p.club_birthday) = %s
                                      OR EXTRACT(month FROM p.club_birthday_before) = %s) ORDER BY m.id""",
                    self._member(),
                    day.month,
                    day.month,
                )
            )
            for member in self.env["club.member"].sudo().browse([row[0] for row in found]):
                if is_birthday(member.partner_id._club_birthday_on(day), day):
                    rows.append((member.id, f"birthday:{day.year}", fields.Datetime.now(), day, {}))
        return rows

    def _find_idle(self, _since, today):
        """Who has been away for so many days since it was switched on, once an absence."""
        first = max(self.club_id._today(self.on_since), today - timedelta(days=LATE_DAYS))
        seen = SQL("COALESCE(m.last_paid_at, m.joined_at)")
        amount = self.unit_id._to_minor(self.bonus) if self.bonus else 0
        return self._rows(
            SQL(
                """SELECT m.id, 'idle:' || to_char(%(seen)s, 'YYYY-MM-DD HH24:MI:SS'), %(now)s::timestamp,
                          %(day)s + %(days)s,
                          jsonb_build_object('days', %(days)s, 'bonus', %(bonus)s::bigint, 'unit_id', %(unit)s::int,
                                             'seen', to_char(%(seen)s, 'YYYY-MM-DD HH24:MI:SS'))
                     FROM club_member m
                    WHERE %(member)s AND %(day)s + %(days)s BETWEEN %(first)s AND %(today)s ORDER BY m.id""",
                seen=seen,
                day=self._today_sql(seen),
                days=self.days,
                bonus=amount,
                unit=self.unit_id.id,
                now=fields.Datetime.now(),
                member=self._member(),
                first=first,
                today=today,
            )
        )
