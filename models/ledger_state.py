"""Accounts as the engine sees them."""

from collections import defaultdict

from odoo.tools import SQL

from ..engine import posting as engine
from ..engine.values import Lot
from .ledger_dates import Dates


class StateReader:
    """Accounts as the engine sees them: their debt and every lot with something left."""

    def __init__(self, env):
        self.env = env

    def read(self, account):
        """The state of one account."""
        lots = self.lots([account.id])
        return engine.State(debt=account.debt, lots=tuple(lots.get(account.id, ())))

    def lots(self, account_ids, returning=()):
        """Account id → lots; with those that ``returning`` entries took from, emptied or not."""
        rows = self.env.execute_query(
            SQL(
                """SELECT l.account_id, l.id, l.amount, l.left_amount, l.available_on, d.last_day, l.expires_on,
                          l.earned_at, COALESCE(l.origin_entry_id, l.entry_id), COALESCE(p.pinned, 0)
                     FROM club_lot l LEFT JOIN LATERAL (%s) p ON TRUE LEFT JOIN LATERAL (%s) d ON TRUE
                    WHERE (l.account_id = ANY(%s) AND l.left_amount > 0)
                       OR l.id IN (SELECT lot_id FROM club_take WHERE entry_id = ANY(%s))""",
                self.env["club.lot"]._pinned_sql(),
                Dates(self.env).lot(),
                list(account_ids),
                list(returning),
            )
        )
        lots = defaultdict(list)
        for account_id, lot_id, amount, left, available_on, last_day, written, earned_at, origin, pinned in rows:
            lots[account_id].append(
                Lot(
                    id=lot_id,
                    amount=amount,
                    left=left,
                    available_on=available_on,
                    expires_on=last_day,
                    written_until=written,
                    earned_at=earned_at,
                    pinned=min(pinned, left),
                    entry_id=origin,
                )
            )
        return lots
