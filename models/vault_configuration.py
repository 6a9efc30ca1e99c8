"""The set-up of clubs as a part of a club file, and made again from it."""

from dataclasses import dataclass, field
from uuid import uuid4

from odoo import fields, models
from odoo.fields import Command
from odoo.tools import SQL

from ..engine.vault_columns import MOST_NUMBER
from .vault_fields import LATER, ORDER

NEEDED = ("club.unit", "club.pool", "club.tier")  # without them nothing of a club can be imported
PLACES = {"pos_config_ids": "pos.config", "website_ids": "website", "team_ids": "crm.team"}
PARTS = {
    "loyalty.program": {"rule_ids": "loyalty.rule", "reward_ids": "loyalty.reward"},
    "club.game": {"prize_ids": "club.game.prize"},
}
OF_CLUB = {
    "club.worth": "outlet_id.club_id",
    "club.ratio": "club_id",
}


class ClubClub(models.Model):
    _inherit = "club.club"

    vault_key = fields.Char(
        readonly=True, copy=False, default=lambda self: str(uuid4()), help="Which club this is, in any installation."
    )
    vault_map = fields.Json(readonly=True, copy=False, help="Ids in the file that it was imported from.")


@dataclass(slots=True)
class Restored:
    """What was made: `maps` model → id in the file → id here; `problems` (file, place, sentence) of what is left out,
    `hints` likewise of what came without something.
    """

    maps: dict = field(default_factory=lambda: {model: {} for model in ("club.club", *ORDER)})
    problems: list = field(default_factory=list)
    hints: list = field(default_factory=list)
    is_blocked: bool = False


class ClubVault(models.Model):
    _inherit = "club.vault"

    # ------------------------------------------------------------------ out
    def _club_configuration(self, clubs):
        """model → records of these clubs, each a dict with its ``id``."""
        told = {"club.club": [self._club_values(club) | self._club_extra(club) for club in clubs]}
        for model in ORDER:
            domain = [(OF_CLUB.get(model, "club_id"), "in", clubs.ids)]
            if model == "club.program":
                domain.append(("state", "!=", "ended"))
            elif model == "club.bonus":
                domain.append(("version_of_id", "=", False))
            records = self.env[model].sudo().with_context(active_test=False).search(domain, order="id")
            told[model] = [self._club_values(record) | self._club_extra(record) for record in records]
        reserved = self.env["loyalty.program"].sudo().search([("club_min_tier_id.club_id", "in", clubs.ids)])
        told["reserved"] = [
            {"id": one.id, "program": self._club_reference(one), "tier_id": one.club_min_tier_id.id}
            for one in reserved
        ]
        return told

    def _club_extra(self, record):
        """What the fields of a record do not say by themselves; ``of``: whose it is."""
        of = {"of": record.club_id.id} if "club_id" in record._fields else {}
        if record._name == "club.club":
            return {
                "vault_key": record.vault_key,
                "companies": [{"id": company.id, "name": company.name} for company in record.company_ids],
                "currency": record.currency_id.name,
                "was": record.state,
            }
        if record._name == "club.outlet":
            places = {
                name: [self._club_reference(place) for place in record.with_context(active_test=False)[name]]
                for name in PLACES
            }
            return of | {"company": record.company_id.name, "company_id": record.company_id.id, "places": places}
        if record._name == "club.program":
            return of | {"is_live": record.state == "live"}
        if record._name == "club.bonus":
            return of | {"given": record.given}
        if record._name == "club.pool":
            return of | {"merged_into": record._followed().id if record.merged_into_id else False}
        parts = PARTS.get(record._name, ())
        if record._name == "loyalty.program":
            of["had"] = self._club_had(record)
        won = record.prize_ids._won() if record._name == "club.game" else {}
        return of | {
            name: [self._club_values(part) | {"won": won.get(part.id, (0,))[0]} for part in record[name].sorted("id")]
            for name in parts
        }

    # ------------------------------------------------------------------ back in
    def _club_restore(self, content):
        """Make the clubs of a file and all that is configured in them; switched off, until somebody looked.

        :return: ``Restored``
        """
        told, done = content.configuration, Restored()
        is_same = content.manifest["database"] == self._club_database()
        for row in told.get("club.club", ()):
            self._club_restore_club(row, told, content, done, is_same)
        if done.is_blocked:
            return done  # what it would have been made of says nothing more
        for model in ORDER:
            for row in told.get(model, ()):
                if row["id"] not in done.maps[model]:
                    self._club_restore_row(model, row, done, is_same)
        self._club_restore_later(told, done, is_same)
        for club in self.env["club.club"].browse(done.maps["club.club"].values()):
            club.sudo().write({
                "vault_made_at": min(content.manifest["moment"], fields.Datetime.now()),
                "vault_map": {
                    "file": content.key,
                    "maps": {model: {str(old): new for old, new in ids.items()} for model, ids in done.maps.items()},
                },
            })  # fmt: skip
        return done

    def _club_restore_club(self, row, told, content, done, is_same):
        """The club itself with its first unit, pool and tier, which every club has from the start."""
        complain = self._club_complainer("club.club", row, done)
        clubs = self.env["club.club"].with_context(active_test=False)
        if clubs.search_count([("vault_key", "=", row.get("vault_key") or "")]):
            complain(self.env._("This club is here already. A file brings back a club where it is missing."))
            done.is_blocked = True
            return
        companies = self._club_companies(row, is_same)
        currency = self.env["res.currency"].with_context(active_test=False).search([("name", "=", row.get("currency"))])
        if not currency:
            complain(self.env._("The currency %s is not here.", row.get("currency")))
            done.is_blocked = True
            return
        hint = self._club_complainer("club.club", row, done, is_hint=True)
        values, words, _is_short = self._club_read_values("club.club", row, done.maps, is_same, hint)
        values |= {
            "company_ids": [Command.set(companies.ids)],
            "currency_id": currency[:1].id,
            "vault_key": row.get("vault_key") or str(uuid4()),
        }
        club = self._club_make("club.club", values, words, complain)
        if not club:
            done.is_blocked = True
            return
        done.maps["club.club"][row["id"]] = club.id
        first = {"club.unit": club.unit_ids, "club.pool": club.pool_ids, "club.tier": club.tier_ids}
        for model, record in first.items():
            own = [one for one in told.get(model, ()) if one.get("of") == row["id"] and not one.get("merged_into")]
            if own:
                lowest = min(own, key=lambda one: (one.get("threshold") or 0, one["id"]))
                self._club_restore_row(model, lowest, done, is_same, record[:1])

    def _club_companies(self, row, is_same):
        """The companies of the same name among those of who imports; else the one that is worked in."""
        allowed = self.user_id.company_ids or self.env.company
        names = {one.get("name") for one in row.get("companies", ()) if isinstance(one, dict)}
        return allowed.filtered(lambda company: company.name in names) or self.company_id

    def _club_restore_row(self, model, row, done, is_same, record=None):
        """One record, as far as all it names is here; what is not whole is not switched on."""
        complain = self._club_complainer(model, row, done)
        if row.get("merged_into"):
            if target := done.maps[model].get(row["merged_into"]):
                done.maps[model][row["id"]] = target
            return
        hint = self._club_complainer(model, row, done, is_hint=True)
        values, words, is_short = self._club_read_values(model, row, done.maps, is_same, hint)
        if model == "loyalty.program":
            values.setdefault("club_id", False)
        missing = [name for name, value in values.items() if not value and self._is_club_needed(model, name)]
        if missing:
            labels = [self.env[model]._fields[name]._description_string(self.env) for name in missing]
            complain(self.env._("It is left out, because what it belongs to is missing: %s.", ", ".join(labels)))
            done.is_blocked = done.is_blocked or model in NEEDED
            return
        is_short = self._club_add_values(model, row, values, done, is_same, hint) or is_short
        if is_short and values.get("is_on"):
            values["is_on"] = False
            hint(self.env._("It is switched off, because something of it is missing here: look at it."))
        if model == "loyalty.program" and (own := self._club_same_reward(row, is_same)):
            record = own
            values = {name: value for name, value in values.items() if name.startswith("club_")}
            words = {}
        if record:

            def take(record=record):
                record.with_context(lang="en_US", tracking_disable=True).write(values)
                self._club_translate(record, words)
                return record

            record = self._club_try(take, complain)
        else:
            record = self._club_make(model, values, words, complain)
        if not record:
            done.is_blocked = done.is_blocked or model in NEEDED
            return
        done.maps[model][row["id"]] = record.id
        for name, part in PARTS.get(model, {}).items():
            for own, one in zip(record[name].sorted("id"), row.get(name, ()), strict=False):
                self._club_translate(own, self._club_read_values(part, one, done.maps, is_same, lambda _text: None)[1])
                if part == "club.game.prize" and type(one.get("won")) is int:
                    own.sudo().won_before = min(max(one["won"], 0), MOST_NUMBER)
        self._club_try(lambda: self._club_finish(model, row, record, is_short, hint), hint)

    def _is_club_needed(self, model, name):
        column = self.env[model]._fields[name]
        is_reward = model == "loyalty.program" and name == "club_id"  # any other is the host's own
        return column.type == "many2one" and (column.required or is_reward)

    def _club_add_values(self, model, row, values, done, is_same, complain):
        """The company of an outlet, and the parts of a record; True where one of these is not whole."""
        if model == "club.outlet":
            club = self.env["club.club"].browse(values.get("club_id") or ())
            companies = club.company_ids.filtered(lambda company: company.name == row.get("company"))
            values["company_id"] = (companies or club.company_ids)[:1].id
        elif model == "loyalty.program":
            values["communication_plan_ids"] = [Command.clear()]
        any_short = False
        for name, part in PARTS.get(model, {}).items():
            commands = [Command.clear()]
            for one in row.get(name, ()):
                own, _words, is_short = self._club_read_values(part, one, done.maps, is_same, complain)
                commands.append(Command.create(own))
                any_short = any_short or is_short
            values[name] = commands
        return any_short

    def _club_same_reward(self, row, is_same):
        """The host keeps a reward as a plain coupon program when the add-on goes: it becomes a reward again."""
        program = self.env["loyalty.program"].with_context(active_test=False).browse(row["id"]).exists()
        names = row.get("name") if isinstance(row.get("name"), dict) else {}
        is_it = is_same and program and not program.club_id and program.program_type == "coupons"
        is_it = is_it and self._is_club_ours(program)
        return program if is_it and program.with_context(lang="en_US").name == names.get("en_US") else None

    def _club_finish(self, model, row, record, is_short, complain):
        """What comes after the record is there."""
        if model == "club.program" and row.get("is_live"):
            if is_short:
                complain(self.env._("It stays a draft, because something of it is missing here: look at it."))
            else:
                record.action_go_live()
        elif model == "club.bonus" and isinstance(row.get("given"), (int, float)):
            self.env.cr.execute(SQL("UPDATE club_bonus SET given = %s WHERE id = %s", row["given"], record.id))
            record.invalidate_recordset(["given"])
        elif model == "loyalty.program" and type(row.get("had")) is int:
            record.sudo().club_had_before = min(max(row["had"], 0), MOST_NUMBER)
            record.flush_recordset(["club_had_before"])
        elif model == "club.outlet":
            self._club_place(row, record, complain)

    def _club_place(self, row, outlet, complain):
        """Registers, websites and teams of the same name go to the outlet again, where they have none."""
        for name, model in PLACES.items():
            for told in row.get("places", {}).get(name, ()):
                place = self._club_find(told | {"model": model}, True)
                is_free = place and not place.club_outlet_id
                is_own = is_free and place.company_id in (outlet.company_id, self.env["res.company"])
                if is_own:
                    place.sudo().club_outlet_id = outlet
                else:
                    complain(
                        self.env._("%s is not here, or belongs to another outlet: choose it on the outlet.",
                                   told.get("name"))
                    )  # fmt: skip

    def _club_restore_later(self, told, done, is_same):
        """What named something that had to be made first; reserved promotions; games that have their prizes now."""
        for model, names in LATER.items():
            for row in told.get(model, ()):
                if not (record := self.env[model].browse(done.maps[model].get(row["id"], ()))):
                    continue
                complain = self._club_complainer(model, row, done, is_hint=True)
                values = {}
                for name in names:
                    column = record._fields[name]
                    value, _is_lost = self._club_read_link(column, row.get(name), done.maps, is_same, complain)
                    if value:
                        values[name] = value
                if values:
                    own = record.with_context(tracking_disable=True)
                    self._club_try(lambda own=own, values=values: own.write(values), complain)
        for row in told.get("reserved", ()):
            program = self._club_find(row.get("program") or {}, is_same)
            tier_id = done.maps["club.tier"].get(row.get("tier_id"))
            if program and tier_id and not program.club_id:
                program.club_min_tier_id = tier_id

    def _club_complainer(self, model, row, done, is_hint=False):
        """Notes what is wrong with a record of the file."""
        name = row.get("name")
        name = (name.get("en_US") or next(iter(name.values()), "")) if isinstance(name, dict) else name or ""
        label = self.env["ir.model"]._get(model).name

        place = f"{label} {row['id']} {name}".strip()

        def complain(text):
            (done.hints if is_hint else done.problems).append(("configuration.json", place, text))

        return complain
