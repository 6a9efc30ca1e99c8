from odoo.tests import tagged

from .common_pos import TenderCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestCashbackTender(TenderCommon):
    """Cashback is money of the shop: it pays at a register to the cent, comes back, and earns nothing itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cash = {"name": "cashback", "name_plural": "cashback", "short_name": "cb", "kind": "cashback"}
        cls.cashback = cls.env["club.unit"].create({"club_id": cls.club.id, **cash})
        program = cls.env["club.program"].create({
            "name": "Five percent",
            "unit_id": cls.cashback.id,
            "tier_id": cls.tier.id,
            "cashback_percent": 5,
        })  # fmt: skip
        program.action_go_live()
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE club_program SET live_from = %s", (cls.outlet.opted_in_at,))
        cls.env.invalidate_all()
        cls.env.registry.clear_cache()

    def cents(self):
        accounts = self.member().account_ids.filtered(lambda account: account.unit_id == self.cashback)
        return sum(accounts.mapped("balance"))

    def pay(self, order, cents):
        key = order["uuid"][:30]
        answer = self.till().club_authorise(self.told(order, key), self.cashback.id, cents)
        self.assertIn("token", answer, answer.get("refused"))
        self.add_payment(
            order, self.tender, answer["money"], uuid=key, transaction_id=answer["token"], payment_status="done"
        )
        return answer

    def test_five_percent_comes_pays_the_next_ticket_and_goes_back_with_it(self):
        self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual(self.cents(), 500)
        order = self.ring_up([(self.coffee, 1)])
        self.assertEqual(self.pay(order, 333)["money"], 3.33)
        self.add_rest(order)
        order = self.sync(order)
        # 117.67 of 121.00 were money: 5 % of 97.2479 is 4.86
        self.assertEqual(self.cents(), 500 - 333 + 486)
        refund = self.ring_up([(self.coffee, -1, {"refunded_orderline_id": order.lines.id})], is_refund=True)
        self.add_payment(refund, self.tender, -3.33)
        self.add_rest(refund)
        self.sync(refund)
        self.assertEqual(self.cents(), 500)
        self.assertCoherent()

    def test_no_more_than_the_order_and_no_more_than_there_is(self):
        self.sell([(self.coffee, 1)], self.ada)
        order = self.ring_up([(self.cake, 1)])
        for cents in (501, 10**12, -1, 0):
            answer = self.till().club_authorise(self.told(order, "key"), self.cashback.id, cents)
            self.assertTrue(answer["refused"])
        self.assertEqual(self.cents(), 500)

    def test_it_becomes_store_credit_to_the_cent(self):
        self.sell([(self.coffee, 1)], self.ada)
        self.cashback.write({"is_credit_allowed": True, "credit_rate": 1.1})
        told = self.member().convert(self.cashback.id, "4.99", "one")
        self.assertEqual((told["points"], told["money"]), ("4.99", "5.48"))
        self.assertEqual(self.cents(), 1)
        self.assertCoherent()
