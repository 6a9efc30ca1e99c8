from odoo import api, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    @api.depends("company_id", "partner_id")
    def _compute_journal_id(self):
        """A payment entered by hand never starts on the points journal; a register's keeps it."""
        tenders = self.filtered(lambda payment: payment.journal_id.is_club_journal)
        return super(AccountPayment, (self - tenders).with_context(club_hide_tender=True))._compute_journal_id()

    @api.depends("payment_type")
    def _compute_available_journal_ids(self):
        return super(AccountPayment, self.with_context(club_hide_tender=True))._compute_available_journal_ids()
