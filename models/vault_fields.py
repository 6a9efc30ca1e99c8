"""How a configured record becomes values of a file, and back: references by id inside it, by name outside."""

from odoo import models
from odoo.fields import Command
from psycopg2 import OperationalError

# In the order in which they can be made; what names something later is filled in at the end.
ORDER = (
    "club.unit", "club.pool", "club.outlet", "club.tier", "loyalty.program", "club.ratio", "club.condition",
    "club.worth", "club.program", "club.bonus", "club.game", "club.goal", "club.message.rule",
)  # fmt: skip
LATER = {
    "club.club": {"tier_unit_id", "credit_program_id"},
    "club.tier": {"welcome_reward_id", "birthday_reward_id"},
}
# What the club notes by itself, or what is not the club's.
LEFT_OUT = {
    "club.club": {"state", "on_since", "earn_since", "inactivity_since", "company_ids", "currency_id"},
    "club.pool": {"merged_into_id", "moving_total", "moved_at"},
    "club.outlet": {"pool_before_id", "pool_since", "opted_in_at", "company_id"},
    "club.tier": {"welcome_since"},
    "club.program": {"state", "live_from", "ended_at", "revision_of_id", "start_at"},
    "club.bonus": {"live_from", "live_until", "version_of_id", "given"},
    "club.game": {"on_times", "draws"},
    "club.game.prize": {"game_id"},
    "club.goal": {"on_times"},
    "club.message.rule": {"on_since", "searched_at"},
    "loyalty.program": {"club_version", "is_club_technical", "is_club_reduction", "is_club_paying", "company_id",
                        "currency_id", "communication_plan_ids"},
    "loyalty.rule": {"program_id", "company_id", "promo_barcode"},
    "loyalty.reward": {"program_id", "company_id", "discount_line_product_id"},
}  # fmt: skip
MAGIC = {"id", "create_uid", "create_date", "write_uid", "write_date", "vault_key", "vault_map", "vault_id"}
NAMES = ("code", "default_code", "barcode")


class ClubVault(models.Model):
    _inherit = "club.vault"

    def _club_fields(self, model):
        """The fields of a model that a file holds."""
        left_out = MAGIC | LEFT_OUT.get(model, set())
        for name, column in self.env[model]._fields.items():
            is_told = column.store and not column.related and name not in left_out
            is_own = column.type not in ("one2many", "many2one_reference", "reference", "serialized")
            is_typed = not column.readonly or column.type == "boolean" and name == "is_on"
            if is_told and is_own and is_typed and column.manual is not True:
                yield name, column

    # ------------------------------------------------------------------ out
    def _club_values(self, record):
        """A record as a dict of what JSON knows."""
        values = {"id": record.id}
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        for name, column in self._club_fields(record._name):
            if column.translate:
                values[name] = {code: record.with_context(lang=code)[name] or "" for code in codes}
            else:
                values[name] = self._club_told(record, name, column)
        return values

    def _club_told(self, record, name, column):
        value = record[name]
        if column.type in ("many2one", "many2many"):
            told = [self._club_reference(other) for other in value.with_context(active_test=False)]
            return told if column.type == "many2many" else (told[0] if told else False)
        if column.type == "binary":
            return value.decode() if isinstance(value, bytes) else value or False
        if column.type in ("date", "datetime"):
            return column.to_string(value) if value else False
        return value

    def _club_reference(self, record):
        """Something of the club by its id; something of the host by all that may tell it apart elsewhere."""
        if record._name in ("club.club", *ORDER) and (record._name != "loyalty.program" or record.club_id):
            return {"id": record.id}
        found = {"id": record.id, "name": record.with_context(lang="en_US").display_name, "model": record._name}
        xmlid = record.get_external_id().get(record.id, "")
        if xmlid and not xmlid.startswith("__"):
            found["xmlid"] = xmlid
        for name in NAMES:
            if name in record._fields and record[name]:
                found["code"] = record[name]
                break
        return found

    # ------------------------------------------------------------------ back in
    def _is_club_ours(self, record):
        """Nothing of a company that whoever imports does not work in: a file can name anything."""
        if "company_id" not in record._fields or not record.company_id:
            return True
        return record.company_id in (self.user_id.company_ids or self.company_id)

    def _club_find(self, told, is_same):
        """The host's record that a reference means here; none where there is none, or several."""
        found = self._club_look_up(told, is_same)
        return found if found and self._is_club_ours(found) else None

    def _club_look_up(self, told, is_same):
        """
        :param is_same: the file is of this very database, so an id of the host still means the same
        """
        model = told.get("model")
        if model not in self.env or not isinstance(told.get("name"), str):
            return None
        records = self.env[model].with_context(active_test=False, lang="en_US")
        if is_same and isinstance(told.get("id"), int):
            own = records.browse(told["id"]).exists()
            if own and own.display_name == told["name"]:
                return own
        if isinstance(told.get("xmlid"), str):
            own = self.env.ref(told["xmlid"], raise_if_not_found=False)
            if own and own._name == model:
                return own
        found = records.browse()
        for name in NAMES:
            if told.get("code") and name in records._fields:
                found = found or records.search([(name, "=", told["code"])], limit=2)
        if len(found) != 1 and records._rec_name:
            plain = told["name"].split(" / ")[-1].rsplit("] ", 1)[-1]
            found = records.search([(records._rec_name, "=", plain)], limit=5)
            found = found.filtered(lambda one: one.display_name == told["name"]) if len(found) > 1 else found
        return found if len(found) == 1 else None

    def _club_read_values(self, model, told, maps, is_same, complain):
        """(values to create with, translations, whether something of it is missing here)."""
        values, words, is_short = {}, {}, False
        for name, column in self._club_fields(model):
            if name not in told or name in LATER.get(model, ()):
                continue
            value = told[name]
            if isinstance(value, (dict, list)) and column.type not in ("many2one", "many2many", "json"):
                value = value if column.translate else False
            if column.translate:
                value = value if isinstance(value, dict) else {}
                values[name] = value.get("en_US") or next(iter(value.values()), "")
                words[name] = value
            elif column.type in ("many2one", "many2many"):
                value, is_lost = self._club_read_link(column, value, maps, is_same, complain)
                values[name], is_short = value, is_short or is_lost
            elif column.type == "binary":
                values[name] = value if isinstance(value, str) else False
            else:
                values[name] = value
        return values, words, is_short

    def _club_read_link(self, column, value, maps, is_same, complain):
        """(value to write, whether something is missing here)."""
        told = value if isinstance(value, list) else [value] if value else []
        ids, is_lost = [], False
        for reference in told:
            if not isinstance(reference, dict):
                found_id = None
            elif set(reference) == {"id"}:
                found_id = maps.get(column.comodel_name, {}).get(reference["id"])
            else:
                record = reference.get("model") == column.comodel_name and self._club_find(reference, is_same)
                found_id = record.id if record else None
                if not found_id:
                    complain(self.env._("%s is not here.", reference.get("name")))
            if found_id:
                ids.append(found_id)
            else:
                is_lost = True
        if column.type == "many2many":
            return [Command.set(ids)], is_lost
        return (ids[0] if ids else False), is_lost

    def _club_make(self, model, values, words, complain):
        """One record, or none where this installation refuses it."""

        def make():
            record = self.env[model].with_context(lang="en_US", tracking_disable=True).create(values)
            self._club_translate(record, words)
            return record

        return self._club_try(make, complain)

    def _club_try(self, do, complain):
        """The result, or none: whatever a file's values are refused by is told, and stops nothing else."""
        try:
            with self.env.cr.savepoint():
                result = do()
                self.env.flush_all()
                return result
        except OperationalError:
            raise  # somebody else was at the same rows
        except Exception as refusal:  # pylint: disable=broad-except
            self.env.invalidate_all()
            complain(str(refusal))
            return None

    def _club_translate(self, record, words):
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        for name, told in words.items():
            for code in installed & told.keys():
                if told[code] and told[code] != record.with_context(lang=code)[name]:
                    record.with_context(lang=code, tracking_disable=True)[name] = told[code]
