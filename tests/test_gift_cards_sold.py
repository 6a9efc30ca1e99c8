"""Gift cards and top-ups sold for money on quotations and in the webshop: what was refunded cannot be spent."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import ClubCommon
from .common_sale import OnlinePayments, Rebilled
from .common_wallet import WalletOrders


@tagged("post_install", "-at_install", "loyalty_club")
class TestGiftCardsSold(Rebilled, OnlinePayments, ClubCommon):
    """A card of 50.00 each, beside mugs at 10.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        programs = cls.env["loyalty.program"]
        programs.search([]).active = False
        cls.gifts = programs.browse(programs.create_from_template("gift_card")["res_id"])
        cls.gift = cls.gifts.trigger_product_ids[:1]
        cls.gift.write({"active": True, "lst_price": 50, "taxes_id": False, "invoice_policy": "order"})
        cls.gifts.reward_ids.discount_line_product_id.taxes_id = False
        cls.mug = cls._product("Mug", 10.0, taxes_id=[Command.clear()], type="service")
        cls.env.registry.clear_cache()

    def sold(self, cards=1, mugs=0):
        """A paid order, its invoice and its cards."""
        goods = [(self.gift, cards), (self.mug, mugs)] if mugs else [(self.gift, cards)]
        order = self.quotation(goods)
        order.order_line.tax_ids = False
        order._update_programs_and_rewards()
        self._pay_online(order)
        found = self.gifts.coupon_ids.filtered(lambda card: card.order_id == order)
        self.assertEqual(found.mapped("points"), [50.0] * cards)
        return order, self.invoice(order), found

    def spend(self, card, mugs):
        """The card pays for mugs."""
        order = self.quotation([(self.mug, mugs)], self.bob)
        order.order_line.tax_ids = False
        [(coupon, reward)] = order._try_apply_code(card.code).items()
        order._apply_program_reward(reward, coupon)
        order.action_confirm()
        return order

    def credit(self, invoice, **quantities):
        note = invoice._reverse_moves()
        for line in note.invoice_line_ids if quantities else ():
            line.quantity = quantities["gifts" if line.product_id == self.gift else "mugs"]
        note.action_post()
        return note

    def assertCards(self, cards, *points):
        self.env.invalidate_all()
        self.assertEqual(sorted(cards.mapped("points"), reverse=True), list(points))

    def assertTold(self, order, money, times=1):
        told = [note for note in order.message_ids if "could not be taken back" in (note.body or "")]
        self.assertEqual(len(told), times)
        if times:
            self.assertIn(money, told[0].body)

    def test_credited_card_is_worth_nothing_and_good_again_where_the_note_is_withdrawn(self):
        order, invoice, card = self.sold()
        for _time in range(2):
            note = self.credit(invoice)
            self.assertCards(card, 0)
            order._club_sync_if_member()
            self.assertCards(card, 0)
            [row] = card.history_ids.filtered("used")
            self.assertEqual((row.order_id, row.used), (order.id, 50))
            self.assertIn("already been used", self.quotation([(self.mug, 1)])._try_apply_code(card.code)["error"])
            note.button_draft()
            note.button_cancel()
            self.assertCards(card, 50)
        self.assertTold(order, "", 0)

    def test_card_refunded_by_the_provider_and_credited_afterwards_loses_it_once(self):
        order, invoice, card = self.sold()
        self._refund_online(order.transaction_ids, 50)
        self.assertCards(card, 0)
        self.credit(invoice)
        self.assertCards(card, 0)

    def test_billed_again_it_is_good_again(self):
        _order, invoice, card = self.sold()
        for _time in range(2):
            invoice = self.bill_again(invoice)
            self.assertCards(card, 50)
        self.credit(invoice)
        self.assertCards(card, 0)

    def test_one_of_two_leaves_the_other_and_other_goods_leave_both(self):
        _order, invoice, cards = self.sold(2, mugs=3)
        self.credit(invoice, gifts=0, mugs=3)
        self.assertCards(cards, 50, 50)
        self.credit(invoice, gifts=1, mugs=0)
        self.assertCards(cards, 50, 0)
        self.credit(invoice, gifts=1, mugs=0)
        self.assertCards(cards, 0, 0)

    def test_money_refunded_without_a_note_takes_its_share_until_the_note_says_for_what(self):
        order, invoice, card = self.sold(mugs=5)
        self._refund_online(order.transaction_ids, 50)
        self.assertCards(card, 25)
        self.credit(invoice, gifts=0, mugs=5)
        self.assertCards(card, 50)

    def test_used_value_is_refunded_and_told(self):
        order, invoice, card = self.sold()
        self.spend(card, 3)
        self.assertCards(card, 20)
        self.credit(invoice)
        self.assertCards(card, 0)
        order._club_sync_if_member()
        self.assertTold(order, "30.00")
        self.assertIn("30.00 had been used", card.history_ids.filtered("club_is_taken_back").description)

    def test_card_that_is_used_up_is_told_too(self):
        order, invoice, card = self.sold()
        self.spend(card, 5)
        self.credit(invoice)
        order._club_sync_if_member()
        self.assertCards(card, 0)
        self.assertTold(order, "50.00")

    def test_value_that_comes_back_to_a_refunded_card_is_taken_too(self):
        order, invoice, card = self.sold()
        used = self.spend(card, 3)
        self.credit(invoice)
        used._action_cancel()
        self.assertCards(card, 0)
        self.assertEqual(sum(card.history_ids.filtered("club_is_taken_back").mapped("used")), 50)

    def test_unused_card_is_taken_before_the_one_that_is_in_use(self):
        _order, invoice, cards = self.sold(2)
        self.spend(cards[0], 3)
        self.credit(invoice, gifts=1)
        self.assertEqual(cards.mapped("points"), [20, 0])

    def test_cancelled_after_it_was_credited(self):
        order, invoice, card = self.sold()
        self.credit(invoice)
        order.with_context(disable_cancel_warning=True)._action_cancel()
        self.assertFalse(card.exists())
        order, invoice, card = self.sold()
        self.spend(card, 3)
        self.credit(invoice)
        order.with_context(disable_cancel_warning=True)._action_cancel()
        self.assertCards(card, -30)  # as the host does: 30.00 were used

    def test_places_that_do_not_take_part_do_as_the_host_does(self):
        order, invoice, card = self.sold()
        order.team_id = False
        self.credit(invoice)
        self.assertCards(card, 50)


@tagged("post_install", "-at_install", "loyalty_club")
class TestTopUpsSold(Rebilled, OnlinePayments, WalletOrders, ClubCommon):
    """Ada puts 50.00 on her wallet in the webshop."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([("program_type", "!=", "ewallet")]).active = False
        cls.enrol(cls, cls.ada, 487)
        cls.top = cls._product("Top-up", 50.0, taxes_id=[Command.clear()], type="service")
        cls.wallet.trigger_product_ids = cls.top
        cls.wallet.rule_ids.product_ids = cls.top
        cls.env.registry.clear_cache()

    def sold(self):
        order = self.quotation([(self.top, 1)])
        order.order_line.tax_ids = False
        order._update_programs_and_rewards()
        self._pay_online(order)
        return order, self.invoice(order)

    def test_credited_top_up_leaves_the_wallet(self):
        self.convert(200)
        _order, invoice = self.sold()
        self.assertWallet(70, 20)
        note = invoice._reverse_moves()
        note.action_post()
        self.assertWallet(20, 20)
        note.button_draft()
        self.assertWallet(70, 20)

    def test_used_top_up_takes_nothing_that_points_had_paid_for(self):
        order, invoice = self.sold()
        spent = self.order()
        spent.action_confirm()
        self.assertWallet(0, 0)
        self.convert(200)
        invoice._reverse_moves().action_post()
        self.assertWallet(20, 20)
        self.assertTrue([note for note in order.message_ids if "could not be taken back" in (note.body or "")])
