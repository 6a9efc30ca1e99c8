from odoo.fields import Command
from odoo.tests import tagged

from .common_till import AdasRegister


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourVoucher(AdasRegister):
    """Ada's voucher is scanned at the register."""

    def test_voucher_is_scanned_used_and_refused_the_second_time(self):
        reward = self.env["loyalty.program"].create({
            "name": "Ten percent",
            "program_type": "coupons",
            "applies_on": "current",
            "trigger": "with_code",
            "rule_ids": [Command.clear()],
            "reward_ids": [Command.create({"reward_type": "discount", "discount": 10})],
            "communication_plan_ids": [Command.clear()],
            "company_id": self.club.company_ids.id,
            "club_id": self.club.id,
            "club_price": 80,
        })  # fmt: skip
        voucher = self.env["club.voucher"].sudo()._buy(self.member, reward, "tour")
        voucher.card_id.code = "044CLUBTENPERCENT"
        self.start_pos_tour("ClubPosScansAVoucher")
        [order] = self.orders()
        self.assertEqual(order.amount_total, 18.0)
        voucher.invalidate_recordset()
        self.assertEqual(voucher.state, "used")
        self.assertEqual(voucher.card_id.points, 0)
        # What was bought with points is no money: the order earns on the rest.
        self.assertEqual(self.balance(), 487 - 80 + 18)
