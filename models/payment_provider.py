from odoo import api, fields, models


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    journal_id = fields.Many2one(domain='[("type", "=", "bank"), ("is_club_journal", "=", False)]')

    @api.depends("code", "state", "company_id")
    def _compute_journal_id(self):
        """Online payments are real money: they never land in the points journal."""
        return super(PaymentProvider, self.with_context(club_hide_tender=True))._compute_journal_id()
