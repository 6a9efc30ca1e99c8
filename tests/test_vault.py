import csv
import io
import json
import zipfile
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_vault import VaultCommon

IMPORT = "odoo.addons.loyalty_club.models.vault_import"


@tagged("post_install", "-at_install")
class TestVault(VaultCommon):
    """A club goes into a file and comes out of it as it was."""

    def setUp(self):
        super().setUp()
        self.furnish()

    def portrait(self, club):
        """All that a member would miss."""
        members = self.env["club.member"].with_context(active_test=False).search([("club_id", "=", club.id)])
        return {
            member.partner_id.name: {
                "tier": (member.tier_id.name, member.tier_until),
                "consent": (member.consent_at, member.consent_source),
                "joined": member.joined_at,
                "lifetime": member.lifetime,
                "accounts": [
                    (own.unit_id.name, own.pool_id.name, own.balance, own.debt, own.lifetime)
                    for own in member.account_ids
                ],
                "lots": sorted(
                    (lot.left_amount, lot.available_on, lot.expires_on or fields.Date.today())
                    for lot in member.account_ids.lot_ids
                    if lot.left_amount
                ),
                "vouchers": [
                    (voucher.program_id.name, voucher.card_id.expiration_date, voucher.state)
                    for voucher in member.voucher_ids
                ],
            }
            for member in members
        }

    def entries(self):
        return self.env["club.entry"].search_count([])

    # ------------------------------------------------------------------ there and back
    def test_round_trip_brings_back_everybody_with_all_they_had(self):
        before, card, raw = self.portrait(self.club), self.ada_member.card_number, self.strip()
        vault, club = self.bring(raw)
        self.assertEqual((vault.state, vault.done_count), ("done", 2), vault.note)
        marks = self.env["club.count"].search([("club_id", "in", vault.club_ids.ids), ("month", "=", False)])
        self.assertTrue(marks, "who joined long before they came here is in the figures of then")
        self.assertEqual(self.portrait(club), before)
        ada = self.env["club.member"].search([("club_id", "=", club.id), ("partner_id", "=", self.ada.id)])
        self.assertEqual((ada.card_number, ada.vault_id), (card, self.ada_member.id))
        self.assertEqual(before["Ada"]["accounts"][0][2], 300)
        self.assertEqual(before["Bob"]["accounts"][0][2:4], (-40, 40))
        self.assertEqual(club.prove(), [])
        self.assertCoherent()

    def test_round_trip_brings_back_the_set_up(self):
        _vault, club = self.bring(self.strip())
        self.assertEqual((club.state, club.name, club.page_title), ("off", "Beans", "Our Beans"))
        self.assertEqual(club.excluded_product_ids, self.cake.product_tmpl_id)
        self.assertEqual((club.unit_ids.name_plural, club.unit_ids.money_value), ("Beans", 0.05))
        self.assertEqual(club.tier_unit_id, club.unit_ids)
        self.assertEqual(
            [(tier.name, tier.threshold, tier.multiplier) for tier in club.tier_ids.sorted("threshold")],
            [("Member", 0, 1), ("Silver", 500, 1), ("Gold", 1500, 2)],
        )
        [program] = club.program_ids
        self.assertEqual((program.state, program.ratio, program.tier_id.name), ("live", 1, "Member"))
        self.assertEqual(club.condition_ids.mapped("maximum"), [50])
        self.assertEqual((self.register.club_outlet_id.club_id, self.team.club_outlet_id.name), (club, "High Street"))
        rewards = self.env["loyalty.program"].search([("club_id", "=", club.id)])
        self.assertEqual(set(rewards.mapped("name")), {"Ten percent", "Welcome"})
        ten = rewards.filtered("club_price")
        self.assertEqual((ten.club_tier_id.name, ten.reward_ids.discount), ("Silver", 10))
        self.assertEqual(club.tier_ids.welcome_reward_id, rewards - ten)
        bonus = club.bonus_ids
        self.assertEqual((bonus.factor, bonus.tue, bonus.product_ids), (2, False, self.coffee))
        game = self.env["club.game"].search([("club_id", "=", club.id)])
        self.assertEqual((game.is_on, game.prize_ids.reward_id, len(game.prize_ids)), (True, ten, 2))
        goal = self.env["club.goal"].search([("club_id", "=", club.id)])
        self.assertEqual((goal.is_on, goal.target, goal.units), (True, 2, 50))
        rule = self.env["club.message.rule"].search([("club_id", "=", club.id)])
        self.assertEqual((rule.is_on, rule.trigger), (True, "joined"))
        club.action_switch_on()
        self.assertFalse(self.env["club.message"].search([("member_id.club_id", "=", club.id)]))

    def test_same_file_twice_changes_nothing(self):
        raw = self.strip()
        vault, club = self.bring(raw)
        before, count = self.portrait(club), self.entries()
        again, same = self.bring_again(raw)
        self.assertEqual((again.state, same), ("done", club))
        vault.sudo().state = "running"
        self.run_job()
        self.assertEqual((self.portrait(club), self.entries()), (before, count))

    def bring_again(self, raw):
        vault = self.upload(raw)
        vault.action_check()
        self.assertEqual(
            self.messages(vault), [": This file was imported before: members who are here already stay as they are."]
        )
        vault.action_import()
        self.run_job()
        return vault, vault.club_ids

    def test_imported_club_earns_and_spends_at_its_places(self):
        self.club.bonus_ids.is_on = False
        _vault, club = self.bring(self.strip())
        self.club.action_switch_off()
        club.action_switch_on()
        since = fields.Datetime.now() - timedelta(days=1)
        club.sudo().on_since = club.outlet_ids.sudo().opted_in_at = since
        self.env.flush_all()
        self.env.cr.execute("UPDATE club_program SET live_from = %s", [since])
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.sell([(self.coffee, 1)], self.bob)
        bob = self.env["club.member"].search([("club_id", "=", club.id), ("partner_id", "=", self.bob.id)])
        self.assertEqual((bob.account_ids.balance, bob.account_ids.debt), (60, 0), "100 earned, 40 were owed")
        self.assertEqual(club.prove(), [])

    def test_killed_in_the_middle_it_goes_on(self):
        raw, before = self.strip(), self.portrait(self.club)
        vault = self.upload(raw)
        vault.action_import()
        whole = type(vault)._club_bring_vouchers
        calls = []

        def fail_once(self, plan, members, accounts):
            calls.append(members)
            if len(calls) == 2:
                raise ValueError("pulled the plug")
            return whole(self, plan, members, accounts)

        method = patch.object(type(vault), "_club_bring_vouchers", fail_once)
        with patch(f"{IMPORT}.BATCH", 1), method, mute_logger(IMPORT):
            self.run_job()
        self.assertEqual(vault.state, "failed")
        self.assertIn("pulled the plug", vault.note)
        vault.action_resume()
        self.run_job()
        self.assertEqual(vault.state, "done")
        self.assertEqual(self.portrait(vault.club_ids), before)

    def test_when_time_is_up_the_next_call_goes_on(self):
        vault = self.upload(self.strip())
        vault.action_import()
        progress = type(self.env["ir.cron"])._commit_progress

        def is_late(crons, processed=0, **values):
            progress(crons, processed, **values)
            return 0.0 if processed else 9.0

        with patch(f"{IMPORT}.BATCH", 1), patch.object(type(self.env["ir.cron"]), "_commit_progress", is_late):
            self.run_job()
            self.assertEqual((vault.state, vault.done_count), ("running", 1))
        self.run_job()
        self.assertEqual((vault.state, vault.done_count), ("done", 2))
        self.assertEqual(len(vault.club_ids.member_ids), 2)

    def test_unknown_customers_become_contacts_or_are_left_out(self):
        def move(parts):
            for old, new in ((b"ada@example.com", b"new@example.com"), (b"+32470123456", b""), (b"Ada", b"Nova")):
                parts["members.csv"] = parts["members.csv"].replace(old, new)

        raw = self.changed(self.strip(), move)
        vault, club = self.bring(raw)
        nova = club.member_ids.partner_id.filtered(lambda partner: partner.name == "Nova")
        self.assertEqual((nova.email, nova.club_birthday), ("new@example.com", fields.Date.to_date("1990-05-05")))
        other = self.upload(self.changed(raw, lambda parts: parts.update({"configuration.json": parts[
            "configuration.json"].replace(b'"elsewhere"', b'"third"')})), is_creating=False)  # fmt: skip
        nova.sudo().club_member_ids.partner_id = False
        nova.unlink()
        other.action_check()
        self.assertEqual(self.messages(other)[:1], ["members.csv:2 No contact here fits Nova."])

    def test_tiers_of_a_year_count_in_their_months(self):
        self.club.tier_period = "year"
        post = self.env["club.entry"]._post
        for days in (30, 100, 800):
            moment = fields.Datetime.now() - timedelta(days=days)
            post([self.intent("award", 200, self.bob_member, business_at=moment)])
        figures = self.bob_member._tier_figures()[self.bob_member.id]
        _vault, club = self.bring(self.strip())
        bob = club.member_ids.filtered(lambda member: member.partner_id == self.bob)
        self.assertEqual((bob._tier_figures()[bob.id], bob.lifetime), (figures, self.bob_member.lifetime))
        self.assertEqual(club.prove(), [])

    def test_new_members_never_get_a_number_of_the_file(self):
        _vault, club = self.bring(self.strip())
        carol = self.env["res.partner"].create({"name": "Carol"})
        numbers = set(club.member_ids.mapped("card_number"))
        self.assertNotIn(self.env["club.member"].enrol(carol.id, club.id).card_number, numbers)

    # ------------------------------------------------------------------ what is refused
    def test_club_that_is_here_is_not_imported_over_itself(self):
        vault, count = self.upload(self.export()), self.entries()
        vault.action_check()
        self.assertTrue(vault.is_blocked)
        self.assertIn("This club is here already.", self.messages(vault)[0])
        with self.assertRaises(UserError):
            vault.action_import()
        self.assertEqual(self.entries(), count)

    def test_what_is_no_such_file_says_so(self):
        raw = self.export()

        def forge(parts):
            parts["balances.csv"] = parts["balances.csv"].replace(b"300", b"999")

        def later(parts):
            parts["manifest.json"] = parts["manifest.json"].replace(b'"version": 1', b'"version": 9')

        def lose(parts):
            del parts["portions.csv"]

        for given, words in (
            (b"Hello", "This is not a ZIP file."),
            (self.changed(raw, forge, is_sealed=False), "balances.csv was changed"),
            (self.changed(raw, later), "later version"),
            (self.changed(raw, lose, is_sealed=False), "portions.csv is missing"),
            (self.changed(raw, lambda parts: parts.pop("manifest.json"), is_sealed=False), "no file of a club"),
        ):  # fmt: skip
            vault = self.upload(given)
            vault.action_check()
            self.assertIn(words, self.messages(vault)[0])
            with self.assertRaises(UserError):
                vault.action_import()

    def test_bad_lines_are_named_and_stop_all_or_their_member_alone(self):
        def spoil(parts):
            rows = list(csv.reader(io.StringIO(parts["portions.csv"].decode())))
            rows[1][2] = "1"  # what is left of the first portion
            rows.append(["x", rows[1][1], "5", "soon", "", "", ""])
            out = io.StringIO()
            csv.writer(out).writerows(rows)
            parts["portions.csv"] = out.getvalue().encode()

        raw, count = self.changed(self.strip(), spoil), self.entries()
        vault = self.upload(raw)
        vault.action_check()
        said = self.messages(vault)
        self.assertIn("balances.csv:2 Its portions do not add up to the balance", said[0])
        self.assertTrue([text for text in said if text.startswith("portions.csv:4 It cannot be read: id: x")], said)
        with self.assertRaisesRegex(UserError, "nothing was imported"):
            vault.action_import()
        self.assertEqual(self.entries(), count)
        vault.on_problem = "skip"
        vault.action_import()
        self.run_job()
        self.assertEqual(vault.club_ids.member_ids.partner_id, self.bob)
        self.assertIn("Left out, see the list: 1.", vault.note)
        self.assertEqual(vault.club_ids.prove(), [])

    def test_what_is_missing_here_is_said_and_switched_off(self):
        def rename(parts):
            parts["configuration.json"] = parts["configuration.json"].replace(b'"name": "Coffee"', b'"name": "Mocha"')

        raw = self.changed(self.strip(), rename)
        vault = self.upload(raw)
        vault.action_check()
        self.assertIn("Mocha is not here.", " ".join(self.messages(vault)))
        self.assertEqual(vault.problem_count, 0)
        vault.action_import()
        self.assertFalse(vault.club_ids.bonus_ids.is_on, "a bonus for Mocha is none for everything")

    # ------------------------------------------------------------------ what it says, and to whom
    def test_history_is_there_to_be_read_and_nothing_is_a_formula(self):
        self.ada.name = '=HYPERLINK("http://evil.example")'
        self.ada_member.adjust(self.unit.id, 5, "+1 for Ada, 'kindly'")
        raw = self.export()
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            history = list(csv.DictReader(io.StringIO(archive.read("history.csv").decode())))
            members = archive.read("members.csv").decode()
            manifest = json.loads(archive.read("manifest.json"))
            self.assertIn("members.csv", archive.read("README.txt").decode())
        self.assertEqual(manifest["version"], 1)
        self.assertEqual((history[-1]["amount"], history[-1]["unit"]), ("5", "Bean"))
        self.assertEqual(history[-1]["remark"], "+1 for Ada, 'kindly'")
        self.assertIn("'=HYPERLINK", members)
        self.assertNotIn(",=HYPERLINK", members)
        self.assertEqual(self.content(raw).rows["members"][0]["name"], self.ada.name)
        self.assertNotIn(self.ada_member.sudo().secret, members)

    def test_managers_export_their_own_clubs_and_nobody_else_does(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "vault_stranger", "loyalty_club.loyalty_club_group_manager", company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )  # fmt: skip
        for groups in ("base.group_portal", "base.group_user", "loyalty_club.loyalty_club_group_user"):
            user = new_test_user(self.env, f"vault_{groups}", groups=groups)
            with self.assertRaises(AccessError):
                self.env["club.vault"].with_user(user).action_export()
        own = self.env["club.vault"].search([], limit=1).browse(
            int(self.env["club.vault"].action_export()["url"].split("&id=")[1].split("&")[0])
        )
        self.assertIn(self.club, own.club_ids)
        with self.assertRaises(AccessError):
            own.with_user(stranger).read(["file"])
        self.env["club.vault"].with_user(stranger).action_export()
        theirs = self.env["club.vault"].search([], limit=1)
        self.assertFalse(theirs.club_ids, "nothing of another company's club")

    def test_nobody_writes_what_a_run_notes(self):
        manager = new_test_user(self.env, "vault_manager", "loyalty_club.loyalty_club_group_manager")
        vault = self.upload(self.export()).with_user(manager)
        for vals in ({"state": "running"}, {"club_ids": [Command.set(self.club.ids)]}, {"kind": "export"}):
            with self.assertRaises(UserError):
                vault.write(vals)
            with self.assertRaises(UserError):
                self.env["club.vault"].with_user(manager).create({"file": False, **vals})
        forged = {"default_user_id": self.env.ref("base.user_admin").id, "default_state": "done"}
        own = self.env["club.vault"].with_user(manager).with_context(**forged).create({"file": False})
        self.assertEqual((own.user_id, own.state), (manager, "draft"), "nobody imports with the companies of another")
        vault.sudo().state = "done"
        with self.assertRaises(UserError):
            vault.write({"on_problem": "skip"})
