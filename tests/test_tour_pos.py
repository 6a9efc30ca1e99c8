from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_till import AdasRegister


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourPos(AdasRegister):
    """A cashier and a customer with 487 Beans, in a browser."""

    def test_customer_pays_partly_in_points_and_gets_the_receipt(self):
        self.start_pos_tour("ClubPosPayPartlyInPoints")
        [order] = self.orders()
        self.assertEqual(sorted(order.payment_ids.mapped("amount")), [1.0, 59.0])
        self.assertEqual(self.balance(), 487 - 100 + 59)
        self.assertEqual(self.member.hold_ids.mapped("state"), ["captured"])

    def test_reversed_points_are_free_again(self):
        self.start_pos_tour("ClubPosReversePoints")
        self.assertEqual(self.balance(), 487)
        self.assertEqual(self.member.hold_ids.mapped("state"), ["released", "released"])

    def test_points_reversed_offline_are_free_once_the_register_is_back(self):
        self.start_pos_tour("ClubPosReverseOffline")
        self.assertEqual(self.balance(), 487)
        self.assertEqual(self.member.hold_ids.mapped("state"), ["released"])

    def test_cashiers_day(self):
        """Open, ring up, ask who it is, take points, give a part of it back as points and not as cash, close."""
        self.ada.phone = "+32 470 12 34 56"
        with mute_logger("odoo.http"):  # the refusal on the way is what the tour wants to see
            self.start_pos_tour("ClubPosCashiersDay")
        refund = self.orders()[-1]
        self.assertEqual(sorted(refund.payment_ids.mapped("amount")), [-19.67, -0.33])
        # 59 earned less a third of it, rounded down on what is left.
        self.assertEqual(self.balance(), 487 - 100 + 59 + 33 - 20)
        session = refund.session_id
        self.assertEqual(session.state, "closed")
        self.assertEqual(session.cash_register_difference, 0)
        tender = session._get_related_account_moves().line_ids.filtered(
            lambda line: line.account_id == self.main_pos_config.company_id.club_discount_account_id
        )
        self.assertAlmostEqual(sum(tender.mapped("balance")), 0.67)

    def test_points_are_refused_offline_and_the_sale_goes_on(self):
        self.start_pos_tour("ClubPosOfflineRefusesPoints")
        self.assertFalse(self.member.hold_ids)
        self.assertEqual(self.balance(), 487)

    def test_points_lower_the_price_and_the_tax_on_the_receipt(self):
        self.club.points_tax = "reduction"
        tax = self.env["account.tax"].create(
            {"name": "21 %", "amount": 21, "type_tax_use": "sale", "price_include_override": "tax_included"}
        )
        self.env["product.product"].create(
            {
                "name": "Club Machine",
                "lst_price": 121.0,
                "available_in_pos": True,
                "taxes_id": [Command.set(tax.ids)],
            }
        )
        self.start_pos_tour("ClubPosPointsLowerThePrice")
        [order] = self.orders()
        self.assertEqual((order.amount_total, round(order.amount_tax, 2)), (118.5, 20.57))
        self.assertEqual(order.payment_ids.mapped("amount"), [118.5])
        self.assertEqual(self.member.hold_ids.mapped("state"), ["captured"])
        self.assertEqual(self.balance(), 487 - 250 + 97)
