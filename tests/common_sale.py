"""Orders that are paid at a provider."""

from odoo.fields import Command


class OnlinePayments:
    """What a provider reports of an order's money: paid, pending, authorized, given back."""

    def _pay_online(self, order, amount=None, state="done"):
        """A transaction of the order that the provider reports in a state."""
        provider = self.env.ref("payment.payment_provider_transfer")
        provider.write({"state": "test", "journal_id": self.card.journal_id.id})
        self._let_provider_book(provider)
        method = self.env["payment.method"].with_context(active_test=False).search([], limit=1)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"{order.name}-{len(order.transaction_ids)}",
                "amount": amount or order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        if state == "done":
            transaction._set_done()
        elif state == "authorized":
            transaction._set_authorized()
        elif state == "pending":
            transaction._set_pending()
        if state in ("done", "authorized", "pending"):
            transaction._post_process()
        return transaction

    def _let_provider_book(self, provider):
        """As shipped, a wire provider has no accounting method to book its payments with."""
        journal = self.card.journal_id
        if journal.inbound_payment_method_line_ids.filtered(lambda line: line.payment_provider_id == provider):
            return
        method = self.env["account.payment.method"].search(
            [("code", "=", provider.code), ("payment_type", "=", "inbound")]
        )
        method = method or self.env["account.payment.method"].sudo().create(
            {"name": "Wire", "code": provider.code, "payment_type": "inbound"}
        )
        journal.inbound_payment_method_line_ids = [
            Command.create({"payment_method_id": method.id, "payment_provider_id": provider.id})
        ]

    def _refund_online(self, transaction, amount):
        refund = transaction._create_child_transaction(amount, is_refund=True)
        refund._set_done()
        refund._post_process()
        return refund


class Rebilled:
    def bill_again(self, invoice):
        """The host's "Reverse and Create Invoice", and the new one posted."""
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        action = wizard.create({"journal_id": invoice.journal_id.id}).modify_moves()
        again = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((again.move_type, again.state), ("out_invoice", "draft"))
        again.action_post()
        self.env.invalidate_all()
        return again
