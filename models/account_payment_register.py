from odoo import api, models


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    @api.model
    def _get_batch_available_journals(self, batch_result):
        """Nobody pays an invoice by choosing the points journal: there is no balance behind it."""
        hidden = self.with_context(club_hide_tender=True)
        return (
            super(AccountPaymentRegister, hidden)
            ._get_batch_available_journals(batch_result)
            .with_env(self.env)
        )
