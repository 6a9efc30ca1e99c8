from unittest.mock import patch
from uuid import uuid4

from odoo.fields import Command
from odoo.tests import tagged

from .common import ClubCommon
from .common_sale import OnlinePayments


@tagged("post_install", "-at_install", "loyalty_club")
class TestCreditedOrders(ClubCommon):
    """Money that goes back takes its points along by whichever paper it goes, and only once."""

    def _paid_order(self, lines=None):
        order = self.quotation(lines or [(self.cake, 10)])
        order.action_confirm()
        self.pay(self.invoice(order))
        self.assertBalance(100)
        return order

    def test_invoice_corrected_by_another_keeps_the_points(self):
        order = self._paid_order()
        order.invoice_ids._reverse_moves(cancel=True)
        self.assertBalance(0)
        again = self.invoice(order)
        self.assertBalance(0)
        self.pay(again)
        self.assertBalance(100)
        credit = again._reverse_moves()
        credit.invoice_line_ids.quantity = 4
        credit.action_post()
        self.assertBalance(60)

    def test_credit_note_without_the_products_takes_by_its_value(self):
        order = self._paid_order()
        credit = order.invoice_ids._reverse_moves()
        credit.invoice_line_ids.unlink()
        credit.invoice_line_ids = [
            Command.create({"name": "Goodwill", "price_unit": 25, "tax_ids": [Command.set(self.tax.ids)]})
        ]
        credit.action_post()
        self.assertBalance(75)

    def test_credited_deposit_takes_its_share_of_a_completed_order(self):
        order = self.quotation([(self.coffee, 1)])
        order.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=order.ids)
        wizard.create({"advance_payment_method": "percentage", "amount": 50}).create_invoices()
        deposit = order.invoice_ids
        deposit.action_post()
        self.pay(deposit)
        self.pay(self.invoice(order))
        self.assertBalance(100)
        deposit._reverse_moves(cancel=True)
        self.assertBalance(50)

    def test_invoice_of_two_orders_credits_each_for_itself(self):
        first, second = (self.quotation([(self.cake, 10)]) for _order in range(2))
        (first | second).action_confirm()
        invoice = (first | second)._create_invoices()
        self.assertEqual(len(invoice), 1)
        invoice.action_post()
        self.pay(invoice, invoice.amount_total / 2)
        self.assertBalance(0)
        self.pay(invoice)
        self.assertBalance(200)
        credit = invoice._reverse_moves()
        credit.invoice_line_ids.filtered(lambda line: line.sale_line_ids.order_id == second).unlink()
        credit.action_post()
        self.assertEqual((first.club_points_earned, second.club_points_earned), ("", "+100 Beans"))
        self.assertBalance(100)

    def _invoice_alone(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.ada.id,
                "team_id": self.team.id,
                "invoice_line_ids": [Command.create({"product_id": self.coffee.id, "tax_ids": self.tax.ids})],
            }
        )
        invoice.action_post()
        self.pay(invoice)
        self.assertBalance(100)
        return invoice

    def test_invoice_taken_back_to_draft_has_no_points_until_it_is_paid_again(self):
        invoice = self._invoice_alone()
        invoice.button_draft()
        self.assertBalance(0)
        invoice.invoice_line_ids.unlink()
        invoice.invoice_line_ids = [Command.create({"product_id": self.cake.id, "tax_ids": self.tax.ids})]
        invoice.action_post()
        self.assertBalance(0)
        self.pay(invoice, invoice.amount_residual)
        self.assertBalance(10)
        invoice._club_sync()
        self.assertBalance(10)

    def test_cancelled_invoice_has_no_points(self):
        invoice = self._invoice_alone()
        invoice.button_draft()
        invoice.button_cancel()
        self.assertBalance(0)
        invoice._club_sync()
        self.assertBalance(0)

    def test_payment_that_waits_for_the_bank_earns_at_once_on_what_it_pays(self):
        """Where bank statements are matched, a payment may book nothing and the invoice look paid."""
        in_payment = patch.object(
            type(self.env["account.move"]), "_get_invoice_in_payment_state", lambda self: "in_payment"
        )
        wizard = self.env["account.payment.register"]
        with in_payment:
            order = self.quotation([(self.coffee, 1)])
            order.action_confirm()
            invoice = self.invoice(order)
            for amount, balance in ((50, 0), (71, 100)):
                active = wizard.with_context(active_model="account.move", active_ids=invoice.ids)
                pay = active.create({"amount": amount})
                with patch.object(type(pay), "_create_payment_vals_from_wizard", self._without_entry(pay)):
                    pay._create_payments()
                self.assertFalse(invoice.matched_payment_ids.move_id)
                self.assertEqual(invoice.payment_state, "in_payment")
                self.assertBalance(balance)

    def _without_entry(self, wizard):
        original = type(wizard)._create_payment_vals_from_wizard

        def values(self, batch_result):
            return {
                name: value for name, value in original(self, batch_result).items() if name != "write_off_line_vals"
            }

        return values


@tagged("post_install", "-at_install", "loyalty_club")
class TestReopenedOrders(OnlinePayments, ClubCommon):
    """Orders that are cancelled, opened again and changed."""

    def _paid_online(self):
        order = self.quotation([(self.coffee, 1)], website_id=self.website.id)
        self._pay_online(order)
        self.assertBalance(100)
        return order

    def test_cancelled_order_opened_again_has_no_points_before_it_is_confirmed(self):
        order = self._paid_online()
        order._action_cancel()
        order.action_draft()
        order.club_sync()
        self.assertBalance(0)
        order.unlink()
        self.assertBalance(0)

    def test_points_of_lines_that_are_gone_do_not_come_back_and_new_ones_earn(self):
        order = self._paid_online()
        order._action_cancel()
        order.action_draft()
        order.order_line.unlink()
        order.order_line = [Command.create({"product_id": self.cake.id, "tax_ids": self.tax.ids})]
        order.action_confirm()
        self.assertBalance(10)
        order._club_sync()
        self.assertBalance(10)
        self._refund_online(order.transaction_ids, 121.0)
        self.assertBalance(0)

    def test_line_added_after_payment_earns_when_it_is_paid_too(self):
        order = self._paid_online()
        order.order_line = [Command.create({"product_id": self.cake.id, "tax_ids": self.tax.ids})]
        order._club_sync()
        self.assertBalance(100)
        invoice = self.invoice(order)
        self.pay(invoice, invoice.amount_residual)
        self.assertBalance(110)
        rows = [row["text"] for row in order.club_entry_ids.sorted("id")[-1]._explain()]
        self.assertIn("earned before", rows)
        credit = invoice._reverse_moves()
        credit.action_post()
        self.assertBalance(0)

    def test_order_confirmed_empty_and_filled_later_earns_when_it_is_paid(self):
        order = self.quotation([])
        order.action_confirm()
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["no_real_money"])
        order.order_line = [Command.create({"product_id": self.coffee.id, "tax_ids": self.tax.ids})]
        self.pay(self.invoice(order))
        self.assertBalance(100)

    def test_orders_cancelled_together_give_back_each_its_own(self):
        orders = self._paid_online()
        orders |= self.quotation([(self.cake, 1)])
        wizard = self.env["sale.mass.cancel.orders"].create({"sale_order_ids": [Command.set(orders.ids)]})
        wizard.action_mass_cancel()
        self.assertEqual(set(orders.mapped("state")), {"cancel"})
        self.assertBalance(0)

    def test_one_transaction_for_two_orders_completes_neither_alone(self):
        first, second = (self.quotation([(self.coffee, 1)]) for _order in range(2))
        (first | second).action_confirm()
        transaction = self._pay_online(first, state="pending")
        transaction.sale_order_ids |= second
        transaction._set_done()
        transaction._post_process()
        self.assertBalance(0)


@tagged("post_install", "-at_install", "loyalty_club")
class TestOrdersAtTheRegister(OnlinePayments, ClubCommon):
    """A sale order settled at the register, wholly or in part: each piece of money earns once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deposit = cls._product("Down payment", 50.0, type="service")
        cls.register.down_payment_product_id = cls.deposit

    def _settle(self, order, quantity=None, deposit=0.0, sold=True, **values):
        """The register sells ``order``'s goods (or takes a deposit only): ``deposit`` is with tax."""
        line, lines = (
            order.order_line.filtered(lambda line: not line.is_downpayment and line.product_id)[:1],
            [],
        )
        if sold:
            origin = {
                "sale_order_origin_id": order.id,
                "sale_order_line_id": line.id,
                "price_unit": line.price_unit,
            }
            lines.append((line.product_id, quantity or line.product_uom_qty, origin))
        if deposit:
            untaxed = abs(deposit) / 1.21
            origin = {"sale_order_origin_id": order.id, "price_unit": untaxed}
            lines.append((self.deposit, 1 if deposit > 0 else -1, origin))
        return self.sell(lines, order.partner_id, **values)

    def test_rest_of_an_order_settled_in_part_earns_when_it_is_paid(self):
        order = self.quotation([(self.cake, 10)])
        order.action_confirm()
        self._settle(order, quantity=3)
        self.assertBalance(30)
        invoice = self.invoice(order)
        self.assertEqual(invoice.invoice_line_ids.quantity, 7)
        self.assertBalance(30)
        self.pay(invoice)
        self.assertBalance(100)
        credit = invoice._reverse_moves()
        credit.action_post()
        self.assertBalance(30)

    def test_deposit_and_settlement_at_the_register_earn_on_the_full_lines(self):
        order = self.quotation([(self.coffee, 1)])
        order.action_confirm()
        self._settle(order, deposit=60.5, sold=False)
        self.assertBalance(0)
        self._settle(order, deposit=-60.5)
        order._club_sync()
        self.assertBalance(100)

    def test_deposit_paid_in_points_is_no_money(self):
        self.enrol(points=6050)
        self.env["club.condition"].search([]).unlink()
        order = self.quotation([(self.coffee, 1)])
        order.action_confirm()
        origin = {"sale_order_origin_id": order.id, "price_unit": 50.0}
        deposit = self.ui_order([(self.deposit, 1, origin)], [], self.ada)
        payment_uuid = str(uuid4())
        told = {
            "partner_id": self.ada.id,
            "order_uuid": deposit["uuid"],
            "payment_uuid": payment_uuid,
            "total": 60.5,
            "remaining": 60.5,
        }
        answer = self.register.club_authorise(told, self.unit.id, 6050)
        values = {"uuid": payment_uuid, "payment_method_id": self.tender.id, "amount": 60.5}
        deposit["payment_ids"] = [Command.create(values | {"transaction_id": answer["token"]})]
        self.sync(deposit)
        self.assertBalance(0)
        self.pay(self.invoice(order))
        order._club_sync()
        self.assertBalance(50)

    def test_forged_deposit_earns_nothing(self):
        order = self.quotation([(self.coffee, 1)])
        order.action_confirm()
        self._settle(order, deposit=-121.0)
        self.assertBalance(0)

    def test_order_paid_online_and_handed_out_at_the_register_earns_once(self):
        order = self.quotation([(self.coffee, 1)], website_id=self.website.id)
        self._pay_online(order)
        self.assertBalance(100)
        self._settle(order, deposit=-121.0)
        order._club_sync()
        self.assertBalance(100)

    def test_order_half_paid_online_and_settled_at_the_register_earns_on_all_of_it(self):
        order = self.quotation([(self.coffee, 1)])
        order.action_confirm()
        self._pay_online(order, amount=60.5)
        self.assertBalance(0)
        self._settle(order, deposit=-60.5)
        order._club_sync()
        self.assertBalance(100)


@tagged("post_install", "-at_install", "loyalty_club")
class TestForeignMoney(ClubCommon):
    """Orders and clubs in money of other sizes: neither lost nor mislabelled, no tail of a float."""

    def _currency(self, name, rounding, rate):
        currency = self.env["res.currency"].create({"name": name, "symbol": name, "rounding": rounding})
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": rate, "company_id": self.company.id, "name": "2020-01-01"}
        )
        return currency

    def test_order_without_decimals_earns_at_its_rate(self):
        yen = self._currency("XYN", 1.0, 150.0)
        pricelist = self.env["product.pricelist"].create({"name": "Yen", "currency_id": yen.id})
        order = self.quotation([(self.coffee, 1)], pricelist_id=pricelist.id)
        order.order_line.price_unit = 14999
        self.assertEqual(order.currency_id, yen)
        order.action_confirm()
        invoice = self.invoice(order)
        self.pay(invoice)
        self.assertBalance(99)
        credit = invoice._reverse_moves()
        credit.invoice_line_ids.price_unit = 7500
        credit.action_post()
        self.assertBalance(49)

    def test_currency_rounded_to_ten_erases_no_point(self):
        coarse = self._currency("XCO", 10.0, 1.0)
        pricelist = self.env["product.pricelist"].create({"name": "Tens", "currency_id": coarse.id})
        order = self.quotation([(self.cake, 1)], pricelist_id=pricelist.id)
        order.action_confirm()
        self.pay(self.invoice(order))
        self.assertBalance(10)

    def test_order_in_a_currency_of_three_decimals_counts_what_it_is_worth(self):
        """30.700 dinars at 0.307 are 100.00."""
        dinar = self._currency("XKD", 0.001, 0.307)
        pricelist = self.env["product.pricelist"].create({"name": "Dinars", "currency_id": dinar.id})
        order = self.quotation([(self.coffee, 1)], pricelist_id=pricelist.id)
        order.order_line.price_unit = 30.7
        order.action_confirm()
        invoice = self.invoice(order)
        self.pay(invoice)
        self.assertBalance(100)
        invoice._reverse_moves().action_post()
        self.assertBalance(0)

    def test_points_in_another_currency_are_refused_at_the_register(self):
        self.enrol(points=1000)
        self.club.currency_id = self._currency("XKD", 0.001, 0.307)
        self.open_session()
        told = {
            "partner_id": self.ada.id,
            "order_uuid": "order",
            "payment_uuid": "payment",
            "total": 60.5,
            "remaining": 60.5,
        }
        answer = self.register.club_authorise(told, self.unit.id, 100)
        self.assertIn("nobody said what points are worth there", answer["refused"])
        self.assertFalse(self.member().hold_ids)


@tagged("post_install", "-at_install", "loyalty_club")
class TestOtherCompanies(ClubCommon):
    """A team that all companies share is no door into the club."""

    def _order_of(self, name, **values):
        company = self.env["res.company"].create({"name": name, **values})
        self.env.user.company_ids |= company
        self.team.company_id = False
        line = {"product_id": self.coffee.id, "price_unit": 100.0, "tax_ids": False}
        values = {"partner_id": self.ada.id, "team_id": self.team.id, "company_id": company.id}
        order = self.env["sale.order"].with_company(company)
        order = order.create(values | {"order_line": [Command.create(line)]})
        order.action_confirm()
        order._club_sync()
        return order

    def test_order_of_a_company_outside_the_club_is_none_of_its_business(self):
        order = self._order_of("Elsewhere")
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["no_outlet"])

    def test_order_of_a_branch_in_the_club_waits_for_its_money(self):
        order = self._order_of("Branch", parent_id=self.company.id)
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["not_paid"])
