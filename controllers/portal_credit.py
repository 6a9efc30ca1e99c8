from odoo.addons.portal.controllers import portal
from odoo.exceptions import UserError
from odoo.http import request, route

from .told import number, text

LONGEST = 32  # characters of an amount


class CustomerPortal(portal.CustomerPortal):
    """Points become store credit by the button alone, of the signed-in member's own points."""

    @route(["/my/club/credit", "/my/club/<int:club_id>/credit"], type="http", auth="user", website=True, readonly=True)
    def club_credit(self, club_id=None, **_kwargs):
        member, values = self._club_own_or_render(club_id, "club_rewards")
        if not member:
            return values
        credit = member._club_page_credit()
        if not credit:
            return request.redirect(f"{values['base']}/rewards")
        return request.render("loyalty_club.portal_club_credit", values | {
            "credit": credit,
            "refusal": request.session.pop("club_refusal", ""),
            "done": request.session.pop("club_credited", ""),
            "has_shop": bool(request.env["website"].get_current_website().sudo().club_outlet_id),
        })  # fmt: skip

    @route(
        ["/my/club/credit/confirm", "/my/club/<int:club_id>/credit/confirm"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def club_credit_confirm(self, club_id=None, unit_id="", amount="", **_kwargs):
        member, values = self._club_own_or_render(club_id, "club_rewards")
        if not member:
            return values
        try:
            conversion = member._club_page_conversion(number(unit_id), self._club_amount(amount))
        except UserError as refusal:
            request.session["club_refusal"] = str(refusal)
            return request.redirect(f"{values['base']}/credit")
        return request.render("loyalty_club.portal_club_credit_confirm", values | {"conversion": conversion})

    @route("/my/club/credit/convert", type="http", auth="user", website=True, methods=["POST"])
    def club_credit_convert(self, unit_id="", amount="", key="", club_id="", **_kwargs):
        """Whose points they are is decided by the session, what they bring by the club."""
        member, values = self._club_own_or_render(number(club_id) or None, "club_rewards")
        if not member:
            return values
        unit = member.club_id.unit_ids.filtered(lambda own: own.id == number(unit_id))
        try:
            with request.env.cr.savepoint():
                minor = unit._to_minor(self._club_amount(amount)) if unit else 0
                credit = member._club_convert(unit, minor, key)
                request.session["club_credited"] = credit._club_sentence()
        except UserError as refusal:
            request.session["club_refusal"] = str(refusal)
        return request.redirect(f"{values['base']}/credit")

    def _club_amount(self, told):
        """An amount as people type it: with a comma too."""
        return text(told).strip().replace(",", ".")[:LONGEST]
