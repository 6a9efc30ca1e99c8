import csv
import io
import json
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_vault import VaultCommon

IMPORT = "odoo.addons.loyalty_club.models.vault_import"


@tagged("post_install", "-at_install")
class TestVaultAttacks(VaultCommon):
    """Files that nobody should have made, and homes they were not made for."""

    def setUp(self):
        super().setUp()
        self.furnish()

    def rows(self, parts, name, change):
        """The file's part with its rows, lists of texts, changed."""
        rows = list(csv.reader(io.StringIO(parts[f"{name}.csv"].decode())))
        change(rows)
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        parts[f"{name}.csv"] = out.getvalue().encode()

    def edit(self, raw, **changes):
        def change(parts):
            for name, one in changes.items():
                self.rows(parts, name, one)

        return self.changed(raw, change)

    # ------------------------------------------------------------------ who is who
    def test_two_members_with_one_address_stay_two(self):
        """A couple shares its e-mail: whichever batch brings whom, each has what was theirs."""
        self.bob.email = self.ada.email

        def unknown(rows):
            for row in rows[1:]:
                row[4], row[5] = "couple@example.com", ""

        raw = self.edit(self.strip(), members=unknown)
        with patch(f"{IMPORT}.BATCH", 1):
            _vault, club = self.bring(raw)
        self.assertEqual(
            {member.partner_id.name: member.account_ids.mapped("balance") for member in club.member_ids},
            {"Ada": [300], "Bob": [-40]},
        )
        self.assertEqual(club.prove(), [])

    def test_one_customer_of_two_clubs_is_one_contact(self):
        other = self.env["club.club"].create({"name": "Tea", "company_ids": [(6, 0, self.env.company.ids)]})
        self.env["club.member"].enrol(self.ada.id, other.id)
        raw = self.export(self.club | other)

        def change(parts):
            def rename(rows):
                for row in rows[1:]:
                    row[3], row[4], row[5] = f"New {row[3]}", f"new.{row[4]}" if row[4] else "", ""

            self.rows(parts, "members", rename)

        raw = self.changed(self.foreign(raw), change)
        self.strip()
        self.env["club.member"].search([("club_id", "=", other.id)]).sudo().card_number = False
        _vault, clubs = self.bring(raw)
        self.assertEqual(len(clubs), 2)
        adas = clubs.member_ids.filtered(lambda member: member.partner_id.name == "New Ada")
        self.assertEqual((len(adas), len(adas.partner_id)), (2, 1))

    # ------------------------------------------------------------------ hostile figures and texts
    def test_what_cannot_be_kept_here_is_a_refused_line_and_no_crash(self):
        """Ids, amounts and days that no column holds; codes that are there twice."""
        raw = self.strip()

        def put(row, column, value):
            def change(rows):
                rows[row][column] = value
            return change

        def double(rows):
            rows.append([str(int(rows[1][0]) + 1), *rows[1][1:]])

        for name, change in (
            ("members", put(1, 0, str(2**40))),
            ("members", put(1, 3, "a\0b")),
            ("vouchers", double),
        ):
            with self.subTest(name=name), self.env.cr.savepoint() as savepoint:
                vault = self.upload(self.edit(raw, **{name: change}), on_problem="skip")
                vault.action_check()
                self.assertTrue(vault.problem_count, self.messages(vault))
                vault.action_import()
                self.run_job()
                self.assertEqual(vault.state, "done", vault.note)
                self.assertEqual(vault.club_ids.prove(), [])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_set_up_that_makes_no_sense_is_said_and_nothing_is_made(self):
        raw, clubs = self.strip(), self.env["club.club"].search_count([])
        for model, name, value in (
            ("club.club", "vault_key", {}),
            ("club.club", "companies", 7),
            ("club.club", "currency", [[1]]),
            ("club.pool", "merged_into", [{}]),
            ("club.tier", "threshold", "x"),
            ("club.unit", "decimals", 10**30),
            ("club.outlet", "places", {"pos_config_ids": 5}),
            ("loyalty.program", "club_id", False),
            ("loyalty.program", "program_type", "gift_card"),
        ):
            with self.subTest(model=model, name=name):
                vault = self.upload(self.configured(raw, model, name, value))
                with mute_logger("odoo.sql_db"):
                    vault.action_check()
                self.assertTrue(self.messages(vault))
                self.assertTrue(vault.problem_count or vault.is_blocked or model == "club.outlet")
        self.assertEqual(self.env["club.club"].search_count([]), clubs)

    def configured(self, raw, model, name, value):
        def change(parts):
            told = json.loads(parts["configuration.json"])
            told[model][0][name] = value
            parts["configuration.json"] = json.dumps(told).encode()

        return self.changed(raw, change)

    # ------------------------------------------------------------------ other companies
    def test_file_reaches_nothing_of_a_company_that_is_not_ones_own(self):
        """Whoever writes a file by hand names what they like: another company's register, program, club."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids -= other
        team = self.env["crm.team"].create({"name": "Theirs", "company_id": other.id})
        theirs = self.env["loyalty.program"].create({
            "name": "Ten percent", "program_type": "coupons", "company_id": other.id,
            "reward_ids": [Command.create({"reward_type": "discount", "discount": 90})],
        })  # fmt: skip
        raw = self.strip()

        def change(parts):
            manifest = json.loads(parts["manifest.json"])
            manifest["database"] = self.env["club.vault"]._club_database()
            parts["manifest.json"] = json.dumps(manifest).encode()
            told = json.loads(parts["configuration.json"])
            [reward] = [row for row in told["loyalty.program"] if row["name"]["en_US"] == "Ten percent"]
            reward["name"] = {"en_US": theirs.name}
            text = json.dumps(told).replace(f'"id": {reward["id"]}, ', f'"id": {theirs.id}, ')
            told = json.loads(text)
            told["club.outlet"][0]["places"]["team_ids"] = [
                {"id": team.id, "name": team.display_name, "model": "crm.team"}
            ]
            parts["configuration.json"] = json.dumps(told).encode()
            for name in ("vouchers", "had"):
                self.rows(parts, name, lambda rows: rows.__delitem__(slice(1, None)))

        vault = self.upload(self.changed(raw, change), on_problem="skip")
        vault.action_import()
        self.assertEqual(vault.club_ids.name, "Beans")
        self.assertFalse(theirs.club_id, "another company's coupons are no reward of ours")
        self.assertFalse(team.club_outlet_id)

    def test_nobody_writes_which_records_a_file_means(self):
        manager = new_test_user(self.env, "map_manager", "loyalty_club.loyalty_club_group_manager")
        for name, value in (("vault_map", {}), ("vault_key", "x"), ("vault_made_at", False)):
            with self.assertRaises(UserError):
                self.club.with_user(manager).write({name: value})

    # ------------------------------------------------------------------ a used code, a card of somebody else
    def test_code_that_something_else_has_by_now_is_changed_and_not_lost(self):
        raw = self.strip()
        code = self.content(raw).rows["vouchers"][0]["code"]
        other = self.env["loyalty.program"].create({"name": "Plain coupons", "program_type": "coupons"})
        taken = self.env["loyalty.card"].create({"program_id": other.id, "code": code, "points": 1})
        _vault, club = self.bring(raw)
        [voucher] = club.member_ids.voucher_ids
        self.assertEqual((voucher.state, taken.program_id), ("owned", other))
        self.assertNotEqual(voucher.card_id.code, code)

    def test_card_that_somebody_else_has_by_now_stays_theirs_and_is_named(self):
        number, raw = self.ada_member.card_number, self.strip()
        self.ada_member.sudo().card_number = number
        vault = self.upload(raw)
        vault.action_check()
        self.assertEqual(vault.problem_count, 0)
        self.assertIn(f"The card number {number} is another member's too.", " ".join(self.messages(vault)))
        vault.action_import()
        self.run_job()
        again = vault.club_ids.member_ids.filtered(lambda member: member.partner_id == self.ada)
        self.assertTrue(again.card_number)
        self.assertEqual((self.ada_member.card_number, again.card_number != number), (number, True))
