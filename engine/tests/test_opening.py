import unittest
from datetime import date
from fractions import Fraction

from ..opening import Unreadable, day, decode, guess_decimal, number, read, separator

HEADING = "external_id;email;amount\n"


class TestOpening(unittest.TestCase):
    def assertUnreadable(self, code, call, *args, detail=None):
        with self.assertRaises(Unreadable) as caught:
            call(*args)
        self.assertEqual(caught.exception.code, code)
        if detail is not None:
            self.assertEqual(caught.exception.detail, detail)

    # ------------------------------------------------------------------ the file
    def test_encodings(self):
        text = "external_id;name\n1;Zoë Müller €\n"
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
            with self.subTest(encoding=encoding):
                self.assertEqual(decode(text.encode(encoding))[0], text)
        self.assertEqual(decode("Zoë".encode("latin-1"), "latin-1"), ("Zoë", "latin-1"))

    def test_told_encoding_that_does_not_fit(self):
        self.assertUnreadable("encoding", decode, "Zoë".encode("latin-1"), "utf-8", detail="utf-8")

    def test_what_is_no_text_is_said(self):
        self.assertUnreadable("spreadsheet", decode, b"PK\x03\x04rest")
        self.assertUnreadable("binary", decode, b"a\0b\0")

    def test_separators(self):
        for mark in ";,\t|":
            with self.subTest(mark=mark):
                self.assertEqual(separator(f"external_id{mark}amount\n1{mark}2"), mark)
                [row] = read(f"external_id{mark}amount\n1{mark}2").rows
                self.assertEqual(row.cells, {"external_id": "1", "amount": "2"})

    def test_lines_are_counted_as_an_editor_does(self):
        text = "\n" + HEADING + 'a;"Ada\nB";1\n\n;;\nb;x;2\n'
        self.assertEqual([row.number for row in read(text).rows], [3, 7])

    def test_windows_line_ends_and_quoted_separators(self):
        [row] = read('external_id,name,amount\r\n"1","Byron, Ada",5\r\n').rows
        self.assertEqual(row.cells, {"external_id": "1", "name": "Byron, Ada", "amount": "5"})

    def test_headings_are_read_kindly(self):
        sheet = read("ID; E-Mail ;Valid Until;Amount*;Notes\n1;a;b;2;x")
        self.assertEqual(sheet.columns, ("external_id", "email", "expires_on", "amount"))
        self.assertEqual(sheet.unused, ("notes",))

    def test_missing_double_and_no_columns(self):
        self.assertUnreadable("column_missing", read, "email;unit\n1;2", detail="external_id, amount")
        self.assertUnreadable("column_twice", read, "id;external_id;amount\n1;2;3", detail="external_id")
        self.assertUnreadable("empty", read, "")
        self.assertUnreadable("empty", read, HEADING)

    def test_too_many_rows(self):
        self.assertUnreadable("too_long", read, HEADING + "1;a;1\n" * 4, 3, detail=3)
        self.assertEqual(len(read(HEADING + "1;a;1\n" * 3, 3).rows), 3)

    def test_short_and_long_rows_are_kept_for_their_own_message(self):
        short, long = read(HEADING + "1\n2;a;3;too;much").rows
        self.assertEqual((short.cells, short.extra), ({"external_id": "1"}, 0))
        self.assertEqual(long.extra, 2)

    def test_quote_that_is_not_closed_swallows_no_rows_in_silence(self):
        self.assertUnreadable("broken", read, HEADING + '1;a;1\n2;"b;5\n3;c;7\n', detail=3)

    # ------------------------------------------------------------------ cells
    def test_numbers(self):
        for text, decimal, expected in (
            ("12", ".", 12),
            ("-7", ".", -7),
            ("1,234.50", ".", Fraction(2469, 2)),
            ("1.234,50", ",", Fraction(2469, 2)),
            ("1 234,5", ",", Fraction(2469, 2)),
            ("1\u202f234,5", ",", Fraction(2469, 2)),
            ("1'234.5", ".", Fraction(2469, 2)),
            ("1.234", ",", 1234),
            ("1.234", ".", Fraction(617, 500)),
            (".5", ".", Fraction(1, 2)),
            ("+3", ".", 3),
        ):
            with self.subTest(text=text, decimal=decimal):
                self.assertEqual(number(text, decimal), expected)

    def test_what_is_no_number(self):
        for text in ("", "abc", "1,2,3", "12,34", "1e5", "nan", "inf", "5 €", "1.2.3", "٣", "1 2", "9" * 41, "--1"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                number(text, ".")

    def test_decimal_mark_is_found_in_the_amounts(self):
        self.assertEqual(guess_decimal(["12,5", "3", "1.234,50"]), ",")
        self.assertEqual(guess_decimal(["12.5", "1,234"]), ".")
        self.assertEqual(guess_decimal(["1", "2"], default=","), ",")

    def test_dates(self):
        for text in ("2026-12-31", "31.12.2026", "2026/12/31"):
            self.assertEqual(day(text), date(2026, 12, 31))
        self.assertEqual(day("12/31/2026", "%m/%d/%Y"), date(2026, 12, 31))
        for text in ("31/12/2026", "2026-02-30", "soon", "46387"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                day(text)
