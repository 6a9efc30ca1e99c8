import csv
import io
import zipfile

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_ledger import LedgerCommon


@tagged("post_install", "-at_install")
class TestFarewell(LedgerCommon):
    """What an uninstallation says first, saves, and leaves harmless; ``uninstall_check.py`` does one."""

    def warning(self, name):
        module = self.env["ir.module.module"].search([("name", "=", name)])
        wizard = self.env["base.module.uninstall"].create({"module_ids": [Command.set(module.ids)]})
        return wizard.club_warning

    def test_removing_a_part_the_club_stands_on_warns_with_balances(self):
        self.earn(1234)
        self.earn(66, self.bob_member)
        for name in ("pos_restaurant", "loyalty", "loyalty_club"):
            self.assertIn("Beans: 2 members have 1,300 Beans.", self.warning(name))
        self.assertFalse(self.warning("sale_pdf_quote_builder"))
        self.assertCoherent()

    def test_everything_is_saved_as_one_file_for_administrators(self):
        self.ada_member.adjust(self.unit.id, 5, 'Said "thanks",\nand left')
        self.earn(40)
        module = self.env["ir.module.module"].search([("name", "=", "loyalty_club")])
        wizard = self.env["base.module.uninstall"].create({"module_ids": [Command.set(module.ids)]})
        action = wizard.action_club_export()
        file = self.env["ir.attachment"].browse(int(action["url"].split("/")[3].split("?")[0]))
        self.assertFalse(file.res_model or file.public, "for administrators alone")
        with zipfile.ZipFile(io.BytesIO(file.raw)) as archive:
            rows = {
                name: list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode())))
                for name in ("members", "balances", "history")
            }
        members = self.env["club.member"].with_context(active_test=False).search([("partner_id", "!=", False)])
        self.assertEqual({int(row["id"]) for row in rows["members"]}, set(members.ids))
        self.assertEqual(len(rows["history"]), self.env["club.entry"].search_count([]))
        [own] = [row for row in rows["balances"] if int(row["id"]) == self.account().id]
        self.assertEqual((own["balance"], own["unit"]), ("45", "Bean"))
        self.assertIn('Said "thanks",\nand left', [row["remark"] for row in rows["history"]])
        self.assertCoherent()

    def test_administrators_alone_save_it_from_there(self):
        wizard = self.env["base.module.uninstall"].create({"module_ids": [Command.clear()]})
        manager = new_test_user(self.env, "farewell_manager", "loyalty_club.loyalty_club_group_manager")
        with self.assertRaises(AccessError):
            wizard.with_user(manager).action_club_export()

    def test_points_are_booked_on_the_same_accounts_by_a_later_installation(self):
        """New ones would book all that members have as owed once more."""
        names = ["club_liability_account_id", "club_expense_account_id"]
        for name in names:
            self.company._club_account(name)
        kept = self.company.read(names, load=None)
        self.company._club_leave_accounts()
        self.company.write(dict.fromkeys(names, False))
        self.company._club_take_up_accounts()
        self.assertEqual(self.company.read(names, load=None), kept)
        self.company[names[0]] = other = self.company.club_liability_account_id.copy()
        self.company._club_take_up_accounts()
        self.assertEqual(self.company[names[0]], other, "what was left is taken up once")

    def test_technical_cards_are_emptied_and_archived(self):
        program, other = self.env["loyalty.program"].create(
            [
                {"name": "Technical", "program_type": "gift_card", "is_club_technical": True},
                {"name": "Gift cards", "program_type": "gift_card"},
            ]
        )
        card, gift = self.env["loyalty.card"].create(
            [{"program_id": program.id, "points": 50}, {"program_id": other.id, "points": 50}]
        )
        self.env["loyalty.program"]._club_retire()
        self.assertEqual((card.points, card.active, program.active), (0, False, False))
        self.assertEqual((gift.points, gift.active, other.active), (50, True, True))
        self.assertCoherent()
