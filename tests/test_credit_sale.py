from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ClubCommon
from .common_credit import CreditCommon
from .common_sale import OnlinePayments


@tagged("post_install", "-at_install", "loyalty_club")
class TestCreditSale(CreditCommon, OnlinePayments, ClubCommon):
    """Store credit on quotations and in the webshop: ten mugs are 100.00 without tax and earn 100 Beans."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit.credit_rate = 0.1
        cls.mug = cls._product("Mug", 10.0, taxes_id=[Command.clear()], type="service")
        cls.env["loyalty.program"].search([("program_type", "!=", "ewallet")]).active = False
        cls.enrol(cls, cls.ada, 487)

    def order(self, money=None, quantity=10, **values):
        """A quotation on which the wallet pays all it can."""
        order = self.env["sale.order"].create({
            "partner_id": self.ada.id,
            "team_id": self.team.id,
            "pricelist_id": self.pricelist.id,
            "order_line": [Command.create({"product_id": self.mug.id, "product_uom_qty": quantity})],
            **values,
        })  # fmt: skip
        order._update_programs_and_rewards()
        self.use_wallet(order)
        return order

    def use_wallet(self, order):
        order._apply_program_reward(self.wallet.reward_ids, self.card_of())
        order._update_programs_and_rewards()

    def paid(self, order):
        """Confirmed, and what is left is paid online."""
        if order.amount_total:
            self._pay_online(order)
        order.state == "sale" or order.action_confirm()
        self.env.invalidate_all()
        return order

    def test_webshop_and_quotation_earn_on_real_money_alone(self):
        self.convert(200)
        shop = {"website_id": self.website.id, "team_id": False}
        order = self.paid(self.order(**shop))
        self.assertEqual(order.amount_total, 80.0)
        self.assertEqual(order.club_points_earned, "+80 Beans")
        self.assertWallet(0, 0)
        self.convert(200)
        order = self.paid(self.order())
        self.assertEqual(order.club_points_earned, "+80 Beans")

    def test_less_than_one_is_offered_in_the_cart_and_pays(self):
        self.unit.credit_rate = 0.008
        self.convert(50)
        cart = self.order(website_id=self.website.id, team_id=False)
        self.assertEqual(cart.amount_total, 99.6)
        cart.order_line.filtered("is_reward_line").unlink()
        self.assertIn(self.wallet.reward_ids, cart._get_claimable_and_showable_rewards().get(self.card_of()))
        self.use_wallet(cart)
        self.paid(cart)
        self.assertWallet(0, 0)

    def test_own_money_earns_and_is_used_last(self):
        self.convert(200)
        self.top_up(30)
        order = self.paid(self.order())
        self.assertEqual(order.amount_total, 50.0)
        self.assertEqual(order.club_points_earned, "+80 Beans")
        self.assertWallet(0, 0)

    def test_wholly_covered_order_earns_on_its_money_alone(self):
        self.convert(400)
        self.top_up(100)
        order = self.paid(self.order())
        self.assertEqual((order.amount_total, order.state), (0, "sale"))
        self.assertEqual(order.club_points_earned, "+60 Beans")
        self.assertWallet(40.0, 0)

    def test_cancelled_order_gives_back_what_it_used_of_each(self):
        self.convert(200)
        self.top_up(30)
        order = self.paid(self.order())
        order._action_cancel()
        self.assertWallet(50.0, 20.0)
        self.assertBalance(287)
        order.action_draft()
        self.use_wallet(order)
        order.action_confirm()
        self.assertWallet(0, 0)

    def test_unconfirmed_cart_takes_nothing(self):
        self.convert(200)
        order = self.order()
        self.assertWallet(20.0, 20.0)
        order._action_cancel()
        self.assertWallet(20.0, 20.0)
        self.assertFalse(self.env["club.credit"].search([("kind", "=", "use")]))

    def test_credit_note_brings_it_back_in_parts_that_add_up(self):
        self.convert(200)
        self.top_up(30)
        order = self.paid(self.order())
        invoice = self.invoice(order)
        self.assertEqual(invoice.amount_total, 50.0)
        credit = invoice._reverse_moves()
        for line in credit.invoice_line_ids:
            line.quantity /= 2
        credit.action_post()
        self.assertWallet(25.0, 10.0)
        self.assertBalance(287 + 40)
        rest = invoice._reverse_moves()
        for line in rest.invoice_line_ids:
            line.quantity /= 2
        rest.action_post()
        self.assertWallet(50.0, 20.0)
        self.assertBalance(287)
        rest.button_draft()
        self.assertWallet(25.0, 10.0)
        self.assertBalance(287 + 40)

    def test_credited_and_then_cancelled_comes_back_once(self):
        self.convert(200)
        order = self.paid(self.order())
        self.invoice(order)._reverse_moves(cancel=True)
        self.assertWallet(20.0, 20.0)
        order.with_context(disable_cancel_warning=True)._action_cancel()
        self.assertWallet(20.0, 20.0)
        self.assertBalance(287)

    def test_refund_of_the_provider_brings_back_the_same_share(self):
        self.convert(200)
        order = self.paid(self.order())
        self._refund_online(order.transaction_ids, 40.0)
        self.assertWallet(10.0, 10.0)
        self.assertBalance(287 + 40)

    def test_two_carts_that_want_the_same_credit(self):
        self.convert(200)
        first, second = self.order(), self.order()
        first.action_confirm()
        with self.assertRaisesRegex(UserError, "There are .*0.00 on the wallet"), self.env.cr.savepoint():
            second.action_confirm()
        self.assertWallet(0, 0)

    def test_credit_turned_back_is_not_on_the_quotation_any_more(self):
        credit = self.convert(200)
        order = self.order()
        self.assertEqual(order.amount_total, 80.0)
        credit.reverse("Changed her mind")
        order._update_programs_and_rewards()
        self.assertEqual(order.amount_total, 100.0)
        self.assertBalance(487)

    def test_company_outside_the_club_takes_no_store_credit(self):
        self.convert(200)
        self.wallet.company_id = False
        other = self.env["res.company"].create({"name": "Elsewhere"})
        order = self.env["sale.order"].create({
            "partner_id": self.ada.id,
            "company_id": other.id,
            "order_line": [Command.create({"product_id": self.mug.id, "product_uom_qty": 1, "tax_ids": False})],
        })  # fmt: skip
        self.assertFalse(self.wallet.filtered_domain(order._get_program_domain()))
        self.assertTrue(self.wallet.filtered_domain(self.order()._get_program_domain()))

    def test_top_up_that_points_pay_is_credit_from_points(self):
        self.unit.money_value = 0.1
        product = self.wallet.rule_ids.product_ids
        product.taxes_id = False
        self.top_up(1)
        order = self.order(order_line=[Command.create({"product_id": product.id, "price_unit": 50.0})])
        order.order_line.filtered("is_reward_line").unlink()
        order._update_programs_and_rewards()
        order._club_choose(200, self.unit)
        self.assertEqual(order.amount_total, 30.0)
        self.paid(order)
        self.assertWallet(51.0, 20.0)
        order._action_cancel()
        self.assertWallet(1.0, 0.0)
