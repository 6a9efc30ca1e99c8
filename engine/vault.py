"""The file that holds a whole club: a ZIP of CSV and JSON, read and judged without asking any database.

Format "loyalty_club", version 1:
- `manifest.json`: format, version, key (of this file), database, made_at, clubs (ids), sums (SHA-256 of each file)
- `configuration.json`: model → records with their ids; references name an id of the file or something of the host
- `members.csv`, `balances.csv`, `portions.csv`, `lifetimes.csv`, `vouchers.csv`, `cards.csv`: tied together by ids
- `counts.csv`, `goals.csv`, `steps.csv`, `plays.csv`, `had.csv`: likewise; older files have none of these
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

from .codes import is_ean13
from .vault_columns import FILES, HAD, LATE_FILES, MOMENT, MOST_AMOUNT, MOST_NUMBER, NAMED, TEXT, TIES, WORDS

FORMAT, VERSION = "loyalty_club", 1
MANIFEST, CONFIGURATION, README = "manifest.json", "configuration.json", "README.txt"
MOST_BYTES = 2**30  # of all that is read, unpacked
MOST_RATIO, SMALL = 200, 2**24  # packed tighter than figures can be, and so small that it does not matter
MOST_CELL = 10_000_000
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
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = _parts(archive)
    except Unreadable:
        raise
    except Exception as fault:  # whatever the parts of the library make of such bytes
        raise Unreadable("no_zip") from fault
    manifest = _manifest(parts)
    for name, told in manifest["sums"].items():
        if name not in parts:
            raise Unreadable("part_missing", name)
        if hashlib.sha256(parts[name]).hexdigest() != told:
            raise Unreadable("damaged", name)
    if unsealed := parts.keys() - manifest["sums"].keys() - {MANIFEST}:
        raise Unreadable("damaged", ", ".join(sorted(unsealed)))
    content = Content(manifest, _configuration(parts[CONFIGURATION]), {})
    for name in FILES:
        raw = parts.get(f"{name}.csv")
        content.rows[name] = [] if raw is None else _table(name, raw, content.faults)
    _judge(content)
    return content


def _parts(archive):
    # What people read is never imported, so it is not unpacked.
    wanted = {MANIFEST, CONFIGURATION, *(f"{name}.csv" for name in FILES)}
    infos = [info for info in archive.infolist() if info.filename in wanted]
    size = sum(info.file_size for info in infos)
    if size > MOST_BYTES or size > max(SMALL, MOST_RATIO * sum(info.compress_size for info in infos)):
        raise Unreadable("too_large")
    parts = {}
    for info in infos:
        if info.filename in parts:
            raise Unreadable("damaged", info.filename)
        with archive.open(info) as file:
            parts[info.filename] = file.read(MOST_BYTES)
    return parts


def _manifest(parts):
    try:
        manifest = json.loads(parts[MANIFEST])
        is_ours = manifest["format"] == FORMAT
    except (KeyError, TypeError, ValueError, RecursionError) as fault:
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
    known = {CONFIGURATION, *(f"{name}.csv" for name in FILES)}
    manifest["sums"] = {name: told for name, told in sums.items() if name in known}
    if known - manifest["sums"].keys() - {f"{name}.csv" for name in LATE_FILES}:
        raise Unreadable("not_ours")
    try:
        manifest["moment"] = MOMENT(manifest["made_at"])
    except ValueError as fault:
        raise Unreadable("not_ours") from fault
    return manifest


def _no_number(text):
    raise ValueError(text)


def _finite(text):
    number = float(text)
    if abs(number) > MOST_AMOUNT:
        raise ValueError(text)
    return number


def _is_id(number):
    return type(number) is int and 0 < number <= MOST_NUMBER


def _configuration(raw):
    try:
        if b"\\u0000" in raw:
            raise ValueError("no text")
        told = json.loads(raw, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError) as fault:
        raise Unreadable("damaged", CONFIGURATION) from fault
    is_whole = isinstance(told, dict) and all(
        isinstance(records, list) and all(isinstance(row, dict) and _is_id(row.get("id")) for row in records)
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
            row[column] = read_cell(unguard(text) if read_cell is TEXT else text) if text else None
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
        for model in ("club.tier", "club.unit", "club.pool", "loyalty.program", "club.goal", "club.game")
    }
    for name, rows in content.rows.items():
        for row in rows:
            member = _member_of(name, row, ids)
            for code, detail in _row_faults(name, row, ids, known, clubs, member):
                content.faults.append(Fault(
                    file=f"{name}.csv", line=row["line"], code=code, detail=detail, member=member and member["id"] or 0,
                ))
    _judge_cards(content, ids)
    _judge_once(content, ids)
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
    if name in ("counts", "steps") and row["amount"] <= 0:
        yield "negative", "amount"
    for (file, column), words in WORDS.items():
        if file == name and row[column] not in words:
            yield "not_read", f"{column}: {row[column]}"
    if name == "had" and (model := HAD.get(row["what"])):
        if row["about"] not in known.get(model, ()):
            yield "unknown", f"about: {row['about']}"
        elif member and clubs[model][row["about"]] != member["club_id"]:
            yield "other_club", f"about: {row['about']}"


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


def _judge_once(content, ids):
    """A code is one voucher's; what a member did for a goal or had of a thing is said once."""
    for name, columns in (
        ("vouchers", ("code",)),
        ("goals", ("member_id", "goal_id", "period")),
        ("had", ("member_id", "what", "about")),
    ):
        first = {}
        for row in content.rows[name]:
            key = tuple(row[column] for column in columns)
            if first.setdefault(key, row["line"]) != row["line"]:
                member = _member_of(name, row, ids)
                content.faults.append(Fault(file=f"{name}.csv", line=row["line"], code="twice",
                                            detail=str(first[key]), member=member and member["id"] or 0))


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
