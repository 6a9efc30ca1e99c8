import itertools

from odoo.fields import Command
from odoo.tests import tagged

from .common_pos import TenderCommon
from .common_reserved import ReservedCommon

# 2 coffees at 100.00 and a cake at 10.00, less 5 % of the tier: 199.50. The promotion takes 10 % of that: 19.95.
# The coupon takes 15.00 off. 200 Beans pay 2.00 of what is left.
GOODS, PROMOTION, COUPON, POINTS = 199.5, 19.95, 15.0, 2.0
TO_PAY = GOODS - PROMOTION - COUPON - POINTS


class StackingCommon(ReservedCommon):
    """The worked example of the documentation: tier price, one promotion, one coupon, points."""

    @classmethod
    def make_offers(cls):
        cls.promotion("Spring", 10)
        cls.coupon = cls.env["loyalty.program"].create({
            "name": "Fifteen off coffee", "program_type": "coupons", "applies_on": "current", "trigger": "with_code",
            "company_id": cls.company.id, "currency_id": cls.company.currency_id.id,
            "rule_ids": [Command.clear()], "communication_plan_ids": [Command.clear()],
            "reward_ids": [Command.create({
                "reward_type": "discount", "discount": 15, "discount_mode": "per_order",
                "discount_applicability": "specific", "discount_product_ids": [Command.set(cls.coffee.ids)],
            })],
        })  # fmt: skip
        cls.card_code = "0441CLUBCOUPON"
        cls.env["loyalty.card"].create({"program_id": cls.coupon.id, "points": 1, "code": cls.card_code})
        item = {"compute_price": "percentage", "percent_price": 5, "applied_on": "3_global"}
        currency = cls.company.currency_id.id
        cls.silver.pricelist_id = cls.env["product.pricelist"].create(
            {"name": "Silver 5 %", "company_id": False, "currency_id": currency, "item_ids": [Command.create(item)]}
        )


@tagged("post_install", "-at_install", "loyalty_club")
class TestStacking(StackingCommon, TenderCommon):
    """The same figures on a quotation and in the webshop, whatever was put on the order first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([("is_club_technical", "=", False)]).active = False
        (cls.coffee | cls.cake).taxes_id = False
        cls.club.condition_ids.unlink()
        cls.make_offers()

    def setUp(self):
        super().setUp()
        self.make(self.silver)

    def order(self, **values):
        return self.env["sale.order"].create({
            "partner_id": self.ada.id, "team_id": self.team.id,
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": quantity})
                for product, quantity in ((self.coffee, 2), (self.cake, 1))
            ],
            **values,
        })  # fmt: skip

    def use_promotion(self, order):
        order._update_programs_and_rewards()
        for card, rewards in order._get_claimable_rewards().items():
            if card.program_id.name == "Spring":
                order._apply_program_reward(rewards[0], card)

    def use_coupon(self, order):
        [(card, rewards)] = order._try_apply_code(self.card_code).items()
        order._apply_program_reward(rewards[0], card)

    def use_points(self, order):
        order._club_choose(200, self.unit)

    def test_worked_example_whatever_came_first(self):
        steps = (self.use_promotion, self.use_coupon, self.use_points)
        for values, chosen in itertools.product(({}, {"website_id": self.website.id}), itertools.permutations(steps)):
            names = [step.__name__ for step in chosen]
            with self.subTest(steps=names, **values), self.cr.savepoint() as savepoint:
                order = self.order(**values)
                self.assertAlmostEqual(order.amount_total, GOODS)
                for step in chosen:
                    step(order)
                self.assertWorked(order)
                order._update_programs_and_rewards()
                self.assertWorked(order)
                savepoint.rollback()
                self.env.invalidate_all()

    def assertWorked(self, order):
        order.invalidate_recordset()
        lines = [(line.reward_id.program_id.program_type, line.price_total) for line in order.order_line[2:]]
        self.assertEqual([kind for kind, _amount in lines], ["promotion", "coupons", "gift_card"])
        for (_kind, found), expected in zip(lines, (PROMOTION, COUPON, POINTS), strict=True):
            self.assertAlmostEqual(found, -expected)
        self.assertAlmostEqual(order.amount_total, TO_PAY)

    def test_places_that_do_not_take_part_keep_the_hosts_order(self):
        self.outlet.is_opted_in = False
        order = self.order(pricelist_id=self.pricelist.id)
        self.use_coupon(order)
        self.use_promotion(order)
        order.invalidate_recordset()
        kinds = [line.reward_id.program_id.program_type for line in order.order_line[2:]]
        self.assertEqual(kinds, ["coupons", "promotion"])
