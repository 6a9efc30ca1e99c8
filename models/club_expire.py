from odoo import api, models
from odoo.tools import SQL

from .batches import in_batches
from .ledger import SENTINEL, Intent
from .ledger_dates import Dates
from .ledger_expiry import book_expiry

ROUND = 50_000  # portions that one run of the nightly job looks up at a time


class ClubExpire(models.Model):
    """Booking what dates have decided already, and debts that points which came free can pay.

    Nothing waits for it: an expired point cannot be spent and a portion is there on its day, whether this
    has run or not.
    """

    _inherit = "club.account"

    def _expire_overdue(self):
        """Pay what is owed out of what came free, then book what is past its last day. Members are locked."""
        entries = self.env["club.entry"]
        if owing := self.filtered("debt"):
            # A debt is paid once by the same state of the account: the key names that state.
            newest = dict(entries.sudo()._read_group([("account_id", "in", owing.ids)], ["account_id"], ["id:max"]))
            entries |= entries._post(
                [
                    Intent(
                        account_id=account.id,
                        kind="settle",
                        amount=0,
                        key=f"settle:{account.id}:{newest[account]}",
                    )
                    for account in owing
                ],
                is_locked=True,
            )
        for club in self.club_id:
            accounts = self.filtered(lambda account, club=club: account.club_id == club)
            booked = book_expiry(self.with_context(club_door=SENTINEL).env, accounts.ids, club)
            self.env["club.event"]._note(booked)
            entries |= booked
        return entries

    @api.model
    def _undo_lapses(self, paid):
        """Undo what the job had booked as lapsed before it was known that the member bought something in time.

        A register that was offline tells of its orders late; what a member has may not depend on whether a night
        lay between. What an order after the lapse has closed stays closed (``lapsed_on``). Members are locked.

        :param paid: dict (club id, partner id) → when an order was paid that is known only now (naive UTC)
        """
        clubs = self.env["club.club"].browse({club_id for club_id, _partner in paid})
        rows = self.env.execute_query(
            SQL(
                """SELECT e.id, e.account_id, SUM(t.amount)::bigint
                     FROM (VALUES %(paid)s) paid (club_id, partner_id, paid_at, today)
                     JOIN club_member m ON (m.club_id, m.partner_id) = (paid.club_id, paid.partner_id)
                     JOIN club_account a ON a.member_id = m.id
                     JOIN club_entry e ON e.account_id = a.id AND e.kind = 'expire' AND e.created_at > paid.paid_at
                     JOIN club_take t ON t.entry_id = e.id JOIN club_lot l ON l.id = t.lot_id
                     JOIN LATERAL (%(dates)s) d ON TRUE
                    WHERE e.data ? 'idle_months' AND (d.last_day IS NULL OR d.last_day >= paid.today)
                      AND NOT EXISTS (SELECT FROM club_entry undone WHERE undone.corrects_id = e.id)
                 GROUP BY e.id, e.account_id ORDER BY e.id""",
                paid=SQL(", ").join(
                    SQL("(%s, %s, %s::timestamp, %s::date)", club.id, partner_id, moment, club._today())
                    for club in clubs
                    for (club_id, partner_id), moment in paid.items()
                    if club_id == club.id
                ),
                dates=Dates(self.env, clubs).lot(),
            )
        )
        return self.env["club.entry"]._post(
            [
                Intent(
                    account_id=account_id,
                    kind="correction",
                    key=f"lapse-undone:{entry_id}",
                    amount=amount,
                    own_entry_ids=(entry_id,),
                    corrects_id=entry_id,
                    data={"corrects_kind": "expire"},
                )
                for entry_id, account_id, amount in rows
            ],
            is_locked=True,
        )

    @api.model
    def _cron_expire(self):
        """Every night, in batches of members that are committed one by one, for clubs that are on.

        A run that is interrupted resumes where it stopped: what is booked is not due any more.
        """
        clubs = self.env["club.club"].search([("state", "=", "on")])
        for club in clubs:
            seen = None
            while (member_ids := self._due_members(club)) and member_ids != seen:
                done, seen = in_batches(self.env, member_ids, self._expire_members), member_ids
                if done < len(member_ids):
                    return
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _expire_members(self, member_ids):
        members = self.env["club.member"].browse(member_ids)
        members._lock()
        self.search([("member_id", "in", member_ids), ("merged_into_id", "=", False)])._expire_overdue()

    @api.model
    def _due_members(self, club):
        """Members with points past their last day that no open hold counts on, or with a debt to pay."""
        dates = Dates(self.env, club)
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT member_id FROM (
                       (SELECT a.member_id FROM club_lot l JOIN club_account a ON a.id = l.account_id
                          JOIN LATERAL (%(dates)s) d ON TRUE
                         WHERE l.left_amount > 0 AND l.expires_on < %(today)s AND d.last_day < %(today)s
                           AND a.club_id = %(club)s AND l.left_amount > COALESCE((%(pinned)s), 0)
                         LIMIT %(limit)s)
                        %(idle)s
                        UNION ALL
                       (SELECT a.member_id FROM club_account a
                         WHERE a.debt > 0 AND a.club_id = %(club)s AND EXISTS (
                               SELECT FROM club_lot l JOIN LATERAL (%(dates)s) d ON TRUE
                                WHERE l.account_id = a.id AND l.left_amount > 0 AND l.available_on <= %(today)s
                                  AND (d.last_day IS NULL OR d.last_day >= %(today)s)
                                  AND l.left_amount > COALESCE((%(pinned)s), 0))
                         LIMIT %(limit)s)
                   ) due ORDER BY 1""",
                dates=dates.lot(),
                idle=self._due_idle_sql(dates, club) if dates.idle else SQL(),
                today=club._today(),
                club=club.id,
                pinned=self.env["club.lot"]._pinned_sql(),
                limit=ROUND,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _due_idle_sql(self, dates, club):
        """Members who lapsed, with something left. Most never did: they are passed over by their own row."""
        return SQL(
            """UNION ALL
               (SELECT m.id FROM club_member m JOIN %(rules)s ON rule.club_id = m.club_id
             LEFT JOIN LATERAL (%(lapse)s) lapse ON TRUE
                 WHERE m.club_id = %(club)s AND (m.lapsed_on IS NOT NULL OR lapse.day < %(today)s) AND EXISTS (
                       SELECT FROM club_account a JOIN club_lot l ON l.account_id = a.id AND l.left_amount > 0
                         JOIN LATERAL (%(dates)s) d ON TRUE
                        WHERE a.member_id = m.id AND a.balance + a.debt > 0 AND d.last_day < %(today)s
                          AND l.left_amount > COALESCE((%(pinned)s), 0))
                 LIMIT %(limit)s)""",
            rules=dates.rules(),
            lapse=dates.lapse(),
            dates=dates.lot(),
            club=club.id,
            today=club._today(),
            pinned=self.env["club.lot"]._pinned_sql(),
            limit=ROUND,
        )
