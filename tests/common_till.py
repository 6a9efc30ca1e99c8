"""A register in a browser, and Ada, who has 487 Beans."""

from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon
from odoo.fields import Command


class AdasRegister(TestPointOfSaleHttpCommon):
    """Club "Beans" with bands 20.00 → 50, 50.00 → 100, 100.00 → 250; a cake costs 20.00 without tax."""

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
        paid = [("partner_id", "=", self.ada.id), ("state", "in", ("paid", "done"))]
        return self.env["pos.order"].search(paid, order="id")
