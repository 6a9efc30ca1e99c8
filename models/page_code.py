from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .club_pass import LIFETIME_SECONDS, ROTATION_SECONDS


class ClubMember(models.Model):
    """ "Show my code" as the member's page needs it: what may be chosen, the picture, and whether it was scanned."""

    _inherit = "club.member"

    def _club_code_page(self):
        """What the window says before any code is made."""
        return {"is_open": self.club_id.state == "on", "choices": self._club_code_choices()}

    def _club_code_choices(self):
        """What the code may say besides who it is; nothing where the club leaves that to the register.

        :return: list of ``{"value", "name", "hint"}``; points have ``most``, ``least`` and ``step`` in the unit
        """
        club = self.club_id
        if club.state != "on" or not (club.is_redeem_allowed and club.is_redeem_pos and club.is_redeem_page):
            return []
        return [*self._club_choose_points(), *self._club_choose_vouchers(), *self._club_choose_rewards()]

    def _club_choose_points(self):
        choices = []
        for unit in self.club_id.unit_ids.filtered(lambda own: own.kind != "stamps" and own.money_value):
            most, least = self._club_most(unit), max(unit._rule().redeem_min, 1)
            if most >= least:
                choices.append({
                    "value": f"points:{unit.id}",
                    "name": self.env._("Pay with %s", unit.name_plural),
                    "hint": self.env._("You have %s.", unit._format(most)),
                    "most": unit._to_decimal_string(most),
                    "least": unit._to_decimal_string(least),
                    "step": unit._to_decimal_string(1),
                })  # fmt: skip
        return choices

    def _club_choose_vouchers(self):
        owned = self.env["club.voucher"].search([("member_id", "=", self.id)], limit=100)
        return [
            {
                "value": f"voucher:{voucher.id}",
                "name": self.env._("Voucher: %s", voucher.program_id.name),
                "hint": voucher.expires_on
                and self.env._("Use by %s", format_date(self.env, voucher.expires_on, date_format="long")),
            }
            for voucher in owned
            if voucher.state == "owned"
        ]

    def _club_choose_rewards(self):
        return [
            {
                "value": f"reward:{program.id}",
                "name": self.env._("%(reward)s for %(price)s", reward=program.name, price=program.club_price_text),
                "hint": self.env._("The points leave when you pay."),
            }
            for program, verdict in self._club_rewards()
            if not verdict.code
        ]

    def _club_show_code(self, choice="", amount=""):
        """A new code with its picture, or the sentence why there is none.

        :param choice: a ``value`` of ``_club_code_choices``; empty: nothing but who it is
        :param amount: of points, as typed
        :return: ``{"id", "qr", "text", "seconds", "rotation"}`` or ``{"refused"}``
        """
        passes = self.env["club.pass"]
        try:
            with self.env.cr.savepoint():
                wanted = self._club_chosen(choice, amount)
                code = passes._issue(self, wanted)
        except UserError as refusal:
            return {"refused": str(refusal)}
        made = passes.search([("digest", "=", passes._digest(code))])
        return {
            "id": made.id,
            "qr": self.env["club.voucher"]._club_qr(code),
            "text": made._redemption()["name"] if wanted else "",
            "seconds": LIFETIME_SECONDS,
            "rotation": ROTATION_SECONDS,
        }

    def _club_chosen(self, choice, amount):
        """What a browser told, as ``club.pass._issue`` takes it."""
        if not choice:
            return None
        kind, _colon, number = str(choice).partition(":")
        found = int(number) if number.isdecimal() and len(number) < 10 else 0
        if kind == "points":
            unit = self.club_id.unit_ids.filtered(lambda own: own.id == found)
            if not unit:
                raise UserError(self.env._("Choose what to use from the list."))
            return {"kind": kind, "unit_id": unit.id, "amount": unit._to_minor(str(amount).strip() or "0")}
        return {"kind": kind, {"reward": "program_id"}.get(kind, "voucher_id"): found}

    def _club_code_used(self, code_id):
        """Was this code, or another one shown along with it, scanned? With where, in words."""
        made = self.env["club.pass"].search([("id", "=", code_id), ("member_id", "in", self.ids)])
        outlet = made.config_id.club_outlet_id
        return {
            "is_used": bool(made.used_at),
            "text": outlet and self.env._("You were recognised at %s.", outlet.name) or "",
        }
