from odoo.tests import tagged

from .common_pos import TenderCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestPosTenderRefund(TenderCommon):
    """The points-paid part of a refund goes back to the lots it came from, and never leaves as cash."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club.earn_on_redemption = False  # only the points that paid are looked at here

    def give_back(self, order, quantities, points, **values):
        """A refund of ``quantities``: ``points`` of its money back as points, the rest in cash."""
        lines = [
            (
                line.product_id,
                -quantities[line.product_id],
                {"refunded_orderline_id": line.id, "price_unit": line.price_unit},
            )
            for line in order.lines
        ]
        refund = self.ring_up(lines, order.partner_id, is_refund=True, **values)
        if points:
            self.add_payment(refund, self.tender, -points)
        self.add_rest(refund)
        return refund

    def test_refund_of_a_part_and_then_the_rest_gives_back_exactly_what_was_used(self):
        order = self.sell_for_points([(self.cake, 3)], 50)
        self.assertBalance(437)
        for points, balance in ((0.17, 453), (0.16, 470), (0.17, 487)):
            refund = self.sync(self.give_back(order, {self.cake: 1}, points))[-1]
            self.assertEqual(refund.payment_ids._club_tenders().amount, -points)
            self.assertBalance(balance)

    def test_single_pieces_whose_roundings_add_up_beside_the_whole_are_refunded(self):
        """3 × 8.89 with 21 % is 32.27, and three times one piece is 32.28."""
        self.cake.lst_price = 8.89
        order = self.sell_for_points([(self.cake, 3)], 50)
        for points, balance in ((0.17, 453), (0.16, 470), (0.17, 487)):
            self.sync(self.give_back(order, {self.cake: 1}, points))
            self.assertBalance(balance)

    def test_points_go_back_to_the_lots_they_came_from(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        [lot] = self.member().account_ids.lot_ids
        self.assertEqual((lot.amount, lot.left_amount), (487, 387))
        self.sync(self.give_back(order, {self.cake: 5}, 1.0))
        lot.invalidate_recordset()
        self.assertEqual(lot.left_amount, 487)
        self.assertCoherent()

    def test_points_paid_part_in_cash_is_refused_with_the_figure(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        for points in (0, 0.2, 0.8):
            refund = self.give_back(order, {self.cake: 2}, points)
            self.assertRefused(refund, r"give .*0\.40 back as points \(40 Beans\) with Loyalty")

    def test_quote_tells_the_register_what_goes_back(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        lines = [{"line_id": order.lines.id, "amount": 24.2}]
        self.assertEqual(
            self.till().club_quote_return("refund", lines),
            {"money": 0.4, "text": "40 Beans", "member": "Ada"},
        )
        plain = self.sell([(self.cake, 5)], self.ada)
        lines = [{"line_id": plain.lines.id, "amount": 24.2}]
        self.assertEqual(self.till().club_quote_return("refund", lines)["money"], 0)
        self.assertEqual(self.till().club_quote_return("refund", [{"line_id": "x"}])["money"], 0)

    def test_refund_of_more_than_was_sold_is_refused(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        self.assertRefused(self.give_back(order, {self.cake: 6}, 1.0), "came to .*60.50")
        self.sync(self.give_back(order, {self.cake: 4}, 0.8))
        self.assertRefused(self.give_back(order, {self.cake: 2}, 0.2), "of which .*48.40 were refunded before")

    def test_points_without_what_they_paid_for_are_refused(self):
        self.sell_for_points([(self.cake, 5)], 100)
        loose = self.ring_up([(self.cake, -1)])
        self.add_payment(loose, self.tender, -1.0)
        self.add_rest(loose)
        self.assertRefused(loose, "given back only with what they paid for")

    def test_points_for_an_order_paid_in_cash_are_refused(self):
        order = self.sell([(self.cake, 5)], self.ada)
        self.assertRefused(self.give_back(order, {self.cake: 1}, 1.0), "given back only with what they paid for")

    def test_refund_synced_three_times_gives_back_once(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        refund = self.give_back(order, {self.cake: 5}, 1.0)
        for _time in range(3):
            self.sync({key: list(value) if isinstance(value, list) else value for key, value in refund.items()})
        self.assertBalance(487)

    def test_refund_after_the_club_was_switched_off_still_gives_back(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        self.club.action_switch_off()
        self.club.is_redeem_allowed = False
        self.sync(self.give_back(order, {self.cake: 5}, 1.0))
        self.assertBalance(487)

    def test_points_go_back_to_who_paid_whoever_brings_the_goods(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        refund = self.give_back(order, {self.cake: 5}, 1.0)
        refund["partner_id"] = self.bob.id
        self.sync(refund)
        self.assertBalance(487)

    def test_exchange_returns_the_points_and_earns_on_what_is_new(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        line = {"refunded_orderline_id": order.lines.id, "price_unit": order.lines.price_unit}
        exchange = self.ring_up([(self.cake, -5, line), (self.coffee, 1)])
        self.add_rest(exchange)
        self.assertRefused(exchange, "give .*1.00 back as points")
        self.add_payment(exchange, self.tender, -1.0)
        exchange["payment_ids"] = [p for p in exchange["payment_ids"] if p[2]["amount"] == -1.0]
        self.add_rest(exchange)
        self.sync(exchange)
        self.assertBalance(487 + 100)

    def test_refund_made_in_the_back_office_gives_back_too(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        refund = self.env["pos.order"].browse(order.refund()["res_id"])
        pay = self.env["pos.make.payment"].with_context(active_id=refund.id, active_ids=refund.ids)
        pay.create({"payment_method_id": self.tender.id, "amount": -1.0}).check()
        pay.create({"payment_method_id": self.cash.id, "amount": -59.5}).check()
        self.assertEqual(refund.state, "paid")
        self.assertBalance(487)

    def test_kiosk_cannot_forge_a_refund_of_points(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        refund = self.give_back(order, {self.cake: 5}, 1.0, source="kiosk")
        self.assertRefused(refund, "given back only with what they paid for")

    def test_order_paid_twice_in_points_gives_each_part_back(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 60)
        self.add_points(order, 40)
        self.add_rest(order)
        order = self.sync(order)
        self.assertBalance(387)
        self.sync(self.give_back(order, {self.cake: 5}, 1.0))
        self.assertBalance(487)
