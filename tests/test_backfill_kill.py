from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from .common_history import HistoryMerchant
from .common_races import RacesCase

RUN = "odoo.addons.loyalty_club.models.club_backfill_run"


@tagged("post_install", "-at_install", "loyalty_club")
class TestBackfillKill(HistoryMerchant, RacesCase):
    """A run whose process is killed, with data that was really committed."""

    has_website = False  # what others bought there is not of this shop

    @classmethod
    def open_shop(cls):
        # The shop of the races is all that is taken down again.
        super(HistoryMerchant, cls).open_shop()
        cls.outlet.website_ids = False
        cls.old_team = cls.team

    def setUp(self):
        super().setUp()
        self.old = self.second
        self.fresh()

    def killed_after(self, batches):
        """Let the job work until it dies while it books the next batch: whatever was not committed is lost."""
        book, done = type(self.env["club.backfill"])._book, []

        def dying(job, customers, plan):
            book(job, customers, plan)
            done.append(customers.ids)
            if len(done) > batches:
                job.env.flush_all()
                raise KeyboardInterrupt

        with (
            patch.object(type(self.env["club.backfill"]), "_book", dying),
            self.assertRaises(KeyboardInterrupt),
            self.registry.cursor() as cr,
        ):
            api.Environment(cr, SUPERUSER_ID, {})["club.backfill"]._cron_run()
        self.fresh()

    def test_killed_in_the_middle_it_goes_on_and_credits_nothing_twice(self):
        people = [self.partner(f"Customer {number}") for number in range(4)]
        orders = self.env["pos.order"]
        for partner in people:
            orders |= self.sold_before([(self.cake, 1)], partner)
        self.fresh()
        job = self.preview()
        job.action_start()
        self.fresh()
        with patch(f"{RUN}.ORDERS", 1):
            self.killed_after(2)
            self.assertEqual((job.state, job.credited, job.members), ("running", 2, 2))
            self.assertEqual([self.balance(partner) for partner in people], [10, 10, 0, 0])
            self.killed_after(1)
            self.assertEqual((job.state, job.credited), ("running", 3))
            with self.registry.cursor() as cr:
                api.Environment(cr, SUPERUSER_ID, {})["club.backfill"]._cron_run()
        self.fresh()
        self.assertEqual((job.state, job.credited, job.newcomers), ("done", 4, 4))
        self.assertCameTrue(job)
        self.assertEqual([self.balance(partner) for partner in people], [10, 10, 10, 10])
        self.assertEqual(len(orders.club_entry_ids), 4)
        self.assertCoherent()

    def test_pause_that_meets_a_batch_wins(self):
        """Whoever pauses while a batch is under way is obeyed: the batch begins anew and sees it."""
        people = [self.partner(f"Guest {number}") for number in range(2)]
        for partner in people:
            self.sold_before([(self.cake, 1)], partner)
        self.fresh()
        job = self.preview()
        job.action_start()
        self.fresh()
        book = type(job)._book

        def paused_meanwhile(running, customers, plan):
            if not self.collisions:
                self.collisions.append("paused")
                with self.registry.cursor() as cr:
                    api.Environment(cr, SUPERUSER_ID, {})["club.backfill"].browse(running.id).action_pause()
            book(running, customers, plan)

        with (
            patch(f"{RUN}.ORDERS", 1),
            patch.object(type(job), "_book", paused_meanwhile),
            self.registry.cursor() as cr,
        ):
            api.Environment(cr, SUPERUSER_ID, {})["club.backfill"]._cron_run()
        self.fresh()
        self.assertEqual((job.state, job.credited, sum(map(self.balance, people))), ("paused", 0, 0))
        job.action_resume()
        self.fresh()
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["club.backfill"]._cron_run()
        self.fresh()
        self.assertEqual((job.state, job.credited, sum(map(self.balance, people))), ("done", 2, 20))
        self.assertCoherent()
