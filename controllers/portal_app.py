from markupsafe import Markup
from odoo.addons.portal.controllers import portal
from odoo.http import request, route
from odoo.tools import file_open
from odoo.tools.json import scriptsafe
from werkzeug.exceptions import NotFound

from ..models.page_app import ICON_SIZES, PATH

DAY = 24 * 60 * 60


class CustomerPortal(portal.CustomerPortal):
    """The page as an app. Nothing here depends on who is signed in: phones keep it for whoever comes next."""

    def _club_app_lang(self, lang):
        """The language of the page that asks, by its code in addresses. None of the answers is redirected to one."""
        known = {data["url_code"]: code for code, data in request.env["res.lang"]._get_frontend().items()}
        request.update_context(lang=known.get(lang, request.env.lang))

    def _club_app_club(self):
        website = request.env["website"].get_current_website()
        return request.env["club.club"]._club_inviting(website).sudo(), website

    @route(f"{PATH}/manifest.webmanifest", type="http", auth="public", website=True, multilang=False, sitemap=False,
           readonly=True)  # fmt: skip
    def club_app_manifest(self, lang="", **_kwargs):
        self._club_app_lang(lang)
        club, website = self._club_app_club()
        manifest = club._club_app_manifest(website.name, club._club_app_path())
        return request.make_json_response(manifest, {"Content-Type": "application/manifest+json"})

    @route(f"{PATH}/icon/<int:size>", type="http", auth="public", website=True, multilang=False, sitemap=False,
           readonly=True)  # fmt: skip
    def club_app_icon(self, size, **_kwargs):
        if size not in ICON_SIZES:
            raise NotFound
        club, _website = self._club_app_club()
        headers = {"Content-Type": "image/png", "Cache-Control": f"public, max-age={DAY}"}
        return request.make_response(club._club_app_icon(size), headers)

    def _club_worker_files(self):
        """The parts of the service worker, run one after the other."""
        return ["loyalty_club/static/src/worker/offline.js"]

    @route(f"{PATH}/service-worker.js", type="http", auth="public", website=True, multilang=False, sitemap=False,
           readonly=True)  # fmt: skip
    def club_app_worker(self, lang="", **_kwargs):
        """It carries the page that is shown without a connection, so that it needs no cache for anything."""
        self._club_app_lang(lang)
        club, website = self._club_app_club()
        offline = request.env["ir.qweb"]._render(
            "loyalty_club.portal_club_offline",
            {"name": club.name or website.name, "color": club._club_app_color(), "lang": request.env.lang},
        )
        words = {"offlinePage": Markup("<!DOCTYPE html>") + offline, "path": club._club_app_path()}
        body = [f"const club = {scriptsafe.dumps(words)};"]
        for path in self._club_worker_files():
            with file_open(path) as file:
                body.append(file.read())
        headers = {"Content-Type": "text/javascript", "Cache-Control": "no-cache",
                   "Service-Worker-Allowed": club._club_app_path()}  # fmt: skip
        return request.make_response("\n".join(body), headers)
