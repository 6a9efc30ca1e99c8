from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ClubCommon
from .common_history import HistoryMerchant

RUN = "odoo.addons.loyalty_club.models.club_backfill_run"


@tagged("post_install", "-at_install", "loyalty_club")
class TestBackfill(HistoryMerchant, ClubCommon):
    """Orders from before the club was on are credited by what is live today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_other_orders()

    # ------------------------------------------------------------------ what it credits
    def test_register_webshop_team_and_invoice_alike(self):
        self.sold_before([(self.coffee, 1)], self.ada)
        self.ordered_before([(self.cake, 2)], self.ada)
        self.ordered_before([(self.cake, 3)], self.bob, website_id=self.website.id)
        self.invoiced_before([(self.cake, 4)], self.bob)
        job = self.credit()
        self.assertEqual((job.state, job.credited, job.members, job.newcomers), ("done", 4, 2, 2))
        self.assertEqual(self.balance(), 120)
        self.assertBalance(70, self.bob)
        self.assertCameTrue(job)

    def test_order_is_dated_when_it_was_paid_and_good_from_today(self):
        self.program.action_revise()
        revision = self.env["club.program"].search([("revision_of_id", "=", self.program.id)])
        revision.write({"validity_days": 10, "portion_count": 2, "portion_interval_days": 5})
        revision.action_go_live()
        order = self.sold_before([(self.coffee, 1)], self.ada)
        self.credit()
        entry = self.entries(order)
        self.assertEqual((entry.kind, entry.business_at), ("backfill", order.date_order))
        today = self.club._today()
        self.assertEqual(
            [((lot.available_on - today).days, (lot.expires_on - today).days) for lot in entry.lot_ids],
            [(0, 10), (5, 15)],
        )
        self.assertIn("Coffee", str(entry.explanation))
        self.assertBalance(100)

    def test_points_for_orders_of_long_ago_do_not_lapse_at_once(self):
        self.club.inactivity_months = 6
        self.sold_before([(self.coffee, 1)], self.ada, days=500)
        self.credit()
        [account] = self.member().account_ids
        self.assertEqual(account._portfolio()[account.id]["active"], 100)
        self.env["club.account"]._expire_members(self.member().ids)
        self.assertBalance(100)

    def test_bonus_counts_where_its_own_dates_cover_the_order(self):
        day = self.club._today(self.ago(60))
        for name, dates in (
            ("Anniversary", {"date_from": day, "date_to": day}),
            ("Later", {"date_from": self.ago(30).date()}),
            ("Always", {}),
        ):
            self.env["club.bonus"].create({"club_id": self.club.id, "name": name, "factor": 2, **dates})
        order = self.sold_before([(self.coffee, 1)], self.ada, days=60)
        self.sold_before([(self.coffee, 1)], self.ada, days=90)
        job = self.credit()
        self.assertEqual(self.entries(order).amount, 200)
        self.assertCameTrue(job)
        self.assertBalance(300)

    def test_budget_of_a_bonus_is_previewed_as_it_will_be_given(self):
        self.env["club.bonus"].create(
            {
                "club_id": self.club.id,
                "name": "Jubilee",
                "kind": "flat",
                "units": 40,
                "budget": 100,
                "date_from": self.ago(200).date(),
            }
        )
        for partner in (self.ada, self.bob, self.ada, self.bob):
            self.sold_before([(self.cake, 1)], partner)
        self.ordered_before([(self.cake, 1)], self.ada)
        with patch(f"{RUN}.BATCH", 1):
            job = self.credit()
        self.assertEqual(job.tally["run"]["units"], {str(self.unit.id): 150})
        self.assertCameTrue(job)
        self.assertCoherent()

    def test_first_orders_and_daily_visits_are_previewed_as_they_will_be(self):
        self.env["club.bonus"].create(
            {
                "club_id": self.club.id,
                "name": "Welcome",
                "kind": "flat",
                "units": 50,
                "is_first_order": True,
                "date_from": self.ago(200).date(),
            }
        )
        stamps = self.env["club.unit"].create({"club_id": self.club.id, "name": "Stamp", "kind": "stamps"})
        visits = self.env["club.program"].create(
            {
                "name": "Stamps",
                "tier_id": self.tier.id,
                "unit_id": stamps.id,
                "stamp_by": "visit",
                "is_daily": True,
            }
        )
        visits.action_go_live()
        for _visit in range(2):
            self.sold_before([(self.cake, 1)], self.ada, days=60)
        self.sold_before([(self.cake, 1)], self.ada, days=70)
        self.ordered_before([(self.cake, 1)], self.ada, days=60)
        job = self.credit()
        self.assertEqual(job.tally["run"]["units"], {str(self.unit.id): 90, str(stamps.id): 2})
        self.assertCameTrue(job)
        self.assertCoherent()

    def test_who_has_not_agreed_waits_for_a_later_run(self):
        self.club.enrolment = "ask"
        order = self.sold_before([(self.coffee, 1)], self.ada)
        job = self.credit()
        self.assertEqual(self.reasons(job), {"consent": 1})
        self.assertCameTrue(job)
        self.enrol(self.ada)
        job = self.credit()
        self.assertEqual(self.reasons(job), {"awarded": 1})
        self.assertEqual(self.outcome(order).code, "awarded")
        self.assertBalance(100)

    def test_archived_contact_becomes_no_member(self):
        self.sold_before([(self.coffee, 1)], self.ada)
        self.sold_before([(self.coffee, 1)], self.bob)
        self.bob.active = False
        job = self.credit()
        self.assertEqual(self.reasons(job), {"archived": 1, "awarded": 1})
        self.assertFalse(self.member(self.bob))
        self.assertCameTrue(job)
        self.assertBalance(100)

    def test_points_stamps_and_cashback_at_once(self):
        stamps, cashback = self.env["club.unit"].create(
            [
                {"club_id": self.club.id, "name": "Stamp", "kind": "stamps"},
                {"club_id": self.club.id, "name": "euro", "kind": "cashback", "decimals": 2, "money_value": 1},
            ]
        )
        for unit, values in ((stamps, {"stamp_by": "items"}), (cashback, {"cashback_percent": 5})):
            program = self.env["club.program"].create(
                {"name": unit.name, "tier_id": self.tier.id, "unit_id": unit.id, **values}
            )
            program.action_go_live()
        order = self.sold_before([(self.cake, 3)], self.ada)
        self.refunded_before(order, {self.cake: 1})
        job = self.credit()
        self.assertEqual(job.unit_ids, self.unit | stamps | cashback)
        self.assertEqual(job.tally["run"]["units"], {str(self.unit.id): 20, str(stamps.id): 2, str(cashback.id): 100})
        self.assertCameTrue(job)
        self.assertCoherent()

    def test_channel_that_is_off_today_earns_nothing(self):
        self.club.is_earn_sale = False
        self.ordered_before([(self.coffee, 1)], self.ada)
        self.sold_before([(self.cake, 1)], self.ada)
        job = self.credit()
        self.assertEqual(self.reasons(job), {"awarded": 1, "channel_off": 1})
        self.assertBalance(10)

    def test_order_marked_as_earning_nothing_earns_nothing(self):
        order = self.sold_before([(self.coffee, 1)], self.ada)
        order.club_no_points = True
        self.assertEqual(self.reasons(self.credit()), {"no_points": 1})
        self.assertBalance(0)

    def test_programme_and_tier_of_today_count_not_those_of_then(self):
        self.enrol(self.ada).adjust(self.unit.id, 1500, "Loyal for years")
        self.assertEqual(self.member().tier_id, self.gold)
        self.sold_before([(self.coffee, 1)], self.ada)
        self.sold_before([(self.coffee, 1)], self.bob)
        job = self.credit()
        self.assertEqual(self.balance(), 1700)
        self.assertBalance(100, self.bob)
        self.assertCameTrue(job)

    def test_tier_moves_once_after_all_orders_of_a_customer(self):
        for _order in range(16):
            self.sold_before([(self.coffee, 1)], self.ada)
        job = self.credit()
        self.assertEqual(self.balance(), 1600)
        self.assertEqual(self.member().tier_id, self.gold)
        self.assertEqual(self.member().move_ids.mapped("tier_id"), self.gold)
        self.assertEqual(len(self.member().move_ids), 1)
        self.assertCameTrue(job)
        self.assertCoherent()

    def test_returns_until_today_are_taken_into_account(self):
        part = self.sold_before([(self.cake, 10)], self.ada)
        self.refunded_before(part, {self.cake: 4})
        whole = self.sold_before([(self.coffee, 1)], self.ada)
        self.refunded_before(whole)
        job = self.credit()
        self.assertEqual(self.entries(part).mapped("amount"), [100, -40])
        self.assertFalse(self.entries(whole))
        self.assertEqual(self.reasons(job), {"awarded": 1, "returned": 1, "refund": 2})
        self.assertEqual(job.tally["run"]["units"], {str(self.unit.id): 60})
        self.assertCameTrue(job)
        self.assertBalance(60)

    def test_later_refund_takes_back_as_ever(self):
        order = self.sold_before([(self.cake, 10)], self.ada)
        self.credit()
        with self.at_old():
            self.refund(order, {self.cake: 3}, config=self.old)
            self.assertEqual(self.balance(), 70)
            self.refund(order, {self.cake: 7}, config=self.old)
        self.assertBalance(0)
        self.assertEqual(self.member().lifetime, 0)

    def test_every_day_sync_after_it_does_nothing(self):
        sold = self.sold_before([(self.coffee, 1)], self.ada)
        ordered = self.ordered_before([(self.coffee, 1)], self.ada)
        self.credit()
        for document in (sold, ordered):
            before = self.entries(document)
            document.club_sync()
            self.assertEqual(self.entries(document), before)
            self.assertEqual(self.outcome(document).code, "awarded")
        self.assertBalance(200)

    # ------------------------------------------------------------------ what it leaves alone
    def test_decided_before_activation_is_opened_again(self):
        order = self.sold_before([(self.coffee, 1)], self.ada)
        order.club_sync()
        self.assertEqual(self.outcome(order).code, "before_activation")
        self.credit()
        self.assertEqual(self.outcome(order).code, "awarded")
        self.assertBalance(100)

    def test_second_run_credits_nothing(self):
        self.sold_before([(self.coffee, 1)], self.ada)
        self.credit()
        again = self.credit()
        self.assertEqual((again.credited, self.reasons(again)), (0, {"already": 1}))
        self.assertBalance(100)

    def test_order_of_today_is_not_history(self):
        self.sell([(self.coffee, 1)], self.ada, config=self.register)
        job = self.preview()
        self.assertEqual(job.order_count, 0)
        missed = self.sold_before([(self.cake, 1)], self.ada, days=10)
        self.assertEqual(self.credit().credited, 0)
        self.assertFalse(self.entries(missed))
        self.assertBalance(100)

    def test_missed_since_activation_earns_by_its_own_time_when_asked(self):
        self.gold.multiplier = 3
        missed = self.sold_before([(self.coffee, 1)], self.ada, days=10)
        self.enrol(self.ada).adjust(self.unit.id, 1500, "Loyal since")
        job = self.credit(before_activation_only=False)
        self.assertEqual(self.entries(missed).kind, "award")
        self.assertEqual(self.entries(missed).lot_ids.available_on, self.club._today(missed.date_order))
        self.assertCameTrue(job)
        self.assertBalance(1600)

    def test_time_off_between_two_times_on_is_never_credited(self):
        self.env["club.switch"].create(
            {"club_id": self.club.id, "started_at": self.ago(300), "ended_at": self.ago(200)}
        )
        self.env["club.switch"].create(
            {
                "club_id": self.club.id,
                "outlet_id": self.outlet.id,
                "started_at": self.ago(300),
                "ended_at": self.ago(31),
            }
        )
        self.env.registry.clear_cache()
        self.sold_before([(self.coffee, 1)], self.ada, days=310)
        self.sold_before([(self.coffee, 1)], self.ada, days=100)
        job = self.credit(before_activation_only=False)
        self.assertEqual(self.reasons(job), {"awarded": 1, "before_activation": 1})
        self.assertBalance(100)

    def test_outlet_that_joined_later_has_its_own_beginning(self):
        self.outlet.opted_in_at = self.ago(5)
        self.sold_before([(self.coffee, 1)], self.ada, days=10)
        self.assertEqual(self.credit().credited, 1)
        self.assertBalance(100)

    def test_dates_are_days_of_the_club(self):
        for days in (40, 60, 80):
            self.sold_before([(self.cake, 1)], self.ada, days=days)
        day = self.club._today(self.ago(60))
        job = self.credit(date_from=day, date_to=day)
        self.assertEqual(job.credited, 1)
        self.assertEqual(self.credit(date_to=day).credited, 1)
        self.assertEqual(self.credit(date_from=day).credited, 1)
        self.assertBalance(30)

    def test_other_outlets_are_left_alone(self):
        other = self.env["club.outlet"].create({"club_id": self.club.id, "name": "Station"})
        self.sold_before([(self.coffee, 1)], self.ada)
        job = self.credit(outlet_ids=[Command.set(other.ids)])
        self.assertEqual((job.order_count, job.credited), (0, 0))
        self.assertEqual(self.balance(), 0)
        self.assertEqual(self.credit().credited, 1)
        self.assertBalance(100)

    def test_order_of_a_company_outside_the_club_is_left_alone(self):
        stranger = self.env["res.company"].create({"name": "Elsewhere"})
        order = self.ordered_before([(self.coffee, 1)], self.ada)
        self.old_team.company_id = False
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET company_id = %s WHERE id = %s", (stranger.id, order.id))
        self.env.invalidate_all()
        job = self.credit()
        self.assertEqual(self.reasons(job), {"no_outlet": 1})
        self.assertBalance(0)

    def test_orders_without_a_customer_are_counted_and_left_out(self):
        self.sold_before([(self.coffee, 1)])
        self.sold_before([(self.coffee, 1)], self.ada)
        job = self.credit()
        self.assertEqual((job.order_count, self.reasons(job)), (2, {"awarded": 1, "no_customer": 1}))
        self.assertCameTrue(job)
        self.assertBalance(100)

    def test_guests_are_credited_unless_left_out(self):
        new_test_user(self.env, "ada_shops", "base.group_portal", partner_id=self.ada.id)
        for partner in (self.ada, self.bob):
            self.ordered_before([(self.coffee, 1)], partner, website_id=self.website.id)
        job = self.credit(include_guests=False)
        self.assertEqual(self.reasons(job), {"awarded": 1, "guest": 1})
        self.assertEqual(self.balance(self.bob), 0)
        self.credit()
        self.assertEqual(self.balance(), 100)
        self.assertBalance(100, self.bob)

    def test_unit_that_was_left_out_comes_with_a_later_run(self):
        stars = self.env["club.unit"].create(
            {"club_id": self.club.id, "name": "Star", "name_plural": "Stars", "short_name": "S"}
        )
        program = self.env["club.program"].create(
            {"name": "Stars", "tier_id": self.tier.id, "unit_id": stars.id, "ratio": 10}
        )
        program.action_go_live()
        order = self.sold_before([(self.cake, 10)], self.ada)
        self.refunded_before(order, {self.cake: 5})
        self.credit(unit_ids=[Command.set(self.unit.ids)])
        self.assertEqual(self.balance(), 50)
        job = self.credit()
        self.assertEqual(job.tally["run"]["units"], {str(stars.id): 5})
        self.assertCameTrue(job)
        self.assertEqual(self.credit().credited, 0)
        self.assertBalance(55)
