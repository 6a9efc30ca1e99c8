from collections import namedtuple

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..engine.rewards import Situation, judge
from .club_stamps import Filled
from .ledger_dates import Dates

MOST_LINES = 4
Row = namedtuple(
    "Row",
    "order_id unit_id club_id tier_id earned used returned active later is_later"
    " full_program_id full full_owned full_used full_until",
)

# One row an order and balance: what the order moved, what there is now or later, and whether more moved since.
# A refund's part is booked on the orders it refunds; a sale that moved nothing shows what its place's balance is.
QUERY = """
WITH moved AS (
     SELECT e.source_id AS order_id, COALESCE(own.merged_into_id, own.id) AS account_id,
            SUM(-e.amount) FILTER (WHERE e.kind = 'spend')::int8 AS used,
            SUM(e.amount) FILTER (WHERE e.kind NOT IN ('spend', 'spend_return'))::int8 AS earned,
            SUM(e.amount) FILTER (WHERE e.kind = 'spend_return')::int8 AS returned,
            MAX(e.id) AS last_id
       FROM club_entry e JOIN club_account own ON own.id = e.account_id
      WHERE e.source_model = 'pos.order' AND e.source_id = ANY(%(ids)s)
   GROUP BY 1, 2),
     place (order_id, club_id, pool_id) AS (VALUES %(places)s),
     back (order_id, entry_id) AS (VALUES %(back)s),
     refund AS (
     SELECT back.order_id, COALESCE(own.merged_into_id, own.id) AS account_id,
               SUM(e.amount)::int8 AS earned, MAX(e.id) AS last_id
          FROM back JOIN club_entry e ON e.id = back.entry_id
          JOIN club_account own ON own.id = e.account_id GROUP BY 1, 2),
     shown AS (
     SELECT order_id, account_id FROM moved UNION SELECT order_id, account_id FROM refund UNION
        SELECT place.order_id, a.id
          FROM place JOIN pos_order o ON o.id = place.order_id
          JOIN club_member m ON m.partner_id = o.partner_id AND m.club_id = place.club_id
          JOIN club_account a ON a.member_id = m.id AND a.pool_id = place.pool_id
         WHERE a.merged_into_id IS NULL AND a.balance <> 0)
   SELECT shown.order_id, a.unit_id, a.club_id, m.tier_id,
          COALESCE(moved.earned, 0) + COALESCE(refund.earned, 0), moved.used, moved.returned,
          COALESCE(lots.active, 0) - a.debt, COALESCE(lots.later, 0),
          EXISTS (SELECT FROM club_entry e WHERE e.account_id = a.id
                  AND CASE WHEN COALESCE(moved.last_id, refund.last_id) IS NULL
                           THEN e.created_at > GREATEST(o.create_date, o.date_order)
                           ELSE e.id > GREATEST(moved.last_id, refund.last_id) END),
          filled.program_id, filled.full, filled.owned, filled.used, filled.until
     FROM shown
     JOIN club_account a ON a.id = shown.account_id
     JOIN club_member m ON m.id = a.member_id
     JOIN club_club c ON c.id = a.club_id
     JOIN pos_order o ON o.id = shown.order_id AND o.partner_id = m.partner_id
LEFT JOIN moved ON moved.order_id = shown.order_id AND moved.account_id = shown.account_id
LEFT JOIN refund ON refund.order_id = shown.order_id AND refund.account_id = shown.account_id
CROSS JOIN LATERAL (SELECT (%(now)s AT TIME ZONE 'UTC' AT TIME ZONE c.tz)::date AS day) today
LEFT JOIN LATERAL (
          SELECT SUM(l.left_amount) FILTER (WHERE l.available_on <= today.day)::int8 AS active,
                 SUM(l.left_amount) FILTER (WHERE l.available_on > today.day)::int8 AS later
            FROM club_lot l JOIN LATERAL (%(dates)s) d ON TRUE
           WHERE l.account_id = a.id AND l.left_amount > 0
             AND (d.last_day IS NULL OR d.last_day >= today.day)) lots ON TRUE
LEFT JOIN LATERAL (
          SELECT MAX(v.program_id) AS program_id, COUNT(*) AS full,
                 COUNT(*) FILTER (WHERE card.points > 0 AND NOT over.is_late) AS owned,
                 COUNT(*) FILTER (WHERE card.points <= 0) AS used,
                 MIN(card.expiration_date) FILTER (WHERE card.points > 0 AND NOT over.is_late) AS until
            FROM club_entry e JOIN club_account own ON own.id = e.account_id
            JOIN club_voucher v ON v.filled_entry_id = e.id AND v.refunded_at IS NULL
            JOIN loyalty_card card ON card.id = v.card_id
      CROSS JOIN LATERAL (SELECT COALESCE(card.expiration_date < today.day, FALSE) AS is_late) over
           WHERE e.source_model = 'pos.order' AND e.source_id = shown.order_id
             AND COALESCE(own.merged_into_id, own.id) = a.id) filled ON TRUE
 ORDER BY a.id
"""

# How often limited rewards were had: in all, and by some contacts. Promised counts like used.
TAKEN = """
WITH had AS NOT MATERIALIZED (
     SELECT program_id, member_id FROM club_voucher WHERE refunded_at IS NULL
      UNION ALL
     SELECT program_id, member_id FROM club_hold
      WHERE state = 'captured' AND is_given_back IS NOT TRUE
         OR state = 'held' AND (expires_at IS NULL OR expires_at > now() AT TIME ZONE 'utc'))
   SELECT program_id, NULL::int, COUNT(*) FROM had WHERE program_id = ANY(%(total_ids)s) GROUP BY 1
    UNION ALL
   SELECT had.program_id, m.partner_id, COUNT(*)
     FROM club_member m JOIN had ON had.member_id = m.id
    WHERE m.partner_id = ANY(%(partners)s) AND had.program_id = ANY(%(ids)s) GROUP BY 1, 2
"""


class PosOrder(models.Model):
    """What a receipt says of points, once the order is on the server; see the receipt's template.

    What the sale brought is the sale's own; balance, tier and next reward are those of the moment the receipt is
    asked for. A reprint after other movements therefore names its day: a customer asks for one to know what there
    is, and an old figure would contradict the register and their page.
    """

    _inherit = "pos.order"

    club_receipt = fields.Json(compute="_compute_club_receipt", compute_sudo=True)

    def _compute_club_receipt(self):
        """For all orders in a fixed number of queries; False without a member."""
        done = self.filtered(lambda order: order.partner_id and order.state in ("paid", "done"))
        receipts = done._club_receipts() if done else {}
        for order in self:
            order.club_receipt = receipts.get(order.id, False)

    def _club_receipts(self):
        """What was earned and used with each order, by the customer who is on it.

        :return: dict order id → {"member", "tier", "lines", "display", "text"}; "lines" are dicts of "unit",
            "earned", "used", "returned" and "balance" as text, "text" the receipt's lines in the customer's
            language, "display" what the customer display says, as short phrases
        """
        by_order = {}
        for row in self._club_receipt_rows():
            by_order.setdefault(row.order_id, []).append(row)
        taken = self._club_receipt_taken(by_order)
        receipts = {key: self.browse(key)._club_receipt_of(rows, taken) for key, rows in by_order.items()}
        games, clubs = self.env["club.game"], self.env["club.club"]
        playing = self.browse(
            key for key, rows in by_order.items() if games._is_giving(clubs.browse(rows[0].club_id))
        )
        for order_id, said in (playing._club_plays_said() if playing else {}).items():
            receipts[order_id]["text"] += said[:1]  # one line more, so that none of the others goes
        goals = self.env["club.goal"]
        counting = self.browse(
            key for key, rows in by_order.items() if goals._is_counting(clubs.browse(rows[0].club_id))
        )
        for order_id, said in (counting._club_goals_said() if counting else {}).items():
            receipts[order_id]["text"] += said[:1]
        return receipts

    def _club_receipt_of(self, rows, taken):
        """The receipt of one order from its balances, the most important line first to stay."""
        partner = self.partner_id
        club = self.env["club.club"].browse(rows[0].club_id).with_context(lang=partner.lang or self.env.lang)
        rules = club._receipt_rules()
        lines, text, display = [], [], []
        # Points and cashback come before stamps.
        for row in sorted(rows, key=lambda row: rules.kinds[row.unit_id] == "stamps"):
            unit = self.env["club.unit"].browse(row.unit_id).with_env(club.env)
            amounts = {"earned": row.earned or 0, "used": row.used or 0, "returned": row.returned or 0}
            figures = {name: unit._format(amount, name=False) if amount else "" for name, amount in amounts.items()}
            balance = self._club_receipt_balance(unit, row)
            lines.append({"unit": unit._words()[2], **figures, "balance": balance})
            text += self._club_receipt_line(rules, unit, row, amounts, taken)
            if rules.kinds[unit.id] != "stamps" and "display" in rules.shows:
                display += [*self._club_receipt_moved(unit, amounts), unit._format(row.active)]
        if "reward" in rules.shows and len(text) < MOST_LINES:
            text += self._club_receipt_reward(rules, rows, club, taken)
        tier = rules.tiers.get(rows[0].tier_id, ("", 0))[0]
        if "tier" in rules.shows and len(text) < MOST_LINES:
            # What moved comes before whose it is.
            text.insert(0, " · ".join(filter(None, (partner.display_name, tier))))
        return {
            "member": partner.display_name,
            "tier": tier,
            "lines": lines,
            "display": display,
            "text": text[:MOST_LINES],
        }

    # ------------------------------------------------------------------ the figures
    def _club_receipt_rows(self):
        self.flush_model(["partner_id", "config_id"])
        self.env["club.voucher"].flush_model()
        self.env["loyalty.card"].flush_model(["points", "expiration_date"])
        own = [
            (order.id, outlet.club_id.id, outlet.pool_id.id)
            for order in self
            # Whose order it is, a kiosk's browser only claims.
            if order._club_member_partner()
            and (outlet := order._club_outlet()).is_opted_in
            and outlet.club_id._rulebook().state != "off"
        ]
        none = [(0, 0, 0)]
        query = SQL(
            QUERY,
            ids=list(self.ids),
            places=SQL(", ").join(SQL("(%s, %s, %s)", *place) for place in own or none),
            back=SQL(", ").join(SQL("(%s, %s)", *pair) for pair in self._club_receipt_taken_back() or [(0, 0)]),
            now=fields.Datetime.now(),
            dates=Dates(self.env).lot(),
        )
        return [Row(*row) for row in self.env.execute_query(query)]

    def _club_receipt_taken_back(self):
        """(refund's id, entry id) of what these refunds took back: it is booked on the orders they refund."""
        pairs = []
        for refund in self:
            origins = refund.lines.refunded_orderline_id.order_id if refund._club_is_refunding() else self.browse()
            if not origins:
                continue
            # What a refund took was booked when it was paid, and before the next refund of the same order.
            later = origins.lines.refund_orderline_ids.order_id.filtered(lambda other, own=refund: other.id > own.id)
            until = min(later.mapped("create_date"), default=fields.Datetime.now())
            entries = self.env["club.entry"].search([
                ("source_model", "=", self._name),
                ("source_id", "in", origins.ids),
                ("kind", "=", "clawback"),
                ("created_at", ">=", refund.create_date.replace(microsecond=0)),
                ("created_at", "<=", until),
            ])  # fmt: skip
            pairs += [(refund.id, entry.id) for entry in entries]
        return pairs

    def _club_receipt_taken(self, by_order):
        """(reward id, contact's id or None for all) → how often it was had, of those whose number is limited."""
        limits = {"member": set(), "total": set()}
        for club_id in {row.club_id for rows in by_order.values() for row in rows}:
            for shelf in self.env["club.club"].browse(club_id)._receipt_rules().shelves:
                limits["member"] |= {shelf.id} if shelf.offer.limit_member else set()
                limits["total"] |= {shelf.id} if shelf.offer.limit_total else set()
        if not any(limits.values()):
            return {}
        self.env["club.hold"].flush_model()
        rows = self.env.execute_query(SQL(
            TAKEN,
            ids=list(limits["member"]),
            total_ids=list(limits["total"]),
            partners=self.browse(by_order).partner_id.ids,
        ))  # fmt: skip
        return {(program_id, partner_id): count for program_id, partner_id, count in rows}

    # ------------------------------------------------------------------ the words
    @api.model
    def _club_receipt_balance(self, unit, row):
        balance = unit._format(row.active)
        if not row.later:
            return balance
        later = unit._format(row.later, name=False)
        return unit.env._("%(balance)s, %(later)s more later", balance=balance, later=later)

    @api.model
    def _club_receipt_moved(self, unit, amounts, is_shown=True):
        """ "+12 Beans", "−100 Beans": what the sale did."""
        if not is_shown:
            return []
        earned, change = amounts["earned"], amounts["returned"] - amounts["used"]
        return [f"{'+' if part > 0 else '−'}{unit._format(abs(part))}" for part in (earned, change) if part]

    def _club_receipt_line(self, rules, unit, row, amounts, taken):
        """The line about one balance: "Cumulative Beans: 487 (+12)", or a stamp card and how full it is."""
        _, card = unit.env._, rules.stamp_card(unit.id) if rules.kinds[unit.id] == "stamps" else None
        if rules.kinds[unit.id] == "stamps" and "stamps" not in rules.shows:
            return []
        if card:
            return [self._club_receipt_card(rules, unit, card, row, taken)]
        if "balance" not in rules.shows:
            return self._club_receipt_moved(unit, amounts, "earned" in rules.shows)
        short = {name: unit._format(abs(amount), name=False) for name, amount in amounts.items()}
        said = [
            amounts["earned"] and ("+" if amounts["earned"] > 0 else "−") + short["earned"],
            amounts["used"] and _("−%s used", short["used"]),
            amounts["returned"] and _("+%s given back", short["returned"]),
        ]
        brought = ", ".join(filter(None, said)) if "earned" in rules.shows else ""
        balance = unit._format(row.active, name=False)
        words = {"units": unit._words()[2], "balance": balance}
        if row.is_later:
            words["day"] = format_date(unit.env, unit.club_id._today())
            line = _("%(units)s on %(day)s: %(balance)s", **words)
        else:
            line = _("Cumulative %(units)s: %(balance)s", **words)
        if brought:
            line += f" ({brought})"
        if row.later:
            line = _("%(line)s, %(later)s more later", line=line, later=unit._format(row.later, name=False))
        return [line]

    def _club_receipt_card(self, rules, unit, card, row, taken):
        """A stamp card and how full it is; what filling one brought, or lets the customer claim, comes before."""
        _, (full, have) = unit.env._, divmod(max(row.active, 0), card.offer.price)
        words = {"reward": card.name, "have": have, "full": card.offer.price, "cards": full}
        said = []
        if row.full:
            # What the sale brought may be another reward than the one that is offered by now.
            names = {shelf.id: shelf.name for shelf in rules.shelves}
            reward = unit.env["loyalty.program"].browse(row.full_program_id)
            filled = Filled(row.full_program_id, row.full_owned, row.full_used, row.full_until)
            said.append(unit._full_card_text(names.get(reward.id) or reward.name, filled))
        is_claimed = full and not card.is_automatic and rules.is_redeemed
        if is_claimed and not self._club_receipt_verdict(rules, card, row, taken).code:
            said.append(
                _("Card full: claim your %(reward)s.", **words)
                if full == 1
                else _("%(cards)s cards full: claim %(reward)s with each.", **words)
            )
        if said:
            return " ".join([*said, _("Next card: %(have)s of %(full)s", **words)])
        if full:
            return _("%(reward)s: %(have)s of %(full)s, cards full: %(cards)s", **words)
        return _("%(reward)s: %(have)s of %(full)s", **words)

    def _club_receipt_verdict(self, rules, shelf, row, taken):
        """May this order's customer have that reward now?"""
        return judge(
            shelf.offer,
            Situation(
                today=self.env["club.club"].browse(row.club_id)._today(),
                free=row.active,
                tier_threshold=rules.tiers.get(row.tier_id, ("", 0))[1],
                own=taken.get((shelf.id, self.partner_id.id), 0),
                total=taken.get((shelf.id, None), 0),
                outlet=self._club_outlet().id,
            ),
        )

    def _club_receipt_reward(self, rules, rows, club, taken):
        """The nearest reward that points can buy, and what is missing: "Free coffee at 500: 13 to go"."""
        _, near, reached = club.env._, None, None
        by_unit = {row.unit_id: row for row in rows if rules.kinds[row.unit_id] != "stamps"}
        for shelf in rules.shelves:
            row = by_unit.get(shelf.unit_id)
            if not row:
                continue
            verdict = self._club_receipt_verdict(rules, shelf, row, taken)
            unit = self.env["club.unit"].browse(shelf.unit_id).with_env(club.env)
            words = {"reward": shelf.name, "price": unit._format(shelf.offer.price, name=False)}
            if not verdict.code:
                reached = _("%(reward)s at %(price)s: yours to redeem", **words)
            elif verdict.code == "points" and (near is None or verdict.missing < near[0]):
                missing = unit._format(verdict.missing, name=False)
                near = verdict.missing, _("%(reward)s at %(price)s: %(missing)s to go", missing=missing, **words)
        line = near[1] if near else reached
        return [line] if line else []
