from odoo.fields import Command
from odoo.tests import tagged

from .common_reward import RewardCommon
from .test_stacking import POINTS, TO_PAY, StackingCommon
from .test_tour_reserved import RegisterClub


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourReceipt(RewardCommon, RegisterClub):
    """The receipt on the screen, on paper again, in the mail and offline; the display beside the register."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reward("Free coffee", 600, {"reward_type": "product", "reward_product_id": cls.cake.id})
        stamp = cls.env["club.unit"].create(
            {"club_id": cls.club.id, "name": "Stamp", "name_plural": "Stamps", "short_name": "S", "kind": "stamps"}
        )
        cls.reward("Stamped cake", 10, club_unit_id=stamp.id)
        tier = cls.club.tier_ids.sorted("threshold")[0]
        program = {"name": "A stamp a cake", "tier_id": tier.id, "unit_id": stamp.id, "ratio": 1}
        cls.env["club.program"].create(program).action_go_live()

    def test_receipt_mail_display_and_reprint_say_what_the_sale_brought(self):
        self.start_pos_tour("ClubPosReceipt")
        [order] = self.orders()
        self.assertEqual(order.club_receipt["text"][1], "Cumulative Beans: 547 (+60)")
        self.member.adjust(self.unit.id, 3, "Gift", counts_lifetime=False)
        self.env.flush_all()
        self.start_pos_tour("ClubPosReprint")

    def test_register_that_is_offline_says_that_points_follow(self):
        self.start_pos_tour("ClubPosReceiptOffline")
        self.assertEqual(self.orders().mapped("state"), ["paid"])

    def test_receipt_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        french = {"lang": "fr_FR"}
        self.silver.with_context(**french).name = "Argent"
        self.unit.with_context(**french).name_plural = "Grains"
        self.club.reward_ids.filtered(lambda own: own.club_price == 600).with_context(**french).name = "Café offert"
        self.bob.write({"name": "Zoé Club", "lang": "fr_FR"})
        self.env["club.member"].enrol(self.bob.id, self.club.id).adjust(self.unit.id, 500, "Gift")
        self.start_pos_tour("ClubPosReceiptFrench")

    def test_display_shows_what_it_is_sent_and_forgets_it(self):
        path = f"/pos_customer_display/{self.main_pos_config.id}/{self.main_pos_config.access_token}"
        self.start_tour(path, "ClubCustomerDisplay", login="pos_user")


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourStacking(StackingCommon, RegisterClub):
    """Tier price, promotion, coupon and points at the register: the figures of the quotation and the webshop."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee, cls.small_cake = cls.env["product.product"].create(
            [
                {"name": name, "lst_price": price, "available_in_pos": True, "taxes_id": [Command.clear()]}
                for name, price in (("Stack Coffee", 100.0), ("Stack Cake", 10.0))
            ]
        )
        # The host's fixture sets a pricelist by hand for everybody: here nobody has one.
        by_hand = [("field_id.name", "=", "specific_property_product_pricelist")]
        cls.env["ir.default"].search(by_hand).unlink()
        cls.main_pos_config.write({"available_pricelist_ids": [Command.clear()], "use_pricelist": False})
        cls.make_offers()

    def test_worked_example_at_the_register(self):
        self.start_pos_tour("ClubPosStacking")
        [order] = self.orders()
        self.assertEqual(order.pricelist_id, self.silver.pricelist_id)
        self.assertAlmostEqual(order.amount_total, TO_PAY + POINTS)
        self.assertEqual(sorted(order.payment_ids.mapped("amount")), [POINTS, TO_PAY])

    def test_price_follows_a_tier_that_changed_after_the_register_was_opened(self):
        self.pos_admin.group_ids |= self.env.ref("loyalty_club.loyalty_club_group_manager")
        self.env["loyalty.program"].search([("name", "=", "Spring")]).active = False
        self.env["club.member"].enrol(self.bob.id, self.club.id)
        self.start_pos_tour("ClubPosTierPrice", login="pos_admin")
