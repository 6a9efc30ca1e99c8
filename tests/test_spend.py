from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import tagged

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestScopeOfEarning(ClubCommon):
    """What counts as spend, and where it earns."""

    def _earned(self, lines, **values):
        return sum(self.sell(lines, self.ada, **values).club_entry_ids.mapped("amount"))

    def test_excluded_by_product_category_and_tag_says_which(self):
        tag = self.env["product.tag"].create({"name": "Tobacco"})
        lines = [(self.coffee, 1), (self.cake, 1)]
        texts = self.env["club.explanation"]
        for name, record, why in (
            ("excluded_product_ids", self.coffee.product_tmpl_id, "product"),
            ("excluded_categ_ids", self.env["product.category"].create({"name": "Goods"}), "category"),
            ("excluded_tag_ids", tag, "tag"),
        ):
            self.coffee.categ_id = self.club.excluded_categ_ids or self.coffee.categ_id
            if name == "excluded_categ_ids":
                self.coffee.categ_id = self.env["product.category"].create({"name": "Sub", "parent_id": record.id})
            if name == "excluded_tag_ids":
                self.coffee.product_tag_ids = tag
            self.club[name] = record
            with self.subTest(name):
                order = self.sell(lines, self.ada)
                self.assertEqual(order.club_entry_ids.amount, 10)
                self.assertEqual(order.club_entry_ids._explain()[0]["text"], texts._why(why))
            self.club[name] = False

    def test_product_form_excludes_as_the_club_does(self):
        self.assertEqual(self._earned([(self.coffee, 1)]), 100)
        self.coffee.product_tmpl_id.club_excluded_ids = self.club
        self.assertEqual(self.club.excluded_product_ids, self.coffee.product_tmpl_id)
        self.assertEqual(self._earned([(self.coffee, 1)]), 0)

    def test_channel_that_is_off_earns_nothing_then_or_later(self):
        self.club.is_earn_pos = False
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertFalse(order.club_entry_ids)
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["channel_off"])
        self.club.is_earn_pos = True
        self.env["club.outcome"].search([("source_id", "=", order.id), ("source_model", "=", "pos.order")])
        order._club_sync()
        self.assertFalse(order.club_entry_ids)
        self.assertEqual(self._earned([(self.coffee, 1)]), 100)
        self.club.is_earn_sale = False
        # What a payment is dated by is the beginning of the transaction, here before the switch.
        self.env.flush_all()
        self.env.cr.execute("UPDATE club_switch SET ended_at = ended_at - INTERVAL '1 hour' WHERE channel = 'sale'")
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        sale = self.quotation([(self.coffee, 1)])
        sale.action_confirm()
        self.pay(self.invoice(sale))
        self.assertFalse(sale.club_entry_ids)
        self.assertCoherent()

    def test_late_order_of_an_hour_when_the_channel_was_on_earns(self):
        paid_at = datetime.now() - timedelta(hours=1)
        self.open_session().start_at = paid_at - timedelta(hours=1)
        self.env.cr.execute("UPDATE club_club SET create_date = %s WHERE id = %s", (
            paid_at - timedelta(days=3), self.club.id
        ))  # fmt: skip
        self.env.invalidate_all()
        self.club.is_earn_pos = False
        self.assertEqual(self._earned([(self.coffee, 1)], date_order=fields.Datetime.to_string(paid_at)), 100)

    def test_order_flagged_no_points_earns_nothing_and_gives_back(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertBalance(100)
        order.club_no_points = True
        self.assertBalance(0)
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["no_points"])
        order.club_no_points = False
        self.assertBalance(100)
        sale = self.quotation([(self.coffee, 1)], club_no_points=True)
        sale.action_confirm()
        invoice = self.invoice(sale)
        self.pay(invoice)
        self.assertFalse(sale.club_entry_ids)
        sale.club_no_points = False
        self.assertEqual(sale.club_points_earned, "+100 Beans")

    def test_registers_word_neither_sets_nor_clears_the_flag_of_a_paid_order(self):
        self.assertNotIn("club_no_points", self.env["pos.order"]._load_pos_data_fields(self.register))

    def test_delivery_counts_by_setting(self):
        carrier = self.env["delivery.carrier"].search([], limit=1)
        sale = self.quotation([(self.coffee, 1)])
        sale.set_delivery_line(carrier, 10.0)
        sale.action_confirm()
        self.pay(self.invoice(sale))
        self.assertEqual(sale.club_points_earned, "+100 Beans")
        self.club.earn_on_delivery = True
        other = self.quotation([(self.coffee, 1)])
        other.set_delivery_line(carrier, 10.0)
        other.action_confirm()
        self.pay(self.invoice(other))
        self.assertEqual(other.club_points_earned, "+110 Beans")
