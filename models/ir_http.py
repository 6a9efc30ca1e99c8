from odoo import api, models
from odoo.http import request

# What self-order devices ask of the server; their pages are seen to by the host.
SELF_ORDER = ("/club/self/", "/pos-self-order/", "/kiosk/payment/")


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        """Kiosks and tables speak the languages of the site."""
        return super()._get_translation_frontend_modules_name() + ["loyalty_club"]

    @api.model
    def get_nearest_lang(self, lang_code: str) -> str:
        """A device answers in the language that its customer chose, though the website has not that one."""
        is_device = request and request.httprequest.path.startswith(SELF_ORDER)
        known = self.env["res.lang"]._get_code(lang_code) if lang_code and is_device else None
        return known or super().get_nearest_lang(lang_code)
