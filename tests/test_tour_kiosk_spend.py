from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from .common_kiosk import KioskTour
from .common_kiosk_spend import SpendCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourKioskSpend(SpendCommon, KioskTour):
    """A customer spends at a kiosk in portrait: what the screen says is what the order comes to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pastry = cls._product("Pastry", 3.5, taxes_id=[Command.clear()], self_order_available=True)
        cls.put_on_sale(cls.coffee | cls.cake | cls.pastry)

    def walk(self, tour, config=None, **told):
        told.setdefault("pass", self.pass_of())
        return super().walk(tour, config, **told)

    def test_reward_taken_left_and_taken(self):
        order = self.walk("ClubKioskReward")
        self.assertEqual((order.state, order.amount_total, order.partner_id), ("draft", 108.9, self.ada))
        self.pay_by_terminal(order)
        self.assertBalance(487 - 80 + 90)

    def test_free_product_is_added_by_its_tile(self):
        self.reward("Free cake", 100, {"reward_type": "product", "reward_product_id": self.cake.id})
        order = self.walk("ClubKioskFreeCake")
        self.assertEqual((order.amount_total, set(order.lines.product_id.ids) >= {self.cake.id}), (121, True))
        self.pay_by_terminal(order)
        self.assertBalance(487 - 100 + 100)

    def test_points_in_part(self):
        order = self.walk("ClubKioskPointsInPart")
        self.assertEqual((order.state, order.amount_total), ("draft", 118.6))
        self.pay_by_terminal(order)
        self.assertBalance(487 - 240 + 98)

    def test_reward_and_points_touched_at_once(self):
        order = self.walk("ClubKioskTwoAtOnce")
        self.assertEqual(order.amount_total, 106.4)

    def test_points_in_full(self):
        self.env["club.condition"].search([("club_id", "=", self.club.id)]).unlink()
        order = self.walk("ClubKioskPointsInFull")
        self.assertEqual((order.state, order.amount_total), ("paid", 3.5))
        self.assertEqual(order.payment_ids.payment_method_id, self.kiosk._club_tenders())
        self.assertBalance(137)

    # ------------------------------------------------------------------ paid at the counter
    def at_the_counter(self, tour):
        """A cashier of the register that takes the kiosk's orders."""
        self.open_session()
        self.clerk.password = "club_kiosk"
        self.clerk.group_ids |= self.env.ref("point_of_sale.group_pos_manager")
        self.env.flush_all()
        with patch.object(type(self), "browser_size", "1366x768"), patch.object(type(self), "touch_enabled", False):
            self.start_tour(f"/pos/ui/{self.register.id}", tour, login="club_kiosk")
        self.env.invalidate_all()

    def test_points_in_part_paid_at_the_counter(self):
        order = self.walk("ClubKioskPointsInPart")
        self.at_the_counter("ClubPosPaysKiosksOrder")
        self.assertEqual((order.state, order.amount_total), ("paid", 118.6))
        self.assertBalance(487 - 240 + 98)

    def test_reward_paid_at_the_counter(self):
        order = self.walk("ClubKioskReward")
        self.at_the_counter("ClubPosPaysKiosksReward")
        self.assertEqual((order.state, order.amount_total), ("paid", 217.8))
        self.assertBalance(487 - 80 + 180)

    def test_points_taken_off_at_the_counter(self):
        order = self.walk("ClubKioskPointsInPart")
        self.at_the_counter("ClubPosChangesKiosksOrder")
        self.assertEqual((order.state, order.amount_total), ("paid", 242))
        self.assertBalance(487 + 200)

    # ------------------------------------------------------------------ paid at the kiosk
    def test_terminal_charges_what_is_left(self):
        charged = []

        def pay(_method, order):
            charged.append(order.amount_total)
            self.pay_by_terminal(order)
            return True

        def offered(_method, _data, config):
            return [("id", "in", (config.payment_method_ids - self.tender).ids)]

        methods = type(self.env["pos.payment.method"])
        with (
            patch.object(methods, "_payment_request_from_kiosk", pay),
            patch.object(methods, "_load_pos_self_data_domain", offered),
        ):
            order = self.walk("ClubKioskSpendAtTerminal", terminal=1)
        self.assertEqual((charged, order.state, order.amount_total), ([118.5], "paid", 118.5))
        self.assertBalance(487 - 250 + 97)

    def test_voucher_typed(self):
        voucher = self.buy(self.ten)
        order = self.walk("ClubKioskVoucher", voucher=voucher.card_id.code)
        self.assertEqual(order.amount_total, 108.9)
        self.pay_by_terminal(order)
        self.assertEqual(voucher.state, "used")

    def test_pad_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        languages = self.env["res.lang"].search([("code", "in", ("en_US", "fr_FR"))])
        self.kiosk.write({
            "self_ordering_available_language_ids": [Command.set(languages.ids)],
            "self_ordering_default_language_id": languages.filtered(lambda own: own.code == "en_US").id,
        })  # fmt: skip
        self.walk("ClubKioskPadInFrench")

    def test_voucher_scanned(self):
        voucher = self.buy(self.ten)
        order = self.walk("ClubKioskVoucherScanned", voucher=voucher.card_id.code)
        self.assertEqual(order.amount_total, 108.9)
