from odoo.addons.pos_self_order.controllers.orders import PosSelfOrderController
from odoo.http import request


class ClubSelfOrderLanguage(PosSelfOrderController):
    def _verify_pos_config(self, access_token, check_active_session=True):
        """The customer chose the device's language, which need not be one of the website's."""
        config = super()._verify_pos_config(access_token, check_active_session)
        lang = request.env["res.lang"]._get_code(request.cookies.get("frontend_lang", ""))
        return config.with_context(lang=lang) if lang else config
