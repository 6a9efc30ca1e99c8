from odoo.tests import tagged

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestGiftCards(ClubCommon):
    """The host's own gift cards, sold for money: what was refunded cannot be spent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        programs = cls.env["loyalty.program"]
        cls.gifts = programs.browse(programs.create_from_template("gift_card")["res_id"])
        cls.gifts.pos_report_print_id = cls.env.ref("loyalty.report_gift_card")
        cls.gift = cls.gifts.trigger_product_ids[:1]
        cls.gift.write({"active": True, "lst_price": 50, "taxes_id": False, "available_in_pos": True})
        cls.env.registry.clear_cache()

    def sell_cards(self, quantity=1, others=()):
        """Gift cards sold at the register, as it reports them afterwards."""
        order = self.sell([(self.gift, quantity), *others], self.ada)
        told = {"points": 50, "program_id": self.gifts.id, "partner_id": False, "line_codes": []}
        order.confirm_coupon_programs({str(-number - 1): dict(told) for number in range(quantity)})
        cards = self.gifts.coupon_ids.filtered(lambda card: card.source_pos_order_id == order)
        self.assertEqual(cards.mapped("points"), [50.0] * quantity)
        return order, cards

    def test_refunded_card_is_worth_nothing(self):
        order, card = self.sell_cards(others=[(self.cake, 1)])
        refund = self.refund(order)
        self.assertEqual(card.points, 0)
        [taken] = card.history_ids.filtered("used")
        self.assertEqual((taken.order_id, taken.used), (refund.id, 50))
        refund._club_void_gift_cards()
        self.assertEqual(card.history_ids.filtered("used"), taken)
        answer = self.register.use_coupon_code(card.code, "2026-01-01 12:00:00", False, False)
        self.assertFalse(answer["successful"])
        self.assertBalance(0)

    def test_other_goods_refunded_leave_the_card(self):
        order, card = self.sell_cards(others=[(self.cake, 1)])
        self.refund(order, {self.cake: 1})
        self.assertEqual(card.points, 50)

    def test_one_of_two_refunded_leaves_the_other(self):
        order, cards = self.sell_cards(2)
        self.refund(order, {self.gift: 1})
        self.assertEqual(sorted(cards.mapped("points")), [0, 50])
        self.refund(order, {self.gift: 1})
        self.assertEqual(cards.mapped("points"), [0, 0])

    def test_spent_card_loses_what_is_left(self):
        order, card = self.sell_cards()
        card.points = 20
        self.refund(order)
        self.assertEqual(card.points, 0)

    def test_card_of_another_order_stays(self):
        order, _card = self.sell_cards()
        _other, kept = self.sell_cards()
        self.refund(order)
        self.assertEqual(kept.points, 50)

    def test_register_that_does_not_take_part_does_as_the_host_does(self):
        self.outlet.pos_config_ids -= self.register
        order, card = self.sell_cards()
        self.refund(order)
        self.assertEqual(card.points, 50)

    def test_credit_note_for_the_registers_invoice_takes_its_share(self):
        order, card = self.sell_cards()
        order.to_invoice = True
        order.action_pos_order_invoice()
        note = order.account_move._reverse_moves()
        note.action_post()
        self.assertEqual(card.points, 0)
        note.button_draft()
        self.assertEqual(card.points, 50)
        self.refund(order)
        self.assertEqual(card.points, 0)

    def test_cancelled_sale_order_takes_its_card_back(self):
        order = self.quotation([(self.gift, 1)])
        order.order_line.tax_ids = False
        order._update_programs_and_rewards()
        order.action_confirm()
        card = self.gifts.coupon_ids.filtered(lambda card: card.order_id == order)
        self.assertEqual(card.points, 50)
        order._action_cancel()
        self.assertFalse(card.exists())
