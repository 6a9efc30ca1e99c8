from odoo.fields import Command
from odoo.tests import tagged

from .common import ClubCommon
from .common_sale import OnlinePayments


@tagged("post_install", "-at_install", "loyalty_club")
class TestEarningSale(OnlinePayments, ClubCommon):
    """What orders and invoices earn when the payment completes them, and what credit notes take back."""

    def test_webshop_order_earns_when_its_transaction_is_done(self):
        order = self.quotation([(self.coffee, 1)], website_id=self.website.id)
        self._pay_online(order)
        self.assertEqual(order.state, "sale")
        self.assertBalance(100)
        order.transaction_ids._post_process()
        self.assertBalance(100)

    def test_pending_and_authorized_money_earns_nothing_yet(self):
        order = self.quotation([(self.coffee, 1)], website_id=self.website.id)
        transaction = self._pay_online(order, state="pending")
        self.assertBalance(0)
        self.env.invalidate_all()  # the provider's news come in a request of their own
        transaction._set_done()
        transaction._post_process()
        self.assertBalance(100)

    def test_quotation_earns_when_its_invoice_is_paid(self):
        order = self.quotation([(self.coffee, 2)])
        order.action_confirm()
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["not_paid"])
        invoice = self.invoice(order)
        self.assertBalance(0)
        self.pay(invoice)
        self.assertBalance(200)
        self.assertEqual(order.club_points_earned, "+200 Beans")

    def test_part_payment_earns_nothing_until_the_rest_arrives(self):
        order = self.quotation([(self.coffee, 1)])
        order.action_confirm()
        invoice = self.invoice(order)
        self.pay(invoice, 50)
        self.assertBalance(0)
        self.pay(invoice)
        self.assertBalance(100)

    def test_down_payment_earns_once_on_the_full_lines(self):
        order = self.quotation([(self.coffee, 1)])
        order.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=order.ids)
        wizard.create({"advance_payment_method": "percentage", "amount": 50}).create_invoices()
        deposit = order.invoice_ids
        deposit.action_post()
        self.pay(deposit)
        self.assertBalance(0)
        final = self.invoice(order)
        self.pay(final)
        self.assertBalance(100)

    def test_credit_notes_take_back_cumulatively(self):
        order = self.quotation([(self.cake, 10)])
        order.action_confirm()
        invoice = self.invoice(order)
        self.pay(invoice)
        self.assertBalance(100)
        for expected in (80, 60):
            credit = invoice._reverse_moves()
            credit.invoice_line_ids.quantity = 2
            credit.action_post()
            self.assertBalance(expected)

    def test_credit_note_reset_to_draft_gives_the_points_back(self):
        order = self.quotation([(self.cake, 10)])
        order.action_confirm()
        invoice = self.invoice(order)
        self.pay(invoice)
        credit = invoice._reverse_moves()
        credit.action_post()
        self.assertBalance(0)
        credit.button_draft()
        self.assertBalance(100)
        self.assertEqual(self.member().lifetime, 100)

    def test_provider_refund_takes_back_its_share_and_is_not_added_to_the_credit_note(self):
        order = self.quotation([(self.coffee, 1)], website_id=self.website.id)
        transaction = self._pay_online(order)
        self._refund_online(transaction, order.amount_total / 4)
        self.assertBalance(75)
        invoice = self.invoice(order)
        credit = invoice._reverse_moves()
        credit.invoice_line_ids.price_unit = 25
        credit.action_post()
        self.assertBalance(75)

    def test_cancelled_then_completed_again_earns_once(self):
        order = self.quotation([(self.coffee, 1)], website_id=self.website.id)
        self._pay_online(order)
        self.assertBalance(100)
        order._action_cancel()
        self.assertBalance(0)
        order.action_draft()
        order.action_confirm()
        self.assertBalance(100)

    def test_paying_one_order_leaves_another_alone(self):
        first, second = (self.quotation([(self.coffee, 1)]) for _order in range(2))
        (first | second).action_confirm()
        self.pay(self.invoice(second))
        self.assertEqual(first.club_points_earned, "")
        self.assertEqual(second.club_points_earned, "+100 Beans")
        self.assertBalance(100)

    def test_free_order_earns_nothing_and_says_why(self):
        self.coffee.lst_price = 0
        order = self.quotation([(self.coffee, 1)])
        order.action_confirm()
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["no_real_money"])
        self.assertFalse(self.member())

    def test_order_closed_short_earns_on_what_was_delivered_and_billed(self):
        self.cake.write({"invoice_policy": "delivery", "is_storable": True})
        order = self.quotation([(self.cake, 10)])
        order.action_confirm()
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 6, "picked": True})
        picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=picking.ids).button_validate()
        invoice = self.invoice(order)
        self.pay(invoice)
        self.assertBalance(60)
        credit = invoice._reverse_moves()
        credit.invoice_line_ids.quantity = 3
        credit.action_post()
        self.assertBalance(30)

    def test_reversed_unpaid_invoice_earns_nothing_and_makes_nobody_gold(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.bob.id,
                "team_id": self.team.id,
                "invoice_line_ids": [
                    Command.create({"product_id": self.coffee.id, "quantity": 20, "tax_ids": self.tax.ids})
                ],
            }
        )
        invoice.action_post()
        invoice._reverse_moves(cancel=True)
        self.assertEqual(invoice.payment_state, "reversed")
        invoice._club_sync()
        self.assertFalse(self.member(self.bob))
        self.assertCoherent()

    def test_invoice_without_an_order_earns_when_paid(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.ada.id,
                "team_id": self.team.id,
                "invoice_line_ids": [Command.create({"product_id": self.coffee.id, "tax_ids": self.tax.ids})],
            }
        )
        invoice.action_post()
        self.assertBalance(0)
        self.pay(invoice)
        self.assertBalance(100)
        credit = invoice._reverse_moves(cancel=True)
        self.assertEqual(credit.state, "posted")
        self.assertBalance(0)

    def test_order_settled_at_the_register_earns_there_only(self):
        order = self.quotation([(self.coffee, 1)])
        order.action_confirm()
        line = order.order_line
        sold = self.sell(
            [(self.coffee, 1, {"sale_order_origin_id": order.id, "sale_order_line_id": line.id})], self.ada
        )
        self.assertBalance(100)
        order._club_sync()
        self.assertBalance(100)
        self.assertEqual(sold.club_points_earned, "+100 Beans")
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["settled_elsewhere"])

    def test_sold_gift_card_earns_nothing_and_tips_neither(self):
        program = self.env["loyalty.program"].create(
            {"name": "Gift cards", "program_type": "gift_card", "applies_on": "future", "trigger": "auto"}
        )
        card = self._product("Gift card", 50.0, type="service", taxes_id=False)
        self.env["loyalty.rule"].create({"program_id": program.id, "product_ids": [Command.set(card.ids)]})
        order = self.quotation([(self.coffee, 1), (card, 1)])
        order.order_line[1].tax_ids = False
        order.action_confirm()
        self.pay(self.invoice(order))
        self.assertBalance(100)

    def test_promotion_keeps_or_lowers_the_base_by_the_clubs_choice(self):
        for earn_in_full, expected in ((True, 100), (False, 90)):
            self.club.earn_on_discounted = earn_in_full
            partner = self.env["res.partner"].create({"name": f"Customer {expected}"})
            order = self.quotation([(self.cake, 10)], partner)
            program = self.env["loyalty.program"].create(
                {
                    "name": "10 % off",
                    "program_type": "promotion",
                    "trigger": "auto",
                    "applies_on": "current",
                    "rule_ids": [Command.create({"minimum_qty": 1})],
                    "reward_ids": [
                        Command.create({"reward_type": "discount", "discount": 10, "discount_applicability": "order"})
                    ],
                }
            )
            order._update_programs_and_rewards()
            order._apply_program_reward(program.reward_ids, program.coupon_ids[:1] or self._coupon(program, order))
            order.action_confirm()
            self.pay(self.invoice(order))
            program.active = False
            self.assertBalance(expected, partner)

    def _coupon(self, program, order):
        return self.env["loyalty.card"].create({"program_id": program.id, "points": 10})
