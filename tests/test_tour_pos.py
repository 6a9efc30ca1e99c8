from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourPos(TestPointOfSaleHttpCommon):
    """A cashier and a customer with 487 Beans, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("loyalty_club.loyalty_club_group_manager")
        company = cls.main_pos_config.company_id
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
        cls.env["club.condition"].create(
            [
                {"club_id": cls.club.id, "minimum_total": minimum, "maximum": maximum}
                for minimum, maximum in ((20, 50), (50, 100), (100, 250))
            ]
        )
        cls.program = cls.env["club.program"].create(
            {"name": "Beans Rewards", "tier_id": cls.club.tier_ids.id, "ratio": 1}
        )
        cls.program.action_go_live()
        cls.outlet = cls.env["club.outlet"].create(
            {
                "club_id": cls.club.id,
                "company_id": company.id,
                "name": "High Street",
                "pos_config_ids": [Command.set(cls.main_pos_config.ids)],
            }
        )
        cls.club.action_switch_on()
        cls.env["product.product"].create(
            {"name": "Club Cake", "lst_price": 20.0, "available_in_pos": True, "taxes_id": False}
        )
        cls.ada = cls.env["res.partner"].create({"name": "Ada Club"})
        cls.member = cls.env["club.member"].enrol(cls.ada.id, cls.club.id)
        cls.member.adjust(cls.unit.id, 487, "Opening", counts_lifetime=False)

    def balance(self):
        self.env.invalidate_all()
        self.assertEqual(self.club.prove(), [])
        return sum(self.member.account_ids.mapped("balance"))

    def orders(self):
        return self.env["pos.order"].search([("partner_id", "=", self.ada.id), ("state", "=", "paid")], order="id")

    def test_customer_pays_partly_in_points_and_gets_the_receipt(self):
        self.start_pos_tour("ClubPosPayPartlyInPoints")
        [order] = self.orders()
        self.assertEqual(sorted(order.payment_ids.mapped("amount")), [1.0, 59.0])
        self.assertEqual(self.balance(), 487 - 100 + 59)
        self.assertEqual(self.member.hold_ids.mapped("state"), ["captured"])

    def test_reversed_points_are_free_again(self):
        self.start_pos_tour("ClubPosReversePoints")
        self.assertEqual(self.balance(), 487)
        self.assertEqual(self.member.hold_ids.mapped("state"), ["released"])

    def test_refund_gives_the_points_back_and_not_cash_for_them(self):
        with mute_logger("odoo.http"):  # the refusal on the way is what the tour wants to see
            self.start_pos_tour("ClubPosRefundPoints")
        refund = self.orders()[-1]
        self.assertEqual(sorted(refund.payment_ids.mapped("amount")), [-19.67, -0.33])
        # 59 earned less a third of it, rounded down on what is left.
        self.assertEqual(self.balance(), 487 - 100 + 59 + 33 - 20)

    def test_points_are_refused_offline_and_the_sale_goes_on(self):
        self.start_pos_tour("ClubPosOfflineRefusesPoints")
        self.assertFalse(self.member.hold_ids)
        self.assertEqual(self.balance(), 487)
