"""The fields that a club is set up by, and what they take: field_table.py DATABASE writes them into the docs.

The table in docs/set-up-by-api.md is made of the fields themselves; ``test_api_docs`` compares what it says.
"""

import re
import sys
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

PAGE = Path(__file__).parent.parent / "docs" / "set-up-by-api.md"
BEGIN, END = "<!-- fields: made by tests/field_table.py -->\n", "<!-- end of fields -->\n"
MODELS = (
    "club.club", "club.unit", "club.tier", "club.program", "club.ratio", "club.condition", "club.pool", "club.outlet",
    "club.worth", "club.bonus", "loyalty.program", "club.goal", "club.game", "club.game.prize", "club.message.rule",
)  # fmt: skip
# Of other models' fields, those that a reward needs besides the club's own.
HOSTS = {"loyalty.program": ("name", "program_type", "applies_on", "trigger", "reward_ids", "company_id", "date_to")}
MANY = 40  # a choice of more is named by an example
EXAMPLES = {"tz": "a time zone, such as `Europe/Brussels`", "zone": ""}
KINDS = {
    "char": "text", "text": "text", "html": "HTML", "integer": "a whole number", "float": "a number",
    "monetary": "an amount of money", "boolean": "`true` or `false`", "date": "a date, `2027-12-31`",
    "datetime": "a time in UTC, `2027-12-31 18:00:00`", "binary": "a file in base64", "json": "JSON",
}  # fmt: skip
ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*) \|$", re.MULTILINE)
SECTION = re.compile(r"^### `([\w.]+)`\n(.*?)(?=^### |\Z)", re.MULTILINE | re.DOTALL)


def takes(name, told):
    """What a field accepts, in words."""
    if told["type"] == "selection":
        if len(told["selection"]) > MANY:
            return EXAMPLES.get(name) or "one of many codes"
        return ", ".join(f"`{code}`" for code, _label in told["selection"])
    if told["type"] == "many2one":
        return f"id of a `{told['relation']}`"
    if told["type"] in ("one2many", "many2many"):
        return f"list of commands on `{told['relation']}`"
    return KINDS.get(told["type"], told["type"])


def rows(env, model):
    """(field, what it takes, whether it is needed, what it means) of one model, in the order of its definition."""
    told = env[model].with_context(lang=None).fields_get()
    for name, field in env[model]._fields.items():
        own = "loyalty_club" in field._modules or name in HOSTS.get(model, ())
        if not own or name not in told or told[name]["readonly"] or field.related or name.startswith("has_"):
            continue
        is_needed = bool(field.required and not field.default and not field.compute)
        text = told[name].get("help") or told[name]["string"]
        yield name, takes(name, told[name]), "yes" if is_needed else "", " ".join(text.split()).replace("|", "\\|")


def markdown(env):
    parts = []
    for model in MODELS:
        lines = [f"| `{name}` | {accepted} | {needed} | {text} |" for name, accepted, needed, text in rows(env, model)]
        head = f"### `{model}`\n{env[model]._description}\n\n| field | takes | needed | |\n|---|---|---|---|\n"
        parts.append(head + "\n".join(lines) + "\n")
    return "\n".join(parts)


def documented(text):
    """model → field → (what it takes, whether it is needed), as the page says."""
    return {
        model: {name: (accepted, needed) for name, accepted, needed, _text in ROW.findall(part)}
        for model, part in SECTION.findall(text)
    }


def main(database):
    config.parse_config(["-d", database, "--no-http", "--log-level=error", "--max-cron-threads=0"])
    with Registry(database).cursor() as cursor:
        table = markdown(api.Environment(cursor, SUPERUSER_ID, {}))
    text = PAGE.read_text()
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
