"""The file that holds a whole club: a ZIP of CSV and JSON, read and judged without asking any database.

Format "loyalty_club", version 1:
- `manifest.json`: format, version, key (of this file), database, made_at, clubs (ids), sums (SHA-256 of each file)
- `configuration.json`: model → records with their ids; references name an id of the file or something of the host
- `members.csv`, `balances.csv`, `portions.csv`, `lifetimes.csv`, `vouchers.csv`, `cards.csv`: tied together by ids
- `history.csv`, `moves.csv`: to be read by people; nothing of them is imported

Amounts are integers in the unit's smallest part. A text that a spreadsheet would take for a formula begins with
an apostrophe, which reading takes off again.
"""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from .codes import is_ean13

FORMAT, VERSION = "loyalty_club", 1
MANIFEST, CONFIGURATION, README = "manifest.json", "configuration.json", "README.txt"
MOST_BYTES = 4 * 2**30  # of all files unpacked
MOST_CELL = 10_000_000
MOST_AMOUNT = 2**62
FORMULA = re.compile(r"'*([=@\t\r]|[+-](?![\d\s.,(]))")
# The same for the database that writes the file.
FORMULA_SQL = r"^'*([=@\t\r]|[+-](?![\d\s.,(]))"


class Unreadable(ValueError):
    """Nothing of the file can be used; `code` says why, `detail` which part."""

    def __init__(self, code, detail=""):
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong on a line: `member` is whose import it stops, 0 where it stops nobody's."""

    file: str
    line: int
    code: str
    detail: str = ""
    member: int = 0


def _moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=None)


def _flag(text):
    return {"t": True, "f": False}[text]


def _amount(text):
    number = int(text)
    if abs(number) > MOST_AMOUNT:
        raise ValueError(text)
    return number


TEXT, NUMBER, DAY, MOMENT, FLAG = str, _amount, date.fromisoformat, _moment, _flag
# File → column → (what it is, whether it must be there)
FILES = {
    "members": {
        "id": (NUMBER, True), "club_id": (NUMBER, True), "partner_id": (NUMBER, True), "name": (TEXT, False),
        "email": (TEXT, False), "phone": (TEXT, False), "lang": (TEXT, False), "birthday": (DAY, False),
        "active": (FLAG, True), "card_number": (TEXT, False), "tier_id": (NUMBER, True), "tier": (TEXT, False),
        "tier_since": (MOMENT, False), "tier_until": (DAY, False), "tier_review_on": (DAY, False),
        "lifetime": (NUMBER, True), "joined_at": (MOMENT, False), "last_paid_at": (MOMENT, False),
        "lapsed_on": (DAY, False), "is_guest": (FLAG, False), "consent_at": (MOMENT, False),
        "consent_source": (TEXT, False), "home_pool_id": (NUMBER, False), "mail_choice": (TEXT, False),
        "sms_choice": (TEXT, False), "choice_at": (MOMENT, False), "is_auto_redeem": (FLAG, False),
        "had_profile_bonus": (FLAG, False),
    },
    "balances": {
        "id": (NUMBER, True), "member_id": (NUMBER, True), "unit_id": (NUMBER, True), "unit": (TEXT, False),
        "pool_id": (NUMBER, True), "pool": (TEXT, False), "balance": (NUMBER, True), "debt": (NUMBER, True),
        "lifetime": (NUMBER, True),
    },
    "portions": {
        "id": (NUMBER, True), "account_id": (NUMBER, True), "left_amount": (NUMBER, True),
        "available_on": (DAY, True), "expires_on": (DAY, False), "earned_at": (MOMENT, False),
        "portion": (NUMBER, False),
    },
    "lifetimes": {"account_id": (NUMBER, True), "month": (DAY, True), "amount": (NUMBER, True)},
    "vouchers": {
        "id": (NUMBER, True), "member_id": (NUMBER, True), "program_id": (NUMBER, True), "program": (TEXT, False),
        "code": (TEXT, True), "is_giftable": (FLAG, False), "points": (TEXT, True), "expires_on": (DAY, False),
        "issued_at": (MOMENT, True),
    },
    "cards": {"id": (NUMBER, True), "member_id": (NUMBER, True), "number": (TEXT, True), "ended_at": (MOMENT, True)},
}  # fmt: skip
# A file's column → the file that has the id it names
TIES = {
    ("balances", "member_id"): "members",
    ("portions", "account_id"): "balances",
    ("lifetimes", "account_id"): "balances",
    ("vouchers", "member_id"): "members",
    ("cards", "member_id"): "members",
}
# A column that names a record of the configuration
NAMED = {
    ("members", "club_id"): "club.club",
    ("members", "tier_id"): "club.tier",
    ("members", "home_pool_id"): "club.pool",
    ("balances", "unit_id"): "club.unit",
    ("balances", "pool_id"): "club.pool",
    ("vouchers", "program_id"): "loyalty.program",
}


def guard(text):
    """A text as it is written: no spreadsheet takes it for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def unguard(text):
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


@dataclass(slots=True)
class Content:
    """A file that was read: `rows` by file, each a dict with `line`; `faults` in the order of the lines."""

    manifest: dict
    configuration: dict
    rows: dict
    faults: list = field(default_factory=list)

    @property
    def key(self):
        return self.manifest["key"]

    def bad_members(self):
        return {fault.member for fault in self.faults if fault.member}


def read(raw):
    """The content of the bytes of a file, judged line by line.

    :raise Unreadable: it is no such file, of a later version, or damaged
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        with archive:
            parts = _parts(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as fault:
        raise Unreadable("no_zip") from fault
    manifest = _manifest(parts)
    for name, told in manifest["sums"].items():
        if name not in parts:
            raise Unreadable("part_missing", name)
        if hashlib.sha256(parts[name]).hexdigest() != told:
            raise Unreadable("damaged", name)
    needed = {MANIFEST, CONFIGURATION, *(f"{name}.csv" for name in FILES)}
    if missing := needed - parts.keys():
        raise Unreadable("part_missing", ", ".join(sorted(missing)))
    content = Content(manifest, _configuration(parts[CONFIGURATION]), {})
    for name in FILES:
        content.rows[name] = _table(name, parts[f"{name}.csv"], content.faults)
    _judge(content)
    return content


def _parts(archive):
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if sum(info.file_size for info in infos) > MOST_BYTES:
        raise Unreadable("too_large")
    # What people read is never imported, so it is not unpacked.
    wanted = {MANIFEST, CONFIGURATION, *(f"{name}.csv" for name in FILES)}
    parts = {}
    for info in infos:
        if info.filename in wanted:
            with archive.open(info) as file:
                parts[info.filename] = file.read(MOST_BYTES)
    return parts


def _manifest(parts):
    try:
        manifest = json.loads(parts[MANIFEST])
        is_ours = manifest["format"] == FORMAT
    except (KeyError, TypeError, ValueError) as fault:
        raise Unreadable("not_ours") from fault
    if not is_ours or type(manifest.get("version")) is not int:
        raise Unreadable("not_ours")
    if manifest["version"] > VERSION:
        raise Unreadable("later", str(manifest["version"]))
    texts = [manifest.get(name) for name in ("key", "database", "made_at")]
    if not all(isinstance(text, str) and 0 < len(text) <= 64 for text in texts):
        raise Unreadable("not_ours")
    sums = manifest.get("sums")
    if not isinstance(sums, dict):
        raise Unreadable("not_ours")
    manifest["sums"] = {name: told for name, told in sums.items() if name in _summed()}
    if len(manifest["sums"]) != len(_summed()):
        raise Unreadable("not_ours")
    try:
        DAY(manifest["made_at"][:10])
    except ValueError as fault:
        raise Unreadable("not_ours") from fault
    return manifest


def _summed():
    return {CONFIGURATION, *(f"{name}.csv" for name in FILES)}


def _configuration(raw):
    try:
        told = json.loads(raw)
    except ValueError as fault:
        raise Unreadable("damaged", CONFIGURATION) from fault
    is_whole = isinstance(told, dict) and all(
        isinstance(records, list) and all(isinstance(row, dict) and type(row.get("id")) is int for row in records)
        for records in told.values()
    )
    if not is_whole:
        raise Unreadable("damaged", CONFIGURATION)
    return told


def _table(name, raw, faults):
    """The rows of a file that can be read; the others are faults."""
    columns, rows, seen = FILES[name], [], set()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Unreadable("damaged", f"{name}.csv") from fault
    csv.field_size_limit(MOST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heading = next(reader, [])
        if missing := [column for column in columns if column not in heading]:
            raise Unreadable("column_missing", f"{name}.csv: {', '.join(missing)}")
        begin = reader.line_num + 1
        for cells in reader:
            line, begin = begin, reader.line_num + 1
            row = _row(name, line, heading, cells, faults)
            if row and (number := row.get("id")) is not None:
                if number in seen:
                    faults.append(Fault(file=f"{name}.csv", line=line, code="twice", detail=str(number),
                                        member=_whose(name, row)))
                    continue
                seen.add(number)
            if row:
                rows.append(row)
    except csv.Error as fault:
        raise Unreadable("damaged", f"{name}.csv") from fault
    return rows


def _row(name, line, heading, cells, faults):
    row, told = {"line": line}, dict(zip(heading, cells, strict=False))
    bad = []
    for column, (read_cell, is_needed) in FILES[name].items():
        text = told.get(column, "")
        try:
            row[column] = (unguard(text) if read_cell is TEXT else read_cell(text)) if text else None
        except (KeyError, ValueError):
            row[column] = None
            bad.append(("not_read", f"{column}: {text[:40]}"))
            continue
        if row[column] is None and is_needed:
            bad.append(("empty", column))
    if not bad:
        return row
    whose = _whose(name, row)
    faults += [Fault(file=f"{name}.csv", line=line, code=code, detail=detail, member=whose) for code, detail in bad]
    # Whoever the line is of is known by its account at most: the whole of them waits.
    return {"line": line, "is_bad": True, **row} if name in ("balances", "portions", "lifetimes") else None


def _whose(name, row):
    return (row.get("id") if name == "members" else row.get("member_id")) or 0


# ------------------------------------------------------------------ what must fit together
def _judge(content):
    known = {model: {row["id"] for row in rows} for model, rows in content.configuration.items()}
    ids = {name: {row["id"]: row for row in rows if row.get("id") is not None} for name, rows in content.rows.items()}
    clubs = {
        model: {row["id"]: row.get("of") for row in content.configuration.get(model, ())}
        for model in ("club.tier", "club.unit", "club.pool", "loyalty.program")
    }
    for name, rows in content.rows.items():
        for row in rows:
            member = _member_of(name, row, ids)
            for code, detail in _row_faults(name, row, ids, known, clubs, member):
                content.faults.append(Fault(
                    file=f"{name}.csv", line=row["line"], code=code, detail=detail, member=member and member["id"] or 0,
                ))
    _judge_cards(content, ids)
    _judge_balances(content, ids)
    content.faults.sort(key=lambda fault: (fault.file, fault.line))


def _member_of(name, row, ids):
    if name == "members":
        return row
    if "account_id" in row:
        row = ids["balances"].get(row["account_id"]) or {}
    return ids["members"].get(row.get("member_id"))


def _row_faults(name, row, ids, known, clubs, member):
    if row.get("is_bad"):
        yield "bad_line", ""
        return
    for (file, column), target in TIES.items():
        if file == name and row[column] not in ids[target]:
            yield "unknown", f"{column}: {row[column]}"
    for (file, column), model in NAMED.items():
        if file != name or row[column] is None:
            continue
        if row[column] not in known.get(model, ()):
            yield "unknown", f"{column}: {row[column]}"
        elif model in clubs and member and clubs[model][row[column]] != member["club_id"]:
            yield "other_club", f"{column}: {row[column]}"
    if name == "members" and row["card_number"] and not is_ean13(row["card_number"]):
        yield "no_card", row["card_number"]
    if name == "balances" and row["debt"] < 0:
        yield "negative", "debt"
    if name == "portions" and row["left_amount"] <= 0:
        yield "negative", "left_amount"


def _judge_cards(content, ids):
    """A number is one member's, now or formerly."""
    first = {}
    for name, column in (("members", "card_number"), ("cards", "number")):
        for row in content.rows[name]:
            number = row.get(column)
            if number and first.setdefault(number, (name, row["line"])) != (name, row["line"]):
                member = _member_of(name, row, ids)
                content.faults.append(Fault(file=f"{name}.csv", line=row["line"], code="card_twice", detail=number,
                                            member=member and member["id"] or 0))


def _judge_balances(content, ids):
    """What there is is what its portions add up to, less what is owed."""
    left, triples = defaultdict(int), {}
    for row in content.rows["portions"]:
        if not row.get("is_bad"):
            left[row["account_id"]] += row["left_amount"]
    for row in content.rows["balances"]:
        if row.get("is_bad"):
            continue
        member = row["member_id"] if row["member_id"] in ids["members"] else 0
        triple = row["member_id"], row["unit_id"], row["pool_id"]
        code = detail = None
        if triples.setdefault(triple, row["line"]) != row["line"]:
            code, detail = "twice", str(triples[triple])
        elif left[row["id"]] - row["debt"] != row["balance"]:
            code, detail = "no_sum", f"{left[row['id']]} - {row['debt']} ≠ {row['balance']}"
        if code:
            content.faults.append(Fault(file="balances.csv", line=row["line"], code=code, detail=detail, member=member))
