import contextlib
import hashlib
import io
import json
import random
import unittest
import warnings
import zipfile

from .. import vault

ROWS = {
    "members": "5,1,9,Ada,ada@example.com,,en_US,,t,2990000000019,3,Gold,2024-01-02 03:04:05,,,0,,,,f,,,,,,,f,f",
    "balances": "7,5,2,Beans,4,Here,30,10,0",
    "portions": "8,7,40,2024-01-02,,2024-01-02 03:04:05,0",
    "lifetimes": "",
    "vouchers": "",
    "cards": "1,5,2990000000026,2024-01-02 03:04:05",
    "counts": "5,spend,2024-01-02 03:04:05,1200",
    "goals": "5,6,2024-01-01,done,2024-01-02 03:04:05",
    "steps": "5,6,2024-01-01,2024-01-02,1200",
    "plays": "1,5,9,order,2024-01-02 03:04:05,Order 1,",
    "had": "5,birthday,2024,1",
}
CONFIGURATION = {
    "club.club": [{"id": 1}],
    "club.unit": [{"id": 2, "of": 1}],
    "club.tier": [{"id": 3, "of": 1}],
    "club.pool": [{"id": 4, "of": 1}],
    "club.goal": [{"id": 6, "of": 1}],
    "club.game": [{"id": 9, "of": 1}],
}


def archive(rows=None, configuration=None, manifest=None, forge=None, without=(), text=None):
    """A file as an export makes it; ``forge`` changes a part after it was sealed."""
    parts = {vault.CONFIGURATION: text or json.dumps(configuration or CONFIGURATION)}
    for name, columns in vault.FILES.items():
        lines = (rows or {}).get(name, ROWS[name])
        parts[f"{name}.csv"] = "\n".join([",".join(columns), *([lines] if lines else [])]) + "\n"
    sums = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in parts.items() if name not in without}
    told = {"format": vault.FORMAT, "version": 1, "key": "k", "database": "d", "made_at": "2024-01-02", "sums": sums}
    parts[vault.MANIFEST] = json.dumps(told | (manifest or {}))
    parts |= forge or {}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            if text is not None:
                file.writestr(name, text)
    return out.getvalue()


class TestVault(unittest.TestCase):
    def faults(self, **values):
        return [(fault.file, fault.line, fault.code, fault.member) for fault in vault.read(archive(**values)).faults]

    def refusal(self, raw):
        with self.assertRaises(vault.Unreadable) as refused:
            vault.read(raw)
        return refused.exception.code

    def test_a_whole_file_has_no_fault(self):
        content = vault.read(archive())
        self.assertEqual(content.faults, [])
        [balance] = content.rows["balances"]
        self.assertEqual((balance["balance"], balance["debt"], balance["line"]), (30, 10, 2))

    def test_what_is_no_such_file(self):
        for code, raw in (
            ("no_zip", b"PK\x03\x04 and nothing else"),
            ("not_ours", archive(forge={vault.MANIFEST: "[]"})),
            ("not_ours", archive(manifest={"format": "other"})),
            ("not_ours", archive(manifest={"sums": {}})),
            ("not_ours", archive(manifest={"made_at": "soon"})),
            ("later", archive(manifest={"version": 2})),
            ("damaged", archive(forge={"members.csv": "id\n"})),
            ("part_missing", archive(forge={"cards.csv": None})),
            ("damaged", archive(configuration={"club.club": [1]})),
        ):
            with self.subTest(code):
                self.assertEqual(self.refusal(raw), code)

    def test_each_line_that_does_not_fit_is_named_with_whose_it_is(self):
        def row(name, old, new):
            return {name: ROWS[name].replace(old, new, 1)}

        for rows, expected in (
            (row("balances", ",30,", ",31,"), ("balances.csv", 2, "no_sum", 5)),
            (row("balances", ",30,", ",x,"), ("balances.csv", 2, "not_read", 5)),
            (row("balances", ",2,", ",99,"), ("balances.csv", 2, "unknown", 5)),
            (row("portions", ",40,", ",,"), ("portions.csv", 2, "empty", 0)),
            (row("portions", "8,7,", "8,77,"), ("portions.csv", 2, "unknown", 0)),
            (row("members", "2990000000019", "2990000000018"), ("members.csv", 2, "no_card", 5)),
            (row("members", "2990000000019", "2990000000026"), ("cards.csv", 2, "card_twice", 5)),
            (row("members", "Ada", "Ada\n5,1"), ("members.csv", 3, "empty", 5)),
            (row("members", ",3,Gold", ",33,Gold"), ("members.csv", 2, "unknown", 5)),
            (row("members", "5,1,9", "5,1,99999999999"), ("members.csv", 2, "not_read", 5)),
            (row("members", "5,1,9", "-5,1,9"), ("members.csv", 2, "not_read", 0)),
            (row("members", "Ada", "A\0da"), ("members.csv", 2, "not_read", 5)),
            (row("members", "Ada", "A" * 501), ("members.csv", 2, "not_read", 5)),
            (row("members", "2024-01-02", "0001-01-02"), ("members.csv", 2, "not_read", 5)),
            (row("portions", "2024-01-02", "1-2-2024"), ("portions.csv", 2, "not_read", 0)),
            (row("balances", ",30,", f",{10**18},"), ("balances.csv", 2, "not_read", 5)),
            (row("balances", ",30,", ",NaN,"), ("balances.csv", 2, "not_read", 5)),
            (row("counts", "spend", "stars"), ("counts.csv", 2, "not_read", 5)),
            (row("counts", "1200", "-1"), ("counts.csv", 2, "negative", 5)),
            (row("goals", "5,6", "5,66"), ("goals.csv", 2, "unknown", 5)),
            (row("plays", "5,9", "55,9"), ("plays.csv", 2, "unknown", 0)),
            (row("had", "birthday,2024", "welcome,33"), ("had.csv", 2, "unknown", 5)),
            ({"had": f"{ROWS['had']}\n{ROWS['had']}"}, ("had.csv", 3, "twice", 5)),
            ({"vouchers": "1,5,8,,C1,f,1,,2024-01-02\n2,5,8,,C1,f,1,,2024-01-02"}, ("vouchers.csv", 3, "twice", 5)),
            ({"portions": f"{ROWS['portions']}\n{ROWS['portions']}"}, ("portions.csv", 3, "twice", 0)),
        ):
            with self.subTest(expected):
                self.assertIn(expected, self.faults(rows=rows))

    def test_a_file_of_the_first_days_has_fewer_parts(self):
        late = {f"{name}.csv": None for name in vault.LATE_FILES}
        raw = archive(forge=late, without=late)
        self.assertEqual(vault.read(raw).faults, [])

    def test_what_unpacks_to_far_too_much_is_not_unpacked(self):
        self.assertEqual(self.refusal(archive(rows={"cards": "," * 2**25})), "too_large")

    def test_two_parts_of_one_name_are_refused(self):
        out = io.BytesIO(archive())
        with warnings.catch_warnings(), zipfile.ZipFile(out, "a") as file:
            warnings.simplefilter("ignore")
            file.writestr("members.csv", "id\n")
        self.assertEqual(self.refusal(out.getvalue()), "damaged")

    def test_bytes_that_went_wrong_are_refused_and_never_more(self):
        raw, dice = archive(), random.Random(7)
        for _ in range(2000):
            spoilt = bytearray(raw)
            for _ in range(dice.randint(1, 4)):
                spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
            with contextlib.suppress(vault.Unreadable):
                vault.read(bytes(spoilt[: dice.choice((None, None, dice.randrange(len(raw))))]))

    def test_json_that_is_none_is_refused(self):
        for text in ("[" * 100_000, '{"club.unit": [{"id": 2, "money_value": NaN}]}', '{"club.unit": [{"id": true}]}',
                     '{"club.unit": [{"id": 1e99}]}',
                     '{"club.unit": [{"id": 2, "name": "A\\u0000"}]}', '{"club.unit": [{"id": 99999999999}]}'):
            self.assertEqual(self.refusal(archive(text=text)), "damaged")

    def test_what_belongs_to_another_club_is_refused(self):
        configuration = CONFIGURATION | {"club.tier": [{"id": 3, "of": 9}]}
        self.assertIn(("members.csv", 2, "other_club", 5), self.faults(configuration=configuration))

    def test_no_text_is_a_formula_and_each_comes_back_as_it_was(self):
        for text in ("=1", "'=1", "''=1", "@x", "+x", "-x", "\tx", "Ada", "'Ada", "+32 470", "-5", ""):
            written = vault.guard(text)
            self.assertNotRegex(written, r"^([=@\t\r]|[+-](?![\d\s.,(]))")
            self.assertEqual(vault.unguard(written), text)
