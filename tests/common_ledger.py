"""Balances moved directly, to look at the ledger itself."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from odoo import fields
from odoo.tests import freeze_time

from ..engine.values import Born
from ..models.ledger import Intent, Source
from .common import ClubCommon


class LedgerCommon(ClubCommon):
    """Ada and Bob are members with nothing yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada_member = cls.enrol(cls, cls.ada)
        cls.bob_member = cls.enrol(cls, cls.bob)
        cls.today = cls.club._today()

    def account(self, member=None, unit=None, pool=None):
        member = member or self.ada_member
        triple = (member.id, (unit or self.unit).id, (pool or self.pool).id)
        return self.env["club.account"].browse(self.env["club.account"].sudo()._ensure([triple])[triple])

    def intent(self, kind, amount, member=None, account=None, key=None, **values):
        return Intent(
            account_id=(account or self.account(member)).id,
            kind=kind,
            key=key or f"test:{uuid4()}",
            amount=amount,
            source=values.pop("source", Source(name="Test")),
            **values,
        )

    def post(self, kind, amount, member=None, **values):
        """One movement through the door."""
        return self.env["club.entry"]._post([self.intent(kind, amount, member, **values)])

    def earn(self, amount, member=None, days=0, valid=None, **values):
        """Points available in ``days`` and good until ``valid`` days from today."""
        born = Born(
            amount=amount,
            available_on=self.today + timedelta(days=days),
            expires_on=None if valid is None else self.today + timedelta(days=valid),
        )
        return self.post("award", amount, member, born=(born,), **values)

    def hold(self, amount, member=None, order="order-1", payment=None, channel="sale", **values):
        """A promise to an order; one of a quotation (``sale``) lasts until somebody ends it."""
        return (
            self.env["club.hold"]
            .sudo()
            ._authorise(
                self.account(member).sudo(),
                amount,
                amount / 100,
                self.company.currency_id,
                channel,
                ("pos.order", order),
                payment_key=payment,
                **values,
            )
        )

    def lefts(self, member=None):
        """What is left of the member's portions, oldest first."""
        return self.account(member).lot_ids.sorted("id").mapped("left_amount")

    def active(self, member=None):
        account = self.account(member).sudo()
        return account._portfolio()[account.id]["active"]

    @contextmanager
    def days_later(self, days):
        """The clock of the server, so many days on."""
        with freeze_time(fields.Datetime.now() + timedelta(days=days)):
            yield

    @contextmanager
    def tampered(self):
        """The guard of the tables lifted for a moment, as a migration does."""
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL loyalty_club.migration = 'on'")
        try:
            yield
        finally:
            self.env.cr.execute("SET LOCAL loyalty_club.migration = 'off'")
            self.env.invalidate_all()
