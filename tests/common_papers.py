"""Invoices and orders in one line, and what they earned."""

from odoo.fields import Command


class Invoices:
    """Invoices that no order is behind."""

    def invoice_alone(self, lines, **values):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.ada.id,
                "team_id": self.team.id,
                "invoice_line_ids": [
                    Command.create({"product_id": product.id, "quantity": quantity}) for product, quantity in lines
                ],
                **values,
            }
        )
        invoice.action_post()
        return invoice

    def sale_paid(self, lines, partner=None, **values):
        """A sale order that its invoice paid."""
        order = self.quotation(lines, partner, **values)
        order.action_confirm()
        self.pay(self.invoice(order))
        return order

    def earned(self, document):
        """What it has earned by now, less what was taken back; what was spent on it apart."""
        return sum(document.club_entry_ids.filtered(lambda entry: entry.kind != "spend").mapped("amount"))
