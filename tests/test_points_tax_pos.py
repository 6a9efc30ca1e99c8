"""Points that lower the price at a register: one discount line a tax, on receipt, invoice and closing alike."""

from uuid import uuid4

from odoo.fields import Command
from odoo.tests import tagged

from .common_pick import PickPosCommon


@tagged("post_install", "-at_install")
class TestPointsTaxRegister(PickPosCommon):
    """A coffee for 121.00 with 21 % in it, 21.00 of it in Beans of 0.01; Ada has 2,487."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["club.condition"].search([("club_id", "=", cls.club.id)]).unlink()
        cls.club.write({"points_tax": "reduction", "redeem_below_bands": "allow"})
        cls.enrol(cls, cls.ada, 2000)
        # The register's lines take the taxes of what they lower; the tests' own take their product's.
        cls.company._club_reduction_program().reward_ids.discount_line_product_id.taxes_id = cls.tax
        cls.tags = cls.env["account.account.tag"].create(
            [{"name": name, "applicability": "taxes"} for name in ("base", "tax")]
        )
        cls.due = cls.env["account.account"].create(
            {"name": "Tax due", "code": "251779", "account_type": "liability_current"}
        )
        for share in cls.tax.invoice_repartition_line_ids | cls.tax.refund_repartition_line_ids:
            is_tax = share.repartition_type == "tax"
            share.write({"tag_ids": [Command.set(cls.tags[is_tax].ids)], "account_id": is_tax and cls.due.id})

    def setUp(self):
        super().setUp()
        self.last_line = self.env["account.move.line"].search([], order="id desc", limit=1).id or 0

    def choose(self, data, units):
        answer = self.till().club_authorise(self.told(data, str(uuid4())), self.unit.id, units)
        self.assertTrue(answer.get("code"), answer.get("refused"))
        return answer

    def lower(self, data, code, net, **values):
        """The lines that the register makes of the coupon."""
        return self.put_on(data, code, price_unit=-net, tax_ids=[Command.set(self.tax.ids)], **values)

    def sold(self, units=2100, net=17.3554, **values):
        """A paid coffee, 21.00 of it in Beans."""
        data = self.order_for()
        data.update(values)
        answer = self.choose(data, units)
        self.lower(data, answer["code"], net)
        self.add_rest(data)
        return self.sync(data), self.pick_of(answer["code"])

    def booked(self):
        lines = self.env["account.move.line"].search(
            [("id", ">", self.last_line), ("parent_state", "=", "posted"), ("company_id", "=", self.company.id)]
        )

        def tagged_with(tag):
            return round(-sum(lines.filtered(lambda line: tag in line.tax_tag_ids).mapped("balance")), 2)

        account = self.company.club_discount_account_id
        points = round(sum(lines.filtered(lambda line: line.account_id == account).mapped("balance")), 2)
        return tagged_with(self.tags[0]), tagged_with(self.tags[1]), points

    def close(self):
        session = self.register.current_session_id
        session.post_closing_cash_details(session.get_closing_control_data()["default_cash_details"]["amount"])
        session.close_session_from_ui()
        self.assertEqual(session.state, "closed")

    def test_tax_is_due_on_what_is_left_and_the_money_earns(self):
        order, pick = self.sold()
        self.assertAlmostEqual(order.amount_total, 100.0, 2)
        self.assertAlmostEqual(order.amount_tax, 17.36, 2)
        self.assertEqual((pick.state, pick.amount), ("captured", 2100))
        self.assertBalance(2487 - 2100 + 82)
        self.close()
        self.assertEqual(self.booked(), (82.64, 17.36, 17.36))

    def test_invoice_says_the_same(self):
        order, _pick = self.sold(to_invoice=True)
        invoice = order.account_move
        self.assertAlmostEqual(invoice.amount_total, 100.0, 2)
        self.assertAlmostEqual(invoice.amount_tax, 17.36, 2)
        self.close()
        self.assertEqual(self.booked(), (82.64, 17.36, 17.36))

    def test_accruing_club_is_right_before_and_after_the_closing(self):
        self.club.points_accounting = "accrue"
        accruals = self.env["club.accrual"].sudo()
        accruals._book(self.company)
        self.sold()
        causes = {line.cause: line.money for line in accruals._book(self.company).line_ids}
        self.assertEqual(causes, {"used": -21.0, "earned": 0.82, "difference": -3.64})
        self.close()
        self.assertFalse(accruals._book(self.company))

    def test_more_than_was_promised_is_refused(self):
        data = self.order_for()
        answer = self.choose(data, 1000)
        self.lower(data, answer["code"], 17.3554)
        self.add_rest(data)
        self.assertRefused(data, "were promised in points")
        self.assertBalance(2487)

    def test_coupon_is_worth_nothing_in_another_order(self):
        answer = self.choose(self.order_for(), 2100)
        other = self.order_for()
        self.lower(other, answer["code"], 17.3554)
        self.add_rest(other)
        self.assertRefused(other, "another order")

    def test_order_that_became_smaller_takes_fewer_points(self):
        data = self.order_for()
        answer = self.choose(data, 2100)
        self.lower(data, answer["code"], 10.0)  # 12.10 with tax
        self.add_rest(data)
        self.sync(data)
        self.assertEqual(self.pick_of(answer["code"]).amount, 1210)

    def test_another_choice_replaces_the_first(self):
        data = self.order_for()
        first, second = self.choose(data, 2100), self.choose(data, 1000)
        self.assertEqual(self.pick_of(first["code"]).state, "released")
        self.assertEqual(self.pick_of(second["code"]).state, "held")

    def test_half_refunded_brings_half_of_the_points_and_of_the_tax_back(self):
        order, pick = self.sold()
        lines = [
            (line.product_id, -line.qty / 2, {
                "price_unit": line.price_unit, "refunded_orderline_id": line.id, "tax_ids": [Command.set(self.tax.ids)],
                "is_reward_line": line.is_reward_line, "reward_id": line.reward_id.id,
                "coupon_id": line.coupon_id.id, "reward_identifier_code": line.reward_identifier_code,
            })
            for line in order.lines
        ]  # fmt: skip
        data = self.ring_up(lines)
        self.add_rest(data)
        self.sync(data)
        self.assertEqual(pick._returned(), 1050)
        self.close()
        self.assertEqual(self.booked(), (41.32, 8.68, 8.68))
        self.assertCoherent()

    def test_without_the_add_on_no_coupon_is_worth_anything(self):
        card = self.pick_of(self.choose(self.order_for(), 2100)["code"]).card_id
        self.assertEqual(card.points, 2100)
        self.env["loyalty.program"]._club_retire()
        self.assertEqual((card.points, card.active, card.program_id.active), (0, False, False))
