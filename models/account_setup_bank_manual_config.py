from odoo import models


class AccountSetupBankManualConfig(models.TransientModel):
    _inherit = "account.setup.bank.manual.config"

    def default_linked_journal_id(self, journal_type):
        """A new bank account is offered a bank journal without one; the points journal is none."""
        hidden = self.with_context(club_hide_tender=True)
        return super(AccountSetupBankManualConfig, hidden).default_linked_journal_id(journal_type)

    def _number_unlinked_journal(self, journal_type):
        hidden = self.with_context(club_hide_tender=True)
        return super(AccountSetupBankManualConfig, hidden)._number_unlinked_journal(journal_type)
