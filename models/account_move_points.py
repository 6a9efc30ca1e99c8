from odoo import models


class AccountMove(models.Model):
    """Credit notes of orders that points paid in part: the points line is credited in the ratio of the goods."""

    _inherit = "account.move"

    def _post(self, soft=True):
        self.filtered(lambda move: move.state == "draft")._club_prorate_refund()
        return super()._post(soft)

    def _club_prorate_refund(self):
        """A credit note copies the whole points line; what staff left untouched becomes its share.

        Example: 2 of 10 pieces are credited: of 20.00 in points 4.00 go back, of 80.00 in money 16.00.
        """
        for note in self.filtered(lambda move: move.move_type == "out_refund" and move.reversed_entry_id):
            lines = note.invoice_line_ids.filtered(lambda line: line._is_club_points())
            if not lines:
                continue
            invoice = note.reversed_entry_id
            share = note._club_goods() / invoice._club_goods() if invoice._club_goods() else 1.0
            before = invoice.invoice_line_ids.filtered(lambda line: line._is_club_points())
            whole = sum(before.mapped("price_total"))
            if share >= 1 or note.currency_id.compare_amounts(sum(lines.mapped("price_total")), whole):
                continue
            given = invoice.reversal_move_ids.filtered(lambda move: move.state == "posted")
            booked = sum(given.invoice_line_ids.filtered(lambda line: line._is_club_points()).mapped("price_total"))
            goods = sum(move._club_goods() for move in given) + note._club_goods()
            due = note.currency_id.round(whole * min(1.0, goods / invoice._club_goods())) - booked
            quantity = max(round(share * sum(before.mapped("quantity")), 2), 0.01)
            lines[1:].unlink()
            lines[:1].write({"quantity": quantity, "price_unit": due / quantity})

    def _club_goods(self):
        """What the goods of an invoice or a credit note come to, without what points pay."""
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        return sum(lines.filtered(lambda line: not line._is_club_points()).mapped("price_total"))


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _is_club_points(self):
        return any(line._is_club_points() for line in self.sale_line_ids)
