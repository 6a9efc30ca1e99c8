from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common_goals import GoalCommon
from .common_portal import PortalCommon
from .common_shop import ShopCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestGoalsPage(GoalCommon, ShopCommon, PortalCommon):
    """What customers see of goals on their page, in the cart and on what they are given after paying."""

    def setUp(self):
        super().setUp()
        self.authenticate("ada_signs_in", "ada_signs_in")

    def goals_text(self):
        root, _text = self.page("/my/club")
        return [" ".join(item.text_content().split()) for item in root.xpath("//li[contains(@class, 'o_club_goal')]")]

    def test_page_shows_ring_and_words_and_nothing_without_goals(self):
        self.assertEqual(self.goals_text(), [])
        self.goal(name="Three a quarter", target=3, period="quarter")
        self.goal(name="Come twice", target=1, period="always", units=5)
        self.sell([(self.cake, 1)], self.ada)
        [open_one, reached] = self.goals_text()
        self.assertIn("Three a quarter 1 of 3 visits this quarter", open_one)
        self.assertIn("It brings 50 Beans", open_one)
        self.assertIn("Come twice Reached: 1 visit", reached)

    def test_goals_of_another_tier_and_those_that_are_over_are_not_shown(self):
        self.goal(name="For gold", tier_ids=[Command.set(self.gold.ids)])
        self.goal(name="Long ago", date_to="2021-01-01")
        self.goal(name="Off").is_on = False
        self.assertEqual(self.goals_text(), [])

    def test_page_shows_own_progress_alone(self):
        self.goal(target=3)
        self.sell([(self.cake, 1)], self.bob)
        self.assertIn("0 of 3 visits", self.goals_text()[0])
        with self.assertRaises(AccessError):
            self.member(self.bob).with_user(self.ada_user).goals()
        self.assertEqual(self.ada_member.with_user(self.env.ref("base.user_admin")).goals()[0]["progress"], "0")

    def test_cart_shows_the_goal_that_it_brings_nearest(self):
        self.goal(name="Far", target=50)
        self.goal(name="Near", target=2)
        teaser = self.cart()._club_shop_card(self.ada)["goal"]
        self.assertEqual((teaser["name"], teaser["percent"], teaser["reward"]), ("Near", 50, "50 Beans"))
        self.assertEqual(teaser["text"], "With this order: 1 of 2 visits this month")
        self.sell([(self.cake, 1)], self.ada)
        order = self.cart()
        teaser = order._club_shop_card(self.ada)["goal"]
        self.assertEqual((teaser["text"], teaser["is_reached"]), ("With this order you reach it: 2 visits", True))
        own = [("goal_id.club_id", "=", self.club.id), ("source_model", "=", "sale.order")]
        self.assertFalse(self.env["club.goal.event"].search(own))
        self.assertNotIn("goal", order._club_shop_card(None))

    def test_cart_says_nothing_of_goals_that_are_reached_or_where_there_are_none(self):
        self.assertFalse(self.cart()._club_shop_card(self.ada)["goal"])
        self.goal(target=1)
        self.sell([(self.cake, 1)], self.ada)
        self.assertFalse(self.cart()._club_shop_card(self.ada)["goal"])

    def test_receipt_has_one_line_of_the_goal(self):
        self.goal(name="Twice", target=2)
        order = self.sell([(self.cake, 1)], self.ada)
        self.assertIn("Twice: 1 of 2 visits this month", order.club_receipt["text"])
        order = self.sell([(self.cake, 1)], self.ada)
        self.assertIn("Twice: reached! You get 50 Beans.", order.club_receipt["text"])

    def test_receipt_and_page_speak_french_to_who_does(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.ada.lang = "fr_FR"
        goal = self.goal(name="Twice", target=2)
        goal.with_context(lang="fr_FR").name = "Deux fois"
        order = self.sell([(self.cake, 1)], self.ada)
        self.assertIn("Deux fois\xa0: 1 sur 2 visites ce mois-ci", order.club_receipt["text"])
        [own] = self.ada_member.with_context(lang="fr_FR")._club_page_goals()
        self.assertEqual((own["name"], own["text"]), ("Deux fois", "1 sur 2 visites ce mois-ci"))
        self.assertIn("Jusqu'au", own["until"])

    def test_receipt_of_an_earlier_month_says_nothing_of_this_one(self):
        self.goal(name="Twice", target=2)
        order = self.sell([(self.cake, 1)], self.ada)
        event = self.env["club.goal.event"].search([("source_model", "=", "pos.order"), ("source_id", "=", order.id)])
        self.env.cr.execute("UPDATE club_goal_event SET period = period - 40 WHERE id = %s", [event.id])
        self.env.invalidate_all()
        self.assertNotIn("Twice", " ".join(order.club_receipt["text"]))

    def test_receipt_without_goals_costs_no_query_more(self):
        order = self.sell([(self.cake, 1)], self.ada)
        goal = self.goal(name="Over", date_to="2021-01-01")

        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(order.club_receipt)
            return self.env.cr.sql_log_count - before

        count()
        with_goal = count()
        goal.unlink()
        count()
        self.assertEqual(count(), with_goal)

    def test_confirmation_names_what_the_order_did(self):
        self.goal(name="Twice", target=2)
        order = self.cart()
        order.action_confirm()
        self.pay(self.invoice(order))
        self.assertEqual(order._club_confirmation(self.ada)["goals"], ["Twice: 1 of 2 visits this month"])
        self.assertCoherent()

    def test_streak_says_that_a_day_without_an_order_begins_anew(self):
        self.goal(name="Daily", kind="streak", target=3, period="always")
        self.sell([(self.cake, 1)], self.ada)
        [text] = self.goals_text()
        self.assertIn("Daily 1 of 3 days in a row Skip a day, and it begins again.", text)
        self.env.cr.execute("UPDATE club_goal_event SET day = %s", [fields.Date.subtract(self.club._today(), days=2)])
        self.env.invalidate_all()
        self.assertIn("Daily 0 of 3 days in a row", self.goals_text()[0])
