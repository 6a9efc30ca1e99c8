"""A reward chosen at the register comes off the price: what its closing and its invoice book, and what the night."""

from odoo.fields import Command
from odoo.tests import tagged

from .common_pick import PickPosCommon


@tagged("post_install", "-at_install")
class TestLiabilityReward(PickPosCommon):
    """A coffee for 121.00 with 21 % in it; for 80 Beans, worth 0.80, 12.10 come off: 108.90, of it 18.90 tax."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club.write({"points_accounting": "accrue", "points_tax": "reduction", "is_redeem_allowed": True})
        cls.tags = cls.env["account.account.tag"].create(
            [{"name": name, "applicability": "taxes"} for name in ("base", "tax")]
        )
        due = cls.env["account.account"].create(
            {"name": "Tax due", "code": "251778", "account_type": "liability_current"}
        )
        for share in cls.tax.invoice_repartition_line_ids | cls.tax.refund_repartition_line_ids:
            is_tax = share.repartition_type == "tax"
            share.write({"tag_ids": [Command.set(cls.tags[is_tax].ids)], "account_id": is_tax and due.id})
        cls.accruals = cls.env["club.accrual"].sudo()
        cls.accruals._book(cls.company)
        cls.last_line = cls.env["account.move.line"].search([], order="id desc", limit=1).id or 0

    def reported(self):
        """Base and tax that this sale brought into the tax report."""
        lines = self.env["account.move.line"].search(
            [("id", ">", self.last_line), ("parent_state", "=", "posted"), ("company_id", "=", self.company.id)]
        )
        return tuple(
            round(-sum(lines.filtered(lambda line, tag=tag: tag in line.tax_tag_ids).mapped("balance")), 2)
            for tag in self.tags
        )

    def close(self):
        session = self.register.current_session_id
        session.post_closing_cash_details(session.get_closing_control_data()["default_cash_details"]["amount"])
        session.close_session_from_ui()
        self.assertEqual(session.state, "closed")

    def book(self):
        return {line.cause: line.money for line in self.accruals._book(self.company).line_ids}

    def check(self, **values):
        data = self.order_for()
        data.update(values)
        answer = self.ask(data)
        self.put_on(data, answer["code"], tax_ids=[Command.set(self.tax.ids)])
        self.assertAlmostEqual(data["amount_total"], 108.9, 2)
        self.add_rest(data)
        order = self.sync(data)
        earned = sum(order.club_entry_ids.filtered(lambda entry: entry.kind == "award").mapped("amount")) / 100
        self.assertEqual(self.book(), {"reward": -0.8, "earned": earned})
        self.close()
        self.assertEqual(self.book(), {})
        self.assertEqual(self.reported(), (90.0, 18.9))
        self.assertEqual(self.club.prove_liability(), [])
        return order

    def test_closing_bears_tax_on_what_is_left_and_the_price_in_points_is_released(self):
        self.check()

    def test_invoiced_order_says_the_same(self):
        order = self.check(to_invoice=True)
        invoice = order.account_move
        self.assertEqual((invoice.amount_untaxed, invoice.amount_tax, invoice.amount_total), (90.0, 18.9, 108.9))
        self.assertEqual(invoice.payment_state, "paid")
