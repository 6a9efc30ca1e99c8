from collections import Counter
from functools import partial

from odoo.tests import tagged

from ..models.club_refusal import Refusal
from .common_races import RacesCase


@tagged("post_install", "-at_install")
class TestRacesShop(RacesCase):
    """Carts and quotations that want the same points at the same moment."""

    @classmethod
    def setUpClass(cls):
        cls.orders = []
        super().setUpClass()

    @classmethod
    def close_shop(cls):
        cls.cr.rollback()
        cls.env.invalidate_all()
        orders = cls.env["sale.order"].browse(cls.orders)
        cards = orders.club_hold_id.card_id
        program = cards.program_id
        product = program.reward_ids.discount_line_product_id
        orders.unlink()
        cls.cr.execute("UPDATE club_hold SET card_id = NULL WHERE card_id = ANY(%s)", [cards.ids])
        cards.unlink()
        if not program.coupon_ids:
            program.active = False
            program.unlink()
            product.unlink()
        cls.cr.commit()
        super().close_shop()

    def test_two_carts_ask_for_the_last_points_and_one_gets_them(self):
        partner = self.partner("Two carts")
        member = self.enrol(partner, 100)
        orders = [self.quotation([(self.coffee, 1)], partner) for _number in range(2)]
        self.orders.extend(order.id for order in orders)
        self.company._club_points_card().unlink()  # the program behind it is there from the first use on
        self.fresh()

        def choose(order_id, env):
            env["sale.order"].browse(order_id)._club_choose(100)
            return "done"

        results = self.race([partial(choose, order.id) for order in orders])
        found = Counter(type(result) for result in results)
        self.assertEqual(found, Counter({str: 1, Refusal: 1}), results)
        self.assertEqual(sum(bool(order._club_points_money()) for order in orders), 1)
        self.assertEqual(member.hold_ids.filtered(lambda hold: hold.state == "held").mapped("amount"), [100])
        self.assertCoherent()
