"""Store credit that points were turned into: one debt to the members becomes another."""

from odoo import models
from odoo.tools import SQL

from ..engine.values import to_minor


class ResCompany(models.Model):
    """Granting store credit is booked on the account that using it is booked on, where that is a liability.

    Example: 1,000 Beans worth 10.00 become 8.00 on the wallet: the points liability falls by 10.00, that of store
    credit rises by 8.00, and the cost of points falls by 2.00. Where the wallet's account is an income, nothing
    more is booked: income falls when the credit is used.
    """

    _inherit = "res.company"

    def _club_wallets(self):
        """{eWallet: its liability account} of this company's clubs."""
        self.ensure_one()
        clubs = self.env["club.club"].sudo().with_context(active_test=False)
        found = {}
        for program in clubs.search([("company_ids", "in", self.ids)]).credit_program_id:
            product = program.with_context(active_test=False).reward_ids.discount_line_product_id[:1]
            account = product.with_company(self).product_tmpl_id.get_product_accounts()["income"] if product else None
            if account and account.internal_group == "liability":
                found[program] = account
        return found

    def _club_granted(self):
        """eWallet id → what this company's points became on it so far, in the minor unit of its currency."""
        self.ensure_one()
        query = SQL(
            """WITH %s, granted AS (
                   SELECT c.program_id, %s AS company_id, SUM(c.money) AS money FROM club_credit c
                     JOIN club_entry e ON e.id = c.entry_id
                     JOIN club_account a ON a.id = e.account_id
                    WHERE c.kind IN ('convert', 'reward', 'reverse') GROUP BY 1, 2)
               SELECT program_id, money FROM granted WHERE company_id = %s""",
            self._club_home_sql(),
            self._club_company_sql("e", "a"),
            self.id,
        )
        self.env.flush_all()
        currencies = self.env["loyalty.program"].sudo()
        totals = {}
        for program_id, money in self.env.execute_query(query):
            currency = currencies.browse(program_id).currency_id
            money = currency._convert(float(money), self.currency_id, self, round=False)
            totals[program_id] = to_minor(money, self.currency_id.decimal_places)
        return totals

    def _club_grants(self, last):
        """What became of each wallet since the last booking; what it began with is nobody's movement.

        :return: (eWallet id → total by now, [(eWallet, account, minor amount not booked yet)], is a wallet new)
        """
        wallets, granted = self._club_wallets(), self._club_granted()
        totals = {program.id: granted.get(program.id, 0) for program in wallets}
        before = (last.granted or {}) if last else {}
        changes = [
            (program, account, totals[program.id] - before[str(program.id)])
            for program, account in wallets.items()
            if str(program.id) in before
        ]
        return totals, [change for change in changes if change[2]], {str(key) for key in totals} - before.keys()

    def _club_grant_against(self, program):
        """What store credit costs: what the points had been booked on, else a discount as when points pay."""
        accruing = program in self._club_accruing().credit_program_id
        if accruing or not self.root_id.club_discount_account_id:
            return self._club_account("club_expense_account_id")
        return self.root_id.club_discount_account_id
