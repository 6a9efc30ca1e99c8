from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common_pools import PoolsCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestRegroup(PoolsCommon):
    """The wizard: what it says beforehand, how it works through a big club, and whom it refuses."""

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
