"""Where systems of this kind failed their users: one test a number of ``docs/design/peer-failures.md``."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import ClubCommon
from .common_papers import Invoices
from .common_sale import OnlinePayments


@tagged("post_install", "-at_install", "loyalty_club")
class TestPeersOrders(OnlinePayments, Invoices, ClubCommon):
    """Refunds, retries, and papers of one sale that follow each other."""

    def _sent_again(self, data):
        return dict(data, lines=list(data["lines"]), payment_ids=list(data["payment_ids"]))

    def test_peer_01_a_fifth_refunded_twice_leaves_sixty_and_a_retry_takes_nothing(self):
        order = self.sell([(self.cake, 10)], self.ada)
        line = (self.cake, -2, {"refunded_orderline_id": order.lines.id})
        refunds = [self.ui_order([line], [(self.cash, -24.2)], self.ada, is_refund=True) for _time in range(2)]
        for data, balance in ((refunds[0], 80), (refunds[1], 60), (refunds[1], 60), (refunds[0], 60)):
            self.sync(self._sent_again(data))
            self.assertBalance(balance)

        web = self.quotation([(self.cake, 10)], self.bob, website_id=self.website.id)
        paid = self._pay_online(web)
        for balance in (80, 60):
            refund = self._refund_online(paid, 24.2)
            refund._post_process()
            self.assertBalance(balance, self.bob)

    def test_peer_01_credit_notes_do_as_refunds_do(self):
        invoice = self.invoice_alone([(self.cake, 10)])
        self.pay(invoice)
        for balance in (80, 60):
            credit = invoice._reverse_moves()
            credit.invoice_line_ids.quantity = 2
            credit.action_post()
            self.assertBalance(balance)
        credit.button_draft()
        self.assertBalance(80)
        credit.action_post()
        self.assertBalance(60)

    def test_peer_03_goods_taken_back_in_an_exchange_neither_lower_nor_raise_what_the_new_ones_earn(self):
        sold = self.sell([(self.cake, 6)], self.ada)
        back = (self.cake, -6, {"refunded_orderline_id": sold.lines.id})
        dearer = self.sell([(self.coffee, 1), back], self.ada)[-1:]
        self.assertEqual(self.earned(dearer), 100)
        self.assertBalance(100)
        sold = self.sell([(self.cake, 6)], self.bob)
        back = (self.cake, -6, {"refunded_orderline_id": sold.lines.id})
        cheaper = self.sell([(self.cake, 1), back], self.bob)[-1:]
        self.assertEqual(self.earned(cheaper), 10)
        self.assertBalance(10, self.bob)

    def test_peer_06_cancelled_and_completed_again_is_awarded_once(self):
        web = self.quotation([(self.coffee, 1)], website_id=self.website.id)
        self._pay_online(web)
        billed = self.sale_paid([(self.coffee, 1)], self.bob)
        for order, partner in ((web, self.ada), (billed, self.bob)):
            for _time in range(2):
                order._action_cancel()
                self.assertBalance(0, partner)
                order.action_draft()
                order.action_confirm()
                self.assertBalance(100, partner)
            self.assertEqual(self.member(partner).lifetime, 100)

    def test_peer_10_paying_one_order_leaves_another_alone(self):
        open_web, paid_web = (self.quotation([(self.coffee, 1)], website_id=self.website.id) for _order in range(2))
        self._pay_online(open_web, state="pending")
        self._pay_online(paid_web)
        self.assertEqual((self.earned(open_web), self.earned(paid_web)), (0, 100))
        first, second = (self.invoice_alone([(self.coffee, 1)]) for _invoice in range(2))
        self.pay(second)
        self.assertEqual((self.earned(first), self.earned(second)), (0, 100))
        tab = self.sync(self.ui_order([(self.coffee, 1)], [], self.ada, state="draft", amount_paid=0))
        self.assertEqual(self.earned(self.sell([(self.coffee, 1)], self.ada)), 100)
        self.assertFalse(tab.club_entry_ids)
        self.assertBalance(300)

    def test_peer_11_a_sale_order_imported_into_the_register_is_awarded_once(self):
        order = self.quotation([(self.coffee, 1), (self.cake, 1)])
        lines = [
            (line.product_id, 1, {"sale_order_origin_id": order.id, "sale_order_line_id": line.id})
            for line in order.order_line
        ]
        sold = self.sell(lines, self.ada)
        self.assertEqual(order.state, "sale")
        order._club_sync()
        self.assertEqual((self.earned(sold), self.earned(order)), (110, 0))
        self.assertBalance(110)

    def test_peer_11_an_order_paid_before_and_handed_out_at_the_register_is_awarded_once(self):
        order = self.sale_paid([(self.coffee, 1)])
        origin = {"sale_order_origin_id": order.id}
        deposit = self._product("Down payment", 100.0, type="service")
        self.register.current_session_id.unlink()
        self.register.down_payment_product_id = deposit
        lines = [
            (self.coffee, 1, {**origin, "sale_order_line_id": order.order_line[:1].id}),
            (deposit, -1, origin),
        ]
        self.sell(lines, self.ada)
        order._club_sync()
        self.assertBalance(100)

    def test_peer_12_a_first_time_buyers_order_paid_online_earns(self):
        buyer = self.env["res.partner"].create({"name": "First", "email": "first@example.com"})
        order = self.quotation([(self.coffee, 1)], buyer, website_id=self.website.id)
        self.assertFalse(self.member(buyer))
        self._pay_online(order)
        self.assertEqual(self.earned(order), 100)
        self.assertBalance(100, buyer)

    def test_peer_14_a_price_with_tax_counts_without_it_on_net_and_with_it_on_gross(self):
        tax = self.tax.copy({"name": "Included", "price_include_override": "tax_included"})
        book = self._product("Book", 121.0, taxes_id=[Command.set(tax.ids)], type="service")
        for basis, points in (("net", 100), ("gross", 121)):
            self.club.basis = basis
            order = self.quotation([(book, 1)], website_id=self.website.id)
            order.order_line.tax_ids = tax
            self._pay_online(order)
            invoice = self.invoice_alone([(book, 1)])
            self.pay(invoice)
            for document in (self.sell([(book, 1)], self.ada), order, invoice):
                with self.subTest(basis=basis, document=document._name):
                    self.assertEqual(self.earned(document), points)
        self.assertCoherent()

    def test_peer_22_an_excluded_product_gets_nothing_that_is_for_the_whole_order(self):
        self.club.excluded_product_ids = self.cake.product_tmpl_id
        for vals in ({"kind": "flat", "units": 50}, {"factor": 3}, {"kind": "percent", "percent": 10}):
            self.env["club.bonus"].create({"name": "All", "club_id": self.club.id, **vals})
        order = self.sell([(self.cake, 5)], self.ada)
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["nothing_eligible"])
        mixed = self.sell([(self.cake, 5), (self.coffee, 1)], self.ada)
        [cake, coffee] = mixed.club_entry_ids.data["award"]["lines"]
        self.assertEqual((cake["exact"], cake["flat"]), ("0/1", "0/1"))
        self.assertEqual((coffee["exact"], coffee["flat"]), ("310/1", "50/1"))
        self.assertBalance(360)

    def test_peer_23_contacts_merged_add_their_points_club_by_club(self):
        company = self.env["res.company"].create({"name": "Abroad"})
        abroad = self.env["club.club"].create({"name": "Tea", "company_ids": [Command.set(company.ids)]})
        for partner, points in ((self.ada, 100), (self.bob, 200)):
            self.enrol(partner, points)
            self.env["club.member"].enrol(partner.id, abroad.id).adjust(abroad.unit_ids.id, points // 100, "Opening")
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "dst_partner_id": self.bob.id,
                "partner_ids": [Command.set((self.ada | self.bob).ids)],
                "state": "selection",
            }
        )
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertBalance(300, self.bob)
        member = self.env["club.member"].search([("club_id", "=", abroad.id), ("partner_id", "=", self.bob.id)])
        self.assertEqual(sum(member.account_ids.mapped("balance")), 3)
        self.assertEqual(abroad.prove(), [])

    def test_peer_32_an_order_flagged_no_points_earns_none_and_gives_back_what_it_had(self):
        flagged = self.sale_paid([(self.coffee, 1)], club_no_points=True)
        invoice = self.invoice_alone([(self.coffee, 1)], club_no_points=True)
        self.pay(invoice)
        sold = self.sell([(self.coffee, 1)], self.ada)
        self.assertBalance(100)
        sold.club_no_points = True
        for document in (flagged, invoice, sold):
            self.assertEqual(document.club_explanation, self.env["club.outcome"]._texts()["no_points"])
        self.assertBalance(0)
        sold.club_no_points = False
        self.assertBalance(100)


@tagged("post_install", "-at_install", "loyalty_club")
class TestPeersRewards(OnlinePayments, Invoices, ClubCommon):
    """Reward lines, foreign money and figures that must not grow tails."""

    def _promotion(self):
        reward = {"reward_type": "discount", "discount": 10, "discount_applicability": "order"}
        return self.env["loyalty.program"].create(
            {
                "name": "10 % off",
                "program_type": "promotion",
                "trigger": "auto",
                "applies_on": "current",
                "rule_ids": [Command.create({"minimum_qty": 1})],
                "reward_ids": [Command.create(reward)],
            }
        )

    def _discounted(self, partner):
        """5 cakes of 20.00 with a reward line of −10.00, at the register and as an order."""
        self.cake.write({"lst_price": 20.0, "taxes_id": False})
        program = self._promotion()
        reward = {"price_unit": -10.0, "reward_id": program.reward_ids.id, "is_reward_line": True}
        sold = self.sell([(self.cake, 5), (self._product("Promotion", 0.0, taxes_id=False), 1, reward)], partner)
        order = self.quotation([(self.cake, 5)], partner)
        order.order_line.tax_ids = False
        order._update_programs_and_rewards()
        self.assertFalse(order._apply_program_reward(program.reward_ids, program.coupon_ids[-1:]))
        order.action_confirm()
        self.assertEqual(order.amount_total, 90.0)
        self.pay(self.invoice(order))
        program.active = False
        return sold, order

    def test_peer_15_five_units_and_a_discount_line_are_five_stamps(self):
        names = dict.fromkeys(("name", "name_plural", "short_name"), "stamp")
        stamp = self.env["club.unit"].create({"club_id": self.club.id, "kind": "stamps", **names})
        program = self.env["club.program"].create({"name": "Card", "tier_id": self.tier.id, "unit_id": stamp.id})
        program.action_go_live()
        self.env.flush_all()
        self.env.cr.execute("UPDATE club_program SET live_from = live_from - interval '1 day'")  # an older card
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        for document in self._discounted(self.ada):
            with self.subTest(document=document._name):
                stamps = document.club_entry_ids.filtered(lambda entry: entry.unit_id == stamp)
                self.assertEqual(stamps.amount, 5)
        self.assertCoherent()

    def test_peer_15_a_promotion_lowers_what_an_order_earns_where_the_club_says_so(self):
        for in_full, points, partner in ((True, 100, self.ada), (False, 90, self.bob)):
            self.club.earn_on_discounted = in_full
            for document in self._discounted(partner):
                with self.subTest(document=document._name, in_full=in_full):
                    self.assertEqual(self.earned(document), points)
        self.assertCoherent()

    def _currency(self, name, rounding, rate):
        currency = self.env["res.currency"].create({"name": name, "symbol": name, "rounding": rounding})
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": rate, "company_id": self.company.id, "name": "2020-01-01"}
        )
        return currency

    def _abroad(self, currency, price):
        pricelist = self.env["product.pricelist"].create({"name": currency.name, "currency_id": currency.id})
        order = self.quotation([(self.cake, 1)], pricelist_id=pricelist.id)
        order.order_line.write({"price_unit": price, "tax_ids": False})
        order.action_confirm()
        self.pay(self.invoice(order))
        return order

    def test_peer_16_no_float_leaves_a_tail_and_no_rounding_erases_a_point(self):
        self.env["club.ratio"].create({"unit_id": self.unit.id, "ratio": 0.1, "product_id": self.cake.id})
        self.cake.write({"lst_price": 0.1, "taxes_id": False})
        order = self.sell([(self.cake, 1), (self.cake, 2)], self.ada)
        self.assertEqual([line["exact"] for line in order.club_entry_ids.data["award"]["lines"]], ["1/1", "2/1"])
        self.assertEqual(self.earned(order), 3)
        tens = self._currency("XTN", 10.0, 100.0)
        self.assertEqual(self.earned(self._abroad(tens, 10.0)), 1)  # 10 of them are 0.10
        self.assertBalance(4)

    def test_peer_17_an_order_that_a_card_covers_comes_to_nothing_by_both_ways_to_round_tax(self):
        self.open_session()
        program = self.env["loyalty.program"].create(
            {
                "name": "Gift cards",
                "program_type": "gift_card",
                "applies_on": "future",
                "trigger": "auto",
                "reward_ids": [
                    Command.create({"reward_type": "discount", "discount_mode": "per_point", "discount": 1})
                ],
            }
        )
        self.cake.lst_price = 3.33
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            order = self.quotation([(self.cake, 1), (self.cake, 3), (self.cake, 7)])
            card = self.env["loyalty.card"].create({"program_id": program.id, "points": 100})
            order._try_apply_code(card.code)
            order._apply_program_reward(program.reward_ids, card)
            with self.subTest(method):
                self.assertEqual(order.amount_total, 0.0)
                order.action_confirm()
                self.assertEqual(self.earned(order), 36)  # 11 × 3.33 net: the card was bought with money
        self.assertBalance(72)

    def test_peer_30_orders_and_clubs_in_another_currency_count_at_its_rate(self):
        half = self._currency("XHF", 0.01, 2.0)
        self.assertEqual(self.earned(self._abroad(half, 100.0)), 50)
        self.club.currency_id = half
        self.program.action_revise()
        draft = self.env["club.program"].search([("revision_of_id", "=", self.program.id)])
        draft.outlet_ids = self.outlet
        self.assertIn(self.company.currency_id.format(1), draft.summary)
        draft.action_go_live()
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual(self.earned(order), 100)
        self.assertEqual(order.club_entry_ids.data["award"]["currency_id"], self.company.currency_id.id)
        self.assertBalance(150)
