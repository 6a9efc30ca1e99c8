from odoo import api, fields, models
from odoo.tools import SQL

from .ledger_dates import Dates

MOST_LINES = 4


class PosOrder(models.Model):
    """What a receipt says of points, once the order is on the server; see the receipt's template."""

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

        :return: dict order id → {"member", "tier", "lines", "text"}; "lines" are dicts of "unit", "earned",
            "used", "returned" and "balance" as text, "text" the receipt's lines in the customer's language
        """
        receipts = {}
        self.flush_model(["partner_id"])
        for order_id, unit_id, tier_id, *amounts in self.env.execute_query(self._club_receipt_query()):
            partner = self.browse(order_id).partner_id
            unit = self.env["club.unit"].browse(unit_id).with_context(lang=partner.lang or self.env.lang)
            tier = self.env["club.tier"].browse(tier_id).with_env(unit.env)
            receipt = receipts.setdefault(
                order_id, {"member": partner.display_name, "tier": tier._label(), "lines": [], "text": []}
            )
            line, text = self._club_receipt_line(unit, *amounts)
            receipt["lines"].append(line)
            receipt["text"] += text
        for receipt in receipts.values():
            # What moved comes before whose it is.
            head = " · ".join(filter(None, (receipt["member"], receipt["tier"])))
            if len(receipt["text"]) < MOST_LINES:
                receipt["text"].insert(0, head)
            del receipt["text"][MOST_LINES:]
        return receipts

    def _club_receipt_query(self):
        """One row an order and account: what moved, and what can be used now or later."""
        return SQL(
            """SELECT moved.order_id, a.unit_id, m.tier_id, moved.earned, moved.used, moved.returned,
                      COALESCE(lots.active, 0) - a.debt, COALESCE(lots.later, 0)
                 FROM (SELECT e.source_id AS order_id, COALESCE(own.merged_into_id, own.id) AS account_id,
                              SUM(-e.amount) FILTER (WHERE e.kind = 'spend')::int8 AS used,
                              SUM(e.amount) FILTER (
                                  WHERE e.kind NOT IN ('spend', 'spend_return'))::int8 AS earned,
                              SUM(e.amount) FILTER (WHERE e.kind = 'spend_return')::int8 AS returned
                         FROM club_entry e JOIN club_account own ON own.id = e.account_id
                        WHERE e.source_model = 'pos.order' AND e.source_id = ANY(%(ids)s)
                     GROUP BY 1, 2) moved
                 JOIN club_account a ON a.id = moved.account_id
                 JOIN club_member m ON m.id = a.member_id
                 JOIN club_club c ON c.id = a.club_id
                 JOIN pos_order o ON o.id = moved.order_id AND o.partner_id = m.partner_id
           CROSS JOIN LATERAL (SELECT (%(now)s AT TIME ZONE 'UTC' AT TIME ZONE c.tz)::date AS day) today
                 LEFT JOIN LATERAL (
                       SELECT SUM(l.left_amount) FILTER (WHERE l.available_on <= today.day)::int8 AS active,
                              SUM(l.left_amount) FILTER (WHERE l.available_on > today.day)::int8 AS later
                         FROM club_lot l JOIN LATERAL (%(dates)s) d ON TRUE
                        WHERE l.account_id = a.id AND l.left_amount > 0
                          AND (d.last_day IS NULL OR d.last_day >= today.day)) lots ON TRUE
             ORDER BY a.id""",
            ids=list(self.ids),
            now=fields.Datetime.now(),
            dates=Dates(self.env).lot(),
        )

    @api.model
    def _club_receipt_line(self, unit, earned, used, returned, active, later):
        """(figures of one balance, the receipt's lines about it); amounts in the unit's minor unit."""
        _ = unit.env._
        amounts = {"used": used or 0, "returned": returned or 0, "earned": max(earned or 0, 0)}
        balance = unit._format(active)
        if later:
            balance = _("%(balance)s, %(later)s more later", balance=balance, later=unit._format(later, name=False))
        said = {
            "used": lambda text: _("Used: %s", text),
            "returned": lambda text: _("Given back: %s", text),
            "earned": lambda text: _("Earned: %s", text),
        }
        text = [said[name](unit._format(amount)) for name, amount in amounts.items() if amount]
        figures = {name: unit._format(amount, name=False) if amount else "" for name, amount in amounts.items()}
        line = {"unit": unit._words()[2], **figures, "balance": balance}
        return line, [*text, _("Balance: %s", balance)]
