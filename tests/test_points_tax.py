"""Points that pay (tax on the full price) and points that lower the price (tax on what is left)."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import ClubCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install")
class TestPointsTax(ShopCommon, ClubCommon):
    """A machine for 121.00 with 21 % in it; Ada has points worth 50.00, 0.05 each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tags = cls.env["account.account.tag"].create(
            [
                {"name": name, "applicability": "taxes", "country_id": cls.company.country_id.id}
                for name in ("base 21", "tax 21")
            ]
        )
        cls.vat21 = cls.vat(21, True, cls.tags)
        cls.vat6 = cls.vat(6, True)
        cls.machine = cls._product("Machine", 121.0, taxes_id=[Command.set(cls.vat21.ids)], type="service")
        cls.book = cls._product("Book", 10.6, taxes_id=[Command.set(cls.vat6.ids)], type="service")

    def setUp(self):
        super().setUp()
        self.member().adjust(self.unit.id, 600, "For the test")

    @classmethod
    def vat(cls, amount, is_included, tags=None):
        def repartition(sign):
            base, tax = (tags[:1].ids, tags[1:].ids) if tags else ([], [])
            return [
                Command.create({"repartition_type": "base", "tag_ids": [Command.set(base)]}),
                Command.create({"repartition_type": "tax", "tag_ids": [Command.set(tax)]}),
            ]

        return cls.env["account.tax"].create(
            {
                "name": f"{amount} % {is_included}",
                "amount": amount,
                "type_tax_use": "sale",
                "price_include_override": "tax_included" if is_included else "tax_excluded",
                "company_id": cls.company.id,
                "invoice_repartition_line_ids": repartition(1),
                "refund_repartition_line_ids": repartition(-1),
            }
        )

    def order(self, *products, units=420, **values):
        """An order, 21.00 of it in points."""
        lines = [Command.create({"product_id": product.id, "product_uom_qty": 1}) for product in products]
        order = self.cart(order_line=lines, **values)
        order._club_choose(units)
        return order

    def figures(self, document):
        return document.amount_untaxed, document.amount_tax, document.amount_total

    def assertFigures(self, document, untaxed, tax, total):
        for found, expected in zip(self.figures(document), (untaxed, tax, total), strict=True):
            self.assertAlmostEqual(found, expected, 2, self.figures(document))

    def reported(self, move):
        """What the tax report says of a document: base and tax."""
        lines = move.line_ids
        return tuple(
            round(-sum(lines.filtered(lambda line, tag=tag: tag in line.tax_tag_ids).mapped("balance")), 2)
            for tag in self.tags
        )

    # ------------------------------------------------------------------ the worked examples
    def test_as_a_payment_tax_is_due_on_the_full_price(self):
        order = self.order(self.machine)
        self.assertFigures(order, 79.0, 21.0, 100.0)  # 100.00 less 21.00 that points pay
        self._pay_online(order)
        invoice = self.invoice(order)
        self.assertFigures(invoice, 79.0, 21.0, 100.0)
        self.assertEqual(self.reported(invoice), (100.0, 21.0))

    def test_as_a_reduction_tax_is_due_on_what_is_left(self):
        self.club.points_tax = "reduction"
        order = self.order(self.machine)
        self.assertFigures(order, 82.64, 17.36, 100.0)
        self._pay_online(order)
        invoice = self.invoice(order)
        self.assertFigures(invoice, 82.64, 17.36, 100.0)
        self.assertEqual(self.reported(invoice), (82.64, 17.36))
        self.assertBalance(1000 - 420 + 82)

    def test_both_earn_the_same(self):
        earned = []
        for treatment in ("payment", "reduction"):
            self.club.points_tax = treatment
            before = self.member().account_ids.balance
            self._pay_online(self.order(self.machine))
            self.member().account_ids.invalidate_recordset()
            earned.append(self.member().account_ids.balance - before + 420)
        self.assertEqual(earned, [82, 82])

    # ------------------------------------------------------------------ hard ones
    def test_several_taxes_are_lowered_in_their_ratio_to_the_cent(self):
        self.club.points_tax = "reduction"
        for rounding in ("round_per_line", "round_globally"):
            with self.subTest(rounding=rounding):
                self.company.tax_calculation_rounding_method = rounding
                order = self.order(self.machine, self.book, units=333)
                self.assertAlmostEqual(order.amount_total, 131.6 - 16.65, 2)
                self.assertEqual(len(order._club_points_lines()), 2)
                self.assertPays(order, 114.95, 16.65)
                self._pay_online(order)
                self.assertFigures(self.invoice(order), *self.figures(order))
                order._action_cancel()

    def test_prices_without_tax_work_alike(self):
        self.club.points_tax = "reduction"
        plain = self._product("Plain", 100.0, taxes_id=[Command.set(self.vat(21, False).ids)], type="service")
        order = self.order(plain)
        self.assertFigures(order, 82.64, 17.36, 100.0)
        self._pay_online(order)
        self.assertFigures(self.invoice(order), 82.64, 17.36, 100.0)

    def test_order_wholly_covered_bears_no_tax(self):
        self.club.points_tax = "reduction"
        for rounding in ("round_per_line", "round_globally"):
            with self.subTest(rounding=rounding):
                self.company.tax_calculation_rounding_method = rounding
                order = self.order(self.book, self.book, self.book, units=636)
                self.assertFigures(order, 0.0, 0.0, 0.0)
                order.action_confirm()
                self.assertFigures(self.invoice(order), 0.0, 0.0, 0.0)
                order._action_cancel()

    def test_reduction_follows_the_cart(self):
        self.club.points_tax = "reduction"
        order = self.order(self.machine)
        order.order_line = [Command.create({"product_id": self.machine.id, "product_uom_qty": 1})]
        order._update_programs_and_rewards()
        self.assertFigures(order, 182.64, 38.36, 221.0)
        order._club_choose(0)
        self.assertFigures(order, 200.0, 42.0, 242.0)

    def test_charge_that_no_discount_lowers_is_paid_all_the_same(self):
        self.club.points_tax = "reduction"
        fee = self.env["account.tax"].create(
            {"name": "Packaging", "amount_type": "fixed", "amount": 2.0, "type_tax_use": "sale",
             "price_include_override": "tax_excluded", "company_id": self.company.id}
        )  # fmt: skip
        self.book.taxes_id |= fee
        order = self.order(self.book, units=252)
        self.assertAlmostEqual(order.amount_total, 0.0, 2)
        self.assertPays(order, 0.0, 12.6)

    def test_parts_invoiced_add_up_to_the_cent(self):
        self.club.points_tax = "reduction"
        self.machine.invoice_policy = "delivery"
        order = self.cart(order_line=[Command.create({"product_id": self.machine.id, "product_uom_qty": 3})])
        order._club_choose(333)
        self._pay_online(order)
        invoices = self.env["account.move"]
        for delivered in (1, 2, 3):
            order.order_line.filtered(lambda line: not line.is_reward_line).qty_delivered = delivered
            invoices |= self.invoice(order)
        self.assertEqual(len(invoices), 3)
        self.assertAlmostEqual(sum(invoices.mapped("amount_total")), order.amount_total, 2)
        self.assertAlmostEqual(sum(invoices.mapped("amount_tax")), order.amount_tax, delta=0.02)

    def test_parts_of_several_taxes_add_up_to_the_cent(self):
        self.club.points_tax = "reduction"
        (self.machine | self.book).invoice_policy = "delivery"
        lines = [Command.create({"product_id": sold.id, "product_uom_qty": 3}) for sold in self.machine | self.book]
        order = self.cart(order_line=lines)
        order._club_choose(333)
        self._pay_online(order)
        invoices = self.env["account.move"]
        for delivered in (1, 2, 3):
            order.order_line.filtered(lambda line: not line.is_reward_line).qty_delivered = delivered
            invoices |= self.invoice(order)
        self.assertAlmostEqual(sum(invoices.mapped("amount_total")), order.amount_total, 2)

    def test_credit_note_lowers_tax_and_gives_points_back_in_ratio(self):
        self.club.points_tax = "reduction"
        order = self.cart(order_line=[Command.create({"product_id": self.machine.id, "product_uom_qty": 2})])
        order._club_choose(840)
        self._pay_online(order)
        spent = self.member().account_ids.balance
        invoice = self.invoice(order)
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        reversal = wizard.create({"journal_id": invoice.journal_id.id, "reason": "returned"})
        note = self.env["account.move"].browse(reversal.refund_moves()["res_id"])
        note.invoice_line_ids.filtered(lambda line: not line._is_club_points()).quantity = 1
        note.action_post()
        self.assertFigures(note, 82.64, 17.36, 100.0)
        self.assertEqual(self.reported(note), (-82.64, -17.36))
        self.member().account_ids.invalidate_recordset()
        self.assertGreaterEqual(self.member().account_ids.balance, spent + 420 - 90)
        self.assertCoherent()

    def test_smaller_confirmed_order_gives_back_and_stays_lowered(self):
        self.club.points_tax = "reduction"
        order = self.order(self.machine, self.book, units=1000)
        order.action_confirm()
        self.assertAlmostEqual(order.amount_total, 81.6, 2)
        order.order_line.filtered(lambda line: line.product_id == self.machine).product_uom_qty = 0
        self.assertFigures(order, 0.0, 0.0, 0.0)
        self.assertCoherent()
