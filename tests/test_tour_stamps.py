from odoo.tests import tagged

from .common_reward import RewardCommon
from .common_till import AdasRegister


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourStamps(RewardCommon, AdasRegister):
    """The tenth stamp at the register: the receipt says that the card is full, the next order has its coffee free."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.main_pos_config.company_id
        stamp = cls.env["club.unit"].create(
            {"club_id": cls.club.id, "name": "Stamp", "name_plural": "Stamps", "short_name": "S", "kind": "stamps"}
        )
        program = {"name": "A stamp an item", "tier_id": cls.club.tier_ids.id, "unit_id": stamp.id, "ratio": 1}
        cls.env["club.program"].create(program).action_go_live()
        coffee = cls.env["product.product"].create(
            {"name": "Club Coffee", "lst_price": 3.0, "available_in_pos": True, "taxes_id": False}
        )
        cls.full_card = cls.reward(
            "A coffee", 10, {"reward_type": "product", "reward_product_id": coffee.id},
            club_unit_id=stamp.id, club_is_automatic=True, club_validity_days=30,
        )  # fmt: skip
        cls.full_card.reward_ids.description = "A coffee for free"
        cls.coffee, cls.stamp = coffee, stamp
        cls.member.adjust(stamp.id, 9, "Her paper card")
        cls.env.flush_all()

    def test_full_card_is_a_free_coffee_in_the_next_order(self):
        self.start_pos_tour("ClubPosFillsAStampCard")
        first, second = self.orders()
        self.assertEqual((first.amount_total, second.amount_total), (20.0, 20.0))
        [free] = second.lines.filtered("is_reward_line")
        self.assertEqual((free.price_subtotal_incl, second.lines.product_id & self.coffee), (-3.0, self.coffee))
        [voucher] = self.member.voucher_ids
        self.assertEqual((voucher.program_id, voucher.state, voucher.card_id.points), (self.full_card, "used", 0))
        # The tenth stamp filled the card; beside a cake, a free coffee brings none and costs the cake nothing.
        [account] = self.member.account_ids.filtered(lambda own: own.unit_id == self.stamp)
        self.assertEqual(account.balance, 1)
        self.assertEqual(self.balance(), 487 + 20 + 20 + 1)  # of both units
