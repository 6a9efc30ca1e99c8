"""Who is told by which way, and why not: consent, a choice, a blocked address, too much in a few days, no credit."""

import logging
from collections import defaultdict

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL
from psycopg2 import OperationalError

from ..engine import messages as engine

_logger = logging.getLogger(__name__)


class ClubMessageRule(models.Model):
    _inherit = "club.message.rule"

    @api.model
    def _sms_account(self):
        """The host's prepaid account that SMS are taken from; none where a provider of its own sends them."""
        # The host's own job sends them, for its own company.
        company = self.env(user=SUPERUSER_ID, context={}).company
        if "sms_provider" in company._fields and company.sms_provider not in (False, "iap"):
            return self.env["iap.account"]
        accounts = self.env["iap.account"].sudo().search(
            [("service_name", "=", "sms"), ("company_ids", "in", [*company.ids, False])], order="id desc"
        )
        return accounts.filtered("company_ids")[:1] or accounts[:1]

    @api.model
    def _sms_fault(self):
        """Why no SMS can be sent, as a code; none where one can: "none", "account" or "credit"."""
        if "sms.sms" not in self.env:
            return "none"
        company = self.env(user=SUPERUSER_ID, context={}).company
        if "sms_provider" in company._fields and company.sms_provider not in (False, "iap"):
            return None
        account = self._sms_account()
        if account.state != "registered":
            return "account" if account else "none"
        # The host keeps it as words: "12.0 Credits".
        left = (account.balance or "0").split()[0]
        return None if left.replace(".", "", 1).isdecimal() and float(left) > 0 else "credit"

    @api.model
    def _ask_sms_provider(self):
        """What is left is known since somebody looked: look now. Out of reach, it stays as it was."""
        if "sms.sms" not in self.env or not self._sms_fault() or not (account := self._sms_account()):
            return
        try:
            with self.env.cr.savepoint():
                account._get_account_information_from_iap()
        except (OperationalError, ConcurrencyError):
            raise
        except Exception:
            # Whatever it answers, the other messages go out.
            _logger.info("The credit for SMS could not be asked for", exc_info=True)


class ClubMessage(models.Model):
    _inherit = "club.message"

    def _reasons(self, now):
        """Way → message id → why it does not go that way, none where it does; ways that nobody chose are not there.

        What is too much in these days counts in the order they are due.
        """
        sent = self._sent_lately(now)
        reasons = {"mail": self._mail_reasons(), "sms": self._sms_reasons(), "push": self._push_reasons()}
        for message in self.sorted(lambda own: (own.due_at, own.id)):
            ways = [way for way, own in reasons.items() if message.id in own and not own[message.id]]
            if not ways:
                continue
            rule, moments = message.rule_id, sent[message.member_id.id]
            if engine.is_over(moments, now, rule.cap_count, rule.cap_days):
                for way in ways:
                    reasons[way][message.id] = "cap"
            else:
                moments.append(now)
        return reasons

    def _mail_reasons(self):
        told = self.filtered("rule_id.is_mail")
        addresses = told.member_id.partner_id.mapped("email_normalized")
        blocked = set(
            self.env["mail.blacklist"].sudo().search([("email", "in", [*filter(None, addresses)])]).mapped("email")
        )
        reasons = {}
        for message in told:
            member, address = message.member_id, message.member_id.partner_id.email_normalized
            reasons[message.id] = member._mail_reason(message.rule_id) or (
                "address" if not address else "blacklist" if address in blocked else None
            )
        return reasons

    def _sms_reasons(self):
        told = self.filtered("rule_id.is_sms")
        if not told:
            return {}
        fault, reasons = self.env["club.message.rule"]._sms_fault(), {}
        numbers = {own: own._sms_number() for own in told} if not fault else {}
        blocked = self._blocked_numbers(filter(None, numbers.values())) if numbers else ()
        for message in told:
            if message.member_id.sms_choice != "yes":
                reason = "choice"
            elif fault:
                reason = "credit"
            else:
                number = numbers[message]
                reason = "address" if not number else "blacklist" if number in blocked else None
            reasons[message.id] = reason
        return reasons

    def _blocked_numbers(self, numbers):
        return set(self.env["phone.blacklist"].sudo().search([("number", "in", [*numbers])]).mapped("number"))

    def _sms_number(self):
        """As providers and the host's list of blocked numbers write it."""
        partner = self.member_id.partner_id
        return partner._phone_format(fname="phone") or partner.phone or ""

    def _sent_lately(self, now):
        """Member id → when something was sent to them, as far back as any of these rules looks."""
        sent = defaultdict(list)
        days = max(self.rule_id.mapped("cap_days"), default=0)
        rows = self.env.execute_query(
            SQL(
                """SELECT member_id, sent_at FROM club_message
                    WHERE member_id = ANY(%s) AND (is_mailed OR is_texted OR is_pushed) AND sent_at > %s""",
                list(self.member_id.ids),
                fields.Datetime.subtract(now, days=days),
            )
        )
        for member_id, sent_at in rows:
            sent[member_id].append(sent_at)
        return sent
