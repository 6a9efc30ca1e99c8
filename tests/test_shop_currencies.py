"""What points pay is exact in every currency, by both ways to round taxes, with the register's cash rounding."""

from fractions import Fraction
from math import ceil, floor

from odoo.fields import Command
from odoo.tests import tagged

from ..engine.values import exact
from .common_pos import TenderCommon
from .common_shop import ShopCommon

# smallest coin, price of a piece, what a Bean is worth
CURRENCIES = (
    (1.0, 333.0, 3.0),
    (1.0, 1999.0, 0.7),
    (10.0, 1990.0, 7.0),
    (0.05, 9.95, 0.03),
    (0.01, 3.33, 0.07),
    (0.001, 3.33, 0.004),
    (0.001, 12.07, 0.013),
)
METHODS = ("round_per_line", "round_globally")
MANY = 1_000_000


@tagged("post_install", "-at_install", "loyalty_club")
class TestShopCurrencies(ShopCommon, TenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club.condition_ids.unlink()
        cls.member(cls).adjust(cls.unit.id, MANY, "Many", counts_lifetime=False)
        cls.tax_7 = cls.tax.copy({"name": "7.3 %", "amount": 7.3})

    def cases(self, each=1):
        for number, method in enumerate(METHODS):
            for coin, price, worth in CURRENCIES[number % each :: each]:
                with self.subTest(method=method, coin=coin, worth=worth), self.env.cr.savepoint() as savepoint:
                    self.company.tax_calculation_rounding_method = method
                    yield coin, price, worth
                    savepoint.rollback()
                    self.env.invalidate_all()
                    self.env.registry.clear_all_caches()

    def due(self, money, worth, coin):
        """(units that cover it, what one unit less pays)"""
        covering = ceil(exact(money) / exact(worth))
        part = floor((covering - 1) * exact(worth) / exact(coin)) * exact(coin)
        return covering, float(part)

    def abroad(self, coin, price, worth):
        """A cart in a currency with this coin, in which the club reckons."""
        currency = self.env["res.currency"].create({"name": f"X{coin}"[:3], "symbol": "x", "rounding": coin})
        self.club.currency_id = currency
        self.unit.money_value = worth
        taxes = [Command.set((self.tax | self.tax_7).ids)]
        goods = self._product("Thing", price, type="service", taxes_id=taxes)
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Abroad", "currency_id": currency.id,
                "item_ids": [Command.create({"compute_price": "fixed", "fixed_price": price, "product_id": goods.id})],
            }
        )  # fmt: skip
        lines = [Command.create({"product_id": goods.id, "product_uom_qty": count}) for count in (1, 3, 7)]
        return self.cart(pricelist_id=pricelist.id, order_line=lines)

    def test_cart_covered_wholly_is_nothing_and_in_part_by_whole_units(self):
        for coin, price, worth in self.cases():
            order = self.abroad(coin, price, worth)
            total = order.amount_total
            covering, part = self.due(total, worth, coin)
            [offer], _why = order._club_points_offers()
            self.assertEqual((offer["cap"].amount, offer["cap"].code), (covering, "total"))
            order._club_choose(covering - 1)
            self.assertAlmostEqual(order._club_points_money(), part, 6)
            self.assertGreater(order.amount_total, 0)
            order._club_choose(covering)
            self.assertEqual(order.amount_total, 0.0)
            order.action_confirm()
            self.assertEqual(order.state, "sale")
            hold = self.hold_of(order)
            self.assertEqual((hold.state, hold.amount), ("captured", covering))
            self.assertAlmostEqual(hold.settled_money, total, 6)
            self.assertCoherent()

    def test_cart_covered_in_part_is_invoiced_and_credited_to_the_coin(self):
        for coin, price, worth in self.cases(each=2):
            order = self.abroad(coin, price, worth)
            total = order.amount_total
            covering, _part = self.due(total, worth, coin)
            order._club_choose(covering // 3)
            used, left = order._club_points_money(), order.amount_total
            self.assertAlmostEqual(used + left, total, 6)
            order.action_confirm()
            invoice = self.invoice(order)
            self.assertAlmostEqual(invoice.amount_total, left, 6)
            invoice._reverse_moves().action_post()
            self.assertEqual(self.hold_of(order)._returned(), self.hold_of(order).amount)
            self.assertCoherent()

    def of_the_register(self, coin, worth):
        """The register's own currency gets another coin, as if the company were elsewhere."""
        currency = self.company.currency_id
        decimals = {1.0: 0, 10.0: 0, 0.05: 2, 0.01: 2, 0.001: 3}[coin]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_currency SET rounding = %s, decimal_places = %s WHERE id = %s", (coin, decimals, currency.id)
        )
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()
        self.unit.money_value = worth
        self.assertEqual((currency.rounding, currency.decimal_places), (coin, decimals))
        return currency

    def rung(self, price, currency):
        taxes = [Command.set((self.tax | self.tax_7).ids)]
        goods = self._product("Thing", price, taxes_id=taxes)
        order = self.ring_up([(goods, 1), (goods, 3), (goods, 7)])
        order["amount_total"] = currency.round(order["amount_total"])
        return order

    def test_register_covers_wholly_and_in_part_by_the_same_rules(self):
        for coin, price, worth in self.cases():
            currency = self.of_the_register(coin, worth)
            order = self.rung(price, currency)
            covering, part = self.due(order["amount_total"], worth, coin)
            [choice] = self.quote(order)["choices"]
            self.assertEqual(choice["cap"], covering)
            answer = self.authorise(order, covering - 1)
            self.assertAlmostEqual(answer["money"], part, 6)
            self.till().club_release(order["uuid"], [answer["payment_uuid"]])
            answer = self.add_points(order, covering)
            self.assertAlmostEqual(answer["money"], order["amount_total"], 6)
            sold = self.sync(order)
            self.assertEqual(sold.state, "paid")
            self.assertEqual(self.hold(answer).amount, covering)
            self.assertCoherent()

    def test_register_that_rounds_cash_takes_the_rounded_total_in_points(self):
        """100.60 that the register rounds up to 101.00 is payable wholly; rounded down, the rest is not owed."""
        for rounding, method, price, due in ((1.0, "UP", 100.6, 101.0), (0.05, "HALF-UP", 9.98, 10.0)):
            with self.subTest(rounding=rounding), self.env.cr.savepoint() as savepoint:
                self.register.write(
                    {
                        "cash_rounding": True,
                        "only_round_cash_method": False,
                        "rounding_method": self.env["account.cash.rounding"].create(
                            {
                                "name": "Coins", "rounding": rounding, "rounding_method": method,
                                "strategy": "add_invoice_line", "profit_account_id": self.account_of("income").id,
                                "loss_account_id": self.account_of("expense").id,
                            }
                        ).id,
                    }
                )  # fmt: skip
                goods = self._product("Thing", price, taxes_id=[Command.clear()])
                order = self.ring_up([(goods, 1)])
                answer = self.authorise(order, ceil(Fraction(str(due)) / Fraction("0.05")), remaining=due)
                self.assertAlmostEqual(answer["money"], due, 2)
                order["payment_ids"] = []
                self.add_payment(order, self.tender, due, uuid=answer["payment_uuid"],
                                 transaction_id=answer["token"], payment_status="done")  # fmt: skip
                order["amount_total"] = due
                self.assertEqual(self.sync(order).state, "paid")
                self.assertCoherent()
                savepoint.rollback()
                self.env.invalidate_all()

    def account_of(self, kind):
        return self.env["account.account"].search(
            [("account_type", "=", kind), ("company_ids", "in", self.company.ids)], limit=1
        )
