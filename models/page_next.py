from odoo import models

NEAREST = 2


class ClubMember(models.Model):
    """What a member can do next, on the card itself: what waits to be used, what is in reach, how to begin."""

    _inherit = "club.member"

    def _club_page_next_steps(self):
        """Rows with a way to the page of rewards; empty where nothing can be redeemed."""
        if self.club_id.state != "on":
            return []
        return [*self._club_waiting_vouchers(), *self._club_nearest_rewards()]

    def _club_waiting_vouchers(self):
        _, open_ones = self.env._, self.voucher_ids.filtered(lambda voucher: voucher.state == "owned")
        if not open_ones:
            return []
        one = open_ones[0].program_id.name if len(open_ones) == 1 else ""
        text = _("A voucher to use: %s", one) if one else _("Vouchers to use: %s", len(open_ones))
        return [{"icon": "fa-ticket", "text": text, "hint": "", "is_open": True}]

    def _club_nearest_rewards(self):
        """The first ones in reach, else the one that is nearest."""
        tiles = self._club_page_rewards() if self.club_id.is_redeem_allowed else []
        tiles = [tile for tile in tiles if tile["is_open"]][:NEAREST] or tiles[:1]
        return [
            {
                "icon": tile["icon"],
                "text": tile["name"],
                "hint": self.env._("You can have it for %s.", tile["price"]) if tile["is_open"] else tile["reason"],
                "is_open": tile["is_open"],
            }
            for tile in tiles
        ]

    def _club_page_begin(self, has_shop):
        """How to begin, for who has nothing yet: sentences with an icon."""
        _, plural = self.env._, self._club_main_unit().name_plural
        if self.club_id.state != "on":
            return []
        steps = [("fa-qrcode", _("At the register, show your code: the button is on your card."))]
        if has_shop:
            steps.append(("fa-shopping-cart", _("In the shop, order while you are signed in.")))
        steps.append(("fa-star", _("Once it is paid, your %s are here, with how they were computed.", plural)))
        if self._club_has_rewards():
            steps.append(("fa-gift", _("What you can have for them is under Rewards.")))
        return steps
