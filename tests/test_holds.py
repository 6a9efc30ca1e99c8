from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.ledger import Source
from .common_ledger import LedgerCommon

PAID = Source(model="pos.order", id=1, name="Order 1")


@tagged("post_install", "-at_install")
class TestHolds(LedgerCommon):
    """Points promised to an order are used once, or come back whole."""

    # ------------------------------------------------------------------ authorise
    def test_promise_blocks_the_balance_and_takes_nothing(self):
        self.earn(100)
        hold = self.hold(70)
        self.assertEqual(hold.state, "held")
        with self.assertRaisesRegex(UserError, "at most 30"):
            self.hold(31, order="order-2")
        with self.assertRaisesRegex(UserError, "1 Bean too few"):
            self.post("spend", 31)
        self.post("spend", 30)
        self.assertBalance(70)

    def test_same_payment_again_replaces_its_promise(self):
        self.earn(100)
        first = self.hold(70, payment="payment-1")
        second = self.hold(80, payment="payment-1")
        self.assertFalse(first.exists())
        self.assertEqual(second.amount, 80)
        second._capture(PAID)
        with self.assertRaisesRegex(UserError, "used already"):
            self.hold(10, payment="payment-1")
        self.assertBalance(20)

    def test_payment_of_another_order_cannot_take_a_promise_over(self):
        self.earn(100)
        hold = self.hold(70, payment="payment-1")
        self.earn(100, self.bob_member)
        with self.assertRaisesRegex(UserError, "another order"):
            self.hold(10, self.bob_member, order="order-2", payment="payment-1")
        self.assertEqual(hold.state, "held")
        self.assertCoherent()

    def test_nothing_less_than_one_and_no_more_than_there_is(self):
        self.earn(10)
        for amount in (0, -5, 11):
            with self.subTest(amount), self.assertRaises(UserError):
                self.hold(amount)
        self.assertBalance(10)

    def test_points_still_to_come_cannot_be_promised(self):
        self.earn(100, days=1)
        with self.assertRaises(UserError):
            self.hold(1)
        self.assertBalance(100)

    def test_orm_makes_changes_and_deletes_no_promise(self):
        self.earn(10)
        hold = self.hold(10)
        for attempt in (
            lambda: hold.create([{"amount": 1}]),
            lambda: hold.sudo().write({"amount": 1}),
            hold.sudo().unlink,
        ):
            self.assertRaises(AccessError, attempt)
        self.assertCoherent()

    # ------------------------------------------------------------------ capture
    def test_capture_takes_the_pinned_portions_once(self):
        self.earn(50, valid=5)
        self.earn(50, valid=9)
        hold = self.hold(60)
        entry = hold._capture(PAID)
        self.assertEqual((entry.kind, entry.amount, entry.source_name), ("spend", -60, "Order 1"))
        self.assertEqual(hold._capture(PAID), entry)
        self.assertEqual(self.lefts(), [0, 40])
        self.assertBalance(40)

    def test_several_promises_of_one_order_are_captured_together(self):
        self.earn(100)
        holds = self.hold(60) | self.hold(40)
        holds._capture(PAID)
        self.assertEqual(holds.mapped("state"), ["captured", "captured"])
        self.earn(5)
        self.hold(5)
        self.assertBalance(5)

    def test_capture_of_a_released_promise_is_refused(self):
        self.earn(10)
        hold = self.hold(10)
        hold._release()
        with self.assertRaisesRegex(UserError, "given back"):
            hold._capture(PAID)
        self.assertBalance(10)

    def test_promise_that_ran_out_is_still_captured_when_the_points_are_there(self):
        self.earn(100)
        hold = self.hold(100, channel="pos")
        with self.days_later(2):
            hold._capture(PAID)
        self.assertBalance(0)

    def test_promise_that_ran_out_and_was_spent_elsewhere_becomes_a_debt(self):
        self.earn(100)
        hold = self.hold(100, channel="pos")
        with self.days_later(2):
            self.post("spend", 80)
            hold._capture(PAID)
        self.assertEqual((self.account().debt, self.lefts()), (80, [0]))
        self.assertBalance(-80)

    # ------------------------------------------------------------------ release
    def test_release_gives_all_of_it_back_and_twice_changes_nothing(self):
        self.earn(100)
        hold = self.hold(70)
        hold._release()
        hold._release()
        self.assertEqual(self.active(), 100)
        self.hold(100)
        self.assertBalance(100)

    def test_release_of_what_was_captured_changes_nothing(self):
        self.earn(100)
        hold = self.hold(70)
        hold._capture(PAID)
        hold._release()
        self.assertEqual(hold.state, "captured")
        self.assertBalance(30)

    def test_points_that_come_free_pay_the_debt_at_once(self):
        award = self.earn(100)
        hold = self.hold(100)
        self.post("clawback", 100, own_entry_ids=(award.id,))
        self.assertEqual((self.account().debt, self.balance()), (100, 0))
        self.assertCoherent()
        hold._release()
        self.assertEqual((self.account().debt, self.lefts()), (0, [0]))
        self.assertBalance(0)

    def test_debt_beside_portions_cannot_be_spent_around(self):
        award = self.earn(100)
        hold = self.hold(100)
        self.post("clawback", 60, own_entry_ids=(award.id,))
        self.earn(20)  # pays a third of it
        self.assertEqual(self.account().debt, 40)
        with self.assertRaises(UserError):
            self.hold(1, order="order-2")
        hold._release()
        self.assertBalance(60)

    def test_hourly_job_marks_what_ran_out_a_day_ago(self):
        self.earn(100)
        late, fresh = self.hold(10, channel="pos"), self.hold(10)
        with self.days_later(2), self.enter_registry_test_mode():
            self.env.ref("loyalty_club.ir_cron_release_holds").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((late.state, fresh.state), ("lapsed", "held"))
        self.assertBalance(100)

    # ------------------------------------------------------------------ giving back
    def test_return_goes_to_the_portions_it_came_from_last_used_first(self):
        self.earn(50, valid=5)
        self.earn(50, valid=9)
        hold = self.hold(80)
        hold._capture(PAID)
        hold._give_back(40, "return:1", PAID)
        self.assertEqual(self.lefts(), [10, 50])
        hold._give_back(40, "return:2", PAID)
        self.assertEqual(self.lefts(), [50, 50])
        self.assertBalance(100)

    def test_return_happens_once_by_its_key_and_never_above_what_was_used(self):
        self.earn(100)
        hold = self.hold(80)
        hold._capture(PAID)
        hold._give_back(50, "return:1", PAID)
        hold._give_back(50, "return:1", PAID)
        self.assertEqual(self.balance(), 70)
        hold._give_back(50, "return:2", PAID)
        self.assertFalse(hold._give_back(50, "return:3", PAID))
        self.assertBalance(100)

    def test_two_returns_in_one_batch_share_what_can_come_back(self):
        self.earn(50, valid=5)
        self.earn(50, valid=9)
        other = self.post("spend", 20)  # of the portion that expires first
        spend = self.post("spend", 60)
        intents = [
            self.intent("spend_return", 40, own_entry_ids=(spend.id,), corrects_id=spend.id),
            self.intent("spend_return", 20, own_entry_ids=(spend.id,), corrects_id=spend.id),
        ]
        self.env["club.entry"]._post(intents)
        self.assertEqual(self.lefts(), [30, 50])
        self.post("spend_return", 20, own_entry_ids=(other.id,), corrects_id=other.id)
        self.assertEqual(self.lefts(), [50, 50])
        self.assertBalance(100)

    def test_return_pays_a_debt_before_anything_else(self):
        award = self.earn(100)
        hold = self.hold(100)
        hold._capture(PAID)
        self.post("clawback", 30, own_entry_ids=(award.id,))
        hold._give_back(100, "return:1", PAID)
        self.assertEqual((self.account().debt, self.lefts()), (0, [70]))
        self.assertBalance(70)

    # ------------------------------------------------------------------ who may
    def test_managers_alone_repair_by_hand(self):
        self.earn(100)
        hold = self.hold(40)
        for groups in ("base.group_portal", "base.group_user", "loyalty_club.loyalty_club_group_user"):
            user = new_test_user(self.env, f"holds_{groups}", groups=groups)
            for attempt in (hold.with_user(user).capture, hold.with_user(user).release):
                self.assertRaises(AccessError, attempt)
        self.assertEqual(hold.state, "held")
        hold.capture()
        self.assertBalance(60)
