from odoo.fields import Command
from odoo.tests import tagged

from .test_tour_pos import TestTourPos as RegisterOfAda


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourCreditPos(RegisterOfAda):
    """Points become store credit in the register's dialog, pay the order at hand, and come back with a refund."""

    def test_points_become_store_credit_and_pay_at_once(self):
        self.env["loyalty.program"].search([]).active = False
        self.unit.write({"is_credit_allowed": True, "credit_rate": 0.02})
        self.env["loyalty.program"].create({
            "name": "Three back",
            "program_type": "coupons",
            "applies_on": "current",
            "trigger": "with_code",
            "rule_ids": [Command.clear()],
            "reward_ids": [Command.create({"reward_type": "discount", "discount": 10})],
            "communication_plan_ids": [Command.clear()],
            "company_id": self.club.company_ids.id,
            "club_id": self.club.id,
            "club_price": 100,
            "club_credit": 3.0,
        })  # fmt: skip
        self.start_pos_tour("ClubPosStoreCredit")
        self.assertEqual(self.orders().mapped("amount_total"), [13.0, 18.0, -18.0])
        self.assertEqual(self.balance(), 487 - 200 - 100 + 13 - 100)
        wallet = self.club.credit_program_id
        self.assertEqual(wallet.coupon_ids.mapped("points"), [2.0])
        self.assertEqual(self.member._club_credit_left(wallet), 2.0)
        uses = self.member.credit_ids.filtered(lambda credit: credit.kind == "use")
        self.assertEqual(sorted(uses.mapped("money")), [-7.0, -2.0])
