"""A sale without a customer, and the code on its receipt."""

from datetime import timedelta

from odoo import fields
from odoo.addons.loyalty_club.engine import claims

from .common_portal import PortalCommon


class ClaimCommon(PortalCommon):
    """A coffee and two cakes, 120 Beans, sold to nobody in particular."""

    def setUp(self):
        super().setUp()
        self.order = self.sell([(self.coffee, 1), (self.cake, 2)])

    def code(self, order=None, length=claims.LONG):
        order = order or self.order
        return claims.code(order.id, order._club_proof(length))

    def collect(self, code=None, user=None, address="192.0.2.1", company=None):
        user = user or self.ada_user
        company = company or self.company
        answer = self.env["club.claim"]._collect(self.code() if code is None else code, user, company, address)
        self.env.invalidate_all()
        return answer

    def assertRefused(self, sentence, **values):
        answer = self.collect(**values)
        self.assertFalse(answer.is_collected)
        self.assertIn(sentence, answer.text)

    def paid_days_ago(self, days, **values):
        session = self.open_session()
        moment = fields.Datetime.now() - timedelta(days=days)
        session.start_at = moment - timedelta(hours=1)
        order = self.sell([(self.coffee, 1)], date_order=fields.Datetime.to_string(moment), **values)
        self.club.on_since = self.outlet.opted_in_at = moment - timedelta(days=1)
        return order
