from odoo import api, fields, models
from odoo.fields import Domain


class AccountJournal(models.Model):
    """The journal of the tender "Loyalty": a bank journal in form, but no bank.

    Invariant: under the context key `club_hide_tender` no search finds it, so that code which
    takes "the first bank journal" for real money never takes this one.
    """

    _inherit = "account.journal"

    is_club_journal = fields.Boolean(readonly=True, copy=False)

    @api.model
    def _search(self, domain, *args, **kwargs):
        if self.env.context.get("club_hide_tender"):
            domain = Domain(domain) & Domain("is_club_journal", "=", False)
        return super()._search(domain, *args, **kwargs)
