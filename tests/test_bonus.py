from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestBonus(ClubCommon):
    """Bonus rules: what they add, when, for whom; in words; and what nobody should be able to enter."""

    def bonus(self, **vals):
        """A rule that has been on for thirty days."""
        bonus = self.env["club.bonus"].create({"name": "Double", "club_id": self.club.id} | vals)
        self.env["club.bonus"].flush_model()
        since = fields.Datetime.now() - timedelta(days=30)
        self.env.cr.execute("UPDATE club_bonus SET live_from = %s WHERE id = %s", (since, bonus.id))
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        return bonus

    def earned(self, lines=None, partner=None, **values):
        order = self.sell(lines or [(self.coffee, 1)], partner or self.ada, **values)
        return sum(order.club_entry_ids.mapped("amount"))

    # ------------------------------------------------------------------ what they add
    def test_multipliers_add_on_the_base_whatever_their_order(self):
        self.bonus(factor=2)
        self.assertEqual(self.earned(), 200)
        self.bonus(name="Again", factor=2, sequence=1)
        self.assertEqual(self.earned(), 300)
        self.assertCoherent()

    def test_percent_is_a_share_of_the_spend_whatever_the_ratio(self):
        self.program.action_revise()
        draft = self.env["club.program"].search([("revision_of_id", "=", self.program.id)])
        draft.ratio = 10
        draft.action_go_live()
        self.bonus(kind="percent", percent=5)
        self.assertEqual(self.earned(), 10 + 5)

    def test_flat_comes_once_an_order(self):
        self.bonus(kind="flat", units=7)
        self.assertEqual(self.earned([(self.coffee, 3), (self.cake, 2)]), 320 + 7)

    def test_tier_multiplies_the_base_but_neither_share_nor_flat(self):
        self.enrol(points=0)
        self.member().sudo().write({"tier_id": self.gold.id})
        self.bonus(kind="percent", percent=5)
        self.bonus(kind="flat", units=7)
        self.assertEqual(self.earned(), 200 + 5 + 7)

    def test_only_matching_lines_get_it(self):
        self.bonus(product_ids=[Command.set(self.coffee.ids)])
        self.assertEqual(self.earned([(self.coffee, 1), (self.cake, 1)]), 210)

    def test_products_by_category_register_category_webshop_category_and_tag(self):
        parent = self.env["product.category"].create({"name": "Drinks"})
        pos_parent = self.env["pos.category"].create({"name": "Bar"})
        public_parent = self.env["product.public.category"].create({"name": "To drink"})
        tag = self.env["product.tag"].create({"name": "Hot"})
        self.coffee.product_tmpl_id.write({
            "categ_id": self.env["product.category"].create({"name": "Coffees", "parent_id": parent.id}).id,
            "pos_categ_ids": self.env["pos.category"].create({"name": "Hot bar", "parent_id": pos_parent.id}).ids,
            "public_categ_ids": self.env["product.public.category"]
            .create({"name": "Warm", "parent_id": public_parent.id})
            .ids,
            "product_tag_ids": tag.ids,
        })  # fmt: skip
        for name, record in (
            ("categ_ids", parent),
            ("pos_categ_ids", pos_parent),
            ("public_categ_ids", public_parent),
            ("tag_ids", tag),
        ):
            with self.subTest(name):
                bonus = self.bonus(**{name: [Command.set(record.ids)]})
                self.assertEqual(self.earned([(self.coffee, 1), (self.cake, 1)]), 210)
                bonus.active = False
                self.assertEqual(self.earned([(self.coffee, 1), (self.cake, 1)]), 110)

    def test_excluded_product_gets_no_bonus_of_the_order(self):
        self.club.excluded_product_ids = self.coffee.product_tmpl_id
        self.bonus(kind="flat", units=50)
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertFalse(order.club_entry_ids)
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["nothing_eligible"])
        self.assertEqual(self.earned([(self.coffee, 1), (self.cake, 1)]), 10 + 50)

    # ------------------------------------------------------------------ when
    def test_hours_of_a_weekday_in_the_outlets_own_zone(self):
        self.outlet.tz = "Europe/Brussels"
        self.bonus(tue=True, time_from=17, time_to=19)
        now = fields.Datetime.now().replace(hour=12, minute=0, second=0, microsecond=0)
        tuesday = now + timedelta(days=(1 - now.weekday()) % 7)
        rules = self.club._rulebook()
        self.assertTrue(rules.bonuses)
        offset = rules.local(self.outlet.id, tuesday) - tuesday
        for local_hour, factor in ((16, 1), (17, 2), (18, 2), (19, 1)):
            moment = tuesday.replace(hour=local_hour) - offset
            found = rules.bonuses_for(self.unit.id, self.outlet.id, "pos", moment, self.tier.id, lambda: None)
            self.assertEqual(len(found), factor - 1, local_hour)
        wednesday = tuesday.replace(hour=18) - offset + timedelta(days=1)
        self.assertFalse(rules.bonuses_for(self.unit.id, self.outlet.id, "pos", wednesday, self.tier.id, lambda: None))

    def test_register_sells_within_and_after_the_window(self):
        now = fields.Datetime.now().replace(second=0, microsecond=0)
        hour = now.hour + now.minute / 60
        self.outlet.tz = "UTC"
        bonus = self.bonus(time_from=hour, time_to=(hour + 1) % 24 or 24)
        self.assertEqual(self.earned(), 200)
        bonus.write({"time_from": (hour + 2) % 24, "time_to": (hour + 3) % 24})
        self.assertEqual(self.earned(), 100)

    def test_dates_are_inclusive(self):
        today = self.club._today()
        bonus = self.bonus(date_from=today, date_to=today)
        self.assertEqual(self.earned(), 200)
        bonus.write({"date_from": today + timedelta(days=1), "date_to": False})
        self.assertEqual(self.earned(), 100)

    def test_birthday_of_the_customer(self):
        bonus = self.bonus(birthday="day", factor=5)
        today = self.club._today()
        self.ada.club_birthday = date(1988, today.month, today.day)
        self.assertEqual(self.earned(), 500)
        self.assertEqual(self.earned(partner=self.bob), 100)
        bonus.birthday = "month"
        self.bob.club_birthday = date(1985, today.month, 1)
        self.assertEqual(self.earned(partner=self.bob), 500)

    def test_first_order_only(self):
        self.bonus(kind="flat", units=25, is_first_order=True)
        self.assertEqual(self.earned(), 125)
        self.assertEqual(self.earned(), 100)
        self.assertEqual(self.earned(partner=self.bob), 125)

    def test_two_first_orders_judged_together_have_one_first(self):
        self.bonus(kind="flat", units=25, is_first_order=True)
        self.club.is_earn_pos = False
        orders = self.sell([(self.coffee, 1)], self.ada) | self.sell([(self.coffee, 1)], self.ada)
        self.env.cr.execute("DELETE FROM club_outcome WHERE source_id = ANY(%s)", (orders.ids,))
        self.env.cr.execute("DELETE FROM club_switch")
        self.club.is_earn_pos = True
        self.club.earn_since = False
        orders._club_sync()
        self.assertEqual(sum(orders.club_entry_ids.mapped("amount")), 225)
        self.assertCoherent()

    # ------------------------------------------------------------------ for whom, where
    def test_tier_outlet_and_channel(self):
        other = self.env["club.outlet"].create({"club_id": self.club.id, "name": "Elsewhere"})
        for vals in (
            {"tier_ids": [Command.set(self.gold.ids)]},
            {"outlet_ids": [Command.set(other.ids)]},
            {"is_pos": False},
        ):
            bonus = self.bonus(**vals)
            self.assertEqual(self.earned(), 100, vals)
            bonus.active = False
        self.bonus(outlet_ids=[Command.set(self.outlet.ids)], is_shop=False)
        self.assertEqual(self.earned(), 200)

    # ------------------------------------------------------------------ what was live counts
    def test_order_paid_before_a_change_keeps_the_rule_it_was_paid_under(self):
        bonus = self.bonus(factor=2)
        paid_at = fields.Datetime.now() - timedelta(hours=1)
        self.open_session().start_at = paid_at - timedelta(hours=1)
        bonus.factor = 3
        self.assertEqual(self.earned(date_order=fields.Datetime.to_string(paid_at)), 200)
        self.assertEqual(self.earned(), 300)
        bonus.is_on = False
        self.assertEqual(self.earned(date_order=fields.Datetime.to_string(paid_at)), 200)
        self.assertEqual(self.earned(), 100)

    def test_texts_and_what_stays_the_same_begin_no_new_version(self):
        bonus = self.bonus(factor=2)
        bonus.write({"name": "Other words", "factor": 2.0, "tier_ids": [Command.clear()], "sequence": 3})
        self.assertFalse(self.env["club.bonus"].search([("version_of_id", "=", bonus.id)]))
        self.assertFalse(
            self.env["club.bonus"].with_context(active_test=False).search([("version_of_id", "=", bonus.id)])
        )

    def test_refund_shrinks_what_was_recorded_bonus_included(self):
        bonus = self.bonus(factor=2)
        order = self.sell([(self.coffee, 5)], self.ada)
        bonus.active = False
        self.refund(order, {self.coffee: 1})
        self.assertBalance(800)
        self.refund(order, {self.coffee: 4})
        self.assertBalance(0)

    # ------------------------------------------------------------------ budgets
    def test_budget_gives_the_crossing_award_the_remainder_and_stops(self):
        bonus = self.bonus(factor=2, budget=150)
        self.assertEqual([self.earned(), self.earned(), self.earned()], [200, 150, 100])
        self.assertEqual(bonus.given, 150)
        self.assertIn("budget", bonus.warning)
        self.assertCoherent()

    def test_claw_back_does_not_reopen_a_budget(self):
        self.bonus(factor=2, budget=100)
        order = self.sell([(self.coffee, 1)], self.ada)
        self.refund(order)
        self.assertEqual(self.earned(), 100)

    def test_cut_award_says_so_and_shrinks_in_proportion(self):
        self.bonus(kind="flat", units=30, budget=10, name="Welcome")
        order = self.sell([(self.cake, 2)], self.ada)
        rows = order.club_entry_ids._explain()
        self.assertEqual(sum(float(row["amount"]) for row in rows), 30)
        self.assertIn("budget of Welcome", rows[-1]["text"])
        self.refund(order, {self.cake: 1})
        self.assertBalance(15)

    # ------------------------------------------------------------------ explained
    def test_explanation_names_the_bonus_on_its_line(self):
        self.bonus(name="Happy hour", product_ids=[Command.set(self.coffee.ids)])
        order = self.sell([(self.coffee, 1), (self.cake, 1)], self.ada)
        texts = [row["text"] for row in order.club_entry_ids._explain()]
        self.assertIn("Happy hour", texts[0])
        self.assertNotIn("Happy hour", texts[1])

    # ------------------------------------------------------------------ in words
    def test_sentence_and_example(self):
        bonus = self.bonus(product_ids=[Command.set(self.coffee.ids)], tue=True, time_from=17, time_to=19)
        self.assertEqual(bonus.sentence, "Double Beans on Coffee, Tue 17:00–19:00, all outlets")
        self.assertIn("20 Beans instead of 10", bonus.example)
        bonus.write({"kind": "flat", "units": 5, "tue": False, "time_from": 0, "time_to": 0, "is_shop": False})
        self.assertEqual(
            bonus.sentence,
            "+5 Beans once an order on Coffee, all outlets (register, kiosk, orders and invoices)",
        )
        self.assertIn("15 Beans instead of 10", bonus.example)

    def test_sentence_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        bonus = self.bonus(mon=True, tue=True, wed=True)
        self.assertIn("lun.–mer.", bonus.with_context(lang="fr_FR").sentence)

    # ------------------------------------------------------------------ bad input
    def test_what_makes_no_sense_is_refused_with_a_sentence(self):
        stamps = self.env["club.unit"].create(
            {"club_id": self.club.id, "kind": "stamps", "name": "stamp", "name_plural": "stamps", "short_name": "st"}
        )
        for vals, words in (
            ({"factor": 0.5}, "less than without"),
            ({"factor": 1}, "nothing more"),
            ({"kind": "percent", "percent": 101}, "at most 100 %"),
            ({"kind": "percent", "percent": 0}, "above 0"),
            ({"kind": "percent", "percent": 5, "unit_id": stamps.id}, "Stamps count"),
            ({"kind": "flat", "units": 0}, "above 0"),
            ({"time_from": 9, "time_to": 9}, "empty"),
            ({"time_from": 9, "time_to": 25}, "between 00:00 and 24:00"),
            ({"date_from": "2026-05-02", "date_to": "2026-05-01"}, "before the first day"),
        ):
            with self.subTest(vals), self.assertRaisesRegex(ValidationError, words):
                self.bonus(**vals)

    def test_rule_that_can_never_match_says_so(self):
        monday = date(2030, 1, 7)
        other = self.env["club.outlet"].create({"club_id": self.club.id, "name": "Closed", "is_opted_in": False})
        for vals, words in (
            ({"is_pos": False, "is_shop": False, "is_kiosk": False, "is_sale": False}, "no place to buy"),
            ({"date_to": "2020-01-01"}, "is over"),
            ({"sun": True, "date_from": monday, "date_to": monday + timedelta(days=2)}, "none of its weekdays"),
            ({"outlet_ids": [Command.set(other.ids)]}, "none of its outlets"),
        ):
            with self.subTest(vals):
                self.assertIn(words, self.bonus(**vals).warning)
        self.club.excluded_product_ids = self.coffee.product_tmpl_id
        self.assertIn("excluded", self.bonus(product_ids=[Command.set(self.coffee.ids)]).warning)
        self.club.is_earn_kiosk = False
        self.assertIn("nothing is earned", self.bonus(is_pos=False, is_shop=False, is_sale=False).warning)

    def test_rules_that_meet_say_what_members_get_together(self):
        self.bonus(name="Happy hour", tue=True, time_from=17, time_to=19)
        self.assertIn("× 3", self.bonus(tue=True, time_from=18, time_to=20).warning)
        self.assertFalse(self.bonus(wed=True).warning)

    def test_rule_with_points_given_stays(self):
        bonus = self.bonus(budget=1000)
        self.earned()
        with self.assertRaises(UserError):
            bonus.unlink()

    def test_times_and_figures_of_a_rule_are_not_typed_in(self):
        manager = new_test_user(self.env, "manager", "loyalty_club.loyalty_club_group_manager")
        bonus = self.bonus(budget=10).with_user(manager)
        past = "2020-01-01 00:00:00"
        for vals in ({"given": 0}, {"live_from": past}, {"live_until": past}, {"version_of_id": bonus.id}):
            with self.subTest(vals), self.assertRaises(UserError):
                bonus.write(vals)
        made = bonus.create({"name": "Backdated", "club_id": self.club.id, "live_from": past, "given": -5})
        self.assertGreater(made.live_from, fields.Datetime.to_datetime(past))
        self.assertFalse(made.given)

    def test_bonus_of_another_clubs_tier_is_refused(self):
        other = self.env["club.club"].create({"name": "Other"})
        with self.assertRaises(ValidationError):
            self.bonus(tier_ids=[Command.set(other.tier_ids.ids)])

    def test_matching_costs_no_query_per_line_nor_per_rule(self):
        products = self.coffee | self.cake
        for index in range(30):
            products |= self._product(f"Product {index}", 10.0)
        partners = self.env["res.partner"].create([{"name": f"P{index}"} for index in range(4)])

        def count(lines, partner):
            order = self.ui_order(lines, [(self.cash, sum(p.lst_price * 1.21 for p, _q in lines))], partner)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.sync(order)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        def added():
            """What thirty more lines cost."""
            few = count([(product, 1) for product in products[:2]], partners[0])
            return count([(product, 1) for product in products], partners[0]) - few

        added()
        plain = added()
        for index in range(10):
            self.bonus(name=f"Rule {index}", categ_ids=[Command.set(self.coffee.categ_id.ids)])
            self.bonus(name=f"Tag {index}", tag_ids=[Command.set(self.env["product.tag"].create({"name": index}).ids)])
        added()
        self.assertLessEqual(added() - plain, 1)
