"""A file of opening balances, as people export it from elsewhere: read without asking any database.

What cannot be read raises `Unreadable` with a code; what a cell means is answered cell by cell, so that one bad
row stops no other.
"""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

COLUMNS = (
    "external_id", "name", "email", "phone", "card_number", "contact_id", "unit", "amount", "pool", "expires_on",
    "lifetime",
)  # fmt: skip
NEEDED = ("external_id", "amount")
ALIASES = {
    "id": "external_id",
    "customer": "name",
    "e_mail": "email",
    "mail": "email",
    "telephone": "phone",
    "mobile": "phone",
    "card": "card_number",
    "contact": "contact_id",
    "balance": "amount",
    "points": "amount",
    "expires": "expires_on",
    "valid_until": "expires_on",
}
SEPARATORS = ";,\t|"
SPACES = " \u00a0\u202f'’"
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d")


class Unreadable(ValueError):
    """The whole file cannot be read; `code` says why, `detail` where or what."""

    def __init__(self, code, detail=""):
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the file: `number` as an editor counts, `cells` by column, `extra` cells beyond the heading."""

    number: int
    cells: dict
    extra: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    columns: tuple
    unused: tuple
    rows: tuple


def decode(raw, encoding=None):
    """(text, encoding) of the bytes; without an `encoding` told, what fits."""
    if raw[:4] == b"PK\x03\x04" or raw[:4] == b"\xd0\xcf\x11\xe0":
        raise Unreadable("spreadsheet")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ("utf-16",)
    else:
        encodings = (encoding,) if encoding else ("utf-8-sig", "cp1252", "latin-1")
    for name in encodings:
        try:
            text = raw.decode("utf-8-sig" if name == "utf-8" else name)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise Unreadable("binary")
        return text, name
    raise Unreadable("encoding", encodings[0])


def separator(text):
    """What parts the columns of the heading."""
    heading = text.lstrip("\r\n").split("\n", 1)[0]
    return max(SEPARATORS, key=heading.count) if any(mark in heading for mark in SEPARATORS) else ";"


def read(text, most=None):
    """The rows under their columns; empty lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator(text), strict=True)
    begin = 1
    try:
        heading, rows = _heading(reader), []
        begin = reader.line_num + 1
        for cells in reader:
            number, begin = begin, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if most and len(rows) >= most:
                raise Unreadable("too_long", most)
            named = zip(heading, cells, strict=False)
            rows.append(
                Row(
                    number=number,
                    cells={column: cell.strip() for column, cell in named if column},
                    extra=sum(1 for cell in cells[len(heading) :] if cell.strip()),
                )
            )
    except csv.Error as fault:
        raise Unreadable("broken", begin) from fault
    if not rows:
        raise Unreadable("empty")
    columns = tuple(column for column in heading if column in COLUMNS)
    return Sheet(columns=columns, unused=tuple(c for c in heading if c and c not in COLUMNS), rows=tuple(rows))


def _heading(reader):
    for cells in reader:
        if any(cell.strip() for cell in cells):
            break
    else:
        raise Unreadable("empty")
    heading = [_column(cell) for cell in cells]
    known = [column for column in heading if column in COLUMNS]
    if twice := {column for column in known if known.count(column) > 1}:
        raise Unreadable("column_twice", ", ".join(sorted(twice)))
    if missing := [column for column in NEEDED if column not in known]:
        raise Unreadable("column_missing", ", ".join(missing))
    return heading


def _column(text):
    plain = unicodedata.normalize("NFKC", text).strip().strip("\ufeff*").lower()
    name = re.sub(r"[\s\-./]+", "_", plain).strip("_")
    return ALIASES.get(name, name)


def guess_decimal(texts, default="."):
    """The decimal mark that the amounts of a file bear out, else the default."""
    commas = sum(1 for text in texts if re.search(r"(^[^.]*,\d{1,2}$)|(\.\d{3},)", text))
    points = sum(1 for text in texts if re.search(r"(^[^,]*\.\d{1,2}$)|(,\d{3}\.)", text))
    if commas == points:
        return default
    return "," if commas > points else "."


def number(text, decimal="."):
    """The exact number of a cell: "1.234,50" with a decimal comma is 1234.5.

    :raise ValueError: it is none, or its thousands stand wrong
    """
    plain = text
    for space in SPACES:
        plain = plain.replace(space, "" if re.search(rf"\d{re.escape(space)}\d{{3}}", plain) else space)
    group = "," if decimal == "." else "."
    pattern = (
        rf"[+-]?(\d+|\d{{1,3}}({re.escape(group)}\d{{3}})+)({re.escape(decimal)}\d+)?"
        rf"|[+-]?{re.escape(decimal)}\d+"
    )
    plain = plain.strip()
    if len(plain) > 40 or not re.fullmatch(pattern, plain, flags=re.ASCII):
        raise ValueError("not a number")
    return Fraction(plain.replace(group, "").replace(decimal, "."))


def plain(name):
    """A name as it is compared: Zoë and ZOE are one."""
    return "".join(mark for mark in unicodedata.normalize("NFKD", name).casefold() if mark.isalnum())


def day(text, own_format=None):
    """The date of a cell: 2026-12-31, 31.12.2026, or as the reader's language writes it.

    :raise ValueError: it is none
    """
    for style in filter(None, (*DATES, own_format)):
        try:
            return datetime.strptime(text, style).date()
        except ValueError:
            continue
    raise ValueError("not a date")
