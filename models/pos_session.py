from odoo import api, models


class PosSession(models.Model):
    """A register's day: points come in like card payments, but there is nothing to count."""

    _inherit = "pos.session"

    @api.model_create_multi
    def create(self, vals_list):
        # What an open register had to put off (opt-out, another account) is made up for here.
        default = self.env.context.get("default_config_id")
        config_ids = {vals.get("config_id") or default for vals in vals_list} - {None, False}
        registers = self.env["pos.config"].sudo().browse(config_ids)
        registers._club_sync_tender()
        registers._club_ensure_scanning()
        return super().create(vals_list)

    def get_closing_control_data(self):
        data = super().get_closing_control_data()
        tenders = set(self.config_id._club_tenders().ids)
        for method in data["non_cash_payment_methods"]:
            if method["id"] in tenders:
                # The closing screen asks for a count, and posts a difference, for "bank" only.
                method["type"] = "loyalty_club"
        return data

    def close_session_from_ui(self, bank_payment_method_diff_pairs=None):
        counted = self._club_counted(dict(bank_payment_method_diff_pairs or []))
        return super().close_session_from_ui(list(counted.items()))

    def _validate_session(self, balancing_account=False, amount_to_balance=0, bank_payment_method_diffs=None):
        counted = self._club_counted(bank_payment_method_diffs or {})
        return super()._validate_session(balancing_account, amount_to_balance, counted)

    def _create_combine_account_payment(self, payment_method, amounts, diff_amount):
        """Book what came in by one method.

        When more points were given back than paid, the native code swaps the payment's two
        accounts, and the forced outstanding account then turns both lines into the same one: the
        receivable stays open and the points account does not move. An outbound payment needs no swap.
        """
        if not payment_method._is_club_tender() or self.currency_id.compare_amounts(amounts["amount"], 0) >= 0:
            return super()._create_combine_account_payment(payment_method, amounts, diff_amount)
        receivable = self._get_receivable_account(payment_method)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "amount": -amounts["amount"],
                "journal_id": payment_method.journal_id.id,
                "force_outstanding_account_id": payment_method.outstanding_account_id.id,
                "destination_account_id": receivable.id,
                "memo": self.env._("Points given back in %s", self.name),
                "pos_payment_method_id": payment_method.id,
                "pos_session_id": self.id,
                "company_id": self.company_id.id,
            }
        )
        payment.action_post()
        return payment.move_id.line_ids.filtered(lambda line: line.account_id == receivable)

    def _club_counted(self, differences):
        """Counting differences without the tender's: points cannot be short in the drawer."""
        tenders = set(self.config_id._club_tenders().ids)
        return {method: amount for method, amount in differences.items() if method not in tenders}
