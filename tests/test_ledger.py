from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from ..engine.kinds import KINDS
from ..engine.values import Born
from ..models.ledger import SENTINEL, Intent, Source
from ..models.posting import HOW
from .common_ledger import LedgerCommon

TABLES = ("club.account", "club.entry", "club.lot", "club.take")


@tagged("post_install", "-at_install")
class TestLedger(LedgerCommon):
    """Only the door writes, once by a key, and everything adds up."""

    def setUp(self):
        super().setUp()
        self.award = self.earn(100)
        self.spend = self.post("spend", 30)
        self.rows = {
            "club.account": self.account(),
            "club.entry": self.award,
            "club.lot": self.award.lot_ids,
            "club.take": self.spend.take_ids,
        }

    # ------------------------------------------------------------------ append-only
    def test_orm_refuses_create_write_delete_copy_in_sudo_too(self):
        for record in self.rows.values():
            for env in (record, record.sudo()):
                with self.subTest(model=record._name, sudo=env.env.su):
                    for attempt in (
                        lambda env=env: env.create([{}]),
                        lambda env=env: env.write({"id": 1}),
                        lambda env=env: env._write_multi([{}]),
                        env.unlink,
                        env.copy,
                    ):
                        self.assertRaises(AccessError, attempt)
        self.assertBalance(70)

    def test_calls_over_rpc_are_refused_whatever_their_context_claims(self):
        contexts = [{}, {"club_door": True}, {"club_door": "SENTINEL"}, {"club_door": str(SENTINEL)}]
        for record in self.rows.values():
            model = record.with_user(self.env.ref("base.user_admin"))
            for context in contexts:
                with self.subTest(model=record._name, context=context):
                    for method, args in (
                        ("create", [[{}]]),
                        ("write", [record.ids, {"id": 1}]),
                        ("unlink", [record.ids]),
                        ("copy", [record.ids]),
                        ("load", [["id"], [["x"]]]),
                        ("web_save", [record.ids, {"amount": 1}, {}]),
                    ):
                        with self.assertRaises(AccessError):
                            call_kw(model, method, args, {"context": context})
        self.assertBalance(70)

    def test_import_of_entries_is_refused(self):
        for model in TABLES:
            self.assertRaises(AccessError, self.env[model].load, ["id"], [["1"]])
        self.assertBalance(70)

    @mute_logger("odoo.sql_db")
    def test_database_refuses_what_goes_around_the_orm(self):
        statements = [
            ("UPDATE club_entry SET amount = amount + 1 WHERE id = %s", self.award.id),
            ("UPDATE club_entry SET data = '{}' WHERE id = %s", self.award.id),
            ("UPDATE club_lot SET expires_on = NULL, amount = 1000 WHERE id = %s", self.award.lot_ids.id),
            ("UPDATE club_take SET amount = 1 WHERE entry_id = %s", self.spend.id),
            ("UPDATE club_account SET member_id = %s", self.bob_member.id),
            ("DELETE FROM club_take WHERE entry_id = %s", self.spend.id),
            ("DELETE FROM club_lot WHERE entry_id = %s", self.award.id),
            ("DELETE FROM club_entry WHERE id = %s", self.award.id),
            ("DELETE FROM club_account WHERE id = %s", self.account().id),
        ]
        for statement, record_id in statements:
            refused = self.assertRaisesRegex(IntegrityError, "append-only")
            with self.subTest(statement), refused, self.env.cr.savepoint():
                self.env.cr.execute(statement, [record_id])
        self.assertBalance(70)

    def test_ledger_points_at_no_person_user_or_document(self):
        self.env.cr.execute(
            """SELECT con.conrelid::regclass::text, con.confrelid::regclass::text, con.confdeltype
                 FROM pg_constraint con
                WHERE con.contype = 'f'
                  AND con.conrelid = ANY('{club_entry, club_lot, club_take, club_account}'::regclass[])"""
        )
        keys = self.env.cr.fetchall()
        inside = {
            "club_entry",
            "club_lot",
            "club_account",
            "club_member",
            "club_club",
            "club_unit",
            "club_pool",
        }
        self.assertLessEqual({target for _table, target, _how in keys}, inside)
        self.assertEqual({how for _table, _target, how in keys}, {"r"}, "every one of them restricts")

    def test_ledger_has_no_stored_computed_field_and_no_log_columns(self):
        for model in TABLES:
            for name, field in self.env[model]._fields.items():
                self.assertFalse(field.store and (field.compute or field.related), f"{model}.{name}")
            self.assertNotIn("write_date", [n for n, f in self.env[model]._fields.items() if f.store])

    # ------------------------------------------------------------------ one door, once
    def test_same_key_posts_once_and_returns_the_same_entry(self):
        first = self.earn(10, key="order:1")
        again = self.earn(10, key="order:1")
        both = self.env["club.entry"]._post(
            [
                Intent(account_id=self.account().id, kind="award", key="order:2", amount=5),
                Intent(account_id=self.account().id, kind="award", key="order:2", amount=5),
            ]
        )
        self.assertEqual(first, again)
        self.assertEqual(both[0], both[1])
        self.assertBalance(85)

    def test_refused_spend_writes_nothing_of_its_batch(self):
        intents = [
            Intent(account_id=self.account().id, kind="award", key="batch:1", amount=5),
            Intent(account_id=self.account().id, kind="spend", key="batch:2", amount=1000),
        ]
        with self.assertRaisesRegex(UserError, "925 Beans too few"):
            self.env["club.entry"]._post(intents)
        self.assertFalse(self.env["club.entry"].search([("key", "like", "batch:")]))
        self.assertBalance(70)

    def test_every_kind_has_a_posting_and_a_label(self):
        self.assertEqual(set(KINDS), set(HOW))
        self.assertEqual(set(KINDS), set(self.env["club.entry"]._kind_labels()))

    def test_every_kind_moves_its_own_way_and_stays_coherent(self):
        for code, kind in KINDS.items():
            with self.subTest(code):
                own = (self.award.id,) if code == "clawback" else (self.spend.id,)
                born = (Born(amount=5, available_on=self.today),) if code == "merge_in" else ()
                entry = self.post(code, 5, own_entry_ids=own, born=born)
                if entry and kind.sign:
                    self.assertEqual(entry.amount > 0, kind.sign > 0)
        self.assertCoherent()

    def test_merged_balance_takes_no_movement(self):
        account = self.account()
        with self.tampered():
            self.env.cr.execute(
                "UPDATE club_account SET merged_into_id = %s WHERE id = %s",
                (self.account(self.bob_member).id, account.id),
            )
        with self.assertRaisesRegex(ValueError, "merged"):
            self.post("spend", 1, account=account)

    # ------------------------------------------------------------------ order of use, integers, who
    def test_spending_takes_what_expires_first_then_what_was_earned_first(self):
        member, day = self.bob_member, self.today
        for amount, expires_in in ((10, None), (20, 30), (30, 10), (40, 10)):
            self.earn(amount, member, valid=expires_in)
        entry = self.post("spend", 85, member)
        taken = [(take.amount, take.lot_id.expires_on) for take in entry.take_ids.sorted("id")]
        self.assertEqual(taken, [(30, day + timedelta(10)), (40, day + timedelta(10)), (15, day + timedelta(30))])
        self.assertCoherent()

    def test_amounts_above_four_bytes_stay_exact(self):
        self.earn(9_007_199_254_740_993, self.bob_member)  # the first integer that a float cannot hold
        self.post("spend", 1, self.bob_member)
        self.assertBalance(9_007_199_254_740_992, self.bob)

    def test_customers_name_never_enters_the_ledger(self):
        portal = new_test_user(self.env, "club_ada_lovelace", groups="base.group_portal")
        intent = Intent(account_id=self.account().id, kind="award", key="own:1", amount=1, source=Source(name="S1"))
        entry = self.env["club.entry"].with_user(portal).sudo()._post([intent])
        self.assertEqual(entry.actor, "Customer")
        self.assertCoherent()

    def test_portions_sum_to_the_award_and_debt_is_paid_first(self):
        self.post("clawback", 100, own_entry_ids=(self.award.id,))
        self.assertEqual(self.account().debt, 30)
        born = (
            Born(amount=25, available_on=self.today, portion=0),
            Born(amount=25, available_on=self.today + timedelta(days=30), portion=1),
        )
        entry = self.post("award", 50, born=born)
        self.assertEqual((entry.amount, entry.debt_delta), (50, -30))
        self.assertEqual(entry.lot_ids.mapped("amount"), [20])
        self.assertBalance(20)

    def test_another_unit_for_the_tiers_counts_its_own_totals(self):
        stamps = self.env["club.unit"].create({"club_id": self.club.id, "name": "Stamp", "kind": "stamps"})
        self.post("award", 600, account=self.account(unit=stamps))
        self.assertEqual((self.ada_member.lifetime, self.ada_member.tier_id), (100, self.tier))
        self.club.tier_unit_id = stamps
        self.assertEqual((self.ada_member.lifetime, self.ada_member.tier_id), (600, self.silver))
        self.assertEqual(self.bob_member.lifetime, 0)
        self.assertCoherent()
