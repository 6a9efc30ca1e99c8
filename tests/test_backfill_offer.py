from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import ClubCommon
from .common_history import HistoryMerchant


@tagged("post_install", "-at_install", "loyalty_club")
class TestBackfillOffer(HistoryMerchant, ClubCommon):
    """A club or an outlet that is on for the first time offers to credit what was sold before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_other_orders()
        cls.club.state = "off"
        cls.env.flush_all()
        cls.env.cr.execute("DELETE FROM club_switch WHERE club_id = %s", (cls.club.id,))
        cls.club.on_since = False
        cls.env.invalidate_all()
        cls.env.registry.clear_cache()

    def test_first_switching_on_offers_it(self):
        self.sold_before([(self.coffee, 1)], self.ada)
        self.sold_before([(self.coffee, 1)], self.ada)
        self.sold_before([(self.coffee, 1)], self.bob)
        self.sold_before([(self.coffee, 1)])
        action = self.club.action_switch_on()
        self.assertEqual((action["res_model"], action["target"]), ("club.backfill", "new"))
        form = Form(self.env["club.backfill"].with_context(**action["context"]), view=action["views"][0][0])
        self.assertIn("(orders: 3, customers: 2)", form.offer)
        form.outlet_ids.clear()
        self.assertIn("No orders", form.offer)
        form.outlet_ids.add(self.outlet)
        job = form.save()
        job.action_preview()
        self.assertEqual((job.expected_credited, job.before_activation_only, job.include_guests), (3, True, True))
        self.club.action_switch_off()
        self.assertIs(self.club.action_switch_on(), True)

    def test_club_without_a_past_offers_nothing(self):
        self.sold_before([(self.coffee, 1)])
        self.assertIs(self.club.action_switch_on(), True)

    def test_what_it_offers_is_the_sellers_business(self):
        """Whoever may not read orders still learns how many there are to credit, and no more."""
        self.sold_before([(self.coffee, 1)], self.ada)
        self.club.action_switch_on()
        manager = new_test_user(self.env, "history_offer", "loyalty_club.loyalty_club_group_manager")
        job = self.env["club.backfill"].with_user(manager).create({"club_id": self.club.id})
        self.assertIn("(orders: 1, customers: 1)", job.offer)
        job.action_preview()
        self.assertEqual(job.expected_credited, 1)

    def test_outlet_that_joins_says_it_has_a_past(self):
        self.club.action_switch_on()
        self.assertFalse(self.outlet.has_history)
        self.sold_before([(self.coffee, 1)], self.ada)
        self.outlet.invalidate_recordset()
        self.assertTrue(self.outlet.has_history)
        action = self.outlet.action_credit_history()
        job = self.env["club.backfill"].with_context(**action["context"]).create({})
        self.assertEqual((job.club_id, job.outlet_ids), (self.club, self.outlet))
        job.action_preview()
        job.action_start()
        self.outlet.invalidate_recordset()
        self.assertFalse(self.outlet.has_history)

    def test_button_of_the_club_opens_its_runs(self):
        self.club.action_switch_on()
        action = self.club.action_credit_history()
        self.assertEqual(action["views"], [(False, "form")])
        self.env["club.backfill"].create({"club_id": self.club.id, "outlet_ids": [Command.set(self.outlet.ids)]})
        action = self.club.action_credit_history()
        self.assertEqual((action["domain"], action["views"][0][1]), ([("club_id", "=", self.club.id)], "list"))
