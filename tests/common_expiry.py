"""Members who stop buying, and clubs that pause."""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields

from ..engine.dates import add_months
from .common_ledger import LedgerCommon

MONTHS = 6


class ExpiryCommon(LedgerCommon):
    """Points may lapse for want of orders; the rule is an old one, so no notice runs."""

    def lapse_rule(self, months=MONTHS, days_ago=400):
        self.club.inactivity_months = months
        self.club.inactivity_since = self.today - timedelta(days=days_ago)

    def last_day(self, months=MONTHS, since=None):
        """Of a member who was active last today, or on ``since``."""
        return add_months(since or self.today, months)

    def on(self, day):
        """The server's clock on that day, at this time."""
        return self.days_later((day - self.today).days)

    def past(self, day):
        """The day after: what was good until ``day`` is over."""
        return self.on(day + timedelta(days=1))

    def buy(self, partner=None, **values):
        """A coffee: 100 Beans where it earns."""
        order = self.sell([(self.coffee, 1)], partner or self.ada, **values)
        self.env.invalidate_all()
        return order

    def night(self):
        """The nightly job, with commits of its own."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["club.account"]._cron_expire()
        self.env.invalidate_all()

    def expiries(self, member=None):
        return self.account(member).entry_ids.filtered(lambda entry: entry.kind == "expire")

    def paid_at(self, member=None):
        member = member or self.ada_member
        member.invalidate_recordset()
        return member.last_paid_at

    def expiring(self, member=None):
        """What a member is told: (amount, day, why)."""
        [balance] = (member or self.ada_member).get_balance()
        return [
            (part["amount"], fields.Date.to_date(part["expires_on"]), part["reason"]) for part in balance["expiring"]
        ]
