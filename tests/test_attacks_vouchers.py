from odoo.tests import tagged

from .common_voucher import VoucherAtTheTill


@tagged("post_install", "-at_install", "loyalty_club")
class TestAttacksVouchers(VoucherAtTheTill):
    """Orders that link to a voucher's line without giving anything back."""

    def forged(self, **values):
        order = self.sync(self.order_with())
        line = order.lines.filtered("is_reward_line")
        data = self.ring_up([(self.cake, 1), (self.cake, 0, {"refunded_orderline_id": line.id})])
        self.add_rest(data)
        self.sync(data | values)
        self.assertEqual((self.card.points, self.state()), (0, "used"))

    def test_line_of_nothing_gives_no_voucher_back(self):
        self.forged()

    def test_kiosk_gives_no_voucher_back(self):
        self.forged(source="kiosk")
