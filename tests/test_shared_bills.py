from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import ClubCommon
from .common_sale import OnlinePayments

SETTLES = "odoo.addons.loyalty_club.models.pos_order.SETTLES"


class Bills(ClubCommon):
    """Bills that are saved on a register before somebody pays them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.register.payment_method_ids - cls.cash - cls.tender

    def save_bill(self, lines, partner=None, **values):
        """A bill that stays open: the data as the register keeps it, and the order."""
        data = self.ui_order(lines, [], partner, state="draft", amount_paid=0, **values)
        return data, self.sync(self._copy(data))

    def pay_bill(self, order, partner, methods=None, quantities=None):
        """Send an open bill again, paid by these methods in equal parts.

        :param quantities: {line: quantity} of lines that changed, 0 for one that left the bill
        """
        commands = []
        for line, quantity in (quantities or {}).items():
            price = line.tax_ids.compute_all(line.price_unit, None, quantity)
            commands.append(
                Command.update(
                    line.id,
                    {
                        "qty": quantity,
                        "price_subtotal": price["total_excluded"],
                        "price_subtotal_incl": price["total_included"],
                    },
                )
                if quantity
                else Command.delete(line.id)
            )
        left = {line: (quantities or {}).get(line, line.qty) for line in order.lines}
        total = sum(line.price_subtotal_incl / line.qty * quantity for line, quantity in left.items())
        untaxed = sum(line.price_subtotal / line.qty * quantity for line, quantity in left.items())
        methods = methods or self.cash
        return self.sync({
            "uuid": order.uuid,
            "access_token": order.access_token,
            "name": order.name,
            "session_id": order.session_id.id,
            "config_id": order.config_id.id,
            "company_id": self.company.id,
            "partner_id": partner.id,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "state": "paid",
            "amount_total": total,
            "amount_tax": total - untaxed,
            "amount_paid": total,
            "amount_return": 0.0,
            "lines": commands,
            "payment_ids": [
                Command.create({
                    "uuid": str(uuid4()),
                    "payment_method_id": method.id,
                    "amount": self.company.currency_id.round(total / len(methods)),
                })
                for method in methods
            ],
        })  # fmt: skip

    def _copy(self, data):
        return dict(data, lines=list(data["lines"]), payment_ids=list(data["payment_ids"]))

    def earned(self, order):
        return sum(order.club_entry_ids.mapped("amount"))


@tagged("post_install", "-at_install", "loyalty_club")
class TestSplitBills(Bills):
    """A table's bill, split: each part is an order of its own, and whoever pays it earns."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        floor = cls.env["restaurant.floor"].create({"name": "Terrace"})
        cls.table = cls.env["restaurant.table"].create({"floor_id": floor.id, "table_number": 4})
        cls.register.write({"module_pos_restaurant": True, "floor_ids": [Command.set(floor.ids)]})

    def test_each_part_of_a_split_bill_credits_who_pays_it(self):
        _data, table = self.save_bill([(self.coffee, 2), (self.cake, 1)], self.ada, table_id=self.table.id)
        coffees, cake = table.lines
        part = self.sell([(self.coffee, 1)], self.bob, floating_order_name="4B")
        self.assertBalance(100, self.bob)
        self.assertFalse(self.member(self.ada))
        rest = self.pay_bill(table, self.ada, quantities={coffees: 1})
        self.assertEqual(rest, table)
        self.assertEqual(rest.lines, coffees | cake)
        self.assertEqual((self.earned(part), self.earned(rest)), (100, 110))
        self.assertBalance(110, self.ada)
        self.assertBalance(100, self.bob)

    def test_a_tab_credits_who_pays_not_who_opened_it(self):
        _data, tab = self.save_bill([(self.coffee, 1)], self.ada, table_id=self.table.id)
        self.assertFalse(tab.club_entry_ids)
        self.pay_bill(tab, self.bob)
        self.assertBalance(100, self.bob)
        self.assertFalse(self.member(self.ada))

    def test_a_tab_without_a_name_earns_once_somebody_with_a_name_pays(self):
        _data, tab = self.save_bill([(self.coffee, 1)], table_id=self.table.id)
        self.pay_bill(tab, self.ada)
        self.assertBalance(100)

    def test_a_tab_that_grows_round_by_round_earns_on_all_of_it_at_payment(self):
        data, tab = self.save_bill([(self.cake, 1)], self.ada, table_id=self.table.id)
        more = self.ui_order([(self.coffee, 1)], [], self.ada)
        tab_again = self._copy(data) | {"lines": more["lines"], "amount_total": 133.1, "access_token": tab.access_token}
        self.assertEqual(self.sync(tab_again), tab)
        self.assertFalse(tab.club_entry_ids)
        self.pay_bill(tab, self.ada, self.cash | self.card)
        self.assertBalance(110)

    def test_one_bill_paid_by_two_cards_earns_once_for_its_customer(self):
        _data, tab = self.save_bill([(self.coffee, 1)], self.ada, table_id=self.table.id)
        self.pay_bill(tab, self.ada, self.cash | self.card)
        self.assertEqual(len(tab.payment_ids), 2)
        self.assertEqual(len(tab.club_entry_ids), 1)
        self.assertBalance(100)

    def test_parts_sent_again_by_another_device_earn_once(self):
        _data, table = self.save_bill([(self.coffee, 2)], self.ada, table_id=self.table.id)
        part = self.ui_order([(self.coffee, 1)], [(self.cash, 121.0)], self.bob)
        for _time in range(3):
            self.sync(self._copy(part))
        self.pay_bill(table, self.ada, quantities={table.lines: 1})
        self.pay_bill(table, self.bob)  # a second device still shows it open, with another name
        self.assertBalance(100, self.ada)
        self.assertBalance(100, self.bob)


@tagged("post_install", "-at_install", "loyalty_club")
class TestCustomerAccounts(Bills):
    """Bought on account: the sale earns, and money that settles it later earns nothing more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["pos.payment.method"].create(
            {"name": "Customer Account", "split_transactions": True, "journal_id": False}
        )
        cls.register.payment_method_ids += cls.account

    def _buy_on_account(self, **values):
        return self.sync(self.ui_order([(self.coffee, 1)], [(self.account, 121.0)], self.ada, **values))

    def test_order_on_account_earns_once_and_its_due_paid_in_the_books_nothing(self):
        order = self._buy_on_account()
        self.assertEqual(self.account.type, "pay_later")
        self.assertBalance(100)
        session = order.session_id
        session.action_pos_session_closing_control()
        due = session.move_id.line_ids.filtered(lambda line: line.partner_id == self.ada and line.debit)
        self.assertEqual(due.amount_residual, 121.0)
        payment = self.env["account.payment"].create(
            {"partner_id": self.ada.id, "amount": 121.0, "journal_id": self.card.journal_id.id}
        )
        payment.action_post()
        counterpart = payment.move_id.line_ids.filtered(lambda line: line.account_id == due.account_id)
        (due | counterpart).reconcile()
        self.assertEqual(due.amount_residual, 0.0)
        order._club_sync()
        self.assertBalance(100)

    def test_invoiced_order_on_account_earns_nothing_more_when_its_invoice_is_paid(self):
        order = self._buy_on_account(to_invoice=True)
        self.assertBalance(100)
        self.assertEqual(order.account_move.payment_state, "not_paid")
        self.pay(order.account_move)
        self.assertEqual(order.account_move.amount_residual, 0.0)
        order._club_sync()
        order.account_move._club_sync()
        self.assertBalance(100)

    def test_money_for_an_account_alone_is_no_sale(self):
        self._buy_on_account()
        settling = self.sync(self.ui_order([], [(self.cash, 121.0), (self.account, -121.0)], self.ada))
        self.assertEqual(settling.state, "paid")
        self.assertFalse(settling.club_entry_ids)
        self.assertBalance(100)

    def test_line_that_settles_an_order_is_no_sale_and_what_is_bought_beside_it_is(self):
        """Another module links such lines to the order; any field stands for that link here."""
        order = self._buy_on_account()
        due = self._product("Settle", 0.0, taxes_id=False, type="service")
        link = {"price_unit": 121.0, "customer_note": order.name}
        with patch(SETTLES, ("settled_order_id", "customer_note")):
            settling = self.sell([(due, 1, link), (self.cake, 1)], self.ada)
        self.assertEqual(self.earned(settling), 10)
        texts = [row["text"] for row in settling.club_entry_ids._explain()]
        self.assertIn("was sold before, and earned then", texts)
        self.assertBalance(110)

    def test_order_on_account_given_back_takes_its_points_back(self):
        order = self._buy_on_account()
        line = (self.coffee, -1, {"refunded_orderline_id": order.lines.id})
        self.sync(self.ui_order([line], [(self.account, -121.0)], self.ada, is_refund=True))
        self.assertBalance(0)


@tagged("post_install", "-at_install", "loyalty_club")
class TestPaidOnline(OnlinePayments, Bills):
    """A register's bill that the customer pays on the phone, by the link on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env.ref("payment.payment_provider_transfer")
        cls.provider.write({"state": "test", "is_published": True, "journal_id": cls.card.journal_id.id})
        cls._let_provider_book(cls, cls.provider)
        cls.online = cls.env["pos.payment.method"].create(
            {
                "name": "Online",
                "is_online_payment": True,
                "online_payment_provider_ids": [Command.set(cls.provider.ids)],
            }
        )
        cls.register.payment_method_ids += cls.online

    def _pay_by_link(self, order, amount=None):
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.env["payment.method"].with_context(active_test=False).search([], limit=1).id,
                "reference": f"bill-{uuid4()}",
                "amount": amount or order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id or self.env.ref("base.public_partner").id,
                "pos_order_id": order.id,
            }
        )
        transaction._set_done()
        transaction._post_process()
        return transaction

    def test_first_time_buyer_who_pays_online_earns_once(self):
        data, order = self.save_bill([(self.coffee, 1)], self.ada)
        self.assertFalse(self.member())
        transaction = self._pay_by_link(order)
        self.assertEqual(order.state, "paid")
        self.assertBalance(100)
        transaction._post_process()
        self.sync(self._copy(data) | {"state": "paid", "access_token": order.access_token})
        order._club_sync()
        self.assertEqual(len(order.club_entry_ids), 1)
        self.assertBalance(100)

    def test_half_online_and_half_at_the_counter_earns_once_on_all_of_it(self):
        _data, order = self.save_bill([(self.coffee, 1)], self.ada)
        self._pay_by_link(order, 60.5)
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.club_entry_ids)
        wizard = self.env["pos.make.payment"].with_context(active_id=order.id, active_ids=order.ids)
        wizard.create({"payment_method_id": self.cash.id, "amount": 60.5}).check()
        self.assertBalance(100)

    def test_what_counts_is_when_it_was_paid_not_when_the_bill_was_written(self):
        noon = fields.Datetime.now() - timedelta(hours=3)
        self.env["club.bonus"].create({
            "name": "Late", "club_id": self.club.id, "live_from": fields.Datetime.now() - timedelta(hours=1),
        })  # fmt: skip
        self.open_session().start_at = noon - timedelta(hours=1)
        _data, order = self.save_bill([(self.coffee, 1)], self.ada, date_order=fields.Datetime.to_string(noon))
        self._pay_by_link(order)
        self.assertBalance(200)

    def test_bill_without_a_name_credits_nobody(self):
        _data, order = self.save_bill([(self.coffee, 1)])
        self._pay_by_link(order)
        self.assertEqual(order.state, "paid")
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["no_customer"])
        self.assertCoherent()
