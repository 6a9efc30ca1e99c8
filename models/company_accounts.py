import json

from odoo import api, fields, models

JOURNAL_CODE = "LOYPT"
CHOSEN = (
    "club_liability_account_id", "club_discount_account_id", "club_expense_account_id", "club_breakage_account_id",
    "club_clearing_account_id", "club_accrual_journal_id",
)  # fmt: skip
LEFT = "loyalty_club.accounts_left"  # the parameter that outlives the add-on


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

    # ------------------------------------------------------------------ from one installation to the next
    def _club_leave_accounts(self):
        """What was booked stays in the books, so a later installation must go on with the same accounts.

        With new ones all that members have would be booked as owed a second time.
        """
        chosen = {
            company.id: {name: company[name].id for name in CHOSEN if company[name]} for company in self.sudo()
        }
        self.env["ir.config_parameter"].sudo().set_param(LEFT, json.dumps(chosen))

    @api.model
    def _club_take_up_accounts(self):
        """Those of an earlier installation, where they are still there."""
        parameters = self.env["ir.config_parameter"].sudo()
        for company_id, chosen in json.loads(parameters.get_param(LEFT) or "{}").items():
            company = self.sudo().browse(int(company_id)).exists()
            for name, left_id in chosen.items() if company else ():
                left = company[name].browse(left_id).exists()
                if left.filtered_domain(left._check_company_domain(company)) and not company[name]:
                    company[name] = left
        parameters.set_param(LEFT, False)

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
