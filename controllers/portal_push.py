from odoo.addons.portal.controllers import portal
from odoo.exceptions import UserError
from odoo.http import request, route

from .told import text


class CustomerPortal(portal.CustomerPortal):
    """The member's own phone: it asks here whom it belongs to. Whose it becomes is decided by the session alone."""

    def _club_push_members(self):
        website = request.env["website"].get_current_website()
        return self._club_members() if not website._club_is_silent() else request.env["club.member"].sudo()

    def _club_worker_files(self):
        return [*super()._club_worker_files(), "loyalty_club/static/src/worker/push.js"]

    @route("/my/club/push/key", type="jsonrpc", auth="user", website=True, sitemap=False)
    def club_push_key(self, **_kwargs):
        """What the browser tells its push service of who may post."""
        return request.env["club.device"]._public_key() if self._club_push_members() else False

    @route("/my/club/push/register", type="jsonrpc", auth="user", website=True, sitemap=False)
    def club_push_register(self, endpoint=None, keys=None, **_kwargs):
        """:return: what went wrong, as a sentence; nothing where the phone is registered"""
        try:
            with request.env.cr.savepoint():
                self._club_push_members()._club_push_register(endpoint, keys)
        except UserError as fault:
            return str(fault)
        return ""

    @route("/my/club/push/known", type="jsonrpc", auth="user", website=True, sitemap=False, readonly=True)
    def club_push_known(self, endpoint=None, **_kwargs):
        """Is it the phone of who is signed in? Else the browser forgets what somebody else allowed it."""
        return bool(request.env["club.device"]._of(self._club_push_members(), text(endpoint)))

    @route("/my/club/push/forget", type="jsonrpc", auth="user", website=True, sitemap=False)
    def club_push_forget(self, endpoint=None, **_kwargs):
        request.env["club.device"]._of(self._club_push_members(), text(endpoint)).unlink()
        return True
