"""All that the club keeps of one person, to be handed to them: walked by the models, so nothing new is forgotten."""

import io
import json
import zipfile

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools.misc import format_date, format_datetime

# Keys that open something, how a row came to be in a table, and names of staff.
KEPT_BACK = frozenset({
    "secret", "pin_hash", "digest", "token", "endpoint", "keys", "payment_key", "request_key", "key", "lock_version",
    "actor", "released_by", "user_id", "create_uid", "create_date", "write_uid", "write_date", "id", "vault_id", "roll",
    "rolls", "weight", "picture_id", "display_name", "event_key", "promised_key",
})  # fmt: skip
OWNERS = ("club.member", "club.account")


class ClubMember(models.Model):
    """Example: Ada asks what Bean & Brew keeps of her, on her own page or at the counter, and gets a ZIP: one file
    to be read by her, one by another program.
    """

    _inherit = "club.member"

    def action_personal_data(self):
        """The button, for managers: the file of this member."""
        self.ensure_one()
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club export what is kept of a member. Ask one of them."))
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/club/member/{self.id}/data", "target": "self"}

    def _club_data_zip(self):
        """The bytes of the ZIP: data.json, and the same to be read."""
        self.ensure_one()
        member = self.sudo().with_context(lang=self.partner_id.lang or self.env.lang)
        data = member._club_personal_data()
        page = member.env["ir.qweb"]._render("loyalty_club.personal_data", {
            "data": data, "member": member, "yes": member.env._("Yes"),
        })  # fmt: skip
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("data.json", json.dumps(data, indent=1, ensure_ascii=False, default=str))
            archive.writestr("data.html", f"<!DOCTYPE html>\n{page}")
        return out.getvalue()

    def _club_personal_data(self):
        """A dict of what JSON knows: person, membership, balances, history, and rows by what they are."""
        own = self | self.with_context(active_test=False).search([("merged_into_id", "in", self.ids)])
        accounts = self.env["club.account"].search([("member_id", "in", own.ids)])
        entries = self.env["club.entry"].search([("account_id", "in", accounts.ids)], order="business_at, id")
        labels = self.env["club.entry"]._kind_labels()
        return {
            "club": self.club_id.name,
            "made_at": format_datetime(self.env, fields.Datetime.now(), tz=self.club_id.tz),
            "person": self._club_person(),
            "membership": self._club_told(self),
            "balances": self.get_balance(),
            "history": [
                {
                    "date": format_date(self.env, self.club_id._today(entry.business_at)),
                    "what": labels.get(entry.kind, entry.kind),
                    "amount": entry.amount_text,
                    "document": entry.source_name or "",
                    "reason": entry.reason or "",
                }
                for entry in entries
            ],
            "records": self._club_data_rows(own, accounts, entries),
        }

    def _club_person(self):
        """The contact, as far as the club asks for it."""
        partner = self.partner_id
        told = ("name", "email", "phone", "club_birthday", "street", "zip", "city", "country_id", "lang")
        names = {name: partner._fields[name]._description_string(self.env) for name in told}
        return {names[name]: str((partner[name].display_name if name == "country_id" else partner[name]) or "")
                for name in told}  # fmt: skip

    def _club_data_rows(self, own, accounts, entries):
        """What a model is → its rows that belong to this person."""
        found = {}
        for name, which in self._club_data_domains(own, accounts, entries).items():
            rows = self.env[name].with_context(active_test=False).search(which)
            if rows:
                found[self.env["ir.model"]._get(name).name] = [self._club_told(row) for row in rows]
        return found

    def _club_data_domains(self, own, accounts, entries):
        """Model → which of its rows are this person's: every table of ours that leads to a member, an account, a
        movement or the contact."""
        owners = {
            "club.member": own.ids,
            "club.account": accounts.ids,
            "club.entry": entries.ids,
            "res.partner": self.partner_id.ids,
            "res.users": self.partner_id.user_ids.ids,
        }
        domains = {}
        for name, model in self.env.registry.items():
            if not name.startswith("club.") or model._transient or model._abstract or not model._auto:
                continue
            if name in ("club.member", "club.entry", "club.backfill", "club.vault"):
                continue
            parts = [
                (field, "in", owners[column.comodel_name])
                for field, column in model._fields.items()
                if column.type == "many2one" and column.store and column.comodel_name in owners
                and field not in ("create_uid", "write_uid") and owners[column.comodel_name]
            ]  # fmt: skip
            if parts:
                domains[name] = ["|"] * (len(parts) - 1) + parts
        return domains

    def _club_told(self, row):
        """A row as label → value, without what opens something and without names of staff."""
        told = {}
        for name, column in row._fields.items():
            is_shown = column.store and column.column_type and not column.groups and name not in KEPT_BACK
            if not is_shown or (column.type == "many2one" and column.comodel_name in (*OWNERS, "club.member")):
                continue
            value = row[name]
            if column.type == "many2one":
                value = value.display_name
            elif column.type == "selection":
                value = dict(column._description_selection(self.env)).get(value, value)
            elif column.type == "datetime":
                value = value and format_datetime(self.env, value, tz=self.club_id.tz)
            elif column.type == "date":
                value = value and format_date(self.env, value)
            if value not in (False, None, "", {}, []):
                told[column._description_string(self.env)] = value
        return told
