from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClubCommon

MIXIN = "odoo.addons.loyalty_club.models.document_mixin"
AWARD = "odoo.addons.loyalty_club.models.document_judge.earning.award"


@tagged("post_install", "-at_install", "loyalty_club")
class TestEarningPos(ClubCommon):
    """What orders of a register earn, by every way they are paid, and what refunds take back."""

    def _why(self, code):
        return self.env["club.outcome"]._texts()[code]

    # ------------------------------------------------------------------ ways to "paid"
    def test_first_paid_order_enrols_and_earns(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual(order.club_points_earned, "+100 Beans")
        self.assertEqual(self.member().tier_id, self.tier)
        self.assertRegex(self.member().card_number, r"^299\d{10}$")
        self.assertBalance(100)

    def test_order_synced_three_times_earns_once(self):
        data = self.ui_order([(self.coffee, 1)], [(self.cash, 121.0)], self.ada)
        for _time in range(3):
            copy = dict(data, lines=[list(line) for line in data["lines"]], payment_ids=list(data["payment_ids"]))
            order = self.sync(copy)
        self.assertEqual(len(order.club_entry_ids), 1)
        self.assertBalance(100)

    def test_order_paid_in_the_back_office_earns(self):
        data = self.ui_order([(self.coffee, 1)], [], self.ada, state="draft", amount_paid=0)
        order = self.sync(data)
        self.assertFalse(order.club_entry_ids)
        wizard = self.env["pos.make.payment"].with_context(active_id=order.id, active_ids=order.ids)
        wizard.create({"payment_method_id": self.cash.id, "amount": order.amount_total}).check()
        self.assertBalance(100)

    def test_invoiced_order_earns_once(self):
        self.ada.property_account_receivable_id = self.env["account.account"].search(
            [("account_type", "=", "asset_receivable"), ("company_ids", "in", self.company.ids)], limit=1
        )
        order = self.sell([(self.coffee, 1)], self.ada, to_invoice=True)
        self.assertEqual(order.state, "done")
        self.assertTrue(order.account_move)
        self.assertBalance(100)

    def test_order_without_customer_says_why_it_earned_nothing(self):
        order = self.sell([(self.coffee, 1)])
        self.assertFalse(order.club_entry_ids)
        self.assertEqual(order.club_explanation, self._why("no_customer"))

    def test_self_order_names_nobody_by_its_own_word(self):
        order = self.sell([(self.coffee, 1)], self.ada, source="kiosk")
        self.assertFalse(order.club_entry_ids)
        self.assertFalse(self.member())

    # ------------------------------------------------------------------ the base
    def test_part_paid_in_points_earns_on_the_rest(self):
        """121.00 with 21 % tax, 21.00 of it in points: 100 × 100 ÷ 121 = 82.64."""
        from odoo.addons.loyalty_club.engine import earning

        order = self.sell([(self.coffee, 1)])
        rules = self.club._rulebook()
        with patch.object(type(order), "_club_not_real", lambda self, total, negative: (21.0, True)):
            facts = order._club_facts(rules, self.outlet.id)
        judged = order._club_order(rules, facts, rules.units[self.unit.id], rules.programs[0])
        award = earning.award(judged, earning.Rules(ratio=earning.ONE))
        self.assertEqual(round(float(award.exact), 2), 82.64)
        self.assertEqual(award.amount, 82)

    def test_forged_amounts_earn_on_the_servers_own(self):
        order = self.sell([(self.cake, 1, {"price_subtotal": 9000.0, "price_subtotal_incl": 12.1})], self.ada)
        self.assertEqual(order.club_points_earned, "+10 Beans")

    def test_free_lines_with_forged_subtotals_earn_nothing(self):
        order = self.sell(
            [(self.coffee, 1, {"price_unit": 0.0, "price_subtotal": 500.0, "price_subtotal_incl": 0.0})],
            self.ada,
            amount_total=0.0,
            amount_paid=0.0,
        )
        self.assertFalse(order.club_entry_ids)
        self.assertEqual(order.club_explanation, self._why("no_real_money"))

    def test_forged_fields_of_ours_are_not_taken_from_a_register(self):
        loaded = self.env["pos.order"]._load_pos_data_fields(self.register)
        self.assertIn("club_receipt", loaded)
        self.assertFalse({"club_entry_ids", "club_points_earned", "club_explanation"} & set(loaded))
        order = self.sell([(self.cake, 1)], self.ada, club_receipt={"lines": [{"balance": "99,999 Beans"}]})
        self.assertEqual(order.club_receipt["lines"][0]["balance"], "10 Beans")
        self.assertBalance(10)

    def test_tips_and_unlinked_returns_are_not_spend(self):
        tip = self._product("Tip", 5.0, taxes_id=False, type="service")
        self.register.write({"iface_tipproduct": True, "tip_product_id": tip.id})
        self.assertEqual(self.sell([(self.cake, 1), (tip, 1)], self.ada).club_points_earned, "+10 Beans")
        order = self.sell([(self.coffee, 1), (self.cake, -4)], self.bob)
        self.assertEqual(order.club_points_earned, "+60 Beans")

    def test_measured_quantities_and_line_discounts_lower_the_base(self):
        order = self.sell([(self.cake, 2.5), (self.cake, 1, {"discount": 50})], self.ada)
        self.assertEqual(order.club_points_earned, "+30 Beans")

    def test_order_in_another_currency_earns_at_its_rate(self):
        foreign = self.env["res.currency"].create({"name": "XBN", "symbol": "b", "rounding": 0.01})
        self.env["res.currency.rate"].create(
            {"currency_id": foreign.id, "rate": 2.0, "company_id": self.company.id, "name": "2020-01-01"}
        )
        order = self.sell([(self.cake, 1)])
        order.currency_id = foreign
        order.currency_rate = 2.0
        order.partner_id = self.ada
        order._club_sync()
        self.assertEqual(order.club_points_earned, "+5 Beans")

    # ------------------------------------------------------------------ rules
    def test_nearest_ratio_wins(self):
        parent = self.env["product.category"].create({"name": "Food"})
        child = self.env["product.category"].create({"name": "Cakes", "parent_id": parent.id})
        self.cake.categ_id = child
        ratio = self.env["club.ratio"]
        for target, value, expected in (
            ({"categ_id": parent.id}, 10, 1),
            ({"categ_id": child.id}, 5, 2),
            ({"product_tmpl_id": self.cake.product_tmpl_id.id}, 2, 5),
            ({"product_id": self.cake.id}, 0.5, 20),
        ):
            ratio.create({"unit_id": self.unit.id, "ratio": value, **target})
            partner = self.env["res.partner"].create({"name": f"Customer {expected}"})
            order = self.sell([(self.cake, 1)], partner)
            self.assertEqual(sum(order.club_entry_ids.mapped("amount")), expected)

    def test_tier_of_the_moment_counts_and_crossing_moves_up(self):
        self.sell([(self.coffee, 15)], self.ada)
        self.assertEqual(self.member().tier_id, self.gold)
        self.assertBalance(1500)
        self.sell([(self.coffee, 1)], self.ada)
        self.assertBalance(1700)

    def test_programme_of_the_tier_counts_else_the_nearest_lower(self):
        silver = self.env["club.program"].create({"name": "Silver", "tier_id": self.silver.id, "ratio": 0.5})
        silver.action_go_live()
        self.sell([(self.coffee, 5)], self.ada)
        self.assertEqual(self.member().tier_id, self.silver)
        self.sell([(self.coffee, 1)], self.ada)
        self.assertBalance(700)
        self.sell([(self.coffee, 4)], self.ada)
        self.assertEqual(self.member().tier_id, self.gold)
        self.assertBalance(1500)
        self.sell([(self.coffee, 1)], self.ada)  # gold has no program of its own: silver's, twice
        self.assertBalance(1900)

    def test_lowest_level_of_several_programmes_wins_and_drafts_earn_nothing(self):
        second = self.env["club.program"].create({"name": "Double", "tier_id": self.tier.id, "ratio": 0.5, "level": 5})
        self.sell([(self.coffee, 1)], self.ada)
        self.assertBalance(100)
        second.action_go_live()
        self.sell([(self.coffee, 1)], self.ada)
        self.assertBalance(300)

    def test_programme_of_other_outlets_does_not_count(self):
        elsewhere = self.env["club.outlet"].create({"club_id": self.club.id, "name": "Elsewhere"})
        self.env.cr.execute("UPDATE club_program SET state = 'draft'")
        self.program.invalidate_recordset()
        self.program.outlet_ids = elsewhere
        self.env.cr.execute("UPDATE club_program SET state = 'live'")
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual(order.club_explanation, self._why("no_program"))

    def test_portions_are_released_in_order_with_their_own_validity(self):
        self.program.action_end()
        self.env["club.program"].create(
            {
                "name": "Portions",
                "tier_id": self.tier.id,
                "portion_count": 3,
                "portion_interval_days": 30,
                "validity_days": 365,
            }
        ).action_go_live()
        self.sell([(self.coffee, 1)], self.ada)
        today = self.club._today()
        lots = self.member().account_ids.lot_ids.sorted("available_on")
        self.assertEqual(lots.mapped("amount"), [34, 33, 33])
        self.assertEqual(lots.mapped("available_on"), [today + timedelta(days=30 * part) for part in range(3)])
        self.assertEqual(lots.mapped("expires_on"), [lot.available_on + timedelta(days=365) for lot in lots])
        [balance] = self.member().get_balance()
        self.assertEqual(balance["active"], "34")
        self.assertEqual([part["amount"] for part in balance["inactive"]], ["33", "33"])
        self.assertCoherent()

    def test_outlets_and_clubs_that_are_off_earn_nothing_then_or_later(self):
        self.outlet.is_opted_in = False
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertFalse(order.club_explanation, "its form shows nothing of the club")
        outcome = self.env["club.outcome"].search([("source_model", "=", "pos.order"), ("source_id", "=", order.id)])
        self.assertEqual(outcome.message, self._why("outlet_off"))
        self.outlet.is_opted_in = True
        self.club.action_switch_off()
        second = self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual(second.club_explanation, self._why("club_off"))
        self.club.action_switch_on()
        (order | second)._club_sync()
        self.assertFalse((order | second).club_entry_ids)
        self.assertBalance(0)

    def test_order_paid_while_on_earns_however_late_it_is_looked_at(self):
        with patch(AWARD, side_effect=ZeroDivisionError("broken rule")), mute_logger(MIXIN):
            order = self.sell([(self.coffee, 1)], self.ada)
        order.session_id.start_at -= timedelta(minutes=2)
        order.date_order -= timedelta(minutes=1)
        self.outlet.is_opted_in = False
        self.club.action_switch_off()
        order._club_sync()
        self.assertEqual(order.club_points_earned, "+100 Beans")
        self.assertBalance(100)

    def test_tier_reached_by_a_refunded_order_falls_with_it(self):
        order = self.sell([(self.coffee, 15)], self.ada)
        self.assertEqual(self.member().tier_id, self.gold)
        self.refund(order, {self.coffee: 5})
        self.assertEqual(self.member().tier_id, self.silver)
        self.refund(order, {self.coffee: 10})
        self.assertEqual(self.member().tier_id, self.tier)
        self.assertEqual(self.member().move_ids.mapped("reason"), ["refund", "refund", "lifetime"])
        self.assertBalance(0)

    def test_refund_works_while_the_club_is_off(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        self.club.action_switch_off()
        self.refund(order)
        self.assertBalance(0)

    def test_late_offline_order_is_paid_within_its_session(self):
        order = self.ui_order([(self.coffee, 1)], [(self.cash, 121.0)], self.ada, date_order="2015-01-01 00:00:00")
        order = self.sync(order)
        self.assertEqual(order.club_entry_ids.business_at, order.session_id.start_at)

    # ------------------------------------------------------------------ refunds
    def test_twenty_percent_refunded_twice_leaves_sixty_percent(self):
        order = self.sell([(self.cake, 10)], self.ada)
        self.assertBalance(100)
        self.refund(order, {self.cake: 2})
        self.assertBalance(80)
        self.refund(order, {self.cake: 2})
        self.assertBalance(60)
        order._club_sync()
        self.assertBalance(60)
        self.refund(order, {self.cake: 6})
        self.assertBalance(0)
        self.assertEqual(self.member().lifetime, 0)
        self.assertEqual(order.club_explanation, self._why("returned"))

    def test_refund_without_customer_still_takes_the_points_back(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        lines = [(self.coffee, -1, {"refunded_orderline_id": order.lines.id})]
        self.sell(lines, is_refund=True)
        self.assertBalance(0)

    def test_refund_takes_by_the_record_not_by_todays_rules(self):
        order = self.sell([(self.cake, 10)], self.ada)
        self.env["club.ratio"].create({"unit_id": self.unit.id, "ratio": 0.1, "product_id": self.cake.id})
        self.program.action_end()
        self.refund(order, {self.cake: 5})
        self.assertBalance(50)

    def test_refund_of_spent_points_is_a_debt_that_the_next_points_pay(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        self.member().adjust(self.unit.id, -70, "Used elsewhere")
        self.refund(order)
        self.assertBalance(-70)
        self.assertEqual(self.member().account_ids.debt, 70)
        self.sell([(self.coffee, 1)], self.ada)
        self.assertBalance(30)
        self.assertEqual(self.member().get_balance()[0]["active"], "30")

    def test_refund_of_spent_points_can_be_borne_by_the_shop(self):
        self.club.clawback_policy = "shop"
        order = self.sell([(self.coffee, 1)], self.ada)
        self.member().adjust(self.unit.id, -70, "Used elsewhere")
        self.refund(order)
        self.assertBalance(0)

    def test_exchange_neither_lowers_nor_raises_the_next_award(self):
        order = self.sell([(self.cake, 6)], self.ada)
        lines = [
            (self.coffee, 1),
            (self.cake, -6, {"refunded_orderline_id": order.lines.id}),
        ]
        for line in lines[1:]:  # a register tells a refunded line's amount without its sign
            line[2].update(price_subtotal=60.0, price_subtotal_incl=72.6)
        exchange = self.sell(lines, self.ada)[-1:]
        self.assertEqual(sum(exchange.club_entry_ids.mapped("amount")), 100)
        self.assertBalance(100)

    def test_kiosk_refund_link_takes_nothing_from_the_victim(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        lines = [(self.coffee, -1, {"refunded_orderline_id": order.lines.id})]
        self.sell(lines, self.bob, source="kiosk")
        order._club_sync()
        self.assertBalance(100)

    def test_partner_changed_after_payment_moves_no_points(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        order.partner_id = self.bob
        order._club_sync()
        self.assertBalance(100)
        self.assertFalse(self.member(self.bob))
        self.refund(order)
        self.assertBalance(0)

    # ------------------------------------------------------------------ faults
    def test_fault_in_earning_never_stops_the_sale_and_is_repaired(self):
        with (
            patch(AWARD, side_effect=ZeroDivisionError("broken rule")),
            mute_logger(MIXIN),
        ):
            order = self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual(order.state, "paid")
        self.assertEqual(order.club_explanation, self._why("fault"))
        outcome = self.env["club.outcome"].search([("source_model", "=", "pos.order"), ("source_id", "=", order.id)])
        self.assertIn("broken rule", outcome.fault)
        order._club_sync()
        self.assertEqual(order.club_points_earned, "+100 Beans")
        self.assertFalse(outcome.fault)
        self.assertBalance(100)

    # ------------------------------------------------------------------ what people read
    def test_explanation_adds_up_to_the_entry(self):
        self.env["club.ratio"].create({"unit_id": self.unit.id, "ratio": 3, "product_id": self.cake.id})
        entry = self.sell([(self.coffee, 1), (self.cake, 1)], self.ada).club_entry_ids
        rows = entry._explain()
        self.assertEqual([row["name"] for row in rows], ["Coffee", "Cake", "Rounding"])
        self.assertEqual([row["amount"] for row in rows], ["100", "3.3333", "-0.3333"])
        self.assertEqual(entry.amount, 103)

    def test_receipt_shows_what_was_earned_and_the_balance_after(self):
        self.enrol(points=387)
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual(order.club_receipt["text"], ["Ada · Member", "Cumulative Beans: 487 (+100)"])
        self.assertFalse(self.sell([(self.coffee, 1)]).club_receipt)

    def test_receipt_of_a_draft_says_nothing(self):
        order = self.sync(self.ui_order([(self.coffee, 1)], [], self.ada, state="draft", amount_paid=0))
        self.assertFalse(order.club_receipt)
        self.assertEqual(order.club_explanation, self._why("not_paid"))

    def test_cashier_without_rights_in_the_club_still_sells(self):
        seller = self.env["res.users"].create(
            {
                "name": "Seller",
                "login": "club-seller",
                "group_ids": [Command.set(self.env.ref("point_of_sale.group_pos_user").ids)],
            }
        )
        data = self.ui_order([(self.coffee, 1)], [(self.cash, 121.0)], self.ada)
        result = self.env["pos.order"].with_user(seller).sync_from_ui([data])
        self.assertEqual(result["pos.order"][0]["club_receipt"]["lines"][0]["earned"], "100")
        self.assertEqual(self.member().account_ids.entry_ids.actor, "Seller")
        self.assertLess(self.member().joined_at, fields.Datetime.now() + timedelta(seconds=1))
