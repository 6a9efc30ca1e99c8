"""What a company owes its members by the ledger, by its account, and by documents on their way to the books."""

from fractions import Fraction

from odoo import fields, models
from odoo.tools import SQL

from ..engine.liability import Piece, rows, worth
from ..engine.values import exact, scale, to_minor

SETTLED = ("paid", "done")
OWNED = ("pos.order", "sale.order", "account.move")  # documents that have a company


class ResCompany(models.Model):
    """Each company books its own liability.

    Points are owed by the company whose document awarded them; points without a document by the company of the
    first outlet of their pool. They stay its debt wherever they are used.
    """

    _inherit = "res.company"

    def _club_accruing(self):
        """The clubs that book this company's points when they are awarded."""
        domain = [("company_ids", "in", self.ids), ("points_accounting", "=", "accrue")]
        return self.env["club.club"].sudo().with_context(active_test=False).search(domain)

    def _club_values(self):
        """Unit id → exact money in this company's minor unit that one minor unit of points is booked with.

        Stamps are worth nothing before their card is full: what they buy then is booked as a reward.
        """
        self.ensure_one()
        values, today = {}, fields.Date.context_today(self)
        clubs = self._club_accruing()
        units = self.env["club.unit"].sudo().with_context(active_test=False).search([("club_id", "in", clubs.ids)])
        for unit in units.filtered(lambda unit: unit.kind != "stamps"):
            club = unit.club_id
            change = self.env["res.currency"]._get_conversion_rate(club.currency_id, self.currency_id, self, today)
            # A rate of exchange has more decimals than a person types.
            change = Fraction(repr(change)) if club.currency_id != self.currency_id else 1
            money = exact(unit.money_value) * exact(club.accrual_rate) / 100 * change
            values[unit.id] = money * scale(self.currency_id.decimal_places) / scale(unit.decimals)
        return values

    # ------------------------------------------------------------------ by the ledger
    def _club_homes(self):
        """Rows (pool id, company id): whose points are those that no document brought."""
        pools = self.env["club.pool"].sudo().with_context(active_test=False).search([])  # pylint: disable=no-search-all
        rows = []
        for pool in pools:
            outlets = pool._followed().outlet_ids
            companies = outlets[:1].company_id or pool.club_id.company_ids.sorted("id")[:1]
            rows += [(pool.id, company.id) for company in companies]
        return rows

    def _club_company_sql(self, entry, account):
        """The company of an entry's document, else of its pool; wants `home(pool_id, company_id)`."""
        document = self._club_document_sql(entry)
        return SQL(
            "COALESCE(%s, (SELECT home.company_id FROM home WHERE home.pool_id = %s))",
            document,
            SQL.identifier(account, "pool_id"),
        )

    def _club_document_sql(self, entry):
        parts = [
            SQL(
                "(SELECT doc.company_id FROM %s doc WHERE %s = %s AND doc.id = %s)",
                SQL.identifier(self.env[model]._table),
                SQL.identifier(entry, "source_model"),
                model,
                SQL.identifier(entry, "source_id"),
            )
            for model in OWNED
        ]
        return SQL("COALESCE(%s)", SQL(", ").join(parts))

    def _club_home_sql(self):
        rows = self._club_homes()
        values = SQL(", ").join(SQL("(%s, %s)", *row) for row in rows) or SQL("(0, 0)")
        return SQL("home (pool_id, company_id) AS (VALUES %s)", values)

    def _club_standing(self, units):
        """Unit id → points that this company's members still have, active and inactive."""
        self.ensure_one()
        query = SQL(
            """WITH %(home)s, owned AS (
                   SELECT a.unit_id, %(owner)s AS company_id, SUM(l.left_amount)::bigint AS points
                     FROM club_lot l
                     JOIN club_entry o ON o.id = COALESCE(l.origin_entry_id, l.entry_id)
                     JOIN club_account a ON a.id = o.account_id
                    WHERE l.left_amount > 0 AND a.unit_id = ANY(%(units)s) GROUP BY 1, 2)
               SELECT unit_id, points FROM owned WHERE company_id = %(company)s""",
            home=self._club_home_sql(),
            owner=self._club_company_sql("o", "a"),
            units=list(units),
            company=self.id,
        )
        self.env.flush_all()
        return dict(self.env.execute_query(query))

    def _club_pieces_sql(self, units, since, late):
        """Every portion that an entry after `since` made, took from or gave back to."""
        return SQL(
            """WITH %(home)s, part AS (
                   SELECT l.entry_id, l.id AS lot_id, l.amount AS points FROM club_lot l
                    WHERE l.entry_id > %(since)s OR l.entry_id = ANY(%(late)s)
                    UNION ALL
                   SELECT t.entry_id, t.lot_id, -t.amount FROM club_take t
                    WHERE t.entry_id > %(since)s OR t.entry_id = ANY(%(late)s))
               SELECT e.id, CASE WHEN e.data ? 'reward' THEN 'voucher' ELSE e.kind END AS kind,
                      CASE WHEN mended.data ? 'reward' THEN 'voucher' ELSE mended.kind END AS corrected,
                      a.unit_id, %(owner)s AS owner,
                      %(document)s AS company, part.points
                 FROM part
                 JOIN club_entry e ON e.id = part.entry_id
                 JOIN club_lot l ON l.id = part.lot_id
                 JOIN club_entry o ON o.id = COALESCE(l.origin_entry_id, l.entry_id)
                 JOIN club_account a ON a.id = o.account_id
                 LEFT JOIN club_entry mended ON mended.id = e.corrects_id
                WHERE a.unit_id = ANY(%(units)s)""",
            home=self._club_home_sql(),
            since=since,
            late=list(late),
            owner=self._club_company_sql("o", "a"),
            document=self._club_document_sql("e"),
            units=list(units),
        )

    def _club_pieces(self, units, since, late=()):
        """What moved this company's debt, or was moved by its documents, after entry `since`."""
        self.ensure_one()
        query = SQL(
            """SELECT kind, corrected, unit_id, owner, company, SUM(points)::bigint FROM (%s) piece
                WHERE owner = %s OR company = %s GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5""",
            self._club_pieces_sql(units, since, late),
            self.id,
            self.id,
        )
        self.env.flush_all()
        names = ("kind", "corrected", "unit", "owner", "company", "points")
        return [Piece(**dict(zip(names, row, strict=True))) for row in self.env.execute_query(query)]

    # ------------------------------------------------------------------ by the books
    def _club_owed(self, account):
        """What the account says this company owes, in the minor unit."""
        self.ensure_one()
        [[balance]] = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [("company_id", "=", self.id), ("account_id", "=", account.id), ("parent_state", "=", "posted")],
                [],
                ["balance:sum"],
            )
        )
        return -to_minor(balance or 0.0, self.currency_id.decimal_places)

    def _club_waiting(self, account):
        """What documents will still take off the account: points are gone, the document is not booked yet."""
        self.ensure_one()
        self.env.flush_all()
        [[till, lowered, orders]] = self.env.execute_query(
            SQL(
                """SELECT (SELECT COALESCE(SUM(p.amount), 0) FROM pos_payment p
                             JOIN pos_payment_method m ON m.id = p.payment_method_id
                             JOIN pos_order o ON o.id = p.pos_order_id AND o.state IN %(settled)s
                             JOIN pos_session s ON s.id = o.session_id AND s.state <> 'closed'
                            WHERE m.use_payment_terminal = 'loyalty_club' AND o.company_id = %(company)s
                              AND m.outstanding_account_id = %(account)s),
                          (SELECT COALESCE(-SUM(l.price_subtotal), 0) FROM pos_order_line l
                             JOIN loyalty_reward r ON r.id = l.reward_id
                             JOIN loyalty_program g ON g.id = r.program_id AND g.is_club_reduction
                             JOIN pos_order o ON o.id = l.order_id AND o.state IN %(settled)s
                              AND o.account_move IS NULL
                             JOIN pos_session s ON s.id = o.session_id AND s.state <> 'closed'
                            WHERE o.company_id = %(company)s),
                          (SELECT COALESCE(SUM(GREATEST(used - booked, 0) / rate), 0) FROM (%(orders)s) due)""",
                settled=SETTLED,
                company=self.id,
                account=account.id,
                orders=self._club_waiting_orders(),
            )
        )
        return to_minor(float(till) + float(lowered) + float(orders), self.currency_id.decimal_places)

    def _club_waiting_orders(self):
        """Confirmed orders: what points pay, and how much of it invoices or registers have booked."""
        return SQL(
            """SELECT COALESCE(NULLIF(so.currency_rate, 0), 1) AS rate, -SUM(line.price_subtotal) AS used,
                      -COALESCE(SUM(invoiced.amount), 0) - COALESCE(SUM(sold.amount), 0) AS booked
                 FROM sale_order so
                 JOIN sale_order_line line ON line.order_id = so.id AND line.coupon_id IS NOT NULL
                 JOIN loyalty_reward r ON r.id = line.reward_id
                 JOIN loyalty_program g ON g.id = r.program_id AND g.is_club_technical
                 LEFT JOIN LATERAL (
                      SELECT SUM(l.price_subtotal) AS amount FROM sale_order_line_invoice_rel rel
                        JOIN account_move_line l ON l.id = rel.invoice_line_id
                        JOIN account_move m ON m.id = l.move_id AND m.state = 'posted' AND m.move_type = 'out_invoice'
                       WHERE rel.order_line_id = line.id) invoiced ON TRUE
                 LEFT JOIN LATERAL (
                      SELECT SUM(l.price_subtotal) AS amount FROM pos_order_line l
                        JOIN pos_order o ON o.id = l.order_id JOIN pos_session s ON s.id = o.session_id
                       WHERE l.sale_order_line_id = line.id AND o.state IN %s
                         AND (s.state = 'closed' OR o.account_move IS NOT NULL)) sold ON TRUE
                WHERE so.company_id = %s AND so.state = 'sale' GROUP BY so.id""",
            SETTLED,
            self.id,
        )

    # ------------------------------------------------------------------ both
    def _club_liability(self):
        """What is owed by the ledger and by the books, in the minor unit of this company's currency.

        :return: dict `values` and `standing` by unit, `worth`, `waiting`, `owed`; `due` is what the account
            should say now: the worth of what members have, and what documents will still take off it
        """
        self.ensure_one()
        account = self.root_id.club_liability_account_id
        values = self._club_values()
        standing = self._club_standing(values) if values else {}
        total = sum(worth(points, values[unit]) for unit, points in standing.items())
        waiting = self._club_waiting(account) if account else 0
        return {
            "account": account,
            "values": values,
            "standing": standing,
            "worth": total,
            "waiting": waiting,
            "owed": self._club_owed(account) if account else 0,
            "due": total + waiting,
        }

    def _club_prove_liability(self):
        """Bookings that the books do not hold any more, and a liability that no movement explains."""
        self.ensure_one()
        last = self.env["club.accrual"].search([("company_id", "=", self.id)], limit=1)
        if not last or not self._club_has_liability():
            return []
        now = self._club_liability()
        before = {int(unit): tuple(pair) for unit, pair in (last.standing or {}).items()}
        pieces = self._club_pieces(now["values"], last.entry_to, last.late_entries or ())
        open_rows = rows(pieces, self.id, values=now["values"], before=before, owed=now["owed"], due=now["due"])
        if pieces or all(row.cause != "difference" for row in open_rows):
            return []
        places = self.currency_id.decimal_places
        due, owed = (float(now[name] / scale(places)) for name in ("due", "owed"))
        return self._club_open_bookings() or [self._club_difference("account", due, owed)]

    def _club_open_bookings(self):
        """Journal entries of bookings that were taken back, or say something else now."""
        account, found = self.root_id.club_liability_account_id, []
        for accrual in self.env["club.accrual"].search([("company_id", "=", self.id), ("move_id", "!=", False)]):
            lines = accrual.move_id.line_ids.filtered(lambda line: line.account_id == account)
            said = -sum(lines.mapped("balance")) if accrual.move_id.state == "posted" else 0.0
            if self.currency_id.compare_amounts(said, accrual.total):
                found.append(self._club_difference("booking", accrual.total, said, accrual.display_name))
        return found

    def _club_difference(self, code, expected, found, name=""):
        money = {"expected": self.currency_id.format(expected), "found": self.currency_id.format(found)}
        if code == "booking":
            message = self.env._(
                "%(name)s booked %(expected)s; its journal entry says %(found)s now. Book Now makes up for it.",
                name=name,
                **money,
            )
        else:
            message = self.env._(
                "%(company)s owes its members %(expected)s; its account says %(found)s, and no movement explains it. "
                "Look for entries made by hand.",
                company=self.name,
                **money,
            )
        return {"company_id": self.id, "code": code, "expected": expected, "found": found, "message": message}
