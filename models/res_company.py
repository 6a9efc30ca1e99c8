from odoo import fields, models

JOURNAL_CODE = "LOYAL"
METHOD_SEQUENCE = 90


class ResCompany(models.Model):
    """What a company needs in its books before points can pay at a register.

    Example: `company._club_ensure_accounting()` gives the payment method "Loyalty" of that company,
    its journal (type bank, last, out of sight) and the account the points are booked on.

    Invariant: calling it again changes nothing. Journal and accounts belong to the root company;
    the payment method belongs to the company of the register, as the register demands.
    """

    _inherit = "res.company"

    club_ids = fields.Many2many(
        "club.club",
        "club_club_res_company_rel",
        "res_company_id",
        "club_club_id",
        string="Loyalty Clubs",
        copy=False,
        groups="loyalty_club.loyalty_club_group_user",
    )
    club_liability_account_id = fields.Many2one(
        "account.account",
        string="Loyalty Points Liability",
        domain="[('account_type', 'in', ('liability_current', 'liability_non_current'))]",
        help="Points paid with are booked here when the club books them as a liability at award.",
    )
    club_discount_account_id = fields.Many2one(
        "account.account",
        string="Loyalty Discounts Granted",
        domain="[('internal_group', 'in', ('income', 'expense'))]",
        help="Points paid with are booked here when the club books nothing at award.",
    )

    def _club_ensure_accounting(self):
        """Make or repair the accounting of the tender and return the payment methods.

        A company without a chart of accounts gives none: there is nothing to book on yet, and
        loading the chart calls this again.
        """
        methods = self.env["pos.payment.method"].sudo()
        for company in self.sudo():
            root = company.root_id.with_company(company.root_id)
            if not (root.chart_template or root._existing_accounting()):
                continue
            journal = root._club_find_journal()
            account = root._club_points_account(journal)
            journal = journal or root._club_create_journal(account)
            root._club_align_journal(journal, account)
            methods |= company._club_ensure_method(journal)
        return methods

    def _club_find_journal(self):
        """The company's tender journal; one left by an earlier installation is taken up again."""
        journals = self.env["account.journal"].with_context(active_test=False)
        owned = [("company_id", "=", self.id), ("type", "=", "bank")]
        return journals.search([*owned, ("is_club_journal", "=", True)], limit=1) or journals.search(
            [*owned, ("code", "=", JOURNAL_CODE), ("bank_account_id", "=", False)], limit=1
        )

    def _club_accrues(self):
        """Whether a club of this company books points as a liability when they are awarded."""
        return bool(
            self.env["club.club"].search_count(
                [("company_ids", "child_of", self.id), ("points_accounting", "=", "accrue")], limit=1
            )
        )

    def _club_points_account(self, journal):
        """The account points are paid from, by the club's policy."""
        accrues = self._club_accrues()
        field = "club_liability_account_id" if accrues else "club_discount_account_id"
        groups = ("liability",) if accrues else ("income", "expense")
        if not self[field]:
            left_over = journal.default_account_id
            fits = left_over.internal_group in groups
            self[field] = left_over if fits else self._club_make_account(field)
        return self[field]

    def _club_make_account(self, name):
        """A new account for one of the company's fields, beside the one that an accountant would look next to."""
        account_type, neighbour, term = self._club_account_kinds()[name]
        accounts = self.env["account.account"].with_company(self)
        domain = [*accounts._check_company_domain(self), ("account_type", "=", account_type)]
        neighbour = neighbour or accounts.search(domain, order="code desc", limit=1)
        account = accounts.create(
            {
                "name": "Loyalty",
                "code": accounts._search_new_account_code(neighbour.code or "600000"),
                "account_type": account_type,
                "company_ids": [fields.Command.set(self.ids)],
            }
        )
        return self._club_name(account, term)

    def _club_account_kinds(self):
        """Field of the company → (type, account it is put beside if any, name in a language)."""
        beside = self.account_journal_early_pay_discount_loss_account_id
        return {
            "club_liability_account_id": (
                "liability_current", self.env["account.account"], lambda env: env._("Loyalty points"),
            ),
            "club_discount_account_id": ("expense", beside, lambda env: env._("Loyalty discounts granted")),
        }  # fmt: skip

    def _club_create_journal(self, account):
        journals = self.env["account.journal"].with_context(active_test=False)
        last = journals.search([("company_id", "=", self.id)], order="sequence desc", limit=1)
        journal = journals.create(
            {
                "name": "Loyalty",
                "code": self._club_free_code(),
                "type": "bank",
                "company_id": self.id,
                "default_account_id": account.id,
                "sequence": max(last.sequence, METHOD_SEQUENCE) + 1,
                "show_on_dashboard": False,
                "is_club_journal": True,
            }
        )
        return self._club_name(journal, lambda env: env._("Loyalty"))

    def _club_free_code(self):
        journals = self.env["account.journal"].with_context(active_test=False)
        taken = set(journals.search([("company_id", "=", self.id)]).mapped("code"))
        codes = [JOURNAL_CODE] + [f"LOYA{digit}" for digit in range(1, 10)]
        free = [code for code in codes if code not in taken]
        return free[0] if free else journals._get_next_journal_default_code("bank", self)

    def _club_align_journal(self, journal, account):
        """Book on `account`: the club may have changed its policy, or the accountant the account.

        While a register is open, all stays on the account it opened with: its closing books the
        whole session at once. The next opening comes here again.
        """
        if not (journal.active and journal.is_club_journal):
            journal.write({"active": True, "is_club_journal": True, "show_on_dashboard": False})
        methods = journal.pos_payment_method_ids
        methods.invalidate_recordset(["open_session_ids"])
        if methods.open_session_ids:
            return
        if journal.default_account_id != account:
            journal.default_account_id = account
        lines = journal.inbound_payment_method_line_ids | journal.outbound_payment_method_line_ids
        lines.filtered(lambda line: line.payment_account_id != account).payment_account_id = account
        methods.filtered(lambda method: method.outstanding_account_id != account).outstanding_account_id = account

    def _club_ensure_method(self, journal):
        methods = self.env["pos.payment.method"].sudo().with_context(active_test=False)
        method = methods.search([("company_id", "=", self.id), ("journal_id", "=", journal.id)], limit=1)
        tender = {"payment_method_type": "terminal", "use_payment_terminal": "loyalty_club"}
        if not method:
            method = methods.create(
                {
                    **tender,
                    "name": "Loyalty",
                    "journal_id": journal.id,
                    "company_id": self.id,
                    "outstanding_account_id": journal.default_account_id.id,
                    "split_transactions": False,
                    "sequence": METHOD_SEQUENCE,
                }
            )
            return self._club_name(method, lambda env: env._("Loyalty"))
        if method.use_payment_terminal != "loyalty_club":
            method._club_unlocked().write({**tender, "active": True})
        return method

    def _club_name(self, record, term):
        """Name `record` in every language in use: receipts and entries speak the reader's."""
        for code, _name in self.env["res.lang"].get_installed():
            spoken = record.with_context(lang=code)
            spoken.name = term(spoken.env)
        return record
