from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClubCommon
from .common_reward import RewardCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourQuotation(RewardCommon, ShopCommon, ClubCommon, HttpCase):
    """A salesperson lets a member pay a part of a quotation with points and use a reward, then confirms it."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The reward and the points alone: no other program of the database counts.
        cls.env["loyalty.program"].search([("is_club_technical", "=", False)]).active = False
        cls.ten = cls.reward()
        cls.dear = cls.reward("Dear", 1000)
        cls.sam = new_test_user(cls.env, "sam_sells", groups="sales_team.group_sale_salesman", password="sam_sells")

    def test_salesperson_chooses_points_and_a_reward_and_confirms(self):
        order = self.quotation([], user_id=self.sam.id)
        order.order_line = [Command.create({"product_id": self.mug.id, "product_uom_qty": 10})]
        with mute_logger("odoo.http"):  # it is refused more than there is
            self.start_tour(f"/odoo/sales/{order.id}", "ClubOfficeQuotation", login="sam_sells")
        self.env.invalidate_all()
        [pick] = order._club_picks().filtered(lambda pick: pick.state == "captured")
        self.assertEqual((order.state, pick.program_id, pick.amount), ("sale", self.ten, 80))
        hold = self.hold_of(order)
        self.assertEqual((hold.state, hold.amount, hold.member_id), ("captured", 200, self.ada_member))
        # 100.00 less ten percent, of which 200 Beans pay 10.00.
        self.assertPays(order, 80.0, 10.0)
        self.assertBalance(400 - 200 - 80)
        order.with_user(self.sam)._action_cancel()
        self.assertBalance(400)
