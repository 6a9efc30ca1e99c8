from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common_expiry import MONTHS, ExpiryCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestLateOrders(ExpiryCommon):
    """Orders that a register tells of late, against points that lapse without orders."""

    def test_late_offline_order_counts_when_it_was_paid(self):
        self.lapse_rule()
        self.buy()
        with self.days_later(60):
            second = self.ui_order([(self.coffee, 1)], [(self.cash, 121.0)], self.ada)
            moment = fields.Datetime.now()
        with self.days_later(90):
            self.buy()
            newest = fields.Datetime.now()
        with self.days_later(95):
            self.sync(second)
            self.assertEqual(self.paid_at(), newest, "the later one counts")
        with self.days_later(100):
            late = self.ui_order(
                [(self.coffee, 1)], [(self.cash, 121.0)], self.bob, date_order=fields.Datetime.to_string(moment)
            )
            self.sync(late)
            self.assertLess(self.paid_at(self.bob_member), fields.Datetime.now())
            self.assertEqual(self.paid_at(self.bob_member), moment)
        self.assertBalance(300)

    def test_late_order_paid_in_time_saves_what_is_not_booked(self):
        self.lapse_rule()
        self.buy()
        with self.on(self.last_day()):
            offline = self.ui_order([(self.coffee, 1)], [(self.cash, 121.0)], self.ada)
        with self.days_later(MONTHS * 31 + 20):
            self.assertEqual(self.active(), 0)
            self.sync(offline)
            self.assertEqual(self.active(), 200)
            self.night()
        self.assertBalance(200)

    def test_late_order_paid_in_time_saves_what_the_night_has_booked(self):
        """The same figures as without the job: dates decide."""
        self.lapse_rule()
        self.buy()
        self.earn(40, valid=30)
        self.earn(7, valid=MONTHS * 31 + 10)
        with self.on(self.last_day()):
            offline = self.ui_order([(self.coffee, 1)], [(self.cash, 121.0)], self.ada)
        with self.days_later(MONTHS * 31 + 20):
            self.night()
            self.assertEqual(self.active(), 0)
            self.sync(offline)
            self.sync(offline)
            self.assertEqual(self.active(), 200, "the others had a last day of their own")
            self.night()
            corrections = self.account().entry_ids.filtered(lambda entry: entry.kind == "correction")
            self.assertEqual(corrections.mapped("amount"), [100])
        self.assertBalance(200)

    def test_late_order_revives_nothing_where_a_later_one_found_it_lapsed(self):
        self.lapse_rule()
        self.buy()
        with self.on(self.last_day()):
            offline = self.ui_order([(self.coffee, 1)], [(self.cash, 121.0)], self.ada)
        with self.days_later(MONTHS * 31 + 20):
            self.night()
            self.buy()
            self.sync(offline)
            self.assertEqual(self.active(), 200)
        self.assertBalance(200)

    def test_order_of_nothing_is_no_activity(self):
        self.buy()
        before = self.paid_at()
        with self.days_later(20):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.ada.id,
                    "team_id": self.team.id,
                    "order_line": [Command.create({"product_id": self.coffee.id, "price_unit": 0.0})],
                }
            )
            order.action_confirm()
            order.club_sync()
            self.assertEqual(self.paid_at(), before)
        self.assertBalance(100)
