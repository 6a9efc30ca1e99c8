"""The table of ``engine/tests/cases/orders.json``, sold in every way that earns."""

from uuid import uuid4

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..engine.tests.shop import TABLE
from .common_cases import CaseShop
from .common_sale import OnlinePayments

PROMOTION = {
    "program_type": "promotion",
    "trigger": "auto",
    "applies_on": "current",
    "rule_ids": [Command.create({"minimum_qty": 1})],
}


class Promotions:
    """Promotions of the host: what they take off, at the register and on orders."""

    def promotion(self, percent):
        reward = {"reward_type": "discount", "discount": float(percent), "discount_applicability": "order"}
        return self.env["loyalty.program"].create(
            {"name": f"{percent} % off", "reward_ids": [Command.create(reward)], **PROMOTION}
        )

    def free_product(self, told):
        product, quantity = self.products[told["product"]], int(told.get("quantity", "1"))
        reward = {"reward_type": "product", "reward_product_id": product.id, "reward_product_qty": quantity}
        return self.env["loyalty.program"].create(
            {"name": f"Free {product.name}", "reward_ids": [Command.create(reward)], **PROMOTION}
        )

    def gift_card(self, worth):
        return self.env["loyalty.card"].create({"program_id": self.gift_cards.id, "points": float(worth)})


@tagged("post_install", "-at_install", "loyalty_club")
class TestCasesAtTheRegister(Promotions, CaseShop):
    def test_register_earns_what_was_worked_out_by_hand(self):
        self.assertCases("register", self._sell)

    def _sell(self, order, customer, moment):
        lines = [self._line(line) for line in order["lines"]]
        if "promotion" in order:
            lines += self._promotion_lines(order)
        lines += [self._free_line(told) for told in order.get("free", ())]
        if "gift_card" in order:
            lines.append(self._gift_card_line(order["gift_card"]))
        data = self.ui_order(lines, [], customer, date_order=fields.Datetime.to_string(moment))
        data["source"] = order.get("at", "pos")
        left = data["amount_total"]
        for money in [float(order["points"])] if "points" in order else ():
            data["payment_ids"].append(self._payment(self.tender, money, **self._promise(data, money)))
            left -= money
        for money in [float(part) for part in order.get("payments", ())][:-1]:
            data["payment_ids"].append(self._payment(self.card, money))
            left -= money
        data["payment_ids"].append(self._payment(self.cash, self.company.currency_id.round(left)))
        return self.sync(data)

    def _line(self, line):
        product = self.products[line["product"]]
        values = {"discount": float(line.get("discount", "0"))}
        if "price" in line:
            values["price_unit"] = float(line["price"])
        return (product, float(line.get("quantity", "1")), values)

    def _promotion_lines(self, order):
        """A reward line for each tax, as the register makes them."""
        reward = self.promotion(order["promotion"]).reward_ids
        share, groups = float(order["promotion"]) / 100, {}
        for line in order["lines"]:
            product = self.products[line["product"]]
            price = float(line.get("price", product.lst_price)) * float(line.get("quantity", "1"))
            groups[product.taxes_id] = groups.get(product.taxes_id, 0.0) + price
        return [
            (
                self._product("Promotion", 0.0, taxes_id=[Command.set(taxes.ids)], type="service"),
                1,
                {"price_unit": -price * share, "reward_id": reward.id, "is_reward_line": True},
            )
            for taxes, price in groups.items()
        ]

    def _free_line(self, told):
        """The price of what is free with its taxes, on a product of the reward's own."""
        product = self.products[told["product"]]
        reward = self.free_product(told).reward_ids
        reward.discount_line_product_id.taxes_id = product.taxes_id
        given = {"price_unit": -product.lst_price, "reward_id": reward.id, "is_reward_line": True}
        return (reward.discount_line_product_id, float(told.get("quantity", "1")), given)

    def _gift_card_line(self, worth):
        reward = self.gift_cards.reward_ids
        paid = {
            "price_unit": -float(worth),
            "reward_id": reward.id,
            "is_reward_line": True,
            "coupon_id": self.gift_card(worth).id,
        }
        return (self._product("Gift card payment", 0.0, taxes_id=False, type="service"), 1, paid)

    def _payment(self, method, money, **values):
        return Command.create({"uuid": str(uuid4()), "payment_method_id": method.id, "amount": money, **values})

    def _promise(self, data, money):
        """Ask for points as the dialog does: a hundred of them are 1.00."""
        payment_uuid = str(uuid4())
        told = {
            "partner_id": data["partner_id"],
            "order_uuid": data["uuid"],
            "payment_uuid": payment_uuid,
            "total": data["amount_total"],
            "remaining": data["amount_total"],
        }
        answer = self.register.club_authorise(told, self.unit.id, round(money * 100))
        self.assertEqual(answer.get("money"), money, answer)
        return {"uuid": payment_uuid, "transaction_id": answer["token"], "payment_status": "done"}


class OrdersByCase(Promotions, OnlinePayments, CaseShop):
    """A sale order of a case, not yet confirmed. The letters that a shop sends about it are not sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classPatch(cls.env.registry["sale.order"], "_send_order_confirmation_mail", lambda orders: None)

    def _order(self, order, customer, **values):
        pricelist = self.pricelists.get(order.get("currency"), self.pricelist)
        sale = self.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "team_id": self.team.id,
                "pricelist_id": pricelist.id,
                "club_no_points": order.get("no_points", False),
                "order_line": [Command.create(self._line(line)) for line in self._bought(order)],
                **values,
            }
        )
        for told in order.get("free", ()):
            program = self.free_product(told)
            sale._update_programs_and_rewards()
            self._apply(sale, program, program.coupon_ids)
        if "promotion" in order:
            program = self.promotion(order["promotion"])
            sale._update_programs_and_rewards()
            self._apply(sale, program, program.coupon_ids)
        if "gift_card" in order:
            card = self.gift_card(order["gift_card"])
            sale._try_apply_code(card.code)
            self._apply(sale, self.gift_cards, card)
        if "points" in order:
            sale._club_choose(round(float(order["points"]) * 100))
        return sale

    def _bought(self, order):
        """The lines without what is free: that comes with the reward, as a line of its own."""
        free = {told["product"]: float(told.get("quantity", "1")) for told in order.get("free", ())}
        return [
            {**line, "quantity": float(line.get("quantity", "1")) - free.get(line["product"], 0.0)}
            for line in order["lines"]
        ]

    def _apply(self, sale, program, card):
        self.assertFalse(sale._apply_program_reward(program.reward_ids, card))

    def assertRewardStayed(self, order, sale):
        """A case about a promotion or points that the host took off again would prove nothing."""
        has_reward = any(name in order for name in ("promotion", "gift_card", "points", "free"))
        self.assertEqual(bool(sale.order_line.filtered("is_reward_line")), has_reward)

    def _line(self, line):
        values = {
            "product_id": self.products[line["product"]].id,
            "product_uom_qty": float(line.get("quantity", "1")),
            "discount": float(line.get("discount", "0")),
            "is_delivery": TABLE["products"][line["product"]].get("is") == "delivery",
        }
        return values | ({"price_unit": float(line["price"])} if "price" in line else {})

    def _parts(self, order, total):
        parts = [float(part) for part in order.get("payments", ())]
        return parts[:-1] + [total - sum(parts[:-1])]


@tagged("post_install", "-at_install", "loyalty_club")
class TestCasesInTheWebshop(OrdersByCase):
    def test_webshop_earns_what_was_worked_out_by_hand(self):
        self.assertCases("shop", self._sell)

    def _sell(self, order, customer, moment):
        sale = self._order(order, customer, website_id=self.website.id)
        if not sale.amount_total:
            sale.action_confirm()
            return sale
        for part in self._parts(order, sale.amount_total):
            self._pay_online(sale, part)
        self.assertRewardStayed(order, sale)
        return sale


@tagged("post_install", "-at_install", "loyalty_club")
class TestCasesByOrderAndInvoice(OrdersByCase):
    """Orders that their invoices pay; what can happen everywhere takes turns with invoices alone."""

    def test_order_paid_by_its_invoice_earns_what_was_worked_out_by_hand(self):
        self.assertCases("sale", self._sell, takes=lambda number: number % 4 == 0)

    def _sell(self, order, customer, moment):
        sale = self._order(order, customer)
        sale.action_confirm()
        if sale.amount_total:
            invoice = self.invoice(sale)
            for part in self._parts(order, invoice.amount_total):
                self.pay(invoice, part)
        self.assertRewardStayed(order, sale)
        return sale


@tagged("post_install", "-at_install", "loyalty_club")
class TestCasesByInvoice(CaseShop):
    """Invoices that no order is behind."""

    def test_invoice_alone_earns_what_was_worked_out_by_hand(self):
        self.assertCases("invoice", self._sell, takes=lambda number: number % 4)

    def _sell(self, order, customer, moment):
        currency = self.pricelists.get(order.get("currency"), self.pricelist).currency_id
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "team_id": self.team.id,
                "currency_id": currency.id,
                "club_no_points": order.get("no_points", False),
                "invoice_line_ids": [Command.create(self._line(line)) for line in order["lines"]],
            }
        )
        invoice.action_post()
        parts = order.get("payments", ())
        for part in parts[:-1]:
            self.pay(invoice, float(part))
        self.pay(invoice)
        return invoice

    def _line(self, line):
        product = self.products[line["product"]]
        values = {
            "product_id": product.id,
            "quantity": float(line.get("quantity", "1")),
            "discount": float(line.get("discount", "0")),
        }
        return values | ({"price_unit": float(line["price"])} if "price" in line else {})
