from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon
from odoo.fields import Command
from odoo.tests import tagged

from .common_reserved import ReservedCommon


class RegisterClub(ReservedCommon, TestPointOfSaleHttpCommon):
    """A register in a browser; Ada Club is Silver with 487 Beans, Bob Club is nobody's member."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("loyalty_club.loyalty_club_group_manager")
        cls.env["loyalty.program"].search([]).active = False
        company = cls.company = cls.main_pos_config.company_id
        cls.club = cls.env["club.club"].create(
            {
                "name": "Beans",
                "company_ids": [Command.set(company.ids)],
                "currency_id": company.currency_id.id,
                "tz": "UTC",
                "is_redeem_allowed": True,
            }
        )
        cls.unit = cls.club.unit_ids
        cls.unit.write({"name": "Bean", "name_plural": "Beans", "short_name": "B"})
        cls.silver = cls.env["club.tier"].create({"club_id": cls.club.id, "name": "Silver", "threshold": 400})
        program = {"name": "Beans Rewards", "tier_id": cls.club.tier_ids[0].id, "ratio": 1}
        cls.env["club.program"].create(program).action_go_live()
        cls.outlet = cls.env["club.outlet"].create(
            {
                "club_id": cls.club.id,
                "company_id": company.id,
                "name": "High Street",
                "pos_config_ids": [Command.set(cls.main_pos_config.ids)],
            }
        )
        cls.club.action_switch_on()
        cls.cake = cls.env["product.product"].create(
            {"name": "Club Cake", "lst_price": 20.0, "available_in_pos": True, "taxes_id": False}
        )
        cls.ada, cls.bob = cls.env["res.partner"].create([{"name": "Ada Club"}, {"name": "Bob Club"}])
        cls.member = cls.env["club.member"].enrol(cls.ada.id, cls.club.id)
        cls.member.adjust(cls.unit.id, 487, "Opening")
        cls.env.flush_all()

    def orders(self):
        self.env.invalidate_all()
        return self.env["pos.order"].search([("config_id", "=", self.main_pos_config.id)], order="id")


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourReserved(RegisterClub):
    """10 % for members from Silver on, at the register."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.promotion(tier=cls.silver)
        cls.promotion("Silver code", 20, tier=cls.silver, code="SILVER20")

    def test_promotion_comes_and_goes_with_the_customer(self):
        self.start_pos_tour("ClubPosReservedPromotion")
        self.assertEqual(self.orders().mapped("amount_total"), [54.0])

    def test_tier_lost_while_the_order_is_open_is_said_before_the_money_is_taken(self):
        self.start_pos_tour("ClubPosReservedPromotionLost", login="pos_admin")
        self.assertNotIn("paid", self.orders().mapped("state"))
