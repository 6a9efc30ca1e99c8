from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ClubCommon
from .common_history import HistoryMerchant


@tagged("post_install", "-at_install", "loyalty_club")
class TestBackfillPreview(HistoryMerchant, ClubCommon):
    """What a run would bring is said before anything is credited; what makes no sense is refused with a way out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_other_orders()

    # ------------------------------------------------------------------ the preview
    def test_preview_writes_nothing(self):
        order = self.sold_before([(self.coffee, 1)], self.ada)
        job = self.preview()
        self.assertEqual((job.state, job.expected_credited, job.expected_newcomers), ("previewed", 1, 1))
        self.assertFalse(self.member())
        self.assertFalse(self.entries(order) or self.outcome(order))
        self.assertFalse(job.customer_ids)

    def test_preview_says_it_by_unit_month_and_tier(self):
        for _order in range(6):
            self.sold_before([(self.coffee, 1)], self.ada, days=60)
        self.sold_before([(self.cake, 5)], self.bob, days=120)
        self.enrol(self.bob, 30)
        job = self.preview()
        unit = job.unit_line_ids
        self.assertEqual((unit.expected_amount, unit.owed_before), (650, 30))
        self.assertAlmostEqual(unit.expected_value, 6.5)
        self.assertAlmostEqual(unit.liability_before, 0.3)
        self.assertAlmostEqual(unit.expected_liability, 6.8)
        months = {line.month: (line.expected_orders, line.expected_amount) for line in job.month_line_ids}
        self.assertEqual(
            months,
            {
                self.ago(60).strftime("%Y-%m"): (6, 600),
                self.ago(120).strftime("%Y-%m"): (1, 50),
            },
        )
        tiers = {line.tier_id: line for line in job.tier_line_ids}
        self.assertEqual(tiers[self.tier].expected_amount, 650)
        self.assertEqual([tiers[tier].members_before for tier in self.club.tier_ids.sorted("threshold")], [1, 0, 0])
        self.assertEqual([tiers[tier].expected_members for tier in self.club.tier_ids.sorted("threshold")], [1, 1, 0])
        self.assertIn("7 of 7", job.summary)
        self.assertIn("650 Beans", job.summary)
        job.action_start()
        self.work()
        self.assertCameTrue(job)
        self.assertEqual((unit.exists(), job.unit_line_ids.amount), (unit.browse(), 650))
        self.assertCoherent()

    def test_changed_choice_asks_for_a_new_preview(self):
        self.sold_before([(self.coffee, 1)], self.ada)
        job = self.preview().with_user(self.manager())
        job.include_guests = False
        self.assertEqual((job.state, job.order_count), ("draft", 0))
        with self.assertRaisesRegex(UserError, "preview first"):
            job.action_start()

    def test_preview_of_nothing_says_so(self):
        job = self.preview()
        self.assertIn("No orders were found", job.summary)
        self.sold_before([(self.coffee, 1)])
        job.action_preview()
        self.assertIn("None of 1 orders", job.summary)

    # ------------------------------------------------------------------ refusals
    def manager(self):
        return new_test_user(self.env, "history_manager", "loyalty_club.loyalty_club_group_manager")

    def test_dates_that_make_no_sense_are_refused(self):
        today = self.club._today()
        with self.assertRaisesRegex(ValidationError, "before the first"):
            self.job(date_from=today, date_to=self.ago(3).date())
        with self.assertRaisesRegex(ValidationError, "in the future"):
            self.job(date_from=self.ago(-2).date())
        with self.assertRaisesRegex(ValidationError, "in the future"):
            self.job(date_to=self.ago(-2).date())

    def test_what_stands_in_the_way_is_said(self):
        job = self.job(outlet_ids=[Command.clear()])
        with self.assertRaisesRegex(UserError, "at least one outlet"):
            job.action_preview()
        job.write({"outlet_ids": [Command.set(self.outlet.ids)], "unit_ids": [Command.clear()]})
        with self.assertRaisesRegex(UserError, "what to credit"):
            job.action_preview()
        job.unit_ids = self.unit
        self.program.action_end()
        with self.assertRaisesRegex(UserError, "No live program"):
            job.action_preview()
        self.outlet.is_opted_in = False
        with self.assertRaisesRegex(UserError, "does not take part"):
            job.action_preview()
        self.club.action_switch_off()
        with self.assertRaisesRegex(UserError, "not switched on"):
            job.action_preview()

    def test_outlet_of_another_club_is_refused(self):
        other = self.env["club.club"].create({"name": "Other"})
        outlet = self.env["club.outlet"].create({"club_id": other.id, "name": "Elsewhere"})
        with self.assertRaisesRegex(ValidationError, "same club"):
            self.job(outlet_ids=[Command.set(outlet.ids)])

    def test_outlets_of_other_companies_are_for_their_own_managers(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        self.club.company_ids |= sister
        colleague = new_test_user(
            self.env,
            "history_sister",
            "loyalty_club.loyalty_club_group_manager",
            company_id=sister.id,
            company_ids=[Command.set(sister.ids)],
        )
        job = self.env["club.backfill"].with_user(colleague).create({"club_id": self.club.id})
        self.assertFalse(job.outlet_ids)
        self.env["club.backfill"].browse(job.id).outlet_ids = self.outlet
        with self.assertRaises(AccessError):
            job.action_preview()

    def test_one_run_of_a_club_at_a_time(self):
        first, second = self.preview(), self.preview()
        first.action_start()
        with self.assertRaisesRegex(UserError, "one run at a time"):
            second.action_start()
        first.action_pause()
        with self.assertRaisesRegex(UserError, "one run at a time"):
            second.action_start()
        first.action_cancel()
        second.action_start()
        self.work()
        self.assertEqual((first.state, second.state), ("cancelled", "done"))

    def test_only_managers_and_only_by_the_buttons(self):
        self.sold_before([(self.coffee, 1)], self.ada)
        job = self.preview()
        cashier = new_test_user(self.env, "history_cashier", "point_of_sale.group_pos_user")
        for method in ("action_preview", "action_start", "action_pause", "action_resume", "action_cancel"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(job.with_user(cashier), method)()
        own = job.with_user(self.manager())
        for values in ({"state": "running"}, {"tally": {}}, {"user_id": self.env.user.id}, {"order_count": 5}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                own.write(values)
        made = own.with_context(default_state="running").create({"club_id": self.club.id})
        self.assertEqual(made.state, "draft")
        own.action_start()
        with self.assertRaisesRegex(UserError, "has begun"):
            own.include_guests = False
        with self.assertRaisesRegex(UserError, "report of a run stays"):
            own.unlink()
        made.unlink()
        self.work()
        self.assertEqual(self.entries(self.old.session_ids.order_ids).actor, own.env.user.name)
        self.assertBalance(100)
