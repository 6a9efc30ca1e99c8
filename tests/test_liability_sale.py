"""A club that books points at award sells by quotation and webshop: what invoices book and what the night does."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import ClubCommon
from .common_sale import Rebilled
from .common_shop import ShopCommon


@tagged("post_install", "-at_install")
class TestLiabilitySale(Rebilled, ShopCommon, ClubCommon):
    """A machine for 121.00 with 21 % in it, 21.00 of them in points of 0.05 each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club.points_accounting = "accrue"
        cls.vat = cls.env["account.tax"].create(
            {"name": "21 %", "amount": 21, "type_tax_use": "sale", "price_include_override": "tax_included",
             "company_id": cls.company.id}
        )  # fmt: skip
        due = cls.env["account.account"].create(
            {"name": "Tax due", "code": "251777", "account_type": "liability_current"}
        )
        shares = cls.vat.invoice_repartition_line_ids | cls.vat.refund_repartition_line_ids
        shares.filtered(lambda share: share.repartition_type == "tax").account_id = due
        cls.machine = cls._product("Machine", 121.0, taxes_id=[Command.set(cls.vat.ids)], type="service")
        cls.accruals = cls.env["club.accrual"].sudo()

    def setUp(self):
        super().setUp()
        self.member().adjust(self.unit.id, 600, "For the test")
        self.accruals._book(self.company)
        self.liability = self.company.club_liability_account_id
        self.granted = self.company.club_expense_account_id

    def balance(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted"), ("company_id", "=", self.company.id)]
        )
        return round(sum(lines.mapped("balance")), 2)

    def have(self):
        """What all members of the club have, in money."""
        self.env["club.lot"].invalidate_model()
        lots = self.env["club.lot"].search([("account_id.club_id", "=", self.club.id)])
        paying = lots.filtered(lambda lot: lot.unit_id == self.unit)
        return round(sum(paying.mapped("left_amount")) * self.unit.money_value, 2)

    def buy(self):
        order = self.cart(order_line=[Command.create({"product_id": self.machine.id, "product_uom_qty": 1})])
        order._club_choose(420)
        self._pay_online(order)
        return order

    def book(self):
        booked = self.accruals._book(self.company)
        return {line.cause: line.money for line in booked.line_ids}, booked.waiting

    def check(self, in_documents, difference):
        before = self.balance(self.granted)
        order = self.buy()
        causes, waiting = self.book()
        earned = 82 * 0.05
        self.assertEqual(waiting, in_documents)
        self.assertEqual(causes.pop("difference", 0.0), difference)
        self.assertEqual(causes, {"earned": round(earned, 2), "used": -21.0})
        self.assertEqual(-self.balance(self.liability), round(self.have() + in_documents, 2))
        invoice = self.invoice(order)
        self.assertEqual(-self.balance(self.liability), self.have())
        self.assertEqual(self.book(), ({}, 0.0))
        self.assertEqual(self.club.prove_liability(), [])
        self.assertEqual(round(self.balance(self.granted) - before, 2), round(earned + difference, 2))
        invoice._reverse_moves(cancel=True)
        order._action_cancel()
        self.book()
        self.assertEqual(-self.balance(self.liability), self.have())
        self.assertEqual(self.book(), ({}, 0.0))

    def test_as_a_payment_the_invoice_takes_all_of_it_off_the_liability(self):
        self.check(21.0, 0.0)

    def test_as_a_reduction_the_invoice_takes_the_net_and_the_tax_is_no_cost(self):
        self.club.points_tax = "reduction"
        self.check(17.36, -3.64)

    def test_points_of_an_order_that_is_billed_again_are_off_the_liability_once(self):
        order = self.buy()
        again = self.bill_again(self.invoice(order))
        self.book()
        self.assertEqual(-self.balance(self.liability), self.have())
        note = again._reverse_moves()
        note.action_post()
        self.book()
        self.assertEqual(-self.balance(self.liability), self.have())
        note.button_draft()
        causes, waiting = self.book()
        self.assertEqual((causes.pop("difference", 0.0), waiting), (0.0, 0.0))
        self.assertEqual(-self.balance(self.liability), self.have())
        self.assertEqual(self.club.prove_liability(), [])
        self.assertCoherent()
