"""Two contacts become one while one of them is paying: nothing is lost, and nothing is spent twice."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ClubCommon
from .common_pos import TenderCommon
from .common_sale import OnlinePayments
from .common_shop import ShopCommon
from .common_voucher import VoucherInCarts
from .common_wallet import WalletOrders
from .test_paid_confirms import LatePayments


class Merging(LatePayments):
    def merge(self, gone, kept):
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"].create({})._merge((gone | kept).ids, kept)
        self.env.invalidate_all()


@tagged("post_install", "-at_install", "loyalty_club")
class TestMergeWallets(Merging, WalletOrders, OnlinePayments, ClubCommon):
    """Ada has 20.00 of store credit from points, of which her order takes all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([("program_type", "!=", "ewallet")]).active = False
        cls.enrol(cls, cls.ada, 487)
        cls.enrol(cls, cls.bob, 100)
        cls.wallet.reward_ids.discount_line_product_id.taxes_id = False

    def setUp(self):
        super().setUp()
        self.convert(200)

    def started(self):
        order = self.order(website_id=self.website.id, team_id=False)
        self.assertEqual(order.amount_total, 80)
        return order, self._pay_online(order, state="pending")

    def in_all_ways(self, check):
        """Ada's contact goes or stays; the other one has a wallet of 5.00, or none.

        :param check: called with what is on the other one's wallet, the contact that goes and the one that stays
        """
        for money in (0, 5):
            for is_kept in (False, True):
                with self.subTest(money=money, is_kept=is_kept), self.env.cr.savepoint() as savepoint:
                    if money:
                        self.top_up(money, self.bob)
                    check(money, *((self.bob, self.ada) if is_kept else (self.ada, self.bob)))
                    savepoint.rollback()
                    self.env.invalidate_all()

    def test_order_that_is_being_paid_has_its_store_credit(self):
        def check(money, gone, kept):
            order, payment = self.started()
            self.merge(gone, kept)
            self.assertWallet(20 + money, 20, kept)
            order._update_programs_and_rewards()
            self.settle(payment)
            self.assertConfirmedFor(order, payment, 80)
            self.assertWallet(money, 0, kept)

        self.in_all_ways(check)

    def test_what_is_promised_stays_kept_from_other_orders(self):
        def check(money, gone, kept):
            order, payment = self.started()
            self.merge(gone, kept)
            other = self.quotation([(self.mug, 10)], kept)
            if money:
                other.applied_coupon_ids |= self.card_of(kept)
                other._apply_program_reward(self.wallet.reward_ids, self.card_of(kept))
            self.assertEqual(other._get_real_points_for_coupon(self.card_of(kept)), 0)
            self.assertEqual(sum(other.order_line.filtered("coupon_id").mapped("points_cost")), money)
            other.action_confirm()
            self.settle(payment)
            self.assertEqual((order.state, other.state), ("sale", "sale"))
            self.assertWallet(0, 0, kept)

        self.in_all_ways(check)

    def test_cart_that_is_not_paid_yet_takes_the_joint_wallet(self):
        def check(money, gone, kept):
            order = self.order(website_id=self.website.id, team_id=False)
            self.merge(gone, kept)
            order._update_programs_and_rewards()
            self.assertEqual(order.amount_total, 80 - money)
            self._pay_online(order)
            self.assertWallet(0, 0, kept)

        self.in_all_ways(check)

    def test_cart_that_is_not_looked_at_takes_what_it_showed_or_more(self):
        def check(money, gone, kept):
            order = self.order(website_id=self.website.id, team_id=False)
            self.merge(gone, kept)
            self.assertEqual(order._club_wallet_obstacle(), "")
            payment = self._pay_online(order)
            self.assertEqual((order.state, payment.amount), ("sale", 80))
            self.assertWallet(20 + money - (100 - order.amount_total), 0, kept)

        self.in_all_ways(check)

    def test_order_of_before_is_cancelled_afterwards(self):
        def check(money, gone, kept):
            order, payment = self.started()
            self.settle(payment)
            self.assertWallet(0, 0)
            self.merge(gone, kept)
            order.with_context(disable_cancel_warning=True)._action_cancel()
            self.assertWallet(20 + money, 20, kept)

        self.in_all_ways(check)

    def test_order_of_before_is_credited_afterwards(self):
        def check(money, gone, kept):
            order, payment = self.started()
            self.settle(payment)
            invoice = self.invoice(order)
            self.merge(gone, kept)
            invoice._reverse_moves().action_post()
            self.assertWallet(20 + money, 20, kept)

        self.in_all_ways(check)

    def test_two_carts_of_both_with_their_wallets(self):
        self.top_up(5, self.bob)
        first = self.started()
        second = self.order(self.bob, website_id=self.website.id, team_id=False)
        second = second, self._pay_online(second, state="pending")
        self.merge(self.ada, self.bob)
        for order, payment in (first, second):
            self.settle(payment)
            self.assertEqual((order.state, order.amount_total), ("sale", payment.amount))
        self.assertWallet(0, 0, self.bob)


@tagged("post_install", "-at_install", "loyalty_club")
class TestMergePoints(Merging, ShopCommon, ClubCommon):
    """Ada pays 20.00 of 100.00 with 400 Beans."""

    def test_cart_that_is_being_paid_has_its_points(self):
        for is_kept in (False, True):
            with self.subTest(is_kept=is_kept), self.env.cr.savepoint() as savepoint:
                gone, kept = (self.bob, self.ada) if is_kept else (self.ada, self.bob)
                self.enrol(self.bob, 100)
                order = self.cart()
                order._club_choose(400)
                payment = self._pay_online(order, state="pending")
                self.merge(gone, kept)
                self.assertPays(order, 80, 20)
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    self.member(kept).adjust(self.unit.id, -101, "Spent elsewhere")
                self.settle(payment)
                self.assertConfirmedFor(order, payment, 80)
                self.assertBalance(100 + 80, kept)
                self.assertCoherent()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_carts_of_both_keep_their_own(self):
        self.enrol(self.bob, 100)
        orders = []
        for partner, points in ((self.ada, 400), (self.bob, 100)):
            order = self.cart(partner=partner)
            order._club_choose(points)
            orders.append((order, self._pay_online(order, state="pending")))
        self.merge(self.ada, self.bob)
        for order, payment in orders:
            self.settle(payment)
            self.assertConfirmedFor(order, payment, payment.amount)
        self.assertBalance(80 + 95, self.bob)
        self.assertCoherent()


@tagged("post_install", "-at_install", "loyalty_club")
class TestMergeVouchers(Merging, VoucherInCarts, ClubCommon):
    def test_cart_that_is_being_paid_has_its_voucher(self):
        order = self.cart(self.voucher)
        payment = self._pay_online(order, state="pending")
        self.merge(self.ada, self.bob)
        order._update_programs_and_rewards()
        self.settle(payment)
        self.assertConfirmedFor(order, payment, 108.9)
        self.assertEqual((self.state(), self.voucher.member_id), ("used", self.member(self.bob)))
        order.with_context(disable_cancel_warning=True)._action_cancel()
        self.assertEqual(self.state(), "owned")
        self.assertEqual(self.apply(self.cart(partner=self.bob)), "")
        self.assertCoherent()


@tagged("post_install", "-at_install", "loyalty_club")
class TestMergeAtTheTill(Merging, TenderCommon):
    """Ada's 487 Beans; 100 of them are promised to her order that the register has saved."""

    def test_saved_order_is_paid_after_the_merge(self):
        for is_kept in (False, True):
            with self.subTest(is_kept=is_kept), self.env.cr.savepoint() as savepoint:
                gone, kept = (self.bob, self.ada) if is_kept else (self.ada, self.bob)
                order = self.ring_up([(self.cake, 5)])
                self.add_points(order, 100)
                draft = self.sync({**order, "state": "draft"})
                self.merge(gone, kept)
                self.assertEqual(draft.partner_id, kept)
                rest = self.ring_up([], kept, uuid=order["uuid"])
                self.add_payment(rest, self.cash, 59.5)
                paid = self.sync({
                    **order, "partner_id": kept.id, "lines": [], "payment_ids": rest["payment_ids"],
                    "access_token": "",
                })  # fmt: skip
                self.assertEqual((paid, paid.state), (draft, "paid"))
                self.assertBalance(487 - 100 + 49, kept)
                self.assertCoherent()
                savepoint.rollback()
                self.env.invalidate_all()
