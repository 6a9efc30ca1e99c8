from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import format_date

from .common_pos import TenderCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestReceipt(RewardCommon, TenderCommon):
    """What the receipt of a known customer says: Ada has 487 Beans, a free coffee costs 600."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.free_coffee = cls.reward(
            "Free coffee", 600, {"reward_type": "product", "reward_product_id": cls.coffee.id}
        )

    def text(self, order):
        order.invalidate_recordset(["club_receipt"])
        return order.club_receipt["text"]

    def stamps(self, price=10, **card):
        stamp = self.env["club.unit"].create(
            {"club_id": self.club.id, "name": "Stamp", "name_plural": "Stamps", "short_name": "S", "kind": "stamps"}
        )
        self.reward("Tenth cake", price, club_unit_id=stamp.id, **card)
        return stamp

    def test_balance_after_the_sale_what_it_earned_the_next_reward_and_the_tier(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual(
            self.text(order),
            ["Ada · Member", "Cumulative Beans: 587 (+100)", "Free coffee at 600: 13 to go"],
        )
        self.assertBalance(587)

    def test_reward_in_reach_says_so_and_one_further_away_comes_before_it(self):
        order = self.sell([(self.coffee, 2)], self.ada)
        self.assertIn("Free coffee at 600: yours to redeem", self.text(order))
        self.reward("Free cup", 1000)
        self.reward("Free moon", 90000)
        self.assertIn("Free cup at 1,000: 313 to go", self.text(order))

    def test_reward_that_this_customer_cannot_have_is_not_named(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        today, elsewhere = self.club._today(), self.outlet.copy({"name": "Airport"})
        cases = {
            "over": {"date_from": today - timedelta(days=9), "date_to": today - timedelta(days=1)},
            "not yet": {"date_from": today + timedelta(days=1), "date_to": today + timedelta(days=9)},
            "tier": {"club_tier_id": self.gold.id},
            "elsewhere": {"club_outlet_ids": [Command.set(elsewhere.ids)]},
            "not for sale": {"club_price": 0},
            "archived": {"active": False},
            "in orders, but not at registers": {"club_offer": "order", "pos_ok": False},
        }
        for case, values in cases.items():
            with self.subTest(case=case), self.cr.savepoint() as savepoint:
                self.free_coffee.write(values)
                self.assertEqual(len(self.text(order)), 2)
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()

    def test_reward_that_is_had_in_orders_alone_is_named_too(self):
        self.free_coffee.club_offer = "order"
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual(self.text(order)[-1], "Free coffee at 600: 13 to go")

    def test_reward_that_is_taken_or_was_had_is_not_named(self):
        self.member().adjust(self.unit.id, 700, "Gift", counts_lifetime=False)
        self.free_coffee.club_limit_member = 1
        self.env["club.voucher"].sudo()._buy(self.member(), self.free_coffee, "one")
        order = self.sell([(self.cake, 1)], self.ada)
        self.assertEqual(self.text(order), ["Ada · Member", "Cumulative Beans: 597 (+10)"])
        self.free_coffee.write({"club_limit_member": 0, "club_limit_total": 2})
        self.assertEqual(self.text(order)[-1], "Free coffee at 600: 3 to go")
        self.free_coffee.club_limit_total = 1
        self.assertEqual(len(self.text(order)), 2)

    def test_each_line_is_switched_on_the_club(self):
        self.stamps()
        order = self.sell_for_points([(self.cake, 5)], 100)
        whole = [
            "Ada · Member", "Cumulative Beans: 436 (+49, −100 used)", "Free coffee at 600: 164 to go",
        ]  # fmt: skip
        self.assertEqual(self.text(order), whole)
        less = {
            "is_receipt_balance": [whole[0], "+49 Beans", "−100 Beans", whole[2]],
            "is_receipt_earned": [whole[0], "Cumulative Beans: 436", whole[2]],
            "is_receipt_reward": whole[:2],
            "is_receipt_tier": whole[1:],
        }
        for name, expected in less.items():
            with self.subTest(switched_off=name):
                self.club[name] = False
                self.assertEqual(self.text(order), expected)
                self.club[name] = True
        self.club.write(dict.fromkeys([*less, "is_receipt_stamps"], False))
        self.assertEqual(self.text(order), [])

    def stamp_cakes(self, **card):
        """A stamp a cake, ten for the "Tenth cake"."""
        stamp = self.stamps(**card)
        program = self.env["club.program"].create(
            {"name": "Stamp a cake", "tier_id": self.tier.id, "unit_id": stamp.id, "ratio": 1}
        )
        program.action_go_live()
        self.env.flush_all()
        self.cr.execute("UPDATE club_program SET live_from = %s WHERE id = %s", (self.club.on_since, program.id))
        self.env.invalidate_all()
        return stamp

    def test_stamps_are_a_card_and_how_full_it_is(self):
        self.stamp_cakes()
        order = self.sell([(self.cake, 7)], self.ada)
        self.assertEqual(
            self.text(order),
            [
                "Ada · Member",
                "Cumulative Beans: 557 (+70)",
                "Tenth cake: 7 of 10",
                "Free coffee at 600: 43 to go",
            ],
        )
        self.club.is_receipt_stamps = False
        self.assertEqual(len(self.text(order)), 3)

    def test_card_that_waits_says_that_its_reward_can_be_claimed(self):
        self.stamp_cakes()
        order = self.sell([(self.cake, 10)], self.ada)
        self.assertEqual(self.text(order)[2], "Card full: claim your Tenth cake. Next card: 0 of 10")
        order = self.sell([(self.cake, 13)], self.ada)
        self.assertEqual(self.text(order)[2], "2 cards full: claim Tenth cake with each. Next card: 3 of 10")
        self.buy(self.env["loyalty.program"].search([("name", "=", "Tenth cake")]))
        self.assertEqual(self.text(order)[2], "Card full: claim your Tenth cake. Next card: 3 of 10")
        self.club.is_redeem_allowed = False
        self.assertEqual(self.text(order)[2], "Tenth cake: 3 of 10, cards full: 1")

    def test_card_that_is_full_says_which_voucher_came(self):
        self.stamp_cakes(club_is_automatic=True)
        before = self.sell([(self.cake, 9)], self.ada)
        self.assertEqual(self.text(before)[2], "Tenth cake: 9 of 10")
        order = self.sell([(self.cake, 3)], self.ada)
        said = "Card full: a voucher for Tenth cake is yours. Next card: 2 of 10"
        self.assertEqual(self.text(order)[2], said)
        self.assertEqual(self.text(before)[2], "Tenth cake: 2 of 10")
        later = self.sell([(self.cake, 20)], self.ada)
        self.assertEqual(
            self.text(later)[2], "2 cards full: a voucher each for Tenth cake is yours. Next card: 2 of 10"
        )
        for voucher in self.member().voucher_ids:
            self.assertNotIn(voucher.card_id.code, " ".join(self.text(order) + self.text(later)))
        self.assertEqual(self.text(order)[2], said)

    def test_voucher_that_runs_out_names_its_day(self):
        self.stamp_cakes(club_is_automatic=True, club_validity_days=30)
        until = format_date(self.env, self.club._today() + timedelta(days=30))
        for cakes, words in (
            (10, f"Card full: a voucher for Tenth cake is yours, to use by {until}."),
            (20, f"2 cards full: a voucher each for Tenth cake is yours, to use by {until}."),
        ):
            order = self.sell([(self.cake, cakes)], self.ada)
            self.assertEqual(self.text(order)[2], words + " Next card: 0 of 10")

    def test_reprint_says_what_became_of_the_voucher(self):
        self.stamp_cakes(club_is_automatic=True)
        order = self.sell([(self.cake, 10)], self.ada)
        voucher = self.member().voucher_ids
        voucher.card_id.points = 0
        self.assertEqual(
            self.text(order)[2], "Card full: its voucher for Tenth cake was used. Next card: 0 of 10"
        )
        voucher.card_id.write({"points": 1, "expiration_date": self.club._today() - timedelta(days=1)})
        self.assertEqual(
            self.text(order)[2], "Card full: its voucher for Tenth cake has run out. Next card: 0 of 10"
        )
        voucher.card_id.expiration_date = False
        self.refund(order, {self.cake: 1})
        self.assertEqual(voucher.state, "refunded")
        self.assertEqual(self.text(order)[2], "Tenth cake: 9 of 10")

    def test_voucher_of_a_full_card_is_named_in_the_customers_language(self):
        self.stamp_cakes(club_is_automatic=True)
        self.env["res.lang"]._activate_lang("fr_FR")
        card = self.env["loyalty.program"].search([("name", "=", "Tenth cake")])
        card.with_context(lang="fr_FR").name = "Dixième gâteau"
        self.ada.lang = "fr_FR"
        self.assertIn("Dixième gâteau", self.text(self.sell([(self.cake, 10)], self.ada))[2])

    def test_at_most_four_lines_the_least_important_goes(self):
        for number in range(4):
            unit = self.env["club.unit"].create({
                "club_id": self.club.id, "name": "x", "name_plural": f"Kind {number}", "short_name": "x",
            })  # fmt: skip
            self.member().adjust(unit.id, 5, "Gift", counts_lifetime=False)
        text = self.text(self.sell([(self.coffee, 1)], self.ada))
        self.assertEqual(text[0], "Cumulative Beans: 587 (+100)")
        self.assertEqual(len(text), 4)

    def test_sale_that_earns_nothing_still_shows_the_balance(self):
        self.club.excluded_product_ids = self.coffee.product_tmpl_id
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertFalse(order.club_entry_ids)
        self.assertEqual(self.text(order)[1], "Cumulative Beans: 487")

    def test_reprint_after_other_movements_shows_what_there_is_and_names_the_day(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        self.sell([(self.cake, 1)], self.ada)
        today = format_date(self.env, self.club._today())
        self.assertEqual(
            self.text(order),
            ["Ada · Member", f"Beans on {today}: 597 (+100)", "Free coffee at 600: 3 to go"],
        )

    def test_reprint_without_other_movements_says_the_same(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        printed = self.text(order)
        self.assertEqual(self.text(self.env["pos.order"].browse(order.id)), printed)

    def test_refund_says_what_it_took_and_the_sale_what_is_left_of_it(self):
        order = self.sell([(self.cake, 10)], self.ada)
        refund = self.refund(order, {self.cake: 4})
        self.assertEqual(self.text(refund)[1], "Cumulative Beans: 547 (−40)")
        self.assertIn(": 547 (+60)", self.text(order)[1])
        self.assertBalance(547)

    def test_tier_that_the_sale_reached_is_on_its_receipt(self):
        order = self.sell([(self.coffee, 5)], self.ada)
        self.assertEqual(self.text(order)[0], "Ada · Silver")

    def test_invoiced_sale_has_the_same_receipt(self):
        order = self.sell([(self.coffee, 1)], self.ada, to_invoice=True)
        self.assertEqual((order.state, bool(order.account_move)), ("done", True))
        self.assertEqual(self.text(order)[1], "Cumulative Beans: 587 (+100)")

    def test_it_is_in_the_customers_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        french = {"lang": "fr_FR"}
        self.free_coffee.with_context(**french).name = "Café offert"
        self.tier.with_context(**french).name = "Membre"
        self.unit.with_context(**french).name_plural = "Grains"
        self.ada.lang = "fr_FR"
        text = self.text(self.sell([(self.coffee, 1)], self.ada))
        self.assertEqual(text[0], "Ada · Membre")
        self.assertIn("Grains", text[1])
        self.assertIn("Café offert", text[2])
        self.bob.lang = "en_US"
        self.assertEqual(
            self.text(self.sell([(self.coffee, 1)], self.bob))[:2], ["Bob · Member", "Cumulative Beans: 100 (+100)"]
        )

    def test_customer_whom_only_a_kiosks_browser_names_reveals_nothing(self):
        order = self.sell([(self.cake, 1)], source="kiosk")
        order.partner_id = self.ada
        self.env.flush_all()
        order.invalidate_recordset(["club_receipt"])
        self.assertFalse(order.club_receipt)

    def test_many_orders_cost_no_query_more_than_one(self):
        orders = self.env["pos.order"].concat(*(self.sell([(self.cake, 1)], self.ada) for _sale in range(5)))
        costs = []
        for some in (orders[:1], orders):
            self.env.flush_all()
            some.mapped("club_receipt")
            some.invalidate_recordset(["club_receipt"])
            some.lines.mapped("refunded_orderline_id")
            before = self.cr.sql_log_count
            some.mapped("club_receipt")
            costs.append(self.cr.sql_log_count - before)
        self.assertEqual(costs[0], costs[1])
        self.assertLessEqual(costs[1], 1)

    def test_points_that_are_gone_by_now_are_not_on_a_reprint(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        self.member().adjust(self.unit.id, -587, "Correction", counts_lifetime=False)
        today = format_date(self.env, self.club._today())
        self.assertEqual(self.text(order)[1], f"Beans on {today}: 0 (+100)")
