from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .ledger import SENTINEL


class PosPaymentMethod(models.Model):
    """The tender "Loyalty": a terminal whose other end is the member's balance.

    Invariant: the tender and the club's journal go together. Another method on that journal would
    let points be paid without a balance; the tender on a real bank would book money nobody paid.
    """

    _inherit = "pos.payment.method"

    def _get_payment_terminal_selection(self):
        return [*super()._get_payment_terminal_selection(), ("loyalty_club", self.env._("Loyalty Club"))]

    @api.model
    def _search(self, domain, *args, **kwargs):
        if self.env.context.get("club_hide_tender"):
            domain = Domain(domain) & Domain("use_payment_terminal", "!=", "loyalty_club")
        return super()._search(domain, *args, **kwargs)

    @api.constrains("active", "use_payment_terminal", "journal_id", "split_transactions")
    def _check_club_tender(self):
        for method in self.filtered("active"):
            is_tender = method._is_club_tender()
            if is_tender != method.journal_id.sudo().is_club_journal:
                raise ValidationError(
                    self.env._(
                        "Points are paid with the club's own payment method on the club's own journal. "
                        "Choose another journal for this payment method."
                    )
                )
            if is_tender and method.split_transactions:
                raise ValidationError(self.env._('The payment method "%s" identifies the member itself.', method.name))

    def _is_club_tender(self):
        self.ensure_one()
        return self.use_payment_terminal == "loyalty_club"

    def _is_write_forbidden(self, fields):
        return self.env.context.get("club_unlocked") is not SENTINEL and super()._is_write_forbidden(fields)

    def _club_unlocked(self):
        """These methods, archived ones too, writable while a register is open."""
        return self.with_context(club_unlocked=SENTINEL, active_test=False)

    def _club_retire(self):
        """Archive the tender for good, open registers or not: without the add-on nothing guards it."""
        self._club_unlocked().write({"active": False, "payment_method_type": "none", "use_payment_terminal": False})
