from odoo.addons.portal.controllers import portal
from odoo.http import request, route
from werkzeug.urls import url_encode


class CustomerPortal(portal.CustomerPortal):
    """The customer's own details as far as the club asks for them."""

    @route(
        ["/my/club/profile", "/my/club/<int:club_id>/profile"], type="http", auth="user", website=True, readonly=True
    )
    def club_profile(self, club_id=None, **_kwargs):
        return self._club_profile_page(club_id)

    @route(
        ["/my/club/profile/save", "/my/club/<int:club_id>/profile/save"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        methods=["POST"],
    )
    def club_profile_save(self, club_id=None, **told):
        member, values = self._club_own_or_render(club_id, "club_profile")
        if not member:
            return values
        saved = member._club_save_profile(told)
        if saved.faults:
            return self._club_profile_page(club_id, told, saved.faults)
        thanks = request.env._("Saved. Thank you.")
        if saved.entry:
            thanks = request.env._("Saved. Thank you: %s for you.", saved.entry.amount_text)
        request.session["club_notice"] = thanks
        return request.redirect(f"{values['base']}/profile")

    @route(
        ["/my/club/pin", "/my/club/<int:club_id>/pin"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        methods=["POST"],
    )
    def club_pin_save(self, club_id=None, pin="", again="", **_kwargs):
        member, values = self._club_own_or_render(club_id, "club_profile")
        if not member:
            return values
        if fault := member._club_save_pin(pin, again):
            return self._club_profile_page(club_id, pin_fault=fault)
        request.session["club_notice"] = request.env._("Your PIN is saved. Keep it to yourself.")
        return request.redirect(f"{values['base']}/profile")

    @route(
        ["/my/club/language", "/my/club/<int:club_id>/language"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        methods=["POST"],
    )
    def club_language_save(self, club_id=None, lang="", **_kwargs):
        """The pages follow: they are read in the language that the mails are written in."""
        member, values = self._club_own_or_render(club_id, "club_profile")
        if not member:
            return values
        website = request.env["website"].get_current_website()
        url_code = member._club_choose_language(website, lang)
        if not url_code:
            return request.redirect(f"{values['base']}/profile")
        spoken = request.env(context=dict(request.env.context, lang=lang))
        request.session["club_notice"] = spoken._("Saved. Thank you.")
        return request.redirect(f"/website/lang/{url_code}?" + url_encode({"r": f"{values['base']}/profile"}))

    def _club_profile_page(self, club_id, told=None, faults=None, pin_fault=""):
        member, values = self._club_own_or_render(club_id, "club_profile")
        if not member:
            return values
        own = {
            "profile": member._club_profile(told, faults),
            "languages": member._club_languages(request.env["website"].get_current_website()),
            "pin_fault": pin_fault,
            "notice": request.session.pop("club_notice", ""),
        }
        return request.render("loyalty_club.portal_club_profile", values | own)
