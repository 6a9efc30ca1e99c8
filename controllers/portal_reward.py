from odoo.addons.portal.controllers import portal
from odoo.exceptions import UserError
from odoo.http import request, route

from .told import number


class CustomerPortal(portal.CustomerPortal):
    """Rewards are looked at by links and bought by the button alone, of the signed-in member's own points."""

    @route(
        ["/my/club/rewards", "/my/club/<int:club_id>/rewards"], type="http", auth="user", website=True, readonly=True
    )
    def club_rewards(self, club_id=None, **_kwargs):
        member, values = self._club_own_or_render(club_id, "club_rewards")
        if not member:
            return values
        return request.render("loyalty_club.portal_club_rewards", values | {
            "rewards": member._club_page_rewards(),
            "vouchers": member._club_page_vouchers(),
            "refusal": request.session.pop("club_refusal", ""),
            "pool": member._club_page_pool(),
            "summary": member._club_summary(),
        })  # fmt: skip

    @route(
        ["/my/club/rewards/<int:reward_id>", "/my/club/<int:club_id>/rewards/<int:reward_id>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def club_reward(self, reward_id, club_id=None, **_kwargs):
        member, values = self._club_own_or_render(club_id, "club_rewards")
        if not member:
            return values
        reward = member._club_page_reward(reward_id)
        if not reward:
            return request.redirect(f"{values['base']}/rewards")
        return request.render("loyalty_club.portal_club_reward", values | {"reward": reward})

    @route("/my/club/rewards/buy", type="http", auth="user", website=True, methods=["POST"])
    def club_reward_buy(self, reward_id="", key="", club_id="", **_kwargs):
        """Whose points they are is decided by the session, what it costs by the reward."""
        member, values = self._club_own_or_render(number(club_id) or None, "club_rewards")
        if not member:
            return values
        program = request.env["loyalty.program"].sudo().browse(number(reward_id)).exists()
        try:
            with request.env.cr.savepoint():
                voucher = request.env["club.voucher"].sudo()._buy(member, program, key)
        except UserError as refusal:
            request.session["club_refusal"] = str(refusal)
            return request.redirect(f"{values['base']}/rewards")
        return request.redirect(f"{values['base']}/vouchers/{voucher.id}")

    @route(
        ["/my/club/vouchers/<int:voucher_id>", "/my/club/<int:club_id>/vouchers/<int:voucher_id>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def club_voucher(self, voucher_id, club_id=None, **_kwargs):
        member, values = self._club_own_or_render(club_id, "club_rewards")
        if not member:
            return values
        voucher = self._club_own_voucher(member, voucher_id)
        if not voucher:
            return request.redirect(f"{values['base']}/rewards")
        own = voucher._club_page_voucher()
        own["qr"] = voucher._club_qr(own["code"]) if own["is_open"] else ""
        return request.render("loyalty_club.portal_club_voucher", values | {
            "voucher": own,
            "refusal": request.session.pop("club_refusal", ""),
            "notice": request.session.pop("club_notice", ""),
        })  # fmt: skip
