from odoo import api, models


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    def _reconcile_payments(self, to_process, edit_mode=False):
        """The host tells nobody that an invoice is paid when the payment waits for the bank to be booked."""
        super()._reconcile_payments(to_process, edit_mode)
        for vals in to_process:
            if not vals["payment"].move_id:
                vals["to_reconcile"].move_id._club_sync_documents()

    @api.model
    def _get_batch_available_journals(self, batch_result):
        """Nobody pays an invoice by choosing the points journal: there is no balance behind it."""
        hidden = self.with_context(club_hide_tender=True)
        return super(AccountPaymentRegister, hidden)._get_batch_available_journals(batch_result).with_env(self.env)
