from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _post_process(self):
        """Money arrived or went back: the orders behind it earn or give back."""
        result = super()._post_process()
        done = self.filtered(lambda tx: tx.state == "done")
        (done | done.source_transaction_id).sale_order_ids._club_sync_if_member()
        return result
