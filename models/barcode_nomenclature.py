"""What a register's scanner knows the club's cards and codes by."""

from odoo import api, fields, models

from .club_member import CARD_PREFIX
from .club_pass import PREFIX as PASS_PREFIX

SEQUENCE = 5  # before price, discount and product rules, of which some fit any number
OWN = "loyalty_club.barcode_nomenclature_club"


class BarcodeRule(models.Model):
    _inherit = "barcode.rule"

    type = fields.Selection(
        selection_add=[("club_card", "Loyalty Card"), ("club_pass", "Loyalty Code on a Phone")],
        ondelete={"club_card": "cascade", "club_pass": "cascade"},
    )


class BarcodeNomenclature(models.Model):
    """Invariant: calling ``_club_ensure_rules`` again changes nothing, nor what somebody changed in a rule since."""

    _inherit = "barcode.nomenclature"

    @api.model
    def _club_rules(self):
        _ = self.env._
        return [
            {"name": _("Loyalty Cards"), "type": "club_card", "encoding": "ean13", "pattern": CARD_PREFIX},
            {"name": _("Loyalty Codes on a Phone"), "type": "club_pass", "encoding": "any", "pattern": PASS_PREFIX},
        ]

    def _club_ensure_rules(self):
        """Cards and codes are known; GS1 knows no numbers of a shop's own, registers have a second set for that."""
        for nomenclature in self.filtered(lambda own: not own.is_gs1_nomenclature):
            known = set(nomenclature.rule_ids.mapped("type"))
            self.env["barcode.rule"].create([
                {**rule, "sequence": SEQUENCE, "barcode_nomenclature_id": nomenclature.id}
                for rule in self._club_rules()
                if rule["type"] not in known
            ])  # fmt: skip

    @api.model
    def _club_own(self):
        """A set of rules for nothing but the club, for registers whose company has GS1."""
        own = self.env.ref(OWN, raise_if_not_found=False)
        if not own:
            own = self.create({"name": self.env._("Loyalty Club")})
            module, name = OWN.split(".")
            self.env["ir.model.data"].create(
                {"module": module, "name": name, "model": self._name, "res_id": own.id, "noupdate": True}
            )
        own._club_ensure_rules()
        return own

    @api.model
    def _club_retire(self):
        """The add-on goes: scanners forget its cards and codes, and nothing else."""
        self.env["barcode.rule"].search([("type", "in", ("club_card", "club_pass"))]).unlink()
        if own := self.env.ref(OWN, raise_if_not_found=False):
            own.unlink()


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies.sudo().nomenclature_id._club_ensure_rules()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "nomenclature_id" in vals:
            self.sudo().nomenclature_id._club_ensure_rules()
        return result

    @api.model
    def _club_ensure_scanning(self):
        """Installed or updated: all companies, and the registers that are open already."""
        self.sudo().search([]).nomenclature_id._club_ensure_rules()  # pylint: disable=no-search-all
        self.env["pos.config"].sudo().search([])._club_ensure_scanning()  # pylint: disable=no-search-all


class PosConfig(models.Model):
    _inherit = "pos.config"

    def _club_ensure_scanning(self):
        """Scanners of these registers know cards and codes, whatever nomenclature their company has."""
        for company, registers in self.grouped("company_id").items():
            company.nomenclature_id._club_ensure_rules()
            if not company.nomenclature_id.is_gs1_nomenclature:
                continue
            for register in registers.filtered("club_outlet_id"):
                if not register.fallback_nomenclature_id:
                    register.fallback_nomenclature_id = self.env["barcode.nomenclature"]._club_own()
                register.fallback_nomenclature_id._club_ensure_rules()
