"""The code on the receipt of a sale without a customer."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.tools import format_date

from ..engine import claims
from ..engine.codes import is_same
from ..engine.dates import shifted


class PosOrder(models.Model):
    _inherit = "pos.order"

    club_claim_id = fields.Many2one("club.claim", compute="_compute_club_claim_id", compute_sudo=True)
    club_claim_text = fields.Char(string="Receipt's Code", compute="_compute_club_claim_text", compute_sudo=True)

    def _compute_club_claim_id(self):
        found = self.env["club.claim"].search([("source_model", "=", self._name), ("source_id", "in", self.ids)])
        by_order = {claim.source_id: claim for claim in found}
        for order in self:
            order.club_claim_id = by_order.get(order.id, self.env["club.claim"])

    @api.depends("partner_id", "state")
    def _compute_club_claim_text(self):
        """What became of the code, for staff."""
        for order in self:
            order.club_claim_text = order._club_claim_state() if order.id and order.state in ("paid", "done") else ""

    def _club_claim_state(self):
        _, claim = self.env._, self.club_claim_id
        if claim:
            return _(
                "Collected by %(member)s on %(date)s with the code of the receipt.",
                member=claim.member_id._club_current().display_name,
                date=format_date(self.env, claim.claimed_at.date()),
            )
        if not self._club_code_amounts():
            return ""
        day = format_date(self.env, self._club_claim_day())
        if self._club_claim_expires_at() < fields.Datetime.now():
            return _("Nobody collected it with the code of the receipt by %s.", day)
        return _("Waits to be collected with the code of the receipt until %s.", day)

    def action_club_why(self):
        action = super().action_club_why()
        action["params"]["message"] = " ".join(filter(None, (self.club_explanation, self.club_claim_text)))
        return action

    def _club_member_partner(self):
        return super()._club_member_partner() or self.club_claim_id.member_id._club_current().partner_id

    # ------------------------------------------------------------------ the code
    def _club_proof(self, length):
        key = tools.hmac(self.env(su=True), "loyalty_club.claim", (self.uuid, self.id, length))
        return claims.proof(bytes.fromhex(key), length)

    def _club_spoken_code(self):
        return claims.spoken(self.id, self._club_proof(claims.SHORT))

    @api.model
    def _club_by_code(self, text):
        """The order whose code that is; none for whatever else it may be."""
        code = claims.read(text)
        order = self.browse(code.number).exists() if code else self.browse()
        return order if order and is_same(code.proof, order._club_proof(len(code.proof))) else self.browse()

    def _club_code_amounts(self):
        """What the code brings, dict unit → minor amount: only a paid sale without a customer has one."""
        if self.partner_id or self.state not in ("paid", "done"):
            return {}
        return self._club_preview() if self._club_outlet().club_id.is_claim_enabled else {}

    def _club_claim_day(self):
        """The last day on which the code is good, in the club's zone; the club's pauses are not lost."""
        club = self._club_outlet().club_id
        day = club._today(self._club_paid_at()) + timedelta(days=club.claim_days)
        return shifted(day, club._rulebook().pauses) or day

    def _club_claim_expires_at(self):
        zone = ZoneInfo(self._club_outlet().club_id.tz)
        end = datetime.combine(self._club_claim_day(), time.max, zone)
        return end.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None)

    def _club_claim_refusal(self, partner):
        """Why this contact cannot collect it, as a sentence; empty when they can."""
        _, outlet = self.env._, self._club_outlet()
        club, claim = outlet.club_id, self.club_claim_id
        if claim:
            if claim.member_id._club_current().partner_id == partner:
                return _("You have collected this purchase already.")
            return _("Somebody else has collected this purchase already.")
        if self.partner_id:
            return _("This purchase belongs to a customer already.")
        if partner in self.user_id.partner_id:
            # Nobody who sells collects what customers leave behind.
            return _("You rang up this purchase yourself. Its code is for the customer.")
        members = partner.sudo().with_context(active_test=False).club_member_ids
        if members.filtered(lambda member: member.club_id == club and not member.active):
            return _("Your membership is closed. Ask our staff to open it again, then enter the code again.")
        if not club.is_claim_enabled or outlet._is_on(fields.Datetime.now(), self._club_channel()):
            return _("%s gives no points at the moment. Keep the receipt and try again later.", outlet.name)
        if self._club_claim_expires_at() < fields.Datetime.now():
            day = format_date(self.env, self._club_claim_day(), date_format="long")
            return _("This code was good until %s.", day)
        if not self._club_code_amounts():
            return _("This purchase brings no points.")
        returned = self._club_returned().get(self.id, {})
        if all(returned.get(key, 0) >= 1 for key in self._club_line_keys()):
            return _("Everything of this purchase was returned, so there is nothing to collect.")
        if club.enrolment == "off" and not partner.sudo().club_member_ids.filtered(lambda m: m.club_id == club):
            return _("You are not a member yet. Ask our staff to make you one, then enter the code again.")
        return ""

    # ------------------------------------------------------------------ the register
    def club_claim_ticket(self):
        """What the receipts of these orders say to customers whom nobody knows, for the register that prints them.

        :return: list of dicts "id", "text" (the receipt's line), "url" (to scan), "code" and "site" (to type);
            nothing for orders that have no code
        """
        if not self.env.user.has_group("point_of_sale.group_pos_user"):
            raise AccessError(self.env._("Only people who work at the register do this."))
        self.check_access("read")
        return [ticket for order in self.sudo() if (ticket := order._club_ticket())]

    def _club_ticket(self):
        outlet, now = self._club_outlet(), fields.Datetime.now()
        if self.partner_id or not outlet or self.club_claim_id or outlet._is_on(now, self._club_channel()):
            return None
        amounts = self._club_code_amounts()
        if not amounts or self._club_claim_expires_at() < now:
            return None
        site = self._club_outlet().website_ids[:1] or self.config_id
        base = site.get_base_url().rstrip("/")
        return {
            "id": self.id,
            "text": self._club_ticket_text(amounts),
            "url": f"{base}/club/claim/{claims.code(self.id, self._club_proof(claims.LONG))}",
            "code": self._club_spoken_code(),
            "site": f"{base.partition('://')[2]}/club/claim",
        }

    def _club_ticket_text(self, amounts):
        _, club = self.env._, self._club_outlet().club_id
        amounts = " · ".join(unit._format(amount) for unit, amount in amounts.items())
        days = (self._club_claim_day() - club._today()).days
        if days < 1:
            return _("%s are waiting: scan today", amounts)
        if days == 1:
            return _("%s are waiting: scan by tomorrow", amounts)
        return _("%(amounts)s are waiting: scan within %(days)s days", amounts=amounts, days=days)


class PosConfig(models.Model):
    _inherit = "pos.config"

    @api.model
    def _load_pos_data_read(self, records, config):
        """Tell the register whether its receipts may carry a code, so that others need no question."""
        read = super()._load_pos_data_read(records, config)
        if read:
            read[0]["_club_claims"] = bool(config.sudo().club_outlet_id.club_id.is_claim_enabled)
        return read
