from odoo.tests import tagged

from .common_history import HistoryMerchant
from .common_messages import MessagesCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestMessagesHistory(HistoryMerchant, MessagesCommon):
    """Crediting the history tells nobody anything; what is bought afterwards does."""

    def test_history_is_told_nobody(self):
        rules = [
            self.rule("joined"),
            self.rule("reached", units=100),
            self.rule("tier"),
            self.rule("near", units=10**6),
        ]
        for _order in range(6):
            self.sold_before([(self.coffee, 1)], self.ada)
        self.credit()
        self.assertEqual(self.member().tier_id, self.silver)
        self.run_job()
        self.assertFalse(self.env["club.message"].search([("member_id", "=", self.member().id)]))
        with self.later(hours=1):
            self.sell([(self.coffee, 10)], self.ada)
        self.run_job(hours=1)
        told = self.env["club.message"].search([("member_id", "=", self.member().id)])
        self.assertEqual(told.rule_id, rules[2])
        self.assertEqual(told.subject, "You are Gold now")
        self.assertCoherent()
