from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command


class PosConfig(models.Model):
    """A register: it belongs to an outlet, and takes points while that outlet takes part.

    Invariant: the tender is never among the methods a new shop starts with, and never its only
    one, so a new shop still gets its Card.
    """

    _inherit = "pos.config"

    club_outlet_id = fields.Many2one(
        "club.outlet", string="Loyalty Outlet", ondelete="set null", index="btree_not_null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        registers = super().create(vals_list)
        registers.filtered("club_outlet_id")._club_sync_tender()
        return registers

    def write(self, vals):
        if "club_outlet_id" in vals:
            self._club_check_owner()
        res = super().write(vals)
        if "club_outlet_id" in vals:
            self._club_sync_tender()
        return res

    def _club_check_owner(self):
        """Whoever sells there may change a register's settings, but not whose points it takes."""
        groups = ("point_of_sale.group_pos_manager", "loyalty_club.loyalty_club_group_manager")
        if not self.env.su and not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(self.env._("Only managers move a register to another outlet. Ask one of them."))

    def _default_payment_methods(self):
        return super(PosConfig, self.with_context(club_hide_tender=True))._default_payment_methods().with_env(self.env)

    def _create_journal_and_payment_methods(self, cash_ref=None, cash_journal_vals=None):
        hidden = self.with_context(club_hide_tender=True)
        journal, method_ids = super(PosConfig, hidden)._create_journal_and_payment_methods(
            cash_ref=cash_ref, cash_journal_vals=cash_journal_vals
        )
        return journal.with_env(self.env), method_ids

    def _club_tenders(self):
        """The tender among this register's payment methods, archived or not."""
        methods = self.sudo().with_context(active_test=False).payment_method_ids
        return methods.filtered(lambda method: method._is_club_tender())

    def _club_sync_tender(self):
        """Give each register the tender, or take it away, as its outlet says."""
        taking_part = self.filtered(lambda register: register.sudo().club_outlet_id.is_opted_in)
        taking_part._club_add_tender()
        (self - taking_part)._club_drop_tender()

    def _club_add_tender(self):
        """Let these registers take points.

        An open register gets it too: a method more changes nothing that is already paid, and the
        till shows it after a reload. Left out are registers in another currency than their
        company's, which the journal could not book, and registers without any method yet.
        """
        for register in self.sudo():
            if register.currency_id != register.company_id.currency_id or not register.payment_method_ids:
                continue
            tender = register.company_id._club_ensure_accounting()
            if tender.active and tender not in register.payment_method_ids:
                register._club_write_methods([Command.link(tender.id)])

    def _club_drop_tender(self):
        """Stop these registers from taking points; an open one stops when it opens next.

        Where points were used, the tender stays out of sight: a refund gives them back by it.
        """
        for register in self.sudo():
            tenders = register._club_tenders()
            if tenders and not register.has_active_session and not register._club_has_used(tenders):
                register._club_write_methods([Command.unlink(tender.id) for tender in tenders])

    def _club_has_used(self, tenders):
        used = [("payment_method_id", "in", tenders.ids), ("session_id.config_id", "=", self.id)]
        return bool(self.env["pos.payment"].search_count(used, limit=1))

    def _club_write_methods(self, commands):
        allowed = self.with_context(bypass_payment_method_ids_forbidden_change=True)
        allowed.write({"payment_method_ids": commands})
