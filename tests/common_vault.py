"""A club with something of everything, its file, and the club that this file makes elsewhere."""

import base64
import io
import json
import zipfile
from datetime import timedelta

from odoo import SUPERUSER_ID, api
from odoo.fields import Command

from ..engine import vault as engine
from ..engine.values import Born
from .common_games import GamesCommon
from .common_goals import GoalCommon
from .common_ledger import LedgerCommon


class VaultCommon(GamesCommon, GoalCommon, LedgerCommon):
    maxDiff = None

    def furnish(self):
        """Ada: 300 Beans, 50 of them in 10 days, 100 until in 20; one voucher. Bob owes 40."""
        self._alone()
        self.unit.money_value = 0.05
        self.club.write({"page_title": "Our Beans", "color": "#7c4a2d", "excluded_product_ids": [Command.set(
            self.cake.product_tmpl_id.ids)]})  # fmt: skip
        self.env["club.condition"].create({"club_id": self.club.id, "minimum_total": 20, "maximum": 50})
        self.ten = self.reward(club_tier_id=self.silver.id)
        self.silver.welcome_reward_id = self.reward("Welcome", 0)
        self.env["club.bonus"].create({
            "name": "Mondays", "club_id": self.club.id, "kind": "multiply", "factor": 2, "tue": False,
            "product_ids": [Command.set(self.coffee.ids)],
        })  # fmt: skip
        self.game_on = self.game("Wheel", [{"name": "Ten", "kind": "reward", "reward_id": self.ten.id, "weight": 1},
                                         {"name": "None", "kind": "nothing", "weight": 1}])  # fmt: skip
        self.env["club.goal"].create({"name": "Two", "club_id": self.club.id, "target": 2, "units": 50, "is_on": True})
        self.env["club.message.rule"].create({"club_id": self.club.id, "trigger": "joined", "is_on": True})
        today = self.today
        post = self.env["club.entry"]._post
        post([
            self.intent("award", 600, born=(
                Born(amount=450, available_on=today),
                Born(amount=50, available_on=today + timedelta(days=10)),
                Born(amount=100, available_on=today, expires_on=today + timedelta(days=20)),
            )),
        ])  # fmt: skip
        self.ada_member.adjust(self.unit.id, -220, "Gone")
        self.voucher = self.bought(self.ten)  # for 80
        award = post([self.intent("award", 60, self.bob_member)])
        post([self.intent("spend", 40, self.bob_member)])
        post([self.intent("clawback", 60, self.bob_member, own_entry_ids=(award.id,), corrects_id=award.id)])
        self.ada.write({"phone": "+32470123456", "club_birthday": "1990-05-05"})
        self.ada_member.sudo().write({"consent_at": "2024-01-02 03:04:05", "consent_source": "page"})

    def _alone(self):
        """A file finds products by their names, and tests that commit leave others of the same names."""
        own = (self.cake | self.coffee).product_tmpl_id
        others = self.env["product.template"].with_context(active_test=False).search(
            [("name", "in", own.mapped("name")), ("id", "not in", own.ids)]
        )
        others.name = "Left over"

    def export(self, clubs=None):
        """The bytes of the file."""
        return self.env["club.vault"].sudo()._club_zip(clubs or self.club)

    def changed(self, raw, change, is_sealed=True):
        """The same file with parts changed: ``change`` gets and returns a dict name → bytes."""
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        change(parts)
        if is_sealed:
            manifest = json.loads(parts["manifest.json"])
            import hashlib

            manifest["sums"] = {
                name: hashlib.sha256(parts[name]).hexdigest() for name in manifest["sums"] if name in parts
            }
            parts["manifest.json"] = json.dumps(manifest).encode()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        return out.getvalue()

    def foreign(self, raw):
        """The file as if its clubs and database were somebody else's."""

        def change(parts):
            manifest = json.loads(parts["manifest.json"])
            manifest["database"] = "elsewhere"
            parts["manifest.json"] = json.dumps(manifest).encode()
            told = json.loads(parts["configuration.json"])
            for row in told["club.club"]:
                row["vault_key"] = f"elsewhere {row['id']}"
            parts["configuration.json"] = json.dumps(told).encode()

        return self.changed(raw, change)

    def strip(self):
        """The file of a club that has gone since: its places, codes and cards are free."""
        raw = self.foreign(self.export())
        (self.ada_member | self.bob_member).sudo().card_number = False
        self.register.club_outlet_id = self.website.club_outlet_id = self.team.club_outlet_id = False
        self.voucher.card_id.sudo().code = f"gone {self.voucher.id}"
        self.env.flush_all()
        return raw

    def upload(self, raw, **values):
        return self.env["club.vault"].create({"file": base64.b64encode(raw), "file_name": "club.zip", **values})

    def run_job(self, model="club.vault", method="_cron_run"):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            getattr(api.Environment(cr, SUPERUSER_ID, {})[model], method)()
        self.env.invalidate_all()

    def bring(self, raw, **values):
        """The run that imported it, and the club it made."""
        vault = self.upload(raw, **values)
        vault.action_check()
        self.assertEqual(self.messages(vault), [])
        vault.action_import()
        self.run_job()
        return vault, vault.club_ids

    def messages(self, vault):
        return [f"{row.file}:{row.line} {row.message}" for row in vault.problem_ids]

    def content(self, raw):
        return engine.read(raw)
