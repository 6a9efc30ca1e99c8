from freezegun import freeze_time
from odoo import fields
from odoo.tests import Form, tagged

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestTierSimulate(ClubCommon):
    """What other thresholds would mean, told before they are saved."""

    def setUp(self):
        super().setUp()
        for amount in (0, 499, 500, 600, 1500):
            partner = self.env["res.partner"].create({"name": f"Has {amount}"})
            member = self.enrol(partner)
            if amount:
                member.adjust(self.unit.id, amount, "Collected")
        self.env.invalidate_all()

    def test_members_by_tier_exact_at_the_edge(self):
        form = Form(self.silver)
        self.assertFalse(form.simulation_text)
        for threshold, said in (
            (499, "Member 1 (now 2), Silver 3 (now 2), Gold 1 (now 1). Whoever reaches a higher tier (members: 1)"),
            (600, "Member 3 (now 2), Silver 1 (now 2), Gold 1 (now 1). Whoever reaches a higher tier (members: 0)"),
            (1501, "Member 4 (now 2), Gold 1 (now 1), Silver 0 (now 2)."),
        ):
            form.threshold = threshold
            with self.subTest(threshold=threshold):
                self.assertIn(said, form.simulation_text)
        form.threshold = 0
        self.assertFalse(form.simulation_text, "two tiers cannot start there")
        form.threshold = 500
        self.assertFalse(form.simulation_text)

    def test_a_new_tier(self):
        form = Form(self.env["club.tier"].with_context(default_club_id=self.club.id))
        form.name, form.threshold = "Platinum", 1000
        self.assertIn("Platinum 0 (now 0), Gold 1 (now 1)", form.simulation_text)
        form.threshold = 550
        self.assertIn("Silver 1 (now 2), Platinum 1 (now 0)", form.simulation_text)

    def test_saving_takes_a_tier_from_nobody(self):
        self.silver.threshold = 1000
        self.assertEqual(self.env["club.member"].search_count([("tier_id", "=", self.silver.id)]), 2)

    def test_tiers_by_the_year(self):
        self.club.tier_period = "year"
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), days=400)):
            form = Form(self.silver)
            form.threshold = 400
            self.assertIn("Member 5 (now 2), Silver 0 (now 2), Gold 0 (now 1)", form.simulation_text)

    def test_another_period_is_told_before_it_is_saved(self):
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), days=400)), Form(self.club) as form:
            form.tier_period = "year"
            self.assertIn("Member 5 (now 2), Silver 0 (now 2), Gold 0 (now 1)", form.risk_text)

    def test_another_unit_is_told_by_the_year_where_the_year_counts(self):
        stamps = self.env["club.unit"].create(
            {"club_id": self.club.id, "name": "Stamp", "name_plural": "Stamps", "kind": "stamps"}
        )
        self.enrol().adjust(stamps.id, 600, "Long ago")
        later = fields.Datetime.add(fields.Datetime.now(), days=400)
        with freeze_time(later):
            self.enrol(self.bob).adjust(stamps.id, 500, "Lately")
        self.env.invalidate_all()
        with freeze_time(later):
            self.assertEqual(self.club._club_moving_up(stamps), 2, "by all that was ever collected")
            self.club.tier_period = "year"
            self.assertEqual(self.club._club_moving_up(stamps), 1, "by the last twelve months")
            with Form(self.club) as form:
                form.tier_unit_id = stamps
                self.assertIn("1 move up", form.risk_text)
            self.assertEqual((self.member(self.bob).tier_id, self.member().tier_id), (self.silver, self.tier))

    def test_one_query_for_all_members(self):
        self.club._rulebook()
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.assertEqual(sum(self.club._simulate([0, 500, 1500]).values()), 5)
