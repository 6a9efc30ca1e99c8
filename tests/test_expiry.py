from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools.misc import format_date

from ..models.ledger import Source
from .common import ClubCommon
from .common_expiry import MONTHS, ExpiryCommon


@tagged("post_install", "-at_install")
class TestValidity(ClubCommon):
    """How long points of an order are good: the nearest that says days or months counts."""

    def last_day(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        return order.club_entry_ids.lot_ids.expires_on

    def rules(self, **vals):
        """A program made live afresh, since a live one keeps its rules."""
        self.program.action_end()
        self.env["club.program"].create({"name": "Anew", "tier_id": self.tier.id, **vals}).action_go_live()

    def test_nearest_that_says_days_or_months_wins(self):
        with freeze_time("2030-01-31 12:00:00"):
            self.assertFalse(self.last_day(), "nobody says: they never expire")
            self.club.validity_months = 12
            self.assertEqual(self.last_day(), date(2031, 1, 31))
            self.unit.validity_days = 30
            self.assertEqual(self.last_day(), date(2030, 3, 2))
            self.unit.write({"validity_days": 0, "validity_months": 1})
            self.assertEqual(self.last_day(), date(2030, 2, 28), "the end of the shorter month")
        with freeze_time("2030-01-31 12:00:01"):
            self.rules(validity_days=5)
        with freeze_time("2030-01-31 12:00:02"):
            self.assertEqual(self.last_day(), date(2030, 2, 5))
        self.assertCoherent()

    def test_form_keeps_days_or_months(self):
        with Form(self.club) as form:
            form.validity_days = 90
            form.validity_months = 6
            self.assertEqual(form.validity_days, 0)
            form.validity_days = 90
        self.assertEqual((self.club.validity_days, self.club.validity_months), (90, 0))
        settings = Form(self.env["res.config.settings"].with_company(self.company))
        settings.club_validity_days = 90
        settings.club_validity_months = 12
        self.assertEqual(settings.club_validity_days, 0)
        settings.save().execute()
        self.assertEqual((settings.club_id.validity_days, settings.club_id.validity_months), (0, 12))


@tagged("post_install", "-at_install")
class TestInactivity(ExpiryCommon):
    """All that a member has lapses when nothing is bought for so many months; dates decide, not the job."""

    # ------------------------------------------------------------------ the lapse
    def test_points_lapse_without_an_order_though_no_job_ran(self):
        self.lapse_rule()
        self.earn(100)
        self.earn(20, valid=10)
        self.earn(5, days=MONTHS * 31)
        self.assertEqual(
            self.expiring(),
            [("20", self.today + timedelta(days=10), "date"), ("100", self.last_day(), "inactivity")],
        )
        with self.on(self.last_day()):
            self.assertEqual(self.active(), 100, "good to the end of the last day")
        with self.past(self.last_day()):
            self.assertEqual(self.active(), 0)
            self.assertEqual(self.ada_member.get_balance()[0]["inactive"], [], "what was still to come as well")
            with self.assertRaises(UserError):
                self.post("spend", 1)
            with self.assertRaises(UserError):
                self.hold(1)
            self.assertBalance(125)
            self.night()
            self.night()
        self.assertEqual(self.expiries().amount, -125)
        self.assertEqual(self.ada_member.lifetime, 125, "expiry does not lower the lifetime total")
        self.assertBalance(0)

    def test_lapse_says_why_and_until_when(self):
        self.lapse_rule()
        self.earn(100, valid=900)
        with self.past(self.last_day()):
            self.night()
            [text] = [line["text"] for line in self.ada_member.get_history() if line["kind"] == "expire"]
        day = self.env["club.entry"]._club_day(self.last_day())
        self.assertEqual(text, f"Nothing was bought for 6 months. The last day to use them was {day}.")
        self.assertBalance(0)

    def test_members_without_the_rule_lapse_never(self):
        self.earn(100)
        with self.on(self.today + timedelta(days=5000)):
            self.night()
            self.assertEqual(self.active(), 100)
        self.assertBalance(100)

    # ------------------------------------------------------------------ what is activity
    def test_paid_order_moves_the_day_on_whether_it_earns_or_not(self):
        self.lapse_rule()
        self.earn(100)
        for days, off in ((50, {}), (100, {"outlet": True}), (150, {"club": True})):
            with self.days_later(days):
                self.outlet.is_opted_in = not off.get("outlet")
                if off.get("club"):
                    self.club.action_switch_off()
                self.buy()
                self.assertEqual(self.paid_at(), fields.Datetime.now())
        self.assertBalance(200)

    def test_refund_quotation_and_gift_are_no_activity(self):
        self.lapse_rule()
        self.buy()
        before = self.paid_at()
        order = self.env["pos.order"].search([("partner_id", "=", self.ada.id)], limit=1)
        with self.days_later(20):
            self.refund(order)
            self.env["sale.order"].create(
                {
                    "partner_id": self.ada.id,
                    "team_id": self.team.id,
                    "order_line": [Command.create({"product_id": self.coffee.id})],
                }
            ).action_confirm()
            self.ada_member.adjust(self.unit.id, 40, "Sorry")
            self.assertEqual(self.paid_at(), before)
            self.assertEqual(self.expiring(), [("40", self.last_day(), "inactivity")])
        self.assertBalance(40)

    # ------------------------------------------------------------------ what lapsed stays lapsed
    def lapse_then_buy(self, is_job_first):
        self.lapse_rule()
        self.earn(70)
        self.earn(30, valid=900)
        with self.days_later(MONTHS * 31 + 5):
            if is_job_first:
                self.night()
            self.buy()
            self.assertEqual(self.active(), 100, "only the new ones")
            self.night()
            self.assertEqual(self.expiries().mapped("amount"), [-100])
            self.assertEqual(self.lefts(), [0, 0, 100])
            again = self.last_day(since=self.club._today())
            self.assertEqual(self.expiring(), [("100", again, "inactivity")])
        self.assertBalance(100)

    def test_order_after_the_lapse_revives_nothing_though_no_job_ran(self):
        self.lapse_then_buy(is_job_first=False)

    def test_order_after_the_lapse_and_the_job_says_the_same(self):
        self.lapse_then_buy(is_job_first=True)

    def test_gift_after_the_lapse_lives_for_the_same_months(self):
        self.lapse_rule()
        self.earn(100)
        gone = self.last_day() + timedelta(days=40)
        with self.on(gone):
            self.ada_member.adjust(self.unit.id, 30, "Come back")
            self.assertEqual(self.active(), 30)
            self.assertEqual(self.expiring(), [("30", self.last_day(since=gone), "inactivity")])
        with self.past(self.last_day(since=gone)):
            self.assertEqual(self.active(), 0)
            self.buy()
            self.assertEqual(self.active(), 100)
            self.night()
        self.assertBalance(100)

    def test_dropping_the_rule_gives_back_nothing_that_lapsed(self):
        self.lapse_rule()
        self.earn(100)
        self.earn(50, self.bob_member)
        with self.days_later(100):
            self.buy(self.bob)
        with self.past(self.last_day()):
            self.club.inactivity_months = 0
            self.assertEqual((self.active(), self.active(self.bob_member)), (0, 150))
            self.buy()
            self.assertEqual(self.active(), 100)
            self.night()
        self.assertBalance(100)
        self.assertBalance(150, self.bob)

    # ------------------------------------------------------------------ promises
    def test_promise_outlives_the_lapse_and_is_used(self):
        self.lapse_rule()
        self.earn(100)
        hold = self.hold(70)
        with self.past(self.last_day()):
            self.night()
            self.assertEqual(self.expiries().amount, -30)
            self.buy()
            hold._capture(Source(name="Paid"))
            self.assertEqual(self.active(), 100)
        self.assertBalance(100)

    def test_promise_released_after_the_lapse_expires_at_once_whatever_was_bought_since(self):
        self.lapse_rule()
        self.earn(100)
        hold = self.hold(70)
        with self.past(self.last_day()):
            self.buy()
            hold._release()
            self.assertEqual(self.active(), 100)
        self.assertEqual(sum(self.expiries().mapped("amount")), -100)
        self.assertBalance(100)

    # ------------------------------------------------------------------ changing the rule
    def test_switching_on_takes_nothing_for_thirty_days(self):
        self.earn(100)
        self.earn(11, self.bob_member)
        with self.days_later(365):
            self.buy(self.bob)
            first = self.club._today() + timedelta(days=30)
            with Form(self.club) as form:
                self.assertFalse(form.inactivity_text)
                form.inactivity_months = MONTHS
                self.assertEqual(
                    form.inactivity_text,
                    f"On {format_date(self.env, first)} points lapse of whoever has bought nothing for that long by "
                    "then. As of today: 100 Beans (members: 1).",
                )
                form.inactivity_months = 900
                self.assertIn("no points would lapse", form.inactivity_text)
                form.inactivity_months = MONTHS
            self.assertEqual(self.expiring(), [("100", first, "inactivity")])
        with self.on(first):
            self.assertEqual(self.active(), 100)
        with self.past(first):
            self.night()
            self.assertEqual(self.active(self.bob_member), 111)
        self.assertBalance(0)

    def test_shortening_gives_the_same_notice_and_revives_nobody(self):
        self.lapse_rule(12)
        self.earn(100)
        with self.days_later(300):
            self.club.inactivity_months = 3
            first = self.club._today() + timedelta(days=30)
            self.assertEqual(self.expiring(), [("100", first, "inactivity")])
            self.buy()
            self.assertEqual(self.expiring()[0][1], self.last_day(3, self.club._today()))
        with self.days_later(500):
            self.assertEqual(self.active(), 0)
            self.club.inactivity_months = 2
            self.assertEqual(self.active(), 0, "they had lapsed by the rule as it was")
            self.night()
        self.assertBalance(0)

    def test_lengthening_says_so_and_needs_no_notice(self):
        self.lapse_rule()
        self.earn(100)
        with self.days_later(100):
            since = self.club.inactivity_since
            with Form(self.club) as form:
                form.inactivity_months = 12
                self.assertIn("more time", form.inactivity_text)
            self.assertEqual(self.club.inactivity_since, since)
            self.assertEqual(self.expiring(), [("100", self.last_day(12), "inactivity")])
            with Form(self.club) as form:
                form.inactivity_months = 0
                self.assertIn("no longer lapse", form.inactivity_text)
            self.assertEqual(self.expiring(), [])
        self.assertBalance(100)

    # ------------------------------------------------------------------ merges
    def merge(self):
        self.env["club.member"]._merge_partners(self.ada, self.bob)
        self.env.invalidate_all()

    def test_merge_keeps_the_later_order(self):
        self.lapse_rule()
        self.earn(100)
        self.earn(11, self.bob_member)
        with self.days_later(90):
            self.buy()
            self.merge()
            self.assertEqual(self.paid_at(self.bob_member), fields.Datetime.now())
            self.assertEqual(
                self.expiring(self.bob_member), [("211", self.last_day(since=self.club._today()), "inactivity")]
            )
        self.assertBalance(211, self.bob)

    def test_merge_revives_nothing_of_either_side(self):
        for gone, kept, alive in ((self.ada_member, self.bob_member, 10), (self.bob_member, self.ada_member, 10)):
            with self.subTest(lapsed=gone.partner_id.name), self.env.cr.savepoint() as savepoint:
                self.lapse_rule()
                self.earn(100, gone)
                hold = self.hold(40, gone)
                with self.days_later(MONTHS * 31 + 9):
                    kept.last_paid_at = fields.Datetime.now()
                    kept.adjust(self.unit.id, alive, "Gift")
                    self.merge()
                    hold._release()
                    self.assertEqual(self.active(self.bob_member), alive)
                    self.night()
                self.assertBalance(alive, self.bob)
                savepoint.rollback()
                self.env.invalidate_all()

    # ------------------------------------------------------------------ what people read
    def test_receipt_and_member_screen_show_what_is_left(self):
        self.lapse_rule()
        self.earn(100)
        with self.past(self.last_day()):
            order = self.buy()
            self.assertEqual(order.club_receipt["lines"][0]["balance"], "100 Beans")
            self.assertEqual(self.ada_member.balance_text, "100 Beans")
            day = format_date(self.env, self.last_day(since=self.club._today()))
            idle_line = f"100 Beans expiring on {day} if nothing is bought until then"
            self.assertEqual(self.account().expiring_text, idle_line)
            for days in range(10, 60, 10):
                self.earn(1, valid=(self.club._today() - self.today).days + days)
            lines = self.account().expiring_text.split("\n")
            self.assertEqual((len(lines), lines[-2][:19]), (6, "100 Beans expiring "), "the next dates, and the lapse")
            self.assertIn("later", lines[-1], "nothing is left out in silence")
            lots = self.account().lot_ids.sorted("id")[:2]
            self.assertEqual(lots.mapped("expires_on"), [False, False], "their own dates never change")
            self.assertEqual(lots[0].good_until, self.last_day())
            [award] = [line for line in self.ada_member.get_history() if line["document"] == order.name]
            self.assertEqual(award["expires_on"], str(lots[1].good_until))
        self.assertCoherent()
