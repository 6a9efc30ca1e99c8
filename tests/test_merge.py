from datetime import timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.ledger import Source
from .common_ledger import LedgerCommon

PAID = Source(model="pos.order", id=1, name="Order 1")


@tagged("post_install", "-at_install")
class TestMerge(LedgerCommon):
    """Two contacts of one person become one: their memberships add up, and nothing is lost on the way."""

    def merge(self, *sources, into=None):
        """Merge contacts as people do: by the wizard."""
        target = into or self.bob
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "dst_partner_id": target.id,
                "partner_ids": [Command.set([target.id, *(partner.id for partner in sources)])],
                "state": "selection",
            }
        )
        wizard.action_merge()
        self.env.invalidate_all()

    def test_balances_add_up_and_the_source_is_left_empty(self):
        self.earn(100)
        self.earn(200, self.bob_member)
        source = self.account()
        self.merge(self.ada)
        self.assertFalse(self.ada.exists())
        self.assertEqual(self.ada_member.partner_id, self.env["res.partner"])
        self.assertFalse(self.ada_member.active)
        self.assertEqual((source.balance, source.merged_into_id), (0, self.account(self.bob_member)))
        self.assertEqual(source.entry_ids.mapped("kind"), ["merge_out", "award"])
        self.assertEqual(self.bob_member.lifetime, 300)
        self.assertBalance(300, self.bob)

    def test_portions_keep_their_dates_and_their_turn(self):
        self.earn(10, valid=30)
        self.earn(20, days=10, valid=40)
        self.earn(30, self.bob_member, valid=20)
        self.merge(self.ada)
        lots = self.account(self.bob_member).lot_ids.sorted("amount")
        self.assertEqual(
            [(lot.amount, lot.available_on, lot.expires_on) for lot in lots],
            [
                (10, self.today, self.today + timedelta(days=30)),
                (20, self.today + timedelta(days=10), self.today + timedelta(days=40)),
                (30, self.today, self.today + timedelta(days=20)),
            ],
        )
        self.assertEqual(lots[0].earned_at, lots[0].successor_of_id.earned_at)
        self.assertBalance(60, self.bob)

    def test_debts_move_and_are_paid_by_what_the_other_had(self):
        award = self.earn(50)
        self.post("spend", 50)
        self.post("clawback", 50, own_entry_ids=(award.id,))
        self.earn(200, self.bob_member)
        self.merge(self.ada)
        self.assertEqual(self.account(self.bob_member).debt, 0)
        self.assertBalance(150, self.bob)

    def test_debts_of_both_add_up(self):
        for member in (self.ada_member, self.bob_member):
            award = self.earn(50, member)
            self.post("spend", 50, member)
            self.post("clawback", 50, member, own_entry_ids=(award.id,))
        self.merge(self.ada)
        self.assertEqual(self.account(self.bob_member).debt, 100)
        self.assertBalance(-100, self.bob)

    def test_higher_tier_stays_and_totals_may_reach_a_higher_one(self):
        self.earn(1500)
        self.assertEqual(self.ada_member.tier_id, self.gold)
        self.earn(10, self.bob_member)
        self.merge(self.ada)
        self.assertEqual(self.bob_member.tier_id, self.gold)
        carol = self.env["res.partner"].create({"name": "Carol"})
        dave = self.env["res.partner"].create({"name": "Dave"})
        for partner in (carol, dave):
            self.earn(300, self.enrol(partner))
        self.merge(carol, into=dave)
        self.assertEqual(self.member(dave).tier_id, self.silver)
        self.assertCoherent()

    def test_tier_given_by_staff_is_brought_along(self):
        self.ada_member.sudo().tier_id = self.gold
        self.earn(10)
        self.merge(self.ada)
        self.assertEqual((self.bob_member.tier_id, self.bob_member.lifetime), (self.gold, 10))
        self.assertEqual(self.bob_member.move_ids.mapped("reason"), ["merge"])
        self.assertCoherent()

    def test_emptied_member_is_told_of_no_lost_tier(self):
        self.earn(600)
        self.merge(self.ada)
        self.assertEqual(self.ada_member.move_ids.mapped("reason"), ["lifetime"])
        self.assertEqual(self.bob_member.tier_id, self.silver)
        self.assertCoherent()

    def test_open_promises_move_with_their_portions_and_are_captured(self):
        self.earn(100, valid=30)
        hold = self.hold(70)
        self.earn(50, self.bob_member, valid=5)
        self.merge(self.ada)
        self.assertEqual((hold.member_id, hold.account_id), (self.bob_member, self.account(self.bob_member)))
        with self.assertRaises(UserError):
            self.post("spend", 81, self.bob_member)
        self.assertCoherent()
        hold._capture(PAID)
        self.assertEqual(sorted(self.lefts(self.bob_member)), [30, 50])
        self.assertBalance(80, self.bob)

    def test_points_spent_before_a_merge_come_back_after_it(self):
        self.earn(100, valid=30)
        hold = self.hold(40)
        hold._capture(PAID)
        self.merge(self.ada)
        hold._give_back(40, "return:1", PAID)
        lots = self.account(self.bob_member).lot_ids
        self.assertEqual(lots.mapped("expires_on"), [self.today + timedelta(days=30)] * 2)
        self.assertBalance(100, self.bob)

    def test_refund_after_a_merge_takes_from_the_surviving_balance(self):
        order = self.sell([(self.cake, 10)], self.ada)
        self.assertEqual(self.balance(), 100)
        self.earn(50, self.bob_member, valid=3)
        self.merge(self.ada)
        self.refund(order, {self.cake: 4})
        own = self.account(self.bob_member).lot_ids.filtered(lambda lot: not lot.expires_on)
        self.assertEqual(own.left_amount, 60, "taken from the award's own points first")
        self.refund(order, {self.cake: 6})
        self.assertBalance(50, self.bob)

    def test_three_contacts_become_one(self):
        carol = self.env["res.partner"].create({"name": "Carol"})
        self.earn(1)
        self.earn(2, self.bob_member)
        self.earn(4, self.enrol(carol))
        self.merge(self.ada, carol)
        self.assertBalance(7, self.bob)

    def test_merged_member_is_merged_again_and_pointers_stay_short(self):
        carol = self.env["res.partner"].create({"name": "Carol"})
        order = self.sell([(self.cake, 1)], self.ada)
        first = self.account()
        self.merge(self.ada)
        self.merge(self.bob, into=carol)
        member = self.member(carol)
        self.assertEqual(first.merged_into_id, self.account(member))
        self.assertEqual(self.ada_member.merged_into_id, member)
        self.refund(order)
        self.assertBalance(0, carol)

    def test_membership_of_the_source_alone_becomes_the_targets(self):
        carol = self.env["res.partner"].create({"name": "Carol"})
        self.earn(100)
        self.merge(self.ada, into=carol)
        self.assertEqual(self.member(carol), self.ada_member)
        self.assertEqual(self.account().entry_ids.mapped("kind"), ["award"])
        self.assertBalance(100, carol)

    def test_card_of_the_merged_member_finds_the_surviving_one(self):
        card, secret = self.ada_member.card_number, self.ada_member.secret
        self.merge(self.ada)
        self.assertEqual(self.club.find_member(card=card), self.bob_member)
        self.assertEqual(self.club.find_member(token=secret), self.bob_member)
        self.assertCoherent()

    def test_memberships_of_several_clubs_merge_each_for_itself(self):
        other = self.env["club.club"].create({"name": "Tea", "company_ids": [Command.set(self.company.ids)]})
        mine = self.env["club.member"].enrol(self.ada.id, other.id)
        mine.adjust(other.unit_ids.id, 9, "Opening")
        self.earn(100)
        self.merge(self.ada)
        self.assertEqual(mine.partner_id, self.bob)
        self.assertEqual(sum(mine.account_ids.mapped("balance")), 9)
        self.assertEqual(other.prove(), [])
        self.assertBalance(100, self.bob)

    def test_contacts_without_membership_merge_as_ever(self):
        carol, dave = self.env["res.partner"].create([{"name": "Carol"}, {"name": "Dave"}])
        self.merge(carol, into=dave)
        self.assertFalse(carol.exists())
        self.assertCoherent()
