from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_ledger import LedgerCommon


@tagged("post_install", "-at_install")
class TestProve(LedgerCommon):
    """Whatever is bent around the door is found and named; undone, all is coherent again."""

    def setUp(self):
        super().setUp()
        self.award = self.earn(100)
        self.spend = self.post("spend", 40)
        self.lot = self.award.lot_ids
        self.assertCoherent()

    def assertFound(self, statement, *codes):
        """The statement makes exactly these differences in Ada's balance."""
        account = self.account()
        with self.tampered():
            self.env.cr.execute(statement)
        found = account.prove()
        self.assertEqual({difference["code"] for difference in found}, set(codes))
        self.assertEqual({difference["account_id"] for difference in found}, {account.id})
        self.assertTrue(all(str(difference["account_id"]) in difference["message"] for difference in found))
        self.assertEqual(found, self.club.prove())
        self.assertFalse(self.account(self.bob_member).prove())

    def test_changed_balance_is_found(self):
        self.assertFound(
            f"UPDATE club_account SET balance = balance + 1 WHERE id = {self.account().id}", "balance", "lots"
        )

    def test_invented_debt_is_found(self):
        self.assertFound(f"UPDATE club_account SET debt = 5 WHERE id = {self.account().id}", "debt", "lots")

    def test_changed_portion_is_found(self):
        self.assertFound(f"UPDATE club_lot SET left_amount = 61 WHERE id = {self.lot.id}", "lots", "lot")

    def test_changed_entry_is_found(self):
        self.assertFound(f"UPDATE club_entry SET amount = 90 WHERE id = {self.award.id}", "balance", "entry")

    def test_missing_take_is_found(self):
        self.assertFound(f"DELETE FROM club_take WHERE entry_id = {self.spend.id}", "entry", "lot")

    def test_changed_lifetime_is_found(self):
        self.assertFound(f"UPDATE club_account SET lifetime = 1 WHERE id = {self.account().id}", "lifetime", "member")

    def test_changed_member_total_is_found(self):
        self.assertFound(f"UPDATE club_member SET lifetime = 7 WHERE id = {self.ada_member.id}", "member")

    def test_promise_above_what_is_left_is_found(self):
        hold = self.hold(60)
        self.assertCoherent()
        self.assertFound(f"UPDATE club_pin SET amount = 61 WHERE hold_id = {hold.id}", "pins")

    def test_merged_balance_that_still_has_something_is_found(self):
        target = self.account(self.bob_member).id
        self.assertFound(f"UPDATE club_account SET merged_into_id = {target} WHERE id = {self.account().id}", "merged")

    @mute_logger("odoo.addons.loyalty_club.models.club_prove")
    def test_nightly_job_reports_the_difference_to_the_club(self):
        before = self.club.message_ids
        with self.tampered():
            self.env.cr.execute(f"UPDATE club_account SET balance = 1 WHERE id = {self.account().id}")
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_club.ir_cron_prove_balances").method_direct_trigger()
        self.env.invalidate_all()
        self.assertIn("should be 60", (self.club.message_ids - before).body)

    def test_nightly_job_is_quiet_where_all_is_coherent(self):
        before = self.club.message_ids
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_club.ir_cron_prove_balances").method_direct_trigger()
        self.assertEqual(self.club.message_ids, before)

    def test_button_says_that_all_is_coherent_or_what_is_not(self):
        for record in (self.club, self.account()):
            self.assertEqual(record.action_prove()["params"]["type"], "success")
        with self.tampered():
            self.env.cr.execute(f"UPDATE club_account SET balance = 1 WHERE id = {self.account().id}")
        for record in (self.club, self.account()):
            self.assertEqual(record.action_prove()["params"]["type"], "danger")

    def test_who_may_not_read_balances_proves_none(self):
        outsider = new_test_user(self.env, "prove_outsider", groups="base.group_user")
        for record in (self.club, self.account()):
            self.assertRaises(AccessError, record.with_user(outsider).prove)
