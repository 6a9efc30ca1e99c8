import csv
import io
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from .common_ledger import LedgerCommon

FAREWELL = "odoo.addons.loyalty_club.models.club_farewell"


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

    def test_everything_is_saved_as_csv_page_by_page(self):
        member = self.ada_member
        member.adjust(self.unit.id, 5, 'Said "thanks",\nand left')
        for _number in range(4):
            self.earn(10)
        with patch(f"{FAREWELL}.PAGE", 3):
            files = self.env["club.club"]._club_export()
        rows = {name: [] for name in ("members", "balances", "portions", "entries")}
        for file in files:
            name = file.name.split("_")[2]
            rows[name] += csv.DictReader(io.StringIO(file.raw.decode()))
        for name, model in zip(rows, ("member", "account", "lot", "entry"), strict=True):
            records = self.env[f"club.{model}"].with_context(active_test=False).search([], order="id")
            self.assertEqual([int(row["id"]) for row in rows[name]], records.ids, name)
        own = [row for row in rows["entries"] if int(row["account_id"]) == self.account().id]
        self.assertEqual(sum(int(row["amount"]) for row in own), 45)
        self.assertIn('Said "thanks",\nand left', [row["remark"] for row in own])
        self.assertFalse(any(file.res_model or file.public for file in files), "for administrators alone")
        self.assertCoherent()

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
