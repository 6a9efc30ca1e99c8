from odoo.addons.portal.controllers import portal
from odoo.exceptions import UserError
from odoo.http import request, route

from .told import number


class CustomerPortal(portal.CustomerPortal):
    """What a member does with an own voucher: use it in the cart, print it, have it mailed, give it away.

    Whose it is is decided by the session; a link prints and changes nothing.
    """

    def _club_own_voucher(self, member, voucher_id):
        """The member's own voucher of that number, else none."""
        domain = [("id", "=", number(voucher_id)), ("member_id", "=", member.id)]
        return request.env["club.voucher"].sudo().search(domain)

    def _club_voucher_asked(self, club_id, voucher_id):
        """(voucher, its address, None), or the answer to give instead as the last of three."""
        member, values = self._club_own_or_render(number(club_id) or None, "club_rewards")
        if not member:
            return None, "", values
        voucher = self._club_own_voucher(member, voucher_id)
        if not voucher:
            return None, "", request.redirect(f"{values['base']}/rewards")
        return voucher, f"{values['base']}/vouchers/{voucher.id}", None

    @route("/my/club/vouchers/use", type="http", auth="user", website=True, methods=["POST"])
    def club_voucher_use(self, voucher_id="", club_id="", **_kwargs):
        """Put it into this very session's cart; into an empty one it comes with the first product."""
        voucher, own, answer = self._club_voucher_asked(club_id, voucher_id)
        if answer:
            return answer
        code, cart = voucher.card_id.code, request.cart
        if not cart or not cart.order_line:
            if voucher.state != "owned":
                return request.redirect(own)
            request.session["pending_coupon_code"] = code
            request.session["club_notice"] = request.env._(
                "Your cart is empty. The voucher will be in it with the first product that you add."
            )
            return request.redirect(own)
        if refusal := cart._club_take_code(code):
            request.session["club_refusal"] = refusal
            return request.redirect(own)
        request.session["successful_code"] = code
        return request.redirect("/shop/cart")

    @route("/my/club/vouchers/mail", type="http", auth="user", website=True, methods=["POST"])
    def club_voucher_mail(self, voucher_id="", club_id="", **_kwargs):
        """To the owner's own address, wherever the request comes from."""
        voucher, own, answer = self._club_voucher_asked(club_id, voucher_id)
        if answer:
            return answer
        request.session["club_notice"] = voucher._mail_anew(request.env.user)
        return request.redirect(own)

    @route("/my/club/vouchers/give", type="http", auth="user", website=True, methods=["POST"])
    def club_voucher_give(self, voucher_id="", club_id="", email="", message="", **_kwargs):
        voucher, own, answer = self._club_voucher_asked(club_id, voucher_id)
        if answer:
            return answer
        try:
            request.session["club_notice"] = voucher._give_away(request.env.user, email, message)
        except UserError as refusal:
            request.session["club_refusal"] = str(refusal)
        return request.redirect(own)

    @route(
        ["/my/club/vouchers/<int:voucher_id>/ticket", "/my/club/<int:club_id>/vouchers/<int:voucher_id>/ticket"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def club_voucher_ticket(self, voucher_id, club_id=None, **_kwargs):
        """A page that holds the ticket alone, to be printed."""
        voucher, own, answer = self._club_voucher_asked(club_id, voucher_id)
        if answer:
            return answer
        return request.render("loyalty_club.portal_club_ticket", {"ticket": voucher._club_ticket(), "back": own})
