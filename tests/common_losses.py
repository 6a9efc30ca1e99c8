"""Store credit and discounts at a register, as somebody would try to get more out of them than went in."""

from odoo.exceptions import UserError
from odoo.fields import Command

from .common_credit import CreditCommon
from .common_pos import TenderCommon
from .test_credit_pos import TestCreditPos as _Wallet


def promotion(env):
    """The host's own: so much off every order."""
    reward = {"reward_type": "discount", "discount": 10, "discount_applicability": "order"}
    return env["loyalty.program"].create({
        "name": "Ten off", "program_type": "promotion", "trigger": "auto", "applies_on": "current",
        "rule_ids": [Command.create({"minimum_qty": 1})], "reward_ids": [Command.create(reward)],
    })  # fmt: skip


class WalletAtTheTill(CreditCommon, TenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit.credit_rate = 0.1
        cls.product = cls.wallet.reward_ids.discount_line_product_id
        cls.top = cls.wallet.rule_ids.product_ids[:1]
        (cls.product + cls.top).taxes_id = False
        cls.env["club.condition"].search([("club_id", "=", cls.club.id)]).unlink()

    pay_with_wallet = _Wallet.pay_with_wallet
    sell_with_wallet = _Wallet.sell_with_wallet

    def top_up_line(self, money):
        return (self.top, 1, {"price_unit": money})

    def assertSyncRefused(self, words, order):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self.sync(order)

    def history(self, card, order, **values):
        """A line that a cashier writes into the host's history."""
        return self.env["loyalty.history"].with_user(self.cashier).create({
            "card_id": card.id, "order_model": "pos.order", "order_id": order.id, "used": 0, "issued": 0,
            "description": "x", **values,
        })  # fmt: skip
