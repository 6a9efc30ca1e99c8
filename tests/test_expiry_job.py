from contextlib import suppress
from functools import partial
from unittest.mock import patch

from odoo.tests import tagged

from ..models import club_expire
from ..models.batches import in_batches
from ..models.ledger_expiry import book_expiry
from .common_expiry import ExpiryCommon


class Killed(Exception):
    """The server went down."""


@tagged("post_install", "-at_install")
class TestExpiryJob(ExpiryCommon):
    """The nightly job: in batches that are kept one by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["club.club"].search([("id", "!=", cls.club.id)]).action_switch_off()  # the demonstration's
        partners = cls.env["res.partner"].create([{"name": f"Guest {number}"} for number in range(6)])
        cls.members = cls.env["club.member"].browse(
            cls.env["club.member"].enrol(partner.id, cls.club.id).id for partner in partners
        )

    def fill(self):
        """Half are due by their dates, half by want of orders; one of each has a promise."""
        self.lapse_rule()
        for number, member in enumerate(self.members):
            self.earn(100 + number, member, valid=10 if number % 2 else None)
        for member in self.members[:2]:
            self.hold(40, member, order=f"order-{member.id}")

    def figures(self):
        self.env.invalidate_all()
        entries = [self.expiries(member) for member in self.members]
        return [(entry.mapped("amount"), sorted(entry.take_ids.mapped("amount"))) for entry in entries]

    def one_by_one(self):
        return patch.object(club_expire, "in_batches", partial(in_batches, size=1))

    def test_job_killed_in_the_middle_goes_on_where_it_stopped(self):
        self.fill()
        calls = []

        def book(*args):
            calls.append(args)
            if len(calls) == 4:
                raise Killed
            return book_expiry(*args)

        with self.past(self.last_day()):
            # Not `assertRaises`, which takes back what was done under it.
            with self.one_by_one(), patch.object(club_expire, "book_expiry", book), suppress(Killed):
                self.night()
            self.assertEqual(len(calls), 4)
            kept = self.figures()
            self.assertEqual(sum(bool(amounts) for amounts, _takes in kept), 3, "what was committed stays done")
            self.assertCoherent()
            self.night()
            whole = [([-60], [60]), ([-61], [61]), *(([-amount], [amount]) for amount in range(102, 106))]
            self.assertEqual(self.figures(), whole)
            self.night()
            self.assertEqual(self.figures(), whole, "nothing twice")
        self.assertCoherent()

    def test_batches_hold_two_hundred_members_at_most_and_tell_how_far_they_are(self):
        self.fill()
        seen, told = [], []

        def work(env, ids, do, **kwargs):
            return in_batches(env, ids, lambda chunk: (seen.append(len(chunk)), do(chunk)), size=4)

        cron = type(self.env["ir.cron"])
        progress = cron._commit_progress

        def commit(records, *args, **kwargs):
            told.append((args, kwargs))
            return progress(records, *args, **kwargs)

        with (
            self.past(self.last_day()),
            patch.object(cron, "_commit_progress", commit),
            patch.object(club_expire, "in_batches", work),
        ):
            self.night()
        self.assertEqual((seen, [args for args, _kwargs in told if args]), ([4, 2], [(4,), (2,)]))
        self.assertIn({"remaining": 6}, [kwargs for _args, kwargs in told])
        self.assertLessEqual(in_batches.__defaults__[0], 200)
        self.assertCoherent()

    def test_job_leaves_alone_who_has_nothing_due(self):
        self.fill()
        with self.days_later(20):
            due = self.env["club.account"]._due_members(self.club)
            self.assertEqual(due, sorted(self.members[1::2].ids))
            self.night()
            self.assertEqual(self.env["club.account"]._due_members(self.club), [])
        with self.past(self.last_day()):
            self.assertEqual(self.env["club.account"]._due_members(self.club), sorted(self.members[::2].ids))
            self.night()
            self.assertEqual(self.env["club.account"]._due_members(self.club), [], "but promises")
        self.assertCoherent()

    def test_one_entry_a_balance_says_the_latest_day(self):
        self.lapse_rule()
        self.earn(10, valid=20)
        self.earn(20)
        with self.past(self.last_day()):
            self.night()
            self.assertEqual(self.expiries().data["last_day"], str(self.last_day()))
        self.assertEqual(self.expiries().amount, -30)
        self.assertBalance(0)
