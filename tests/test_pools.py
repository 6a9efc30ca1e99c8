from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..models.ledger import Source
from .common_pools import PoolsCommon

PAID = Source(model="pos.order", id=1, name="Order 1")


@tagged("post_install", "-at_install", "loyalty_club")
class TestPools(PoolsCommon):
    """High Street and the airport: one balance, one each, and the ways between; nothing is lost on any."""

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
