"""One gift card or eWallet of the host's own, two orders that are being paid: its part is one order's alone."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ClubCommon
from .common_shop import ShopCommon
from .test_paid_confirms import LatePayments


class CardsPromised(LatePayments, ShopCommon):
    """A card of 30.00, mugs for 100.00: with it 70.00 are left to pay."""

    KIND = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        programs = cls.env["loyalty.program"]
        programs.search([("is_club_technical", "=", False)]).active = False
        cls.programme = programs.browse(programs.create_from_template(cls.KIND)["res_id"])
        cls.programme.reward_ids.discount_line_product_id.taxes_id = False
        cls.env.registry.clear_cache()

    def setUp(self):
        super().setUp()
        self.gift = self.env["loyalty.card"].create({
            "program_id": self.programme.id,
            "points": 30,
            "partner_id": self.ada.id if self.KIND == "ewallet" else False,
        })  # fmt: skip

    def with_card(self, partner=None, **values):
        order = self.cart(partner=partner, **values)
        order._update_programs_and_rewards()
        order.applied_coupon_ids |= self.gift
        order._apply_program_reward(self.programme.reward_ids[:1], self.gift)
        self.assertAlmostEqual(order.amount_total, 70)
        return order

    def refused_payment(self, order, words="promised to"):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self._pay_online(order)

    def assertCard(self, left):
        self.env.invalidate_all()
        self.assertAlmostEqual(self.gift.points, left)

    def grow_old(self, payment):
        self.env.flush_all()
        late = fields.Datetime.now() - timedelta(hours=25)
        self.env.cr.execute("UPDATE payment_transaction SET create_date = %s WHERE id = %s", (late, payment.id))
        self.env.invalidate_all()

    # ------------------------------------------------------------------ before payment
    def test_second_cart_is_told_before_it_pays_and_the_first_has_it(self):
        first, second = self.with_card(), self.with_card()
        self.assertEqual((first._club_wallet_obstacle(), second._club_wallet_obstacle()), ("", ""))
        payment = self._pay_online(first, state="pending")
        self.assertEqual(first._club_wallet_obstacle(), "")
        self.assertIn(f"promised to {first.name}, which is being paid", second._club_wallet_obstacle())
        self.refused_payment(second)
        with self.assertRaisesRegex(UserError, "promised to"), self.env.cr.savepoint():
            second.action_confirm()
        self.settle(payment)
        self.assertConfirmedFor(first, payment, 70)
        self.assertCard(0)
        self.refused_payment(second, "There are .*0.00 on")

    def test_second_cart_that_is_looked_at_anew_pays_without(self):
        first, second = self.with_card(), self.with_card()
        payment = self._pay_online(first, state="pending")
        second._update_programs_and_rewards()
        self.assertEqual((second.amount_total, second._club_wallet_obstacle()), (100.0, ""))
        self._pay_online(second)
        self.settle(payment)
        self.assertEqual((first.state, second.state), ("sale", "sale"))
        self.assertCard(0)

    def test_failed_payment_frees_it(self):
        first, second = self.with_card(), self.with_card()
        self._pay_online(first, state="pending")._set_canceled()
        self._pay_online(second)
        self.assertEqual(second.state, "sale")
        self.assertCard(0)

    # ------------------------------------------------------------------ money that has come
    def test_money_that_comes_after_the_card_was_used_confirms_the_order_all_the_same(self):
        first, second = self.with_card(), self.with_card()
        late = self._pay_online(first, state="draft")
        self.grow_old(late)
        self._pay_online(second)
        self.assertEqual(second.state, "sale")
        first._update_programs_and_rewards()
        self.assertAlmostEqual(first.amount_total, 100)
        self.settle(late)
        self.assertConfirmedFor(first, late, 70)
        self.assertTrue([note for note in first.message_ids if "30.00 short" in note.body])
        self.assertCard(-30)

    def test_card_that_expires_or_is_archived_while_the_payment_is_on_its_way(self):
        for values in ({"expiration_date": fields.Date.today() - timedelta(days=1)}, {"active": False}):
            with self.subTest(values):
                order = self.with_card()
                payment = self._pay_online(order, state="pending")
                self.gift.write(values)
                order._update_programs_and_rewards()
                self.settle(payment)
                self.assertConfirmedFor(order, payment, 70)
                self.assertCard(0)
                self.gift.write({"expiration_date": False, "active": True, "points": 30})

    def test_programme_that_is_archived_meanwhile(self):
        order = self.with_card()
        payment = self._pay_online(order, state="pending")
        self.programme.active = False
        order._update_programs_and_rewards()
        self.settle(payment)
        self.assertConfirmedFor(order, payment, 70)
        self.assertCard(0)

    def test_card_taken_off_in_another_tab_is_back_with_the_money(self):
        order = self.with_card()
        payment = self._pay_online(order, state="draft")
        order.order_line.filtered("coupon_id").unlink()
        self.settle(payment)
        self.assertConfirmedFor(order, payment, 70)
        self.assertCard(0)

    def test_card_put_on_after_the_payment_was_started_and_used_elsewhere(self):
        order = self.cart()
        payment = self._pay_online(order, state="draft")
        order.applied_coupon_ids |= self.gift
        order._apply_program_reward(self.programme.reward_ids[:1], self.gift)
        self.assertAlmostEqual(order.amount_total, 70)
        self._pay_online(self.with_card())
        self.settle(payment)
        self.assertConfirmedFor(order, payment, 100)
        self.assertCard(0)


@tagged("post_install", "-at_install", "loyalty_club")
class TestGiftCardsPromised(CardsPromised, ClubCommon):
    KIND = "gift_card"

    def test_card_of_two_customers(self):
        first, second = self.with_card(), self.with_card(self.bob)
        self._pay_online(first, state="pending")
        told = second._club_wallet_obstacle()
        self.assertIn("promised to another order", told)
        self.assertNotIn(first.name, told)

    def test_register_is_told_before_it_takes_the_money(self):
        payment = self._pay_online(self.with_card(), state="pending")
        answer = self.env["pos.order"].validate_coupon_programs({str(self.gift.id): -10}, [])
        self.assertFalse(answer["successful"])
        self.assertIn("promised to an order that is being paid", answer["payload"]["message"])
        self.assertEqual(answer["payload"]["updated_points"], {self.gift.id: 0})
        payment._set_canceled()
        self.assertTrue(self.env["pos.order"].validate_coupon_programs({str(self.gift.id): -10}, [])["successful"])

    def test_places_that_do_not_take_part_do_as_the_host_does(self):
        first, second = (self.with_card(website_id=False, team_id=False) for _cart in range(2))
        self._pay_online(first, state="pending")
        self.assertEqual(second._club_wallet_obstacle(), "")


@tagged("post_install", "-at_install", "loyalty_club")
class TestOtherWalletsPromised(CardsPromised, ClubCommon):
    """An eWallet that is no club's store credit."""

    KIND = "ewallet"
