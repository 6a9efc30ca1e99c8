from odoo import models


class AccountMove(models.Model):
    """Credit notes of orders that points, or rewards for points, paid in part: credited in the ratio of the goods."""

    _inherit = "account.move"

    def _post(self, soft=True):
        self.filtered(lambda move: move.state == "draft")._club_prorate_refund()
        return super()._post(soft)

    def _club_prorate_refund(self):
        """A credit note copies the whole points line; what staff left untouched becomes its share.

        Example: 2 of 10 pieces are credited: of 20.00 in points 4.00 go back, of 80.00 in money 16.00.
        """
        for note in self.filtered(lambda move: move.move_type == "out_refund" and move.reversed_entry_id):
            lines = note.invoice_line_ids.filtered(lambda line: line._club_follows_goods())
            invoice = note.reversed_entry_id
            goods = invoice._club_goods()
            share = note._club_goods() / goods if goods else 1.0
            if not lines or share >= 1:
                continue
            given = invoice.reversal_move_ids.filtered(lambda move: move.state == "posted")
            credited = min(1.0, (sum(move._club_goods() for move in given) + note._club_goods()) / goods)
            before = invoice.invoice_line_ids.filtered(lambda line: line._club_follows_goods())
            for line in lines:
                line._club_prorate(before, given.invoice_line_ids, share, credited)

    def _club_goods(self):
        """What the goods of an invoice or a credit note come to, without what points pay."""
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        return sum(lines.filtered(lambda line: not line._club_follows_goods()).mapped("price_total"))


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _is_club_points(self):
        return any(line._is_club_points() for line in self.sale_line_ids)

    def _club_follows_goods(self):
        return any(line._club_follows_goods() for line in self.sale_line_ids)

    def _club_prorate(self, before, given, share, credited):
        """Credit as much of one line as brings what is credited of it to `credited`, if nobody changed it."""
        whole = before.filtered(lambda line: line.sale_line_ids == self.sale_line_ids)[:1]
        if not whole.price_total or self.currency_id.compare_amounts(self.price_total, whole.price_total):
            return
        booked = sum(given.filtered(lambda line: line.sale_line_ids == self.sale_line_ids).mapped("price_total"))
        due = self.currency_id.round(whole.price_total * credited) - booked
        quantity = max(round(share * whole.quantity, 2), 0.01)
        price = self.sale_line_ids._club_price_of(
            due, whole.price_unit * whole.quantity, whole.price_total, self.tax_ids
        )
        self.write({"quantity": quantity, "price_unit": price / quantity})
