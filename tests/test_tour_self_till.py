from odoo.tests import tagged

from .common_kiosk_spend import SpendCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourSelfTill(SpendCommon):
    """An order of the kiosk is paid at the register: staff sees whose it is, and may change that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier = cls.env["res.users"].create(
            {
                "name": "Cashier",
                "login": "club_cashier",
                "password": "club_cashier",
                "group_ids": [(6, 0, cls.env.ref("point_of_sale.group_pos_user").ids)],
            }
        )
        cls.register.open_ui()
        cls.register.current_session_id.set_opening_control(0, "")

    def walk(self, tour):
        self.env.flush_all()
        self.start_tour(f"/pos/ui/{self.register.id}", tour, login="club_cashier")
        self.env.invalidate_all()

    def with_reward(self):
        self.choose(rewards=self.ten)
        order = self.place()
        self.assertEqual(order.amount_total, 108.9)
        return order

    def test_paid_with_what_was_chosen_at_the_kiosk(self):
        order = self.with_reward()
        self.walk("ClubPosSelfOrder")
        self.assertEqual((order.state, order.partner_id), ("paid", self.ada))
        self.assertEqual(self.holds().mapped("state"), ["captured"])
        self.assertBalance(487 - 80 + 90)
        self.assertCoherent()

    def test_points_that_were_taken_off_at_the_kiosk_are_used_at_the_register(self):
        self.choose(points=100)
        order = self.place()
        self.walk("ClubPosSelfOrderInPoints")
        self.assertEqual((order.state, order.amount_total), ("paid", 120.0))
        self.assertEqual(self.holds().mapped("state"), ["captured"])
        self.assertCoherent()

    def test_somebody_elses_order_gives_back_what_was_chosen(self):
        order = self.with_reward()
        self.walk("ClubPosSelfOrderOfAnother")
        self.assertEqual((order.state, order.partner_id, order.amount_total), ("paid", self.bob, 121.0))
        self.assertFalse(self.live())
        self.assertBalance(487)
        self.assertBalance(100, self.bob)
        self.assertCoherent()

    def by_phone(self):
        token = self.identify(phone=self.ada.phone, consent=True)["token"]
        order = self.order([(self.coffee, 1)], token)
        self.assertFalse(order.partner_id)
        return order

    def test_number_that_was_typed_shows_whose_order_it_is(self):
        order = self.by_phone()
        self.walk("ClubPosSelfOrderByPhone")
        self.assertEqual((order.state, order.partner_id), ("paid", self.ada))
        self.assertBalance(587)

    def test_customer_who_is_taken_off_earns_nothing(self):
        order = self.by_phone()
        self.walk("ClubPosSelfOrderOfNobody")
        self.assertEqual((order.state, order.partner_id.id), ("paid", False))
        self.assertBalance(487)
