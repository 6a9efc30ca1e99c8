from unittest.mock import patch
from uuid import uuid4

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from ..models.ledger import Source
from .common_ledger import LedgerCommon

PAID = Source(model="pos.order", id=1, name="Order 1")


@tagged("post_install", "-at_install", "loyalty_club")
class TestPools(LedgerCommon):
    """High Street and the airport: one balance, one each, and the ways between; nothing is lost on any."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pool.name = "Town"
        cls.airport_pool = cls.env["club.pool"].create({"club_id": cls.club.id, "name": "Airport"})
        cls.airport_register = cls._register("Gate 7")
        cls.airport = cls.env["club.outlet"].create(
            {
                "club_id": cls.club.id,
                "name": "Airport",
                "pool_id": cls.airport_pool.id,
                "pos_config_ids": [Command.set(cls.airport_register.ids)],
            }
        )
        cls.airport.opted_in_at = cls.outlet.opted_in_at

    def sell(self, lines, partner=None, config=None, **values):
        """Paid in the cash of that register."""
        order = self.ui_order(lines, [], partner, config=config, **values)
        methods = (config or self.register).payment_method_ids
        cash = methods.filtered("is_cash_count")
        order["payment_ids"] = [Command.create(
            {"uuid": str(uuid4()), "payment_method_id": cash.id, "amount": order["amount_total"]}
        )]  # fmt: skip
        return self.sync(order)

    def far(self, member=None):
        """The member's balance at the airport."""
        return self.account(member, pool=self.airport_pool)

    def earn_far(self, amount, member=None, **values):
        account = self.far(member)
        return self.earn(amount, member, account=account, **values)

    def wizard(self):
        return self.env["club.regroup"].browse(self.club.action_regroup()["res_id"])

    def into_town(self, wizard):
        """The airport's outlets shall share with Town; what members have there follows."""
        wizard.outlet_line_ids.group_id = wizard.group_ids.filtered(lambda group: group.pool_id == self.pool)
        return wizard

    def join(self):
        """One balance for both, as a merchant does it."""
        self.into_town(self.wizard()).action_regroup()
        self.env.invalidate_all()

    def move_tonight(self):
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_club.ir_cron_move_balances").method_direct_trigger()
        self.env.invalidate_all()

    def split(self, receiver=None):
        """Out of one balance, the airport gets its own."""
        wizard = self.wizard()
        line = wizard.outlet_line_ids.filtered(lambda line: line.outlet_id == self.airport)
        line.group_id = self.env["club.regroup.group"].create({"wizard_id": wizard.id, "name": "Gates"})
        if receiver:
            wizard.group_ids.filtered("pool_id").receiver_id = line.group_id
        wizard.action_regroup()
        self.env.invalidate_all()

    def words(self, wizard):
        self.env.invalidate_all()
        return " ".join(wizard._sentences())

    # ------------------------------------------------------------------ what the club says
    def test_scope_follows_from_the_pools(self):
        self.assertEqual(self.club.balance_scope, "outlet")
        self.airport.pool_id = self.pool
        self.assertEqual(self.club.balance_scope, "shared")
        self.env["club.outlet"].create({"club_id": self.club.id, "name": "Harbour", "pool_id": self.airport_pool.id})
        self.assertEqual(self.club.balance_scope, "groups")
        self.assertEqual(self.club.scope_text, "Town: High Street, Airport · Airport: Harbour")

    def test_new_outlet_of_a_club_with_separate_balances_gets_its_own(self):
        harbour = self.env["club.outlet"].create({"club_id": self.club.id, "name": "Harbour"})
        self.assertEqual(harbour.pool_id.name, "Harbour")
        self.assertEqual(self.club.balance_scope, "outlet")
        with Form(self.env["club.outlet"]) as form:
            form.club_id = self.club
            form.name = "Station"
            self.assertFalse(form.pool_id)
        self.assertEqual(form.record.pool_id.name, "Station")

    def test_new_outlet_of_a_club_with_one_balance_shares_it(self):
        self.airport.pool_id = self.pool
        harbour = self.env["club.outlet"].create({"club_id": self.club.id, "name": "Harbour"})
        self.assertEqual(harbour.pool_id, self.pool)

    # ------------------------------------------------------------------ by hand: refused where it would hurt
    def test_outlet_with_balances_changes_its_pool_by_regrouping_only(self):
        self.assertFalse(self.airport.is_pool_fixed)
        self.earn_far(10)
        self.env.invalidate_all()
        self.assertTrue(self.airport.is_pool_fixed)
        with self.assertRaisesRegex(UserError, "Members have balances in Airport.*Use Regroup on the club"):
            self.airport.pool_id = self.pool
        self.airport.write({"pool_id": self.airport_pool.id, "name": "Gates"})
        self.assertCoherent()

    def test_pool_is_not_closed_or_redirected_by_hand(self):
        with self.assertRaisesRegex(UserError, "Airport still use this pool"):
            self.airport_pool.active = False
        with self.assertRaisesRegex(UserError, "by Regroup"):
            self.airport_pool.merged_into_id = self.pool
        self.join()
        with self.assertRaisesRegex(UserError, "stays closed"):
            self.airport_pool.active = True
        with self.assertRaisesRegex(Exception, "Airport was merged into Town. Choose that one."):
            self.env["club.outlet"].create(
                {"club_id": self.club.id, "name": "Harbour", "pool_id": self.airport_pool.id}
            )

    # ------------------------------------------------------------------ preview
    def test_preview_says_what_moves_and_changes_nothing(self):
        self.earn(100)
        self.earn_far(40)
        award = self.earn_far(30, self.bob_member)
        self.post("spend", 30, account=self.far(self.bob_member))
        self.post("clawback", 30, account=self.far(self.bob_member), own_entry_ids=(award.id,))
        self.hold(15)
        self.env["club.hold"].sudo()._authorise(
            self.far().sudo(), 10, 0.1, self.company.currency_id, "sale", ("pos.order", "far-1")
        )
        before = self.env["club.entry"].search_count([])
        wizard = self.wizard()
        self.assertIn("Nothing changes yet", self.words(wizard))
        self.into_town(wizard)
        text = self.words(wizard)
        for part in (
            "one balance for High Street, Airport",
            "What members have in Airport goes to Town: 10 Beans (members: 2).",
            "What they owe goes along: 30 Beans.",
            "What open orders were promised stays promised: 10 Beans.",
        ):
            self.assertIn(part, text)
        self.assertIn("<li>", wizard.preview)
        self.assertEqual(self.env["club.entry"].search_count([]), before)
        self.assertEqual((self.airport.pool_id, self.airport_pool.active), (self.airport_pool, True))
        self.assertCoherent()

    def test_preview_follows_what_is_being_chosen(self):
        self.earn_far(40)
        wizard = self.wizard()
        town = wizard.group_ids.filtered(lambda group: group.pool_id == self.pool)
        with Form(wizard) as form:
            with form.outlet_line_ids.edit(1) as line:
                line.group_id = town
            self.assertIn("What members have in Airport goes to Town: 40 Beans", form.preview)

    def test_sharing_all_goes_where_least_has_to_move(self):
        self.earn(1)
        self.earn_far(2)
        self.earn_far(3, self.bob_member)
        wizard = self.wizard()
        wizard.action_share_all()
        self.assertIn("What members have in Town goes to Airport: 1 Bean (members: 1).", self.words(wizard))
        wizard.outlet_line_ids.group_id.name = "Everywhere"
        wizard.action_regroup()
        self.env.invalidate_all()
        self.assertEqual((self.outlet.pool_id.name, self.airport.pool_id.name), ("Everywhere", "Everywhere"))
        self.assertEqual(self.far().balance, 3)
        self.assertBalance(3)

    def test_split_says_who_keeps_what_members_have(self):
        self.join()
        self.earn(50)
        wizard = self.wizard()
        wizard.action_separate_all()
        text = self.words(wizard)
        self.assertIn("High Street: one balance for High Street.", text)
        self.assertIn("Airport: one balance for Airport.", text)
        self.assertIn("What members have in Town counts for High Street and no longer at Airport.", text)

    def test_separating_leaves_balances_with_the_outlet_of_the_pools_name(self):
        self.airport_pool.name = "Gates"
        self.join()
        self.earn(50)
        self.pool.name = "Airport"
        wizard = self.wizard()
        wizard.action_separate_all()
        wizard.action_separate_all()
        self.assertEqual(sorted(wizard.group_ids.mapped("name")), ["Airport", "High Street"], "no litter")
        self.assertIn("counts for Airport and no longer at High Street", self.words(wizard))
        wizard.action_regroup()
        self.env.invalidate_all()
        self.assertEqual((self.airport.pool_id, self.outlet.pool_id.name), (self.pool, "High Street"))
        self.assertBalance(50)

    # ------------------------------------------------------------------ joining
    def test_balances_join_with_their_dates_and_the_lifetime_stays(self):
        self.earn(600, valid=30)
        self.earn_far(40, valid=10)
        self.earn_far(20, days=5)
        tier = self.ada_member.tier_id
        moves = self.ada_member.move_ids
        self.join()
        self.assertEqual((self.far(), self.airport.pool_id), (self.account(), self.pool))
        self.assertEqual(self.account().balance, 660)
        self.assertEqual((self.ada_member.lifetime, self.account().lifetime), (660, 660))
        self.assertEqual((self.ada_member.tier_id, self.ada_member.move_ids), (tier, moves))
        self.assertEqual(
            {(lot.left_amount, lot.expires_on) for lot in self.account().lot_ids},
            {(600, self.day(30)), (40, self.day(10)), (20, False)},
        )
        self.assertFalse(self.airport_pool.active)
        self.assertEqual(self.club.balance_scope, "shared")
        self.assertBalance(660)

    def day(self, days):
        return fields.Date.add(self.today, days=days)

    def test_history_keeps_both_and_says_how_they_met(self):
        self.earn_far(40)
        self.join()
        entries = self.ada_member.account_ids.entry_ids.sorted("id")
        self.assertEqual(entries.mapped("kind"), ["award", "pool_out", "pool_in"])
        self.assertEqual(entries.mapped("amount"), [40, -40, 40])
        self.assertEqual(entries[1].source_name, "Airport is now Town")
        self.assertIn("Airport", self.club.message_ids[0].body + self.club.message_ids[1].body)

    def test_debts_move_and_are_paid(self):
        award = self.earn_far(50)
        self.post("spend", 50, account=self.far())
        self.post("clawback", 50, account=self.far(), own_entry_ids=(award.id,))
        self.earn(200)
        self.join()
        self.assertEqual((self.account().debt, self.account().balance), (0, 150))
        self.assertBalance(150)

    def test_open_promises_move_and_are_captured(self):
        self.earn_far(100, valid=30)
        hold = (
            self.env["club.hold"]
            .sudo()
            ._authorise(self.far().sudo(), 70, 0.7, self.company.currency_id, "sale", ("pos.order", "far-1"))
        )
        self.earn(50, valid=5)
        self.join()
        self.assertEqual(hold.account_id, self.account())
        with self.assertRaises(UserError):
            self.post("spend", 81)
        self.assertCoherent()
        hold._capture(PAID)
        self.assertEqual(sorted(self.lefts()), [30, 50])
        self.assertBalance(80)

    def test_points_used_before_come_back_after(self):
        self.earn_far(100, valid=30)
        hold = (
            self.env["club.hold"]
            .sudo()
            ._authorise(self.far().sudo(), 40, 0.4, self.company.currency_id, "sale", ("pos.order", "far-1"))
        )
        hold._capture(PAID)
        self.join()
        hold._give_back(40, "return:1", PAID)
        self.assertEqual({lot.expires_on for lot in self.account().lot_ids}, {self.day(30)})
        self.assertBalance(100)

    def test_refund_of_an_older_order_finds_its_points_where_they_are_now(self):
        order = self.sell([(self.cake, 10)], self.ada, config=self.airport_register)
        self.assertEqual(self.far().balance, 100)
        self.earn(50, valid=3)
        self.join()
        self.refund(order, {self.cake: 4}, config=self.airport_register)
        own = self.account().lot_ids.filtered(lambda lot: not lot.expires_on)
        self.assertEqual(own.left_amount, 60, "taken from the order's own points first")
        self.refund(order, {self.cake: 6}, config=self.airport_register)
        self.assertEqual(self.ada_member.lifetime, 50)
        self.assertBalance(50)

    def test_receipt_of_an_older_order_shows_the_balance_of_today(self):
        order = self.sell([(self.cake, 10)], self.ada, config=self.airport_register)
        self.earn(50)
        self.join()
        self.refund(order, {self.cake: 4}, config=self.airport_register)
        self.env.invalidate_all()
        self.assertEqual([line["balance"] for line in order.club_receipt["lines"]], ["110 Beans"])

    def test_new_awards_go_to_the_new_pool(self):
        self.join()
        self.sell([(self.cake, 1)], self.ada, config=self.airport_register)
        self.assertEqual(self.account().balance, 10)
        self.assertBalance(10)

    def test_joined_and_split_and_joined_again_loses_nothing(self):
        self.earn(10)
        order = self.sell([(self.cake, 3)], self.ada, config=self.airport_register)
        self.join()
        self.split()
        self.sell([(self.cake, 2)], self.ada, config=self.airport_register)
        self.assertEqual(self.airport.pool_id.name, "Gates")
        self.join()
        self.assertFalse(self.env["club.pool"].with_context(active_test=False).search(
            [("club_id", "=", self.club.id), ("merged_into_id.merged_into_id", "!=", False)]
        ))  # fmt: skip
        self.refund(order, config=self.airport_register)
        self.assertBalance(10 + 20)

    def test_member_of_two_joined_pools_is_merged_into_another(self):
        self.earn_far(40)
        self.earn(5, self.bob_member)
        self.join()
        self.env["club.member"]._merge_partners(self.ada, self.bob)
        self.assertBalance(45, self.bob)

    # ------------------------------------------------------------------ splitting
    def test_split_keeps_balances_with_the_pools_own_name(self):
        self.join()
        self.earn(50)
        order = self.sell([(self.cake, 1)], self.ada, config=self.airport_register)
        self.split()
        self.assertEqual(self.outlet.pool_id, self.pool)
        self.assertEqual(self.airport.pool_id.name, "Gates")
        self.assertEqual(self.account().balance, 60)
        self.sell([(self.cake, 2)], self.ada, config=self.airport_register)
        self.assertEqual(self.account(pool=self.airport.pool_id).balance, 20)
        self.refund(order, config=self.airport_register)
        self.assertEqual(self.account().balance, 50, "a refund goes to the account of origin")
        self.assertBalance(70)

    def test_split_gives_balances_to_the_outlet_that_was_chosen(self):
        self.join()
        self.earn(50)
        entries = self.env["club.entry"].search_count([])
        self.split(receiver=True)
        self.assertEqual(self.account(pool=self.airport.pool_id).balance, 50)
        self.assertEqual((self.airport.pool_id.name, self.outlet.pool_id.name), ("Gates", "Town"))
        self.assertFalse(self.outlet.pool_id == self.airport.pool_id)
        self.assertEqual(self.env["club.entry"].search_count([]), entries, "they stay together, so none moves")
        self.assertBalance(50)

    def test_promise_made_before_a_split_is_honoured_at_its_register(self):
        self.join()
        self.earn(100)
        hold = self.hold(30)
        self.split()
        self.assertTrue(self.airport._honours(hold))
        later = self.hold(30, order="order-2")
        self.env.cr.execute(
            "UPDATE club_hold SET create_date = create_date + interval '1 day' WHERE id = %s", [later.id]
        )
        later.invalidate_recordset()
        self.assertFalse(self.airport._honours(later))
        self.assertTrue(self.outlet._honours(later))

    # ------------------------------------------------------------------ many members
    def _many(self, count):
        partners = self.env["res.partner"].create([{"name": f"Guest {index}"} for index in range(count)])
        members = self.env["club.member"].browse(
            row[0] for row in self.env["club.member"]._enrol_partners(
                [(self.club.id, partner.id) for partner in partners]
            ).values()
        )  # fmt: skip
        for member in members:
            self.earn_far(7, member)
        return members

    def test_big_club_moves_in_batches_and_shows_how_far_it_is(self):
        members = self._many(5)
        with patch("odoo.addons.loyalty_club.wizards.club_regroup.BATCH", 2):
            wizard = self.into_town(self.wizard())
            self.assertIn("5 members are concerned", self.words(wizard))
            wizard.action_regroup()
        self.env.invalidate_all()
        self.assertIn("0 of 5 done", self.club.moving_text)
        self.assertEqual(self.airport_pool.moving_progress, 0)
        self.assertEqual(self.airport.pool_id, self.pool, "the outlet switched at once")
        self.env["club.pool"]._move_members(members[:2].ids)
        self.env.invalidate_all()
        self.assertEqual(self.airport_pool.moving_progress, 40)
        self.assertCoherent()
        self.move_tonight()
        self.assertFalse(self.club.moving_text)
        self.assertTrue(self.airport_pool.moved_at)
        self.assertIn("All balances of Airport are in Town now: 5", self.club.message_ids[0].body)
        self.assertEqual({account.balance for account in self.account(members[4])}, {7})
        entries = self.env["club.entry"].search_count([])
        self.move_tonight()
        self.assertEqual(self.env["club.entry"].search_count([]), entries)
        self.assertCoherent()

    def test_while_they_move_points_are_given_taken_and_returned(self):
        order = self.sell([(self.cake, 3)], self.ada, config=self.airport_register)
        self._many(2)
        with patch("odoo.addons.loyalty_club.wizards.club_regroup.BATCH", 1):
            self.join()
        self.assertEqual(self.env["club.account"].search_count([("merged_into_id", "!=", False)]), 0)
        self.sell([(self.cake, 1)], self.ada, config=self.airport_register)
        self.ada_member.adjust(self.unit.id, 5, "Sorry", pool_id=self.airport_pool.id)
        self.refund(order, {self.cake: 1}, config=self.airport_register)
        self.assertBalance(30 + 10 + 5 - 10)
        hold = self.ada_member.authorise(self.unit.id, 35, "till/1", total=100)
        self.assertEqual(hold.account_id, self.account(), "whoever pays is served first")
        hold.release()
        self.move_tonight()
        self.assertEqual(self.account().balance, 35)
        self.assertBalance(35)

    def test_second_regrouping_while_the_first_still_moves(self):
        self._many(2)
        harbour_pool = self.env["club.pool"].create({"club_id": self.club.id, "name": "Harbour"})
        self.env["club.outlet"].create({"club_id": self.club.id, "name": "Harbour", "pool_id": harbour_pool.id})
        with patch("odoo.addons.loyalty_club.wizards.club_regroup.BATCH", 0):
            wizard = self.wizard()
            town, airport, harbour = (
                wizard.group_ids.filtered(lambda group, pool=pool: group.pool_id == pool)
                for pool in (self.pool, self.airport_pool, harbour_pool)
            )
            wizard.outlet_line_ids.filtered(lambda line: line.group_id == airport).group_id = town
            wizard.action_regroup()
            self.env.invalidate_all()
            wizard = self.wizard()
            harbour = wizard.group_ids.filtered(lambda group: group.pool_id == harbour_pool)
            wizard.outlet_line_ids.group_id = harbour
            wizard.group_ids.receiver_id = harbour
            wizard.action_regroup()
        self.env.invalidate_all()
        self.assertEqual(self.airport_pool.merged_into_id, harbour_pool)
        self.move_tonight()
        accounts = self.env["club.account"].search([("club_id", "=", self.club.id), ("balance", "!=", 0)])
        self.assertEqual((accounts.pool_id, sum(accounts.mapped("balance"))), (harbour_pool, 14))
        self.assertCoherent()

    # ------------------------------------------------------------------ who may, and when
    def test_window_that_is_out_of_date_changes_nothing(self):
        wizard = self.wizard()
        wizard.action_share_all()
        self.join()
        with self.assertRaisesRegex(UserError, "open Regroup again"):
            wizard.action_regroup()

    def test_nothing_chosen_is_refused(self):
        with self.assertRaisesRegex(UserError, "Nothing changes"):
            self.wizard().action_regroup()

    def test_regrouping_is_for_managers_of_all_its_companies(self):
        cashier = new_test_user(self.env, "pool_cashier", "point_of_sale.group_pos_user")
        with self.assertRaises(AccessError):
            self.club.with_user(cashier).action_regroup()
        other = self.env["res.company"].create({"name": "Airport Ltd"})
        self.club.company_ids += other
        manager = new_test_user(self.env, "pool_manager", "loyalty_club.loyalty_club_group_manager")
        with self.assertRaisesRegex(UserError, "Select Airport Ltd too"):
            self.club.with_user(manager).action_regroup()

    def test_wizard_made_by_hand_touches_no_other_club(self):
        other = self.env["club.club"].create({"name": "Tea", "company_ids": [Command.set(self.company.ids)]})
        wizard = self.wizard()
        wizard.action_share_all()
        town = wizard.outlet_line_ids.group_id
        self.env["club.regroup.group"].create(
            {"wizard_id": wizard.id, "name": "Tea", "pool_id": other.pool_ids.id, "receiver_id": town.id}
        )
        with self.assertRaises(UserError):
            wizard.action_regroup()
        self.assertTrue(other.pool_ids.active)

    # ------------------------------------------------------------------ the home pool
    def test_points_without_an_order_go_where_the_first_order_was(self):
        carol = self.env["res.partner"].create({"name": "Carol"})
        self.sell([(self.cake, 1)], carol, config=self.airport_register)
        member = self.member(carol)
        self.assertEqual(member.home_pool_id, self.airport_pool)
        self.sell([(self.cake, 1)], carol)
        member.adjust(self.unit.id, 5, "Sorry")
        self.assertEqual((self.far(member).balance, self.account(member).balance), (15, 10))
        wizard = self.env["club.adjust"].create({"member_id": member.id, "amount": 1, "reason": "More"})
        self.assertEqual(wizard.pool_id, self.airport_pool)
        hold = member.authorise(self.unit.id, 12, "till/1", total=100)
        self.assertEqual(hold.account_id, self.far(member))
        self.join()
        self.assertEqual(member.home_pool_id, self.pool)
        member.adjust(self.unit.id, 1, "More")
        self.assertBalance(26, carol)

    def test_member_made_by_hand_is_at_home_where_the_first_order_is(self):
        self.ada_member.adjust(self.unit.id, 1, "Welcome")
        self.assertEqual(self.account().balance, 1, "the club's first, before any order")
        self.sell([(self.cake, 1)], self.ada, config=self.airport_register)
        self.ada_member.adjust(self.unit.id, 5, "Sorry")
        self.assertEqual(self.far().balance, 15)
        self.assertCoherent()
