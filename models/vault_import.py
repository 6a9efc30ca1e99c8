"""Reading a club file back: judged as a whole first, then the club, then its members in batches."""

import base64
import logging
from dataclasses import replace

from odoo import api, models
from odoo.fields import Command
from odoo.tools import SQL
from psycopg2 import OperationalError

from ..engine import vault as engine
from .batches import in_batches
from .club_vault import SHOWN
from .import_cards import keep_numbers
from .vault_configuration import Restored

_logger = logging.getLogger(__name__)

BATCH = 500  # members that one transaction brings


class ClubVault(models.Model):
    _inherit = "club.vault"

    # ------------------------------------------------------------------ check
    def _check(self):
        """Judge all of it: the file by itself, its set-up by making it and undoing that, its members by looking."""
        self.ensure_one()
        try:
            content = engine.read(base64.b64decode(self.file))
        except engine.Unreadable as fault:
            self._note_check(None, [("", "", self._club_unreadable(fault))], True)
            return
        problems = [(fault.file, str(fault.line), self._club_fault(fault)) for fault in content.faults]
        is_blocked, hints = False, []
        with self.env.cr.savepoint(flush=True) as savepoint:
            try:
                is_resumed = self._club_is_resumed(content)
                done = Restored() if is_resumed else self._club_restore(content)
            except OperationalError:
                raise  # somebody else was at the same rows
            except Exception:  # pylint: disable=broad-except
                _logger.info("The set-up of a club file cannot be used", exc_info=True)
                fault = engine.Unreadable("damaged", engine.CONFIGURATION)
                done, is_resumed = Restored(is_blocked=True), False
                done.problems.append(("configuration.json", "", self._club_unreadable(fault)))
            savepoint.rollback()
        if is_resumed:
            hints.append(("", "", self._club_known_text()))
        problems, hints, is_blocked = problems + done.problems, hints + done.hints, done.is_blocked
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        if not is_blocked:
            problems += [
                ("members.csv", str(line), text) for line, text in self._club_judge_people(content).values()
            ]
            hints += [] if is_resumed else self._club_taken_cards(content)
        self._note_check(content, problems, is_blocked, hints)

    def _club_taken_cards(self, content):
        """Members whose number somebody else has here by now come with a new one, and whoever imports should know."""
        lines = {row["card_number"]: row["line"] for row in content.rows["members"] if row["card_number"]}
        taken = self.env.execute_query(SQL(
            """SELECT card_number FROM club_member WHERE card_number = ANY(%(numbers)s)
               UNION SELECT number FROM club_card WHERE number = ANY(%(numbers)s)""",
            numbers=list(lines),
        ))  # fmt: skip
        fault = engine.Fault(file="members.csv", line=0, code="card_twice")
        return [
            (fault.file, str(lines[number]), self._club_fault(replace(fault, detail=number)))
            for [number] in sorted(taken, key=lambda row: lines[row[0]])
        ]

    def _club_is_resumed(self, content):
        """Were the clubs of this very file made by it before?"""
        keys = {row.get("vault_key") for row in content.configuration.get("club.club", ())}
        clubs = self._club_made(keys)
        return bool(clubs) and all((club.vault_map or {}).get("file") == content.key for club in clubs)

    def _club_made(self, keys):
        clubs = self.env["club.club"].with_context(active_test=False)
        return clubs.search([("vault_key", "in", [key for key in keys if key])])

    def _club_known_text(self):
        return self.env._("This file was imported before: members who are here already stay as they are.")

    def _note_check(self, content, problems, is_blocked, hints=()):
        _, said = self.env._, []
        if content:
            rows = content.rows
            clubs = [row.get("name") for row in content.configuration.get("club.club", ())]
            names = [str(name.get("en_US", "") if isinstance(name, dict) else name or "") for name in clubs]
            said = [
                _("Made on %s.", content.manifest["made_at"][:10]),
                _("Clubs: %s.", ", ".join(filter(None, names)) or "0"),
                _("Members: %s.", len(rows["members"])),
                _("Balances: %(count)s, of %(portions)s portions.", count=len(rows["balances"]),
                  portions=len(rows["portions"])),
                _("Vouchers that are not used yet: %s.", len(rows["vouchers"])),
            ]  # fmt: skip
            if problems:
                said.append(_("Refused lines: %s, see below.", len(problems)))
            if hints:
                said.append(_("What is missing here, to be looked at afterwards: %s, see below.", len(hints)))
            said.append(
                _(
                    "Nothing has been changed yet. The club comes switched off: look at it, then switch it on. What "
                    "falls due until then lives on for 30 days. PINs are set anew by the members."
                )
            )
        lines = [
            Command.create({"file": file, "line": line, "message": text.replace("\0", "")})
            for file, line, text in [*problems, *hints][:SHOWN]
        ]
        self.write({
            "state": "checked" if content else "draft",
            "is_blocked": is_blocked,
            "summary": "\n".join(said),
            "member_count": len(content.rows["members"]) if content else 0,
            "problem_count": len(problems),
            "problem_ids": [Command.clear(), *lines],
        })  # fmt: skip

    def _club_unreadable(self, fault):
        """Why nothing of a file can be used, and what to do."""
        _, detail = self.env._, fault.detail
        return {
            "no_zip": _("This is not a ZIP file. Choose the file as the export made it."),
            "not_ours": _("This ZIP is no file of a club. Choose one that Club Files exported."),
            "later": _("The file has format %s, which a later version wrote. Update the add-on first.", detail),
            "too_large": _("The file is too large to be read here."),
            "part_missing": _("%s is missing in the file. Choose the file as the export made it.", detail),
            "damaged": _("%s was changed or is damaged. Choose the file as the export made it.", detail),
            "column_missing": _("Columns are missing: %s. Choose the file as the export made it.", detail),
        }[fault.code]

    def _club_fault(self, fault):
        """What is wrong on a line."""
        _, detail = self.env._, fault.detail
        return {
            "not_read": _("It cannot be read: %s.", detail),
            "empty": _("%s is empty.", detail),
            "twice": _("It is there twice: %s.", detail),
            "bad_line": _("The line cannot be used."),
            "unknown": _("What it names is not in the file: %s.", detail),
            "other_club": _("It belongs to another club than its member: %s.", detail),
            "no_card": _("%s is no card number.", detail),
            "card_twice": _("The card number %s is another member's too.", detail),
            "negative": _("%s must not be below what makes sense.", detail),
            "no_sum": _("Its portions do not add up to the balance: %s.", detail),
        }[fault.code]

    # ------------------------------------------------------------------ the run
    def _begin(self):
        """The clubs themselves, in one transaction; their members follow by the job."""
        content = engine.read(base64.b64decode(self.file))
        keys = {row.get("vault_key") for row in content.configuration.get("club.club", ())}
        if not self._club_is_resumed(content):
            self._club_restore(content)
        clubs = self._club_made(keys)
        self._club_keep_numbers(content)
        self.write({"state": "running", "club_ids": [Command.set(clubs.ids)], "done_count": 0})
        for club in clubs:
            club.message_post(body=self.env._("The club was imported from %s.", self.file_name or "ZIP"))

    def _club_keep_numbers(self, content):
        """New members never get a card number that somebody of the file has."""
        numbers = [row["card_number"] for row in content.rows["members"]]
        numbers += [row["number"] for row in content.rows["cards"] if not row.get("is_bad")]
        keep_numbers(self.env, filter(None, numbers))

    @api.model
    def _cron_run(self):
        """Every run that is under way, in batches of members that are committed one by one."""
        for vault in self.sudo().search([("state", "=", "running")], order="id"):
            try:
                if not vault._run():
                    return  # time is up: the host calls again
            except Exception as fault:  # pylint: disable=broad-except
                self.env.cr.rollback()
                self.env.transaction.reset()
                _logger.exception("The import of a club stopped")
                vault.write({"state": "failed", "note": self.env._("It stopped: %s", fault)})
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _run(self):
        """False where time was up before all were there; who is here already is passed over next time."""
        content = engine.read(base64.b64decode(self.file))
        refused = self._club_judge_people(content)
        bad = content.bad_members() | refused.keys()
        wanted = [row["id"] for row in content.rows["members"] if row["id"] not in bad]
        plan = self._club_plan(content)

        def bring(ids):
            self._club_bring(plan, ids)

        done = in_batches(self.env, wanted, bring, size=BATCH)
        self.done_count = done
        if done < len(wanted):
            return False
        self.write({"state": "done", "note": self._club_end_text(len(wanted), len(bad))})
        self.env.registry.clear_cache()
        return True

    def _club_end_text(self, count, left_out):
        text = self.env._("Members imported: %s.", count)
        if left_out:
            text += " " + self.env._("Left out, see the list: %s.", left_out)
        return text + " " + self.env._("The club is switched off. Look at it, then switch it on.")
