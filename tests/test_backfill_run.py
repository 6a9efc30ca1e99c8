from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClubCommon
from .common_history import HistoryMerchant

RUN = "odoo.addons.loyalty_club.models.club_backfill_run"


@tagged("post_install", "-at_install", "loyalty_club")
class TestBackfillRun(HistoryMerchant, ClubCommon):
    """A run over the history: in small steps, paused, resumed, killed, and cheap however long the history is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_other_orders()
        cls.people = cls.env["res.partner"].create([{"name": f"Customer {number}"} for number in range(20)])

    def small_steps(self, orders=1):
        """One transaction does so many orders at most."""
        patcher = patch(f"{RUN}.ORDERS", orders)
        patcher.start()
        self.addCleanup(patcher.stop)

    def started(self, **values):
        job = self.preview(**values)
        job.action_start()
        self.env.flush_all()
        return job.sudo()

    # ------------------------------------------------------------------ pause, resume, kill
    def test_paused_run_goes_on_where_it_was(self):
        self.small_steps()
        for partner in self.people[:3]:
            self.sold_before([(self.cake, 1)], partner)
        job = self.started()
        job._step()
        self.assertEqual((job.credited, round(job.progress)), (1, 33))
        job.action_pause()
        self.assertEqual(job.unit_line_ids.mapped("amount"), [10])
        self.work()
        self.assertEqual((job.state, job.credited), ("paused", 1))
        with self.assertRaisesRegex(UserError, "under way"):
            job.action_pause()
        job.action_resume()
        self.work()
        self.assertEqual((job.state, job.credited, job.progress), ("done", 3, 100))
        self.assertCameTrue(job)
        self.assertEqual(sum(self.balance(partner) for partner in self.people), 30)
        self.assertCoherent()

    def test_cancelled_run_keeps_what_it_credited(self):
        self.small_steps()
        for partner in self.people[:2]:
            self.sold_before([(self.cake, 1)], partner)
        job = self.started()
        job._step()
        job.action_pause()
        job.action_cancel()
        self.work()
        self.assertEqual((job.state, job.credited, len(job.customer_ids)), ("cancelled", 1, 0))
        again = self.credit()
        self.assertEqual(self.reasons(again), {"already": 1, "awarded": 1})
        self.assertCoherent()

    def test_very_many_orders_of_one_customer_keep_one_tier(self):
        """Ada crosses to Gold by a sale of today while her history is half done."""
        self.small_steps(2)
        for _order in range(5):
            self.sold_before([(self.coffee, 1)], self.ada)
        self.ordered_before([(self.coffee, 1)], self.ada)
        job = self.started()
        job._step()
        self.assertEqual((self.balance(), self.member().tier_id, job.customer_ids.state), (200, self.tier, "todo"))
        self.sell([(self.coffee, 20)], self.ada, config=self.register)
        self.assertEqual((self.balance(), self.member().tier_id), (2200, self.gold))
        self.work()
        self.assertEqual(job.state, "done")
        self.assertEqual(job.tally["run"]["units"], {str(self.unit.id): 600})
        self.assertEqual(job.tally["run"], {
            name: value for name, value in job.tally["expected"].items() if name in job.tally["run"]
        })  # fmt: skip
        self.assertBalance(2600)

    def test_club_switched_off_pauses_the_run(self):
        self.small_steps()
        for partner in self.people[:2]:
            self.sold_before([(self.cake, 1)], partner)
        job = self.started()
        job._step()
        self.club.action_switch_off()
        self.work()
        self.assertEqual((job.state, job.credited), ("paused", 1))
        self.assertIn("not switched on", job.note)
        with self.assertRaisesRegex(UserError, "not switched on"):
            job.action_resume()
        self.club.action_switch_on()
        job.action_resume()
        self.work()
        self.assertEqual((job.state, job.credited), ("done", 2))
        self.assertCoherent()

    @mute_logger(RUN, "odoo.addons.loyalty_club.models.batches")
    def test_order_that_fails_stops_no_other_and_is_tried_again(self):
        orders = [self.sold_before([(self.cake, 1)], partner) for partner in self.people[:4]]
        job = self.started()
        judge = type(orders[0])._club_judge

        def broken(document, case, past):
            if case.document == orders[1]:
                raise ValueError("a broken rule")
            return judge(document, case, past)

        with patch.object(type(orders[0]), "_club_judge", broken):
            self.work()
        self.assertEqual((job.state, self.reasons(job)), ("failed", {"awarded": 3, "fault": 1}))
        self.assertIn("a broken rule", job.note)
        job.action_resume()
        self.work()
        self.assertEqual((job.state, self.reasons(job), job.progress), ("done", {"awarded": 4}, 100))
        self.assertCameTrue(job)
        self.assertCoherent()

    def test_long_history_is_previewed_in_the_background(self):
        for partner in self.people[:3]:
            self.sold_before([(self.cake, 1)], partner)
        with patch(f"{RUN}.AT_ONCE", 2):
            job = self.preview()
        self.assertEqual((job.state, job.expected_credited), ("previewing", 0))
        self.small_steps()
        job.sudo()._step()
        self.assertEqual((job.expected_credited, round(job.progress)), (1, 33))
        self.work()
        self.assertEqual((job.state, job.expected_credited), ("previewed", 3))
        self.assertFalse(self.member(self.people[0]))
        job.action_start()
        self.work()
        self.assertCameTrue(job)
        self.assertCoherent()

    # ------------------------------------------------------------------ budgets in queries
    def _queries(self, documents):
        """[queries of a preview, queries of a run] over what was sold just now."""
        job = self.job()
        counts = []
        for begin in (lambda: job._preview(), lambda: (job._start(self.env.user), job._step(), job._step())):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            begin()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual((job.state, job.credited), ("done", len(documents)))
        return counts

    def assertGrowsNot(self, sell, few, many):
        """Four times the orders cost a handful of queries more, not a multiple."""
        self._queries(sell(few))  # whatever is read once for all
        first, second = self._queries(sell(few)), self._queries(sell(many))
        for name, fewer, more in zip(("preview", "run"), first, second, strict=True):
            self.assertLessEqual(more - fewer, 5, f"{name}: {fewer} queries for {few} orders, {more} for {many}")
        self.assertCoherent()

    def test_queries_do_not_grow_with_the_orders_of_a_register(self):
        self.assertGrowsNot(lambda count: self.sold_many(count, self.people), 50, 200)

    def test_queries_do_not_grow_with_sale_orders(self):
        self.assertGrowsNot(lambda count: self.ordered_many(count, self.people), 10, 40)

    def test_queries_do_not_grow_with_invoices(self):
        self.assertGrowsNot(lambda count: self.ordered_many(count, self.people, is_invoice_alone=True), 10, 40)
