from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common_games import GamesCommon
from .common_ledger import LedgerCommon


@tagged("post_install", "-at_install")
class TestAudit(GamesCommon, LedgerCommon):
    """Whoever put a hand in is in one list: who, when, what, why. Nothing of it can be changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = new_test_user(
            cls.env, "audit_anna", "loyalty_club.loyalty_club_group_manager,base.group_system", name="Anna"
        )

    def rows(self, what=None, user=None):
        self.env.flush_all()
        domain = [("club_id", "=", self.club.id), ("actor", "=", "Anna")]
        found = self.env["club.intervention"].with_user(user or self.anna).search(domain)
        found.invalidate_recordset()
        return found.filtered(lambda row: row.what == what) if what else found

    def told(self, what):
        return [(row.member_id.id, row.amount_text, row.reason or "") for row in self.rows(what)]

    def test_every_hand_is_in_the_list(self):
        ada = self.ada_member.with_user(self.anna)
        self.earn(500)
        ada.adjust(self.unit.id, 50, "Lost parcel")
        ada.adjust(self.unit.id, -20, "Typed twice")
        ada.set_tier(self.gold.id, self.club._today(), "An apology")
        ada.grant_plays(self.plain_game().id, 1)
        ada.replace_card("Stolen")
        self.hold(10, order="order-9").with_user(self.anna).release("The cart is gone")
        self.buy(self.reward()).with_user(self.anna).action_refund("Not wanted")
        ada.action_reset_pin()
        ada.action_personal_data()
        number = self.ada_member.id
        self.assertEqual(
            sorted(self.told("adjust")), [(number, "+50 Beans", "Lost parcel"), (number, "-20 Beans", "Typed twice")]
        )
        self.assertEqual(self.told("tier"), [(number, "", "Gold · An apology")])
        self.assertEqual(self.told("plays"), [(number, "", "Lucky card")])
        self.assertEqual(self.told("card"), [(number, "", "Stolen")])
        self.assertEqual(self.told("release"), [(number, "+10 Beans", "The cart is gone")])
        self.assertEqual(self.told("voucher"), [(number, "+80 Beans", "Not wanted")])
        self.assertEqual(self.told("pin") + self.told("data"), [(number, "", "")] * 2)

    def test_switches_exports_and_erasures_are_noted(self):
        club = self.club.with_user(self.anna)
        club.write({"state": "suspended"})
        club.write({"state": "suspended"})
        club.action_switch_on()
        self.outlet.with_user(self.anna).is_opted_in = False
        self.env["club.vault"].with_user(self.anna).action_export()
        self.ada_member.with_user(self.anna).action_erase()
        self.assertEqual(len(self.rows("suspended")), 1, "what stays as it is, is no switch")
        self.assertEqual(len(self.rows("on")), 1)
        self.assertEqual(self.told("outlet_out"), [(False, "", "High Street")])
        self.assertEqual(self.told("export"), [(False, "", "")])
        self.assertEqual(self.told("erase"), [(self.ada_member.id, "", "")])
        self.assertNotIn("Ada", " ".join(str(row.read()) for row in self.rows()))

    def test_what_happens_by_itself_is_nobodys_hand(self):
        before = self.env["club.intervention"].search_count([])
        self.sell([(self.coffee, 1)], self.ada)
        self.post("spend", 10)
        self.assertEqual(self.env["club.intervention"].search_count([]), before)

    def test_nothing_of_it_is_changed(self):
        self.ada_member.with_user(self.anna).action_reset_pin()
        row = self.env["club.audit"].search([], limit=1)
        self.assertEqual(row.what, "pin")
        for work in (
            lambda: row.sudo().write({"note": "x"}),
            lambda: row.sudo().unlink(),
            lambda: self.env["club.audit"].sudo().create({"what": "pin"}),
            row.copy,
        ):
            with self.assertRaises(AccessError):
                work()
        for query in ("UPDATE club_audit SET what = 'x' WHERE id = %s", "DELETE FROM club_audit WHERE id = %s"):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.env.cr.execute(query, [row.id])

    def test_managers_of_the_clubs_companies_alone_read_it(self):
        self.ada_member.with_user(self.anna).adjust(self.unit.id, 1, "x")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "audit_stranger", "loyalty_club.loyalty_club_group_manager", company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )  # fmt: skip
        self.assertTrue(self.rows("adjust"))
        self.assertFalse(self.rows("adjust", stranger))
        cashier = new_test_user(self.env, "audit_cashier", "loyalty_club.loyalty_club_group_user")
        with self.assertRaises(AccessError):
            self.rows("adjust", cashier)
