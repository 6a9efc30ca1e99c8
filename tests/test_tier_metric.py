from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ClubCommon
from .common_history import HistoryMerchant


@tagged("post_install", "-at_install", "loyalty_club")
class TestTierMetric(ClubCommon):
    """Tiers by what members spend or by how many orders they pay: chosen on the club, no unit and no balance."""

    def go_by(self, metric, silver, gold):
        self.club.tier_metric = metric
        self.silver.threshold, self.gold.threshold = silver, gold
        self.count()

    def count(self):
        """The job that counts what was bought before the choice."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["club.tier.count"]._cron_count()
        self.env.invalidate_all()

    def buy(self, quantity=1, product=None, partner=None):
        order = self.sell([(product or self.cake, quantity)], partner or self.ada)
        self.env.invalidate_all()
        return order

    def figure(self, partner=None):
        member = self.member(partner)
        return member._tier_figures()[member.id]

    def page(self):
        return self.member()._club_page()

    # ------------------------------------------------------------------ orders
    def test_number_of_orders_in_words_and_as_a_bar(self):
        self.go_by("orders", 2, 4)
        self.enrol()
        self.assertEqual(self.page()["next"]["title"], "2 orders to Silver")
        self.buy()
        following = self.page()["next"]
        self.assertEqual((following["title"], following["percent"]), ("1 order to Silver", 50))
        self.assertEqual(following["text"], "You have made 1 of 2 orders.")
        self.assertEqual(self.member().tier_gap, "1 order to Silver")
        self.buy(7)
        self.assertEqual(self.member().tier_id, self.silver, "exactly two")
        self.assertEqual(self.member().account_ids.unit_id, self.unit, "a count is no balance")
        self.assertEqual(self.member().lifetime, 80, "what was collected is still the total of points")
        move = self.member().move_ids
        self.assertEqual((move.lifetime, move.text), (2, "What you bought came to 2 orders."))
        self.assertEqual(move.source_name, self.latest())
        self.assertCoherent()

    def latest(self):
        return self.env["pos.order"].search([], order="id desc", limit=1).display_name

    def test_order_counts_until_all_of_it_came_back(self):
        self.go_by("orders", 2, 4)
        self.buy()
        order = self.buy(3)
        self.refund(order, {self.cake: 2})
        self.env.invalidate_all()
        self.assertEqual((self.figure(), self.member().tier_id), (2, self.silver))
        self.refund(order, {self.cake: 1})
        self.env.invalidate_all()
        self.assertEqual((self.figure(), self.member().tier_id), (1, self.tier))
        self.assertEqual(self.member().move_ids[0].reason, "refund")
        self.assertCoherent()

    def test_points_move_nobody_then(self):
        self.go_by("orders", 2, 4)
        member = self.enrol()
        member.adjust(self.unit.id, 5000, "A present")
        self.assertEqual(member.tier_id, self.tier)
        self.buy()
        self.sell([(self.cake, 1)])
        self.assertEqual((self.figure(), member.tier_id), (1, self.tier))

    # ------------------------------------------------------------------ spend
    def test_spend_to_the_cent_at_the_edge(self):
        self.go_by("spend", 5000, 20000)
        self.sell([(self.cake, 1, {"price_unit": 49.99})], self.ada)
        self.env.invalidate_all()
        self.assertEqual((self.figure(), self.member().tier_id), (4999, self.tier))
        self.assertIn("0.01", self.page()["next"]["title"])
        self.sell([(self.cake, 1, {"price_unit": 0.01})], self.ada)
        self.env.invalidate_all()
        self.assertEqual((self.figure(), self.member().tier_id), (5000, self.silver))
        following = self.page()["next"]
        action = self.member().action_view_tier_counts()
        counted = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(counted.mapped("amount_text"), [self.club.currency_id.format(own) for own in (0.01, 49.99)])
        self.assertEqual(following["title"], f"{self.club.currency_id.format(150)} to Gold")
        self.assertIn(self.club.currency_id.format(200), following["text"])

    def test_what_points_paid_is_no_spend(self):
        self.go_by("spend", 5000, 20000)
        self.unit.money_value = 0.1
        self.enrol(points=100)
        order, money = self.sell_partly_for_points([(self.cake, 2)], 50)
        real = round(2000 * (order.amount_total - money) / order.amount_total)
        self.assertLess(abs(self.figure() - real), 2)
        self.assertLess(self.figure(), 2000)
        self.assertCoherent()

    def test_refund_takes_its_part_and_again_it_counts(self):
        self.go_by("spend", 20000, 90000)
        order = self.buy(2, self.coffee)
        self.assertEqual((self.figure(), self.member().tier_id), (20000, self.silver))
        self.refund(order, {self.coffee: 1})
        self.env.invalidate_all()
        self.assertEqual((self.figure(), self.member().tier_id), (10000, self.tier))
        self.buy(1, self.coffee)
        self.assertEqual((self.figure(), self.member().tier_id), (20000, self.silver))
        order.club_no_points = True
        self.env.invalidate_all()
        self.assertEqual((self.figure(), self.member().tier_id), (10000, self.tier))

    def test_quotation_and_invoice_count_too(self):
        self.go_by("spend", 20000, 90000)
        sale = self.quotation([(self.coffee, 2)])
        sale.action_confirm()
        self.pay(self.invoice(sale))
        self.env.invalidate_all()
        self.assertEqual((self.figure(), self.member().tier_id), (20000, self.silver))
        sale._club_sync()
        self.assertEqual(self.figure(), 20000, "once, however often it is looked at")

    def test_other_money_counts_in_the_clubs_own(self):
        self.go_by("spend", 9900, 90000)
        yen = self.env["res.currency"].create({"name": "XYN", "symbol": "y", "rounding": 1.0})
        self.env["res.currency.rate"].create(
            {"currency_id": yen.id, "rate": 150.0, "company_id": self.company.id, "name": "2020-01-01"}
        )
        pricelist = self.env["product.pricelist"].create({"name": "Yen", "currency_id": yen.id})
        sale = self.quotation([(self.coffee, 1)], pricelist_id=pricelist.id)
        sale.order_line.price_unit = 15000
        sale.action_confirm()
        self.pay(self.invoice(sale))
        self.env.invalidate_all()
        self.assertEqual((self.figure(), self.member().tier_id), (10000, self.silver))

    # ------------------------------------------------------------------ within a year, merged
    def test_orders_of_the_last_year(self):
        self.go_by("orders", 2, 4)
        self.club.tier_period = "year"
        self.buy()
        self.buy()
        self.assertEqual(self.member().tier_id, self.silver)
        self.assertEqual(self.page()["next"]["text"], "You have made 2 of 4 orders in the last 12 months.")
        with freeze_time(fields.Datetime.now() + timedelta(days=370)):
            self.assertEqual(self.figure(), 0)
            for _night in range(2):
                with self.enter_registry_test_mode(), self.registry.cursor() as cr:
                    api.Environment(cr, SUPERUSER_ID, {})["club.member"]._cron_review_tiers()
            self.env.invalidate_all()
            self.assertEqual(self.member().tier_id, self.silver, "a year after there are days of grace")
            self.assertIn("2 orders by", self.member()._club_page()["review"])
        with freeze_time(fields.Datetime.now() + timedelta(days=440)):
            with self.enter_registry_test_mode(), self.registry.cursor() as cr:
                api.Environment(cr, SUPERUSER_ID, {})["club.member"]._cron_review_tiers()
            self.env.invalidate_all()
            self.assertEqual(self.member().tier_id, self.tier)
            self.assertEqual(
                self.member().move_ids[0].text, "What you bought within the last year came to 0 orders."
            )

    def test_merge_adds(self):
        self.go_by("orders", 3, 5)
        self.buy()
        self.buy(partner=self.bob)
        self.buy(partner=self.bob)
        self.env["club.member"]._merge_partners(self.bob, self.ada)
        self.env.invalidate_all()
        self.assertEqual((self.figure(), self.member().tier_id), (3, self.silver))
        self.assertCoherent()

    # ------------------------------------------------------------------ choosing it
    def test_chosen_later_it_counts_what_was_bought_before_and_takes_nothing(self):
        orders = [self.buy() for _number in range(3)]
        self.refund(orders[0])
        self.enrol(self.bob).adjust(self.unit.id, 1500, "Moved house")
        self.club.tier_metric = "orders"
        self.assertEqual((self.silver.threshold, self.gold.threshold), (500, 1500))
        self.silver.threshold, self.gold.threshold = 2, 4
        self.assertTrue(self.club.is_tier_counting)
        self.count()
        self.assertFalse(self.club.is_tier_counting)
        self.assertEqual((self.figure(), self.member().tier_id), (2, self.silver))
        self.assertEqual(self.member(self.bob).tier_id, self.gold, "nobody moves down")
        self.count()
        self.buy()
        self.assertEqual(self.figure(), 3, "each once")
        self.silver.threshold, self.gold.threshold = 20, 40
        self.club.tier_metric = "points"
        self.assertEqual(self.member().tier_id, self.silver, "30 Beans, of four orders of which one came back")

    def test_killed_in_the_middle_it_goes_on(self):
        for _number in range(5):
            self.buy()
        self.club.tier_metric = "orders"
        counts = type(self.env["club.tier.count"])
        whole, done = counts._count_past, []

        def dying(model, club, ids):
            if len(done) == 2:
                raise KeyboardInterrupt
            whole(model, club, ids)
            done.append(ids)

        with (
            patch("odoo.addons.loyalty_club.models.club_tier_count.BATCH", 1),
            patch.object(counts, "_count_past", dying),
            self.assertRaises(KeyboardInterrupt),
        ):
            self.count()
        self.env.invalidate_all()
        self.assertTrue(self.club.is_tier_counting)
        self.count()
        self.assertEqual(self.figure(), 5)
        self.assertFalse(self.club.is_tier_counting)

    def test_thresholds_keep_their_figures(self):
        self.club.tier_metric = "spend"
        self.assertEqual((self.silver.threshold, self.gold.threshold), (50000, 150000))
        self.silver.threshold = 50050
        with self.assertRaisesRegex(UserError, "Silver starts at a figure with decimals"), self.cr.savepoint():
            self.club.tier_metric = "orders"
        self.silver.threshold = 50000
        self.club.tier_metric = "points"
        self.assertEqual((self.silver.threshold, self.gold.threshold), (500, 1500))

    def test_form_shows_the_thresholds_as_they_will_be(self):
        with Form(self.club) as form:
            form.tier_metric = "orders"
            form.tier_metric = "spend"
            with form.tier_ids.edit(1) as line:
                self.assertEqual((line.name, line.threshold), ("Silver", 50000))
                line.threshold = 35000
        self.assertEqual((self.silver.threshold, self.gold.threshold), (35000, 150000))
        self.club.write({"tier_metric": "orders", "tier_ids": [Command.update(self.silver.id, {"threshold": 3})]})
        self.assertEqual((self.silver.threshold, self.gold.threshold), (3, 1500))

    def test_club_form_says_what_saving_does(self):
        self.enrol()
        with Form(self.club) as form:
            form.tier_metric = "orders"
            self.assertIn("How many orders they pay", form.risk_text)
            self.assertIn("Earlier orders are counted in the background", form.risk_text)
        self.assertEqual(self.club.tier_metric, "orders")

    def test_other_thresholds_are_shown_by_it(self):
        self.go_by("orders", 2, 4)
        for _number in range(3):
            self.buy()
        self.buy(partner=self.bob)
        form = Form(self.silver)
        self.assertEqual(form.threshold_unit, "orders")
        form.threshold = 3
        self.assertIn("By what members have bought: Member 1 (now 1), Silver 1 (now 1), Gold 0", form.simulation_text)
        form.threshold = 1
        self.assertIn("Silver 2 (now 1)", form.simulation_text)

    def test_near_is_told_in_orders(self):
        self.go_by("orders", 3, 5)
        rule = self.env["club.message.rule"].create({
            "club_id": self.club.id, "trigger": "near", "units": 1, "is_on": True, "is_agreed": False,
            "quiet_from": 0, "quiet_to": 0, "cap_count": 0,
        })  # fmt: skip
        self.assertIn("1 order", rule._amount_text())
        since = fields.Datetime.now() - timedelta(hours=1)
        self.buy()
        self.assertFalse(rule._find_near(since, None))
        self.buy()
        rule.searched_at = since
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["club.message.rule"].browse(rule.id)._look()
        self.env.invalidate_all()
        message = self.env["club.message"].search([("rule_id", "=", rule.id)])
        self.assertEqual(message._values({})["missing"], "1 order")

    # ------------------------------------------------------------------ who may, what it costs
    def test_nobody_writes_counts(self):
        self.go_by("orders", 2, 4)
        self.buy()
        row = self.env["club.tier.count"].search([("member_id", "=", self.member().id)])
        with self.assertRaises(AccessError), self.cr.savepoint():
            row.sudo().remaining = 100
        with self.assertRaises(AccessError), self.cr.savepoint():
            row.sudo().unlink()
        with self.assertRaises(UserError), self.cr.savepoint():
            self.club.with_user(self.env.ref("base.user_admin")).is_tier_counting = False

    def test_another_clubs_choice_costs_an_order_nothing(self):
        def queries():
            order = self.ui_order([(self.cake, 1)], [], self.ada)
            order["payment_ids"] = [
                Command.create({"payment_method_id": self.cash.id, "amount": order["amount_total"]})
            ]
            start = self.cr.sql_log_count
            self.sync(order)
            self.env.flush_all()
            return self.cr.sql_log_count - start

        queries()
        before = queries()
        self.env["club.club"].create({"name": "Elsewhere", "tier_metric": "orders"})
        queries()
        self.assertLessEqual(queries(), before)


@tagged("post_install", "-at_install", "loyalty_club")
class TestTierMetricHistory(HistoryMerchant, ClubCommon):
    """Crediting the history counts for tiers by orders and by spend, and the preview knew."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_other_orders()

    def test_history_counts_and_the_preview_knew(self):
        self.club.tier_metric = "orders"
        self.silver.threshold, self.gold.threshold = 2, 4
        for days in (60, 70, 80):
            self.sold_before([(self.cake, 1)], self.ada, days=days)
        self.sold_before([(self.cake, 1)], self.bob)
        job = self.credit()
        after = job.tally["expected"]["after"]
        self.assertEqual((after[str(self.silver.id)], after[str(self.tier.id)]), (1, 1))
        self.env.invalidate_all()
        self.assertEqual((self.member().tier_id, self.member(self.bob).tier_id), (self.silver, self.tier))
        member = self.member()
        self.assertEqual(member._tier_figures()[member.id], 3)
        self.assertCoherent()
