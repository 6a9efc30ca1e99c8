from odoo import fields, models

JOURNAL_CODE = "LOYPT"


class ResCompany(models.Model):
    """The accounts and the journal behind a points liability, made when the first booking needs them.

    Invariant: what the accountant chose is followed; nothing is made twice. All belong to the root company.
    """

    _inherit = "res.company"

    club_expense_account_id = fields.Many2one(
        "account.account",
        string="Loyalty Points Granted",
        domain="[('internal_group', 'in', ('income', 'expense'))]",
        help="The cost of points when they are awarded, less what is taken back.",
    )
    club_breakage_account_id = fields.Many2one(
        "account.account",
        string="Expired Loyalty Points",
        domain="[('internal_group', 'in', ('income', 'expense'))]",
        help="What the company need not give any more. Empty: the cost of points falls by it.",
    )
    club_clearing_account_id = fields.Many2one(
        "account.account",
        string="Loyalty Points Between Companies",
        domain="[('internal_group', 'in', ('asset', 'liability'))]",
        help="What companies owe each other for points awarded by one and used at another.",
    )
    club_accrual_journal_id = fields.Many2one(
        "account.journal",
        string="Points Liability Journal",
        domain="[('type', '=', 'general')]",
        help="Where the nightly booking of awarded and expired points goes.",
    )
    club_accrual_turn = fields.Integer(help="Raised by each booking, so that two never book the same movements.")

    def _club_has_liability(self):
        """A company with a chart whose points are booked at award, or were until now, or become store credit."""
        self.ensure_one()
        root = self.root_id
        if not (root.chart_template or root._existing_accounting()):
            return False
        last = self.env["club.accrual"].sudo().search([("company_id", "=", self.id)], limit=1)
        return bool(self._club_accruing() or (last and not last.is_end) or self._club_wallets())

    def _club_account(self, name):
        """One of the accounts above, made when it is missing."""
        self.ensure_one()
        root = self.root_id.sudo()
        root = root.with_company(root)
        if not root[name]:
            root[name] = root._club_make_account(name)
        return root[name]

    def _club_account_kinds(self):
        granted, between = self.club_discount_account_id, self.club_liability_account_id
        return super()._club_account_kinds() | {
            "club_expense_account_id": ("expense", granted, lambda env: env._("Loyalty points granted")),
            "club_clearing_account_id": (
                "liability_current", between, lambda env: env._("Loyalty points between companies"),
            ),
        }  # fmt: skip

    def _club_accrual_journal(self):
        root = self.root_id.sudo()
        root = root.with_company(root)
        if not root.club_accrual_journal_id:
            journals = self.env["account.journal"].sudo().with_context(active_test=False)
            journal = journals.search([("company_id", "=", root.id), ("code", "=", JOURNAL_CODE)], limit=1)
            journal = journal or journals.create(
                {
                    "name": "Loyalty points",
                    "code": JOURNAL_CODE,
                    "type": "general",
                    "company_id": root.id,
                    "show_on_dashboard": False,
                }
            )
            root.club_accrual_journal_id = root._club_name(journal, lambda env: env._("Loyalty points"))
        return root.club_accrual_journal_id

    def _club_cause_account(self, cause):
        """What a cause is booked against."""
        root = self.root_id.sudo()
        if cause in ("borrowed", "lent"):
            return root._club_account("club_clearing_account_id")
        if cause == "expired" and root.club_breakage_account_id:
            return root.club_breakage_account_id
        return root._club_account("club_expense_account_id")
