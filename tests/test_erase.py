from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_ledger import LedgerCommon


@tagged("post_install", "-at_install")
class TestErase(LedgerCommon):
    """People leave, figures stay."""

    def setUp(self):
        super().setUp()
        self.ada_member.adjust(self.unit.id, 100, "Ada told us about her divorce")
        self.post("spend", 30)

    def assertErased(self, member):
        self.assertFalse(member.partner_id or member.card_number or member.secret or member.active)
        texts = self.account(member).entry_ids.mapped("reason")
        self.assertFalse([text for text in texts if "Ada" in text])
        self.assertEqual(self.account(member).balance, 70)
        self.assertEqual(member.lifetime, 100)
        self.assertEqual(len(self.account(member).entry_ids), 2)
        self.assertNotIn("Ada", member.display_name)
        self.assertCoherent()

    def test_erasing_forgets_the_person_and_keeps_the_figures(self):
        card, secret = self.ada_member.card_number, self.ada_member.secret
        self.ada_member.action_erase()
        self.assertErased(self.ada_member)
        self.assertFalse(self.club.find_member(card=card))
        self.assertFalse(self.club.find_member(token=secret))
        self.assertTrue(self.ada.exists())

    def test_nothing_of_the_person_is_left_in_any_table_of_ours(self):
        self.ada.name = "Zaphodina Beeblebrox"
        self.ada_member.adjust(self.unit.id, 1, "Zaphodina asked")
        self.sell([(self.cake, 1)], self.ada)
        portal = new_test_user(self.env, "club_zaphodina", groups="base.group_portal", name="Zaphodina Beeblebrox")
        self.post("award", 1)
        self.env["club.entry"].with_user(portal).sudo()._post([self.intent("award", 1)])
        self.ada_member._erase()
        self.env.flush_all()
        self.env.cr.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'club\\_%'")
        for (table,) in self.env.cr.fetchall():
            self.env.cr.execute(f"SELECT COUNT(*) FROM {table} t WHERE t::text ILIKE '%zaphodina%'")
            self.assertEqual(self.env.cr.fetchone(), (0,), table)
        self.assertCoherent()

    def test_contact_of_a_member_is_not_deleted_and_the_refusal_says_what_to_do(self):
        with self.assertRaisesRegex(UserError, "Erase"):
            self.ada.unlink()
        self.ada_member.action_erase()
        self.ada.unlink()
        self.assertFalse(self.ada.exists())
        self.assertErased(self.ada_member)

    def test_member_with_history_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, "Erase"):
            self.ada_member.sudo().unlink()
        self.assertCoherent()

    def test_customer_who_deletes_the_own_account_is_erased(self):
        user = new_test_user(self.env, "club_leaver", groups="base.group_portal", partner_id=self.ada.id)
        user.with_user(user).sudo()._deactivate_portal_user()
        self.assertErased(self.ada_member)
        with self.enter_registry_test_mode():
            self.env.ref("base.ir_cron_res_users_deletion").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(user.exists())
        self.assertFalse(self.ada.exists(), "nothing of ours holds the contact back")
        self.assertErased(self.ada_member)

    @mute_logger("odoo.addons.base.models.res_users_deletion")
    def test_customer_with_orders_is_erased_though_the_contact_stays(self):
        self.sell([(self.cake, 1)], self.ada)
        user = new_test_user(self.env, "club_buyer", groups="base.group_portal", partner_id=self.ada.id)
        user.with_user(user).sudo()._deactivate_portal_user()
        self.assertFalse(self.ada_member.partner_id)
        self.assertEqual(self.account().balance, 80)
        self.assertCoherent()

    def test_user_who_moved_points_can_be_deleted(self):
        manager = new_test_user(self.env, "club_manager", groups="loyalty_club.loyalty_club_group_manager")
        entry = self.ada_member.with_user(manager).adjust(self.unit.id, 5, "Sorry")
        name = manager.name
        manager.unlink()
        self.assertEqual(entry.sudo().with_user(self.env.user).actor, name)
        self.assertBalance(75)

    def test_merged_memberships_are_erased_with_the_surviving_one(self):
        carol = self.env["res.partner"].create({"name": "Carol"})
        self.enrol(carol, 1)
        self.env["club.member"]._merge_partners(self.ada, carol)
        self.member(carol)._erase()
        self.assertFalse(self.ada_member.card_number)
        self.assertFalse([text for text in self.env["club.remark"].search([]).mapped("text") if "Ada" in text])
        self.assertCoherent()

    def test_managers_alone_erase(self):
        for groups in ("base.group_portal", "base.group_user", "loyalty_club.loyalty_club_group_user"):
            user = new_test_user(self.env, f"erase_{groups}", groups=groups)
            self.assertRaises(AccessError, self.ada_member.with_user(user).action_erase)
        self.assertTrue(self.ada_member.partner_id)
        self.assertCoherent()
