from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from .fields import BigInteger
from .ledger_dates import Dates


class ClubAccount(models.Model):
    """What a member has of one unit in one pool: Σ entries = Σ lots left − debt = balance.

    The three figures are kept by the ledger's door so that a list needs no sum; ``prove`` rebuilds them.
    """

    _name = "club.account"
    _description = "Balance"
    _inherit = ["club.ledger.mixin"]
    _log_access = False
    _order = "member_id, unit_id, pool_id"
    _club_mutable = ("balance", "debt", "lifetime", "merged_into_id")

    club_id = fields.Many2one("club.club", required=True, ondelete="restrict", index=True)
    member_id = fields.Many2one("club.member", required=True, ondelete="restrict", index=True)
    unit_id = fields.Many2one("club.unit", required=True, ondelete="restrict", index=True)
    unit_decimals = fields.Integer(related="unit_id.decimals")
    pool_id = fields.Many2one("club.pool", required=True, ondelete="restrict", index=True)
    balance = BigInteger(help="Active and inactive together, less what is owed.")
    debt = BigInteger(help="Taken back after it had been spent; the next points pay it.")
    lifetime = BigInteger(help="All that was ever earned, less what refunds took back.")
    merged_into_id = fields.Many2one("club.account", index="btree_not_null", ondelete="restrict")
    entry_ids = fields.One2many("club.entry", "account_id", string="History")
    lot_ids = fields.One2many("club.lot", "account_id", string="Portions")

    _once = models.Constraint("UNIQUE (member_id, unit_id, pool_id)", "A member has one balance per unit and pool.")

    _moving_idx = models.Index("(pool_id) WHERE merged_into_id IS NULL")

    @api.depends("unit_id", "balance")
    def _compute_display_name(self):
        for account in self:
            account.display_name = account.unit_id._format(account.balance) if account.unit_id else ""

    @api.model
    def _ensure(self, wanted):
        """The accounts of (member id, unit id, pool id) triples, made where missing.

        The members are locked, so nobody makes the same account meanwhile.

        :return: dict triple → account id (of the account it was merged into, where it was)
        """
        moved = self.env["club.pool"]._forwarding()
        if moved:  # nothing new begins in a pool that was merged into another
            asked = list(wanted)
            found = self._ensure_exact((member, unit, moved.get(pool, pool)) for member, unit, pool in asked)
            return {(m, u, pool): found[m, u, moved.get(pool, pool)] for m, u, pool in asked}
        return self._ensure_exact(wanted)

    def _ensure_exact(self, wanted):
        wanted = list(dict.fromkeys(wanted))
        found = self._find_triples(wanted)
        if missing := [triple for triple in wanted if triple not in found]:
            self.env.cr.execute_values(
                "INSERT INTO club_account (club_id, member_id, unit_id, pool_id, balance, debt, lifetime)"
                " SELECT m.club_id, v.m, v.u, v.p, 0, 0, 0 FROM (VALUES %s) v (m, u, p)"
                " JOIN club_member m ON m.id = v.m"
                " ON CONFLICT (member_id, unit_id, pool_id) DO NOTHING",
                missing,
                page_size=5000,
            )
            found |= self._find_triples(missing)
        return found

    def _find_triples(self, triples):
        if not triples:
            return {}
        rows = self.env.cr.execute_values(
            "SELECT a.member_id, a.unit_id, a.pool_id, COALESCE(a.merged_into_id, a.id) FROM club_account a"
            " JOIN (VALUES %s) v (m, u, p) ON (a.member_id, a.unit_id, a.pool_id) = (v.m, v.u, v.p)",
            triples,
            page_size=5000,
            fetch=True,
        )
        return {(member, unit, pool): account for member, unit, pool, account in rows}

    def _followed(self):
        """The accounts these were merged into, else themselves."""
        accounts = self.browse()
        for account in self:
            while account.merged_into_id:
                account = account.merged_into_id
            accounts |= account
        return accounts

    def _portfolio(self, today_by_club=None):
        """What each account holds now, read from the lots: dates decide, not the nightly job.

        :return: dict account id → {"active", "inactive": [(amount, available_on)],
            "expiring": [(amount, last day, is it for want of orders)], "held"} in the unit's minor unit
        """
        result = {account.id: {"active": 0, "inactive": [], "expiring": [], "held": 0} for account in self}
        if not self:
            return result
        todays = today_by_club or {club.id: club._today() for club in self.club_id}
        rows = self.env.execute_query(
            SQL(
                """SELECT l.account_id, l.available_on, d.last_day, d.is_idle, SUM(l.left_amount)::bigint,
                          COALESCE(SUM(p.pinned), 0)::bigint
                     FROM club_lot l
                     LEFT JOIN LATERAL (%s) p ON TRUE
                     LEFT JOIN LATERAL (%s) d ON TRUE
                    WHERE l.account_id = ANY(%s) AND l.left_amount > 0
                 GROUP BY l.account_id, l.available_on, d.last_day, d.is_idle
                 ORDER BY l.available_on, d.last_day""",
                self.env["club.lot"]._pinned_sql(),
                Dates(self.env).lot(),
                list(self.ids),
            )
        )
        expiring = defaultdict(lambda: defaultdict(int))
        for account_id, available_on, last_day, is_idle, left, pinned in rows:
            today = todays[self.browse(account_id).club_id.id]
            portfolio = result[account_id]
            if last_day and last_day < today:
                continue
            if available_on > today:
                portfolio["inactive"].append((left, available_on))
                continue
            portfolio["active"] += left
            portfolio["held"] += pinned
            if last_day:
                expiring[account_id][last_day, is_idle] += left
        for account_id, parts in expiring.items():
            result[account_id]["expiring"] = [(left, *when) for when, left in sorted(parts.items())]
        return result
