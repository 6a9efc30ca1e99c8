import secrets
from base64 import b64encode

from odoo import api, fields, models
from odoo.tools import format_date
from reportlab.graphics.barcode import createBarcodeDrawing

from ..engine.codes import token

KEY_BYTES = 16
QR_SIZE = 240
MOST_CIRCLES = 30
LONGEST_ROW = 6


class ClubMember(models.Model):
    """Rewards and vouchers as their owner reads them."""

    _inherit = "club.member"

    def _club_page_rewards(self):
        """The tiles: what is in reach first, the others with what is missing."""
        return [
            {
                "id": program.id,
                "name": program.name,
                "text": program._club_benefit(),
                "price": program.club_price_text,
                "icon": program._club_icon(),
                "reason": program._club_reason(verdict),
                "is_open": not verdict.code and self.club_id.state == "on" and self.club_id.is_redeem_allowed,
            }
            for program, verdict in self._club_rewards()
        ]

    def _club_page_reward(self, program_id):
        """One reward before it is bought, with a key that makes the purchase happen once; None if it is none."""
        for program, verdict in self._club_rewards():
            if program.id == program_id:
                unit = program.club_unit_id
                left = self._club_free(unit)[unit.id] - program.club_price
                return {
                    "id": program.id,
                    "name": program.name,
                    "sentences": program._club_conditions(),
                    "price": program.club_price_text,
                    "icon": program._club_icon(),
                    "reason": program._club_reason(verdict),
                    "left": self.env._("You will have %s left.", unit._format(max(left, 0))),
                    "pool": self._club_page_pool(),
                    "key": token(secrets.token_bytes(KEY_BYTES)),
                }
        return None

    def _club_page_pool(self):
        """Which of several balances pays for what is redeemed on the page; empty where there is one."""
        if self.club_id.balance_scope == "shared":
            return ""
        return self.env._("Redeemed here, rewards are paid with your balance at %s.", self._club_pool().name)

    def _club_page_vouchers(self):
        """Own vouchers: those that can be used first, then the latest ones."""
        vouchers = self.env["club.voucher"].search([("member_id", "=", self.id)], limit=100)
        return [voucher._club_page_voucher() for voucher in vouchers.sorted(lambda v: v.state != "owned")]

    def _club_page_unit(self, unit, accounts, portfolio):
        values = super()._club_page_unit(unit, accounts, portfolio)
        values["stamps"] = self._club_page_stamps(unit) if unit.kind == "stamps" else None
        return values

    def _club_page_stamps(self, unit):
        """The card of N circles; None where nothing is to be had for these stamps."""
        reward = unit._stamp_reward()
        if not reward or reward.club_price > MOST_CIRCLES:
            return None
        _, needed = self.env._, reward.club_price
        cards, filled = divmod(self._club_free(unit)[unit.id], needed)
        if cards and not reward.club_is_automatic:
            text = _("%(cards)s full: redeem %(reward)s.", cards=cards, reward=reward.name)
        else:
            text = _(
                "%(missing)s to go: %(reward)s.", missing=unit._format(needed - filled), reward=reward.name
            )
        return {"needed": needed, "filled": filled, "text": text, "is_full": cards and not reward.club_is_automatic,
                "columns": needed if needed <= LONGEST_ROW else min(LONGEST_ROW, -(-needed // 2))}  # fmt: skip

    def _club_has_rewards(self):
        """Is there anything to show in the section?"""
        return bool(
            self.env["loyalty.program"].search_count(
                [("club_id", "=", self.club_id.id), ("club_price", ">", 0)], limit=1
            )
            or self.env["club.voucher"].search_count([("member_id", "=", self.id)], limit=1)
        )


class ClubVoucher(models.Model):
    _inherit = "club.voucher"

    def _club_page_voucher(self):
        _, labels = self.env._, dict(self._fields["state"]._description_selection(self.env))
        card = self.card_id
        until = card.expiration_date and format_date(self.env, card.expiration_date, date_format="long")
        return {
            "id": self.id,
            "name": self.program_id.name,
            "text": self.program_id._club_benefit(),
            "is_open": self.state == "owned",
            "state": labels[self.state],
            "code": card.code,
            "until": until and _("Use by %s", until),
            "gift": self.is_giftable and _("You may give this code away: whoever has it may use it."),
            "where": ", ".join(self.program_id.club_outlet_ids.mapped("name")),
            "is_giftable": self.is_giftable,
            "given": self.gifted_at
            and _(
                "You sent it to somebody on %s.",
                format_date(self.env, fields.Datetime.context_timestamp(self, self.gifted_at), date_format="long"),
            ),
            "has_shop": any(outlet.website_ids for outlet in self.club_id.outlet_ids.filtered("is_opted_in")),
        }

    def _club_ticket(self):
        """What a printed ticket says; the code of a voucher that is not good any more is not printed."""
        own = self.sudo()
        page, is_open = own._club_page_voucher(), own.state == "owned"
        lines = createBarcodeDrawing("Code128", value=own.card_id.code, width=260, height=48, humanReadable=False)
        return page | {
            "title": own.club_id.name,
            "owner": "" if own.is_giftable else own.member_id.partner_id.name,
            "qr": own._club_qr(own.card_id.code) if is_open else "",
            "bars": own._club_svg(lines) if is_open else "",
        }

    def _ticket_lang(self):
        """Printed for its owner, in their language."""
        return self.sudo().member_id.partner_id.lang or self.env.lang

    @api.model
    def _club_svg(self, drawing):
        """The drawing as a picture inside the page, without hairlines between its bars."""
        picture = drawing.asString("svg").replace("<svg ", '<svg shape-rendering="crispEdges" ', 1)
        return "data:image/svg+xml;base64," + b64encode(picture.encode()).decode()

    @api.model
    def _club_qr(self, code):
        """The code as a picture inside the page: no address holds it."""
        drawing = createBarcodeDrawing("QR", value=code, width=QR_SIZE, height=QR_SIZE, barBorder=1)
        return self._club_svg(drawing)
