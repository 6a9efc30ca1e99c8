from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        """Kiosks and tables speak the languages of the site."""
        return super()._get_translation_frontend_modules_name() + ["loyalty_club"]
